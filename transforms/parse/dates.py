"""When: dates in attributes and in German and English text, with what was stated of them."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lxml import etree

from presslake.schema import DatePrecision
from transforms.records import PublicationDate

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januar january jan jän jänner jaenner janvier enero gennaio janeiro",
            "februar february feb feber février febrero febbraio fevereiro",
            "märz maerz march mar mär mrz mars marzo março",
            "april apr avril abril aprile",
            "mai may mayo maggio maio",
            "juni june jun juin junio giugno junho",
            "juli july jul juillet julio luglio julho",
            "august aug août agosto",
            "september sep sept septembre septiembre settembre setembro",
            "oktober october okt oct octobre octubre ottobre outubro",
            "november nov novembre noviembre novembro",
            "dezember december dez dec décembre diciembre dicembre dezembro",
        ),
        1,
    )
    for name in names.split()
}
ZONES = {
    "utc": 0,
    "gmt": 0,
    "z": 0,
    "mez": 60,
    "cet": 60,
    "mesz": 120,
    "cest": 120,
    "bst": 60,
    "est": -300,
    "edt": -240,
    "cst": -360,
    "cdt": -300,
    "mst": -420,
    "mdt": -360,
    "pst": -480,
    "pdt": -420,
}
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
ISO = re.compile(r"(?<!\d)((?:19|20)\d\d)-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*(Z|UTC|[+-]\d\d:?\d\d|[+-]\d\d)?)?")
COMPACT = re.compile(r"^((?:19|20)\d\d)(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?)?(Z|[+-]\d\d:?\d\d)?$")
TEXT = re.compile(
    rf"""(?<![\w.])(?:
      (?P<d1>\d{{1,2}})(?:\.|st|nd|rd|th|er|º)?(?:\s+|\s*-\s*|\s*de\s+)(?:of\s+)?(?P<m1>{_MONTH})\b\.?,?(?:\s+de(?:l)?)?\s*-?\s*(?P<y1>(?:19|20)\d\d|'?\d\d(?=\s*(?:,|\||um|$)))(?!\d)
    | (?P<m2>{_MONTH})\b\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?:\s*,\s*|\s+)(?P<y2>(?:19|20)\d\d)(?!\d)
    | (?P<d3>\d{{1,2}})\.\s?(?P<m3>\d{{1,2}})\.\s?(?P<y3>(?:19|20)\d\d|\d\d)(?!\d)
    | (?P<a4>\d{{1,2}})(?P<s4>[/-])(?P<b4>\d{{1,2}})(?P=s4)(?P<y4>(?:19|20)\d\d|\d\d)(?![\d/-])
    | (?P<y5>(?:19|20)\d\d)[-/.](?P<m5>\d{{1,2}})[-/.](?P<d5>\d{{1,2}})(?!\d)
    | (?P<y6>(?:19|20)\d\d)年\s?(?P<m6>\d{{1,2}})月\s?(?P<d6>\d{{1,2}})日
    )""",
    re.I | re.X,
)
CLOCK = re.compile(
    r"^[\s,|•·–-]*(?:um|at|ab|@|à|-)?\s*(\d{1,2})(?:[:.h](\d\d)(?::(\d\d))?)?\s*(uhr|h\b|[ap]\.?m\.?)?\s*\(?(MESZ|MEZ|CEST|CET|UTC|GMT|BST"
    r"|E[SD]T|P[SD]T|C[SD]T|M[SD]T|ET|PT)?\b",
    re.I,
)
URL_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12]\d|3[01])(?!\d)|/(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])(?=/|$))"
)
MONTH_FIRST = re.compile(r"en-(?:us|ph|ca)$", re.I)
DAY_FIRST = re.compile(r"en-(?:gb|uk|au|nz|ie|in|za|sg)$|(?!en\b)[a-z]{2}\b", re.I)


def writes_month_first(language: str | None) -> bool | None:
    """True if 5/3/2024 is the third of May to who writes in this language (a BCP 47 tag), False if the fifth of March, None if that is open."""
    tag = (language or "").strip().replace("_", "-")
    return True if MONTH_FIRST.match(tag) else False if DAY_FIRST.match(tag) else None


def read_date(raw: str | None, method: str, zone: str | None = None, *, month_first: bool | None = None) -> PublicationDate | None:
    """The first date in ``raw``: ISO and its variants, German and English ways to write one. None where it is not certain."""
    if not raw:
        return None
    raw = raw.strip()
    found = ISO.search(raw[:120]) or COMPACT.match(raw[:40])
    if found:
        y, m, d, hour, minute, second, offset = found.groups()
        return _make(raw, method, (y, m, d), (hour, minute, second), offset, zone)
    match = TEXT.search(raw[:300])
    if match is None:
        return None
    day = _text_day(match, month_first)
    if day is None:
        return None
    clock = CLOCK.match(raw[match.end() : match.end() + 40])
    time: tuple[str | None, str | None, str | None] = (None, None, None)
    offset = None
    if clock and (clock.group(2) or clock.group(4)):
        hour = int(clock.group(1))
        half = (clock.group(4) or "").lower()
        if half.startswith("p") and hour < 12:
            hour += 12
        elif half.startswith("a") and hour == 12:
            hour = 0
        time = (str(hour), clock.group(2) or "0", clock.group(3))
        offset = clock.group(5)
    return _make(raw[:200], method, day, time, offset, zone)


def _text_day(match: re.Match[str], month_first: bool | None) -> tuple[str, str, str] | None:
    g = match.groupdict()
    if g["d1"]:
        return _year(g["y1"]), str(MONTHS[g["m1"].lower()]), g["d1"]
    if g["m2"]:
        return g["y2"], str(MONTHS[g["m2"].lower()]), g["d2"]
    if g["d3"]:
        return _year(g["y3"]), g["m3"], g["d3"]
    if g["a4"]:
        return _by_order(int(g["a4"]), int(g["b4"]), g["y4"], month_first)
    if g["y5"]:
        return g["y5"], g["m5"], g["d5"]
    return g["y6"], g["m6"], g["d6"]


def _by_order(a: int, b: int, year: str, month_first: bool | None) -> tuple[str, str, str] | None:
    """5/3/2024 is March to one half of the world and May to the other: None where neither the numbers nor the language tell."""
    if len(year) == 2 and a <= 12 and b <= 12:
        return None
    if a > 12 or a == b or (b <= 12 and month_first is False):
        return _year(year), str(b), str(a)
    return (_year(year), str(a), str(b)) if b > 12 or month_first else None


def _year(text: str) -> str:
    text = text.lstrip("'")
    return text if len(text) == 4 else f"20{text}"


def _make(
    raw: str, method: str, day: tuple[str, str, str], time: tuple[str | None, str | None, str | None], offset: str | None, zone: str | None
) -> PublicationDate | None:
    try:
        date = dt.date(int(day[0]), int(day[1]), int(day[2]))
        if not 1990 <= date.year <= 2100:
            return None
        midnight = dt.datetime.combine(date, dt.time(), dt.UTC)
        if time[0] is None:
            return PublicationDate(at=midnight, precision=DatePrecision.DAY, raw=raw[:200], method=method)
        clock = dt.time(int(time[0]), int(time[1] or 0), int(time[2] or 0))
        tz = _offset(offset) if offset else zone_of(zone)
        if tz is None:  # a clock without a place: only the day is certain
            return PublicationDate(at=midnight, precision=DatePrecision.DAY, raw=raw[:200], method=method)
        if not offset and (time == ("00", "00", "00") or time == ("0", "00", None)):
            return PublicationDate(at=midnight, precision=DatePrecision.DAY, raw=raw[:200], method=method)
        at = dt.datetime.combine(date, clock, tz).astimezone(dt.UTC)
        return PublicationDate(at=at, precision=DatePrecision.SECOND if time[2] else DatePrecision.MINUTE, raw=raw[:200], method=method)
    except (ValueError, OverflowError):
        return None


def _offset(text: str) -> dt.tzinfo | None:
    key = text.lower()
    if key in ZONES:
        return dt.timezone(dt.timedelta(minutes=ZONES[key]))
    found = re.match(r"([+-])(\d\d):?(\d\d)?$", text)
    if not found:
        return None
    minutes = int(found.group(2)) * 60 + int(found.group(3) or 0)
    return dt.timezone(dt.timedelta(minutes=minutes if found.group(1) == "+" else -minutes)) if minutes < 24 * 60 else None


@lru_cache(maxsize=64)
def zone_of(name: str | None) -> dt.tzinfo | None:
    """The zone of an IANA name; None where there is no such."""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None


def url_date(url: str) -> PublicationDate | None:
    """A day in the path of the address."""
    found = URL_DATE.search(url.split("?", 1)[0])
    if found is None:
        return None
    day = (found.group(1), found.group(2) or found.group(4), found.group(3) or found.group(5))
    return _make(found.group(), "url", day, (None, None, None), None, None)


def local_day(date: PublicationDate) -> dt.date:
    """The day as the page wrote it, which in another zone than UTC may be the one before or after ``date.at``."""
    raw = ISO.search(date.raw[:120])
    if raw is not None:
        try:
            return dt.date(int(raw.group(1)), int(raw.group(2)), int(raw.group(3)))
        except ValueError:
            return date.at.date()
    if date.precision is DatePrecision.DAY:
        return date.at.date()
    again = read_date(date.raw, date.method)
    return again.at.date() if again is not None and again.precision is DatePrecision.DAY else date.at.date()


SCRIPT_KEY = re.compile(
    r"""["'\\](?:date_?published|published_?(?:at|date|time|on)?|publish_?(?:date|time|ed_?at)|publication_?(?:date|time)|pub_?date|first_?published(?:_?at|_?date)?|created_?at|release_?date|display_?date|issue_?date)"""
    r"""\\?["']\s{0,4}:\s{0,4}\\?$""",
    re.I,
)
SCRIPT_DAY = re.compile(r"""["']((?:19|20)\d\d-\d\d-\d\d[T \d:.Z+-]{0,24})""")
MONTH_AND_DAY = re.compile(r"-\d\d-\d\d")
"""In every day of a script: its first sign is rare there, so this is quick to look for. What stands before it is looked at then."""


