"""Articles with their claims marked in the text, as far as the snapshot carries one: what the report shows to read.

The snapshot is the measure of what may be shown: a body where the rights of the source grant the full text, a lead where they grant an
excerpt, neither where they grant metadata only. Claims stand below each article in every case.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from markupsafe import escape

from flows.report.words import clean

if TYPE_CHECKING:
    import duckdb

MOST = 12
"""Articles shown."""
PER_OUTLET = 3
"""Of one outlet, before those of others had their turn."""
MOST_CLAIMS = 60
"""Claims marked in one article."""
ARTICLE_BYTES, ALL_BYTES = 40_000, 400_000
"""Text of one article, and of all of them, as HTML: the report stays a file to be mailed."""
COLOURS = 7
"""Speakers of an article that have a colour of their own; then they begin again. The last colour is for claims without one."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim of an article, in the order of the text."""

    number: int
    text: str
    speaker: str | None
    speaker_kind: str
    role: str | None
    organisation: str | None
    speech_type: str
    modality: str
    colour: int
    spans: tuple[tuple[int, int], ...]
    is_marked: bool = False
    """Whether the words stand in the text that is shown."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text under the same claims."""

    text: str
    colour: int | None
    """Of the innermost claim; None outside of all."""
    begins: tuple[int, ...]
    """Numbers of the claims that begin here."""
    ends: tuple[int, ...]
    """Numbers of the claims that end here."""


@dataclass(frozen=True, slots=True)
class Article:
    article_id: str
    title: str
    url: str
    outlet: str
    published_on: dt.date | None
    language: str
    extent: str
    """``text``, ``lead`` or ``none``: what the snapshot carries of the words."""
    is_cut: bool
    """Whether the text is longer than what is shown."""
    paragraphs: tuple[tuple[Piece, ...], ...]
    claims: tuple[Claim, ...]
    further_claims: int
    """Claims that are not shown."""


def read_articles(con: duckdb.DuckDBPyConnection, cutoff: dt.date | None) -> tuple[Article, ...]:
    """The newest articles that have claims, those with their text first; ``con`` has the tables ``a`` and ``c`` of :mod:`flows.report.figures`."""
    rows = con.execute(
        """WITH told AS (SELECT article_id, count(*) AS claim_count FROM c WHERE char_start IS NOT NULL GROUP BY 1),
                ranked AS (SELECT a.*, t.claim_count, r.body_text, r.lead,
                                  row_number() OVER (PARTITION BY a.outlet ORDER BY a.published_at DESC, a.article_id) AS turn
                           FROM a JOIN told AS t USING (article_id) JOIN articles AS r USING (article_id)
                           WHERE a.is_cluster_lead AND a.published_on <= $day)
           SELECT article_id, title, url, outlet, published_on, language, claim_count, body_text, lead,
                  (SELECT min(char_start) FROM blocks AS b
                   WHERE b.article_id = ranked.article_id AND b.role = 'lead' AND b.char_end - b.char_start = length(lead)) AS lead_start
           FROM ranked ORDER BY body_text IS NULL, lead IS NULL, turn > $turns, published_at DESC, article_id LIMIT $most""",
        {"day": cutoff or dt.date.max, "turns": PER_OUTLET, "most": MOST},
    ).fetchall()
    claims = _read_claims(con, [row[0] for row in rows])
    out, room = [], ALL_BYTES
    for row in rows:
        article = _article(row, claims.get(row[0], []), min(room, ARTICLE_BYTES))
        room -= sum(_size(p.text) for pieces in article.paragraphs for p in pieces)
        out.append(article)
    return tuple(out)


