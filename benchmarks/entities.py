"""How well and how fast people and organisations are recognised.

    python -m benchmarks.entities [--bench ../shared/bench] [--recogniser builtin --recogniser spacy:en_core_web_sm …] [FILE.ner.jsonl …]

Prints, per recogniser and file, precision, recall and F1 of names per text (after linking: what the tables store) and of exact spans, and the
tokens per second of the recogniser alone.
The scorer and the annotated texts are those of the bench folder; FILEs of one's own in the same form come on top.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from presslake.errors import ModelError
from presslake.schema import EntityKind, MentionKind
from transforms.extract.link import link_names
from transforms.extract.recognise import Recogniser, load_recogniser
from transforms.parse.text import structure

LABELS = {EntityKind.PERSON: "people", EntityKind.ORGANISATION: "organisations"}
NAMED = frozenset({MentionKind.NAME, MentionKind.SHORT_NAME, MentionKind.ACRONYM})
DEFAULT = ("de.germeval14-dev", "de.smartdata-dev", "de.mobie-dev", "press-own-dev.ner")
"""Files that the built-in recogniser was not trained on."""


def annotator(recogniser: Recogniser) -> Callable[[str, str], dict[str, list[tuple[int, int, str]]]]:
    """The names of a text after linking, as the tables store them and as the scorer calls it."""

    def annotate(text: str, lang: str) -> dict[str, list[tuple[int, int, str]]]:
        out: dict[str, list[tuple[int, int, str]]] = {"people": [], "organisations": []}
        _, mentions, _ = link_names(text, structure(text), recogniser.recognise(text, lang), lang)
        for mention in mentions:
            if mention.mention_kind in NAMED:
                out[LABELS[mention.kind]].append((mention.start, mention.end, text[mention.start : mention.end]))
        return out

    return annotate


def speed(recogniser: Recogniser, file: Path) -> float:
    """Tokens per second of CPU time, of the recogniser alone, a call per text."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    cpu = time.process_time()
    for row in rows:
        recogniser.recognise(row["text"], row["lang"])
    return sum(len(row["tokens"]) for row in rows) / (time.process_time() - cpu)


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
            tokens_per_second = speed(recogniser, file)
            report, _ = scorer.evaluate(annotator(recogniser), str(file), boot=1)
            for metric in ("names", "exact"):
                row = f"{file.stem + ' ' + metric:40s}"
                for kind in ("PER", "ORG"):
                    row += "".join(f"{report['scores'][f'{metric}/{kind}'][k]:7.1f}" for k in ("P", "R", "F1")) + "   "
                print(row + (f"{tokens_per_second:10.0f}" if metric == "names" else ""))


if __name__ == "__main__":
    main()
