"""Section, outlet, language, reservations: what the head of the page declares."""

from __future__ import annotations

import re

from lxml import etree

from transforms.parse.dates import writes_month_first
from transforms.parse.structured import Declared, clean, text_of

LANGUAGE = re.compile(r"^([a-z]{2,3})(?:[-_]|$)", re.I)


def month_first(root: etree._Element, declared: Declared, host: str) -> bool | None:
    """Whether 5/3/2024 is the third of May to this page's language and country; None where neither tells."""
    country = host.rpartition(".")[2]
    tags = (
        root.get("lang"),
        f"en-{country}" if country in {"uk", "au", "nz", "ie", "in", "za"} else None,
        declared.meta("og:locale", "content-language"),
    )
    return next((told for told in map(writes_month_first, tags) if told is not None), None)


def language_declared(root: etree._Element, declared: Declared) -> str | None:
    """The language that the html element, else a meta element declares."""
    for value in (
        root.get("lang"),
        root.get("{http://www.w3.org/XML/1998/namespace}lang"),
        declared.meta("og:locale", "content-language", "language", "dc.language"),
    ):
        found = LANGUAGE.match((value or "").strip())
        if found:
            return found.group(1).lower()
    return None


def section_of(declared: Declared) -> str | None:
    """The outlet's section: meta, then JSON-LD articleSection."""
    value = declared.meta(
        "article:section", "og:article:section", "section", "parsely-section", "sailthru.section", "cxenseparse:section"
    ) or declared.ld("articleSection")
    if not value:
        return None
    value = clean(value)
    return value if 1 < len(value) <= 60 and "http" not in value else None


def outlet_of(declared: Declared, host: str, hint: str | None) -> str | None:
    """Name of the outlet: configured, og:site_name, JSON-LD publisher."""
    if hint:
        return hint
    name = (
        declared.meta("og:site_name") or text_of(declared.article.get("publisher")) or declared.meta("application-name", "publisher", "dc.publisher")
    )
    if name and not name.startswith("http") and len(name) <= 80:
        return name
    return host.removeprefix("www.") or None


def tdm_reserved(declared: Declared) -> bool:
    """True if a meta element of the page reserves text and data mining."""
    if (declared.meta("tdm-reservation") or "").strip() == "1":
        return True
    robots = " ".join(v for key in ("robots", "googlebot", "bingbot") for v in declared.metas.get(key, ())).lower()
    return "noai" in robots.replace(",", " ").split()
