"""Articles as bare text, as copied from a page: kicker, title, byline, date and footer among the lines.

:func:`structure` gives every line its role and keeps the offsets; :func:`parse_text` makes the document that the page's HTML would have made.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import cache
from typing import Any

from presslake.schema import ArticleType, DatePrecision, UrlKind
from transforms.parse import shapes
from transforms.parse.interview import is_interview
from transforms.parse.structure import split_pieces, structure
from transforms.records import Block, Document, Page, PublicationDate, Rejected, Role, SourceHints

__all__ = ["article_type", "language_of", "parse_text", "structure"]

EXTRACTOR = "presslake.text/1"
_OUTSIDE = frozenset({Role.TITLE, Role.KICKER, Role.BYLINE})
_MIN_WORDS = 8


def parse_text(
    page: Page, text: str, hints: SourceHints | None = None, *, charset: str = "utf-8", charset_declared: str | None = None
) -> Document | Rejected:
    """The article in ``text``, or why there is none.

    Title, kicker and byline leave the body; bare dates become the publication date; template text, site names and other footers are dropped.
    A text without a headline is given its first sentence as title, with low confidence.
    """
    hints = hints or SourceHints()
    text = normalise(text)
    problem = _problem(text)
    if problem:
        return Rejected(url=page.url, raw_sha256=page.raw_sha256, expectation=problem[0], reason=problem[1])
    blocks = structure(text)
    body, body_blocks = _join(text, [b for b in blocks if b.role not in _OUTSIDE])
    if len(body.split()) < _MIN_WORDS:
        what = ("placeholder", "only template text") if _has_placeholder(text) else ("no_article", "no article, only a few words")
        return Rejected(url=page.url, raw_sha256=page.raw_sha256, expectation=what[0], reason=f"The text holds {what[1]}; nothing to take up.")
    title = _first(text, blocks, Role.TITLE)
    kicker = _first(text, blocks, Role.KICKER)
    published, modified = find_dates(text, hints.time_zone)
    final = page.final_url or page.url
    return Document(
        url=final,
        urls=tuple({UrlKind.REQUESTED: page.url, UrlKind.FINAL: final, UrlKind.CANONICAL: final}.items()),
        title=title or _first_sentence(body),
        kicker=kicker,
        lead=_first(body, body_blocks, Role.LEAD),
        authors=_authors(text, blocks),
        published=published,
        modified=modified,
        article_type=article_type(title or "", kicker or "", body, body_blocks),
        language=language_of(f"{title or ''}\n{body}", hints.language),
        section=None,
        outlet=hints.name,
        agency=_agency(text, blocks),
        is_paywalled=None,
        is_truncated=_is_truncated(body),
        tdm_reserved=False,
        body_text=body,
        blocks=body_blocks,
        charset=charset,
        charset_declared=charset_declared,
        is_correction=_CORRECTION.search(text) is not None,
        extractor=EXTRACTOR,
        confidence=0.9 if title else 0.4,
    )


_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1f\x7f]")
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000\t]")


def normalise(text: str) -> str:
    """``text`` in NFC with plain spaces and line ends, without soft hyphens, zero-width and control characters."""
    text = (
        text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n").replace("\x0c", "\n\n").replace("\x0b", "\n")
    )
    return unicodedata.normalize("NFC", _UNSEEN.sub("", _SPACES.sub(" ", text)))


def _problem(text: str) -> tuple[str, str] | None:
    if not text.strip():
        return "empty", "The file holds no text."
    odd = sum(text.count(c) for c in "\ufffd")
    if odd > 20 and odd * 10 > len(text):
        return "unreadable", "Most of the text could not be decoded: save it as UTF-8."
    letters = sum(c.isalpha() for c in text[:20_000])
    if letters * 3 < len(text[:20_000].strip()):
        return "no_article", "Hardly a letter in it: this is data, not an article."
    return None


def _has_placeholder(text: str) -> bool:
    return any(shapes.is_placeholder(p.text) for p in split_pieces(text[:20_000]))


def _join(text: str, blocks: list[Block]) -> tuple[str, tuple[Block, ...]]:
    """The blocks' text joined by blank lines, wrapped lines by a blank, and the blocks in it."""
    parts: list[str] = []
    out: list[Block] = []
    at = 0
    for b in blocks:
        part = re.sub(r"\s+", " ", text[b.start : b.end])
        out.append(Block(b.role, at, at + len(part)))
        parts.append(part)
        at += len(part) + 2
    return "\n\n".join(parts), tuple(out)


