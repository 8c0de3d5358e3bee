"""Make the weights of the built-in recogniser anew: ``python -m training.names --version 1.4``.

Needs ``requirements.txt`` beside the project's own dependencies. Trains the members twice: first without a fifth of the press
corpus and of Wikigold, to measure on it how good they are together; then on everything, for what is shipped. Writes
``lexicon.npz``, ``semantics.npz`` and ``names.npz`` into ``transforms/extract/models``. The seeds are fixed: two runs on one machine give
the same files.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

PLAIN, WITH_PATTERNS = (1, 2), (3,)
"""Seeds of the members that see annotated texts only, and of those that see the sentences of ``patterns.py`` too."""
LEFT_OUT = 1
"""The fifth that the measured members do not see."""


def members(folder: Path) -> list[str]:
    return [str(folder / f"names-{seed}.pt") for seed in (*PLAIN, *WITH_PATTERNS)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, default=ROOT.parent / "shared/bench", help="folder with ner/ and names/")
    parser.add_argument("--corpus", type=Path, default=ROOT / "training/corpus", help="folder with the annotated articles")
    parser.add_argument("--version", required=True, help="of the model, for the provenance of rows")
    parser.add_argument("--keep-words", action="store_true", help="take lexicon.npz and semantics.npz as they are")
    args = parser.parse_args()
    sources = ["--bench", str(args.bench), "--corpus", str(args.corpus)]
    measured, shipped = ROOT / "build/measured", ROOT / "build/shipped"
    words = [["lexicon.py", str(args.bench / "names")], ["semantics.py"]]
    steps = [] if args.keep_words else words
    for folder, fold in ((measured, ["--fold", str(LEFT_OUT)]), (shipped, [])):
        train = ["train.py", *sources, "--out", str(folder), *fold, "--seeds"]
        steps += [[*train, *map(str, PLAIN), "--no-patterns"], [*train, *map(str, WITH_PATTERNS)]]
        if fold:
            steps.append(["evaluate.py", *sources, *fold, *members(folder)])
    steps.append(["export.py", "--version", args.version, *members(shipped)])
    for command in steps:
        subprocess.run([sys.executable, str(HERE / command[0]), *command[1:]], check=True, cwd=ROOT)


if __name__ == "__main__":
    main()
