"""Applies a boosted forest that ``training/articles.py`` wrote: plain arrays, so that no learning library is needed to parse a page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Forest:
    """Complete binary trees of one depth in heap order: inner nodes hold a column and a threshold, leaves a value."""

    columns: npt.NDArray[np.int32]
    thresholds: Floats
    leaves: Floats
    depth: int
    names: tuple[str, ...]

    def predict(self, rows: Floats) -> Floats:
        """Probability for each row."""
        n, width = rows.shape
        trees, inner = self.columns.shape
        flat = np.ascontiguousarray(rows).ravel()
        columns, thresholds = self.columns.ravel(), self.thresholds.ravel()
        first = (np.arange(trees, dtype=np.int32) * inner)[None, :]
        offset = (np.arange(n, dtype=np.int32) * width)[:, None]
        node = np.zeros((n, trees), np.int32)
        for _ in range(self.depth):
            at = node + first
            # every index is within bounds by construction; mode="clip" spares the buffered check
            goes_right = flat.take(columns.take(at, mode="clip") + offset, mode="clip") > thresholds.take(at, mode="clip")
            node += node
            node += 1
            node += goes_right
        leaf = node - inner + (np.arange(trees, dtype=np.int32) * self.leaves.shape[1])[None, :]
        raw = self.leaves.ravel().take(leaf, mode="clip").sum(axis=1)
        result: Floats = (1.0 / (1.0 + np.exp(-raw))).astype(np.float32)
        return result


@cache
def load_forest(name: str) -> Forest:
    """The model ``<name>.npz`` of this package."""
    with np.load(Path(__file__).parent / f"{name}.npz") as data:
        return Forest(
            columns=data["columns"].astype(np.int32),
            thresholds=data["thresholds"].astype(np.float32),
            leaves=data["leaves"].astype(np.float32),
            depth=int(data["depth"]),
            names=tuple(str(x) for x in data["names"]),
        )
