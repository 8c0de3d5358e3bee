"""Ties in front of a person's name: "TikTok-Chef X", "Ofcom chief executive X", "die Vorsitzende des Y, X"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from transforms.extract.linking.behind import LINK, compound_role
from transforms.extract.linking.roles import is_role
from transforms.extract.linking.ties import Found, Places
from transforms.names import SALUTATIONS, TITLES

_HONORIFICS = TITLES | SALUTATIONS


def _last_word(text: str, left: int, end: int) -> tuple[int, int] | None:
    """Start and end of the last word in a range, white space behind it left out."""
    piece = text[left:end].rstrip()
    if not piece:
        return None
    return left + max(piece.rfind(" "), piece.rfind("\n"), piece.rfind("\u00a0"), piece.rfind("\t")) + 1, left + len(piece)


_MODIFIER = frozenset(
    "frühere früherer früheren ehemalige ehemaliger ehemaligen stellvertretende stellvertretender stellvertretenden "
    "designierte designierter amtierende amtierender "
    "former acting deputy vice chief senior executive managing general co-founder interim outgoing incoming assistant "
    "associate junior head lead press media "
    "erste erster zweite zweiter leitende leitender geschäftsführende geschäftsführender".split(" ")
)
_AFTER_APPOSITION = re.compile(r"['’]?s?\s*(?:[,.;:)“”\"»«–—]|\(|$)|\s+(?:[–—]|\()")
_OWN = re.compile(r"(?<!\w)(?:ihre?[rmns]?|seine?[rmns]?|deren|dessen|its|their)\s+$", re.I)
_DEFINITE = re.compile(
    r"(?<!\w)(?:der|die|dem|den|des|the|ihre?[rmns]?|seine?[rmns]?|deren|dessen|its|their|ein|eine|einer|einem|a|an)\s+(?:[a-zäöüß-]+\s+){0,3}$", re.I
)
_COMPANY_NOUN = re.compile(
    r"(?:des|der|dem|vom|beim|of the|at the|for the)\s+(?:[a-zäöüß]+\s+)?(?:unternehmens?|konzerns?|plattform|firma|verband(?:e?s)?|behörde|"
    r"organisation|stiftung|"
    r"dienste?s|netzwerks?|agentur|vereins?|instituts?|company|platform|group|firm|charity|agency|association|regulator)$",
    re.I,
)


_IN_PLACE = re.compile(r"[“”»\"]?(?:\s+in(?:\s+[A-ZÄÖÜ][\w-]*){1,2})?\s*")
_IS = re.compile(r"\s+(?:ist|wird|war|wurde|bleibt|heißt|is|was|becomes)\s+$")


def ties_before(text: str, left: int, start: int, person_end: int, right: int, places: Places) -> Iterator[Found]:
    """Roles and organisations that the text from ``left`` to ``start``, where a person's name begins, states of the person."""
    end = _skip_titles(text, left, start)
    bare = left + len(text[left:end].rstrip())
    if bare > left and text[bare - 1] == ",":
        if person_end == right or _AFTER_APPOSITION.match(text, person_end, right):
            yield from _some(_apposition_before(text, left, bare - 1, places))
        return
    if direct := _direct(text, left, bare, places):
        yield direct
        if text[left : direct.start].rstrip().endswith(","):
            yield from _some(_apposition_before(text, left, left + len(text[left : direct.start].rstrip()) - 1, places))
    elif copula := _IS.search(text, max(left, end - 12), end):
        yield from _some(_apposition_before(text, left, copula.start(), places))
    else:
        yield from _some(_apposition_before(text, left, bare, places, tight=True))


def _some(found: Found | None) -> Iterator[Found]:
    if found is not None:
        yield found


def _skip_titles(text: str, left: int, start: int) -> int:
    while place := _last_word(text, max(left, start - 40), start):
        word = text[slice(*place)]
        bare = word.casefold().strip('.,(„“"')
        if bare not in _HONORIFICS and not (word.endswith(".") and bare.split("-")[0] in TITLES):
            return start
        start = place[0]
    return start