def _first(text: str, blocks: tuple[Block, ...], role: Role) -> str | None:
    return next((re.sub(r"\s+", " ", text[b.start : b.end]) for b in blocks if b.role is role), None)


def _first_sentence(body: str) -> str:
    """Something to call an article without headline by."""
    line = body[:400].split("\n", 1)[0]
    found = re.match(r".{20,140}?[.!?](?=\s|$)", line)
    return found.group() if found else line[:140].rsplit(" ", 1)[0]


# ------------------------------------------------------------------ form

_OPINION = re.compile(
    r"^(?:kommentar|kolumne|meinung|gastbeitrag|gastkommentar|glosse|leitartikel|essay|standpunkt|opinion|comment|column|editorial|analysis: opinion|"
    r"leserbrief|letters?|zwischenruf|einspruch)\b",
    re.IGNORECASE,
)
_LIVE = re.compile(r"\blive[- ]?(?:blog|ticker)\b|\bas it happened\b|\bliveticker\b", re.IGNORECASE)
_RELEASE = re.compile(
    r"\bpressemitteilung\b|\bpresseinformation\b|\bfor immediate release\b|\bpress release\b|\bsperrfrist\b|\bmedienmitteilung\b", re.IGNORECASE
)
_CONTACT = re.compile(
    r"\bpressekontakt\b|\bansprechpartner(?:in)? (?:für|der) (?:die )?presse\b|\bnotes to editors\b|\bmedia contact\b|^rückfragen\b",
    re.IGNORECASE | re.MULTILINE,
)
_TIME = re.compile(r"\d{1,2}[:.]\d{2}\b")
_LIST_TITLE = re.compile(
    r"^(?:die )?(?:\d{1,2}|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|two|three|four|five|six|seven|eight|nine|ten)\s+\S", re.IGNORECASE
)


_CONTACT_HINTS = ("pressekontakt", "ansprechpartner", "notes to", "media contact", "rückfragen")
"""One of these stands in all that ``_CONTACT`` finds: looked for first because it costs a tenth."""


def _names_contact(end: str) -> bool:
    lower = end.lower()
    return any(hint in lower for hint in _CONTACT_HINTS) and _CONTACT.search(end) is not None


def article_type(title: str, kicker: str, body: str, blocks: tuple[Block, ...]) -> ArticleType:
    """Form of journalism by headline, kicker and the roles of the blocks; news where nothing tells another."""
    if is_interview(blocks):
        return ArticleType.INTERVIEW
    if _OPINION.match(kicker) or (_OPINION.match(title) and ":" in title[:25]):
        return ArticleType.OPINION
    times = sum(b.role is Role.HEADING and _TIME.match(body, b.start) is not None for b in blocks)
    if times >= 3 or _LIVE.search(title) or _LIVE.search(kicker):
        return ArticleType.LIVE_BLOG
    if _RELEASE.search(kicker) or _RELEASE.search(title) or _RELEASE.match(body) or _names_contact(body[-1500:]):
        return ArticleType.PRESS_RELEASE
    if _is_list(title, body, blocks):
        return ArticleType.LISTICLE
    return ArticleType.NEWS


_ANNOUNCED = re.compile(
    r"\b(?:\d{1,2}|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|two|three|four|five|six|seven|eight|nine|ten)\s+(?:[\w-]+\s){0,2}"
    r"(?:zitate|sätze|stimmen|antworten|tipps|gründe|fakten|thesen|dinge|punkte|quotes|tips|reasons|facts|things|ways|lessons)\b[^\n]{0,80}:$",
    re.IGNORECASE,
)


def _is_list(title: str, body: str, blocks: tuple[Block, ...]) -> bool:
    """True if an article is a list: a headline or a paragraph counts its items, or most of the text is in them."""
    items = [b for b in blocks if b.role is Role.LIST_ITEM]
    if len(items) < 3:
        return False
    if _LIST_TITLE.match(title) or any(
        b.role is Role.PARAGRAPH and body[b.end - 1] == ":" and _ANNOUNCED.search(body[max(b.start, b.end - 160) : b.end]) for b in blocks
    ):
        return True
    return sum(b.end - b.start for b in items) * 2 >= sum(b.end - b.start for b in blocks if b.role not in (Role.CAPTION, Role.ABOUT))


