"""What feeds, sitemaps and listing pages name: bytes in, addresses out. No network here."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from flows.addresses import BadAddressError, parse_url

_MAX_SITEMAP_BYTES = 60_000_000  # the protocol allows 50 MiB
_MAX_URLS = 50_000


@dataclass(frozen=True, slots=True)
class Found:
    """An address that a channel names."""

    url: str
    modified_at: dt.datetime | None = None
    is_sitemap: bool = False
    """Another sitemap, named by an index."""


def parse_channel(kind: str, body: bytes, url: str, pattern: str | None = None) -> list[Found]:
    """Addresses in a document of ``kind`` feed, sitemap or listing that was fetched from ``url``. Anything unreadable gives none."""
    match kind:
        case "feed":
            found = parse_feed(body, url)
        case "sitemap":
            found = parse_sitemap(body, url)
        case _:
            found = parse_listing(body, url, pattern or "")
    return list({f.url: f for f in found}.values())


def parse_feed(body: bytes, url: str) -> Iterator[Found]:
    """Entries of an RSS, Atom or JSON feed."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        yield from _json_feed(body, url)
        return
    try:
        feed = _feedparser().parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    except Exception:  # feedparser meets anything that calls itself a feed
        return
    for entry in feed.entries:
        stamp = dict.get(entry, "updated_parsed") or dict.get(entry, "published_parsed")  # feedparser's own get warns of its aliases
        link = entry.get("link") or (entry.get("id") if str(entry.get("id", "")).startswith("http") else None)
        if link and (absolute := _absolute(link, url)):
            yield Found(absolute, _from_struct(stamp))


def parse_sitemap(body: bytes, url: str) -> Iterator[Found]:
    """Entries of a sitemap, a news sitemap, a sitemap index or a text sitemap, also gzipped. Entities are not expanded."""
    from lxml import etree

    body = _inflate(body, _MAX_SITEMAP_BYTES)
    start = body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:4].lower() == b"http":
        for line in body.decode("utf-8-sig", "replace").splitlines()[:_MAX_URLS]:
            if line.strip().lower().startswith("http") and (absolute := _absolute(line, url)):
                yield Found(absolute)
        return
    count = 0
    try:
        tree = etree.iterparse(
            io.BytesIO(body), tag=("{*}url", "{*}sitemap"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
        )
        for _, element in tree:
            location, stamp = _entry(element)
            if location and (absolute := _absolute(location, url)):
                yield Found(absolute, parse_stamp(stamp), etree.QName(element).localname == "sitemap")
                count += 1
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
            if count >= _MAX_URLS:
                return
    except (etree.LxmlError, ValueError):
        return


def parse_listing(body: bytes, url: str, pattern: str) -> Iterator[Found]:
    """Links of a page whose absolute address matches ``pattern``."""
    tree = _tree(body)
    if tree is None:
        return
    base = next(iter(tree.xpath("//base/@href")), None)
    base = _absolute(base, url) or url if base else url
    wanted = re.compile(pattern)
    for href in tree.xpath("//a/@href | //area/@href"):
        if (absolute := _absolute(href, base)) and wanted.search(absolute):
            yield Found(absolute)


def find_channels(body: bytes, url: str) -> dict[str, list[str]]:
    """Feeds that a front page announces: ``{"feeds": [...]}``."""
    tree = _tree(body)
    if tree is None:
        return {"feeds": []}
    feeds = [
        link.get("href")
        for link in tree.xpath("//link[@href][@type]")
        if re.search(r"(rss|atom)\+xml|feed\+json", link.get("type", "")) and "alternate" in link.get("rel", "")
    ]
    return {"feeds": list(dict.fromkeys(u for f in feeds if (u := _absolute(f, url))))}


# ------------------------------------------------------------------ dates

_MONTHS = ("jan", "feb", "mär", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez")
_OTHER = {"mar": 3, "mrz": 3, "may": 5, "oct": 10, "dec": 12, "jän": 1}
_GERMAN = re.compile(
    r"(?:[A-Za-zäöü]{2,10}\.?,?\s+)?(\d{1,2})\.?\s+([A-Za-zäöü]{3,9})\.?,?\s+(\d{4})(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?)?(?:\s*Uhr)?\s*([A-Z]{3,5}|[+-]\d{2}:?\d{2})?\s*"
)
_ZONES = {"GMT": 0, "UTC": 0, "UT": 0, "MEZ": 1, "CET": 1, "MESZ": 2, "CEST": 2}


def german_stamp(text: str) -> Any:
    """A date as German feeds write it, as feedparser wants it (UTC tuple); None for any other.

    >>> german_stamp("Di, 05 Mär 2024 14:05:00 +0100")[:5]
    (2024, 3, 5, 13, 5)
    """
    match = _GERMAN.fullmatch(text.strip())
    if match is None:
        return None
    day, month, year, hour, minute, second, zone = match.groups()
    key = month.lower()[:3]
    number = _MONTHS.index(key) + 1 if key in _MONTHS else _OTHER.get(key)
    if number is None:
        return None
    if zone and zone in _ZONES:
        offset = dt.timedelta(hours=_ZONES[zone])
    elif zone and zone[0] in "+-":
        offset = dt.timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:])) * (-1 if zone[0] == "-" else 1)
    else:
        offset = dt.timedelta(0)
    try:
        return (dt.datetime(int(year), number, int(day), int(hour or 0), int(minute or 0), int(second or 0)) - offset).timetuple()
    except (ValueError, OverflowError):
        return None


