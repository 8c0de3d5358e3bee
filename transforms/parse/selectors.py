"""What a source's own CSS selectors say of one page; wherever one matches nothing the generic way stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from transforms.parse.furniture import INLINE
from transforms.parse.structured import clean
from transforms.parse.walk import Node, Piece

MAX_MATCHES = 500
MAX_OF_FIELD = 20
"""Elements that can make up one field; more are a selector gone wrong."""
MAX_BETWEEN = 25
"""Characters around the matches in a line that is theirs alone ("Von … und …")."""


@dataclass(frozen=True, slots=True)
class Selected:
    """What the selectors matched; empty or None where there is no selector or it matched nothing."""

    title: str | None = None
    kicker: str | None = None
    lead: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    body: frozenset[etree._Element] = frozenset()
    """The elements that hold the text."""
    outside: frozenset[etree._Element] = frozenset()
    """Elements that are no text even inside ``body``: title, kicker, lead, byline and date are fields of their own."""

    def scores(self, pieces: Sequence[Piece], generic: Sequence[float]) -> list[float]:
        """Probabilities of the pieces: within ``body`` all are the article's and no others are; without it the generic ones."""
        return [
            0.0 if self.outside and _within(p.node, self.outside) else (1.0 if _within(p.node, self.body) else 0.0) if self.body else float(s)
            for p, s in zip(pieces, generic, strict=True)
        ]


NOTHING = Selected()


def apply_selectors(root: etree._Element, selectors: Mapping[str, str]) -> Selected:
    """Take out of the tree what ``remove`` matches, and read what the other selectors match."""
    if not selectors:
        return NOTHING
    for element in _match(root, selectors.get("remove")):
        _remove(element)
    body = _outermost(_match(root, selectors.get("body")))
    found = {key: _match(root, selectors.get(key))[:MAX_OF_FIELD] for key in ("title", "kicker", "lead", "authors", "published")}
    for element in body:
        if element.tag in INLINE:  # the walk has pieces of block elements only
            element.tag = "div"
    texts = {key: [t for t in map(_stated, elements) if t] for key, elements in found.items()}
    return Selected(
        title=next(iter(texts["title"]), None),
        kicker=next(iter(texts["kicker"]), None),
        lead=" ".join(dict.fromkeys(texts["lead"])) or None,
        authors=tuple(texts["authors"]),
        published=next(iter(texts["published"]), None),
        body=frozenset(body),
        outside=frozenset(_block_of(e, elements) for key, elements in found.items() if texts[key] for e in elements) - frozenset(body),
    )


@lru_cache(maxsize=512)
def _compiled(css: str) -> etree.XPath | None:
    """The selector as XPath; None where it is none (``presslake.settings`` refuses those, other callers need not have asked it)."""
    from cssselect import HTMLTranslator, SelectorError

    try:
        return etree.XPath(HTMLTranslator().css_to_xpath(css))
    except (SelectorError, etree.XPathError):
        return None


def _match(root: etree._Element, css: str | None) -> list[etree._Element]:
    path = _compiled(css) if css else None
    if path is None:
        return []
    try:
        found = path(root)
    except etree.XPathError:
        return []
    return [e for e in found if isinstance(e, etree._Element) and isinstance(e.tag, str)][:MAX_MATCHES] if isinstance(found, list) else []


def _remove(element: etree._Element) -> None:
    """Out of the tree with all it holds; the text behind it stays."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _outermost(elements: list[etree._Element]) -> list[etree._Element]:
    """Without those that stand within another one."""
    all_of_them = set(elements)
    return [e for e in elements if not any(a in all_of_them for a in e.iterancestors())]


def _block_of(element: etree._Element, matched: list[etree._Element]) -> etree._Element:
    """The block element that says nothing but the matches in it ("Von <a>…</a> und <a>…</a>"), else the element itself."""
    block: etree._Element | None = element
    while block is not None and block.tag in INLINE:
        block = block.getparent()
    if block is None or block is element:
        return element
    inside = sum(len(_shown(e)) for e in matched if block in e.iterancestors())
    return block if len(_shown(block)) - inside <= MAX_BETWEEN else element


def _stated(element: etree._Element) -> str:
    """What an element says: for machines where it does, else for people."""
    stated = element.get("content") or (element.get("datetime") if element.tag == "time" else None)
    return clean(stated) if stated else _shown(element)


def _shown(element: etree._Element) -> str:
    return " ".join("".join(map(str, element.itertext()))[:20_000].split())


def _within(node: Node | None, elements: frozenset[etree._Element]) -> bool:
    while node is not None:
        if node.element in elements:
            return True
        node = node.parent
    return False
