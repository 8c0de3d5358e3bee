"""The report's page: figures set in ``report.html`` as one file without any outside part."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from flows.report import words
from flows.report.figures import Figures, created_on, read_figures
from flows.report.operations import count_rejects
from flows.report.parts import asset, environment, policy
from flows.report.words import Text, both, counted, day, number, percent


def write_report(snapshot_dir: Path, out_file: Path, *, operations: Mapping[str, Any] | None = None, explorer: bool = False) -> None:
    """Write the report on the snapshot in ``snapshot_dir`` to ``out_file``, whole or not at all.

    ``operations`` is what the snapshot does not carry, as :func:`flows.report.operations.read_operations` gives it:
    ``rejects`` and ``fetches``; without it the report says where they are kept. ``explorer`` says that ``explorer.html`` will
    lie beside the report (:func:`flows.explorer.write_explorer`): people, outlets and articles then lead into it.
    """
    html = render(read_figures(snapshot_dir), operations, explorer=explorer)
    temporary = out_file.with_name(out_file.name + ".tmp")
    temporary.write_text(html, encoding="utf-8")
    temporary.replace(out_file)


def render(figures: Figures, operations: Mapping[str, Any] | None = None, *, explorer: bool = False) -> str:
    """The page as HTML."""
    css, js = asset("base.css") + asset("report.css"), asset("switches.js")
    names = {p.slug: p.name for p in figures.platforms}
    manifest = figures.manifest
    return (
        environment()
        .get_template("report.html")
        .render(
            f=figures,
            css=Markup(css),  # noqa: S704 - our own file
            js=Markup(js),  # noqa: S704 - our own file
            csp=policy((css,), (js,)),
            title=both("Presselage der Plattformen", "Platforms in the press") + " · presslake",
            headline=_headline(figures),
            dek=_dek(figures),
            created=day(created_on(manifest)),
            snapshot_id=str(manifest.get("snapshot_id", "–")),
            code_version=str(manifest.get("code_version", "")),
            contents=_CONTENTS,
            panel_top=max((max(p.series, default=0) for p in figures.platforms), default=0),
            voice_parts=_first_seven([p.articles for p in figures.platforms]),
            kind_parts=[n for _, n in figures.speaker_kinds],
            type_parts=[n for _, n in figures.speech_types],
            corner_top=max((n for _, n in figures.corners), default=0),
            rejects=None if operations is None else count_rejects(operations.get("rejects", ())),
            fetches=[] if operations is None else list(operations.get("fetches", ())),
            quality=_quality(figures),
            expectations=_expectations(manifest),
            facts=_facts(figures),
            explorer=explorer,
            explore=_explore,
            platform_name=lambda slug: names.get(slug, slug),
        )
    )


_CONTENTS = (
    ("coverage", both("Zeitverlauf", "Over time")),
    ("voice", both("Anteile", "Share of voice")),
    ("outlets", both("Medien", "Outlets")),
    ("speakers", both("Wer zu Wort kommt", "Who is heard")),
    ("organisations", both("Organisationen", "Organisations")),
    ("newest", both("Neueste Aussagen", "Newest claims")),
    ("repeated", both("Meistwiederholt", "Most repeated")),
    ("texts", both("Aussagen im Text", "Claims in the text")),
    ("rejects", both("Aussortiert", "Set aside")),
    ("quality", both("Datenqualität", "Data quality")),
    ("basis", both("Grundlagen", "Basis")),
)


def _explore(**state: str | None) -> str:
    """The explorer's address for a state of its filters."""
    return "explorer.html#" + urlencode({k: v for k, v in state.items() if v})


def _first_seven(values: list[int]) -> list[int]:
    return values if len(values) <= 8 else [*values[:7], sum(values[7:])]


