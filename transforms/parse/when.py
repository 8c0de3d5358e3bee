"""Which of the dates on a page is the publication's: candidates with what speaks for them, ranked by a small learned scorer."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from presslake.schema import DatePrecision
from transforms.parse.cues import BIT
from transforms.parse.dates import TEXT, local_day, read_date, url_date
from transforms.parse.relative import read_relative
from transforms.parse.score import Floats, load_forest
from transforms.parse.view import View
from transforms.parse.walk import Piece
from transforms.records import PublicationDate, SourceHints

PUBLISHED_KEYS = frozenset(
    (
        "article:published_time",
        "og:article:published_time",
        "article:published",
        "og:published_time",
        "og:pubdate",
        "datepublished",
        "date",
        "pubdate",
        "publishdate",
        "publish-date",
        "publish_date",
        "dc.date",
        "dc.date.issued",
        "dc.date.published",
        "dc.date.created",
        "dc:date",
        "dcterms.date",
        "dcterms.created",
        "dcterms.issued",
        "parsely-pub-date",
        "sailthru.date",
        "datecreated",
        "uploaddate",
        "publication_date",
        "citation_publication_date",
        "citation_online_date",
        "citation_date",
        "article_date_original",
        "article.published",
        "originalpublicationdate",
        "cxenseparse:recs:publishtime",
        "last-published",
        "sw-pubdate",
        "published_at",
        "published-date",
        "created",
        "creation_date",
        "displaydate",
        "bt:pubdate",
        "shareaholic:article_published_time",
        "rnews:datepublished",
        "iptc:publicationdate",
        "releasedate",
        "video:release_date",
        "article:post_date",
        "published",
        "published_on",
        "publishedon",
        "publish_time",
        "pub_date",
        "publication-date",
        "publicationdate",
        "article:published_date",
        "datepublication",
        "date_published",
        "dcterms.available",
    )
)
MODIFIED_KEYS = frozenset(
    (
        "article:modified_time",
        "og:updated_time",
        "datemodified",
        "last-modified",
        "dcterms.modified",
        "dc.date.modified",
        "revised",
        "lastmod",
        "article:modified",
        "modified",
        "shareaholic:article_modified_time",
        "last_modified",
    )
)
PUBLISHED = re.compile(
    r"publi|veröffentlicht|erschienen|erstellt|posted|geschrieben|written|verfasst|eingestellt|ersch\.|vom\b|datum|date\b|released", re.I
)
UPDATED = re.compile(r"updat|aktualisiert|stand\b|modified|geändert|änderung|edited|bearbeitet|revised|reviewed|letzte|last", re.I)
BYLINE = re.compile(r"\b(?:von|by|autor|author)\b", re.I)
EVENT = re.compile(
    r"kommentar|comment|antwort|reply|replies|says|uhr\b.*uhr\b|termin|event|webinar|bis zum|ab dem|until|seit|copyright|©|deadline|beginn|einlass",
    re.I,
)
LABELLED = re.compile(r"\b(?:published|veröffentlicht|erschienen|posted|erstellt|publié|publicado|pubblicato)\b[^.]{0,12}$", re.I)
"""A label of the publication right before the date."""
UTC = re.compile(r"\d(?:Z|[+-]00:?00)$")
DAY = dt.timedelta(days=1)
KINDS = ("json_ld", "meta", "time", "text", "url", "itemprop", "created", "modified_ld", "modified_meta", "other_ld", "script")
MAX_TEXTS = 60
DIGIT = re.compile(r"\d")
_UPDATE = r"(?:(?:zuletzt|letzte|last)\s+)?(?:stand|aktualisier(?:t|ung)|updated?|geändert|änderung|bearbeitet|modified|edited|revised)"
UPDATE_BEFORE = re.compile(rf"\b{_UPDATE}(?:\s+(?:am|vom|on|at))?\s*[:,]?\s*(?:[^\W\d_]{{2,10}}\.?,\s*)?(?:den\s+)?$", re.I)
"""A label of a change and nothing but a day's name up to the date."""
UPDATE_FIRST = re.compile(rf"\W*{_UPDATE}\b", re.I)
LEAST, LEAST_OF_SECOND = 0.12, 0.5
"""Scores from which a date is the publication's."""
NOT_OURS = BIT["comment"] | BIT["related"] | BIT["teaser"] | BIT["side"] | BIT["footer"]


