"""The people of an article while it is read, and the ways to find them by a part of their name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from presslake.schema import MentionKind
from transforms.names import PARTICLES, PersonName, formal_names, squash


@dataclass(slots=True, eq=False)
class Person:
    """A name and all places that mean its bearer."""

    name: PersonName
    forms: set[str] = field(default_factory=set)
    honorific: str | None = None
    places: list[tuple[int, int, MentionKind, float | None]] = field(default_factory=list)

    @property
    def initials(self) -> set[str]:
        """Squashed initials in use for a full name: all of them, forename and surname, and those of a double surname."""
        if not self.name.is_full:
            return set()
        given = [w for g in self.name.given for w in g.split("-") if w]
        family = [w for w in re.split(r"[\s-]", self.name.family) if w and w not in PARTICLES] or [self.name.family]
        forms = ["".join(w[0] for w in (*given, *family)), given[0][0] + family[0][0], given[0][0] + family[-1][0], "".join(w[0] for w in family)]
        return {squash(f) for f in forms if len(f) > 1}


class Index:
    """People by their names and parts of them; every look-up gives all who fit, a genitive s allowed."""

    def __init__(self, people: Iterable[Person] = ()) -> None:
        self._tables: dict[str, dict[str, list[Person]]] = defaultdict(dict)
        for person in people:
            self.add(person)

    def add(self, person: Person) -> None:
        name = person.name
        words = [squash(w) for w in name.text.split()]
        self._put("text", squash(name.text), person)
        for family in {squash(name.family), squash(name.family.split()[-1])}:
            self._put("family", family, person)
        for given in {squash(w) for g in name.given for w in (g, *g.split("-")[:1])}:
            self._put("given", given, person)
        for half in {squash(h) for h in name.family.split("-")} if "-" in name.family else ():
            self._put("half", half, person)
        for piece in {" ".join(p) for i in range(2, len(words)) for p in (words[:i], words[-i:])}:
            self._put("piece", piece, person)
        for initials in person.initials:
            self._put("initials", initials, person)

    def _put(self, table: str, key: str, person: Person) -> None:
        self._tables[table].setdefault(key, []).append(person)

    def find(self, table: str, key: str) -> list[Person]:
        """Who is filed under ``key`` in one table: text, family, given, half, piece, initials."""
        entries = self._tables[table]
        return entries.get(key) or (entries.get(key[:-1]) if key.endswith("s") and len(key) > 2 else None) or []

    def variants(self, name: PersonName) -> list[Person]:
        """Bearers of the same name with more forenames, or where ``name`` has an initial or a nickname."""
        given, family = name.core
        if not given:
            return []
        formal = set(formal_names(given))
        return [
            p
            for p in self.find("family", family)
            if (p.name.core[0] == given or (len(given) == 1 and p.name.core[0].startswith(given)) or formal & set(formal_names(p.name.core[0])))
            and _fits(name, p.name)
        ]

    def short(self, name: PersonName) -> list[Person]:
        """Who a single word, or words that are no full name, can mean: surname first, then forename, then half of a double surname."""
        keys = (squash(name.text), squash(name.family.split()[-1]))
        return next((found for table in ("family", "given", "half") for key in keys if (found := self.find(table, key))), [])


def _fits(short: PersonName, long: PersonName) -> bool:
    """Whether a name with fewer forenames can be the longer one."""
    return all(any(w == v or (len(w) == 1 and v.startswith(w)) for v in long.middle) for w in short.middle)
