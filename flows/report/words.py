"""German and English side by side: texts, numbers, dates and the names of closed sets.

Everything here ends in HTML through :class:`Text`, which escapes what it is given; ``Markup`` is only ever made from our own literals.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import urlsplit

from markupsafe import Markup, escape


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages; as HTML both stand in the page and the style sheet shows one."""

    de: str
    en: str

    def __html__(self) -> str:
        if self.de == self.en:
            return str(escape(self.de))
        return f'<span class="d" lang="de">{escape(self.de)}</span><span class="e" lang="en">{escape(self.en)}</span>'

    def __add__(self, other: Text | str) -> Text:
        return Text(self.de + (other.de if isinstance(other, Text) else other), self.en + (other.en if isinstance(other, Text) else other))


def both(german: str, english: str, **values: object) -> Text:
    """A text in both languages; ``{name}`` takes a value, which may itself be a :class:`Text`.

    >>> both("{n} Artikel", "{n} articles", n=number(1234)).en
    '1,234 articles'
    """
    de = {k: v.de if isinstance(v, Text) else str(v) for k, v in values.items()}
    en = {k: v.en if isinstance(v, Text) else str(v) for k, v in values.items()}
    return Text(german.format(**de), english.format(**en))


def counted(n: int, one: tuple[str, str], many: tuple[str, str]) -> Text:
    """A number with its noun in the singular or plural."""
    nouns = one if n == 1 else many
    return Text(f"{number(n).de} {nouns[0]}", f"{number(n).en} {nouns[1]}")


def number(value: float, digits: int = 0) -> Text:
    """1234.5 → 1.234,5 and 1,234.5; four figures are grouped too, so that columns align."""
    english = f"{value:,.{digits}f}"
    return Text(english.translate(str.maketrans(",.", ".,")), english)


def percent(part: float, whole: float = 1) -> Text:
    """A share with one digit below ten percent; "–" where there is nothing to divide by."""
    if not whole:
        return Text("–", "–")
    share = 100 * part / whole
    digits = 0 if share >= 9.95 or share == 0 else 1
    return Text(number(share, digits).de + "\u202f%", number(share, digits).en + "%")


_MONTHS_DE = ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"]
_MONTHS_EN = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]


def day(value: dt.date | None) -> Text:
    """3. März 2024 and 3 March 2024; "–" where unknown."""
    if value is None:
        return Text("–", "–")
    return Text(f"{value.day}. {_MONTHS_DE[value.month - 1]} {value.year}", f"{value.day} {_MONTHS_EN[value.month - 1]} {value.year}")


def short_day(value: dt.date | None) -> Text:
    """03.03.2024 and 3 Mar 2024."""
    if value is None:
        return Text("–", "–")
    return Text(f"{value.day:02}.{value.month:02}.{value.year}", f"{value.day} {_MONTHS_EN[value.month - 1][:3]} {value.year}")


def tick(value: dt.date, unit: str) -> Text:
    """The label of a period on a time axis."""
    if unit == "year":
        return Text(str(value.year), str(value.year))
    if unit == "month":
        return Text(f"{_MONTHS_DE[value.month - 1][:3]} {value.year}", f"{_MONTHS_EN[value.month - 1][:3]} {value.year}")
    return Text(f"{value.day}.{value.month}.{value.year % 100:02}", f"{value.day} {_MONTHS_EN[value.month - 1][:3]} {value.year % 100:02}")


_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def clean(text: str) -> str:
    """``text`` of the same length, without control and direction characters."""
    return _INVISIBLE.sub(" ", text)


