"""Numbers with a unit in running text: money, people, percent, counts and durations, in German and English.

A number is read with its scale word, its range, its qualifier and its currency, and it is told what it counts. Dates, ages, clock times, paragraphs,
telephone numbers, scores and list numbers are no quantities. What can be read in two ways keeps its place and has no value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from presslake.schema import Qualifier, UnitKind
from transforms.extract import quantity_patterns as patterns
from transforms.extract import quantity_words as words
from transforms.extract.quantity_context import Draft, inherit_units, merge_ranges
from transforms.records import Quantity


def find_quantities(text: str, language: str) -> tuple[Quantity, ...]:
    """Quantities of ``text`` in order, not overlapping. Languages other than English are read with German number formats and words."""
    lang = "en" if language == "en" else "de"
    drafts = list(_scan(text, lang))
    merge_ranges(text, drafts)
    inherit_units(text, drafts, lang)
    dollar = _dollar(text) if lang == "en" and any(d.currency == "USD" for d in drafts) else "USD"
    return tuple(_finish(d, dollar) for d in drafts)


# ------------------------------------------------------------------ where numbers are

_NUMBER = re.compile(
    r"\d{1,3}(?:[.,]\d{3}(?!\d))+(?:[.,]\d{1,2}(?!\d))?|\d{1,3}(?:['’\u00a0\u202f ]\d{3}(?!\d))+(?:[.,]\d{1,2}(?!\d))?|\d+(?:[.,]\d+)?"
)
_TRIGGER = {
    "de": re.compile(
        r"(?<![\w@#])\d|\b(?:[Ee]in|[Zz]w|[Dd]rei|[Vv]ier|[Ff]ünf|[Ss]ech|[Ss]ieb|[Aa]cht|[Nn]eun|[Zz]ehn|[Ee]lf|[Hh]undert|[Tt]ausend|[Aa]nderthalb|[Nn]ull|"
        r"Hälfte|[Jj]ede|Million\b|Milliarde\b|Drittel|Viertel)[^\W\d_]*"
    ),
    "en": re.compile(
        r"(?<![\w@#])\d|\b(?:[Oo]ne|[Tt]w|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|[Ss]even|[Ee]ight|[Nn]in|[Tt]en|[Ee]leven|[Tt]hirt|[Ff]ort|[Ff]ift|[Hh]alf|"
        r"million|billion|dozen|hundred|thousand)[a-z]*|\b[Aa](?= (?:million|billion|dozen|third|quarter|fifth|tenth|half)\b)"
    ),
}
_SCALE = {
    "de": re.compile(rf"(?:[ \u00a0\u202f-]?{words.DE_SCALE}|(?<=\d)[mk]\b)"),
    "en": re.compile(rf"[ \u00a0\u202f-]?{words.EN_SCALE}"),
}
_WORD = {"de": re.compile(words.DE_WORD + r"\b", re.IGNORECASE), "en": re.compile(words.EN_WORD + r"\b", re.IGNORECASE)}
_CURRENCY_BEFORE = re.compile(f"{words.CURRENCY_BEFORE}[ \u00a0\u202f]?$")


def _scan(text: str, lang: str) -> Iterator[Draft]:
    """Every number and share in order, read on its own."""
    end = 0
    for trigger in _TRIGGER[lang].finditer(text):
        start = trigger.start()
        if start < end:
            continue
        draft, past = _at(text, start, end, lang)
        end = max(end, past)
        if draft is not None:
            end = draft.end
            yield draft


def _at(text: str, start: int, last: int, lang: str) -> tuple[Draft | None, int]:
    """The quantity whose number starts at ``start``, if any, and how far the text is dealt with."""
    share = _share_at(text, start, last, lang)
    if share is not None:
        return share, share.end
    is_digit = text[start].isdigit()
    skip = (patterns.SKIP if is_digit else patterns.SKIP_SPELLED)[lang].match(text, start)
    if skip:
        return None, skip.end()
    before = text[max(0, start - 40) : start]
    return _digits(text, start, before, last, lang) if is_digit else _spelled(text, start, before, lang)


def _digits(text: str, start: int, before: str, last: int, lang: str) -> tuple[Draft | None, int]:
    number = _NUMBER.match(text, start)
    assert number is not None
    end = number.end()
    if end - start > 24:
        return None, end
    if _is_inside_reference(before, text[end : end + 1]):
        return None, end
    scale = _SCALE[lang].match(text, end)
    currency = _CURRENCY_BEFORE.search(before[-min(10, start - last) :]) if start > last else None
    if scale is None and text[end : end + 1].isalpha():
        return None, end
    d = Draft(start - len(currency.group()) if currency else start, end, read_number(number.group(), lang))
    if scale:
        _apply_scale(d, scale, lang)
    elif currency is None and (_is_list_number(text, start, end, before) or _is_ordinal(text, end, number.group(), before)):
        return None, end
    d.is_year = scale is None and currency is None and _YEAR.fullmatch(number.group()) is not None
    if scale and scale.group().strip(" \u00a0\u202f-") in "mk" and currency is None:
        _judge_letter(text, d, lang)
    found = _complete(text, d, before, currency.group().strip() if currency else None, lang)
    if found and currency is None and _is_loose(found) and patterns.LED[lang].search(before[-24:]):
        pair = _PAIRED.match(text, d.end)
        return None, pair.end() if pair else d.end
    return found, d.end


_PAIRED = re.compile(r"\s?(?:[–-]|bis|to)\s?\d+\b|\s(?:und|and)\s\d+\b(?=\s?(?:[.,;)]|$))")
"""The other end of "Seiten 12–14"."""


def _spelled(text: str, start: int, before: str, lang: str) -> tuple[Draft | None, int]:
    word = _WORD[lang].match(text, start)
    if word is None:
        return _bare_scale(text, start, before, lang)
    end = word.end()
    if before[-1:] == "-":
        return None, end
    value = words.read_word(word.group(), lang)
    d = Draft(start, end, value, spelled=True, is_one=word.group().casefold() in words.ONES)
    scale = _SCALE[lang].match(text, end)
    if scale and not scale.group().startswith("-"):
        _apply_scale(d, scale, lang)
    if value is None:
        return None, end
    found = _complete(text, d, before, None, lang)
    if found and _is_loose(found) and patterns.LED[lang].search(before[-24:]):
        found = None
    return found, d.end if found else end


def _is_loose(d: Draft) -> bool:
    """True for a number whose unit is no word right behind it: "Seite 31" but not "Seite 31 Stunden"."""
    return d.exponent == 0 and d.unit in (None, UnitKind.COUNT, UnitKind.PEOPLE)


_BARE_SCALE = re.compile(r"Milliarde|Million|million|billion|dozen|hundred|thousand")
_BARE_LEAD = re.compile(r"\b(?:[Dd]ie|[Dd]er|weitere|ganze|knappe|gute|halbe[n]?|dreiviertel|half a|another|the)\s$")


def _bare_scale(text: str, start: int, before: str, lang: str) -> tuple[Draft | None, int]:
    """ "die Milliarde", "eine weitere Million": a scale word that is its own number."""
    scale = _BARE_SCALE.match(text, start)
    if scale is None or not scale.group()[0].isupper() or not _BARE_LEAD.search(before):
        return None, start + 1
    half = "halbe" in before[-8:]
    d = Draft(start, scale.end(), Decimal("0.5") if half else Decimal(1), spelled=True)
    d.exponent = words.scale_of(scale.group(), lang)
    assert d.value is not None
    d.value = d.value.scaleb(d.exponent)
    return _complete(text, d, before, None, lang), d.end


def _apply_scale(d: Draft, scale: re.Match[str], lang: str) -> None:
    d.exponent = words.scale_of(scale.group().strip(" \u00a0\u202f-"), lang)
    d.end = scale.end()
    if d.value is not None:
        d.value = d.value.scaleb(d.exponent)


def _complete(text: str, d: Draft, before: str, currency: str | None, lang: str) -> Draft | None:
    """``d`` with unit, noun and qualifier; None where it turns out to be a year, a time, an age, or one of nothing."""
    _read_unit(text, d, currency, lang)
    d.qualifier = words.qualifier_before(before.removesuffix(" ").removesuffix(currency) if currency else before) or Qualifier.EXACT
    if d.unit is None and d.noun in _COMPOUND:
        return None
    if d.is_year and _stays_year(text, d, before):
        return None
    if d.value == 0 and d.spelled and d.unit not in (UnitKind.MONEY, UnitKind.PERCENT):
        return None
    if d.is_one and not d.exponent and not _one_counts(d, lang):
        return None
    if d.unit in (None, UnitKind.DURATION) and _is_time_or_age(text, d, before, lang):
        return None
    if d.unit in (UnitKind.COUNT, UnitKind.DURATION) and not d.exponent and (d.value or 0) < 30 and _is_headline_number(text, d):
        return None
    return d


@lru_cache(maxsize=4096)
def read_number(digits: str, lang: str) -> Decimal | None:
    """Value of a number in digits by the format of its language; None where it can be read in two ways ("1.500" in English)."""
    from babel.numbers import NumberFormatError, parse_decimal

    plain = re.sub("[ '’\u00a0\u202f]", "", digits)
    group, decimal = (".", ",") if lang == "de" else (",", ".")
    if re.fullmatch(rf"[1-9]\d{{0,2}}{re.escape(decimal)}\d{{3}}", plain):
        return None
    if re.fullmatch(rf"\d+{re.escape(group)}\d{{1,2}}", plain):
        plain = plain.replace(group, decimal)  # 4.10 Franken
    try:
        return Decimal(parse_decimal(plain, locale="de_DE" if lang == "de" else "en_GB", strict=True))
    except (NumberFormatError, InvalidOperation):
        return None


# ------------------------------------------------------------------ numbers that are none

_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_IN_YEAR = re.compile(
    r"\b(?:[Ii]n|[Ii]m|[Ss]eit|[Ss]ince|[Bb]y|[Uu]ntil|[Bb]is|[Aa]b|[Vv]or|[Nn]ach|Jahr(?:e[ns]?)?|[Yy]ear|of|[Ff]ür|Ende|Anfang|Mitte|late|early|Sommer|Winter|Herbst|"
    r"Frühjahr|Frühling|Advent|summer|winter|spring|autumn|Quartal|Halbjahr|Geschäftsjahr|hat|hatte|haben|ist|war|wurde|erst|schon|noch|bereits)\s$"
)
_RANGE_NEXT = re.compile(r"\s?(?:bis|–|-|to)\s?\d{4}\s[A-ZÄÖÜa-z]")


def _stays_year(text: str, d: Draft, before: str) -> bool:
    """True for four digits without separator that nothing makes a number."""
    if d.unit in (UnitKind.MONEY, UnitKind.PERCENT, UnitKind.DURATION):
        return False
    if patterns.MONTH_BEFORE.search(before) and before.endswith(" ") and (d.value or 0) >= 1900:
        return True
    if re.search(r"\b(?:bis zu|up to|rund|etwa|about|around)\s$", before) or (d.unit is not None and (d.value or 0) < 1950):
        return False
    if _RANGE_NEXT.match(text, d.end) and not _YEAR.match(text, d.end + 5):
        return False
    if d.unit is UnitKind.COUNT and (d.value or 0) >= 1900 and re.match(r"\s[a-zäöü]", text[d.end : d.end + 2]):
        return True  # 2015 hatte Fury …
    return d.unit is None or _IN_YEAR.search(before) is not None or (d.unit is UnitKind.COUNT and before.rstrip()[-1:] not in ("", ".", ","))


def _is_inside_reference(before: str, after: str) -> bool:
    """True for a number glued to other numbers or letters, as in "2006;16(3):188–90" or "v1.2", and for a year in brackets."""
    if before[-1:] in "./:;" and re.search(r"[\w)][./:;]$", before):
        return True
    if before[-1:] in "-–(" and re.search(r"(?:[^\W\d]-|[:;]\d{1,5}[–-]|\d\()$", before):
        return True
    return after == "(" and before[-1:] in " ;" and re.search(r"\d[;:]\s?$", before) is not None


def _is_list_number(text: str, start: int, end: int, before: str) -> bool:
    """True for "1. " or "2) " or "3 – " at the start of a line."""
    return before.rpartition("\n")[2].strip(" (#") == "" and re.match(r"[.)]\s|\s[–—-]\s", text[end : end + 3]) is not None


def _is_ordinal(text: str, end: int, digits: str, before: str) -> bool:
    """True for "5." in front of what is counted in order: "der 5. Platz"."""
    if len(digits) > 3 or not re.match(r"\.(?:\s\S|,)", text[end : end + 3]):
        return False
    return not re.search(r"\b(?:auf|um|von|bei|rund|etwa|mit|statt|bis|nur|auch|waren|sind|es|to|from|by|of|fehlen|at)\s$", before)


def _is_headline_number(text: str, d: Draft) -> bool:
    """True for the number of a headline that counts what follows it or sets a scene: "Fünf Zitate von …", "Drei Akkorde und ein Traum"."""
    start = text.rfind("\n", max(0, d.start - 130), d.start) + 1
    end = text.find("\n", d.end, d.end + 130)
    line = text[start:end] if end >= 0 and (start or d.start < 130) else ""
    if not line or len(line) > 110 or line.rstrip('“”»«"’ ').endswith((".", "!", ":", ",")):
        return False
    return d.spelled or patterns.LIST_NOUN.match(text, d.end) is not None


def _one_counts(d: Draft, lang: str) -> bool:
    """ "ein Euro" and "one per cent" are quantities; "eine Stunde" only with a qualifier, "ein Mann" never."""
    if d.unit is UnitKind.DURATION:
        return d.qualifier is not Qualifier.EXACT or (
            lang == "en" and d.value == 1 and d.end - d.start > 5 and d.spelled and d.qualifier is not Qualifier.EXACT
        )
    return d.unit in (UnitKind.MONEY, UnitKind.PERCENT)


def _is_time_or_age(text: str, d: Draft, before: str, lang: str) -> bool:
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
        return not d.spelled and (d.noun or "").startswith("Jahr") and 5 < value < 100 and _speaks_of_age(before, d.noun == "Jahren")
    after = text[d.end : d.end + 12]
    if d.spelled and value >= 20 and value % 10 == 0 and re.search(r"\b(?:unter|under|um die)\s$", before):
        return True
    if d.spelled and value <= 12 and patterns.CLOCK_OR_AGE[lang].search(before) and not after.startswith((" davon", " of")):
        return True
    if not d.spelled and 3 < value < 100:
        if re.search(
            r"(?:[,(]\s?|\b(?:mit|ist|war|bin|sei|sind|mal|um die|be|is|was|am|turned|Ab|ab)\s(?:heute\s|jetzt\s|erst\s|auch mal\s|mal\s|"
            r"ich\s|only\s)*)$",
            before,
        ) and re.match(r"\s?[,).;“”»]|\s(?:und|and|when|Jahre|war|starb|gelebt)\b", after):
            return True
        pair = re.match(r"\s(?:und|and|bis|to)\s\d|\s?[–-]\s?\d", after)
        if pair:
            return (
                re.match(r"(?:\s(?:und|and|bis|to)\s|\s?[–-]\s?)\d{1,2}(?:\s(?:Jahre|years)|\s?(?:[,.;)]|$))", text[d.end : d.end + 18]) is not None
                and d.unit is None
            )
        return patterns.AGE_GROUP[lang].search(before) is not None and not re.match(r"\s?(?:davon|of|auf)\b", after)
    return False


def _speaks_of_age(before: str, dative: bool) -> bool:
    if re.search(r"\b(?:[Ss]eit|[Vv]or|[Ii]n|[Nn]ach|[Ii]nnerhalb von|[Bb]innen)\s(?:\w+\s)?$", before):
        return False
    if re.search(r"\w*[Aa]lters?(?:grenze)?\b.{0,30}$", before):
        return True
    return (
        dative
        and re.search(r"\b(?:[Aa]b|[Uu]nter|[Üü]ber|[Zz]wischen|[Mm]it|[Vv]on|[Bb]is|[Bb]ei)\s(?:etwa\s|rund\s|\d+\sund\s)?$", before) is not None
    )


_LENGTH = re.compile(r"\s(?:high|tall|long|wide|deep|away|below|above|from|sprint|race|hurdles|pool|tief|hoch|lang)\b")
_COUNTABLE = re.compile(r"\s(?:[a-z-]+\s){0,2}[a-z-]{3,}s\b|\s(?:people|children|a (?:year|month|week|day))\b")


def _judge_letter(text: str, d: Draft, lang: str) -> None:
    """ "30m" without a currency is a length or a number of millions: only a noun that is counted decides."""
    after = text[d.end : d.end + 40]
    if lang == "de" or _LENGTH.match(after) or not _COUNTABLE.match(after):
        d.value = None


# ------------------------------------------------------------------ what is counted

_ADJECTIVE = r"(?:ganzen?|vollen?|weiteren?|langen?|letzten|volle|gute|knappe|more|full|whole|further|other|long|consecutive|working|extra)"
_UNIT_AFTER = re.compile(
    rf"""[ \u00a0\u202f-]?(?:(?P<money>{words.CURRENCY_AFTER})|(?P<percent>{words.PERCENT})|(?:{_ADJECTIVE}[ ])?(?P<duration>{words.DURATION})"""
    r"""|(?P<times>[Mm]al\b|times\b)|(?P<headed>köpfige?[nrs]?\b|strong\b)|(?P<points>Punkten?\b|points?\b)"""
    r"""|(?P<measure>(?:mm|cm|km|m|kg|g|mg|ml|l|ha|kW|MW|GW|kWh|MWh|GB|MB|TB|Hz|GHz|mph|ft|lb|oz)\b|°C?|Ct\b|Grad\b))"""
)
_NO_ADJECTIVE = (
    r"(?!(?:die|der|das|den|dem|des|eine[nmrs]?|seine[nmrs]?|ihre[nmrs]?|keine[nmrs]?|wurden?|waren?|haben|hatten|hätten|werden|würden|wollen|sollen|können|"
    r"konnten|müssen|sagten?|meter|mehr|wie|als|über|unter|aber|oder|jeder?)\s)"
)
_DE_NOUN = re.compile(
    rf"[ \u00a0](?:[„»(]?{_NO_ADJECTIVE}(?:[a-zäöüß][\w*:_-]*(?:e|en|er|es|em|ens)|monatlich|täglich|wöchentlich|weltweit|neu|"
    rf"teils)\s(?:und\s)?){{0,3}}"
    r"[„»]?(?P<noun>[A-ZÄÖÜ][\w*:_’-]*\w)"
)
_DE_OF = re.compile(r"[ \u00a0](?:davon|von ihnen|der|unserer|ihrer|seiner|dieser)\s(?:\d+\s)?(?P<noun>[A-ZÄÖÜ][\w*:_’-]*\w)?")
_EN_TOKEN = re.compile(r"[ \u00a0]([A-Za-z][\w’'-]*)")
_COMPOUND = ("-",)
"""Stands as noun of a number in a compound: a "30-Sekunden-Clip" is a kind of clip."""
_NEAR_PERCENT = re.compile(r"%|Prozent|per ?cent")


def _read_unit(text: str, d: Draft, currency: str | None, lang: str) -> None:
    """Fill in unit, currency and noun from what stands around the number, and move its end over the unit's word."""
    found = _UNIT_AFTER.match(text, d.end)
    kind = found.lastgroup if found else None
    if currency is not None:
        d.unit, d.currency = UnitKind.MONEY, words.currency_of(currency)
        if found and kind == "money" and words.currency_of(found["money"]) == d.currency:
            d.end = found.end()
    elif found is None or (kind == "points" and not _NEAR_PERCENT.search(text, max(0, d.start - 200), d.start)):
        d.noun = _noun_de(text[d.end : d.end + 90]) if lang == "de" else _noun_en(text[d.end : d.end + 90])
        if d.noun:
            d.unit = UnitKind.PEOPLE if words.is_people(d.noun, lang) else UnitKind.COUNT
    elif kind == "money":
        _read_currency(d, found["money"])
        d.end = found.end()
    elif kind == "duration" and found.group().startswith("-") and text[found.end() : found.end() + 1] == "-":
        d.noun, d.end = _COMPOUND[0], found.end()
    elif kind == "measure":
        d.unit, d.noun = UnitKind.COUNT, found[kind]
    elif kind == "headed":
        d.unit = UnitKind.PEOPLE
    else:
        d.unit = {"duration": UnitKind.DURATION, "times": UnitKind.COUNT}.get(str(kind), UnitKind.PERCENT)
        d.noun = found[kind] if kind in ("duration", "times") else None
        d.end = found.end()


