"""Train the small forests that ``transforms/parse`` reads: which pieces are the article, and which title, author and date are right.

usage: python -m training.articles BENCH_DIR [--out transforms/parse] [--evaluate] [--only blocks,titles,authors,dates]

BENCH_DIR holds ``score_articles.py`` and ``articles/dev`` (pages with gold texts and metadata). With ``--evaluate`` five folds by site are
scored, so that every page is judged by forests that never saw its site; without it the forests are trained on everything and written.
``blocks`` stands for both forests of the text: the second is trained on what first ones make of pages of sites that they never saw.
Needs lightgbm, rapidfuzz and tldextract; parsing needs none of them but the last. Two to four minutes, one core.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import hashlib
import importlib
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from transforms.parse import bylines, second_look, titles, tree, when
from transforms.parse.article import text_of
from transforms.parse.dates import local_day
from transforms.parse.features import NAMES, build
from transforms.parse.survey import survey, view_of
from transforms.parse.urls import site_of
from transforms.parse.view import View
from transforms.parse.walk import Piece
from transforms.records import SourceHints

WORD = re.compile(r"\w+")
FOLDS = 5
METRICS = {"trafilatura": "chunks", "fundus_eval": "lenient", "fundus_tests": "lenient"}
WITH_METADATA = ("trafilatura", "fundus_tests", "newspaper_ds", "wcxb_article")
BASE = {
    "objective": "binary",
    "learning_rate": 0.06,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "verbose": -1,
    "num_threads": 1,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
}
SHAPES = {
    "blocks": ({"num_leaves": 32, "max_depth": 6, "min_data_in_leaf": 20, "feature_fraction": 0.5, "lambda_l2": 5, "learning_rate": 0.1}, 120),
    "second_look": ({"num_leaves": 24, "max_depth": 5, "min_data_in_leaf": 40, "feature_fraction": 0.4, "lambda_l2": 10, "learning_rate": 0.08}, 80),
    "titles": ({"num_leaves": 15, "max_depth": 5, "min_data_in_leaf": 15, "feature_fraction": 0.6, "lambda_l2": 3}, 150),
    "authors": ({"num_leaves": 15, "max_depth": 5, "min_data_in_leaf": 12, "feature_fraction": 0.6, "lambda_l2": 3}, 150),
    "dates": ({"num_leaves": 15, "max_depth": 5, "min_data_in_leaf": 30, "feature_fraction": 0.4, "lambda_l2": 10}, 150),
}


TEXT_KEYS = ("blocks", "second_look")
LATEST = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
"""When the pages were fetched is not known."""
LEAST_WORDS = 60
"""A page with fewer words of text counts as one with so many."""


@dataclass(slots=True)
class Example:
    """One page: its site, what is seen of it, and for each forest rows, labels and weights, and what they stand for."""

    set: str
    id: str
    site: str
    gold: dict[str, Any]
    view: View
    rows: dict[str, np.ndarray] = field(default_factory=dict)
    labels: dict[str, np.ndarray] = field(default_factory=dict)
    weights: dict[str, np.ndarray] = field(default_factory=dict)
    values: dict[str, list[Any]] = field(default_factory=dict)


def label_pieces(pieces: Sequence[Piece], gold: dict[str, Any], squash: Any) -> tuple[np.ndarray, np.ndarray]:
    """Share of each piece that is in the gold text, and whether anything is known of it."""
    if "text" not in gold:
        return _label_by_snippets(pieces, gold, squash)
    from rapidfuzz.distance import LCSseq

    wanted = WORD.findall(gold["text"])
    shingles = set(zip(*(wanted[i:] for i in range(4)), strict=False))
    lines = {" ".join(WORD.findall(line)) for line in gold["text"].split("\n")}
    words = [WORD.findall(p.text) for p in pieces]
    numbers: dict[str, int] = {}
    flat = [numbers.setdefault(w, len(numbers)) for p in words for w in p]
    aligned = np.zeros(len(flat), bool)
    for block in LCSseq.opcodes(flat, [numbers.setdefault(w, len(numbers)) for w in wanted]):
        if block.tag == "equal":
            aligned[block.src_start : block.src_end] = True
    out = np.zeros(len(pieces))
    at = 0
    for i, own in enumerate(words):
        n = len(own)
        share = aligned[at : at + n].mean() if n else 0.0
        at += n
        if n >= 6:
            hit = np.zeros(n, bool)
            for k in range(n - 3):
                if tuple(own[k : k + 4]) in shingles:
                    hit[k : k + 4] = True
            out[i] = hit.mean()
        elif share > 0.99:
            out[i] = 1.0 if " ".join(own) in lines else 0.5
    return out, np.ones(len(pieces), bool)


def _label_by_snippets(pieces: Sequence[Piece], gold: dict[str, Any], squash: Any) -> tuple[np.ndarray, np.ndarray]:
    out, known = np.zeros(len(pieces)), np.zeros(len(pieces), bool)
    wanted, unwanted = [squash(x) for x in gold["with"]], [squash(x) for x in gold["without"]]
    for i, piece in enumerate(pieces):
        text = squash(piece.text)
        long = len(text) > 15
        if any(x in text for x in wanted):
            out[i], known[i] = 1.0, True
        elif any(x in text or (long and text in x) for x in unwanted):
            known[i] = True
        elif long and any(text in x for x in wanted):
            out[i], known[i] = 1.0, True
    return out, known


def weigh_pieces(pieces: Sequence[Piece], labels: np.ndarray, known: np.ndarray, is_whole: bool) -> np.ndarray:
    """What each piece counts: more with its share of the page's text, as in the scores, but less than in proportion, for headings matter too."""
    words = np.array([len(WORD.findall(p.text)) for p in pieces], float)
    whole = (words * labels).sum() if is_whole else words[known].sum()
    return ((words + 3) / max(whole, LEAST_WORDS)) ** 0.6 * known * (1.0 if is_whole else 1.6)


