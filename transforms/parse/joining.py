"""Articles on several pages: which links of a page lead to the rest of the same article, and how its pages become one document.

Only declared links count: ``rel=next`` and visible pagination where the address is that of the same page but for the number of the next one
(``rel=next`` alone often names the next article), "on one page" views, print views of a paginated article, and the canonical address of an AMP page.
"""

from __future__ import annotations

import dataclasses
import hashlib
import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from presslake.schema import UrlKind
from transforms.parse import parse_page
from transforms.parse.charset import decode
from transforms.parse.read import join_blocks
from transforms.parse.urls import clean_url, site_of
from transforms.records import NO_PROSE, Document, Page, Rejected, Role, SourceHints

MAX_PAGES = 30
"""Pages of one article that are joined."""
_MAX_CHARS = 3_000_000
_MAX_LINKS = 5_000
_LINK = re.compile(r"<(a|link)\b([^>]{1,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-z-]{2,20})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_TAG = re.compile(r"<[^>]{0,500}>")
_IS_AMP = re.compile(r"<html\b[^>]{0,1000}?[\s\"'](?:amp|\u26a1\ufe0f?)(?=[\s=>/])", re.IGNORECASE)
_PAGE_WORD = r"(?:pages?|seiten?|paged|teil|part|pg|pn|p|s)"
_IN_QUERY = re.compile(rf"^(?:article_?)?{_PAGE_WORD}(?:_?(?:no|nr|number|num))?$", re.IGNORECASE)
_IN_PATH = (
    (re.compile(rf"^(.+?)[/_,.-]{_PAGE_WORD}[/_=-]?(\d{{1,2}})$", re.IGNORECASE), True),
    (re.compile(r"^(.+?)[/_,-](\d{1,2})$"), False),
)
_EXTENSION = re.compile(r"\.(?:[xs]?html?|php\d?|aspx?|jsp)$", re.IGNORECASE)
_OF_COMMENTS = re.compile(r"comment|kommentar|forum|leserbrief|replies|reply|bewertung|review-page", re.IGNORECASE)
_NEXT_WORDS = re.compile(
    r"(?:n(?:ä|ae)chste\s+seite|weiter(?:lesen)?(?:\s+auf\s+seite\s+\d+)?|next(?:\s+page)?|continue(?:\s+reading)?|older)\W{0,3}$", re.IGNORECASE
)
_WHOLE_WORDS = re.compile(
    r"auf\s+(?:einer|1)\s+seite|komplett(?:er\s+artikel|ansicht)|artikel\s+komplett|ganzer?n?\s+artikel\s+(?:lesen|anzeigen)"
    r"|(?:view|read|show)\s+(?:as\s+|on\s+)?(?:a\s+)?(?:single|one|all)[\s-]+pages?|single[\s-]page(?:\s+view)?|on\s+one\s+page",
    re.IGNORECASE,
)
_WHOLE_VALUES = frozenset({"all", "alle", "komplett", "single", "full"})
_PAGE_LINE = re.compile(r"^(?:seite|page|teil|part)\s+\d{1,2}(?:\s*(?:von|of|/)\s*\d{1,2})?\W{0,3}$", re.IGNORECASE)
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class PageLinks:
    """Where the rest of an article is: all of it at ``whole``, or its next page at ``following``; and the page that is the article itself:

    ``canonical`` for an AMP page, ``first`` for a page that says that it is a later one.
    """

    whole: str | None = None
    following: str | None = None
    canonical: str | None = None
    first: str | None = None


@dataclass(frozen=True, slots=True)
class _Link:
    url: str
    rels: frozenset[str]
    words: str
    """Text, title and label of an anchor."""
    is_print: bool


# ------------------------------------------------------------------ which links


def find_links(page: Page, first_url: str | None = None) -> PageLinks:
    """The links of ``page`` to the rest of its article, whose first page is ``first_url`` (``page`` itself if None)."""
    base = page.final_url or page.url
    first = clean_url(first_url or base)
    if urlsplit(base).scheme not in ("http", "https") or b"<" not in page.body[:2000]:
        return PageLinks()
    text = decode(page.body[:_MAX_CHARS], page.content_type).text
    if first_url is None and _IS_AMP.search(text[:3000]):
        return PageLinks(canonical=_canonical_of_amp(text, base))
    number = page_number(base, first) if first_url else 1
    if number is None or number >= MAX_PAGES:
        return PageLinks()
    links = list(_links(text, base))
    if first_url is None and (start := _first_of(links, base)):
        return PageLinks(first=start)
    following = _following(links, first, number)
    whole = _whole(links, first, following is not None) if first_url is None else None
    return PageLinks(whole, following)


def page_number(url: str, first: str) -> int | None:
    """Which page of the article that begins at ``first`` is at ``url``; None if it is none of it by its address."""
    url, first = clean_url(url), clean_url(first)
    keys = {_key(first)} | {key for key, number, is_named in _numbered(first) if number == 1 and is_named}
    if _key(url) in keys:
        return 1
    return next((number for key, number, _ in _numbered(url) if key in keys), None)


def _following(links: Sequence[_Link], first: str, number: int) -> str | None:
    """The page after ``number``: named as such, and of the same address but for its number."""
    for link in links:
        at = page_number(link.url, first)
        is_next = "next" in link.rels
        # some count from nought, and their second page is called 1
        if at is None or not (at == number + 1 or (number == 1 and at == 1 and is_next and clean_url(link.url) != first)):
            continue
        if is_next or _NEXT_WORDS.search(link.words) or _says_number(link.words, at):
            return link.url
    return None


def _says_number(words: str, number: int) -> bool:
    return re.fullmatch(rf"\W*(?:{_PAGE_WORD}\W{{0,3}})?0?{number}\W*", words, re.IGNORECASE) is not None


def _whole(links: Sequence[_Link], first: str, has_pages: bool) -> str | None:
    """The view of the whole article on one page; the print view where an article has pages."""
    host, path, _ = _key(first)
    printed = None
    for link in links:
        other, other_path, query = _key(clean_url(link.url))
        if other != host or clean_url(link.url) == first:
            continue
        is_all = any(_IN_QUERY.match(k) and v.lower() in _WHOLE_VALUES for k, v in parse_qsl(query))
        if other_path.startswith(path) and (_WHOLE_WORDS.search(link.words) or (is_all and has_pages)):
            return link.url
        if link.is_print and has_pages:
            printed = printed or link.url
    return printed


def _first_of(links: Sequence[_Link], base: str) -> str | None:
    """The canonical address of a page, where the page's own address is that of a later page of it."""
    canonical = next((link.url for link in links if "canonical" in link.rels), base)
    number = page_number(base, canonical)
    return canonical if number is not None and number > 1 else None


def _canonical_of_amp(text: str, base: str) -> str | None:
    """The page that an AMP page stands for: on its own site, or on the site whose name the address of a cache carries."""
    for link in _links(text, base):
        if "canonical" in link.rels and clean_url(link.url) != clean_url(base):
            parts, host = urlsplit(base), urlsplit(link.url).hostname or ""
            encoded = (parts.hostname or "").partition(".")[0]
            cached = host in parts.path.split("/") and encoded == host.replace("-", "--").replace(".", "-")
            return link.url if cached or site_of(link.url) == site_of(base) else None
    return None


def _links(text: str, base: str) -> Iterator[_Link]:
    for n, found in enumerate(_LINK.finditer(text)):
        if n >= _MAX_LINKS:
            return
        values = {k.lower(): html.unescape(a or b or c) for k, a, b, c in _ATTRIBUTE.findall(found.group(2))}
        href = values.get("href", "").strip()
        if not href or href.startswith(("#", "javascript:", "mailto:")) or _OF_COMMENTS.search(f"{href} {values.get('class', '')}"):
            continue
        try:
            url = urljoin(base, href).partition("#")[0]
            if urlsplit(url).scheme not in ("http", "https"):
                continue
        except ValueError:
            continue
        words = ""
        if found.group(1).lower() == "a":
            inner = text[found.end() : found.end() + 300]
            inner = inner[: end if (end := inner.lower().find("</a")) >= 0 else 0]
            words = " ".join((_SPACE.sub(" ", html.unescape(_TAG.sub(" ", inner))).strip(), values.get("title", ""), values.get("aria-label", "")))
        rels = frozenset(values.get("rel", "").lower().split())
        yield _Link(url, rels, words.strip(), "alternate" in rels and values.get("media", "").lower() == "print")


def _key(url: str) -> tuple[str, str, str]:
    """Host, path without extension, and query of an address."""
    parts = urlsplit(url)
    return (parts.hostname or "").removeprefix("www."), _EXTENSION.sub("", parts.path.rstrip("/")), parts.query


def _numbered(url: str) -> Iterator[tuple[tuple[str, str, str], int, bool]]:
    """The ways to read ``url`` as a page of another address: that one's key, the number, and whether a word says that it is a page."""
    host, path, query = _key(url)
    pairs = parse_qsl(query, keep_blank_values=True)
    for name, value in pairs:
        if _IN_QUERY.match(name) and value.isascii() and value.isdigit() and len(value) <= 2:
            yield (host, path, urlencode([p for p in pairs if p[0] != name])), int(value), True
    for form, is_named in _IN_PATH:
        if found := form.match(path):
            yield (host, _EXTENSION.sub("", found.group(1)), query), int(found.group(2)), is_named


def further_page(page: Page, document: Document) -> Rejected | None:
    """Why a page is no article by itself: it says that it is a later page of the article at its canonical address, whose text it would replace."""
    number = page_number(page.final_url or page.url, document.url) if document.url.startswith("http") else None
    if number is None or number < 2:
        return None
    reason = f"It is page {number} of {document.url}; fetch that address, and its further pages are read with it."
    return Rejected(url=page.url, raw_sha256=page.raw_sha256, expectation="further_page", reason=reason)


# ------------------------------------------------------------------ joining


def parse_pages(pages: Sequence[Page], hints: SourceHints | None = None) -> tuple[Page, Document | Rejected]:
    """The article that begins on the first of ``pages``, with what of the others belongs to it, and the page that its rows come from.

    That page is the whole view where there is one; else the first with the hash of all hashes, since the text stands in no single one.
    An AMP page of the first gives its address, and its text only where the first gives no article.
    """
    first, own = pages[0], {clean_url(u) for u in (pages[0].url, pages[0].final_url) if u}
    views = [p for p in pages[1:] if clean_url(find_links(p).canonical or "") in own]
    page, document = _read_pages(first, [p for p in pages[1:] if p not in views], hints)
    if isinstance(document, Rejected):
        found = ((v, parse_page(v, hints)) for v in views)
        return next(
            ((dataclasses.replace(v, fetched_at=first.fetched_at, run_id=first.run_id), d) for v, d in found if isinstance(d, Document)),
            (page, document),
        )
    if views:
        is_reserved = document.tdm_reserved or any(v.tdm_reserved for v in views)
        urls = dict.fromkeys((*document.urls, *((UrlKind.REQUESTED, v.url) for v in views)))
        document = dataclasses.replace(document, urls=tuple(urls), tdm_reserved=is_reserved)
        page = dataclasses.replace(page, tdm_reserved=page.tdm_reserved or is_reserved)
    return page, document


def _read_pages(first: Page, more: Sequence[Page], hints: SourceHints | None) -> tuple[Page, Document | Rejected]:
    others = {clean_url(u): p for p in more for u in (p.url, p.final_url) if u}
    document = parse_page(first, hints)
    links = find_links(first)
    target = links.whole or links.canonical
    whole = others.get(clean_url(target)) if target else None
    if whole is not None:
        view = parse_page(whole, hints)
        if isinstance(view, Document) and (isinstance(document, Rejected) or _holds(view, document)):
            page = dataclasses.replace(whole, fetched_at=first.fetched_at, run_id=first.run_id, tdm_reserved=whole.tdm_reserved or first.tdm_reserved)
            return page, view if isinstance(document, Rejected) else _as_whole(document, view)
    if isinstance(document, Rejected):
        return first, document
    joined, used = [document], [first]
    for page in _chain(first, links, others):
        more_text = parse_page(page, hints)
        if isinstance(more_text, Rejected) or not _continues(joined, more_text):
            break
        joined.append(more_text)
        used.append(page)
    if len(used) == 1:
        return first, document
    digest = hashlib.sha256("\n".join(p.raw_sha256 for p in used).encode()).hexdigest()
    return dataclasses.replace(first, raw_sha256=digest, tdm_reserved=any(p.tdm_reserved for p in used)), join_pages(joined)


def join_pages(documents: Sequence[Document]) -> Document:
    """One document of the pages of an article in order: the first one's, with the text of all. What a later page repeats is left out."""
    first = documents[0]
    parts, entries = _parts(first), [b.entry_at for b in first.blocks]
    seen = {_norm(text) for _, text in parts} | {_norm(first.title)}
    for document in documents[1:]:
        for block, (role, text) in zip(document.blocks, _parts(document), strict=True):
            if _norm(text) in seen or _PAGE_LINE.match(text):
                continue
            seen.add(_norm(text))
            parts.append((Role.PARAGRAPH if role is Role.LEAD else role, text))
            entries.append(block.entry_at)
    body, blocks = join_blocks(parts)
    changes = [d.modified for d in documents if d.modified is not None]
    doubts = [d.confidence for d in documents if d.confidence is not None]
    return dataclasses.replace(
        first,
        urls=_urls(documents),
        authors=tuple(dict.fromkeys(a for d in documents for a in d.authors)),
        modified=max(changes, key=lambda m: m.at) if changes else None,
        is_truncated=documents[-1].is_truncated,
        is_paywalled=True if any(d.is_paywalled for d in documents) else first.is_paywalled,
        tdm_reserved=any(d.tdm_reserved for d in documents),
        is_correction=any(d.is_correction for d in documents),
        body_text=body,
        blocks=tuple(dataclasses.replace(b, entry_at=at) for b, at in zip(blocks, entries, strict=True)),
        confidence=min(doubts) if doubts else None,
    )


def _chain(first: Page, links: PageLinks, others: Mapping[str, Page]) -> Iterator[Page]:
    start, following, passed = first.final_url or first.url, links.following, set[str]()
    while following and clean_url(following) not in passed and len(passed) < MAX_PAGES:
        passed.add(clean_url(following))
        page = others.get(clean_url(following))
        if page is None:
            return
        yield page
        following = find_links(page, start).following


def _continues(before: Sequence[Document], more: Document) -> bool:
    """Whether a page brings more of the article: not the same text again above another page of comments."""
    seen = {_norm(text) for d in before for _, text in _parts(d)}
    texts = [text for role, text in _parts(more) if role not in NO_PROSE]
    fresh = sum(len(text) for text in texts if _norm(text) not in seen)
    return fresh > 40 and fresh * 2 > sum(map(len, texts))


def _holds(view: Document, page: Document) -> bool:
    """Whether ``view`` has (nearly) all the prose of ``page``."""
    there = {_norm(text) for _, text in _parts(view)}
    texts = [text for role, text in _parts(page) if role not in NO_PROSE]
    return sum(len(t) for t in texts if _norm(t) in there) >= 0.7 * sum(map(len, texts))


def _as_whole(page: Document, view: Document) -> Document:
    """The text of ``view`` under the address and with the facts of the page that it was found from, where it lacks them."""
    return dataclasses.replace(
        view,
        url=page.url,
        urls=_urls([page, view]),
        kicker=view.kicker or page.kicker,
        authors=view.authors or page.authors,
        published=page.published or view.published,
        modified=view.modified or page.modified,
        section=view.section or page.section,
        tdm_reserved=view.tdm_reserved or page.tdm_reserved,
    )


def _urls(documents: Sequence[Document]) -> tuple[tuple[UrlKind, str], ...]:
    """Addresses of the first, and those that the others were asked for at."""
    later = (u for d in documents[1:] for u in d.urls if u[0] in (UrlKind.REQUESTED, UrlKind.FINAL))
    return tuple(dict.fromkeys((*documents[0].urls, *later)))


def _parts(document: Document) -> list[tuple[Role, str]]:
    return [(b.role, document.body_text[b.start : b.end]) for b in document.blocks]


def _norm(text: str) -> str:
    return _SPACE.sub(" ", text).casefold().strip()
