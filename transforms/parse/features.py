"""What the scorer knows about a piece: one row of numbers per piece, the neighbours' included."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from transforms.parse.cues import BIT, CUE_NAMES, JUNK, STOP
from transforms.parse.walk import INVISIBLE, SECTIONING, Node, Piece

Matrix = npt.NDArray[np.float32]
Indexes = npt.NDArray[np.intp]
WORD = re.compile(r"\w+")
ENDS = frozenset(".!?…:;")
CLOSING = "\"'”“»«’)]"
HEAD = 800
"""Characters of a text run that are counted."""
_NOUGHT = itertools.repeat(0)
CAPITALS, DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"0123456789"
OTHERS = re.compile(r"[^\x00-\x7f]")
TAGS = {
    "p": 1,
    "li": 2,
    "div": 3,
    "td": 4,
    "blockquote": 5,
    "figcaption": 6,
    "dd": 7,
    "dt": 8,
    "pre": 9,
    "section": 10,
    "article": 11,
    "header": 12,
    "footer": 13,
    "aside": 14,
    "body": 15,
    "h1": 16,
    "h2": 17,
    "h3": 18,
    "h4": 19,
    "h5": 20,
    "h6": 21,
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the page says of its own article besides the text: shingles of title, description and JSON-LD body."""

    title: frozenset[str] = frozenset()
    description: frozenset[str] = frozenset()
    body: frozenset[tuple[str, ...]] = frozenset()
    has_article: bool = False


def words_of(text: str) -> list[str]:
    """Lower-case words."""
    return WORD.findall(text.lower())


def triples(words: Sequence[str]) -> list[tuple[str, ...]]:
    """Shingles of three words."""
    return list(zip(words, words[1:], words[2:], strict=False))


def make_evidence(titles: Sequence[str], description: str | None, body: str | None, has_article: bool) -> Evidence:
    """Sets for quick comparison."""
    return Evidence(
        title=frozenset(w for t in titles for w in words_of(t)),
        description=frozenset(words_of(description or "")),
        body=frozenset(triples(words_of((body or "")[:60_000]))),
        has_article=has_article,
    )


# ---------------------------------------------------------------- one piece by itself
OWN = (
    "words",
    "chars",
    "link_density",
    "links",
    "bold",
    "ends",
    "commas",
    "sentences",
    "upper",
    "digits",
    "stop",
    "junk",
    "in_title",
    "title_cover",
    "in_description",
    "description_cover",
    "in_body",
    "copies",
    "tag",
    "word_length",
    "starts_lower",
    "has_time",
    "newline",
)
WHERE = ("depth", "near", "above", "siblings", "hidden", *(f"cue_{name}" for name in CUE_NAMES), *(f"in_{name}" for name in SECTIONING))
CONTAINER = tuple(f"{name}_{level}" for level in (1, 2) for name in ("text", "links", "prose", "pieces", "children"))
_CUES = np.array(list(BIT.values()), np.int64)
_TAGS = np.array(list(SECTIONING.values()), np.int64)
_STOP, _JUNK, _TITLE, _DESCRIPTION = 1, 1 << 12, 1 << 24, 1 << 36
"""What a word counts for, in twelve bits each, so that one sum counts all: a text run has fewer than 4,096 words."""
_KNOWN = {**dict.fromkeys(STOP, _STOP), **{w: _JUNK + (_STOP if w in STOP else 0) for w in JUNK}}


def word_values(evidence: Evidence) -> dict[str, int]:
    """What each word of note counts for on this page."""
    values = _KNOWN.copy()
    for words, value in ((evidence.title, _TITLE), (evidence.description, _DESCRIPTION)):
        for word in words:
            values[word] = values.get(word, 0) + value
    return values


