"""Who wrote it: names in JSON-LD, meta elements and visible bylines, split and cleaned."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from transforms.parse.cues import BIT
from transforms.parse.structured import Declared, clean, text_of
from transforms.parse.walk import Piece

BY = re.compile(
    r"^(?:(?:ein|eine) (?:kommentar|analyse|gastbeitrag|kolumne|interview|porträt|reportage|glosse|rezension|bericht|essay) von|(?:story"
    r"|words|text|written|reported|reviewed|posted|published"
    r"|interview|report|article|opinion|analysis|review|geschrieben|verfasst|veröffentlicht|eingestellt|protokoll|aufgezeichnet) (?:by|von"
    r"|durch)|by|von|text(?: und fotos?)?"
    r"|autor(?:in|en|innen)?|authors?|verfasser(?:in)?|interview|par|por|di|door|redaktion|bericht|quelle|source|from)\b\s*[:|]?\s+",
    re.I,
)
BY_SHORT = re.compile(r"^(?:by|von|par|por|di)\b\s*:?\s*", re.I)
AND = re.compile(r"\s*[;|/•·\n]\s*|\s+(?:und|and|et|&|sowie|with|mit|y|e)\s+|\s*&\s*|\s*,\s*(?:and|und)\s+|,\s+", re.I)
TAIL = re.compile(
    r"\s*(?:[|•·–—(\[<]| - | \d|\b(?:am|on|um|in|aus|updated|published|for|für|der|die|is|ist|at)\b\s).*$|\s*,?\s*(?:\d{1,2}\.|\d{4}|(?:mon"
    r"|tues|wednes|thurs|fri|satur|sun)day\b).*$",
    re.I | re.S,
)
ROLE = re.compile(
    r"\b(?:redakteur|redaktion|editor|reporter|writer|correspondent|korrespondent|staff|contributor|journalist|autor|author|producer|chef"
    r"|leiter|head|senior|associate|columnist|kolumnist"
    r"|director|direktor|fellow|professor|phd|md|rd|freie|volontär|praktikant|managing|deputy|team|guest|gast|special|agency|agentur"
    r"|ressort|university|universität|news|online|desk|digital|published"
    r"|updated|follow|contact|view|more|articles|min|read|subscribe|share|comments?|photo|foto|bild|image|http|www)\w*\b",
    re.I,
)
NOT_A_NAME = re.compile(
    r"^(?:admin|administrator|root|webmaster|editor|user|unknown|anonym(?:ous|us)?|none|null|undefined|author|autor|staff|info|system|test"
    r"|gast|guest|redaktion|presse|online|home|news|blog"
    r"|more|share|email|e-mail|twitter|facebook|instagram|linkedin|contact|kontakt|follow|website|rss|comments?|kommentare?|datum|date|by"
    r"|von|read more|about|impressum)$",
    re.I,
)
URL = re.compile(r"https?:|www\.|\.(?:com|de|org|net)\b|@", re.I)
LOCAL = re.compile(r"[^\w\s.'’\-]", re.U)


def split_names(text: str) -> list[str]:
    """Names in one byline: "Von Anna Beispiel und Bert Muster, Berlin" → the two."""
    text = clean(text)
    for _ in range(2):
        text = BY.sub("", text)
    out: list[str] = []
    for part in AND.split(text):
        name = clean_name(part)
        if name and name not in out:
            out.append(name)
    return out


def clean_name(text: str) -> str | None:
    """One name without role, address and punctuation; None where it is none."""
    text = BY.sub("", text.strip(" \t\n.,:;-–—|/*\"'@"))
    text = TAIL.sub("", text).strip(" .,:;-–—|/*\"'")
    if not 2 < len(text) <= 60 or URL.search(text) or NOT_A_NAME.match(text) or not any(c.isalpha() for c in text):
        return None
    if text.isupper() and len(text) > 4 and " " in text:
        text = " ".join(w.capitalize() if len(w) > 2 else w for w in text.split())
    words = text.split()
    if len(words) > 6 or any(c.isdigit() for c in text):
        return None
    return text


def looks_personal(name: str) -> bool:
    """Two to five words, capitals in front, no word of a role or an editorial office."""
    words = name.split()
    return 2 <= len(words) <= 5 and words[0][:1].isupper() and words[-1][:1].isupper() and not ROLE.search(name) and not LOCAL.search(name)


def declared_names(declared: Declared) -> list[tuple[str, str]]:
    """Names with the place that declares them: json_ld, then meta."""
    out: list[tuple[str, str]] = []
    for name in _ld_names(declared.article.get("author"), declared.objects):
        out.extend((n, "json_ld") for n in split_names(name))
    if not out:
        for name in _ld_names(declared.article.get("creator"), declared.objects):
            out.extend((n, "json_ld") for n in split_names(name))
    for key in (
        "author",
        "article:author",
        "article:author_name",
        "dc.creator",
        "dcterms.creator",
        "parsely-author",
        "sailthru.author",
        "byl",
        "authors",
        "dcsext.author",
        "cxenseparse:author",
        "twitter:data1",
        "citation_author",
    ):
        for value in declared.metas.get(key, ()):
            if key == "twitter:data1" and not any(
                v.lower() in {"written by", "verfasst von", "geschrieben von"} for v in declared.metas.get("twitter:label1", ())
            ):
                continue
            if not URL.search(value):
                out.extend((n, "meta") for n in split_names(value))
    return out


def _ld_names(value: Any, objects: Sequence[dict[str, Any]]) -> Iterator[str]:
    values = value if isinstance(value, list) else [value]
    for item in values[:20]:
        if isinstance(item, dict) and "name" not in item and "@id" in item:
            item = next((o for o in objects if o.get("@id") == item["@id"] and "name" in o), item)
        if isinstance(item, dict):
            names = item.get("name")
            for name in names if isinstance(names, list) else [names]:
                text = text_of(name)
                if text:
                    yield text
        elif isinstance(item, str):
            text = clean(item)
            if text and not URL.search(text):
                yield text


def visible_names(pieces: Sequence[Piece], title: int, first: int, last: int) -> list[tuple[str, int, str]]:
    """(name, piece, how) of visible bylines: marked by class or by "Von"/"By", around the article."""
    author = BIT["author"]
    out: list[tuple[str, int, str]] = []
    for i, p in enumerate(pieces):
        if len(p.text) > 160 or not (min(title if title >= 0 else first, first) - 12 <= i <= last + 12):
            continue
        marked = (p.node.own | p.span_cues) & author or (p.node.parent is not None and p.node.parent.own & author)
        by = BY.match(p.text)
        if marked or by:
            how = "class+by" if marked and by else "class" if marked else "by"
            out.extend((name, i, how) for name in split_names(p.text))
    return out


def choose_authors(declared: Declared, pieces: Sequence[Piece], title: int, first: int, last: int, outlet: str) -> tuple[str, ...]:
    """The authors in the order of the byline."""
    stated = declared_names(declared)
    personal = [n for n, how in stated if how == "json_ld" and looks_personal(n)] or [n for n, _ in stated if looks_personal(n)]
    visible = [(n, i, how) for n, i, how in visible_names(pieces, title, first, last) if looks_personal(n)]
    if personal:
        chosen = personal
    else:
        near = (
            [n for n, i, how in visible if how != "class" and i <= first + 2]
            or [n for n, i, _ in visible if i <= first + 2]
            or [n for n, _, how in visible if how == "class+by"]
        )
        chosen = near[:4]
    key = outlet.casefold()
    return tuple(dict.fromkeys(n for n in chosen if n.casefold() != key))[:12]