def _read_currency(d: Draft, word: str) -> None:
    d.unit, d.currency = UnitKind.MONEY, words.currency_of(word)
    if word.casefold() in words.HUNDREDTHS and d.value is not None:
        d.value = d.value.scaleb(-2)


def _noun_de(after: str) -> str | None:
    found = _DE_NOUN.match(after) or _DE_OF.match(after)
    return found["noun"] if found else None


def _noun_en(after: str) -> str | None:
    """Head of the noun phrase that follows: the first word for people, else the last before a word that ends the phrase."""
    at, last = 0, None
    for _ in range(5):
        found = _EN_TOKEN.match(after, at)
        if found is None or found.group(1).casefold() in words.EN_STOP:
            break
        word = found.group(1)
        at = found.end()
        following = _EN_TOKEN.match(after, at)
        goes_on = following is not None and following.group(1).endswith("s") and following.group(1).casefold() not in words.EN_STOP
        if word.casefold() in words.PEOPLE_EN and not goes_on:
            return word
        if last is None or word.endswith("s"):
            last = word
        if word.endswith("s") and not goes_on:
            break
    return last


# ------------------------------------------------------------------ parts of a whole

_PART_DE = re.compile(
    r"(?:(?P<many>\w+)\s)?(?:gutes?\s|knappes?\s)?(?P<part>Drittel|Viertel|Fünftel|Sechstel|Siebtel|Achtel|Neuntel|Zehntel|Zwanzigstel|Hundertstel)n?\b"
)
_EACH_DE = re.compile(
    r"[Jj]ede(?::r|\*r|[rsmn])?\s(?P<each>[Zz]weite|[Dd]ritte|[Vv]ierte|[Ff]ünfte|[Ss]echste|[Ss]iebte|[Aa]chte|[Nn]eunte|[Zz]ehnte|[Zz]wölfte|[Ff]ünfzehnte|[Zz]wanzigste|"
    r"[Ff]ünfzigste|[Hh]undertste|[Tt]ausendste)[nrsm]?\b(?!\s(?:Tag|Woche|Monat|Jahr|Mal|\w+tag\b))"
)
_OF_DE = re.compile(
    r"(?P<one>[Ee]iner|[Ee]ine|[Ee]ines|[Zz]wei|[Dd]rei|[Vv]ier|[Ff]ünf|[Ss]echs|[Ss]ieben|[Aa]cht|[Nn]eun)\svon\s(?P<of>zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwanzig|hundert)\b"
)
_HALF_DE = re.compile(r"Hälfte\b")
_PART_EN = re.compile(
    r"(?:(?P<many>[Aa]|[Oo]ne|[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]even|[Nn]ine)[\s-])(?P<part>half|third|quarter|fifth|sixth|seventh|eighth|ninth|tenth)s?\b"
    r"(?!\s(?:place|time|party|year|week|person|day|season|round|edition|straight|consecutive)|-)"
)
_HALF_EN = re.compile(r"(?P<each>[Hh]alf)(?=\s(?:of|the|its|their|his|her|all|had|said|were|have|are)\b)")
_OF_EN = re.compile(
    r"(?P<one>[Oo]ne|[Tt]wo|[Tt]hree|[Ff]our|[Nn]ine|\d{1,2})\s(?:in|out\sof)\s(?:every\s)?(?P<of>a\shundred|a\sthousand|two|three|four|five|six|seven|eight|nine|ten|twenty|100|1,000|\d{1,2})\b"
    r"(?!\s(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?)|[:.,]\d)"
)