def clip(text: str | None, length: int = 100) -> str:
    """``text`` on one line without control and direction characters, at most ``length`` characters, cut at a word where one ends nearby."""
    line = " ".join(clean(text or "").split())
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    blank = cut.rfind(" ", length * 3 // 4)
    cut = cut[:blank] if blank > 0 else cut
    while cut and (unicodedata.combining(cut[-1]) or cut[-1] in "\u200d\ufe0f"):
        cut = cut[:-1]  # never leave half of a composed character or emoji
    return cut.rstrip(" ,;:–-") + "…"


def safe_url(url: str | None) -> str | None:
    """``url`` where it is an absolute http(s) address without control characters, else None."""
    if not url or _INVISIBLE.search(url) or any(c.isspace() for c in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def name(kind: str, value: str) -> Text:
    """The name of a member of a closed set; an unknown one as it is."""
    german, english = NAMES.get(kind, {}).get(value, (clip(value.replace("_", " "), 60),) * 2)
    return Text(german, english)


NAMES: dict[str, dict[str, tuple[str, str]]] = {
    "speaker_kind": {
        "person": ("Personen", "people"),
        "organisation": ("Organisationen", "organisations"),
        "unnamed": ("ungenannte Stimmen", "unnamed voices"),
        "unknown": ("ohne Sprecher im Text", "no speaker in the text"),
    },
    "speech_type": {
        "direct": ("wörtlich", "direct"),
        "indirect": ("indirekt", "indirect"),
        "reported": ("berichtet", "reported"),
        "interview_answer": ("Interviewantwort", "interview answer"),
        "headline": ("Schlagzeile", "headline"),
    },
    "modality": {
        "asserted": ("Behauptung", "asserted"),
        "alleged": ("Vorwurf", "alleged"),
        "denied": ("Dementi", "denial"),
        "planned": ("Ankündigung", "announcement"),
        "question": ("Frage", "question"),
    },
    "organisation": {
        "platform": ("Plattform", "platform"),
        "company": ("Unternehmen", "company"),
        "agency": ("Agentur", "agency"),
        "authority": ("Behörde", "authority"),
        "association": ("Verband", "association"),
        "ngo": ("NGO", "NGO"),
        "media": ("Medien", "media"),
        "party": ("Partei", "party"),
        "fund": ("Fonds", "fund"),
        "university": ("Hochschule", "university"),
        "club": ("Verein", "club"),
        "other": ("Sonstige", "other"),
        "none": ("ohne Organisation", "no organisation"),
    },
    "corner": {
        "platform": ("Plattformen", "platforms"),
        "company": ("Unternehmen", "companies"),
        "agency": ("Agenturen", "agencies"),
        "authority": ("Behörden", "authorities"),
        "association": ("Verbände", "associations"),
        "ngo": ("NGOs", "NGOs"),
        "media": ("Medien", "media"),
        "party": ("Parteien", "parties"),
        "fund": ("Fonds", "funds"),
        "university": ("Hochschulen", "universities"),
        "club": ("Vereine", "clubs"),
        "other": ("sonstige", "others"),
        "none": ("ohne erkannte Organisation", "no organisation known"),
    },
    "table": {
        "pages": ("Seiten", "pages"),
        "articles": ("Artikel", "articles"),
        "people": ("Personen", "people"),
        "organisations": ("Organisationen", "organisations"),
        "claims": ("Aussagen", "claims"),
        "mentions": ("Nennungen", "mentions"),
        "affiliations": ("Zugehörigkeiten", "affiliations"),
        "claim_quantities": ("Zahlenangaben", "quantities"),
        "blocks": ("Textblöcke", "blocks"),
        "article_versions": ("Textfassungen", "article versions"),
        "article_urls": ("Adressen", "article addresses"),
    },
    "unit": {"day": ("pro Tag", "per day"), "week": ("pro Woche", "per week"), "month": ("pro Monat", "per month"), "year": ("pro Jahr", "per year")},
    "severity": {"block": ("hält an", "blocks"), "reject": ("sortiert aus", "rejects"), "warn": ("warnt", "warns")},
    "outcome": {
        "fetched": ("geholt", "fetched"),
        "not_modified": ("unverändert", "not modified"),
        "joined": ("mit anderer Seite vereint", "joined with another page"),
        "refused_robots": ("von robots.txt untersagt", "refused by robots.txt"),
        "refused_tdm": ("Text- und Data-Mining vorbehalten", "text and data mining reserved"),
        "blocked_address": ("gesperrte Adresse", "blocked address"),
        "too_large": ("zu groß", "too large"),
        "timeout": ("Zeit überschritten", "timed out"),
        "http_error": ("HTTP-Fehler", "HTTP error"),
    },
}


def bdi(text: str | None, length: int = 100) -> Markup:
    """A name or text from outside, isolated so that its writing direction cannot reorder what stands around it."""
    return Markup("<bdi>{}</bdi>").format(clip(text, length))
