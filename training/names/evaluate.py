"""How good trained members are together on the fifth of the texts that they never saw, all the way: tagging, agreement, linking.

    python training/names/evaluate.py --fold 1 build/measured/names-1.pt … [--bench ../shared/bench] [--corpus training/corpus]

Prints names per text (what the tables store).
"""

from __future__ import annotations

import argparse
import collections
import sys
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
from benchmarks.entities import annotator, load_scorer  # noqa: E402
from training.names.data import read_rows  # noqa: E402
from training.names.export import export  # noqa: E402
from training.names.train import FOLDS, HELD_OUT, fold_of, read_sources  # noqa: E402
from transforms.extract.recognisers.builtin import BuiltinRecogniser  # noqa: E402
from transforms.extract.recognisers.words import load_lexicon  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("members", nargs="+", type=Path)
    parser.add_argument("--fold", type=int, choices=range(FOLDS), required=True, help="the fifth that the members left out")
    parser.add_argument("--bench", type=Path, default=ROOT.parent / "shared/bench")
    parser.add_argument("--corpus", type=Path, default=ROOT / "training/corpus")
    args = parser.parse_args()
    scorer = load_scorer(args.bench)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "names.npz"
        export(args.members, target, "measured")
        annotate = annotator(BuiltinRecogniser(dict(np.load(target)), load_lexicon()))
    sources = read_sources(args.bench, args.corpus)
    unseen = {name: [r for i, r in enumerate(sources[name]) if fold_of(name, i, r) == args.fold] for name in HELD_OUT}
    unseen["germeval"] = read_rows(args.bench / "ner/de.germeval14-dev.jsonl")
    for name, rows in unseen.items():
        counts: collections.Counter[tuple[str, str, str]] = collections.Counter()
        for row in rows:
            found = scorer.normalise(annotate(row["text"], row["lang"]), row["text"])
            counts.update(scorer.score_row(row, found, ("PER", "ORG"), False)[0])
        for kind in ("PER", "ORG"):
            p, r, f1 = scorer.prf(*[counts["names", kind, k] for k in ("tp", "fp", "fn")])
            print(f"{name}, {len(rows)} texts, {kind}: precision {100 * p:.1f}, recall {100 * r:.1f}, F1 {100 * f1:.1f}", flush=True)


if __name__ == "__main__":
    main()