_SHARE_STARTS = {"de": frozenset("HJjDVFESZdvfesza AN"), "en": frozenset("HhAaOoTtFfSsNn0123456789")}


def _share_at(text: str, start: int, last: int, lang: str) -> Draft | None:
    """ "ein Drittel", "zwei Drittel", "die Hälfte", "jeder Dritte", "one in five", "two thirds" as percent."""
    if text[start] not in _SHARE_STARTS[lang]:
        return None
    if lang == "de":
        found = _HALF_DE.match(text, start) or _EACH_DE.match(text, start) or _PART_DE.match(text, start) or _OF_DE.match(text, start)
    else:
        found = _HALF_EN.match(text, start) or _PART_EN.match(text, start) or _OF_EN.match(text, start)
    if found is None:
        return None
    value = _share(found.groupdict(), lang)
    if value is None:
        return None
    begin = start
    article = re.search(r"\b(?:[Dd]ie|[Dd]er|[Dd]as)\s(?:gute\s|knappe\s)?$", text[max(last, start - 12) : start]) if lang == "de" else None
    if article:
        begin -= len(article.group())
    d = Draft(begin, found.end(), value, unit=UnitKind.PERCENT)
    d.qualifier = words.qualifier_before(text[max(0, begin - 32) : begin]) or Qualifier.EXACT
    return d


