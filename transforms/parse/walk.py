"""The pieces of a page: every run of text between block elements, with where it stood."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from transforms.parse.cues import BIT, class_cues
from transforms.parse.furniture import INLINE, Furniture, Verdict

SKIP = frozenset(("head", "link", "meta", "title", "base", "img", "picture", "source", "hr", "wbr", "param", "track", "col", "colgroup", "area"))
AUTHOR_PATH = re.compile(
    r"/(?:authors?|autor(?:en|in)?|by|profile?|people|staff|team|contributors?|journalists?|writers?|redaktion)/[\w.%-]{3,}", re.I
)
BOLD = frozenset(("b", "strong"))
EMPHASIS = frozenset(("em", "i", "cite"))
TELLING = frozenset(("span", "time", "small", "abbr"))
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
SECTIONING = {
    name: 1 << i
    for i, name in enumerate(
        (
            "article",
            "main",
            "section",
            "aside",
            "header",
            "footer",
            "nav",
            "form",
            "table",
            "ul",
            "ol",
            "dl",
            "figure",
            "blockquote",
            "li",
            "a",
            "figcaption",
            "td",
            "details",
        )
    )
}
INVISIBLE = 1 << 30
MAX_DEPTH = 400
MAX_PIECES = 6000
TWICE = re.compile(r" {2,}")
LINES = re.compile(r" *\n\s*")


@dataclass(slots=True)
class Node:
    """A block element on the way down: what its descendants inherit."""

    tag: str
    element: etree._Element
    parent: Node | None
    depth: int
    own: int
    """Class cues of its own."""
    above: int
    """Class cues of all its ancestors."""
    tags: int
    """Bits of ``SECTIONING`` of itself and its ancestors."""
    index: int
    text: int = 0
    links: int = 0
    prose: int = 0
    pieces: int = 0
    children: int = 0
    begun: int = 0
    """How many pieces the page had when the element began."""


@dataclass(slots=True)
class Piece:
    """A run of text directly within one block element."""

    node: Node
    text: str
    link_chars: int
    links: int
    bold_chars: int
    first: bool = True
    """It begins its block element (nothing of that element came before it)."""
    role: str = ""
    span_cues: int = 0
    times: tuple[str, ...] = ()
    """Machine-readable dates of its time elements."""
    markup: list[tuple[str, int]] = field(default_factory=list)
    """Its text in runs, each with flags: 1 bold, 2 link, 4 emphasis, 16 superscript, 32 author, 64 title; 8 alone is a line break."""


class Walker:
    """One pass over the tree, with an explicit stack so that depth cannot break it."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.pieces: list[Piece] = []
        self._runs: list[tuple[str, int]] = []
        self._links = 0
        self._span = 0
        self._times: list[str] = []

    def walk(self, root: etree._Element, furniture: Furniture | None = None) -> list[Piece]:
        """The pieces of the page, without those in elements that are ``furniture``."""
        node = Node(tag="body", element=root, parent=None, depth=0, own=0, above=0, tags=0, index=0)
        self.nodes.append(node)
        # stack of (iterator over children, element, node, inline flags, is block, whether there may be furniture inside)
        stack: list[tuple[Iterator[etree._Element], etree._Element, Node, int, bool, bool]] = [
            (iter(root), root, node, 0, True, furniture is not None)
        ]
        add = self._add
        add(root.text, 0)
        while stack:
            children, element, node, flags, is_block, look = stack[-1]
            child = next(children, None)
            if child is None:
                if is_block and self._runs:
                    self._flush(node)
                stack.pop()
                if stack and element.tail:
                    add(element.tail, stack[-1][3])
                continue
            tag = child.tag
            if tag.__class__ is not str or tag in SKIP:
                if child.tail:
                    add(child.tail, flags)
                continue
            if tag == "br":
                self._runs.append(("\n", 8))
                if child.tail:
                    add(child.tail, flags)
                continue
            if len(stack) > MAX_DEPTH:
                add("".join(map(str, child.itertext()))[:20_000], flags)
                if child.tail:
                    add(child.tail, flags)
                continue
            if tag in INLINE:
                inner = flags | self._inline(child, tag)
                if child.text:
                    add(child.text, inner)
                if len(child):
                    stack.append((iter(child), child, node, inner, False, look))
                elif child.tail:
                    add(child.tail, flags)
                continue
            if self._runs:
                self._flush(node)
            else:
                self._links = self._span = 0
            own, tags = _place(child, tag)
            if look and furniture is not None:
                verdict = furniture.verdict(child, tag, own)
                if verdict is Verdict.LEAVE:
                    if child.tail:
                        add(child.tail, flags)
                    continue
                look = verdict is Verdict.LOOK
            entered = self._enter(child, tag, node, own, tags)
            if child.text:
                add(child.text, flags & 3)
            if len(child):
                stack.append((iter(child), child, entered, flags & 3, True, look))
            else:
                if self._runs:
                    self._flush(entered)
                if child.tail:
                    add(child.tail, flags)
            if len(self.pieces) > MAX_PIECES:
                break
        self._flush(node)
        self._sum_up()
        return self.pieces

    def _add(self, text: str | None, flags: int) -> None:
        """One more run; white space in front of the first, which most of it is, tells nothing."""
        if text and (self._runs or not text.isspace()):
            self._runs.append((text, flags))

    def _sum_up(self) -> None:
        """Give every container what its descendants hold: they come after it, so one pass from the end will do."""
        for node in reversed(self.nodes):
            up = node.parent
            if up is not None and node.pieces:
                up.text += node.text
                up.links += node.links
                up.prose += node.prose
                up.pieces += node.pieces

    def _inline(self, element: etree._Element, tag: str) -> int:
        """Flags of an inline element; notes links, dates and class cues."""
        if tag == "a":
            self._links += 1
            rel = element.get("rel")
            if (rel and "author" in rel) or AUTHOR_PATH.search(element.get("href") or "") or "author" in (element.get("itemprop") or ""):
                return 34
            return 2
        if tag in BOLD:
            return 1
        if tag in EMPHASIS:
            return 4
        if tag == "sup":
            return 16
        if tag not in TELLING:
            return 0
        words = element.get("class")
        own = class_cues(words) if words else 0
        self._span |= own
        if tag in ("time", "abbr"):
            stated = element.get("datetime") or (element.get("title") if tag == "abbr" else None)
            if stated:
                self._times.append(stated)
        flags = 32 if own & BIT["author"] or "author" in (element.get("itemprop") or "") else 0
        return flags | 64 if own & BIT["title"] else flags

    def _enter(self, element: etree._Element, tag: str, parent: Node, own: int, tags: int) -> Node:
        parent.children += 1
        node = Node(tag, element, parent, parent.depth + 1, own, parent.above | parent.own, parent.tags | tags, len(self.nodes))
        node.begun = len(self.pieces)
        self.nodes.append(node)
        return node

    def _flush(self, node: Node) -> None:
        runs = self._runs
        if not runs:
            return
        links, span, times = self._links, self._span, tuple(self._times)
        self._runs, self._links, self._span, self._times = [], 0, 0, []
        if len(runs) == 1:
            self._emit(node, runs, links, span, times)
            return
        part: list[tuple[str, int]] = []
        breaks = 0
        for text, flags in runs:
            if flags == 8:
                breaks += 1
                part.append((text, flags))
            elif text.strip():
                if breaks >= 2 and part:
                    self._emit(node, part, links, span, times)
                    part, links = [], 0
                breaks = 0
                part.append((text, flags))
            elif part:
                part.append((" ", flags))
        if part:
            self._emit(node, part, links, span, times)

    def _emit(self, node: Node, runs: list[tuple[str, int]], links: int, span: int, times: tuple[str, ...]) -> None:
        link_chars = bold_chars = 0
        if len(runs) == 1 and runs[0][1] != 8:
            text = " ".join(runs[0][0].split())
            flags = runs[0][1]
            link_chars, bold_chars = len(text) if flags & 2 else 0, len(text) if flags & 1 else 0
        else:
            text = "".join([t if f == 8 else _squeeze(t) for t, f in runs])
            if "  " in text:
                text = TWICE.sub(" ", text)
            if "\n" in text:
                text = LINES.sub("\n", text)
            text = text.strip()
            for t, f in runs:
                if f & 3:
                    size = len(t.strip())
                    link_chars += size if f & 2 else 0
                    bold_chars += size if f & 1 else 0
        if not text:
            return
        n = len(text)
        piece = Piece(
            node=node,
            text=text,
            link_chars=min(link_chars, n),
            links=links,
            bold_chars=min(bold_chars, n),
            first=len(self.pieces) == node.begun,
            span_cues=span,
            times=times,
            markup=runs,
        )
        self.pieces.append(piece)
        node.text += n
        node.links += piece.link_chars
        node.prose += n if n > 80 and link_chars * 3 < n else 0
        node.pieces += 1


def _place(element: etree._Element, tag: str) -> tuple[int, int]:
    """Class cues, and bits of ``SECTIONING`` and ``INVISIBLE``, of a block element."""
    words = element.get("class") or ""
    ident = element.get("id")
    if ident:
        words = words + " " + ident
    tags = SECTIONING.get(tag, 0)
    style = element.get("style")
    if (style and "none" in style and "display" in style) or element.get("hidden") is not None or element.get("aria-hidden") == "true":
        tags |= INVISIBLE
    return class_cues(words) if words else 0, tags


def _squeeze(text: str) -> str:
    """One space for every run of white space."""
    words = " ".join(text.split())
    if not words:
        return " "
    if text[0].isspace():
        words = " " + words
    return words + " " if text[-1].isspace() else words
