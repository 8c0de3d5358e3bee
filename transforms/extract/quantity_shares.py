"""Parts of a whole as percent: "ein Drittel", "die Hälfte", "jeder Dritte", "one in five", "two thirds"."""

from __future__ import annotations

import re
from decimal import Decimal

from presslake.schema import Qualifier, UnitKind
from transforms.extract import quantity_words as words
from transforms.extract.quantity_context import Draft

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
_HALF_EN = re.compile(r"(?P<each>(?<=\bby )half\b|[Hh]alf)(?=(?<=by half)\b|\s(?:of|the|its|their|his|her|all|had|said|were|have|are)\b)")
_OF_EN = re.compile(
    r"(?P<one>[Oo]ne|[Tt]wo|[Tt]hree|[Ff]our|[Nn]ine|\d{1,2})\s(?:in|out\sof)\s(?:every\s)?(?P<of>a\shundred|a\sthousand|two|three|four|five|six|seven|eight|nine|ten|twenty|100|1,000|\d{1,2})\b"
    r"(?!\s(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?)|[:.,]\d)"
)


_SHARE_STARTS = {"de": frozenset("HJjDVFESZdvfesza AN"), "en": frozenset("HhAaOoTtFfSsNn0123456789")}


def share_at(text: str, start: int, last: int, lang: str) -> Draft | None:
    """The share that starts at ``start``, as percent; None where there is none. Nothing before ``last`` is taken."""
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