def read_example(page: dict[str, Any], score: Any) -> Example | None:
    """Rows and labels of one page for all forests but the second of the text."""
    root = tree.parse_tree(page["html"])
    if root is None:
        return None
    seen = survey(root)
    pieces = seen.pieces
    if not pieces:
        return None
    gold = page["gold"]
    view = view_of(seen, root, page["html"], page["url"], -1, -1)
    example = Example(page["set"], page["id"], site_of(page["url"]) or page["url"], gold, view)
    example.rows["blocks"] = build(pieces, seen.nodes, seen.evidence, seen.title)
    if "text" in gold or "with" in gold:
        labels, known = label_pieces(pieces, gold, score.squash)
        example.labels["blocks"], example.weights["blocks"] = labels, weigh_pieces(pieces, labels, known, "text" in gold)
    for node in seen.nodes:
        del node.element  # hundreds of pages are held: their trees are not needed any more
    return example


def add_choices(examples: Sequence[Example], scores: dict[int, np.ndarray], score: Any) -> None:
    """Rows and labels for titles, authors and dates, which are looked for around the text that the first forest found."""
    for i, p in scores.items():
        example = examples[i]
        kept = np.flatnonzero(p >= 0.5)
        if len(kept):
            example.view = dataclasses.replace(example.view, first=int(kept[0]), last=int(kept[-1]))
        _add_choices(example, example.view, score)


def _add_choices(example: Example, view: View, score: Any) -> None:
    gold = example.gold
    if gold.get("title"):
        found = titles.candidates(view)
        wanted = score.norm_title(gold["title"])
        _add(example, "titles", titles.rows(view, found), [c.text for c in found], [score.norm_title(c.text) == wanted for c in found])
    if gold.get("date"):
        dated = when.candidates(view, SourceHints())
        day = score.norm_date(gold["date"])
        _add(example, "dates", when.rows(view, dated, None), dated, [c.day == day for c in dated])
    if "authors" in gold:
        named = bylines.candidates(view)
        names = score.norm_authors(gold["authors"])
        _add(example, "authors", bylines.rows(view, named), named, [bool(score.norm_authors([c.name]) & names) for c in named])