@dataclass(frozen=True, slots=True)
class DateCandidate:
    """A date, where it was found (one of ``KINDS``), and the piece if it stands in the text."""

    date: PublicationDate
    day: dt.date
    kind: str
    piece: int
    order: int
    context: str = ""


def candidates(view: View, hints: SourceHints) -> list[DateCandidate]:
    """Every date that might be the publication's, in order of trust."""
    return _with_visible(declared_candidates(view, hints), view, hints)


def _with_visible(declared: list[DateCandidate], view: View, hints: SourceHints) -> list[DateCandidate]:
    """``declared`` and the dates that are shown."""
    out = list(declared)
    for i, context, raw, kind in _visible(view):
        date = read_date(raw, "time" if kind == "time" else "text", hints.time_zone, month_first=view.month_first)
        if date is not None:
            out.append(DateCandidate(date, local_day(date), kind, i, len(out), context))
        if len(out) > MAX_TEXTS:
            break
    return out


def declared_candidates(view: View, hints: SourceHints) -> list[DateCandidate]:
    """Those that the page, its scripts and its address declare."""
    out: list[DateCandidate] = []

    def add(raw: str | None, method: str, kind: str) -> None:
        date = read_date(raw, method, hints.time_zone, month_first=view.month_first)
        if date is not None:
            out.append(DateCandidate(date, local_day(date), kind, -1, len(out)))

    declared = view.declared
    add(declared.ld("datePublished"), "json_ld", "json_ld")
    add(declared.ld("dateCreated"), "json_ld", "created")
    add(declared.ld("dateModified"), "json_ld", "modified_ld")
    others = [o for o in declared.objects if o is not declared.article and "datePublished" in o][:3]
    for other in others:
        value = other.get("datePublished")
        add(value if isinstance(value, str) else None, "json_ld", "other_ld")
    for key, values in declared.metas.items():
        if key in PUBLISHED_KEYS:
            add(values[0], "meta", "itemprop" if key in {"datepublished", "datecreated"} else "meta")
        elif key in MODIFIED_KEYS:
            add(values[0], "meta", "modified_meta")
    for value in view.attribute_dates[:3]:
        add(value, "meta", "itemprop")
    for value in view.script_dates[:3]:
        add(value, "script", "script")
    in_url = url_date(view.url)
    if in_url is not None:
        out.append(DateCandidate(in_url, local_day(in_url), "url", -1, len(out)))
    return out


def _visible(view: View) -> Iterator[tuple[int, str, str, str]]:
    """Dates in time elements and in short pieces around the article: (piece, context, raw, kind)."""
    for i in view.near(25, 25):
        piece = view.pieces[i]
        if view.is_within(i) and not piece.times and len(piece.text) > 60:
            continue
        text = _spaced(piece)
        if piece.times:
            for raw in piece.times[:3]:
                yield i, text[:120], raw, "time"
        if len(text) > 260 and not (i >= view.last - 2 or i <= view.first + 1):
            continue
        if DIGIT.search(text, 0, 260) is None:
            continue
        for found in islice(TEXT.finditer(text[:260]), 3):
            before = text[max(0, found.start() - 40) : found.start()]
            yield i, before + "\x00" + text[found.end() : found.end() + 30], text[found.start() : found.end() + 30], "text"


def _spaced(piece: Piece) -> str:
    """The text with a space between its runs: "Anna Muster" and "3.11.2024" in two spans stand apart on the screen by their style alone."""
    if len(piece.text) > 200 or len(piece.markup) < 2:
        return piece.text
    return " ".join(" ".join(t for t, _ in piece.markup).split())


