"""What stands around an article and is not walked at all: menus, footers, lists of links. They are half of a page's text runs."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from itertools import islice
from typing import Any

from lxml import etree

from transforms.parse.cues import BIT
from transforms.parse.shapes import words

INLINE = words("""
    a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark q rp rt ruby s samp small span strike strong sub sup
    time tt u var wbr amp-img picture source nobr center-inline o:p
""")
ASIDE = frozenset(("nav", "footer", "form"))
AROUND = sum(BIT[name] for name in ("nav", "related", "footer", "share", "comment", "newsletter", "teaser", "popup", "consent"))
"""Class cues of what surrounds an article."""
TOLD = BIT["author"] | BIT["meta"] | BIT["title"] | BIT["body"]
"""Class cues of what is wanted wherever it stands."""
LONG = 60
"""Characters from which a text run that is no link is likely prose."""
FEW_LINKS, MANY_LINKS = 3, 9
PARAGRAPHS = 2
MANY_DATES = 4
"""A list with so many dates is one of other articles."""
MAX_LOOKS = 60
"""Elements looked into in vain before looking stops: nested ones would be read again and again."""
LONG_TEXTS = etree.XPath(f".//text()[string-length(.) > {LONG}]")
CLASSES = etree.XPath(".//@class", smart_strings=False)
AUTHORS = ("author", "autor", "byline")
"""Parts of the class names of bylines; elements whose class names hold "date" have dates in them."""


class Verdict(Enum):
    """What to do with an element."""

    LEAVE = 0
    KEEP = 1
    """Walk it, and there is nothing to leave inside."""
    LOOK = 2
    """Walk it, and look at what is inside."""


class Furniture:
    """Answers, for the elements of one page from the outside in, which are not worth walking.

    ``titles`` are those that the page declares: what shows one of them is worth walking.
    """

    def __init__(self, root: etree._Element, titles: Sequence[str] = ()) -> None:
        self._prose: dict[etree._Element, int] = {}
        """How many long texts an element holds; those without any are missing."""
        self._bodies: dict[etree._Element | None, int] = {}
        """How many long paragraphs an element has as its children: a list between them is in the text."""
        self._heads: dict[etree._Element, int] = {}
        self._looks = 0
        texts: Any = LONG_TEXTS(root)
        for text in texts:
            if len(text.strip()) > LONG:
                element = text.getparent()
                element = element.getparent() if text.is_tail else element
                _count(self._prose, element, root)
                while element is not None and element.tag in INLINE:
                    element = element.getparent()
                if element is not None and element.tag == "p":
                    parent = element.getparent()
                    self._bodies[parent] = self._bodies.get(parent, 0) + 1
        shown = " ".join(titles).lower()
        for element in root.iter("h1", "h2", "h3"):
            if element.tag == "h1" or ((text := text_of(element).lower()) and text in shown):
                _count(self._heads, element, root)
        self._total = self._prose.get(root, 0)

    def verdict(self, element: etree._Element, tag: str, cues: int) -> Verdict:
        """``LEAVE`` for menus, footers and lists of links, which no article is in; a headline, a byline or a date in them is kept."""
        long = self._prose.get(element, 0)
        if long and (tag not in ASIDE or long > 3 or long * 5 > self._total):
            return Verdict.LOOK
        if cues & TOLD or element in self._heads:
            return Verdict.LOOK
        links = len(list(islice(element.iter("a"), MANY_LINKS)))
        if tag not in ASIDE:
            if links < FEW_LINKS or self._looks >= MAX_LOOKS:
                return Verdict.KEEP
            if not cues & AROUND and self._bodies.get(element.getparent(), 0) >= PARAGRAPHS:
                return Verdict.LOOK
        self._looks += 1
        if links < MANY_LINKS and not cues & AROUND and tag not in ASIDE and not _is_mostly_links(element):
            return Verdict.LOOK
        return Verdict.LEAVE if tag == "nav" or _tells_nothing(element) else Verdict.LOOK


def _tells_nothing(element: etree._Element) -> bool:
    """True if no byline and no date is inside, or so many dates that they are those of other articles."""
    found: Any = CLASSES(element)
    classes = " ".join(found).lower()
    dates = classes.count("date") + len(list(islice(element.iter("time"), MANY_DATES)))
    return dates >= MANY_DATES or not (dates or any(word in classes for word in AUTHORS))


def _count(holders: dict[etree._Element, int], element: etree._Element | None, root: etree._Element) -> None:
    """One more for ``element`` and all that it is in, unless that is a link."""
    path = []
    while element is not None and element is not root:
        if element.tag == "a":
            return
        path.append(element)
        element = element.getparent()
    for holder in (root, *path):
        holders[holder] = holders.get(holder, 0) + 1


def _is_mostly_links(element: etree._Element) -> bool:
    linked = sum(len(text_of(a)) for a in element.iter("a"))
    return linked * 2 >= len(text_of(element))


def text_of(element: etree._Element) -> str:
    """All text in it, with one space for every run of white space."""
    return " ".join("".join(map(str, element.itertext())).split())
