"""Addresses of one article: cleaned of tracking, the canonical one trusted only within its site."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from lxml import etree

from presslake.schema import UrlKind
from transforms.parse.shapes import words

TRACKING = re.compile(
    r"^(?:utm_.*|pk_.*|piwik_.*|mtm_.*|at_(?:medium|campaign|custom\d).*|fbclid|gclid|gclsrc|dclid|msclkid|yclid|twclid|igshid|igsh"
    r"|mc_[ce]id|mkt_tok|_hs(?:enc|mi)|vero_.*"
    r"|ns_.*|wt[._-]?(?:mc|zmc|nl).*|cmp(?:id)?|cid|ocid|icid|itm_.*|spm|ref_?src|ref_?url|xtor|s_?cid|sref|smid|smtyp|__twitter_impression"
    r"|amp_.*|xing_share|wt_ref|_ga|ncid|traffic_source"
    r"|campaign_?id|trk|trkcampaign|guccounter|guce_.*|rss|ftag|feature|taid|source=rss|sc_(?:channel|campaign|geo).*|li_fat_id|wickedid"
    r"|oly_.*|share(?:d|_.*)?|social)$",
    re.I,
)
REFERRERS = re.compile(r"^(?:ref|source|src|from|via|referrer|feed)$", re.I)
HOSTED = words("""
    wordpress.com blogspot.com blogspot.de blogger.com substack.com medium.com typepad.com livejournal.com tumblr.com github.io over-blog.com
    jimdo.com wixsite.com weebly.com blogs.com webflow.io squarespace.com ghost.io beehiiv.com
""")


def clean_url(url: str) -> str:
    """``url`` with lower-case host and without default port, fragment and tracking parameters."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return url.strip()
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
        return url.strip()
    host = parts.hostname.lower() + (f":{port}" if port and port != {"http": 80, "https": 443}[parts.scheme.lower()] else "")
    kept = [
        (k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not TRACKING.match(k) and not (REFERRERS.match(k) and not v.isdigit())
    ]
    query = parts.query if len(kept) == len(parse_qsl(parts.query, keep_blank_values=True)) else urlencode(kept)
    return urlunsplit((parts.scheme.lower(), host, parts.path or "/", query, ""))


def host_of(url: str) -> str:
    """Host of the address, empty if there is none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def site_of(url: str) -> str | None:
    """The registrable domain, or the host on a shared hosting domain; None where there is no host."""
    host = host_of(url).rstrip(".")
    return _site_of_host(host) if host else None


@cache
def _suffixes() -> Any:
    import tldextract

    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


@lru_cache(maxsize=4096)
def _site_of_host(host: str) -> str:
    found = _suffixes()(host)
    domain = f"{found.domain}.{found.suffix}" if found.suffix else host
    return host if domain in HOSTED else domain


def canonical_of(links: Sequence[etree._Element], og_url: str | None, base: str) -> str | None:
    """The address that the page calls its own, if it is on the same site, on a path, and not just the home page."""
    candidates = [link.get("href") or "" for link in links if "canonical" in (link.get("rel") or "").lower().split()]
    if og_url:
        candidates.append(og_url)
    home = urlsplit(base).path in {"", "/"}
    has_host = site_of(base) is not None
    for candidate in filter(None, candidates[:4]):
        try:
            url = clean_url(urljoin(base, candidate.strip()))
            parts = urlsplit(url)
        except ValueError:
            continue
        if parts.scheme not in {"http", "https"} or not parts.hostname or len(url) > 2000:
            continue
        if has_host and site_of(url) != site_of(base):
            continue
        if parts.path in {"", "/"} and not parts.query and not home:
            continue
        return url
    return None


def urls_of(links: Sequence[etree._Element], requested: str, final: str, canonical: str | None) -> tuple[tuple[UrlKind, str], ...]:
    """Every address the article was seen at, each kind once."""
    out: list[tuple[UrlKind, str]] = [(UrlKind.REQUESTED, requested)]
    if final != requested:
        out.append((UrlKind.FINAL, final))
    if canonical:
        out.append((UrlKind.CANONICAL, canonical))
    for link in links:
        rel = (link.get("rel") or "").lower()
        href = link.get("href") or ""
        kind = UrlKind.AMP if rel == "amphtml" else UrlKind.PRINT if rel == "alternate" and (link.get("media") or "").lower() == "print" else None
        if kind is None or not href:
            continue
        try:
            url = urljoin(final, href.strip())
            if urlsplit(url).scheme in {"http", "https"} and all(kind != k for k, _ in out):
                out.append((kind, clean_url(url)))
        except ValueError:
            continue
    return tuple(out)
