"""What the scorer knows about a piece: one row of numbers per piece, the neighbours' included."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from transforms.parse.cues import BIT, CUE_NAMES, JUNK, STOP
from transforms.parse.walk import INVISIBLE, SECTIONING, Node, Piece

Matrix = npt.NDArray[np.float32]
WORD = re.compile(r"\w+")
ENDS = re.compile(r"[.!?…:;][\"'”“»«’)\]]*$")
SENTENCES = re.compile(r"[.!?…][\"'”“»«’)]*(?:\s|$)")
BYLINE = re.compile(r"^(?:by|von|text|autor(?:in)?|author|written by|words by|foto|photo|de|por|par|di)\b:?\s", re.I)
LAST = frozenset(".!?…:;\"'”“»«’)]\n")
BYLINE_FIRST = frozenset("bvtawfdpBVTAWFDP")
"""What must stand at the end, and at the start, for these patterns to be worth a try."""
DATE = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[.:/]\d{1,2}\b")
CAPITALS, DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"0123456789"
OTHERS = re.compile(r"[^\x00-\x7f]")
FINITE = 250
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
    "byline",
    "date",
    "in_title",
    "title_cover",
    "in_description",
    "description_cover",
    "in_body",
    "copies",
    "first",
    "tag",
    "word_length",
    "starts_lower",
    "quote_start",
    "has_time",
    "newline",
    "pipe",
)
WHERE = ("depth", "near", "above", *(f"cue_{name}" for name in CUE_NAMES), *(f"in_{name}" for name in SECTIONING), "hidden", "siblings")
CONTAINER = tuple(f"{name}_{level}" for level in (1, 2, 3) for name in ("text", "links", "prose", "pieces", "children"))


def own_features(piece: Piece, evidence: Evidence, copies: int) -> list[float]:
    """Numbers of the text alone."""
    text = piece.text
    n = len(text)
    head = text if n <= 2000 else text[:2000]
    words = WORD.findall(head.lower())
    n_words = len(words) or 1
    junk = sum(map(JUNK.__contains__, words)) if n < 600 else 0
    in_title = sum(map(evidence.title.__contains__, words)) if n < 400 and evidence.title else 0
    in_description = sum(map(evidence.description.__contains__, words)) if n < 900 and evidence.description else 0
    in_body = 0.0
    if evidence.body:
        shingles = triples(words)
        in_body = sum(map(evidence.body.__contains__, shingles)) / len(shingles) if shingles else 0.5
    first = head[0]
    upper, digits = _shares(head[:200])
    return [
        n_words if n == len(head) else n / 6.0,
        n,
        piece.link_chars / n,
        piece.links,
        piece.bold_chars / n,
        1.0 if head[-1] in LAST and ENDS.search(head[-6:]) else 0.0,
        head.count(","),
        len(SENTENCES.findall(head)) if "." in head or "!" in head or "?" in head or "…" in head else 0,
        upper,
        digits,
        sum(map(STOP.__contains__, words)) / n_words,
        junk,
        1.0 if first in BYLINE_FIRST and BYLINE.match(head) else 0.0,
        1.0 if digits and n < 120 and DATE.search(head) else 0.0,
        in_title / n_words,
        in_title / (len(evidence.title) or 1),
        in_description / n_words,
        in_description / (len(evidence.description) or 1),
        in_body if evidence.body else -1.0,
        copies,
        1.0 if piece.first else 0.0,
        TAGS.get(piece.node.tag, 0),
        n / n_words,
        1.0 if first.islower() else 0.0,
        1.0 if first in "\"„“»«‚‘”'" else 0.0,
        1.0 if piece.times else 0.0,
        text.count("\n"),
        head.count("|") + head.count("•") + head.count("»") + head.count("›") if n < 300 else 0,
    ]


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


@lru_cache(maxsize=8192)
def _cue_row(near: int, parent: int, grand: int, above: int) -> tuple[float, ...]:
    return tuple(4.0 if near & bit else 3.0 if parent & bit else 2.0 if grand & bit else 1.0 if above & bit else 0.0 for bit in BIT.values())


@lru_cache(maxsize=4096)
def _tag_row(tags: int) -> tuple[float, ...]:
    return tuple(1.0 if tags & bit else 0.0 for bit in SECTIONING.values())


def where_features(node: Node, cache: dict[int, list[float]]) -> list[float]:
    """Numbers of the place: class cues by distance (3 own, 2 parent, 1 above), sectioning ancestors, containers."""
    known = cache.get(node.index)
    if known is not None:
        return known
    parent = node.parent
    near = node.own
    own_parent = parent.own if parent is not None else 0
    grand = parent.parent.own if parent is not None and parent.parent is not None else 0
    above = node.above
    row: list[float] = [node.depth, near.bit_count(), above.bit_count()]
    row += _cue_row(near, own_parent, grand, above)
    tags = node.tags
    row += _tag_row(tags)
    row.append(1.0 if tags & INVISIBLE else 0.0)
    row.append(parent.children if parent is not None else 0)
    up: Node | None = node
    for _ in range(3):
        if up is not None and up.parent is not None:
            up = up.parent
        if up is None:
            row.extend((0.0, 0.0, 0.0, 0.0, 0.0))
        else:
            row.extend((up.text, up.links / (up.text or 1), up.prose, up.pieces, up.children))
    cache[node.index] = row
    return row


# ---------------------------------------------------------------- the page around it
CONTEXT = (
    "index",
    "position",
    "chars_before",
    "n_pieces",
    "total",
    "main_share",
    "in_main",
    "up_to_main",
    "down_from_main",
    "since_title",
    "after_title",
    "from_main_start",
    "has_ld",
    "ld_article",
    "prose_total",
    "same_parent_before",
    "same_parent_after",
)
NEIGHBOURS = ("words", "link_density", "ends", "tag", "junk", "stop", "in_main")
OFFSETS = (-3, -2, -1, 1, 2, 3)
GROUPS = ("sig_chars", "sig_pieces", "sig_prose", "sig_is_top", "sig_in_main", "parent_share", "parent_top", "first_of_sig", "after_of_sig")
WINDOWS = (4, 10)
NAMES = (
    *OWN,
    *WHERE,
    *CONTAINER,
    *CONTEXT,
    *GROUPS,
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
    counts = Counter(p.text for p in pieces)
    cache: dict[int, list[float]] = {}
    rows = [own_features(p, evidence, counts[p.text]) + where_features(p.node, cache) for p in pieces]
    width = len(OWN) + len(WHERE) + len(CONTAINER)
    base = np.fromiter(itertools.chain.from_iterable(rows), np.float32, n * width).reshape(n, width)
    context = _context(pieces, nodes, evidence, title_index, base)
    return (
        np.concatenate(
            [base, context, groups_of(pieces, base, context), _neighbours(base, context), _windows(base, pieces)], axis=1, dtype=np.float32
        )
        if n
        else np.zeros((0, len(NAMES)), np.float32)
    )


def _context(pieces: Sequence[Piece], nodes: Sequence[Node], evidence: Evidence, title_index: int, base: Matrix) -> Matrix:
    n = len(pieces)
    main = find_main(pieces, nodes)
    chain: dict[int, int] = {}
    up: Node | None = main
    while up is not None:
        chain[up.index] = len(chain)
        up = up.parent
    distance: dict[int, tuple[int, int]] = {}
    chars = base[:, 1]
    total = float(chars.sum()) or 1.0
    before = np.cumsum(chars) - chars
    shares = (before / total).tolist()
    prose_total = nodes[0].prose or 1
    main_share = main.prose / prose_total
    has_body, has_article = bool(evidence.body), evidence.has_article
    main_first = next((i for i, p in enumerate(pieces) if _distance(p.node, chain, distance)[0] == 0), 0)
    out: list[tuple[float, ...]] = []
    parents = [p.node.parent.index if p.node.parent is not None and p.node.tag not in {"div", "section", "article"} else p.node.index for p in pieces]
    for i, p in enumerate(pieces):
        upward, downward = _distance(p.node, chain, distance)
        row = (
            i,
            i / n,
            shares[i],
            n,
            total,
            main_share,
            upward == 0,
            upward,
            downward,
            i - title_index if title_index >= 0 else -99,
            i > title_index >= 0,
            i - main_first,
            has_body,
            has_article,
            prose_total,
            i > 0 and parents[i - 1] == parents[i],
            i + 1 < n and parents[i + 1] == parents[i],
        )
        out.append(row)
    return np.fromiter(itertools.chain.from_iterable(out), np.float32, n * len(CONTEXT)).reshape(n, len(CONTEXT))


def signature(piece: Piece) -> tuple[str, int, str, int]:
    """Pieces of one kind on one page share it: tag and cues of their element and of its parent."""
    node = piece.node
    parent = node.parent
    return (node.tag, node.own, parent.tag if parent is not None else "", parent.own if parent is not None else 0)


def groups_of(pieces: Sequence[Piece], base: Matrix, context: Matrix) -> Matrix:
    """How much text the pieces of the same kind hold, and those in the same parent."""
    kinds: dict[object, int] = {}
    parents: dict[int, int] = {}
    kind = np.array([kinds.setdefault(signature(p), len(kinds)) for p in pieces], dtype=np.intp)
    parent = np.array([parents.setdefault(p.node.parent.index if p.node.parent is not None else 0, len(parents)) for p in pieces], dtype=np.intp)
    chars = base[:, 1]
    prose = np.where((chars > 80) & (base[:, 2] < 0.34), chars, 0.0)
    total, total_prose = float(chars.sum()) or 1.0, float(prose.sum()) or 1.0
    kind_chars, kind_prose = np.bincount(kind, chars), np.bincount(kind, prose)
    kind_main = np.bincount(kind, prose * context[:, CONTEXT.index("in_main")])
    parent_prose = np.bincount(parent, prose)
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
        parent_prose[parent] / total_prose,
        parent == int(parent_prose.argmax()),
        number - first[kind],
        last[kind] - number,
    )
    return np.stack([np.asarray(c, dtype=np.float32) for c in columns], axis=1)


def _distance(node: Node, chain: dict[int, int], known: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """Steps from the main container up to the common ancestor, and from there down to the node."""
    if node.index in known:
        return known[node.index]
    down = 0
    up: Node | None = node
    while up is not None and up.index not in chain:
        up = up.parent
        down += 1
    result = (chain[up.index] if up is not None else 99, down)
    known[node.index] = result
    return result


def _neighbours(base: Matrix, context: Matrix) -> Matrix:
    columns = [OWN.index(name) for name in NEIGHBOURS[:-1]]
    core = np.concatenate([base[:, columns], context[:, [CONTEXT.index("in_main")]]], axis=1)
    n = len(core)
    padded = np.full((n + 6, core.shape[1]), -1.0, np.float32)
    padded[3 : n + 3] = core
    return np.concatenate([padded[3 + o : 3 + o + n] for o in OFFSETS], axis=1)


def _windows(base: Matrix, pieces: Sequence[Piece]) -> Matrix:
    n = len(base)
    chars = base[:, 1]
    prose = np.where((chars > 80) & (base[:, 2] < 0.34), chars, 0.0)
    columns = np.stack([base[:, 0], base[:, 2] * chars, prose, base[:, OWN.index("junk")]], axis=1)
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
