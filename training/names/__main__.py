"""Make the weights of the built-in recogniser anew: ``python -m training.names``.

Needs ``requirements.txt`` beside the project's own dependencies. Writes ``lexicon.npz``, ``semantics.npz`` and ``names.npz`` into
``transforms/extract/models``. The seeds are fixed: two runs on one machine give the same files.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

PLAIN, WITH_PATTERNS = (1, 2), (6, 7)
"""Seeds of the members that see annotated texts only, and of those that see the sentences of ``patterns.py`` too."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", type=Path, default=ROOT.parent / "shared/bench", help="folder with ner/ and names/")
    parser.add_argument("--corpus", type=Path, default=ROOT / "training/corpus", help="folder with the annotated articles")
    parser.add_argument("--version", default="1.2", help="of the model, for the provenance of rows")
    args = parser.parse_args()
    build = ROOT / "build"
    members = [str(build / f"names-{seed}.pt") for seed in (*PLAIN, *WITH_PATTERNS)]
    train = ["train.py", "--bench", str(args.bench), "--corpus", str(args.corpus), "--out", str(build), "--seeds"]
    for command in (
        ["lexicon.py", str(args.bench / "names")],
        ["semantics.py"],
        [*train, *map(str, PLAIN), "--no-patterns"],
        [*train, *map(str, WITH_PATTERNS)],
        ["export.py", "--version", args.version, *members],
        ["evaluate.py", "--bench", str(args.bench), "--corpus", str(args.corpus), *members],
    ):
        subprocess.run([sys.executable, str(HERE / command[0]), *command[1:]], check=True, cwd=ROOT)


if __name__ == "__main__":
    main()
