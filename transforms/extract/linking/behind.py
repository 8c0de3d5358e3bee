"""Ties behind a person's name: "X, Marketing Managerin bei Y", "X (Y)", "X von der Y", "X ist Sprecher von Y"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from transforms.extract.linking.clauses import told_behind
from transforms.extract.linking.gaps import GAP
from transforms.extract.linking.roles import is_role
from transforms.extract.linking.ties import Found, Places
from transforms.records import Mention

_APPOSITION = re.compile(r"['’]?s?\s*(?:\(\d{1,3}\)\s*)?,\s+(?:\d{1,3},\s+)?(?=\S)|\s+[–—-]\s+(?=\S)")
_BRACKET = re.compile(r"\s*\(([^()\n]{2,80})\)")
_END = re.compile(r"[,;:!?()“”„\"»«\n]|\.(?=\s)|\s[–—]\s")
_CREDIT_END = re.compile(r"[,;:!?()“”„\"»«\n]|\.(?=\s)")
_LEADING = re.compile(
    r"(?:(?:der|die|das|dem|den|ein|eine|einer|the|a|an|his|her|their|its|sein|seine|ihr|ihre|als|as|seit \d{4}|since \d{4}|derzeit|heute|inzwischen|"
    r"currently|now|also|auch|damals|then|bis \d{4}|zugleich|selbst|und|and)\s+)+",
    re.I,
)
_CONNECTOR = re.compile(
    r"\s+(?:bei|beim|von|vom|des|der|in|im|an|am|für|zur|aus|of|at|for|with|from|to|on|by|who|whose|über|[mdsk]?eines|ihres|unseres|dieses)\s+|\s*[/|@–—]\s*|\s+-\s+|,\s+",
    re.I,
)
LINK = re.compile(
    r"(?:\s+(?:bei|beim|von|vom|des|der|dem|den|in|im|an|am|für|zur|aus|of|at|for|with|from|to|on|the|its|seiner?|ihrer?|unseres))+\s+"
    + GAP
    + r"$|[\s,]*[/|@–—]\s*$|\s+-\s+$",
    re.I,
)
_DIRECT_TIE = re.compile(r"(?:,?\s+(?:of|from)|\s+(?:von|vom|aus|bei|beim|at|for))\s+" + GAP + "$", re.I)
_LISTED = re.compile(r",\s+" + GAP + "$")
_NEAR = 70
"""Characters from a name to an organisation tied to it by a preposition."""
_COPULA = re.compile(
    r"\s+(?:ist|war|wird|wurde|bleibt|is|was|became|becomes|has been|works|arbeitet|serves|served)\s+"
    r"(?:seit \w+(?: \d{4})?\s+)?(?:since \d{4}\s+)?(?:als\s+|as\s+)?",
    re.I,
)
_RELATIVE = re.compile(r"(?:der|die|das|den|dem|deren|dessen|who|which|that|whose|und|and|aber|but|so|wie|dass|weil|als ob)\s+[a-zäöü]", re.I)
_YEARS = re.compile(r"^\d{1,3}$|^[*†]")


def ties_behind(text: str, start: int, limit: int, places: Places) -> Iterator[Found]:
    """Roles and organisations that the text from ``start``, the end of a person's name, to ``limit`` states."""
    if bracket := _BRACKET.match(text, start, limit):
        if not _YEARS.match(bracket.group(1)):
            yield from _segment(text, bracket.start(1), bracket.end(1), places, needs_role=False)
        if _YEARS.match(bracket.group(1)) or (places.first_in(bracket.start(1), bracket.end(1))):
            start = bracket.end()
    if told := told_behind(text, start, limit, places):
        yield told
        return
    organisation = places.first_in(start, min(limit, start + _NEAR))
    if organisation and _DIRECT_TIE.fullmatch(text, start, organisation.start):
        yield Found(None, organisation, start, organisation.end, 0.7)
    elif apposition := _APPOSITION.match(text, start, limit):
        begin = apposition.end()
        end = _segment_end(text, begin, limit)
        yield from _segment(text, begin, _past_quoted(text, end, places), places, needs_role=True)
        return
    if copula := _COPULA.match(text, start, limit):
        yield from _predicate(text, copula.end(), limit, places)


def _segment_end(text: str, begin: int, limit: int) -> int:
    """End of an apposition; a dash belongs to it in credits ("Managerin – Europe / TikTok | ByteDance")."""
    whole = match.start() if (match := _CREDIT_END.search(text, begin, limit)) else limit
    if " / " in text[begin:whole] or " | " in text[begin:whole]:
        return whole
    return match.start() if (match := _END.search(text, begin, whole)) else whole


def _past_quoted(text: str, end: int, places: Places) -> int:
    """``end``, or the end of the organisation in quotation marks that begins there: "Redakteurin der „Neuen Post“"."""
    quoted = places.first_in(end + 1, end + 2) if text[end : end + 1] in ("„", "“", '"', "»") else None
    return quoted.end if quoted else end


