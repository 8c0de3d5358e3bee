"""Text → lxml tree, bounded in size and depth, without what can never be read."""

from __future__ import annotations

import re

from lxml import etree

MAX_BYTES = 6_000_000
"""A page longer than this after its scripts and styles are gone is refused."""
MAX_ELEMENTS = 120_000

NEVER_READ = (
    "script", "style", "noscript", "svg", "iframe", "template", "select", "button", "object", "embed", "video", "audio", "canvas", "map",
    "input", "textarea", "dialog", "math",
)  # fmt: skip
BULKY = re.compile(rb"<(script|style|svg|SCRIPT|STYLE|SVG)[ \t\n\r\f/>]")
"""They are most of a page and are cut from it before lxml sees it, which takes a third of the time that parsing them does."""
BAD_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
STRETCH = 4000
LONG_TAG = re.compile(rb"<([a-z][a-z0-9-]{0,30})\b[^<>]{8000,}>", re.I)
MARKUP = re.compile(r"<(?:!doctype|html|head|body|div|p|article|span|br|h1|table|title|meta|a\s)\b", re.I)


class TooLargeError(ValueError):
    """The page is beyond what a press page can be."""


def has_markup(text: str) -> bool:
    """True if the text is HTML at all."""
    return MARKUP.search(text, 0, 200_000) is not None


def parse_tree(text: str, utf8: bytes | None = None) -> etree._Element | None:
    """The root element, or None if there is nothing to parse; ``utf8`` is the text in that charset if that is known. Raises TooLargeError."""
    data = _slim(text.encode("utf-8", "replace") if utf8 is None else utf8)
    if len(data) > MAX_BYTES:
        raise TooLargeError(f"{len(data)} bytes of markup")
    if _has_long_tag(data):
        data = LONG_TAG.sub(_bare_tag, data)
    if b"\x00" in data:
        data = BAD_CHARACTERS.sub("", data.decode()).encode()
    # huge_tree lifts lxml's limit on depth, at which it would silently drop the rest of the page
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, collect_ids=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    return root


def _slim(data: bytes) -> bytes:
    """The page without its bulky elements; scripts with metadata stay. One pass: every search begins where the last one ended."""
    out: list[bytes] = []
    position = 0
    found = BULKY.search(data)
    while found is not None:
        start = found.start()
        closing = data.find(b"</" + found.group(1), found.end())
        end = data.find(b">", closing) + 1 if closing >= 0 else 0
        if not end:
            break
        if not (b"ld+json" in data[start : data.find(b">", start)] or _ends_comment(data, start, end)):
            out.append(data[position:start])
            position = end
        found = BULKY.search(data, end)
    out.append(data[position:])
    return b"".join(out)


def _ends_comment(data: bytes, start: int, end: int) -> bool:
    """True if a comment ends in there that began before: what looks like an element was written in the comment."""
    return data.find(b"-->", start, end) >= 0 and data.find(b"<!--", start, end) < 0


def _has_long_tag(data: bytes) -> bool:
    """A quick look, so that pages without such tags (nearly all) are spared the pattern: a long tag has a whole stretch without brackets in it."""
    for i in range(0, len(data), STRETCH):
        if data.find(b"<", i, i + STRETCH) < 0 and data.find(b">", i, i + STRETCH) < 0:
            start = data.rfind(b"<", 0, i)
            if start > data.rfind(b">", 0, i) and _is_laden(data[start : data.find(b">", i) + 1]):
                return True
    return False


def _bare_tag(tag: re.Match[bytes]) -> bytes:
    """A tag of hundreds of attributes, over which the parser takes quadratic time, without them."""
    return b"<" + tag.group(1) + b">" if _is_laden(tag.group()) else tag.group()


def _is_laden(tag: bytes) -> bool:
    return len(tag) > 8000 and tag.count(b"=") + tag.count(b" ") >= 2000


def prune(root: etree._Element) -> None:
    """Drop in place what nobody reads. Call after the scripts with metadata were read."""
    etree.strip_elements(root, *NEVER_READ, with_tail=False)
