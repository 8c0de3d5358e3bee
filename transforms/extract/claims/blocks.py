"""Quotations that are blocks of their own: lists of quotations, quote boxes, a quotation over several paragraphs."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from presslake.schema import EntityKind
from transforms.extract.claims.quotes import MARKS, Quotation
from transforms.extract.claims.speakers import Directory
from transforms.records import NO_PROSE, Block, Role

_REST = re.compile(r"^\W*(?:\d{1,3}[.)]\s*)?(?:[^\n]{0,120}?[:–—]\s*)?\W*$")
_AFTER = re.compile(r"^[\s.,–—-]*(?:\([^()]{0,160}\)|[–—-]\s*[^\n]{0,120})?[\s.]*$")
_MAX_HEADING_WORDS = 9
_BY = re.compile(r"(?:\bvon|\bby|\bof|\bfrom)\s+(?:\w+\s+){0,2}$")
_WITH = re.compile(r"(?:\bmit|\bwith)\s+(?:\w+\s+){0,2}$")
""" "on stage with Y" names who listened where the title names who spoke."""
_TOPIC = re.compile(r"(?:\d{1,3}[.)]\s*)?(?:über|zu|zum|zur|auf|about|on)\s", re.IGNORECASE)
""" "2. Über Gerrit Wübbenas Podcast": whom the quotation below is about."""
_MAX_PARAGRAPHS = 12


@dataclass(frozen=True, slots=True)
class LongQuotation:
    """A quotation over several paragraphs: its spans, the block it opens in, the blocks it fills."""

    spans: tuple[tuple[int, int], ...]
    first: int
    last: int


def quotation_blocks(text: str, blocks: Sequence[Block], pairs: Sequence[list[Quotation]]) -> frozenset[int]:
    """Numbers of the blocks that are items of a list of quotations: nothing but a quotation, its number, label or source."""
    whole = [n for n, b in enumerate(blocks) if b.role not in NO_PROSE and b.role != Role.TITLE and _is_whole(text, b, pairs[n])]
    out = set()
    for at, n in enumerate(whole):
        near = (at > 0 and n - whole[at - 1] <= 2) or (at + 1 < len(whole) and whole[at + 1] - n <= 2)
        if near or blocks[n].role in (Role.LIST_ITEM, Role.QUOTE):
            out.add(n)
    return frozenset(out)


def _is_whole(text: str, block: Block, pairs: list[Quotation]) -> bool:
    top = [q for q in pairs if q.depth == 0]
    if top and block.role == Role.LIST_ITEM and _TOPIC.match(text, block.start) and text[block.start : top[-1].start].rstrip().endswith(":"):
        return bool(_AFTER.match(text[top[-1].end : block.end]))  # "4. Auf die Frage, ob das stimme: „Nein.“"
    if not top or top[-1].end - top[0].start < 0.4 * (block.end - block.start):
        return False
    between = sum(b.start - a.end for a, b in itertools.pairwise(top))
    return between <= 12 and bool(_REST.match(text[block.start : top[0].start])) and bool(_AFTER.match(text[top[-1].end : block.end]))


class ListSpeakers:
    """Whose words the items of a list are that name nobody."""

    def __init__(self, text: str, blocks: Sequence[Block], items: frozenset[int], directory: Directory) -> None:
        self._text, self._blocks, self._items, self._directory = text, blocks, items, directory
        self._intro: dict[int, int | None] = {}
        last: int | None = None
        for n, block in enumerate(blocks):
            self._intro[n] = last
            if n not in items and block.role not in NO_PROSE | {Role.HEADING, Role.TITLE, Role.LIST_ITEM}:
                last = n

    def of(self, number: int) -> tuple[int, int] | None:
        """The person of the heading above the item, else whom the introduction or the title names first."""
        above = number - 1
        if above >= 0 and above not in self._items:
            block = self._blocks[above]
            heading = self._text[block.start : block.end]
            names_speaker = len(heading.split()) <= _MAX_HEADING_WORDS and not _TOPIC.match(heading) and not heading.endswith(".")
            if names_speaker and (named := _people(self._directory, block)):
                return named[0]
        intro = self._intro.get(number)
        return self._introduced(intro, _BY) or self._titled or self._introduced(intro, _WITH) or self._protagonist

    def _introduced(self, number: int | None, lead: re.Pattern[str]) -> tuple[int, int] | None:
        """ "Fünf Zitate von X aus dem Interview mit Y:" in the last paragraph before the list: the first one."""
        named = _people(self._directory, self._blocks[number]) if number is not None else []
        return next((span for span in named[:1] if lead.search(self._text, max(0, span[0] - 40), span[0])), None)

    @functools.cached_property
    def _titled(self) -> tuple[int, int] | None:
        """The first person of the title."""
        return self._first(b for b in self._blocks if b.role == Role.TITLE)

    @functools.cached_property
    def _protagonist(self) -> tuple[int, int] | None:
        """The first person of the text."""
        return self._first(b for b in self._blocks if b.role not in NO_PROSE)

    def _first(self, blocks: Iterable[Block]) -> tuple[int, int] | None:
        return next((named[0] for b in blocks if (named := _people(self._directory, b))), None)


def _people(directory: Directory, block: Block) -> list[tuple[int, int]]:
    return [(m.start, m.end) for m in directory.within(block.start, block.end) if m.kind == EntityKind.PERSON]


def long_quotations(
    text: str, blocks: Sequence[Block], pairs: Sequence[list[Quotation]], marks: Mapping[str, tuple[str, ...]]
) -> list[LongQuotation]:
    """Quotations that open again with every paragraph and close in the last one."""
    out: list[LongQuotation] = []
    n = 0
    while n + 1 < len(blocks):
        found = _long_from(text, blocks, pairs, marks, n)
        if found is not None:
            out.append(found)
            n = found.last
        n += 1
    return out


def _long_from(
    text: str, blocks: Sequence[Block], pairs: Sequence[list[Quotation]], marks: Mapping[str, tuple[str, ...]], n: int
) -> LongQuotation | None:
    at = _dangling(text, blocks[n], pairs[n], marks)
    if at is None:
        return None
    mark = text[at]
    spans = [(at, blocks[n].end)]
    for m in range(n + 1, min(len(blocks), n + _MAX_PARAGRAPHS)):
        b = blocks[m]
        if b.role in NO_PROSE or text[b.start] != mark:
            return None
        closing = next((q for q in pairs[m] if q.start == b.start), None)
        if closing is not None:
            return LongQuotation((*spans, (b.start, closing.end)), n, m)
        spans.append((b.start, b.end))
    return None


def _dangling(text: str, block: Block, pairs: list[Quotation], marks: Mapping[str, tuple[str, ...]]) -> int | None:
    """An opening mark that its block does not close, after the last pair."""
    if block.role in NO_PROSE or block.role == Role.TITLE:
        return None
    last = max((q.end for q in pairs if q.depth == 0), default=block.start)
    inside = [q for q in pairs if q.depth == 0]
    for found in MARKS.finditer(text, block.start, block.end):
        at = found.start()
        if found.group() not in marks or any(q.start <= at < q.end for q in inside):
            continue
        opens = at == block.start or text[at - 1].isspace()
        if opens and at + 1 < block.end and not text[at + 1].isspace() and (at >= last or at == block.start):
            return at
    return None