def script_dates(text: str) -> tuple[str, ...]:
    """Dates that the page's own scripts call its publication, those named most often first."""
    found: list[str] = []
    for middle in MONTH_AND_DAY.finditer(text):
        start = middle.start() - 5
        day = SCRIPT_DAY.match(text, start) if start > 0 else None
        if day is not None and SCRIPT_KEY.search(text, max(start - 40, 0), start):
            found.append(day.group(1))
            if len(found) == 200:
                break
    return tuple(sorted(dict.fromkeys(found), key=lambda v: -found.count(v)))


_PUBLICATION = re.compile(r"datePublished|dateCreated|dc:created|dc:date\b")
_STATING = etree.XPath("//*[@content or @datetime][@itemprop or @property][not(self::meta)]")


def has_attributes(text: str) -> bool:
    """True if a page may have such dates: looking for the words is quicker than for the elements."""
    return "datePublished" in text or "dateCreated" in text or "dc:" in text


def attribute_dates(root: etree._Element) -> tuple[str, ...]:
    """Dates that elements of the page state as its publication in attributes, as microdata and RDFa have it."""
    elements: Any = _STATING(root)
    found = [e.get("content") or e.get("datetime") for e in elements if _PUBLICATION.search(f"{e.get('itemprop', '')} {e.get('property', '')}")]
    return tuple(dict.fromkeys(value for value in found if value))