def own_features(piece: Piece, values: dict[str, int], evidence: Evidence, copies: int) -> tuple[float, ...]:
    """Numbers of the text alone."""
    text = piece.text
    n = len(text)
    head = text if n <= HEAD else text[:HEAD]
    words = WORD.findall(head.lower())
    n_words = len(words) or 1
    counted = sum(map(values.get, words, _NOUGHT))
    in_title = counted >> 24 & 4095 if n < 400 else 0
    in_description = counted >> 36 if n < 900 else 0
    in_body = -1.0
    if evidence.body:
        shingles = triples(words if n_words < 24 else words[:10] + words[-10:])
        in_body = sum(map(evidence.body.__contains__, shingles)) / len(shingles) if shingles else 0.5
    upper, digits = _shares(head[:120])
    return (
        n_words if n == len(head) else n / 6.0,
        n,
        piece.link_chars / n,
        piece.links,
        piece.bold_chars / n,
        1.0 if head.rstrip(CLOSING)[-1:] in ENDS else 0.0,
        head.count(","),
        head.count(". ") + head.count("? ") + head.count("! "),
        upper,
        digits,
        (counted & 4095) / n_words,
        counted >> 12 & 4095,
        in_title / n_words,
        in_title / (len(evidence.title) or 1),
        in_description / n_words,
        in_description / (len(evidence.description) or 1),
        in_body,
        copies,
        TAGS.get(piece.node.tag, 0),
        len(head) / n_words,
        1.0 if head[0].islower() else 0.0,
        1.0 if piece.times else 0.0,
        text.count("\n"),
    )


def _shares(start: str) -> tuple[float, float]:
    """Share of capitals and of digits: ASCII by deletion at C speed, the few other characters one by one."""
    n = len(start)
    plain = start.encode("ascii", "ignore")
    upper = len(plain) - len(plain.translate(None, CAPITALS))
    digits = len(plain) - len(plain.translate(None, DIGITS))
    if len(plain) != n:
        others = OTHERS.findall(start)
        upper += sum(map(str.isupper, others))
        digits += sum(map(str.isdigit, others))
    return upper / n, digits / n


def _matrix(rows: Sequence[tuple[float, ...]], width: int) -> Matrix:
    """The rows as one array: twice as fast as numpy's own reading of tuples."""
    return np.fromiter(itertools.chain.from_iterable(rows), np.float32, len(rows) * width).reshape(len(rows), width)


def where_features(nodes: Sequence[Node], at: Indexes, parents: Indexes) -> Matrix:
    """Numbers of the place: class cues by distance (4 own, 3 parent, 2 its parent, 1 above), sectioning ancestors, containers.

    ``at`` is the node of each piece, ``parents`` the parent of each node (the root is its own).
    """
    up = parents[at]
    upper = parents[up]
    own = np.fromiter([n.own for n in nodes], np.int64, len(nodes))
    tags = np.fromiter([n.tags for n in nodes], np.int64, len(nodes))[at]
    above = np.fromiter([n.above for n in nodes], np.int64, len(nodes))[at]
    held = _matrix([(n.text, n.links / (n.text or 1), n.prose, n.pieces, n.children) for n in nodes], 5)
    cues = ((above[:, None] & _CUES) != 0).astype(np.float32)
    for level, bits in ((2.0, own[upper]), (3.0, own[up]), (4.0, own[at])):
        cues[(bits[:, None] & _CUES) != 0] = level
    return np.concatenate(
        [
            _matrix([(n.depth, n.own.bit_count(), n.above.bit_count()) for n in nodes], 3)[at],
            held[up, 4:5],
            ((tags & INVISIBLE) != 0)[:, None],
            cues,
            (tags[:, None] & _TAGS) != 0,
            held[up],
            held[upper],
        ],
        axis=1,
        dtype=np.float32,
    )


# ---------------------------------------------------------------- the page around it
CONTEXT = (
    "position",
    "chars_before",
    "in_main",
    "up_to_main",
    "down_from_main",
    "since_title",
    "after_title",
    "from_main_start",
    "ld_article",
    "same_parent_before",
    "same_parent_after",
)
NEIGHBOURS = ("words", "link_density", "ends", "tag", "junk", "stop", "in_main")
OFFSETS = (-3, -2, -1, 1, 2, 3)
GROUPS = ("sig_chars", "sig_pieces", "sig_prose", "sig_is_top", "sig_in_main", "parent_share", "parent_top", "first_of_sig", "after_of_sig")
HEADING = ("heading_tag", "heading_since", "heading_junk", "heading_words")
SINCE = ("heads_since", "bylines_since", "articles_since")
CONTAINERS = frozenset(("div", "section", "article"))
WINDOWS = (4, 10)
NAMES = (
    *OWN,
    *WHERE,
    *CONTAINER,
    *CONTEXT,
    *GROUPS,
    *HEADING,
    *SINCE,
    *(f"{name}{offset:+d}" for offset in OFFSETS for name in NEIGHBOURS),
    *(f"{name}_w{w}" for w in WINDOWS for name in ("words", "link_density", "prose", "junk")),
)


