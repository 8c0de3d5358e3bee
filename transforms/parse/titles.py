"""The headline: as the page shows it, without the outlet's name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from transforms.parse.cues import BIT
from transforms.parse.structured import Declared, clean_key
from transforms.parse.walk import Piece

SEPARATOR = re.compile(r"\s+[|–—·•»›«:~/]+\s+|\s+-{1,2}\s+|\s*\|\s*|\s+::\s+|\s+»\s+")


@dataclass(frozen=True, slots=True)
class Titles:
    """Where headlines stand: declared ones, and pieces that look like one."""

    declared: tuple[str, ...]
    document: str
    site: str


def read_titles(declared: Declared, document_title: str, host: str) -> Titles:
    """Declared headlines in order of trust."""
    out: list[str] = []
    site = declared.meta("og:site_name", "application-name", "publisher", "twitter:site") or ""
    for value in (
        declared.meta("og:title"),
        declared.ld("headline"),
        declared.meta("twitter:title", "title", "dc.title", "headline", "hdl", "parsely-title", "sailthru.title"),
    ):
        if value and value not in out:
            out.append(value)
    return Titles(tuple(out), document_title, site or host)


def strip_outlet(title: str, site: str, known: Sequence[str] = ()) -> str:
    """``title`` without a part that names the outlet.

    >>> strip_outlet("Alles neu bei TikTok | Tagespost", "Tagespost")
    'Alles neu bei TikTok'
    """
    parts = list(SEPARATOR.finditer(title))
    if not parts:
        return title
    site_key = clean_key(site).replace(" ", "")
    for known_title in known:
        key = clean_key(known_title)
        for cut in (title[: parts[-1].start()], title[: parts[0].start()], title[parts[0].end() :], title[parts[-1].end() :]):
            if key and clean_key(cut) == key:
                return cut.strip()
    best = title
    tail = title[parts[-1].end() :]
    head = title[: parts[0].start()]
    tail_key, head_key = clean_key(tail).replace(" ", ""), clean_key(head).replace(" ", "")
    if site_key and tail_key and (tail_key in site_key or site_key in tail_key) and len(tail) < 60:
        best = strip_outlet(title[: parts[-1].start()], site, known)
    elif site_key and head_key and (head_key in site_key or site_key in head_key) and len(head) < 40:
        best = title[parts[0].end() :]
    return best.strip() or title


def heading_pieces(pieces: Sequence[Piece]) -> list[int]:
    """Indexes of the pieces that may show the headline."""
    title_bit = BIT["title"]
    out = []
    for i, p in enumerate(pieces):
        if len(p.text) <= 300 and (p.node.tag in {"h1", "h2"} or (p.node.own | p.span_cues) & title_bit):
            out.append(i)
            if len(out) > 60:
                break
    return out


def choose_title(titles: Titles, pieces: Sequence[Piece], first_body: int) -> tuple[str | None, int]:
    """The headline and the index of the piece that shows it (-1 if none does)."""
    stripped = [strip_outlet(t, titles.site) for t in titles.declared]
    document = strip_outlet(titles.document, titles.site, stripped)
    wanted = [*stripped, document] if document else stripped
    keys = [set(clean_key(w).split()) for w in wanted if w]
    best, index = 0.0, -1
    for i in heading_pieces(pieces):
        p = pieces[i]
        words = set(clean_key(p.text).split())
        if not words:
            continue
        score = max((2 * len(words & k) / (len(words) + len(k)) for k in keys if k), default=0.0)
        score += 0.4 if p.node.tag == "h1" else 0.0
        if i > first_body >= 0:
            score -= 0.3
        if score > best + 1e-9:
            best, index = score, i
    if index >= 0 and best >= 0.75:
        return pieces[index].text.replace("\n", " "), index
    if wanted:
        return wanted[0], -1
    h1 = next((i for i, p in enumerate(pieces) if p.node.tag == "h1"), -1)
    return (pieces[h1].text.replace("\n", " "), h1) if h1 >= 0 else (None, -1)
