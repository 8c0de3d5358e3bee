"""What a number counts, by the word behind it: currency, percent, time, people, other things."""

from __future__ import annotations

import re

from presslake.schema import UnitKind
from transforms.extract import quantity_words as words
from transforms.extract.quantity_context import Draft

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
_DE_SO_MANY = re.compile(r":\s[Ss]o viele\s(?P<noun>[A-ZÄÖÜ][\w*:_’-]*\w)")
_EN_TOKEN = re.compile(r"[ \u00a0]([A-Za-z][\w’'-]*)")
COMPOUND = ("-",)
"""Stands as noun of a number in a compound: a "30-Sekunden-Clip" is a kind of clip."""
_NEAR_PERCENT = re.compile(r"%|Prozent|per ?cent")


def read_unit(text: str, d: Draft, currency: str | None, lang: str) -> None:
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
        d.noun, d.end = COMPOUND[0], found.end()
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
    found = _DE_NOUN.match(after) or _DE_OF.match(after) or _DE_SO_MANY.match(after)
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
