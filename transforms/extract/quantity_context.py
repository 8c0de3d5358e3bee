"""What the neighbours of a number say about it: ranges, scales and units that it shares with the next or the last one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from presslake.schema import Qualifier, UnitKind
from transforms.extract import quantity_words as words


@dataclass(slots=True)
class Draft:
    """A number on its way to a quantity."""

    start: int
    end: int
    value: Decimal | None
    qualifier: Qualifier = Qualifier.EXACT
    high: Decimal | None = None
    unit: UnitKind | None = None
    """None while nothing says what is counted."""
    currency: str | None = None
    noun: str | None = None
    exponent: int = 0
    """Power of ten of its scale word."""
    spelled: bool = False
    is_one: bool = False
    is_year: bool = False


# ------------------------------------------------------------------ ranges

_BETWEEN = re.compile(r"\b(?:[Zz]wischen|[Bb]etween|[Ff]rom)\s+$")
_TO = re.compile(r"\s?(?:bis(?:\s+zu)?|to|[–-])\s?")
_AND = re.compile(r"\s(?:und|and)\s")
_FROM = re.compile(r"\b(?:from|fell|rose|down|up)\s+$", re.IGNORECASE)


def merge_ranges(text: str, drafts: list[Draft]) -> None:
    """Join "10 bis 15 Prozent" and "zwischen 10 und 15": the first takes scale, unit and currency of the second."""
    k = 0
    while k + 1 < len(drafts):
        if _are_range(text, drafts[k], drafts[k + 1]):
            _join(drafts[k], drafts.pop(k + 1))
        k += 1


def _are_range(text: str, low: Draft, high: Draft) -> bool:
    link = text[low.end : high.start]
    if len(link) > 9 or low.value is None or high.value is None or (low.unit not in (None, high.unit) and low.unit is not UnitKind.COUNT):
        return False
    before = text[max(0, low.start - 12) : low.start]
    if _AND.fullmatch(link):
        joined = _BETWEEN.search(before) is not None
    else:
        ranged = re.search(r"ranged? from\s+$", text[max(0, low.start - 24) : low.start])
        joined = _TO.fullmatch(link) is not None and (not _FROM.search(before) or ranged is not None)
    return joined and _raised(low, high) < high.value


def _raised(low: Draft, high: Draft) -> Decimal:
    """Value of the lower end, with the upper end's scale where it has none."""
    assert low.value is not None
    if high.exponent and not low.exponent and low.value < 1000:
        return low.value.scaleb(high.exponent)
    return low.value


def _join(low: Draft, high: Draft) -> None:
    low.value, low.high = _raised(low, high), high.value
    low.end, low.qualifier, low.exponent = high.end, Qualifier.RANGE, high.exponent
    low.unit, low.currency, low.noun = high.unit or low.unit, high.currency or low.currency, high.noun or low.noun


# ------------------------------------------------------------------ units

_CHANGE = re.compile(
    r"[,;]?\s?(?:auf|to|statt|instead of|rather than|bis|und|and|or|oder|nach|gegenüber|von|of|nicht|not|sondern|but|,)"
    r"(?:\s(?:derzeit|zuletzt|rund|etwa|jetzt|now|about|nur noch|nur|noch|only|now|current))*\s|\s(?:nur noch|nur|noch)\s"
)
_ELLIPSIS = re.compile(
    r"[,;:]?[ ](?:(?:und|and|auf|im|in|bei|on|at)[ ])?(?:[\w’-]+,?[ ]){0,4}"
    r"(?:auf[ ]|bei[ ]|um[ ]|mit[ ]|on[ ]|at[ ]|to[ ]|gleich[ ]|knapp[ ]|rund[ ]|etwa[ ]|about[ ])?\(?"
)
"""What stands between two numbers of one list: "3,4 Milliarden auf Google, 2,6 auf Meta"."""

