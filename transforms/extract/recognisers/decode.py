"""Tag scores → the best sequence of tags, and the entities in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

SURE = 6.0
"""Lead of "outside" over every other tag from which a token is settled: it cuts the sequence, and the rest is short."""
LONGEST = 60
"""Undecided tokens in a row after which the run is cut, so that no text makes the search long."""


class Decoder:
    """Viterbi over the runs of undecided tokens; many short runs are searched side by side."""

    def __init__(self, transitions: Floats, first: Floats, tags: list[str]) -> None:
        import numpy as np

        self._transitions = transitions
        self._first = first
        self._tags = tags
        self.outside: Floats = np.full(len(tags), -50.0, dtype=np.float32)
        """Scores of a row that is surely no name."""
        self.outside[0] = 50.0

    def entities(self, emissions: Floats) -> Iterator[tuple[int, int, str, float]]:
        """(begin, end, type, confidence) of every entity, in order; rows count as in ``emissions``."""
        import numpy as np

        tags = self._path(emissions)
        odds = np.exp(emissions - emissions.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        named = np.flatnonzero(tags)
        i = 0
        while i < len(named):
            begin = int(named[i])
            kind = self._tags[tags[begin]][2:]
            end = begin + 1
            i += 1
            while i < len(named) and named[i] == end and self._tags[tags[end]] == "I-" + kind:
                end += 1
                i += 1
            columns = [k for k, t in enumerate(self._tags) if t[2:] == kind]
            yield begin, end, kind, round(float(odds[begin:end][:, columns].sum(axis=1).mean()), 4)

    def _path(self, emissions: Floats) -> NDArray[np.intp]:
        import numpy as np

        tags = np.zeros(len(emissions), dtype=np.intp)
        undecided = np.flatnonzero(emissions[:, 0] - emissions[:, 1:].max(axis=1) < SURE)
        if not len(undecided):
            return tags
        runs: dict[int, list[int]] = defaultdict(list)
        for run in np.split(undecided, np.flatnonzero(np.diff(undecided) > 1) + 1):
            for at in range(0, len(run), LONGEST):
                part = run[at : at + LONGEST]
                runs[len(part)].append(int(part[0]))
        for length, starts in runs.items():
            rows = np.array(starts)[:, None] + np.arange(length)
            tags[rows] = self._search(emissions[rows])
        return tags

    def _search(self, emissions: Floats) -> NDArray[np.intp]:
        """Viterbi over (runs, length, tags); every run is preceded and followed by "outside"."""
        import numpy as np

        best = emissions[:, 0] + np.where(self._first > -1000, self._transitions[0], self._first)
        back = []
        for i in range(1, emissions.shape[1]):
            through = best[:, :, None] + self._transitions
            back.append(through.argmax(axis=1))
            best = through.max(axis=1) + emissions[:, i]
        last = (best + self._transitions[:, 0]).argmax(axis=1)
        path = [last]
        for pointers in reversed(back):
            last = np.take_along_axis(pointers, last[:, None], axis=1)[:, 0]
            path.append(last)
        return np.stack(path[::-1], axis=1)