def rows(view: View, found: list[DateCandidate], fetched: dt.date | None) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """One row of evidence per candidate."""
    days = Counter(c.day for c in found)
    kinds_of: dict[dt.date, set[str]] = {}
    for c in found:
        kinds_of.setdefault(c.day, set()).add(c.kind)
    ordered = sorted(days)
    rank = {d: i for i, d in enumerate(ordered)}
    has = {k: any(c.kind == k for c in found) for k in KINDS}
    seen: Counter[str] = Counter()
    in_url = next((c.day for c in found if c.kind == "url"), None)
    published = next((c.day for c in found if c.kind in ("json_ld", "meta")), None)
    modified = next((c.day for c in found if c.kind.startswith("modified")), None)
    start = view.title if view.title >= 0 else view.first
    hour = next((_hour_of_utc(c.date) for c in found if c.kind in ("json_ld", "meta")), -1)
    out = []
    author, meta, comment = BIT["author"], BIT["meta"], BIT["comment"]
    bad = BIT["related"] | BIT["teaser"] | BIT["side"] | BIT["footer"]
    for c in found:
        piece = view.pieces[c.piece] if c.piece >= 0 else None
        before = c.context.partition("\x00")[0]
        near = 0
        above = 0
        if piece is not None:
            near = piece.node.own | piece.span_cues | (piece.node.parent.own if piece.node.parent else 0)
            above = near | piece.node.above
        text = piece.text if piece is not None else ""
        seen[c.kind] += 1
        out.append(
            [
                KINDS.index(c.kind),
                days[c.day],
                len(kinds_of[c.day]),
                rank[c.day] / max(len(ordered) - 1, 1),
                len(ordered),
                seen[c.kind],
                *(1.0 if k in kinds_of[c.day] else 0.0 for k in KINDS),
                *(1.0 if has[k] else 0.0 for k in ("json_ld", "meta", "time", "text", "url", "modified_ld")),
                c.piece - start if c.piece >= 0 and start >= 0 else -999,
                c.piece - view.first if c.piece >= 0 and view.first >= 0 else -999,
                c.piece - view.last if c.piece >= 0 and view.last >= 0 else -999,
                len(text),
                1.0 if PUBLISHED.search(before) else 0.0,
                1.0 if UPDATED.search(before) or UPDATED.search(text[:20]) else 0.0,
                1.0 if BYLINE.search(text) else 0.0,
                1.0 if EVENT.search(text) else 0.0,
                1.0 if before.strip() == "" else 0.0,
                len(before.split()),
                1.0 if near & meta else 0.0,
                1.0 if near & author else 0.0,
                1.0 if above & comment else 0.0,
                1.0 if near & bad else 0.0,
                1.0 if above & bad else 0.0,
                piece.link_chars / (len(text) or 1) if piece is not None else 0.0,
                (c.day - in_url).days if in_url else -9999,
                (c.day - published).days if published else -9999,
                (c.day - modified).days if modified else -9999,
                1.0 if c.date.precision in ("minute", "second") else 0.0,
                1.0 if fetched is not None and c.day > fetched else 0.0,
                1.0 if is_update(view, c) else 0.0,
                1.0 if LABELLED.search(before) else 0.0,
                hour,
                days[c.day - DAY] + days[c.day + DAY],
                len(view.attribute_dates),
                len(before.rstrip()) - len(before),
            ]
        )
    return np.asarray(out, dtype=np.float32).reshape(len(found), -1 if found else 0)


def _hour_of_utc(date: PublicationDate) -> int:
    """The hour of a time in UTC, of which the outlet's own day may be the one before or after; -1 of any other."""
    return date.at.hour if date.precision is not DatePrecision.DAY and UTC.search(date.raw) else -1


