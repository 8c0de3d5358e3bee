"""Train the acceptance model of claims on the press corpus and report its cross-validation by article.

    python training/claims.py [--corpus training/corpus] [--folds 6] [--write]

Deterministic: the folds are cut by a hash of the article's name, the solver starts from zero. Only ``training/corpus`` is read (CC0, our own).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from training.corpus_reader import Article, read_articles
from transforms.extract.claims.acceptance import probability
from transforms.extract.claims.reader import THRESHOLD, Reader

TARGET = Path("transforms/extract/models/claims.json")
MIN_COUNT = 3
STRENGTH = 0.35

Row = tuple[list[str], bool]


def tokens(spans: Iterable[tuple[int, int]], positions: Any) -> set[int]:
    return {i for a, b in spans for i in range(np.searchsorted(positions, a, "left"), np.searchsorted(positions, b, "left"))}


def is_match(mine: set[int], gold: set[int]) -> bool:
    """Half of the words in common; or one inside the other, where only the extent is a matter of taste."""
    common = len(mine & gold)
    union = len(mine | gold)
    return common >= 0.5 * union or (common >= 0.9 * min(len(mine), len(gold)) and common >= 0.3 * union)


def examples(article: Article) -> list[Row]:
    """(features, is a claim) of every draft of an article."""
    reader = Reader(article.text, article.blocks, article.entities, article.mentions, article.language)
    reader.collect()
    positions = np.array([start for start, _ in article.tokens])
    gold = [(tokens(c.spans, positions), c) for c in article.claims]
    scored = []
    for d, features in reader.scored():
        mine = tokens(d.spans, positions)
        scored.append((features, any(is_match(mine, g) for g, _ in gold if mine)))
    return scored


def fit(rows: list[Row]) -> dict[str, float]:
    """Feature → weight by L2-regularised logistic regression."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    counts = Counter(f for features, _ in rows for f in set(features))
    names = sorted(f for f, n in counts.items() if n >= MIN_COUNT)
    index = {f: i for i, f in enumerate(names)}
    data, indices, pointers = [], [], [0]
    for features, _ in rows:
        cols = sorted({index[f] for f in features if f in index})
        indices += cols
        data += [1.0] * len(cols)
        pointers.append(len(indices))
    x = csr_matrix((data, indices, pointers), shape=(len(rows), len(names)))
    y = np.array([label for _, label in rows], dtype=int)
    model = LogisticRegression(C=STRENGTH, max_iter=2000, solver="lbfgs")
    model.fit(x, y)
    weights = {"bias": round(float(model.intercept_[0]), 4)}
    weights |= {f: round(float(w), 4) for f, w in zip(names, model.coef_[0], strict=True) if abs(w) >= 0.005}
    return weights


def fold_of(name: str, folds: int) -> int:
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % folds


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--corpus", default="training/corpus")
    ap.add_argument("--folds", type=int, default=6)
    ap.add_argument("--write", action="store_true")
    args = ap.parse_args()
    articles = read_articles(Path(args.corpus))
    rows = [(fold_of(a.name, args.folds), examples(a)) for a in articles]
    print(len(articles), "articles,", sum(len(r) for _, r in rows), "drafts,", sum(label for _, r in rows for _, label in r), "of them claims")
    judged = []
    for k in range(args.folds):
        weights = fit([x for f, r in rows if f != k for x in r])
        judged += [(probability(features, weights), label, features[0]) for f, r in rows if f == k for features, label in r]
    for t in (0.3, 0.35, 0.4, THRESHOLD, 0.5, 0.55, 0.6):
        kept = [(p, label) for p, label, _ in judged if p >= t]
        tp = sum(label for _, label in kept)
        print(f"threshold {t:.2f}: precision {tp / len(kept):.3f}, recall of what the rules found {tp / sum(label for _, label, _ in judged):.3f}")
    for low in np.arange(0.0, 1.0, 0.1):
        part = [label for p, label, _ in judged if low <= p < low + 0.1]
        if part:
            print(f"confidence {low:.1f}–{low + 0.1:.1f}: {len(part):5d} drafts, {np.mean(part):.2f} claims")
    if args.write:
        weights = fit([x for _, r in rows for x in r])
        TARGET.parent.mkdir(parents=True, exist_ok=True)
        TARGET.write_text(json.dumps({"version": 1, "weights": weights}, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")
        print(f"{TARGET}: {len(weights)} weights")


if __name__ == "__main__":
    main()
