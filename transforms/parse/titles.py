"""The headline: as the page shows it, without the outlet's name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from transforms.parse.cues import BIT
from transforms.parse.score import load_forest
from transforms.parse.structured import WEAK_TYPES, clean_key
from transforms.parse.view import View
from transforms.parse.walk import SECTIONING, Piece

SEPARATOR = re.compile(r"\s+[|–—·•»›«:~/]+\s+|\s+-{1,2}\s+|\s*\|\s*|\s+::\s+|\s+»\s+")


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


def heading_pieces(view: View, stated: Sequence[str]) -> list[int]:
    """Indexes of the pieces that may show the headline: h1 elements, and other headings above the text or with words of a ``stated`` title."""
    title_bit = BIT["title"]
    known = frozenset(word for title in stated for word in clean_key(title).split() if len(word) > 3)
    out = []
    for i, p in enumerate(view.pieces):
        tag = p.node.tag
        if len(p.text) > 300 or not (tag in ("h1", "h2") or (p.node.own | p.span_cues) & title_bit):
            continue
        if tag == "h1" or i <= view.first + 2 or len(known.intersection(clean_key(p.text).split())) >= 2:
            out.append(i)
            if len(out) > 40:
                break
    return out


@dataclass(frozen=True, slots=True)
class TitleCandidate:
    """A text that may be the headline, its kind (one of ``KINDS``), and the piece that shows it (-1 if none)."""

    text: str
    kind: str
    piece: int = -1


KINDS = (
    "h1",
    "h1_part",
    "h2",
    "class",
    "og",
    "og_cut",
    "ld",
    "ld_cut",
    "twitter",
    "twitter_cut",
    "document",
    "document_cut",
    "document_first",
    "h1_cut",
    "h1_tail",
)


def candidates(view: View) -> list[TitleCandidate]:
    """Every text that may be the headline."""
    out: list[TitleCandidate] = []
    declared = view.declared
    stated = (
        ("og", declared.meta("og:title")),
        ("ld", declared.ld("headline") or (declared.ld("name") if declared.article_type not in WEAK_TYPES else None)),
        ("twitter", declared.meta("twitter:title", "title", "dc.title", "headline", "parsely-title", "sailthru.title")),
        ("document", view.document_title),
    )
    headings = heading_pieces(view, [value for _, value in stated if value])
    texts = [view.pieces[i].text for i in headings]
    for kind, value in stated:
        if value:
            out.append(TitleCandidate(value, kind))
            cut = strip_outlet(value, view.site, texts)
            if cut != value:
                out.append(TitleCandidate(cut, kind + "_cut"))
    if view.document_title and (first := SEPARATOR.search(view.document_title)):
        out.append(TitleCandidate(view.document_title[: first.start()], "document_first"))
    known = [c.text for c in out]
    for i in headings:
        out.extend(_of_piece(view.pieces[i], i, view.site, known))
        if len(out) > 80:
            break
    return out


def _of_piece(piece: Piece, index: int, site: str, known: Sequence[str]) -> Iterator[TitleCandidate]:
    text = piece.text.replace("\n", " ")
    tag = piece.node.tag
    yield TitleCandidate(text, "h1" if tag == "h1" else "h2" if tag in {"h2", "h3"} else "class", index)
    if tag not in {"h1", "h2"}:
        return
    part = " ".join("".join(t for t, f in piece.markup if f & 64).split())
    if part and part != text:
        yield TitleCandidate(part, "h1_part", index)
    runs = [" ".join(t.split()) for t, f in piece.markup if t.strip()]
    if len(runs) >= 2:
        yield TitleCandidate(text[text.rfind(runs[-1]) :] if runs[-1] in text else runs[-1], "h1_tail", index)
    cut = strip_outlet(text, site, known)
    if cut != text:
        yield TitleCandidate(cut, "h1_cut", index)


def rows(view: View, found: Sequence[TitleCandidate]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """One row of evidence per candidate."""
    keys = [clean_key(c.text) for c in found]
    words = [frozenset(k.split()) for k in keys]
    count = Counter(keys)
    kinds = {k: frozenset(c.kind for c, kk in zip(found, keys, strict=True) if kk == k) for k in set(keys)}
    of_kind = {kind: words[i] for i, c in reversed(list(enumerate(found))) for kind in (c.kind,)}
    site = frozenset(clean_key(view.site).split())
    h1_count = len({c.piece for c in found if c.kind == "h1"})
    out = []
    for c, key, own in zip(found, keys, words, strict=True):
        piece = view.pieces[c.piece] if c.piece >= 0 else None
        group = kinds[key]
        similar = [
            2 * len(own & of_kind[k]) / (len(own) + len(of_kind[k]) or 1) if k in of_kind else -1.0
            for k in ("h1", "og", "og_cut", "ld", "document", "document_cut", "twitter")
        ]
        longer = sum(own < other for other in words)
        shorter = sum(other < own for other in words)
        n = len(c.text)
        out.append(
            [
                KINDS.index(c.kind),
                count[key],
                len(group),
                *(1.0 if k in group else 0.0 for k in KINDS),
                *similar,
                n,
                len(own),
                longer,
                shorter,
                len(own & site) / (len(own) or 1),
                1.0 if c.text.endswith(("…", "...")) else 0.0,
                1.0 if SEPARATOR.search(c.text) else 0.0,
                1.0 if ":" in c.text else 0.0,
                h1_count,
                c.piece - view.first if c.piece >= 0 and view.first >= 0 else -999,
                c.piece if c.piece >= 0 else -1,
                piece.link_chars / len(piece.text) if piece is not None else -1.0,
                1.0 if piece is not None and (piece.node.own | piece.span_cues) & BIT["title"] else 0.0,
                1.0 if piece is not None and piece.node.own & BIT["kicker"] else 0.0,
                1.0 if piece is not None and piece.node.tags & SECTIONING["header"] else 0.0,
                1.0 if piece is not None and piece.node.tags & SECTIONING["article"] else 0.0,
            ]
        )
    return np.asarray(out, dtype=np.float32).reshape(len(found), -1 if found else 0)


def agreed_title(view: View) -> tuple[str, int] | None:
    """The only h1 and its piece, where it says what the page declares in two places: half of all pages, and there is nothing left to weigh."""
    shown = [i for i, p in enumerate(view.pieces) if p.node.tag == "h1" and len(p.text) <= 300]
    stated = view.declared.meta("og:title")
    if len(shown) != 1 or not stated:
        return None
    text = view.pieces[shown[0]].text
    key = clean_key(text)
    if not key or key not in (clean_key(stated), clean_key(strip_outlet(stated, view.site, [text]))):
        return None
    headline = view.declared.ld("headline")
    agrees = clean_key(headline) == key if headline else key in clean_key(view.document_title)
    return (text.replace("\n", " "), shown[0]) if agrees else None


def choose_title(view: View) -> tuple[str | None, int]:
    """The headline and the index of the piece that shows it (-1 if none does)."""
    agreed = agreed_title(view)
    if agreed is not None:
        return agreed
    found = candidates(view)
    if not found:
        return None, -1
    scores = load_forest("titles").predict(rows(view, found))
    best: dict[str, float] = {}
    for c, s in zip(found, scores, strict=True):
        key = clean_key(c.text)
        best[key] = max(best.get(key, 0.0), float(s))
    key = max(best, key=lambda k: best[k])
    same = [c for c in found if clean_key(c.text) == key]
    shown = next((c for c in same if c.piece >= 0), same[0])
    return shown.text, shown.piece


def kicker_of(view: View, title: str | None, index: int) -> str | None:
    """The line above the headline: the head of its own element, or a short piece marked as kicker just before it."""
    if index < 0 or not title:
        return None
    shown = view.pieces[index].text.replace("\n", " ")
    if shown != title and shown.endswith(title):
        head = shown[: -len(title)].strip(" :|–-")
        return head if 2 < len(head) <= 80 else None
    for before in view.pieces[max(index - 2, 0) : index][::-1]:
        marked = (before.node.own | before.span_cues) & BIT["kicker"]
        if marked and 2 < len(before.text) <= 80 and clean_key(before.text) != clean_key(title):
            return before.text.replace("\n", " ")
    return None