def find_main(pieces: Sequence[Piece], nodes: Sequence[Node]) -> Node:
    """The container that the prose gathers in: its own paragraphs count whole, those of its children half."""
    scores: dict[int, float] = {}
    for piece in pieces:
        n = len(piece.text)
        if n < 60 or piece.link_chars * 2 > n or piece.node.tags & INVISIBLE:
            continue
        weight = float(min(n, 1200))
        up: Node | None = piece.node if piece.node.tag not in {"p", "li", "h2", "h3", "blockquote"} else piece.node.parent
        for _ in range(4):
            if up is None:
                break
            scores[up.index] = scores.get(up.index, 0.0) + weight
            weight *= 0.55
            up = up.parent
    if not scores:
        return nodes[0]
    return nodes[max(scores, key=lambda i: (scores[i], -i))]


def build(pieces: Sequence[Piece], nodes: Sequence[Node], evidence: Evidence, title_index: int) -> Matrix:
    """One row per piece, columns ``NAMES``."""
    n = len(pieces)
    if not n:
        return np.zeros((0, len(NAMES)), np.float32)
    counts = Counter([p.text for p in pieces])
    values = word_values(evidence)
    own = _matrix([own_features(p, values, evidence, counts[p.text]) for p in pieces], len(OWN))
    at = np.fromiter([p.node.index for p in pieces], np.intp, n)
    parents = np.fromiter([node.parent.index if node.parent is not None else 0 for node in nodes], np.intp, len(nodes))
    context = _context(nodes, find_main(pieces, nodes), evidence, title_index, own, at, parents)
    return np.concatenate(
        [
            own,
            where_features(nodes, at, parents),
            context,
            groups_of(pieces, own, context, parents[at]),
            _under_heading(own),
            _since_title(pieces, own, at, nodes, title_index),
            _neighbours(own, context),
            _windows(own),
        ],
        axis=1,
        dtype=np.float32,
    )


def _context(nodes: Sequence[Node], main: Node, evidence: Evidence, title_index: int, own: Matrix, at: Indexes, parents: Indexes) -> Matrix:
    n = len(own)
    upward, downward = (steps[at] for steps in _distances(nodes, main))
    chars = own[:, 1]
    total = float(chars.sum()) or 1.0
    number = np.arange(n)
    in_main = upward == 0
    is_container = np.fromiter([node.tag in CONTAINERS for node in nodes], bool, len(nodes))[at]
    group = np.where(is_container, at, parents[at])
    same = np.concatenate([[False], group[1:] == group[:-1], [False]])
    out = np.empty((n, len(CONTEXT)), np.float32)
    for column, values in enumerate(
        (
            number / n,
            (np.cumsum(chars, dtype=np.float64) - chars) / total,
            in_main,
            upward,
            downward,
            number - title_index if title_index >= 0 else -99,
            number > title_index if title_index >= 0 else False,
            number - int(in_main.argmax()),
            evidence.has_article,
            same[:-1],
            same[1:],
        )
    ):
        out[:, column] = values
    return out


def _distances(nodes: Sequence[Node], main: Node) -> tuple[Indexes, Indexes]:
    """For each node: steps from the main container up to the common ancestor, and from there down to the node."""
    chain: dict[int, int] = {}
    up: Node | None = main
    while up is not None:
        chain[up.index] = len(chain)
        up = up.parent
    upward, downward = [0] * len(nodes), [0] * len(nodes)
    for node in nodes:  # parents come before their children
        i = node.index
        if i in chain:
            upward[i] = chain[i]
        elif node.parent is not None:
            above = node.parent.index
            upward[i], downward[i] = upward[above], downward[above] + 1
    return np.array(upward, np.intp), np.array(downward, np.intp)


def _under_heading(own: Matrix) -> Matrix:
    """Level of the heading above, how far above it is, and how much it sounds like one of what is no article."""
    tag, number = own[:, OWN.index("tag")].astype(np.intp), np.arange(len(own))
    is_heading = tag >= TAGS["h1"]
    last = np.maximum.accumulate(np.where(is_heading, number, -1))
    before = np.concatenate([[-1], last[:-1]])
    known = before >= 0
    return np.stack(
        [
            np.where(known, tag[before], 0),
            np.where(known, number - before, -1),
            np.where(known, own[before, OWN.index("junk")], 0),
            np.where(known, own[before, OWN.index("words")], 0),
        ],
        axis=1,
    ).astype(np.float32)


