"""Which pieces are the article: the scorer's choice, mended by what holds for every page."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from transforms.parse import shapes
from transforms.parse.cues import BIT
from transforms.parse.features import Evidence, build
from transforms.parse.score import Floats, load_forest
from transforms.parse.second_look import look_again
from transforms.parse.structured import clean_key
from transforms.parse.walk import HEADINGS, SECTIONING, Node, Piece

THRESHOLD = 0.5
MAX_TERM = 80
MAX_TEXT = 800_000
"""Characters of the longest text that is still an article; what comes after is left."""
ABOUT = re.compile(
    r"^(?:über (?!den autor|die autor|uns\b)\S.{0,50}|about (?!the author|us\b|me\b)\S.{0,50}|zur person|zum unternehmen|hintergrund)\s*:?$", re.I
)


@dataclass(frozen=True, slots=True)
class Region:
    """The article's pieces in order, their roles as far as the page tells, and the mean probability."""

    pieces: tuple[Piece, ...]
    roles: tuple[str, ...]
    indexes: tuple[int, ...]
    confidence: float


def score_pieces(pieces: Sequence[Piece], nodes: Sequence[Node], evidence: Evidence, title_index: int) -> Floats:
    """The probability of each piece to be the article's text: judged by itself and its neighbours, then again by what became of the others."""
    rows = build(pieces, nodes, evidence, title_index)
    first = load_forest("blocks").predict(rows)
    return load_forest("second_look").predict(np.concatenate([rows, look_again(pieces, rows, first)], axis=1))


def choose_region(pieces: Sequence[Piece], scores: Floats, title: str | None, title_index: int) -> Region:
    """Keep what scores, once each, without headline and template text; add captions inside."""
    kept: list[int] = []
    seen: set[str] = set()
    total = 0
    title_key = clean_key(title or "")
    for i, p in enumerate(pieces):
        if scores[i] < THRESHOLD or i == title_index or is_template(p.text):
            continue
        if shapes.is_date_line(p.text):
            continue
        total += len(p.text)
        if total > MAX_TEXT:
            break
        if title_key and len(p.text) < 2 * len(title_key) + 20 and clean_key(p.text) == title_key:
            continue
        if len(p.text) > 40:
            key = p.text.lower()
            if key in seen:
                continue
            seen.add(key)
        kept.append(i)
    if not kept:
        return Region((), (), (), 0.0)
    chosen = set(kept)
    for i in range(kept[0], kept[-1]):
        if (
            i not in chosen
            and is_caption(pieces[i])
            and pieces[i].link_chars * 2 < len(pieces[i].text)
            and pieces[i].text.lower() not in seen
            and not shapes.is_placeholder(pieces[i].text)
        ):
            seen.add(pieces[i].text.lower())
            chosen.add(i)
    chosen.update(i - 1 for i in kept if i > 0 and is_term_of(pieces[i - 1], pieces[i]))
    order = sorted(chosen)
    roles = _roles([pieces[i] for i in order])
    weights = [min(len(pieces[i].text), 1000) for i in kept]
    confidence = sum(float(scores[i]) * w for i, w in zip(kept, weights, strict=True)) / sum(weights)
    return Region(tuple(pieces[i] for i in order), roles, tuple(order), round(confidence, 3))


def is_template(text: str) -> bool:
    """Template text; of a long piece only the commonest kind is looked for."""
    return shapes.is_placeholder(text) if len(text) < 250 else "lorem ipsum" in text.lower()


def is_term_of(piece: Piece, text: Piece) -> bool:
    """True for the term of a definition list right before its text: who is speaking, in interviews that are set as one."""
    list_bit = SECTIONING["dl"]
    is_text = text.node.tag == "dd" or (text.node.parent is not None and text.node.parent.tag == "dd")
    return piece.node.tag == "dt" and is_text and bool(text.node.tags & list_bit) and len(piece.text) <= MAX_TERM


def is_caption(piece: Piece) -> bool:
    """A caption or credit of a picture."""
    if piece.node.tags & SECTIONING["figcaption"]:
        return True
    if piece.node.tags & SECTIONING["figure"] and piece.node.tag not in {"blockquote", "td"} and not piece.node.tags & SECTIONING["blockquote"]:
        return True
    return bool(piece.node.own & BIT["caption"]) and len(piece.text) < 400 and piece.node.tag not in HEADINGS


def _roles(pieces: Sequence[Piece]) -> tuple[str, ...]:
    roles: list[str] = []
    about = False
    for p in pieces:
        tag = p.node.tag
        if tag in HEADINGS:
            about = ABOUT.match(p.text) is not None
            roles.append("about" if about else "heading")
        elif is_caption(p):
            roles.append("caption")
        elif about:
            roles.append("about")
        elif p.node.tags & SECTIONING["blockquote"]:
            roles.append("quote")
        elif p.node.tags & SECTIONING["li"]:
            roles.append("list_item")
        elif tag == "dt":
            roles.append("dt")
        else:
            if ABOUT.match(p.text) and p.bold_chars * 2 > len(p.text):
                about = True
                roles.append("about")
            else:
                roles.append("paragraph")
    return tuple(roles)


TAG_OF = {"heading": "h2", "caption": "figcaption", "about": "aside", "quote": "blockquote", "list_item": "li", "dt": "dt", "paragraph": "p"}


def has_markup(piece: Piece) -> bool:
    """True if there are line breaks in the piece, by which it can make several blocks, or all of it is bold, which can make it a heading."""
    return "\n" in piece.text or piece.bold_chars > 0.9 * len(piece.text) - 2


def piece_markup(piece: Piece, role: str) -> str:
    """The piece as small, clean HTML: what BeautifulSoup reads."""
    tag = TAG_OF[role]
    out = [f"<{tag}>"]
    for text, flags in piece.markup:
        if flags == 8:
            out.append("<br>")
        elif flags & 1 and text.strip():
            out.append(f"<b>{html.escape(text, quote=False)}</b>")
        else:
            out.append(html.escape(text, quote=False))
    out.append(f"</{tag}>")
    return "".join(out)
