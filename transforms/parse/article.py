"""One HTML page → Document: the steps in order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from presslake.schema import ArticleType
from transforms.parse import bylines, kind, metadata, read, selectors, shapes, titles, tree, urls, when
from transforms.parse.charset import Decoded
from transforms.parse.cues import BIT
from transforms.parse.entries import mark_entries
from transforms.parse.features import words_of
from transforms.parse.interview import has_label, mark_turns
from transforms.parse.region import THRESHOLD, Region, choose_region, score_pieces
from transforms.parse.score import Floats
from transforms.parse.structure import mark_shapes, without
from transforms.parse.structured import Declared
from transforms.parse.survey import survey, view_of
from transforms.parse.text import language_of
from transforms.parse.walk import Piece
from transforms.records import Block, Document, Page, Rejected, Role, SourceHints

EXTRACTOR = "presslake.html/1"
MIN_WORDS = 12


def parse_html(page: Page, decoded: Decoded, hints: SourceHints) -> Document | Rejected:
    """The article on the page, or why there is none."""
    try:
        root = tree.parse_tree(decoded.text, decoded.utf8)
    except tree.TooLargeError as e:
        return reject(page, "too_large", f"The page is too large for an article ({e}); nothing was parsed.")
    if root is None or not len(root):
        return reject(page, "empty", "The page holds no elements.")
    final = page.final_url or page.url
    seen = survey(root, hints.selectors)
    declared, pieces, selected = seen.declared, seen.pieces, seen.selected
    if not pieces:
        return reject(page, "no_article", "The page shows no text; it may need a browser to build it.")
    scores = score_pieces(pieces, seen.nodes, seen.evidence, seen.title)
    if selected is not selectors.NOTHING:
        scores = np.asarray(selected.scores(pieces, scores.tolist()), np.float32)
    kept = np.flatnonzero(scores >= THRESHOLD)
    view = view_of(seen, root, decoded.text, final, int(kept[0]) if len(kept) else -1, int(kept[-1]) if len(kept) else -1)
    title, title_index = titles.choose_title(view)
    title = selected.title or title
    region = choose_region(pieces, scores, title, title_index if title_index >= 0 else seen.title)
    parts = read_parts(region)
    if selected.lead:
        parts.insert(0, (Role.LEAD, read.tidy(selected.lead)))
    text, blocks = read.join_blocks(parts)
    words = sum(len(text[b.start : b.end].split()) for b in blocks if b.role not in (Role.CAPTION, Role.ABOUT))
    wall = " ".join(p.text for p in pieces[:40])[:4000]
    problem = kind.problem_of(title or declared.title, text if words else wall, declared, wall)
    if problem:
        return reject(page, *problem)
    if words < MIN_WORDS and not (words >= 5 and (declared.article or selected.body)):
        return _no_article(page, [p.text for p in pieces])
    title = title or declared.title
    if not title:
        title = text[:140].split("\n", 1)[0]
    outlet = metadata.outlet_of(declared, view.host, hints.name)
    canonical = urls.canonical_of(declared.links, declared.meta("og:url"), final)
    authors = _selected_authors(selected) or bylines.choose_authors(view)
    if not selected.lead:
        blocks = _mark_lead(text, blocks, region, declared)
    kicker = selected.kicker or titles.kicker_of(view, title, title_index)
    blocks = mark_shapes(text, blocks)
    if _may_be_talk(text, blocks):
        blocks = mark_turns(text, blocks, "\n".join(x for x in (title, kicker) if x))
    section = metadata.section_of(declared)
    language = language_of(f"{title}\n{text[:1500]}", hints.language or metadata.language_declared(root, declared))
    published, modified = when.choose_dates(view, hints, page.fetched_at, stated=selected.published)
    article_type = kind.type_of(declared, title, kicker or "", section or "", text, blocks, final)
    if article_type is ArticleType.LIVE_BLOG and view.first >= 0:
        entries = pieces[max(view.first - 1, 0) : view.last + 1]
        blocks = mark_entries(entries, text, blocks, published, hints.time_zone)
    paywalled = kind.is_paywalled(declared)
    stub = words < 150 and (kind.STUB.search(wall) is not None or kind.STUB.search(text[-600:]) is not None)
    return Document(
        url=canonical or urls.clean_url(final),
        urls=urls.urls_of(declared.links, page.url, final, canonical),
        title=read.tidy(title).replace("\n", " "),
        kicker=kicker,
        lead=next((text[b.start : b.end] for b in blocks if b.role is Role.LEAD), None),
        authors=authors,
        published=published,
        modified=modified,
        article_type=article_type,
        language=language,
        section=section,
        outlet=outlet,
        agency=kind.agency_of(declared, authors, [n for n, _ in bylines.declared_names(declared)], text, blocks),
        is_paywalled=paywalled,
        is_truncated=bool(words < 150 and (paywalled or stub) and article_type is not ArticleType.LIVE_BLOG),
        tdm_reserved=metadata.tdm_reserved(declared),
        body_text=text,
        blocks=blocks,
        charset=decoded.charset,
        charset_declared=decoded.declared,
        is_correction=kind.is_correction(text),
        extractor=EXTRACTOR,
        confidence=region.confidence,
    )


def text_of(pieces: Sequence[Piece], scores: Floats, title: str | None, title_index: int) -> str:
    """The article's words alone, captions and "Über X" boxes left out, as they are measured."""
    region = choose_region(pieces, scores, title, title_index)
    text, blocks = read.join_blocks(read_parts(region))
    return "\n\n".join(text[b.start : b.end] for b in without(mark_shapes(text, blocks), Role.CAPTION, Role.ABOUT))


