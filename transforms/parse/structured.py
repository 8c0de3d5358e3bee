"""What the page declares of itself: meta elements and JSON-LD, one block at a time so that a broken one loses nothing else."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from lxml import etree

from transforms.parse.shapes import words

ARTICLE_TYPES = words("""
    article newsarticle blogposting reportagenewsarticle analysisnewsarticle opinionnewsarticle backgroundnewsarticle reviewnewsarticle
    liveblogposting socialmediaposting techarticle scholarlyarticle satiricalarticle advertisercontentarticle report review recipe interview
    podcastepisode askpublicnewsarticle webpage itempage videoobject
""")
WEAK_TYPES = frozenset(("webpage", "itempage", "videoobject", "podcastepisode"))
TAG = re.compile(r"<[^>]{1,500}>")
TRAILING_COMMA = re.compile(r",\s*([}\]])")
WORDS = re.compile(r"\w+")
CONTROL = re.compile(r"[\x00-\x1f]+")
WRAP = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*.*?\*/)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$", re.S)
MAX_JSON = 2_000_000
MAX_OBJECTS = 3000


@dataclass(frozen=True, slots=True)
class Declared:
    """Meta elements by lower-case name, and the JSON-LD objects, the article's own in ``article``."""

    metas: dict[str, list[str]]
    article: dict[str, Any]
    objects: list[dict[str, Any]] = field(default_factory=list)
    article_type: str = ""
    links: Sequence[etree._Element] = ()
    """The link elements."""
    title: str = ""
    """Of the document."""

    def meta(self, *names: str) -> str | None:
        """The first non-empty content of these names."""
        for name in names:
            for value in self.metas.get(name, ()):
                if value:
                    return value
        return None

    def ld(self, key: str) -> str | None:
        """A text property of the article."""
        return text_of(self.article.get(key))


def read_declared(root: etree._Element) -> Declared:
    """Everything declared, in one pass over the elements that declare."""
    metas: dict[str, list[str]] = {}
    objects: list[dict[str, Any]] = []
    links: list[etree._Element] = []
    title = ""
    for el in root.iter("meta", "link", "script", "title"):
        if el.tag == "link":
            links.append(el)
            continue
        if el.tag == "script":
            if "ld+json" in (el.get("type") or "").lower():
                for value in load_json(el.text or ""):
                    objects.extend(_flatten(value))
            continue
        if el.tag == "title":
            title = title or clean(el.text or "")
            continue
        content = el.get("content")
        if not content:
            continue
        for key in ("property", "name", "itemprop", "http-equiv"):
            name = el.get(key)
            if name:
                metas.setdefault(name.strip().lower(), []).append(clean(content))
    article = _choose(objects, clean_key(metas.get("og:title", [""])[0]))
    return Declared(metas, article, objects, next(iter(types_of(article) & ARTICLE_TYPES), ""), links, title)


def load_json(text: str) -> Iterator[Any]:
    """Values of one JSON-LD block, mended where the damage is of the usual kinds."""
    text = text.strip()
    if not text or len(text) > MAX_JSON:
        return
    for mend in (lambda t: t, lambda t: WRAP.sub("", t), lambda t: TRAILING_COMMA.sub(r"\1", CONTROL.sub(" ", WRAP.sub("", t))), html.unescape):
        try:
            yield json.loads(mend(text), strict=False)
        except (ValueError, RecursionError):
            continue
        return
    decoder = json.JSONDecoder(strict=False)
    position = text.find("{")
    for _ in range(20):  # several objects one after the other
        if position < 0:
            return
        try:
            value, end = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            return
        yield value
        position = text.find("{", end)


def _flatten(value: Any) -> Iterator[dict[str, Any]]:
    """Objects of lists, @graph and mainEntity(OfPage), outer ones first; never deep."""
    queue = [(value, 0)]
    count = 0
    while queue and count < MAX_OBJECTS:
        item, depth = queue.pop(0)
        if isinstance(item, list):
            queue.extend((x, depth + 1) for x in item[:500] if depth < 6)
        elif isinstance(item, dict):
            count += 1
            yield item
            if depth < 6:
                queue.extend(
                    (item[key], depth + 1)
                    for key in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart", "itemListElement", "item")
                    if isinstance(item.get(key), dict | list)
                )


def types_of(item: dict[str, Any]) -> set[str]:
    """Lower-case local names of @type."""
    kinds = item.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return {re.split(r"[/:#]", k)[-1].lower() for k in kinds if isinstance(k, str)}


def _choose(objects: list[dict[str, Any]], title: str) -> dict[str, Any]:
    best: tuple[float, dict[str, Any]] = (0.0, {})
    for item in objects:
        kinds = types_of(item) & ARTICLE_TYPES
        if not kinds:
            continue
        score = 1.0 if kinds <= WEAK_TYPES else 3.0
        headline = clean_key(text_of(item.get("headline")) or text_of(item.get("name")) or "")
        if headline:
            score += 0.5
            if title and (headline in title or title in headline):
                score += 2.0
        score += 0.3 * sum(key in item for key in ("datePublished", "author", "articleBody"))
        if score > best[0]:
            best = (score, item)
    return best[1]


def text_of(value: Any) -> str | None:
    """A string out of whatever stands there: a string, a list of them, an object with name or @value."""
    for _ in range(4):
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            value = value.get("@value") or value.get("name") or value.get("@id") or value.get("url")
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return str(value)
    return clean(value) or None if isinstance(value, str) else None


def clean(text: str) -> str:
    """Unescaped (also twice), without tags, one line."""
    if "&" in text:
        text = html.unescape(text)
        if "&" in text:
            text = html.unescape(text)
    if "<" in text:
        text = TAG.sub(" ", text)
    return " ".join(text.split())


@lru_cache(maxsize=4096)
def clean_key(text: str) -> str:
    """For comparing."""
    return " ".join(WORDS.findall(text.lower()))