def _add(example: Example, key: str, rows: np.ndarray, values: list[Any], labels: list[bool]) -> None:
    if not values:
        return
    example.rows[key], example.values[key] = rows, values
    if key == "authors" or any(labels):
        example.labels[key] = np.array(labels, float)
        example.weights[key] = np.full(len(labels), len(labels) ** -0.5)


def train(examples: Sequence[Example], key: str) -> Any:
    """A booster; a piece that is partly gold counts on both sides by its share."""
    import lightgbm

    used = [e for e in examples if key in e.labels]
    rows = np.concatenate([e.rows[key] for e in used])
    labels = np.concatenate([e.labels[key] for e in used])
    weights = np.concatenate([e.weights[key] for e in used])
    if key in TEXT_KEYS:
        weights *= len(weights) / weights.sum()
    soft = (labels > 0.02) & (labels < 0.98)
    rows = np.concatenate([rows, rows[soft]])
    weights = np.concatenate([np.where(soft, weights * labels, weights), weights[soft] * (1 - labels[soft])])
    targets = np.concatenate([np.where(soft, 1.0, labels > 0.5), np.zeros(int(soft.sum()))])
    keep = weights > 0
    shape, rounds = SHAPES[key]
    return lightgbm.train({**BASE, **shape}, lightgbm.Dataset(rows[keep], targets[keep], weight=weights[keep]), rounds)


def export(booster: Any, depth: int, names: Sequence[str], path: Path) -> None:
    """Write the forest as complete trees in heap order, as ``transforms.parse.score`` reads it."""
    forest = booster.dump_model()["tree_info"]
    inner = 2**depth - 1
    columns = np.zeros((len(forest), inner), np.int16)
    thresholds = np.full((len(forest), inner), np.inf, np.float32)
    leaves = np.zeros((len(forest), inner + 1), np.float32)

    def fill(t: int, node: dict[str, Any], at: int, level: int) -> None:
        if "leaf_value" in node:
            if level == depth:
                leaves[t, at - inner] = node["leaf_value"]
            else:
                fill(t, node, 2 * at + 1, level + 1)
                fill(t, node, 2 * at + 2, level + 1)
            return
        columns[t, at] = node["split_feature"]
        threshold = np.float32(node["threshold"])
        thresholds[t, at] = np.nextafter(threshold, np.float32(-np.inf)) if threshold > node["threshold"] else threshold
        fill(t, node["left_child"], 2 * at + 1, level + 1)
        fill(t, node["right_child"], 2 * at + 2, level + 1)

    for t, item in enumerate(forest):
        fill(t, item["tree_structure"], 0, 0)
    np.savez_compressed(path, columns=columns, thresholds=thresholds, leaves=leaves, depth=depth, names=np.array(list(names)))


def fold_of(example: Example) -> int:
    """The same for all pages of a site."""
    return int(hashlib.sha256(example.site.encode()).hexdigest(), 16) % FOLDS


def predict_by_site(examples: Sequence[Example], key: str, without: int | None = None) -> dict[int, np.ndarray]:
    """Probabilities for every page by a forest that never saw its site, nor any of the fold ``without``."""
    folds = [fold_of(e) for e in examples]
    out: dict[int, np.ndarray] = {}
    for k in range(FOLDS):
        if k == without:
            continue
        booster = train([e for e, f in zip(examples, folds, strict=True) if f not in (k, without)], key)
        for i, e in enumerate(examples):
            if folds[i] == k and key in e.rows:
                out[i] = booster.predict(e.rows[key]) if len(e.rows[key]) else np.zeros(0)
    return out


def add_second_look(examples: Sequence[Example], scores: dict[int, np.ndarray]) -> None:
    """Rows of the second forest from the first one's scores."""
    for i, p in scores.items():
        e = examples[i]
        again = second_look.look_again(e.view.pieces, e.rows["blocks"], p.astype(np.float32))
        e.rows["second_look"] = np.concatenate([e.rows["blocks"], again], axis=1)
        if "blocks" in e.labels:
            e.labels["second_look"], e.weights["second_look"] = e.labels["blocks"], e.weights["blocks"]


