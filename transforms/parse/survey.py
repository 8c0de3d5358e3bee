"""The first look at a page: what it declares, its pieces, and what each piece is told by. Training and parsing share it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from transforms.parse import dates, metadata, selectors, tree
from transforms.parse.features import Evidence, find_title, make_evidence
from transforms.parse.furniture import Furniture
from transforms.parse.structured import Declared, read_declared
from transforms.parse.urls import host_of
from transforms.parse.view import View
from transforms.parse.walk import Node, Piece, Walker


@dataclass(frozen=True, slots=True)
class Survey:
    """Declarations, pieces in order with the elements they stand in, and which of them shows the title (-1 if none)."""

    declared: Declared
    selected: selectors.Selected
    pieces: Sequence[Piece]
    nodes: Sequence[Node]
    evidence: Evidence
    title: int


def survey(root: etree._Element, own_selectors: Mapping[str, str] | None = None) -> Survey:
    """Look at the page of ``root``, which loses what is never read. A source's own selectors may want what is left out otherwise."""
    declared = read_declared(root)
    selected = selectors.apply_selectors(root, own_selectors or {})
    tree.prune(root)
    body = root.find("body")
    top = body if body is not None else root
    titles = [t for t in (declared.meta("og:title"), declared.ld("headline")) if t] or [declared.title]
    walker = Walker()
    pieces = walker.walk(top, Furniture(top, titles) if selected is selectors.NOTHING else None)
    description = declared.meta("og:description", "description", "twitter:description")
    evidence = make_evidence(titles, description, declared.ld("articleBody"), bool(declared.article))
    return Survey(declared, selected, pieces, walker.nodes, evidence, find_title(pieces, evidence))


def view_of(seen: Survey, root: etree._Element, text: str, url: str, first: int, last: int) -> View:
    """The page at ``url`` as the choosers of title, authors and date see it; ``first`` and ``last`` are the pieces its text begins and ends with."""
    declared, host = seen.declared, host_of(url)
    dated = declared.ld("datePublished") or declared.meta("article:published_time")
    return View(
        url=url,
        host=host,
        declared=declared,
        pieces=seen.pieces,
        title=seen.title,
        first=first,
        last=last,
        document_title=declared.title,
        script_dates=() if dated else dates.script_dates(text),
        attribute_dates=() if dated or not dates.has_attributes(text) else dates.attribute_dates(root),
        month_first=metadata.month_first(root, declared, host),
    )
