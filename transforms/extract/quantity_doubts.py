"""Numbers that are no quantities after all: years, ordinals, ages, times of day, list numbers, references; and "30m", which can be two things."""

from __future__ import annotations

import re

from presslake.schema import Qualifier, UnitKind
from transforms.extract import quantity_patterns as patterns
from transforms.extract.quantity_context import Draft

YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_IN_YEAR = re.compile(
    r"\b(?:[Ii]n|[Ii]m|[Ss]eit|[Ss]ince|[Bb]y|[Uu]ntil|[Bb]is|[Aa]b|[Vv]or|[Nn]ach|Jahr(?:e[ns]?)?|[Yy]ear|of|[Ff]ür|Ende|Anfang|Mitte|late|early|Sommer|Winter|Herbst|"
    r"Frühjahr|Frühling|Advent|summer|winter|spring|autumn|Quartal|Halbjahr|Geschäftsjahr|hat|hatte|haben|ist|war|wurde|erst|schon|noch|bereits)\s$"
)
_RANGE_NEXT = re.compile(r"\s?(?:bis|–|-|to)\s?\d{4}\s[A-ZÄÖÜa-z]")


_SIZED = re.compile(
    r"\b(?:bis zu|up to|rund|etwa|about|around|(?:Auflage|Zahl|Anzahl|Gruppe|Summe|Reichweite|Stichprobe|Umfrage) (?:von|unter)"
    r"|(?:poll|sample|survey|crowd|total|group|run) of)\s$"
)
"""Before four digits that are a size and no year."""


def stays_year(text: str, d: Draft, before: str) -> bool:
    """True for four digits without separator that nothing makes a number."""
    if d.unit in (UnitKind.MONEY, UnitKind.PERCENT, UnitKind.DURATION):
        return False
    if patterns.MONTH_BEFORE.search(before) and before.endswith(" ") and (d.value or 0) >= 1900:
        return True
    if _SIZED.search(before) or (d.unit is not None and (d.value or 0) < 1950):
        return False
    if _RANGE_NEXT.match(text, d.end) and not YEAR.match(text, d.end + 5):
        return False
    if d.unit is UnitKind.COUNT and (d.value or 0) >= 1900 and re.match(r"\s[a-zäöü]", text[d.end : d.end + 2]):
        return True  # 2015 hatte Fury …
    return d.unit is None or _IN_YEAR.search(before) is not None or (d.unit is UnitKind.COUNT and before.rstrip()[-1:] not in ("", ".", ","))


def is_inside_reference(before: str, after: str) -> bool:
    """True for a number glued to other numbers or letters, as in "2006;16(3):188–90" or "v1.2", and for a year in brackets."""
    if "&" in (before[-1:], after):
        return True  # the company 1&1
    if before[-1:] in "./:;" and re.search(r"[\w)][./:;]$", before):
        return True
    if before[-1:] in "-–(" and re.search(r"(?:[^\W\d]-|[:;]\d{1,5}[–-]|\d\()$", before):
        return True
    return after == "(" and before[-1:] in " ;" and re.search(r"\d[;:]\s?$", before) is not None


_INSIDE = re.compile(r"[a-zäöüß,] $")
_NOUNS = ("Hundert", "Tausend", "Milli", "Dutzend", "Hälfte", "Drittel", "Viertel", "Null", "One")


def is_name(word: str, before: str) -> bool:
    """True for a number in words with a capital inside a sentence: "die Agentur Wolke Sieben", "the Four Courts"."""
    return word[0].isupper() and not word.startswith(_NOUNS) and _INSIDE.search(before) is not None


def is_list_number(text: str, start: int, end: int, before: str) -> bool:
    """True for "1. " or "2) " or "3 – " at the start of a line."""
    return before.rpartition("\n")[2].strip(" (#") == "" and re.match(r"[.)]\s|\s[–—-]\s", text[end : end + 3]) is not None


def is_ordinal(text: str, end: int, digits: str, before: str) -> bool:
    """True for "5." in front of what is counted in order: "der 5. Platz"."""
    if len(digits) > 3 or not re.match(r"\.(?:\s\S|,)", text[end : end + 3]):
        return False
    return not re.search(r"\b(?:auf|um|von|bei|rund|etwa|mit|statt|bis|nur|auch|waren|sind|es|to|from|by|of|fehlen|at)\s$", before)