def _since_title(pieces: Sequence[Piece], own: Matrix, at: Indexes, nodes: Sequence[Node], title_index: int) -> Matrix:
    """How many headlines, bylines and article elements came between the title and each piece: by them the next article is told from this one."""
    author, article, start = BIT["author"], SECTIONING["article"], max(title_index, 0)
    begun = np.fromiter([n.tag == "article" and not (n.parent is not None and n.parent.tags & article) for n in nodes], bool, len(nodes))
    columns = (
        np.cumsum(own[:, OWN.index("tag")] == TAGS["h1"]),
        np.cumsum(np.fromiter([(p.node.own | p.span_cues) & author != 0 for p in pieces], bool, len(pieces))),
        np.cumsum(begun)[at],
    )
    return np.stack([c - c[start] for c in columns], axis=1).astype(np.float32)


def signature(piece: Piece) -> tuple[str, int, str, int]:
    """Pieces of one kind on one page share it: tag and cues of their element and of its parent."""
    node = piece.node
    parent = node.parent
    return (node.tag, node.own, parent.tag if parent is not None else "", parent.own if parent is not None else 0)


def _prose(base: Matrix) -> npt.NDArray[np.floating[Any]]:
    """Characters of the pieces that are long and hardly linked."""
    chars = base[:, 1]
    return np.where((chars > 80) & (base[:, 2] < 0.34), chars, 0.0)


def groups_of(pieces: Sequence[Piece], base: Matrix, context: Matrix, parents: Indexes) -> Matrix:
    """How much text the pieces of the same kind hold, and those in the same parent."""
    kinds: dict[object, int] = {}
    kind = np.array([kinds.setdefault(signature(p), len(kinds)) for p in pieces], dtype=np.intp)
    chars, prose = base[:, 1], _prose(base)
    total, total_prose = float(chars.sum()) or 1.0, float(prose.sum()) or 1.0
    kind_chars, kind_prose = np.bincount(kind, chars), np.bincount(kind, prose)
    kind_main = np.bincount(kind, prose * context[:, CONTEXT.index("in_main")])
    parent_prose = np.bincount(parents, prose)
    number = np.arange(len(pieces))
    first = np.full(len(kinds), len(pieces))
    np.minimum.at(first, kind, number)
    last = np.zeros(len(kinds), dtype=np.intp)
    np.maximum.at(last, kind, number)
    columns = (
        kind_chars[kind] / total,
        np.bincount(kind)[kind],
        kind_prose[kind] / total_prose,
        kind == int(kind_prose.argmax()),
        kind_main[kind] / (kind_prose[kind] + 1.0),
        parent_prose[parents] / total_prose,
        parents == int(parent_prose.argmax()),
        number - first[kind],
        last[kind] - number,
    )
    return np.stack([np.asarray(c, dtype=np.float32) for c in columns], axis=1)


def _neighbours(base: Matrix, context: Matrix) -> Matrix:
    columns = [OWN.index(name) for name in NEIGHBOURS[:-1]]
    core = np.concatenate([base[:, columns], context[:, [CONTEXT.index("in_main")]]], axis=1)
    n = len(core)
    padded = np.full((n + 6, core.shape[1]), -1.0, np.float32)
    padded[3 : n + 3] = core
    return np.concatenate([padded[3 + o : 3 + o + n] for o in OFFSETS], axis=1)


def _windows(base: Matrix) -> Matrix:
    n = len(base)
    columns = np.stack([base[:, 0], base[:, 2] * base[:, 1], _prose(base), base[:, OWN.index("junk")]], axis=1)
    sums = np.concatenate([np.zeros((1, 4)), np.cumsum(columns, axis=0, dtype=np.float64)])
    out: list[Any] = []
    for w in WINDOWS:
        low = np.maximum(np.arange(n) - w, 0)
        high = np.minimum(np.arange(n) + w + 1, n)
        size = (high - low)[:, None]
        out.append((sums[high] - sums[low]) / size)
    return np.concatenate(out, axis=1).astype(np.float32)


def find_title(pieces: Sequence[Piece], evidence: Evidence) -> int:
    """Index of the piece that shows the title: a heading that shares most words with the declared titles; -1 if none does."""
    best, index = 0.45, -1
    for i, piece in enumerate(pieces):
        tag = piece.node.tag
        n = len(piece.text)
        if n > 300 or n < 4:
            continue
        if tag[0] != "h" and not piece.node.own & BIT["title"]:
            continue
        words = set(WORD.findall(piece.text.lower()))
        common = len(words & evidence.title)
        score = 2.0 * common / (len(words) + len(evidence.title) or 1) + (0.35 if tag == "h1" else 0.0) - i * 1e-4
        if score > best:
            best, index = score, i
    return index
