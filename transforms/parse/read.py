"""The chosen region → text and blocks with roles, read with BeautifulSoup."""

from __future__ import annotations

import re
import unicodedata

from bs4 import BeautifulSoup, Tag

from transforms.parse.region import TAG_OF, Region, has_markup, piece_markup
from transforms.records import Block, Role

ROLE_OF = {
    "h2": Role.HEADING,
    "figcaption": Role.CAPTION,
    "aside": Role.ABOUT,
    "blockquote": Role.QUOTE,
    "li": Role.LIST_ITEM,
    "dt": Role.PARAGRAPH,
    "p": Role.PARAGRAPH,
}
UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
CLOSED = re.compile(r"[.!?…:;,][\"'”“»«’)\]]*$")


def read_region(region: Region) -> list[tuple[Role, str]]:
    """Role and text of every block of the region. BeautifulSoup reads what has line breaks or bold type in it; of the rest the text is known."""
    marked = [has_markup(piece) for piece in region.pieces]
    markup = "".join([piece_markup(p, role) for p, role, is_marked in zip(region.pieces, region.roles, marked, strict=True) if is_marked])
    elements = iter(BeautifulSoup(markup, "lxml").find_all(list(ROLE_OF)) if markup else ())
    out: list[tuple[Role, str]] = []
    for piece, name, is_marked in zip(region.pieces, region.roles, marked, strict=True):
        role = ROLE_OF[TAG_OF[name]]
        if is_marked:
            out.extend((_refine(role, text, is_bold), text) for text, is_bold in _lines(next(elements)))
        else:
            text = unicodedata.normalize("NFC", piece.text) if piece.text.isprintable() else tidy(piece.text)
            if text:
                out.append((role, text))
    return out


def _lines(element: Tag) -> list[tuple[str, bool]]:
    """Text of a block; where a bold line stands above plain ones it is a block of its own."""
    if len(element.contents) == 1 and not isinstance(element.contents[0], Tag):
        text = tidy(str(element.contents[0]))
        return [(text, False)] if text else []
    if element.find("br") is None:
        text = tidy(element.get_text())
        return [(text, _is_bold(element, text))] if text else []
    lines: list[list[tuple[str, bool]]] = [[]]
    for node in element.descendants:
        if isinstance(node, Tag):
            if node.name == "br":
                lines.append([])
        else:
            lines[-1].append((str(node), node.parent is not None and node.parent.name == "b"))
    out: list[tuple[str, bool]] = []
    for line in lines:
        text = tidy("".join(t for t, _ in line))
        if not text:
            continue
        bold = all(b for t, b in line if t.strip())
        if out and out[-1][1] == bold:
            out[-1] = (out[-1][0] + "\n" + text, bold)
        else:
            out.append((text, bold))
    return out


def _is_bold(element: Tag, text: str) -> bool:
    bold = element.find_all("b")
    return bool(bold) and len(tidy("".join(b.get_text() for b in bold))) >= len(text) - 2


def _refine(role: Role, text: str, is_bold: bool) -> Role:
    if role is Role.PARAGRAPH and is_bold and len(text) < 90 and not CLOSED.search(text):
        return Role.HEADING
    return role


def tidy(text: str) -> str:
    """NFC, one space between words, no invisible characters; line breaks stay."""
    text = unicodedata.normalize("NFC", text)
    if not text.isprintable():
        text = UNSEEN.sub("", text)
    if "\n" not in text:
        return " ".join(text.split())
    return "\n".join([" ".join(words) for line in text.split("\n") if (words := line.split())])


def join_blocks(parts: list[tuple[Role, str]]) -> tuple[str, tuple[Block, ...]]:
    """Body text with blank lines between the blocks, and the blocks' offsets in it."""
    blocks: list[Block] = []
    at = 0
    for role, text in parts:
        blocks.append(Block(role, at, at + len(text)))
        at += len(text) + 2
    return "\n\n".join(text for _, text in parts), tuple(blocks)
