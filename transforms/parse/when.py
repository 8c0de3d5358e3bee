"""Which of the dates on a page is the publication's: candidates with what speaks for them, ranked by a small learned scorer."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from transforms.parse.cues import BIT
from transforms.parse.dates import TEXT, local_day, read_date, url_date
from transforms.parse.score import load_forest
from transforms.parse.view import View
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
KINDS = ("json_ld", "meta", "time", "text", "url", "itemprop", "created", "modified_ld", "modified_meta", "other_ld", "script")
MAX_TEXTS = 60


@dataclass(frozen=True, slots=True)
class DateCandidate:
    """A date, where it was found (one of ``KINDS``), and the piece if it stands in the text."""

    date: PublicationDate
    day: dt.date
    kind: str
    piece: int
    order: int
    context: str = ""


def candidates(view: View, hints: SourceHints, *, month_first: bool = False) -> list[DateCandidate]:
    """Every date that might be the publication's, in order of trust."""
    out: list[DateCandidate] = []

    def add(raw: str | None, method: str, kind: str, piece: int = -1, context: str = "") -> None:
        date = read_date(raw, method, hints.time_zone, month_first=month_first)
        if date is not None:
            out.append(DateCandidate(date, local_day(date), kind, piece, len(out), context))

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
    for value in view.script_dates[:3]:
        add(value, "script", "script")
    in_url = url_date(view.url)
    if in_url is not None:
        out.append(DateCandidate(in_url, local_day(in_url), "url", -1, len(out)))
    for i, context, raw, kind in _visible(view):
        add(raw, "time" if kind == "time" else "text", kind, i, context)
        if len(out) > MAX_TEXTS:
            break
    return out


def _visible(view: View) -> Iterator[tuple[int, str, str, str]]:
    """Dates in time elements and in short pieces around the article: (piece, context, raw, kind)."""
    for i in view.near(25, 25):
        piece = view.pieces[i]
        text = piece.text
        if piece.times:
            for raw in piece.times[:3]:
                yield i, text[:120], raw, "time"
        if len(text) > 260 and not (i >= view.last - 2 or i <= view.first + 1):
            continue
        if not any(map(str.isdigit, text[:260])):
            continue
        for found in islice(TEXT.finditer(text[:260]), 3):
            before = text[max(0, found.start() - 40) : found.start()]
            yield i, before + "\x00" + text[found.end() : found.end() + 30], text[found.start() : found.end() + 30], "text"


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
            ]
        )
    return np.asarray(out, dtype=np.float32).reshape(len(found), -1)


def choose_dates(
    view: View, hints: SourceHints, fetched: dt.date | None, *, month_first: bool = False
) -> tuple[PublicationDate | None, PublicationDate | None]:
    """Publication and last change."""
    found = candidates(view, hints, month_first=month_first)
    modified = next((c.date for c in found if c.kind in ("modified_ld", "modified_meta")), None)
    if not found:
        return None, modified
    scores = load_forest("dates").predict(rows(view, found, fetched))
    best: dict[dt.date, float] = {}
    for c, s in zip(found, scores, strict=True):
        best[c.day] = max(best.get(c.day, 0.0), float(s))
    day = max(best, key=lambda d: best[d])
    if best[day] < 0.12:
        return None, modified
    of_day = [c for c in found if c.day == day]
    strong = [c for c in of_day if not c.kind.startswith("modified")] or of_day
    exact = max(strong, key=lambda c: (c.date.precision in ("minute", "second"), -c.order))
    return exact.date, modified