# ------------------------------------------------------------------ who

_AGENCIES = (
    "dpa",
    "afp",
    "apa",
    "reuters",
    "rtr",
    "sid",
    "epd",
    "kna",
    "sda",
    "keystone-sda",
    "ap",
    "ots",
    "pti",
    "ansa",
    "dts",
    "ddp",
    "upi",
    "pa media",
    "bloomberg",
)
_IN_BRACKETS = re.compile(r"\(([a-z-]{2,12}(?: media)?)(?:[-/ ,][\w/ ,-]{0,12})?\)", re.IGNORECASE)


def _agency(text: str, blocks: tuple[Block, ...]) -> str | None:
    """News agency in the dateline, at the start or at the very end: "Berlin (dpa/lby)"."""
    signed = [text[b.start : min(b.end, b.start + 80)] for b in blocks[:5]] + [text[max(b.start, b.end - 24) : b.end] for b in blocks[-1:]]
    for part in signed:
        if found := _IN_BRACKETS.search(part):
            name = found.group(1).casefold()
            for agency in _AGENCIES:
                if name == agency or name.startswith(agency + "-"):
                    return {"rtr": "reuters", "pa media": "pa", "keystone-sda": "sda"}.get(agency, agency)
    return None


_SIGN = re.compile(
    r"^(?:(?:das |dieses )?(?:interview|gespräch|streitgespräch)\s+(?:führten?|moderierten?)|die fragen stellten?|von|by|"
    r"text(?: und fotos?)?|words|interview|protokoll|aufgezeichnet von|as told to|moderation|autor(?:in)?)\s*:?\s+(?P<who>.+)$",
    re.IGNORECASE | re.DOTALL,
)


def _authors(text: str, blocks: tuple[Block, ...]) -> tuple[str, ...]:
    """Names in byline and credits, in their order; without a byline those who asked."""
    signed = [text[b.start : b.end] for b in blocks if b.role is Role.BYLINE]
    signed += [text[b.start : b.end] for b in blocks if b.role is Role.PARAGRAPH and shapes.is_credit(text[b.start : b.end])]
    out: list[str] = []
    for n, line in enumerate(signed):
        found = _SIGN.match(line.strip())
        if found or n == 0:
            out += [name for name in _names_in(found["who"] if found else line) if name not in out]
    return tuple(out)


def _names_in(who: str) -> list[str]:
    """Names at the start of a byline: all of "A B, C D und E F", the first alone where roles or places follow ("A B, Redaktion Köln")."""
    listed = [p.strip() for p in re.split(r"\s+(?:und|and)\s+", who.strip(" ."))]
    out: list[str] = []
    for part in listed:
        names = [n.strip() for n in part.split(",")]
        every = all(shapes.looks_like_name(n) and not _ROLE.search(n) for n in names) and not re.search("[/|&]", part)
        out += [n for n in (names if every else names[:1]) if shapes.looks_like_name(n)]
    return out


_ROLE = re.compile(
    r"\b(?:direct|manag|head|chief|redak|leit|chef|korrespond|correspond|editor|report|autor|author|team|sprecher|agentur|verlag)", re.IGNORECASE
)


# ------------------------------------------------------------------ when

