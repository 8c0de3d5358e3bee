"""Ties without a role: signatures ("Foto: X/Y", "– X, Y"), changes of staff ("Y beruft X zur Sprecherin"), founders ("Y, von X gegründet")."""

from __future__ import annotations

import re
from collections.abc import Iterator

from transforms.extract.linking.gaps import GAP
from transforms.extract.linking.roles import is_role
from transforms.extract.linking.ties import Found, Places

_CREDIT = re.compile(
    r"(?:^|\n|[–—]\s*|(?:Fotos?|Bild|Bilder|Text|Redaktion|Von|Interview|Presse|Kontakt|Pressekontakt|By|Photos?|Pictures?|Words|Video):?\s+|\d{1,2}\.\s+)$"
)
_SIGNED = re.compile(r"\s*(?:[,/]|\s[–—|])\s*" + GAP + "$")
_SIGNED_END = re.compile(r"[“”»\"]?\s*(?:$|[:.,;(\n)]|[–—]\s)")
_HIRES = re.compile(
    r"\s+(?:(?:hat|has|have|had)\s+)?(?:named|appoints|appointed|hires|hired|promotes|promoted|elected|elects|names|ernennt|beruft|befördert|holt|wählte|macht|"
    r"bestellte?|hat|ernannte|berief|beförderte)\s+(?:(?:am|on)\s+\w+\s+)?(?:[\w.'’-]+\s+(?:and|und)\s+)?(?:Prof\.|Dr\.|\s)*$"
)
_BECOMES = re.compile(r"(?:\s+(?:und|and)\s+[\w '’-]+?)?(?:,?\s+\d{2},)?\s+(?:as|to be|zur|zum|als|to)\s+(?P<post>\S+(?:\s+\S+){0,3})")
_ANOTHER = r"[\w.'’-]+(?:\s[\w.'’-]+){0,3}\s+(?:und|and)\s+"
_FOUNDED = re.compile(
    r"(?:\s+\([^()]{1,20}\))?(?:,|\s+wurde|\s+was|\s+ist)\s+(?:(?:im Jahr|in|in the year)\s+)?(?:\d{4}\s+)?"
    rf"(?:von|founded(?:\s+in\s+\d{{4}})?\s+by)\s+(?:{_ANOTHER})?$"
)
_BY = re.compile(r"(?:\s+(?:und|and)\s+[\w.'’ -]{3,40}?)?\s+(?:\d{4}\s+)?gegründet")
_HAS_FOUNDED = re.compile(
    r"(?:\s+(?:hat|haben|had|has|have))\s+(?:(?:\d{4}|im Jahr \d{4}|vor \w+ Jahren|[^.,;:!?\n]{0,40}\s+und)\s+)?" + GAP + r"$",
)
_FOUNDING = re.compile(r"[“”»\"]?\s+(?:mit)?gegründet")
_ASKED = re.compile(rf"\b(?:führten?|moderierten?|stellten?|fragten?|sprach|protokollierte)\s+(?:{_ANOTHER})?$")
_ASKED_FOR = re.compile(r"(?:\s+und\s+[\w.'’ -]{3,40}?)?\s+für\s+" + GAP + "$")
_LABEL = re.compile(r":\s+$")
_MOVES = re.compile(
    r"(?:,\s+\d{2},)?\s+(?:\(\d{2}\)\s+)?(?:leitet|verantwortet|übernimmt|wird|geht|kommt|führt|verlässt|steigt|rückt|becomes|leaves|joins)\b"
)
_REACH = 90


def credited(text: str, left: int, start: int, end: int, right: int, places: Places) -> Iterator[Found]:
    """Ties of the person named from ``start`` to ``end``; ``left`` and ``right`` bound what is looked at."""
    near = places.first_in(end, min(right, end + _REACH))
    is_credit = start == left or _CREDIT.search(text, left, start)
    if near and is_credit and _SIGNED.fullmatch(text, end, near.start) and _SIGNED_END.match(text, near.end, right):
        yield Found(None, near, start, near.end, 0.7)
    if near and _HAS_FOUNDED.fullmatch(text, end, near.start) and _FOUNDING.match(text, near.end, right):
        yield Found(None, near, start, near.end, 0.8)
    if near and _ASKED.search(text, left, start) and _ASKED_FOR.fullmatch(text, end, near.start):
        yield Found(None, near, start, near.end, 0.7)
    house = places.last_before(max(left, start - _REACH), start)
    if house is None:
        return
    becomes = _BECOMES.match(text, end, right)
    if becomes and _HIRES.fullmatch(text, house.end, start) and any(map(is_role, becomes["post"].split())):
        yield Found(None, house, house.start, end, 0.75)
    elif house.start == left and _LABEL.fullmatch(text, house.end, start) and _MOVES.match(text, end, right):
        yield Found(None, house, house.start, end, 0.7)
    elif _FOUNDED.fullmatch(text, house.end, start) and ("founded" in text[house.end : start] or _BY.match(text, end, right)):
        yield Found(None, house, house.start, end, 0.8)