def text_scores(examples: Sequence[Example], first: dict[int, np.ndarray]) -> dict[int, np.ndarray]:
    """Both forests in turn; neither, nor those whose scores the second was trained on, saw the site of the page that is judged."""
    out: dict[int, np.ndarray] = {}
    for k in range(FOLDS):
        own = {i: p for i, p in first.items() if fold_of(examples[i]) == k}
        add_second_look(examples, predict_by_site(examples, "blocks", without=k) | own)
        booster = train([e for e in examples if fold_of(e) != k], "second_look")
        out |= {i: booster.predict(examples[i].rows["second_look"]) for i in own}
    return out


def predictions(examples: Sequence[Example], only: Sequence[str], first: dict[int, np.ndarray]) -> dict[tuple[str, str], dict[str, Any]]:
    """What the choosers would return, for the scorer; the headline that the text loses is the one that the titles' forest chose."""
    out: dict[tuple[str, str], dict[str, Any]] = {(e.set, e.id): {"title": "", "authors": [], "date": "", "text": ""} for e in examples}
    for key in sorted(only, reverse=True):  # titles before blocks
        for i, p in (text_scores(examples, first) if key == "blocks" else predict_by_site(examples, key)).items():
            e = examples[i]
            mine, values = out[e.set, e.id], e.values.get(key, [])
            if key == "blocks":
                mine["text"] = text_of(e.view.pieces, p.astype(np.float32), mine["title"] or None, e.view.title)
            elif key == "titles":
                mine["title"] = values[int(p.argmax())] if len(p) and p.max() >= 0.12 else ""
            elif key == "authors":
                mine["authors"] = bylines.names_of(values, p)
            else:
                published, modified = when.choose_dates(e.view, SourceHints(), LATEST, scorer=lambda _, p=p: p)
                date = published or modified
                mine["date"] = local_day(date).isoformat() if date is not None and date.method != "text_relative" else ""
    return out


def evaluate(examples: Sequence[Example], only: Sequence[str], first: dict[int, np.ndarray], score: Any) -> Iterator[str]:
    """One line per set, every page scored by forests that never saw its site; then the means of the four sets that have all metadata."""
    found = {k: score.clean_pred(v) for k, v in predictions(examples, only, first).items()}
    means: dict[str, list[float]] = {"title": [], "authors": [], "date": []}
    for name in score.SETS:
        pages = [{"set": e.set, "id": e.id, "gold": e.gold} for e in examples if e.set == name]
        if not pages:
            continue
        scored = score.score_set(pages, found)
        text = METRICS.get(name, "shingle")
        parts = [f"{text} F1 {scored[text]['f1']:.3f}"] if text in scored else []
        for key, metric in (("title", "title"), ("authors", "authF1"), ("date", "date")):
            if key in scored:
                parts.append(f"{key} {scored[key][metric]:.3f}")
                if name in WITH_METADATA:
                    means[key].append(scored[key][metric])
        yield f"{name:<14} {len(pages):>4} pages   {'   '.join(parts)}"
    yield "   ".join(f"{key}, mean of {len(values)}: {sum(values) / len(values):.3f}" for key, values in means.items() if values)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", type=Path)
    parser.add_argument("--out", type=Path, default=Path("transforms/parse"))
    parser.add_argument("--evaluate", action="store_true")
    parser.add_argument("--only", default="blocks,titles,authors,dates")
    given = parser.parse_args()
    only = given.only.split(",")
    sys.path.insert(0, str(given.bench))
    score = importlib.import_module("score_articles")
    examples = [e for e in (read_example(page, score) for page in score.load("dev")) if e is not None]
    first = predict_by_site(examples, "blocks")
    add_choices(examples, first, score)
    if given.evaluate:
        for line in evaluate(examples, only, first, score):
            print(line)
        return
    if "blocks" in only:
        add_second_look(examples, first)
        only.append("second_look")
    for key in only:
        booster = train(examples, key)
        names = {"blocks": NAMES, "second_look": (*NAMES, *second_look.NAMES)}.get(key) or [str(i) for i in range(booster.num_feature())]
        export(booster, int(SHAPES[key][0]["max_depth"]), names, given.out / f"{key}.npz")
        print(f"{key}: {given.out / f'{key}.npz'}")


if __name__ == "__main__":
    main()
