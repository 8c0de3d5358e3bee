"""What a passage says of a person, and where organisations, people and blocks are."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from presslake.schema import EntityKind
from transforms.records import Block, Mention


@dataclass(frozen=True, slots=True)
class Found:
    """A role, an organisation's mention, or both, and the passage that says so."""

    role: tuple[int, int] | None
    organisation: Mention | None
    start: int
    end: int
    confidence: float


_PREFIXES = ("polizei", "feuerwehr", "universität", "hochschul", "kirchen")


class Places:
    """Organisations and block bounds by offset."""

    def __init__(self, text: str, blocks: Sequence[Block], mentions: Sequence[Mention]) -> None:
        self._text, self._length = text, len(text)
        self._nouns: dict[str, dict[int, Mention]] | None = None
        self._blocks = sorted((b.start, b.end) for b in blocks)
        self.organisations = [m for m in mentions if m.kind is EntityKind.ORGANISATION and m.entity is not None]
        self._starts = [m.start for m in self.organisations]
        people = [m for m in mentions if m.kind is EntityKind.PERSON]
        self._people = [m.start for m in people]

    def block(self, offset: int) -> tuple[int, int]:
        i = bisect_right(self._blocks, (offset, self._length)) - 1
        return self._blocks[i] if i >= 0 and self._blocks[i][1] >= offset else (0, self._length)

    def first_in(self, start: int, end: int) -> Mention | None:
        """The first organisation that begins in a range."""
        i = bisect_left(self._starts, start)
        return self.organisations[i] if i < len(self._starts) and self._starts[i] < end else None

    def last_before(self, start: int, end: int) -> Mention | None:
        """The last organisation that lies in a range."""
        i = bisect_left(self._starts, end) - 1
        return self.organisations[i] if i >= 0 and self._starts[i] >= start and self.organisations[i].end <= end else None

    def only_in(self, start: int, end: int) -> Mention | None:
        """The last mention of the one organisation that a range speaks of; None where it speaks of several."""
        found = self.organisations[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
        return found[-1] if found and len({m.entity for m in found}) == 1 else None

    def block_before(self, start: int) -> tuple[int, int] | None:
        """The block that ends before another's start."""
        i = bisect_left(self._blocks, (start, 0)) - 1
        return self._blocks[i] if i >= 0 else None

    def named_in(self, role: str) -> Mention | None:
        """The one organisation whose noun opens a compound role: "Schulamtsleiterin" and "Schulamt Rheingau"."""
        word = role.rsplit(" ", 1)[-1].casefold()
        for size in range(len(word) - 3, 4, -1):
            if found := self._by_noun().get(word[:size]):
                return next(iter(found.values())) if len(found) == 1 else None
        return None

    def called(self, noun: str) -> Mention | None:
        """The one organisation that a noun of its name stands for: "the museum", "des Tierschutzvereins"."""
        word = noun.casefold()
        for form in (word, word.removesuffix("s"), word.removesuffix("es")):
            if len(form) > 3 and (found := self._by_noun().get(form)):
                return next(iter(found.values())) if len(found) == 1 else None
        return None

    def _by_noun(self) -> dict[str, dict[int, Mention]]:
        """Words of the organisations' names, and what they end on, with the organisations."""
        if self._nouns is None:
            self._nouns = {}
            for mention in self.organisations:
                for word in self._text[mention.start : mention.end].casefold().split():
                    tails = [word[i:] for i in range(min(len(word) - 4, 40))] + [p for p in _PREFIXES if word.startswith(p)]
                    for tail in tails if word.isalpha() else ():
                        self._nouns.setdefault(tail, {})[mention.entity or 0] = mention
        return self._nouns

    def has_person(self, start: int, end: int) -> bool:
        i = bisect_left(self._people, start)
        return i < len(self._people) and self._people[i] < end
