"""Text → lxml tree, bounded in size and depth, without what can never be read."""

from __future__ import annotations

import re

from lxml import etree

MAX_CHARS = 6_000_000
"""A page longer than this after its scripts and styles are gone is refused."""
SLIM_ABOVE = 1_500_000
"""From here on scripts and styles are cut from the text before lxml sees it."""
MAX_ELEMENTS = 120_000

NEVER_READ = (
    "script", "style", "noscript", "svg", "iframe", "template", "select", "button", "object", "embed", "video", "audio", "canvas", "map",
    "input", "textarea", "dialog", "math",
)  # fmt: skip
BULKY = re.compile(r"<(script|style|svg)\b", re.I)
BULKY_ENDS = {name: re.compile(rf"</{name}\s*>", re.I) for name in ("script", "style", "svg")}
BAD_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
STRETCH = 4000
LONG_TAG = re.compile(r"<([a-z][a-z0-9-]{0,30})\b[^<>]{8000,}>", re.I)
MARKUP = re.compile(r"<(?:!doctype|html|head|body|div|p|article|span|br|h1|table|title|meta|a\s)\b", re.I)


class TooLargeError(ValueError):
    """The page is beyond what a press page can be."""


def has_markup(text: str) -> bool:
    """True if the text is HTML at all."""
    return MARKUP.search(text, 0, 200_000) is not None


def parse_tree(text: str) -> etree._Element | None:
    """The root element, or None if there is nothing to parse. Raises TooLargeError."""
    if len(text) > SLIM_ABOVE:
        text = _slim(text)
        if len(text) > MAX_CHARS:
            raise TooLargeError(f"{len(text)} characters of markup")
    if _has_long_tag(text):
        text = LONG_TAG.sub(_bare_tag, text)
    if "\x00" in text:
        text = BAD_CHARACTERS.sub("", text)
    # huge_tree lifts lxml's limit on depth, at which it would silently drop the rest of the page
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, collect_ids=False)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    return root


def _has_long_tag(text: str) -> bool:
    """A quick look, so that pages without such tags (nearly all) are spared the pattern: a long tag has a whole stretch without brackets in it."""
    for i in range(0, len(text), STRETCH):
        if text.find("<", i, i + STRETCH) < 0 and text.find(">", i, i + STRETCH) < 0:
            start = text.rfind("<", 0, i)
            if start > text.rfind(">", 0, i) and _is_laden(text[start : text.find(">", i) + 1]):
                return True
    return False


def _bare_tag(tag: re.Match[str]) -> str:
    """A tag of hundreds of attributes, over which the parser takes quadratic time, without them."""
    return f"<{tag.group(1)}>" if _is_laden(tag.group()) else tag.group()


def _is_laden(tag: str) -> bool:
    return len(tag) > 8000 and tag.count("=") + tag.count(" ") >= 2000


def _slim(text: str) -> str:
    """Cut bulky unreadable elements; one pass, because every search starts where the last one ended."""
    out: list[str] = []
    position = 0
    while (start := BULKY.search(text, position)) is not None:
        end = BULKY_ENDS[start.group(1).lower()].search(text, start.end())
        if end is None:
            break
        keep = "ld+json" in text[start.start() : start.start() + 200].split(">", 1)[0]
        out.append(text[position : end.end() if keep else start.start()])
        position = end.end()
    out.append(text[position:])
    return "".join(out)


def prune(root: etree._Element) -> None:
    """Drop in place what nobody reads. Call after the scripts with metadata were read."""
    etree.strip_elements(root, *NEVER_READ, with_tail=False)