_AGAINST = re.compile(r"[^.!?\n]*\b(?:against|compared with|up from|down from|gegenüber|nach zuvor)\s(?:(?:more than|rund|about|etwa|zuletzt)\s)?")
_MONEY_WORD = re.compile(
    r"\b(?:Umsatz\w*|Gewinn\w*|Verlust\w*|Erlös\w*|Kosten|kostet\w*|Strafe\w*|Schaden\w*|Etat\w*|Budget\w*|Werbebudget\w*|Einnahmen|Ausgaben|Preis\w*|Bewertung|Investition\w*|"
    r"Schulden|Spende\w*|Miete|Gehalt|Honorar\w*|Mittel|Geld|verdien\w+|zahl(?:t|te|en|ten)|investier\w+|revenue|profit|loss|costs?|prices?|fine[sd]?|valuation|sales|fees?|paid|spent|"
    r"earned|earnings|expenditure|forecast|estimate|geben|ausgegeben)\b"
)
_NAME_BEFORE = re.compile(r"(?:^|[\s„»(])(?P<word>[A-ZÄÖÜ][\w’-]{1,})\s$")


def inherit_units(text: str, drafts: list[Draft], lang: str) -> None:
    """Give a number without noun the unit of what it is compared with or of what its sentence is about; drop numbers that belong to a name."""
    for k in range(len(drafts) - 2, -1, -1):
        d, following = drafts[k], drafts[k + 1]
        if d.unit is None and following.unit is not None and len(gap := text[d.end : following.start]) < 30 and _CHANGE.fullmatch(gap):
            _take(d, following)
    _scale_brackets(text, drafts)
    twins = {d.value: d for d in drafts if d.unit is not None and d.exponent}
    money: Draft | None = None
    for k, d in enumerate(drafts):
        if d.unit is None:
            _decide(text, drafts, k, _Seen(money, twins.get(d.value)), lang)
        if d.unit is UnitKind.MONEY:
            money = d
    drafts[:] = [d for d in drafts if d.unit is not None]


_BRACKET_OPENS = re.compile(r"\s?\((?:[A-ZÄÖÜa-zäöü][\w-]*:?\s){1,3}")