_CONTRAST = re.compile(
    r"^(?:\w+ [A-ZÄÖÜ][\w-]+(?:, | und )ein(?:e|en)? |\w+ [A-Za-z-]+, one [a-z]+: |[Ee]ine? [A-ZÄÖÜ][\w-]+, \w+ [A-ZÄÖÜ])"
    r"|\b\w+ [A-ZÄÖÜ][\w-]+, \w+ Meinungen\b"
)
""" "Zwei Sommer, ein Streit": numbers that play with each other."""


_SPENT = re.compile(r"\s(?:mit|with)\b")
""""Five minutes with …": the name of a series."""


def is_headline_number(text: str, d: Draft) -> bool:
    """True for the number of a headline that counts what follows it or sets a scene: "Fünf Zitate von …", "Drei Akkorde und ein Traum"."""
    start = text.rfind("\n", max(0, d.start - 130), d.start) + 1
    end = text.find("\n", d.end, d.end + 130)
    line = text[start:end] if end >= 0 and (start or d.start < 130) else ""
    if not line or len(line) > 110 or line.rstrip('“”»«"’ ').endswith((".", "!", ":", ",")):
        return False
    if patterns.LIST_NOUN.match(text, d.end):
        return d.spelled or (d.value or 0) <= 12
    if d.spelled and d.unit is UnitKind.DURATION:
        return not line[: d.start - start].strip() and _SPENT.match(text, d.end) is not None
    return d.spelled and _CONTRAST.search(line) is not None


_WITHIN = re.compile(r"\b(?:[Bb]innen|[Ii]nnerhalb|[Dd]auert|[Dd]auerte|[Ww]ithin)\s(?:nur\s|knapp\s|just\s)?$")
"""Before "einer Woche": how long is what the sentence tells."""


def one_counts(d: Draft, before: str) -> bool:
    """Whether "one" is meant as a number: "ein Euro" and "one per cent" are quantities; "eine Stunde" only with a qualifier, "ein Mann" never."""
    if d.unit is UnitKind.DURATION:
        return d.qualifier is not Qualifier.EXACT or _WITHIN.search(before) is not None
    return d.unit in (UnitKind.MONEY, UnitKind.PERCENT)


_LEADS_AGES = re.compile(r"(?:[(,]\s?|\b(?:zwischen|von|mit|ab|im Alter|between|aged|ages)\s(?:etwa\s|rund\s|about\s)?)$")
_SECOND_AGE = r"(?:\s(?:und|and|bis|to)\s|\s?[–-]\s?)\d{1,2}"
_AGES = {
    True: re.compile(rf"{_SECOND_AGE}(?:\s(?:Jahre|years)|\s?(?:[,.;)]|$))"),
    False: re.compile(rf"{_SECOND_AGE}\s(?:Jahre|years)"),
}
"""The end of "zwischen 14 und 17", and what must follow where nothing leads to ages."""
_LINE = re.compile(r"\bin die\s$")
""" "steigen in die 7": a tram."""
_DECADE = r"\b(?:unter|über|under|over|um die)\s$"
_ABOUT_DECADE = r"\bum die\s$"
_IS_AGE = re.compile(r"\b(?:[Ss]ie|[Ee]r|[Ii]ch|[Ss]he|[Hh]e)\s(?:ist|war|bin|is|was)\s(?:heute\s|jetzt\s|erst\s|damals\s|only\s|now\s)?$")


_AT_AGE = re.compile(r"(?:^|[.!?:„“\"»] |\b(?:sie|er|ich|haben|hatten|mir|ihm|ihr|uns) )[Mm]it\s$")
""" "haben mir mit zwölf das Telefonieren verboten"."""
_IS_THEN = re.compile(r"\s(?:ist|war|sind|waren)\b")