def choose_dates(
    view: View,
    hints: SourceHints,
    fetched_at: dt.datetime,
    *,
    stated: str | None = None,
    scorer: Callable[[Sequence[DateCandidate]], Sequence[float]] | None = None,
) -> tuple[PublicationDate | None, PublicationDate | None]:
    """Publication and last change. ``stated`` is what the source's own selector found, which goes before all else.
    ``scorer`` rates the candidates in place of the forest of this package.

    A date more than a day after the fetch is a mistake of the page or another thing's date: never the publication's.
    """
    latest = fetched_at.astimezone(dt.UTC) + dt.timedelta(days=1)
    found = declared_candidates(view, hints)
    modified = next((c.date for c in found if c.kind in ("modified_ld", "modified_meta") and c.date.at <= latest), None)
    own = read_date(stated, "selector", hints.time_zone, month_first=view.month_first) or (read_relative(stated, fetched_at) if stated else None)
    if own is not None and own.at <= latest:
        return own, modified
    if modified is not None and (agreed := _agreed(found, latest)) is not None:
        return agreed, modified
    found = _with_visible(found, view, hints)
    scores = scorer(found) if scorer else load_forest("dates").predict(rows(view, found, fetched_at.date())) if found else ()
    published = _ranked(view, found, scores, latest)
    updated = next((c.date for c in found if c.date.at <= latest and is_update(view, c)), None)
    if published is None:
        published, updated = _told(view, fetched_at, updated)
    return published, modified or updated


def _agreed(found: list[DateCandidate], latest: dt.datetime) -> PublicationDate | None:
    """The date of JSON-LD where a meta element or the address has the same day: there is nothing left to weigh."""
    stated = next((c for c in found if c.kind == "json_ld"), None)
    if stated is None:
        return None
    same = [c for c in found if c.day == stated.day and c.kind in ("json_ld", "meta", "url") and c.date.at <= latest]
    if len({c.kind for c in same}) < 2:
        return None
    return max(same, key=lambda c: (c.date.precision in ("minute", "second"), -c.order)).date


def _ranked(view: View, found: Sequence[DateCandidate], scores: Sequence[float] | Floats, latest: dt.datetime) -> PublicationDate | None:
    """The date that the scorer holds for the publication's, among those that can be."""
    best: dict[dt.date, float] = {}
    for c, s in zip(found, scores, strict=True):
        best[c.day] = max(best.get(c.day, 0.0), float(s))
    least = LEAST
    for day in sorted(best, key=lambda d: -best[d]):
        if best[day] < least:
            return None
        strong = [c for c in found if c.day == day and not is_update(view, c)]
        if not strong:
            continue
        if min(c.date.at for c in strong) > latest:
            least = LEAST_OF_SECOND  # what comes second to a date that cannot be needs more to speak for it
            continue
        strong = [c for c in strong if not c.kind.startswith("modified")] or strong
        return max(strong, key=lambda c: (c.date.precision in ("minute", "second"), -c.order)).date
    return None


def is_update(view: View, candidate: DateCandidate) -> bool:
    """True if the text calls this date that of a change: "Stand: 3. Mai 2024", "Aktualisiert am …"."""
    if candidate.kind == "text":
        return UPDATE_BEFORE.search(candidate.context.partition("\x00")[0]) is not None
    if candidate.kind == "time":
        text = view.pieces[candidate.piece].text
        return UPDATE_FIRST.match(text) is not None and PUBLISHED.search(text) is None and len(view.pieces[candidate.piece].times) == 1
    return False


def _told(view: View, fetched_at: dt.datetime, updated: PublicationDate | None) -> tuple[PublicationDate | None, PublicationDate | None]:
    """Publication and change where the page only says how long ago: "vor 2 Stunden" beside headline or text."""
    published = None
    start = view.title if view.title >= 0 else view.first
    for i in range(max(start - 4, 0), min(view.first + 3, len(view.pieces))) if view.first >= 0 else ():
        piece = view.pieces[i]
        if len(piece.text) > 120 or (piece.node.own | piece.node.above) & NOT_OURS:
            continue
        told = read_relative(piece.text, fetched_at)
        if told is None:
            continue
        if UPDATE_FIRST.match(piece.text):
            updated = updated or told
        else:
            published = published or told
    return published, updated
