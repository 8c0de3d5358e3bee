"""One person while an article is read."""

from __future__ import annotations

from dataclasses import dataclass, field

from presslake.schema import MentionKind
from transforms.names import PersonName, squash


@dataclass(slots=True)
class Person:
    """A name and all places that mean its bearer."""

    name: PersonName
    forms: set[str] = field(default_factory=set)
    honorific: str | None = None
    places: list[tuple[int, int, MentionKind, float | None]] = field(default_factory=list)

    @property
    def given(self) -> set[str]:
        return {squash(w) for g in self.name.given for w in (g, *g.split("-")[:1])}

    @property
    def family(self) -> set[str]:
        words = self.name.family.split()
        return {squash(self.name.family), squash(words[-1])}