def _scale_brackets(text: str, drafts: list[Draft]) -> None:
    """ "102 (Vorjahr: 94) Millionen Euro": two numbers share the scale and unit behind the bracket."""
    for d, inner in pairwise(drafts):
        if d.unit or inner.unit not in (None, UnitKind.COUNT) or d.exponent or inner.exponent or text[inner.end : inner.end + 1] != ")":
            continue
        shared = words.SHARED_UNIT.match(text, inner.end + 1) if _BRACKET_OPENS.fullmatch(text[d.end : inner.start]) else None
        if shared is None:
            continue
        for number in (d, inner):
            if number.value is not None:
                number.exponent = words.scale_of(shared["scale"] or "", "de")
                number.value = number.value.scaleb(number.exponent)
            number.unit = UnitKind.PERCENT if shared["percent"] else UnitKind.MONEY
            number.currency = words.currency_of(shared["money"]) if shared["money"] else None


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the rest of the text offers a number without unit."""

    money: Draft | None
    """The last amount before it."""
    twin: Draft | None
    """A number of the same value and scale that has a unit."""


def _take(d: Draft, donor: Draft, linked: bool = True) -> None:
    """Unit and currency of ``donor``, and its scale where the number is too small to do without: in "von 2,9 auf 4,6 Mio."."""
    d.unit, d.currency = donor.unit, donor.currency
    if d.value is None or d.exponent or d.value >= 1000 or donor.unit is UnitKind.PERCENT:
        return
    if donor.exponent and (linked or d.value != d.value.to_integral_value()):
        d.value = d.value.scaleb(donor.exponent)
        d.exponent = donor.exponent


def _decide(text: str, drafts: list[Draft], k: int, seen: _Seen, lang: str) -> None:
    """Unit of a number that no word follows: of the last number in an elliptic sentence, else by the words before it."""
    d = drafts[k]
    last = next((p for p in reversed(drafts[max(0, k - 3) : k]) if p.unit is not None), None)
    gap = text[last.end : d.start] if last and d.start - last.end < 160 else "\n"
    if last and len(gap) < 60 and _goes_on(last, gap) and _may_take(d, last, gap):
        _take(d, last, linked=False)
    elif last and last.unit is UnitKind.PERCENT and "\n" not in gap and (d.value or 101) <= 100 and _WERE.search(gap):
        d.unit = UnitKind.PERCENT  # "… 60 Prozent, danach waren es 83"
    elif lang == "en" and d.spelled and _MEMBERS.search(text[max(0, d.start - 12) : d.start]):
        d.unit = UnitKind.PEOPLE
    elif _belongs_to_name(text, d):
        return
    elif d.exponent and seen.twin:
        d.unit, d.currency = seen.twin.unit, seen.twin.currency
    elif seen.money and _is_money(text, d, seen.money, gap if last is seen.money else "\n"):
        d.unit, d.currency = UnitKind.MONEY, seen.money.currency
    elif (counted := _counted_before(text, drafts, k)) is not None:
        d.unit = counted.unit
    elif _speaks_of_people(text, d, lang):
        d.unit = UnitKind.PEOPLE
    elif not d.spelled or d.exponent or text.startswith(_PART_OF, d.end):
        d.unit = UnitKind.COUNT


def _counted_before(text: str, drafts: list[Draft], k: int) -> Draft | None:
    """The last number of people or things in the same line, past a time: "40 Clips, vor drei Jahren waren es vier"."""
    for p in reversed(drafts[max(0, k - 3) : k]):
        if p.unit is not None and p.unit is not UnitKind.DURATION:
            gap = text[p.end : drafts[k].start] if drafts[k].start - p.end < 120 else "\n"
            return p if p.unit in (UnitKind.PEOPLE, UnitKind.COUNT) and "\n" not in gap else None
    return None


_WERE = re.compile(r"\b(?:waren|sind|ist|war) es (?:nur |noch |rund )?$")
_MEMBERS = re.compile(r"\b(?:mother|father|parent|family|firm|team|jury|panel) of $")
""" "a mother of three": people."""
_PART_OF = (" davon", " von ihnen", " of them", " of the ")


def _goes_on(last: Draft, gap: str) -> bool:
    """Whether what stands between two numbers leaves out the unit of the second."""
    return _ELLIPSIS.fullmatch(gap) is not None or (last.unit is UnitKind.PERCENT and _AGAINST.fullmatch(gap) is not None)


def _may_take(d: Draft, last: Draft, gap: str) -> bool:
    """True if the unit of the last number can go on: not that of a count, not percent for thousands, not money for a small whole number."""
    if last.unit is UnitKind.PERCENT:
        return not d.exponent and (d.value or 0) <= 100
    if last.unit is UnitKind.MONEY:
        return d.exponent > 0 or (d.value is not None and (d.value >= 1000 or d.value != d.value.to_integral_value()))
    return last.unit is UnitKind.PEOPLE or (last.unit is UnitKind.DURATION and d.spelled and not re.search(r"\b(?:waren|war|sind|es)\b", gap))


def _is_money(text: str, d: Draft, money: Draft, gap: str) -> bool:
    """True if a number without currency is an amount like ``money`` before it."""
    if d.exponent and money.exponent and d.start - money.end < 120 and "\n" not in text[money.end : d.start]:
        return True
    if not d.exponent and (d.value or 0) < 1000:
        return False
    sentence = text[max(0, d.start - 160) : d.start].rpartition("\n")[2]
    return _MONEY_WORD.search(sentence) is not None or ("\n" not in gap and len(gap) < 110 and _is_near(d, money))


def _is_near(d: Draft, other: Draft) -> bool:
    return d.value is not None and other.value is not None and other.value / 20 <= d.value <= other.value * 20


def _belongs_to_name(text: str, d: Draft) -> bool:
    """True for the number of "Saal 12" or "Netzalltag 24": small, right behind a capital word, with nothing counted after it; not "Alle 50"."""
    if d.exponent or d.qualifier is not Qualifier.EXACT or d.value is None or d.value > 200 or d.spelled:
        return False
    found = _NAME_BEFORE.search(text[max(0, d.start - 30) : d.start])
    return found is not None and found["word"] not in _NO_NAMES and not text[d.end : d.end + 8].startswith((" davon", " of"))


_NO_NAMES = frozenset("So Alle All Nur Von Bei Mit Es Only From Just Diese Diesen These Those Die Der Rund Etwa".split())
_TOKEN = re.compile(r"[A-Za-zÄÖÜäöüß][\w*:_’-]+")


def _speaks_of_people(text: str, d: Draft, lang: str) -> bool:
    """True if the words before a number name people: those of its line, or of the question that it answers. A broken number never counts people."""
    if d.value is not None and d.value != d.value.to_integral_value():
        return False
    before, _, line = text[max(0, d.start - 160) : d.start].rpartition("\n")
    if len(line) < 25 and before.rstrip().endswith("?"):
        line = before.rstrip().rpartition("\n")[2]
    tokens = _TOKEN.findall(line)[-14:]
    return any(words.is_people(t, lang) for t in tokens if lang == "en" or t[0].isupper())
