"""Who wrote it: names in JSON-LD, meta elements and visible bylines, split and cleaned."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from transforms.parse.cues import BIT
from transforms.parse.kind import AGENCIES
from transforms.parse.score import Floats, load_forest
from transforms.parse.shapes import looks_like_name
from transforms.parse.structured import Declared, clean, clean_key, text_of
from transforms.parse.view import View
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
    r"|gast|guest|presse|online|home|news|blog"
    r"|more|share|email|e-mail|twitter|facebook|instagram|linkedin|contact|kontakt|follow|website|rss|comments?|kommentare?|datum|date|by"
    r"|von|read more|about|impressum)$",
    re.I,
)
URL = re.compile(r"https?:|www\.|\.(?:com|de|org|net)\b|@", re.I)
BARE_SPLIT = re.compile(r"\s*[|•·\n;/]\s*|\s+[-–—]\s+|,\s+|\s+(?:und|and|&)\s+")
HANDLE = re.compile(r"^[A-Za-z_]{3,}\d{1,4}$")
GLUED = re.compile(r"^(?:By|Von|BY|VON)(?=[A-ZÄÖÜ][a-zäöü])")
INLINE_BY = re.compile(r"^(?:By|BY|Von|VON) ((?:[A-ZÄÖÜ][\w.’'-]+ ?){2,4})")
LATE_BY = re.compile(r"\b(?:by|von|autor(?:in)?:|author:)\s+((?:[A-ZÄÖÜ][\w.’'-]+(?:[ ,]|$)){2,4})", re.U)
PHOTO = re.compile(r"foto|photo|bild|image|getty|illustration|©|video", re.I)
DATED = re.compile(r"\b(?:19|20)\d\d\b|\d\d\.\d\d\.")
AUTHOR_THRESHOLD, FIRST_THRESHOLD = 0.4, 0.22
"""Scores from which a name is an author's; the likeliest of a page needs less, for most articles have one."""
LOCAL = re.compile(r"[^\w\s.'’\-]", re.U)


def split_names(text: str) -> list[str]:
    """Names in one byline: "Von Anna Beispiel und Bert Muster, Berlin" → the two."""
    text = GLUED.sub("", clean(text))
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
    if not 2 <= len(text) <= 60 or URL.search(text) or NOT_A_NAME.match(text) or not any(c.isalpha() for c in text):
        return None
    if text.isupper() and len(text) > 4 and " " in text:
        text = " ".join(w.capitalize() if len(w) > 2 else w for w in text.split())
    words = text.split()
    if len(words) > 6 or (any(c.isdigit() for c in text) and not HANDLE.match(text)):
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


@dataclass(slots=True)
class AuthorCandidate:
    """A name, every place that gives it (bits of ``PLACES``), and the pieces it stands in."""

    name: str
    places: int
    order: int
    pieces: list[int]
    context: str = ""


PLACES = {name: 1 << i for i, name in enumerate(("json_ld", "meta", "rel", "class", "by", "parent", "other_ld", "line", "run"))}


def candidates(view: View) -> list[AuthorCandidate]:
    """Every name that may be an author's, those declared first."""
    found: dict[str, AuthorCandidate] = {}

    def add(name: str, place: str, piece: int = -1, context: str = "") -> None:
        key = name.casefold()
        known = found.get(key)
        if known is None:
            known = found[key] = AuthorCandidate(name, 0, len(found), [], context)
        known.places |= PLACES[place]
        if piece >= 0 and piece not in known.pieces:
            known.pieces.append(piece)

    for name, place in declared_names(view.declared):
        add(name, place)
    for other in view.declared.objects[:40]:
        if other is not view.declared.article and "author" in other:
            for text in _ld_names(other.get("author"), view.declared.objects):
                for name in split_names(text):
                    add(name, "other_ld")
    author = BIT["author"]
    bare = _bare_places(view)
    for i in view.near(15, 20):
        piece = view.pieces[i]
        text = piece.text
        parent = piece.node.parent.own if piece.node.parent is not None else 0
        is_signed = any(f & 32 for _, f in piece.markup)
        if view.is_within(i) and not is_signed and not (piece.node.own | piece.span_cues | parent) & author:
            continue
        linked = " ; ".join([" ".join(t.split()) for t, f in piece.markup if f & 32 and t.strip()]) if is_signed else ""
        if linked and len(linked) < 200:
            for name in split_names(linked):
                add(name, "rel", i, text[:100])
        if len(text) > 200:
            if (by := INLINE_BY.match(text)) is not None:
                for name in split_names(by.group(1)):
                    add(name, "by", i, text[:100])
            continue
        line_by = BY.match(text) or GLUED.match(text)
        if piece.node.own & author or piece.span_cues & author:
            place = "class"
        elif parent & author:
            place = "parent"
        elif line_by:
            place = "by"
        elif (late := LATE_BY.search(text)) is not None and len(text) < 120:
            for name in split_names(late.group(1)):
                add(name, "by", i, text[:100])
            continue
        else:
            if i in bare and len(text) <= 110:
                _add_bare(piece, i, add)
            continue
        if i in bare and len(text) <= 110:
            _add_bare(piece, i, add)
        for line in text.split("\n")[:4]:
            for name in split_names(line):
                add(name, place, i, text[:100])
                if line_by:
                    add(name, "by", i)
        if len(found) > 60:
            break
    return list(found.values())


