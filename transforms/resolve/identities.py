"""What the steps of resolution hand to each other: groups of rows that are one identity, and rows that may be one of several."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

from presslake.schema import ArticleEntity, EntityKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Rows of ``article_entities`` that mean the same person or organisation."""

    entity_id: str
    kind: EntityKind
    rows: tuple[ArticleEntity, ...]
    watchlist: str | None = None
    name: str | None = None
    """A name that an analyst gave."""
    named_by: tuple[ArticleEntity, ...] = ()
    """After a merge: the rows of the identity that stands, which give the name; else empty, and all rows do."""


@dataclass(frozen=True, slots=True)
class Clusters:
    """The state of resolution: sure groups, and per open row the ids it may belong to."""

    clusters: tuple[Cluster, ...] = ()
    ambiguous: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def joined(self, other: Clusters) -> Clusters:
        return Clusters((*self.clusters, *other.clusters), {**self.ambiguous, **other.ambiguous})


class Union:
    """Disjoint sets over 0 … size-1, joined by the keys that members share: linear in the number of keys."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))
        self._owner: dict[Hashable, int] = {}

    def find(self, member: int) -> int:
        while self._parent[member] != member:
            self._parent[member] = self._parent[self._parent[member]]
            member = self._parent[member]
        return member

    def join(self, one: int, other: int) -> None:
        one, other = self.find(one), self.find(other)
        if one != other:
            self._parent[max(one, other)] = min(one, other)

    def join_by(self, member: int, keys: Iterable[Hashable]) -> None:
        for key in keys:
            self.join(self._owner.setdefault(key, member), member)


def most_common(values: Iterable[str]) -> str | None:
    """The most frequent value; then the longest, then the first in the alphabet. None of no values."""
    counts: dict[str, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return min(counts, key=lambda v: (-counts[v], -len(v), v)) if counts else None
