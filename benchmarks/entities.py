"""How well and how fast people and organisations are recognised.

    python -m benchmarks.entities [--bench ../shared/bench] [--recogniser builtin --recogniser spacy:en_core_web_sm …] [FILE.ner.jsonl …]

Prints, per recogniser and file, precision, recall and F1 of names per text (what the tables store) and of exact spans, and tokens per second.
The scorer and the annotated texts are those of the bench folder; FILEs of one's own in the same form come on top.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from presslake.errors import ModelError
from presslake.schema import EntityKind
from transforms.extract.recognise import Recogniser, load_recogniser

LABELS = {EntityKind.PERSON: "people", EntityKind.ORGANISATION: "organisations"}
DEFAULT = ("de.germeval14-dev", "de.smartdata-dev", "de.mobie-dev", "press-own-dev.ner")
"""Files that the built-in recogniser was not trained on."""


def annotator(recogniser: Recogniser) -> Callable[[str, str], dict[str, list[tuple[int, int, str]]]]:
    """The recogniser as the scorer calls it."""

    def annotate(text: str, lang: str) -> dict[str, list[tuple[int, int, str]]]:
        out: dict[str, list[tuple[int, int, str]]] = {"people": [], "organisations": []}
        for name in recogniser.recognise(text, lang):
            out[LABELS[name.kind]].append((name.start, name.end, text[name.start : name.end]))
        return out

    return annotate


def annotate_builtin(text: str, lang: str) -> dict[str, list[tuple[int, int, str]]]:
    """For ``score_ner.py --fn benchmarks.entities:annotate_builtin``."""
    return annotator(load_recogniser("builtin"))(text, lang)


def load_scorer(bench: Path) -> Any:
    """The module ``score_ner.py`` of the bench folder."""
    path = bench / "score_ner.py"
    spec = importlib.util.spec_from_file_location("score_ner", path)
    if spec is None or spec.loader is None or not path.exists():
        sys.exit(f"{path}: no scorer there; name the bench folder with --bench")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--bench", type=Path, default=Path("../shared/bench"))
    parser.add_argument("--recogniser", action="append", help="builtin, spacy:<model>, gliner:<model>; may be given several times")
    args = parser.parse_args()
    scorer = load_scorer(args.bench)
    files = args.files or [args.bench / "ner" / f"{name}.jsonl" for name in DEFAULT]
    for spec in args.recogniser or ["builtin"]:
        try:
            recogniser = load_recogniser(spec)
        except ModelError as e:
            print(f"{spec}: left out, {e}")
            continue
        print(f"\n{recogniser.name}\n{'':40s}{'PER':^24s}{'ORG':^24s}\n{'':40s}" + f"{'P':>7s}{'R':>7s}{'F1':>7s}   " * 2 + "tokens/s and core")
        for file in files:
            cpu = time.process_time()
            report, _ = scorer.evaluate(annotator(recogniser), str(file), boot=1)
            cpu = time.process_time() - cpu
            for metric in ("names", "exact"):
                row = f"{file.stem + ' ' + metric:40s}"
                for kind in ("PER", "ORG"):
                    row += "".join(f"{report['scores'][f'{metric}/{kind}'][k]:7.1f}" for k in ("P", "R", "F1")) + "   "
                print(row + (f"{report['tokens'] / cpu:10.0f}" if metric == "names" else ""))


if __name__ == "__main__":
    main()