def _read_claims(con: duckdb.DuckDBPyConnection, ids: list[str]) -> dict[str, list[tuple[Any, ...]]]:
    rows = con.execute(
        """SELECT c.article_id, c.text, c.speaker, c.speaker_kind, c.speaker_role,
                  CASE WHEN c.speaker_kind = 'person' THEN c.speaker_organisation END, c.speech_type, c.modality, k.spans
           FROM c JOIN claims AS k USING (claim_id) WHERE c.article_id IN (SELECT unnest($ids)) AND c.char_start IS NOT NULL
           QUALIFY row_number() OVER (PARTITION BY c.article_id ORDER BY c.char_start, c.claim_id) <= $most
           ORDER BY c.article_id, c.char_start, c.claim_id""",
        {"ids": ids, "most": MOST_CLAIMS},
    ).fetchall()
    out: dict[str, list[tuple[Any, ...]]] = {}
    for article_id, *rest in rows:
        out.setdefault(article_id, []).append(tuple(rest))
    return out


def _article(row: Sequence[Any], rows: list[tuple[Any, ...]], room: int) -> Article:
    article_id, title, url, outlet, published_on, language, claim_count, body, lead, lead_start = row
    text, offset, extent = (body, 0, "text") if body else (lead, lead_start, "lead") if lead else ("", 0, "none")
    shown = _within(text, room)
    claims = _number(rows, shown, offset)
    return Article(
        article_id=article_id,
        title=title,
        url=url,
        outlet=outlet,
        published_on=published_on,
        language=language,
        extent=extent,
        is_cut=len(shown) < len(text),
        paragraphs=tuple(mark(shown, offset or 0, [c for c in claims if c.is_marked])),
        claims=tuple(claims),
        further_claims=claim_count - len(claims),
    )


def _number(rows: list[tuple[Any, ...]], shown: str, offset: int | None) -> list[Claim]:
    """Claims with number and colour, the same for all claims of one speaker. ``offset`` None: what is shown is not from the body."""
    colours: dict[tuple[str, str], int] = {}
    out = []
    for number, (text, speaker, kind, role, organisation, speech_type, modality, spans) in enumerate(rows, 1):
        ends = tuple((int(s["start"]), int(s["end"])) for s in spans)
        colour = COLOURS if kind == "unknown" else colours.setdefault((kind, speaker or ""), len(colours) % COLOURS)
        inside = offset is not None and bool(ends) and all(offset <= start < end <= offset + len(shown) for start, end in ends)
        out.append(Claim(number, text, speaker, kind, role, organisation, speech_type, modality, colour, ends, inside))
    return out


def _within(text: str, room: int) -> str:
    """As many whole paragraphs of ``text`` as fit into ``room`` bytes of HTML."""
    if _size(text) <= room:
        return text
    used, kept = 0, []
    for paragraph in text.split("\n\n"):
        used += _size(paragraph)
        if used > room:
            break
        kept.append(paragraph)
    return "\n\n".join(kept)


def _size(text: str) -> int:
    return len(str(escape(text)).encode())


def mark(text: str, offset: int, claims: Iterable[Claim]) -> list[tuple[Piece, ...]]:
    """Paragraphs of ``text``, which begins at ``offset`` of the body, cut where claims begin and end. Claims may overlap or lie inside each other."""
    claims = list(claims)
    last = {c.number: max(end for _, end in c.spans) - offset for c in claims}
    first = {c.number: min(start for start, _ in c.spans) - offset for c in claims}
    spans = [(start - offset, end - offset, c) for c in claims for start, end in c.spans]
    out, at = [], 0
    for paragraph in text.split("\n\n"):
        end = at + len(paragraph)
        here = [(s, e, c) for s, e, c in spans if s < end and e > at]
        cuts = sorted({at, end, *(x for s, e, _ in here for x in (s, e) if at < x < end)})
        pieces = []
        for a, b in pairwise(cuts):
            over = [(e - s, c) for s, e, c in here if s <= a and b <= e]
            inner = min(over, key=lambda pair: pair[0])[1] if over else None
            begins = tuple(sorted({c.number for _, c in over if first[c.number] == a}))
            ends = tuple(sorted({c.number for _, c in over if last[c.number] == b}))
            pieces.append(Piece(clean(text[a:b]), inner.colour if inner else None, begins, ends))
        if pieces:
            out.append(tuple(pieces))
        at = end + 2
    return out