def _share(groups: dict[str, str | None], lang: str) -> Decimal | None:
    each, part, of, one, many = (groups.get(k) for k in ("each", "part", "of", "one", "many"))
    if each:
        return _percent(Decimal(1), words.ORDINALS.get(each.casefold(), 0))
    if one and of:
        low, high = (Decimal(x.replace(",", "")) if x[0].isdigit() else words.read_word(x, lang) for x in (one, of))
        return _percent(low, high) if low and high and low < high else None
    if part is None:
        return Decimal(50)
    times = words.read_word(many, lang) if many else None
    if times is None:
        times = Decimal(1) if many is None or many.casefold() in {"das", "ein", "letzte", "erste", "weiteres"} else None
    whole = words.DENOMINATOR.get(part.casefold(), 0)
    return _percent(times, whole) if times and times < whole else None


def _percent(part: Decimal | None, whole: Decimal | int) -> Decimal | None:
    if not part or not whole:
        return None
    return (part * 100 / whole).quantize(Decimal("0.1"))


# ------------------------------------------------------------------ finish

_COUNTRIES = {
    "AUD": re.compile(r"\bA\$|\bAustralian?\b|\bSydney\b|\bMelbourne\b|\bCanberra\b|\bNew South Wales\b|\bQueensland\b"),
    "NZD": re.compile(r"\bNZ\$|\bNew Zealand\b|\bWellington\b|\bAuckland\b"),
    "CAD": re.compile(r"\bC\$|\bCanadian?\b|\bToronto\b|\bOttawa\b"),
}
_UNITED_STATES = re.compile(r"\bUS\$|\bU\.S\.|\bUS\b|\bWashington\b|\bNew York\b|\bCalifornia\b|\bTexas\b")


def _dollar(text: str) -> str:
    """What a bare dollar sign means in an article: another country's where the article is about that country and not about the United States."""
    for code, country in _COUNTRIES.items():
        if country.search(text) and not _UNITED_STATES.search(text):
            return code
    return "USD"


_LARGEST = Decimal(10) ** 20


def _plain(value: Decimal | None) -> Decimal | None:
    """``value`` with at most six decimals and without exponent, as the warehouse keeps it; None for what is too large to be meant."""
    if value is None or abs(value) >= _LARGEST:
        return None
    if value == value.to_integral_value():
        return value.quantize(Decimal(1))
    return value.quantize(Decimal("0.000001")).normalize()


def _finish(d: Draft, dollar: str) -> Quantity:
    assert d.unit is not None
    return Quantity(
        start=d.start,
        end=d.end,
        value=_plain(d.value),
        value_high=_plain(d.high),
        qualifier=d.qualifier,
        unit_kind=d.unit,
        currency=dollar if d.currency == "USD" else d.currency,
        noun=d.noun,
        confidence=0.95 if d.value is not None and (d.noun or d.unit in (UnitKind.MONEY, UnitKind.PERCENT)) else 0.7,
    )
