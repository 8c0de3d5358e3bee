"""How well each trained member does on the articles that it never saw, the whole way that an article takes: tagging, agreement, linking.

    python training/names/evaluate.py build/names-1.pt build/names-2.pt … [--bench ../shared/bench] [--corpus training/corpus]

Prints names per text (what the tables store) for the left-out fifth of the press corpus of every member, and for all of them.
The members are measured alone; together they are a little better.
"""

from __future__ import annotations

import argparse
import collections
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
from benchmarks.entities import annotator, load_scorer  # noqa: E402
from training.names.data import corpus_rows  # noqa: E402
from training.names.export import export  # noqa: E402
from training.names.train import FOLDS, fold_of  # noqa: E402
from transforms.extract.recognisers.builtin import BuiltinRecogniser  # noqa: E402
from transforms.extract.recognisers.words import load_lexicon  # noqa: E402


def report(name: str, counts: collections.Counter[tuple[str, str, str]], scorer: Any) -> None:
    for kind in ("PER", "ORG"):
        p, r, f1 = scorer.prf(*[counts["names", kind, k] for k in ("tp", "fp", "fn")])
        print(f"{name} {kind}: precision {100 * p:.1f}, recall {100 * r:.1f}, F1 {100 * f1:.1f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("members", nargs="+", type=Path)
    parser.add_argument("--bench", type=Path, default=ROOT.parent / "shared/bench")
    parser.add_argument("--corpus", type=Path, default=ROOT / "training/corpus")
    args = parser.parse_args()
    scorer = load_scorer(args.bench)
    rows = corpus_rows(args.corpus)
    everything: collections.Counter[tuple[str, str, str]] = collections.Counter()
    for path in args.members:
        fold = int(path.stem.rsplit("-", 1)[1]) % FOLDS
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "names.npz"
            export([path], target, "member")
            annotate = annotator(BuiltinRecogniser(dict(np.load(target)), load_lexicon()))
        counts: collections.Counter[tuple[str, str, str]] = collections.Counter()
        for i, row in enumerate(rows):
            if fold_of("corpus", i, row) == fold:
                found = scorer.normalise(annotate(row["text"], row["lang"]), row["text"])
                counts.update(scorer.score_row(row, found, ("PER", "ORG"), False)[0])
        report(path.stem, counts, scorer)
        everything.update(counts)
    report("all", everything, scorer)


if __name__ == "__main__":
    main()
