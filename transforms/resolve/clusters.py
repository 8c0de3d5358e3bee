"""Near-duplicate articles: agency copy with small cuts, syndication, one story under several addresses.

:func:`sign_article` makes a signature of a text once; the warehouse keeps it. Two articles are the same story if most of the shorter one stands in
the longer one, as :func:`near_duplicates` estimates from MinHash. Only texts that share a band key are worth comparing. Which pairs are compared,
and how clusters grow from them, is the business of ``flows/duplicates.py``.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

PERMUTATIONS = 96
ROWS = 3
"""Hash values in a band: with 32 bands, texts that share half of their shingles meet with a probability of 0.98, a quarter 0.4."""

MIN_SHINGLES = 20
"""Shorter texts are only the same if they are equal."""

CONTAINED = 0.72
"""Share of the shorter text that must stand in the longer one …"""

RESEMBLANCE = 0.3
"""… and of both together: a paragraph of boilerplate does not make two articles one."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Signature:
    """What is kept of a text to compare it: reconstructible from the text alone."""

    text_key: int | None
    """64 bits that equal texts share; None for a text without words, which equals no other."""
    minhash: bytes
    """32 bits for each permutation, little-endian; empty for very short texts."""
    shingle_count: int
    band_keys: tuple[int, ...]
    """64 bits for each band; only texts that share one can be near-duplicates. None for very short texts."""


def sign_article(text: str) -> Signature:
    """Signature of an article's text over runs of three words, case and punctuation left out."""
    words = _WORD.findall(text.casefold())
    if not words:
        return Signature(None, b"", 0, ())
    shingles = _shingles(words)
    if len(shingles) < MIN_SHINGLES:
        return Signature(_hash(" ".join(words).encode("utf-8", "surrogatepass")), b"", len(shingles), ())
    values = _minhash(shingles)
    return Signature(_hash(values.tobytes()), values.tobytes(), len(shingles), tuple(_band_keys(values).tolist()))


def _shingles(words: Sequence[str]) -> npt.NDArray[np.uint32]:
    """One hash for each different run of three words."""
    import numpy as np

    h = np.array([crc32(w.encode("utf-8", "surrogatepass")) for w in words], dtype=np.uint32)
    if len(h) < 3:
        return h[:0]
    runs = (h[:-2] * np.uint32(0x9E3779B1) + h[1:-1]) * np.uint32(0x85EBCA77) + h[2:]
    return np.unique(_scrambled(runs))


def _scrambled(h: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """The finalizer of MurmurHash3."""
    import numpy as np

    h = (h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    h = (h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return h ^ (h >> np.uint32(16))


@functools.cache
def _permutations() -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """Factors, odd, and summands of the permutations h → a·h + b modulo 2³²: drawn once and for all."""
    import numpy as np

    draw = np.random.RandomState(1)  # numpy promises that this stream never changes
    factors = draw.randint(0, 1 << 31, PERMUTATIONS, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    return factors, draw.randint(0, 1 << 32, PERMUTATIONS, dtype=np.uint32)


def _minhash(shingles: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """The smallest value of all shingles under each permutation: by hand, as a library's may change under a warehouse that keeps them."""
    factors, summands = _permutations()
    least: npt.NDArray[np.uint32] = (shingles.reshape(-1, 1) * factors + summands).min(axis=0).astype("<u4")
    return least


def _band_keys(values: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint64]:
    import numpy as np

    bands = values.astype(np.uint64).reshape(-1, ROWS)
    key = np.arange(1, len(bands) + 1, dtype=np.uint64) * np.uint64(0xD6E8FEB86659FD93)
    for row in range(ROWS):
        key = (key ^ bands[:, row]) * np.uint64(0x9E3779B97F4A7C15)
        key ^= key >> np.uint64(29)
    return key


def _hash(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")


def near_duplicates(ones: Sequence[bytes], one_counts: Sequence[int], others: Sequence[bytes], other_counts: Sequence[int]) -> npt.NDArray[np.bool_]:
    """For pairs of signatures (their ``minhash``, none empty, and ``shingle_count``): does most of the shorter text stand in the longer one?"""
    import numpy as np

    a, b = (np.frombuffer(b"".join(side), dtype="<u4").reshape(-1, PERMUTATIONS) for side in (ones, others))
    resemblance = (a == b).mean(axis=1)
    n, m = np.asarray(one_counts, dtype=float), np.asarray(other_counts, dtype=float)
    shared = resemblance * (n + m) / (1 + resemblance)
    alike: npt.NDArray[np.bool_] = (resemblance >= RESEMBLANCE) & (shared >= CONTAINED * np.minimum(n, m))
    return alike


def is_near_duplicate(one: Signature, other: Signature) -> bool:
    """The same for one pair of any signatures; short texts are near-duplicates if they are equal."""
    if not one.minhash or not other.minhash:
        return one.text_key is not None and one.text_key == other.text_key
    return bool(near_duplicates([one.minhash], [one.shingle_count], [other.minhash], [other.shingle_count])[0])
