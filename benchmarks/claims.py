"""How well and how fast claims are found, by speech type.

    python -m benchmarks.claims [--bench ../shared/bench] [--recogniser builtin] [--errors 20] [FILE.quotes.jsonl …]

Without FILEs: a cross-validation over ``training/corpus`` (each sixth of the articles read with weights trained on the others), then the quotation
files of the bench folder. Names come from the recogniser, as in the pipeline. Prints precision, recall and F1 of claims found (half of their words),
of claims found with the right speaker, recall by speech type, the published metric of quotations and speakers, and articles of 600 words per second
for everything after recognition; for the corpus also how many claims of each tenth of confidence are right.
With --errors N also up to N errors of each kind: claims missed and claims that are none, by speech type.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from training.claims import examples, fit, fold_of, is_match, tokens
from training.corpus_reader import Article, read_articles
from transforms.extract import join_quantities
from transforms.extract.claims import find_claims, reader
from transforms.extract.link import link_names
from transforms.extract.quantities import find_quantities
from transforms.extract.recognise import Recogniser, load_recogniser
from transforms.parse.text import structure
from transforms.records import Claim

FOLDS = 6
WORDS = 600
Found = list[dict[str, Any]]


class Timed:
    """The stages after recognition as the scorer calls them, with the processor time they took."""

    def __init__(self, recogniser: Recogniser) -> None:
        self.recogniser, self.seconds, self.words = recogniser, 0.0, 0
        self.weights: Mapping[str, Mapping[str, float]] = {}
        self.found: dict[str, tuple[Claim, ...]] = {}

    def __call__(self, text: str, lang: str) -> Found:
        weights = self.weights.get(text)
        if weights is not None:
            reader.load_weights = lambda: weights  # type: ignore[assignment]
        blocks, names = structure(text), self.recogniser.recognise(text, lang)
        start = time.process_time()
        entities, mentions, _ = link_names(text, blocks, names, lang)
        claims = find_claims(text, blocks, entities, mentions, lang)
        join_quantities(find_quantities(text, lang), claims)
        self.seconds += time.process_time() - start
        self.words += len(text.split())
        self.found[text] = claims
        return [
            {
                "quote": [(s.start, s.end) for s in c.spans],
                "speaker": (c.speaker_span.start, c.speaker_span.end) if c.speaker_span else None,
                "cue": (c.cue.start, c.cue.end) if c.cue else None,
                "type": str(c.speech_type),
            }
            for c in claims
        ]


def load_scorer(bench: Path) -> Any:
    """The module ``score_quotes.py`` of the bench folder."""
    path = bench / "score_quotes.py"
    spec = importlib.util.spec_from_file_location("score_quotes", path)
    if spec is None or spec.loader is None or not path.exists():
        sys.exit(f"{path}: no scorer there; name the bench folder with --bench")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cross_weights(articles: Iterable[Article]) -> dict[str, Mapping[str, float]]:
    """Text → weights that were trained without its fold."""
    rows = [(fold_of(a.name, FOLDS), a.text, examples(a)) for a in articles]
    weights = {k: fit([x for f, _, r in rows if f != k for x in r]) for k in range(FOLDS)}
    return {text: weights[f] for f, text, _ in rows}


def write_gold(articles: Iterable[Article], path: Path) -> None:
    """The corpus in the form that the scorer reads."""
    with path.open("w", encoding="utf-8") as out:
        for a in articles:
            quotes = [{"type": c.speech_type, "quote": c.spans, "speaker": c.speakers, "cue": c.cues, "frame": [], "addressee": []} for c in a.claims]
            row = {"id": a.name, "lang": a.language, "text": a.text, "tokens": a.tokens, "quotes": quotes}
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def show(name: str, report: dict[str, Any], timed: Timed) -> None:
    """One table."""
    etl, paper = report["etl"], report["paper"]
    print(f"\n{name}: {report['docs']} articles, {report['gold']} claims, {report['pred']} found")
    for label, key in (("claim found", "quote"), ("found with the right speaker", "quote+speaker"), ("direct", "direct")):
        print(f"  {label:30s} P {etl[key]['P'] / 100:.2f}  R {etl[key]['R'] / 100:.2f}  F1 {etl[key]['F1'] / 100:.2f}")
    for kind, value in etl["recall by type"].items():
        print(f"  recall {kind:23s} {value}")
    print(f"  published metric               quotations F1 {paper['quote']['F1'] / 100:.2f}, speakers F1 {paper['speaker']['F1'] / 100:.2f}")
    print(f"  after recognition              {timed.words / WORDS / max(timed.seconds, 1e-9):.0f} articles of {WORDS} words per second and core")


def show_confidence(articles: Iterable[Article], found: Mapping[str, tuple[Claim, ...]]) -> None:
    """How many of the claims of each tenth of confidence are claims of the gold."""
    tenths: dict[int, list[bool]] = {}
    for a in articles:
        positions = np.array([start for start, _ in a.tokens])
        gold = [tokens(c.spans, positions) for c in a.claims]
        for claim in found.get(a.text, ()):
            mine = tokens([(s.start, s.end) for s in claim.spans], positions)
            tenths.setdefault(min(9, int((claim.confidence or 0) * 10)), []).append(any(is_match(mine, g) for g in gold))
    print("\n  confidence      claims   right")
    for tenth, right in sorted(tenths.items()):
        print(f"  {tenth / 10:.1f} to {(tenth + 1) / 10:.1f}      {len(right):6d}    {sum(right) / len(right):.2f}")


def show_errors(errors: Iterable[tuple[str, ...]], most: int) -> None:
    """Up to ``most`` errors of each kind and speech type, the commonest kind first."""
    by_kind: dict[tuple[str, str], list[tuple[str, ...]]] = {}
    for kind, speech_type, *words in errors:
        by_kind.setdefault((kind, str(speech_type).lower()), []).append(tuple(words))
    for (kind, speech_type), found in sorted(by_kind.items(), key=lambda x: -len(x[1])):
        print(f"\n  {'missed' if kind == 'MISS' else 'no claim'}, {speech_type}: {len(found)}")
        for words in found[:most]:
            print("    " + " | ".join(words))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--bench", type=Path, default=Path("../shared/bench"))
    parser.add_argument("--corpus", type=Path, default=Path("training/corpus"))
    parser.add_argument("--recogniser", default="builtin")
    parser.add_argument("--errors", type=int, default=0, metavar="N")
    args = parser.parse_args()
    scorer, recogniser = load_scorer(args.bench), load_recogniser(args.recogniser)
    shipped: Callable[[], Mapping[str, float]] = reader.load_weights
    if not args.files:
        articles = read_articles(args.corpus)
        timed = Timed(recogniser)
        timed.weights = cross_weights(articles)
        with tempfile.TemporaryDirectory() as folder:
            gold = Path(folder) / "corpus.jsonl"
            write_gold(articles, gold)
            report, errors = scorer.evaluate(timed, str(gold))
        show("press corpus, cross-validated", report, timed)
        show_confidence(articles, timed.found)
        show_errors(errors if args.errors else (), args.errors)
        reader.load_weights = shipped  # type: ignore[assignment]
    for path in args.files or sorted((args.bench / "quotes").glob("*.jsonl")):
        timed = Timed(recogniser)
        report, errors = scorer.evaluate(timed, str(path))
        show(path.name, report, timed)
        show_errors(errors if args.errors else (), args.errors)


if __name__ == "__main__":
    main()
