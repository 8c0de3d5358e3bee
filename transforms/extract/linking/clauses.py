"""What a clause behind a name tells: "X leitet das Team der Y", "X, die bei Y das Personal verantwortet", "X, who teaches law at Y"."""

from __future__ import annotations

import re

from transforms.extract.linking.gaps import GAP
from transforms.extract.linking.ties import Found, Places

_CLAUSE = re.compile(r"[^.,;:!?\n–—()]*")
_AGE = r"(?:,\s+\d{1,3},)?"
_LEADING = (
    "leitete?|führte?|gründete|betreibt|betrieb|vertritt|leads?|led|heads|headed|runs|ran|chairs|chaired|owns|owned|founded|co-founded|edits|edited|"
    "directs|manages|managed|represents"
)
"""Verbs whose object is the house, or a part of it."""
_WORKING = (
    "arbeitete?|lehrte?|forschte?|erforschte?|unterrichtete?|verantwortete?|betreute?|moderierte?|schreibt|schrieb|koordiniert|sitzt|"
    "works?|worked|teaches|taught|studies|studied|researches|covers|curates|coordinates|oversees|sits|sat|sings|plays|writes|reports"
)
"""Verbs of what is done for or at a house."""
_MAIN = re.compile(
    rf"{_AGE}(?:,?\s+who(?:\s+(?:has|had|also|now|once|currently|still))*|\s+(?:also|now))?\s+"
    rf"(?:(?P<leads>{_LEADING})|(?P<works>{_WORKING})|(?:spricht|sprach|speaks|spoke)(?=\s+(?:für|for)\s))\s+"
)
_RELATIVE = re.compile(rf"{_AGE},\s+(?:der|die)\s+")
_AT = re.compile(r"(?:(?:seit|ab|since)\s+\w+\s+)?(?:[\w-]+\s+){0,3}(?:bei|beim|für|an|am|im|at|for|of|der|des|vom)\s+" + GAP + "$")
_OF_WORK = re.compile(r"\s(?:bei|beim|für|an|am|im|at|for)\s+" + GAP + "$")
_OBJECT = re.compile(r"(?:(?:seit|ab|since)\s+\w+(?:\s+\d{4})?\s+|heute\s+|derzeit\s+)?" + GAP + "$")
_CLOSING = re.compile(
    r"(?:leitete?|führte?|gründete|gegründet hat|betreibt|betrieb|verantwortete?|arbeitete?|lehrte?|forschte?|unterrichtete?|betreute?|spricht|"
    r"sprach|verhandelte?|verhandelt hatte|(?:angestellt|tätig|beschäftigt) ist|moderiert|schreibt|koordiniert|mitarbeitet|sitzt)(?:\s+und\b.*)?\s*$"
)
_FOR = re.compile(r",\s+(?:for|für)\s+" + GAP + "$")
_AFTER_FOR = re.compile(r"\s*,")


def told_behind(text: str, start: int, limit: int, places: Places) -> Found | None:
    """The tie that the verb of the clause behind a name, which ends at ``start``, states."""
    if main := _MAIN.match(text, start, limit):
        return _of_main_clause(text, start, main, limit, places)
    if relative := _RELATIVE.match(text, start, limit):
        return _of_relative_clause(text, start, relative.end(), limit, places)
    organisation = places.first_in(start, min(limit, start + 40))
    if organisation and _FOR.fullmatch(text, start, organisation.start) and _AFTER_FOR.match(text, organisation.end):
        return Found(None, organisation, start, organisation.end, 0.7)
    return None


def _of_main_clause(text: str, start: int, verb: re.Match[str], limit: int, places: Places) -> Found | None:
    begin = verb.end()
    end = _clause_end(text, begin, limit)
    organisation = places.first_in(begin, end)
    if organisation is None or places.has_person(begin, organisation.start):
        return None
    if verb["leads"]:
        fits = _OBJECT.fullmatch(text, begin, organisation.start) or _AT.fullmatch(text, begin, organisation.start)
    else:
        fits = _OF_WORK.search(text, begin - 1, organisation.start)
    return Found(None, organisation, start, organisation.end, 0.7) if fits else None


def _of_relative_clause(text: str, start: int, begin: int, limit: int, places: Places) -> Found | None:
    """German: the verb closes the clause."""
    end = _clause_end(text, begin, limit)
    organisation = places.first_in(begin, end)
    if organisation is None or places.has_person(begin, organisation.start) or not _CLOSING.search(text, organisation.end, end):
        return None
    if _OF_WORK.search(text, begin - 1, organisation.start) or _OBJECT.fullmatch(text, begin, organisation.start):
        return Found(None, organisation, start, organisation.end, 0.7)
    return None


def _clause_end(text: str, begin: int, limit: int) -> int:
    clause = _CLAUSE.match(text, begin, limit)
    return clause.end() if clause else begin