def read_parts(region: Region) -> list[tuple[Role, str]]:
    """Role and text of the region's blocks, bare dates left out."""
    return [part for part in read.read_region(region) if not shapes.is_date_line(part[1])]


def _selected_authors(selected: selectors.Selected) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for text in selected.authors for name in bylines.split_names(text)))


def reject(page: Page, expectation: str, reason: str) -> Rejected:
    """The page gives no article."""
    return Rejected(url=page.url, raw_sha256=page.raw_sha256, expectation=expectation, reason=reason)


def _no_article(page: Page, texts: list[str]) -> Rejected:
    if any(shapes.is_placeholder(t) for t in texts):
        return reject(page, "placeholder", "The page holds only template text; nothing to take up.")
    return reject(page, "no_article", "No article was found on the page; if there is one, give selectors for the source.")


def _may_be_talk(text: str, blocks: tuple[Block, ...]) -> bool:
    """Cheap look before the costly one: an interview has questions, and many of them, or labels before a colon."""
    asking = sum(["?" in text[max(b.end - 8, b.start) : b.end] for b in blocks])
    if asking >= 2 and asking * 10 >= len(blocks):
        return True
    return asking > 0 and sum([":" in text[b.start : b.start + 60] and has_label(text[b.start : b.end]) for b in blocks]) >= 2


def _mark_lead(text: str, blocks: tuple[Block, ...], region: Region, declared: Declared) -> tuple[Block, ...]:
    """The standfirst: a first block that stands apart by its class, its heading element, or the page's description."""
    for position, b in enumerate(blocks[:3]):
        if b.role not in (Role.PARAGRAPH, Role.HEADING):
            continue
        content = text[b.start : b.end]
        piece = next((p for p in region.pieces[:6] if p.text[:60].split() == content[:60].split() or p.text.startswith(content[:40])), None)
        if piece is None or not 40 <= len(content) <= 700:
            return blocks
        marked = (piece.node.own | (piece.node.parent.own if piece.node.parent else 0)) & BIT["lead"]
        description = words_of(declared.meta("og:description", "description") or "")
        own = words_of(content)
        same = len(description) >= 8 and len(set(own) & set(description)) >= 0.85 * max(len(set(own)), 1)
        bold = b.role is Role.PARAGRAPH and piece.bold_chars >= len(content) - 2
        if marked or same or bold or piece.node.tag in ("h2", "h3"):
            return (*blocks[:position], Block(Role.LEAD, b.start, b.end), *blocks[position + 1 :])
        return blocks
    return blocks