def _bare_places(view: View) -> frozenset[int]:
    """Where a name may stand alone, without any word or class that says so: around the headline, and under the text."""
    start = view.title if view.title >= 0 else view.first
    return frozenset((*range(start - 4, view.first + 3), *range(view.last - 1, view.last + 5))) if view.first >= 0 else frozenset()


def _add_bare(piece: Piece, index: int, add: Callable[..., None]) -> None:
    """Names that make up a whole line or a whole text run."""
    for raw in BARE_SPLIT.split(piece.text):
        part = BY.sub("", GLUED.sub("", raw.strip()))
        if looks_like_name(part.strip(" .,:;"), 4):
            add(part.strip(" .,:;"), "line", index, piece.text[:100])
    runs = [BY.sub("", " ".join(t.split())) for t, f in piece.markup if t.strip()]
    if 1 < len(runs) <= 12:
        for run in runs:
            if looks_like_name(run.strip(" .,:;"), 4):
                add(run.strip(" .,:;"), "run", index, piece.text[:100])


def rows(view: View, found: Sequence[AuthorCandidate]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """One row of evidence per candidate."""
    site = clean_key(view.site + " " + view.host).replace(" ", "")
    counts = {bit: sum(1 for c in found if c.places & bit) for bit in PLACES.values()}
    start = view.title if view.title >= 0 else view.first
    keys = [c.name.casefold() for c in found]
    title = clean_key(view.document_title)
    bad = BIT["related"] | BIT["teaser"] | BIT["side"] | BIT["footer"] | BIT["nav"]
    known = forenames()
    personal = sum(1 for c in found if c.name.split()[0].casefold() in known and looks_personal(c.name))
    out = []
    for c, key in zip(found, keys, strict=True):
        words = c.name.split()
        pieces = [view.pieces[i] for i in c.pieces[:6]]
        cues = 0
        above = 0
        for p in pieces:
            cues |= p.node.own | p.span_cues | (p.node.parent.own if p.node.parent else 0)
            above |= p.node.above
        nearest = min((abs(i - start) for i in c.pieces), default=999) if start >= 0 else 999
        out.append(
            [
                *(1.0 if c.places & bit else 0.0 for bit in PLACES.values()),
                *(counts[bit] for bit in PLACES.values()),
                c.places.bit_count(),
                len(words),
                len(c.name),
                1.0 if looks_personal(c.name) else 0.0,
                1.0 if words[0][:1].isupper() else 0.0,
                1.0 if words[-1][:1].isupper() else 0.0,
                1.0 if ROLE.search(c.name) else 0.0,
                1.0 if LOCAL.search(c.name) else 0.0,
                1.0 if clean_key(c.name).replace(" ", "") in site else 0.0,
                1.0 if clean_key(c.name) in title else 0.0,
                sum(1 for k in keys if k != key and key in k),
                sum(1 for k in keys if k != key and k in key),
                c.order,
                len(found),
                len(c.pieces),
                c.pieces[0] - start if c.pieces and start >= 0 else -999,
                nearest,
                c.pieces[0] - view.first if c.pieces and view.first >= 0 else -999,
                c.pieces[0] - view.last if c.pieces and view.last >= 0 else -999,
                max((len(p.text) for p in pieces), default=0),
                1.0 if cues & BIT["author"] else 0.0,
                1.0 if cues & BIT["meta"] else 0.0,
                1.0 if cues & bad else 0.0,
                1.0 if above & bad else 0.0,
                1.0 if (cues | above) & BIT["comment"] else 0.0,
                1.0 if cues & BIT["caption"] else 0.0,
                1.0 if c.name.isupper() else 0.0,
                1.0 if PHOTO.search(c.context) else 0.0,
                1.0 if DATED.search(c.context) else 0.0,
                1.0 if words[0].casefold() in known or words[0].partition("-")[0].casefold() in known else 0.0,
                1.0 if any(w.casefold() in known for w in words[1:]) else 0.0,
                1.0 if key in AGENCIES or words[0].casefold() in AGENCIES else 0.0,
                1.0 if c.context and len(c.context) - len(c.name) < 4 else 0.0,
                sum(1 for k in c.pieces if view.first <= k <= view.last),
                personal,
            ]
        )
    return np.asarray(out, dtype=np.float32).reshape(len(found), -1 if found else 0)


@cache
def forenames() -> frozenset[str]:
    """Common first names of 106 countries in lower case (CC0, sigpwned/popular-names-by-country-dataset)."""
    packed = resources.files("transforms.parse").joinpath("forenames.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode().split("\n"))


def chosen(scores: Floats) -> list[int]:
    """Which of the candidates are authors, by their scores."""
    top = max(scores, default=0.0)
    return [i for i, s in enumerate(scores) if s >= AUTHOR_THRESHOLD or (s == top and s >= FIRST_THRESHOLD)]


def choose_authors(view: View) -> tuple[str, ...]:
    """The authors in the order of the byline."""
    found = candidates(view)
    if not found:
        return ()
    scores = load_forest("authors").predict(rows(view, found))
    return names_of(found, scores)


def names_of(found: Sequence[AuthorCandidate], scores: Floats) -> tuple[str, ...]:
    """The names that the scores speak for, each once and in full."""
    names = [found[i].name for i in chosen(scores)]
    return tuple(n for n in names if not any(n != m and n.casefold() in m.casefold() for m in names))[:12]