def is_time_or_age(text: str, d: Draft, before: str, lang: str) -> bool:
    """True for a number that nothing is counted with and that tells the time or somebody's age: "um neun", "ab 14 Jahren"."""
    value = d.value
    if value is None or d.exponent or value > 110:
        return False
    if value != value.to_integral_value():
        return (
            d.unit is None
            and value < 24
            and re.fullmatch(r"\d{1,2}\.[0-5]\d", text[d.start : d.end]) is not None
            and patterns.CLOCK_DIGITS.search(before) is not None
        )
    if d.unit is UnitKind.DURATION:
        return (d.noun or "").startswith("Jahr") and 5 < value < 100 and _speaks_of_age(before, d.noun == "Jahren")
    after = text[d.end : d.end + 12]
    if d.unit is None and not d.spelled and _LINE.search(before) and after[:1] in ".,;:!?«“”":
        return True
    if value >= 20 and value % 10 == 0 and re.search(_DECADE if d.spelled else _ABOUT_DECADE, before) and d.noun is None:
        return True
    if d.noun is None and d.spelled and (_AT_AGE.search(before) or (re.search(r"\b(?:erst|schon)\s$", before) and _IS_THEN.match(after))):
        return True
    if d.spelled and value > 12 and d.noun is None and _IS_AGE.search(before) and after[:1] in ".,;!?“”»«":
        return True
    if d.spelled and d.noun is None and value < 20 and lang == "en" and before.endswith(" at "):
        return True
    if d.spelled and value <= 12 and patterns.CLOCK_OR_AGE[lang].search(before) and not after.startswith((" davon", " of")):
        return True
    if not d.spelled and 3 < value < 100:
        if re.search(
            r"(?:[,(]\s?|\b(?:mit|ist|war|bin|sei|sind|mal|um die|be|is|was|am|turned|Ab|ab)\s(?:heute\s|jetzt\s|erst\s|auch mal\s|mal\s|"
            r"ich\s|only\s)*)$",
            before,
        ) and re.match(r"\s?[,).;“”»«‹]|\s(?:und|and|when|to|Jahre|war|starb|gelebt)\b", after):
            return True
        pair = re.match(r"\s(?:und|and|bis|to)\s\d|\s?[–-]\s?\d", after)
        if pair:
            return d.unit is None and _AGES[bool(_LEADS_AGES.search(before))].match(text, d.end) is not None
        return patterns.AGE_GROUP[lang].search(before) is not None and not re.match(r"\s?(?:davon|of|auf|sind|waren|haben|hatten)\b", after)
    return False


def _speaks_of_age(before: str, dative: bool) -> bool:
    if re.search(r"\b(?:[Ss]eit|[Vv]or|[Ii]n|[Nn]ach|[Ii]nnerhalb von|[Bb]innen)\s(?:\w+\s)?$", before):
        return False
    if re.search(r"\w*[Aa]lters?(?:grenze)?\b[^.!?]{0,60}$", before):
        return True
    return (
        dative
        and re.search(r"\b(?:[Aa]b|[Uu]nter|[Üü]ber|[Zz]wischen|[Mm]it|[Vv]on|[Bb]is|[Bb]ei)\s(?:etwa\s|rund\s|\d+\sund\s)?$", before) is not None
    )


_MEASURES = frozenset("meter metern zentimeter zentimetern kilometer kilometern grad kilo kilos stone metres meters feet".split())
_COMPANY = re.compile(r"\s(?:(?:GmbH|AG|KG|UG|SE|Ltd|Inc|LLC)\b|e\.\s?[VK]\.)")
_TITLE = re.compile(r"[^.!?:\n„“”»«]{2,40}[“”«]")


def is_measure_or_name(text: str, d: Draft) -> bool:
    """True for a length, weight or temperature in words, which no table asks for, and for the number in a name: "Kogge 7 GmbH"."""
    if d.spelled and d.value == 2 and text[max(0, d.start - 9) : d.start].endswith("wischen "):
        return True  # "zwischen zwei Zügen" tells where
    if d.value is not None and d.value <= 5 and (d.noun or "").startswith(("Stern", "stars")):
        return True  # a rating
    if d.spelled and text[max(0, d.start - 1) : d.start] in ("„", "»") and _TITLE.match(text, d.end):
        return True  # a title: »Drei Kugeln Nuss«
    return (d.noun or "").casefold() in _MEASURES or _COMPANY.match(text, d.end) is not None


_LENGTH = re.compile(r"\s(?:high|tall|long|wide|deep|away|below|above|from|sprint|race|hurdles|pool|tief|hoch|lang)\b")
_COUNTABLE = re.compile(r"\s(?:[a-z-]+\s){0,2}[a-z-]{3,}s\b|\s(?:people|children|a (?:year|month|week|day))\b")


def judge_letter(text: str, d: Draft, lang: str) -> None:
    """Leave "30m" without a value unless a counted noun follows: it is a length or a number of millions."""
    after = text[d.end : d.end + 40]
    if lang == "de" or _LENGTH.match(after) or not _COUNTABLE.match(after):
        d.value = None
