"""Sets that grow together: which items belong to one group when pairs of them do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable


class Unions:
    """Disjoint sets over numbers; the groups do not depend on the order of joining."""

    def __init__(self, items: Iterable[int]) -> None:
        self._parent = {item: item for item in items}

    def find(self, item: int) -> int:
        """The item that stands for ``item``'s set at present."""
        root = item
        while self._parent[root] != root:
            root = self._parent[root]
        while self._parent[item] != root:
            self._parent[item], item = root, self._parent[item]
        return root

    def join(self, one: int, other: int) -> None:
        """Make the sets of two items one."""
        a, b = sorted((self.find(one), self.find(other)))
        self._parent[b] = a

    def groups(self) -> list[list[int]]:
        """All sets, members and sets sorted."""
        out: dict[int, list[int]] = defaultdict(list)
        for item in sorted(self._parent):
            out[self.find(item)].append(item)
        return sorted(out.values())