def _headline(f: Figures) -> Text:
    if not f.totals.articles:
        return both("Noch ist nichts berichtet", "Nothing reported yet")
    if not f.platforms:
        return both("{n} im Archiv, keine Plattform im Blick", "{n} on file, no platform in sight", n=_articles(f.totals.articles))
    top = f.platforms[0]
    if f.totals.articles < 10:
        return both("{n}: was die Presse über Plattformen schreibt", "{n}: what the press writes about platforms", n=_articles(f.totals.articles))
    share = percent(top.articles, f.totals.articles)
    return both("{n} kommt in {s} der Artikel vor", "{n} features in {s} of articles", n=words.clip(top.name, 40), s=share)


def _articles(n: int) -> Text:
    return counted(n, ("Artikel", "article"), ("Artikel", "articles"))


def _dek(f: Figures) -> Text:
    t = f.totals
    if not t.articles:
        return both(
            "Sobald die ersten Artikel geladen sind, steht hier, wer was wo gesagt hat.",
            "Once the first articles are loaded, this page says who said what, and where.",
        )
    outlets = counted(t.outlets, ("Medium", "outlet"), ("Medien", "outlets"))
    out = both("{a} aus {o}", "{a} from {o}", a=_articles(t.articles), o=outlets)
    if t.first_on and t.first_on == t.last_on:
        out += both(" vom {a}", " of {a}", a=day(t.first_on))
    elif t.first_on:
        out += both(" vom {a} bis {b}", " between {a} and {b}", a=day(t.first_on), b=day(t.last_on))
    out += both(", mit {c}.", ", with {c}.", c=counted(t.claims, ("Aussage", "claim"), ("Aussagen", "claims")))
    if f.speakers:
        who, n = words.clip(f.speakers[0].name, 60), counted(f.speakers[0].claims, ("Aussage", "claim"), ("Aussagen", "claims"))
        out += both(" Am häufigsten kommt {w} zu Wort ({n}).", " The voice heard most is {w} ({n}).", w=who, n=n)
    if f.repeated and f.repeated[0].outlets > 2:
        out += both(
            " Die meistwiederholte Aussage steht in {n} Medien.", " The most repeated claim stands in {n} outlets.", n=number(f.repeated[0].outlets)
        )
    return out


def _quality(f: Figures) -> list[tuple[Text, tuple[int, int]]]:
    q = f.quality
    return [
        (both("Artikel mit Datum", "articles with a date"), q.dated),
        (both("Artikel mit ganzem Text", "articles with their whole text"), q.whole),
        (both("Aussagen mit Sprecher", "claims with a speaker"), q.attributed),
        (both("Nennungen, deren Person oder Organisation feststeht", "mentions whose person or organisation is known"), q.resolved),
        (both("Aussagen mit einer Zahl", "claims with a number"), q.with_number),
    ]


def _expectations(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The manifest's expectation results with every field present."""
    rows = manifest.get("expectations") or manifest.get("expectation_results") or ()
    empty = {"table_name": "", "expectation": "", "severity": "", "is_success": True, "unexpected_count": 0, "detail": None}
    return [empty | {k: v for k, v in row.items() if k in empty} for row in rows if isinstance(row, Mapping)]


def _facts(f: Figures) -> list[tuple[Text, str | Text]]:
    m = f.manifest
    facts: list[tuple[Text, str | Text]] = [
        (both("Momentaufnahme", "snapshot"), str(m.get("snapshot_id", "–"))),
        (both("erzeugt", "created"), str(m.get("created_at", "–"))),
        (both("Vorgängerin", "previous snapshot"), str(m.get("previous_snapshot_id") or m.get("previous_snapshot") or "–")),
        (both("Lauf", "run"), str(m.get("run_id", "–"))),
        (both("Fassung der Tabellen", "version of the tables"), str(m.get("schema_version", "–"))),
        (both("Programmfassung", "code version"), str(m.get("code_version", "–"))),
        (both("ausgelesen mit", "extracted by"), ", ".join(words.clip(e, 60) for e in f.extractors) or "–"),
    ]
    if f.quality.confidence is not None:
        facts.append((both("mittlere Sicherheit der Aussagen", "mean confidence of claims"), number(f.quality.confidence, 2)))
    return [(label, words.clip(value, 160) if isinstance(value, str) else value) for label, value in facts]