def parse_stamp(text: str | None) -> dt.datetime | None:
    """A W3C date of a sitemap in UTC; a bare day is its midnight. None where it is none."""
    if not text:
        return None
    try:
        stamp = dt.datetime.fromisoformat(text.strip())
        return (stamp if stamp.tzinfo else stamp.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


@cache
def _feedparser() -> Any:
    import feedparser

    feedparser.registerDateHandler(german_stamp)
    return feedparser


def _from_struct(stamp: Any) -> dt.datetime | None:
    try:
        year, month, day, hour, minute, second = stamp[:6]
        return dt.datetime(year, month, day, hour, minute, min(second, 59), tzinfo=dt.UTC)
    except (ValueError, TypeError):
        return None


# ------------------------------------------------------------------ pieces


def _json_feed(body: bytes, url: str) -> Iterator[Found]:
    try:
        items = json.loads(body.decode("utf-8-sig"))["items"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return
    for item in items if isinstance(items, list) else []:
        link = item.get("url") or item.get("external_url") or item.get("id") if isinstance(item, dict) else None
        if isinstance(link, str) and (absolute := _absolute(link, url)):
            yield Found(absolute, parse_stamp(str(item.get("date_modified") or item.get("date_published") or "")))


def _entry(element: Any) -> tuple[str | None, str | None]:
    """Location and last change of a sitemap's entry."""
    location = stamp = published = None
    for child in element.iter("{*}loc", "{*}lastmod", "{*}publication_date"):
        name = child.tag.rpartition("}")[2]
        if name == "loc" and child.getparent() is element:
            location = child.text
        elif name == "lastmod":
            stamp = child.text
        elif name == "publication_date":
            published = child.text
    return location, stamp or published


def _absolute(link: str, base: str) -> str | None:
    try:
        return parse_url(link, base).href
    except BadAddressError:
        return None


def _tree(body: bytes) -> Any:
    """A page's tree, or None if there is none."""
    from lxml import etree, html

    declared = b"charset" in body[:2048].lower()
    try:
        return html.document_fromstring(body, parser=html.HTMLParser(encoding=None if declared else "utf-8", huge_tree=False))
    except (etree.LxmlError, ValueError, AssertionError):
        return None


def _inflate(body: bytes, limit: int) -> bytes:
    """``body`` without a gzip coding, at most ``limit`` bytes of it."""
    if body[:2] != b"\x1f\x8b":
        return body
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as f:
            return f.read(limit)
    except (OSError, EOFError, zlib.error):
        return b""