_OWNS = re.compile(r"(?:['’]s?)?\s+(?:[a-z][\w-]*\s+){0,4}")


def _direct(text: str, left: int, end: int, places: Places) -> Found | None:
    """ "Jugendminister X", "TikTok-Chef X", "Ofcom chief executive X", "Metas Europachef X": ``end`` is the end of the word before the name."""
    place = _last_word(text, max(left, end - 60), end)
    if place is None:
        return None
    stop = place[1]
    bare = text[slice(*place)].lstrip("„“\"'»«(")
    start = stop - len(bare)
    organisation = places.last_before(max(left, start - 60), stop)
    if organisation and organisation.start >= start:  # inside the word: "TikTok-Chef"
        role = compound_role(text, organisation, stop)
        return Found(role, organisation, organisation.start, stop, 0.95) if role else None
    if not is_role(bare) or bare.endswith((".", ":", ";", "!", "?")):
        return None
    if organisation and (owns := _OWNS.fullmatch(text, organisation.end, start)):
        modified = text[organisation.end : start].strip("'’s ")
        first = start - len(modified) - 1 if modified and bare.islower() else start
        if bare.islower() or not modified:
            return Found((first, stop), organisation, organisation.start, stop, 0.9) if owns else None
    while place := _last_word(text, max(left, start - 60), start):
        previous = text[slice(*place)]
        if previous.casefold() not in _MODIFIER and not (previous.islower() and bare.islower() and is_role(previous)):
            break
        start = place[0]
    role = (start, stop)
    if _OWN.search(text, left, start) and (owner := places.last_before(left, start)):
        return Found(role, owner, start, role[1], 0.6)
    return Found(role, None, start, role[1], 0.85)


def _apposition_before(text: str, left: int, end: int, places: Places, *, tight: bool = False) -> Found | None:
    """ "die Vorsitzende des Z, X" and "Sprecher der Polizei X": ``end`` is where the noun phrase ends."""
    organisation = places.last_before(left, end)
    inside = organisation is not None and _IN_PLACE.fullmatch(text, organisation.end, end) is not None
    if tight and not inside:
        return None
    if inside and organisation is not None:
        link = LINK.search(text, left, organisation.start)
        role = _last_role(text, left, link.start()) if link else None
        return Found(role, organisation, role[0], end, 0.85) if role else None
    if noun := _last_match(_COMPANY_NOUN, text, left, end):
        role = _last_role(text, left, len(text[:noun].rstrip()))
        owner = places.last_before(left, role[0]) if role else None
        return Found(role, owner, role[0], end, 0.6) if role else None
    if compound := _direct(text, left, end, places):
        return compound if _DEFINITE.search(text, left, compound.start) or compound.organisation else None
    role = _last_role(text, left, end)
    if role is None or not _DEFINITE.search(text, left, role[0]):
        return None
    owner = places.last_before(left, role[0]) if _OWN.search(text, left, role[0]) else None
    return Found(role, owner, role[0], end, 0.6)


def _last_match(pattern: re.Pattern[str], text: str, left: int, end: int) -> int | None:
    found = pattern.search(text, left, end)
    return found.start() if found else None


def _last_role(text: str, left: int, end: int) -> tuple[int, int] | None:
    """The role that closes at ``end``: its last word with a role's name, and up to four words of detail behind it ("head of people")."""
    words = [(m.start(), m.end()) for m in re.finditer(r"\S+", text[left:end])][-7:]
    for i in range(len(words) - 1, -1, -1):
        a = left + words[i][0]
        word = text[a : left + words[i][1]]
        if i < len(words) - 1 and word.endswith((",", ".", ";", ":", "“", "”")):
            return None
        if is_role(word):
            while i and (before := text[left + words[i - 1][0] : left + words[i - 1][1]]).casefold() in _MODIFIER and not before.endswith(","):
                i -= 1
                a = left + words[i][0]
            return a, end
    return None