_MONTHS = {m: i + 1 for i, m in enumerate(["jan", "feb", "mar", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez"])}
_MONTHS |= {"jän": 1, "mär": 3, "mae": 3, "mrz": 3, "may": 5, "oct": 10, "dec": 12}
_DATELINE = re.compile(r"^(\d{1,2}\.\d{1,2}\.\d{4})\s*[–—-]\s")
_CHANGED = re.compile(r"^(?:stand|aktualisiert|zuletzt|updated|last)", re.IGNORECASE)


def find_dates(text: str, time_zone: str | None = None) -> tuple[PublicationDate | None, PublicationDate | None]:
    """Publication and last change as bare lines of ``text`` state them. A clock time only counts with a known time zone."""
    published: PublicationDate | None = None
    modified: PublicationDate | None = None
    for piece in split_pieces(text):
        if len(piece.text) <= 80 and (found := shapes.DATE_LINE.match(piece.text)):
            date = _read_date(found["date"], found["clock"], piece.text, time_zone)
            if _CHANGED.match(piece.text):
                modified = modified or date
            else:
                published = published or date
        elif published is None and (line := _DATELINE.match(piece.text)):
            published = _read_date(line.group(1), None, line.group(1), time_zone)
    return published, modified


def _read_date(date: str, clock: str | None, raw: str, time_zone: str | None) -> PublicationDate | None:
    day = _day(date)
    if day is None:
        return None
    time = _clock(clock) if clock and time_zone else None
    if time is None or time_zone is None:
        return PublicationDate(at=dt.datetime.combine(day, dt.time(), dt.UTC), precision=DatePrecision.DAY, raw=raw, method="text")
    from zoneinfo import ZoneInfo

    local = dt.datetime.combine(day, time, ZoneInfo(time_zone))
    return PublicationDate(at=local.astimezone(dt.UTC), precision=DatePrecision.MINUTE, raw=raw, method="text")


def _day(date: str) -> dt.date | None:
    numbers = [int(n) for n in re.findall(r"\d+", date)]
    month = re.search(r"[^\W\d_]{3,}", re.sub(r"(?<=\d)(?:st|nd|rd|th)", "", date))
    try:
        if month:
            day, year = numbers[0], numbers[-1]
            return dt.date(year, _MONTHS[month.group()[:3].casefold()], day)
        if "-" in date:
            return dt.date(*numbers)
        if "/" in date and numbers[1] <= 12 and numbers[0] <= 12 and numbers[0] != numbers[1]:
            return None  # 5/3/2024 is March to one half of the world and May to the other
        day, m, year = numbers
        if "/" in date and m > 12:
            day, m = m, day
        return dt.date(year + 2000 if year < 100 else year, m, day)
    except (ValueError, KeyError, TypeError):
        return None


def _clock(clock: str) -> dt.time | None:
    found = re.match(r"(\d{1,2})(?:[:.](\d{2}))?", clock)
    if found is None:
        return None
    hour = int(found.group(1)) + (12 if re.search(r"\bp\.?m", clock, re.IGNORECASE) and int(found.group(1)) < 12 else 0)
    minute = int(found.group(2) or 0)
    return dt.time(hour, minute) if hour < 24 and minute < 60 else None


# ------------------------------------------------------------------ the rest

_CORRECTION = re.compile(
    r"^(?:korrektur(?:hinweis)?[:,]|correction[:,])|in einer (?:früheren|ersten) (?:version|fassung)|an earlier version of this",
    re.IGNORECASE | re.MULTILINE,
)
_STUB = re.compile(
    r"\b(?:weiterlesen mit|jetzt weiterlesen|to (?:keep|continue) reading|lesen sie den ganzen artikel|dieser artikel ist (?:nur )?für abonnent|"
    r"subscribe to (?:read|continue)|already a subscriber|bereits abonnent|mit \w+\+ lesen|free trial)\b",
    re.IGNORECASE,
)


def _is_truncated(body: str) -> bool:
    return _STUB.search(body) is not None and len(body) < 3000


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


_GERMAN = shapes.words("der die und das nicht ist eine auch wird für mit dem den von sich auf ein einen zu im sie er")
_ENGLISH = shapes.words("the of and that is with for this have are it has from to he his they their by as at be")
_ONLY_GERMAN = shapes.words("und das nicht ist eine auch wird für mit einen")
_ONLY_ENGLISH = shapes.words("the of and that was with this have are has from they their")


def _plain_language(words: list[str]) -> str | None:
    """de or en where the small words of one of them are everywhere: spares the model on nearly every page of ours."""
    n = len(words)
    german, english = sum(map(_GERMAN.__contains__, words)), sum(map(_ENGLISH.__contains__, words))
    if german >= 0.12 * n and sum(map(_ONLY_GERMAN.__contains__, words)) >= 0.04 * n and english * 6 <= german:
        return "de"
    if english >= 0.12 * n and sum(map(_ONLY_ENGLISH.__contains__, words)) >= 0.06 * n and german * 6 <= english:
        return "en"
    return None


def language_of(text: str, expected: str | None = None) -> str:
    """ISO 639-1 code of ``text``; ``expected`` where the text is too short to tell, and und where nothing tells."""
    sample = text[:4000].strip()
    words = sample.split()
    if len(words) < 4:
        return expected or "und"
    if len(words) >= 60 and (plain := _plain_language(words)):
        return plain
    code, confidence = _identifier().classify(sample)
    if confidence < 0.5 or (len(sample) < 60 and confidence < 0.9):
        return expected or "und"
    return str(code)