def _segment(text: str, begin: int, end: int, places: Places, *, needs_role: bool) -> Iterator[Found]:
    """An apposition or bracket: role and organisation, a role alone, or (in brackets) an organisation alone."""
    tied = places.first_in(begin, end)
    if places.has_person(begin, tied.end if tied else end):
        return
    if needs_role and _RELATIVE.match(text, begin, end) and not _LEADING.match(text, begin, end):
        return
    lead = _LEADING.match(text, begin, end)
    first = lead.end() if lead else begin
    organisation = places.first_in(first, end)
    if organisation and organisation.end <= end:
        role = compound_role(text, organisation, end) or _role_before(text, first, organisation)
        if role and _is_role_phrase(text[slice(*role)], tied=True):
            yield Found(role, organisation, begin, max(organisation.end, role[1]), 0.9)
            return
        if (
            not needs_role
            and (listed := _LISTED.search(text, first, organisation.start))
            and _is_role_phrase(text[first : listed.start()], tied=True)
        ):
            yield Found((first, listed.start()), organisation, begin, organisation.end, 0.85)
            return
        if not needs_role and not text[first : organisation.start].strip():
            yield Found(None, organisation, begin, end, 0.8)
            return
    if organisation and organisation.start == first and organisation.end < end and needs_role:
        owned = list(_possessive_role(text, organisation, end))
        yield from owned
        if owned:
            return
    if role := _bare_role(text, first, end):
        employer = places.first_in(end, end + 4) if not text[role[1] : end].strip() else None
        if employer and _EMPLOYER_GAP.fullmatch(text, role[1], employer.start) and _EMPLOYER_END.match(text, employer.end):
            yield Found(role, employer, begin, employer.end, 0.85)  # "X, CEO, Lumeo" and "X, CEO (Lumeo)"
        else:
            yield Found(role, None, begin, role[1], 0.8)


def _role_before(text: str, first: int, organisation: Mention) -> tuple[int, int] | None:
    """The words before an organisation without the preposition that ties them."""
    link = LINK.search(text, first, organisation.start)
    if link is None or link.start() <= first:
        return None
    return first, link.start()


def compound_role(text: str, organisation: Mention, end: int) -> tuple[int, int] | None:
    """The role in "TikTok-Chefin", which begins behind the hyphen."""
    match = re.compile(r"[-‑](\w[\w*:‑-]*)").match(text, organisation.end, end)
    return match.span(1) if match and is_role(match.group(1)[0].upper() + match.group(1)[1:]) else None


def _possessive_role(text: str, organisation: Mention, end: int) -> Iterator[Found]:
    """ "Ofcom's chief executive", "TikToks Europachefin" """
    match = re.compile(r"(?:['’]s?)?\s+(\S[^,;]*)").match(text, organisation.end, end)
    if match and (role := _bare_role(text, match.start(1), end)):
        yield Found(role, organisation, organisation.start, role[1], 0.85)


def _bare_role(text: str, first: int, end: int) -> tuple[int, int] | None:
    """A role without organisation: the words up to the first preposition; one of the first few must be a role."""
    connector = _CONNECTOR.search(text, first, end)
    stop = connector.start() if connector else end
    words = text[first:stop].split()
    if (
        connector
        and len(words) == 1
        and words[0].casefold() in ("head", "director", "vice", "member", "mitglied", "leiter", "leiterin", "chef", "chefin")
    ):
        following = _CONNECTOR.search(text, connector.end(), end)
        stop = following.start() if following else end
    stop = first + len(text[first:stop].rstrip().removesuffix("."))
    return (first, stop) if _is_role_phrase(text[first:stop], tied=False) else None


_EMPLOYER_GAP = re.compile(r",\s|\s?\(")
_EMPLOYER_END = re.compile(r"[.,;:)|\n]|$")


def _is_role_phrase(phrase: str, *, tied: bool) -> bool:
    words = phrase.split()
    if words and words[0].casefold() in _NO_BEGINNING:
        return False
    if not 1 <= len(words) <= (9 if tied else 6) or len(phrase) > 80 or any(c.isdigit() for c in phrase):
        return False
    return any(is_role(w) for w in (words if tied else words[:4]))


_PREPOSITIONS = """
in im an am auf bei beim mit nach von vom zu zum zur für aus über unter vor at by for from of on to with into
sie er wir ich i we they he she it you
ist war wird wurde hat hatte begann is was has had began since named one einer eine after before when
"""
_NO_BEGINNING = frozenset(_PREPOSITIONS.split())


def _predicate(text: str, begin: int, limit: int, places: Places) -> Iterator[Found]:
    """ "X ist Geschäftsführer von Y": only a role right behind the verb counts."""
    lead = _LEADING.match(text, begin, limit)
    first = lead.end() if lead else begin
    end = _segment_end(text, first, limit)
    words = text[first:end].split()[:3]
    if not words or not any(is_role(w) for w in words) or words[0].casefold() in ("kein", "keine", "nicht", "not", "no"):
        return
    yield from _segment(text, first, end, places, needs_role=True)
