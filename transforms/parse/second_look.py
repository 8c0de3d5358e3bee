"""What the scores of a page's pieces say of each other: one more row of numbers per piece, by which a second forest judges again.

The first forest sees a piece and its near neighbours. Whether the paragraphs beside it, those of its parent or those of its kind were taken,
how much of the text came before it, and how sure the first look was of the page as a whole is known only afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from transforms.parse.features import OWN, TAGS, Matrix, signature
from transforms.parse.score import Floats
from transforms.parse.walk import Piece

Numbers = npt.NDArray[np.float64]
Counts = npt.NDArray[np.intp]
TAKEN, SURE, DOUBTED = 0.5, 0.7, 0.25
LIMIT = 4.0
"""Log-odds beyond which it makes no difference how sure the first look was."""
OFFSETS = (-4, -3, -2, -1, 1, 2, 3, 4)
SPANS = (3, 8, 20)
LONG_GAP = 60
"""Words that were not taken after which a new stretch of text begins."""
FAR, FAR_WORDS = 99, 9999
NAMES = (
    "odds",
    *(f"mean_{span}" for span in SPANS),
    "taken_before",
    "taken_after",
    "best",
    "taken_words",
    "taken_share",
    "doubted",
    "hardly",
    *(f"{name}_{group}" for group in ("parent", "above", "kind") for name in ("others", "share", "best")),
    "since_sure",
    "until_sure",
    "words_since",
    "words_until",
    "stretch_share",
    "stretch",
    "heading_score",
    "section_score",
    *(f"odds{offset:+d}" for offset in OFFSETS),
)


def look_again(pieces: Sequence[Piece], rows: Matrix, scores: Floats) -> Matrix:
    """One row per piece, columns ``NAMES``; ``rows`` are the pieces' features and ``scores`` what the first forest made of them."""
    n = len(pieces)
    if not n:
        return np.zeros((0, len(NAMES)), np.float32)
    score = scores.astype(np.float64)
    words = rows[:, 0].astype(np.float64)
    odds = np.clip(np.log(np.maximum(score, 1e-9) / np.maximum(1.0 - score, 1e-9)), -LIMIT, LIMIT)
    is_taken = score >= TAKEN
    taken = words * is_taken
    weighed = score * words
    total = float(taken.sum()) or 1.0
    before = np.cumsum(taken)
    columns = [
        odds,
        *_means(weighed, words),
        (before - taken) / total,
        (total - before) / total,
        np.full(n, score.max()),
        np.full(n, np.log1p(total)),
        np.full(n, total / (words.sum() + 1.0)),
        np.full(n, words[(score > DOUBTED) & ~is_taken].sum() / total),
        np.full(n, words[is_taken & (score < 0.75)].sum() / total),
    ]
    for group in _groups(pieces):
        columns += _of_group(group, score, words, weighed, taken, total)
    columns += _distances(score >= SURE, words)
    columns += _stretches(is_taken, taken, words, total)
    columns += _sections(rows[:, OWN.index("tag")] >= TAGS["h1"], score, words, weighed)
    padded = np.full(n + 8, -LIMIT)
    padded[4 : n + 4] = odds
    columns += [padded[4 + offset : 4 + offset + n] for offset in OFFSETS]
    out = np.empty((n, len(columns)), np.float32)
    for i, column in enumerate(columns):
        out[:, i] = column
    return out


def _means(weighed: Numbers, words: Numbers) -> list[Numbers]:
    """Mean score of the words around each piece."""
    n = len(words)
    sums, sizes = np.concatenate([[0.0], np.cumsum(weighed)]), np.concatenate([[0.0], np.cumsum(words)])
    at = np.arange(n)
    out = []
    for span in SPANS:
        low, high = np.maximum(at - span, 0), np.minimum(at + span + 1, n)
        out.append((sums[high] - sums[low]) / (sizes[high] - sizes[low] + 1.0))
    return out


def _groups(pieces: Sequence[Piece]) -> tuple[Counts, Counts, Counts]:
    """Numbers of each piece's parent, of what is above that, and of its kind."""
    kinds: dict[object, int] = {}
    parents, above, kind = [], [], []
    for piece in pieces:
        parent = piece.node.parent
        upper = parent.parent if parent is not None else None
        parents.append(parent.index if parent is not None else 0)
        above.append(upper.index if upper is not None else 0)
        kind.append(kinds.setdefault(signature(piece), len(kinds)))
    return np.array(parents, np.intp), np.array(above, np.intp), np.array(kind, np.intp)


def _of_group(group: Counts, score: Numbers, words: Numbers, weighed: Numbers, taken: Numbers, total: float) -> list[Numbers]:
    """Mean score of the others in the group, the group's share of what was taken, and its best score."""
    best = np.zeros(int(group.max()) + 1)
    np.maximum.at(best, group, score)
    others = (np.bincount(group, weighed)[group] - weighed) / (np.bincount(group, words)[group] - words + 1.0)
    return [others, np.bincount(group, taken)[group] / total, best[group]]


def _distances(is_sure: npt.NDArray[np.bool_], words: Numbers) -> list[Numbers]:
    """Pieces and words back to the last sure one and on to the next."""
    n = len(words)
    at = np.arange(n)
    last = np.concatenate([[-1], np.maximum.accumulate(np.where(is_sure, at, -1))[:-1]])
    following = np.concatenate([np.minimum.accumulate(np.where(is_sure, at, n)[::-1])[::-1][1:], [n]])
    passed = np.concatenate([[0.0], np.cumsum(words)])
    return [
        np.where(last >= 0, at - last, FAR),
        np.where(following < n, following - at, FAR),
        np.where(last >= 0, passed[at] - passed[last + 1], FAR_WORDS),
        np.where(following < n, passed[np.minimum(following, n - 1)] - passed[at + 1], FAR_WORDS),
    ]


def _stretches(is_taken: npt.NDArray[np.bool_], taken: Numbers, words: Numbers, total: float) -> list[Numbers]:
    """Share of the text that the stretch around each piece holds, and how many stretches lie between it and the longest."""
    between = np.cumsum(words * ~is_taken)
    at = np.flatnonzero(is_taken)
    begins = np.zeros(len(words), np.intp)
    begins[at[1:]] = np.diff(between[at]) > LONG_GAP
    stretch = np.cumsum(begins)
    size = np.bincount(stretch, taken)
    return [size[stretch] / total, (stretch - int(size.argmax())).astype(np.float64)]


def _sections(is_heading: npt.NDArray[np.bool_], score: Numbers, words: Numbers, weighed: Numbers) -> list[Numbers]:
    """Score of the heading above, and mean score of the others between the same two headings."""
    at = np.arange(len(words))
    above = np.concatenate([[-1], np.maximum.accumulate(np.where(is_heading, at, -1))[:-1]])
    section = np.cumsum(is_heading)
    weighed, words = weighed * ~is_heading, words * ~is_heading
    mean = (np.bincount(section, weighed)[section] - weighed) / (np.bincount(section, words)[section] - words + 1.0)
    return [np.where(above >= 0, score[above], -1.0), mean]
