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
from transforms.extract import quantity_doubts as doubts
from transforms.extract import quantity_patterns as patterns
from transforms.extract import quantity_words as words
from transforms.extract.quantity_context import Draft, inherit_units, merge_ranges
from transforms.extract.quantity_shares import share_at
from transforms.extract.quantity_units import COMPOUND, read_unit
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
_NOT_ONE = (
    r"(?!(?:e[mnrs]?)? (?:"
    r"(?!bis |und |oder |von |zu |gut|knapp|halb|voll|ganz|weiter|lang|letzt|drei|vier|euro|cent|dollar|pfund|yuan|yen|won|mal\b)[a-zäöüß]"
    r"|(?!US|EU|Eu|Ce|Do|Pf|GB|Sch|F[rü]|CH|Ra|Yu|Re|Ye|Ru|Kr|Z|Li|Fo|Wo|We|Pe|Hr|M[aioBW]|D-|D[ru]|Pro|S[ei]|Stu|Ta|J|Q|N[äae]|Bi|Hu|Vi|Ac|Gr"
    r"|Pu|TB|Hz|GH|GW|Ct)"
    r"[A-ZÄÖÜ]))"
)
"""After "ein" as an article: a word that neither is a unit nor leads to one."""
_TRIGGER = {
    "de": re.compile(
        r"\d(?<![\w@#]\d)|[EeZzDdVvFfSsAaNnHhTtJjM](?<!\w\w)(?:"
        rf"(?<=[Ee])in{_NOT_ONE}|(?<=[Zz])w|(?<=[Dd])rei|(?<=[Vv])ier|(?<=[Ff])ünf|(?<=[Ss])(?:ech|ieb)|(?<=[Aa])(?:cht|nderthalb)|(?<=[Nn])(?:eun|ull)|"
        r"(?<=[Zz])ehn|(?<=[Ee])lf|(?<=H)älfte|(?<=[Hh])undert|(?<=[Tt])ausend|(?<=[Jj])ede|(?<=M)illi(?:on\b|arde\b)|(?<=D)rittel|(?<=V)iertel)[^\W\d_]*"
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
    share = share_at(text, start, last, lang)
    if share is not None:
        return share, share.end
    is_digit = text[start].isdigit()
    skip = (patterns.SKIP if is_digit else patterns.SKIP_SPELLED)[lang].match(text, start)
    if skip:
        return None, skip.end()
    before = text[max(0, start - 72) : start]
    return _digits(text, start, before, last, lang) if is_digit else _spelled(text, start, before, lang)


def _digits(text: str, start: int, before: str, last: int, lang: str) -> tuple[Draft | None, int]:
    number = _NUMBER.match(text, start)
    assert number is not None
    end = number.end()
    if end - start > 24:
        return None, end
    if doubts.is_inside_reference(before, text[end : end + 1]):
        return None, end
    scale = _SCALE[lang].match(text, end)
    currency = _CURRENCY_BEFORE.search(before[-min(10, start - last) :]) if start > last else None
    if scale is None and text[end : end + 1].isalpha():
        return None, end
    d = Draft(start - len(currency.group()) if currency else start, end, read_number(number.group(), lang))
    if scale:
        _apply_scale(d, scale, lang)
    elif currency is None and (doubts.is_list_number(text, start, end, before) or doubts.is_ordinal(text, end, number.group(), before)):
        return None, end
    d.is_year = scale is None and currency is None and doubts.YEAR.fullmatch(number.group()) is not None
    if scale and scale.group().strip(" \u00a0\u202f-") in "mk" and currency is None:
        doubts.judge_letter(text, d, lang)
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
        return _headed(text, start, lang) or _bare_scale(text, start, before, lang)
    end = word.end()
    if before[-1:] == "-" or doubts.is_name(word.group(), before):
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


_HEADED = re.compile(rf"(?P<number>{words.DE_WORD})köpfige?[mnrs]?\b", re.IGNORECASE)


def _headed(text: str, start: int, lang: str) -> tuple[Draft, int] | None:
    """ "eine fünfköpfige Jury": five people in one word."""
    found = _HEADED.match(text, start) if lang == "de" else None
    value = words.read_word(found["number"], lang) if found else None
    if found is None or value is None:
        return None
    return Draft(start, found.end(), value, spelled=True, unit=UnitKind.PEOPLE), found.end()


def _is_loose(d: Draft) -> bool:
    """True for a number whose unit is no word right behind it: "Seite 31" but not "Seite 31 Stunden"."""
    return d.exponent == 0 and d.unit in (None, UnitKind.COUNT, UnitKind.PEOPLE)


_BARE_SCALE = re.compile(r"Milliarde|Million|million|billion|dozen|hundred|thousand")
_BARE_LEAD = re.compile(r"\b(?:[Dd]ie|[Dd]er|weitere|ganze|knappe|gute|halbe[n]?|dreiviertel|half a|another|the)\s$")


def _bare_scale(text: str, start: int, before: str, lang: str) -> tuple[Draft | None, int]:
    """A number like "die Milliarde" or "eine weitere Million": a scale word that is its own number."""
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
    read_unit(text, d, currency, lang)
    d.qualifier = words.qualifier_before(before.removesuffix(" ").removesuffix(currency) if currency else before) or Qualifier.EXACT
    if d.unit is None and d.noun in COMPOUND:
        return None
    if d.is_year and doubts.stays_year(text, d, before):
        return None
    if d.unit in (None, UnitKind.COUNT) and doubts.is_measure_or_name(text, d):
        return None
    if d.value == 0 and d.spelled and d.noun is None and d.unit not in (UnitKind.MONEY, UnitKind.PERCENT):
        return None
    if d.is_one and not d.exponent and not doubts.one_counts(d, before):
        return None
    if d.unit in (None, UnitKind.DURATION) and doubts.is_time_or_age(text, d, before, lang):
        return None
    if d.unit in (UnitKind.COUNT, UnitKind.DURATION) and not d.exponent and (d.value or 0) < 30 and doubts.is_headline_number(text, d):
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


# ------------------------------------------------------------------ finish

_COUNTRIES = {
    "AUD": re.compile(r"\bA\$|\bAustralian?\b|\bSydney\b|\bMelbourne\b|\bCanberra\b|\bNew South Wales\b|\bNSW\b|\bQueensland\b"),
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
