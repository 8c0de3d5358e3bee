"""Who is what and where, as written: "Orlina Miller, Marketing Managerin Europe bei TikTok", "TikTok-Chef Chew", "X, chief executive of Y".

Every mention of a person is looked at with a fixed window to both sides, within its block: linear in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from presslake.schema import EntityKind
from transforms.extract.linking.roles import is_role
from transforms.names import SALUTATIONS, TITLES
from transforms.records import Affiliation, Block, Entity, Mention

_WINDOW = 180
_HONORIFICS = TITLES | SALUTATIONS


@dataclass(frozen=True, slots=True)
class _Found:
    """A role, an organisation's mention, or both, and the passage that says so."""

    role: tuple[int, int] | None
    organisation: Mention | None
    start: int
    end: int
    confidence: float


def find_affiliations(
    text: str, blocks: Sequence[Block], entities: Sequence[Entity], mentions: Sequence[Mention], language: str
) -> list[Affiliation]:
    """Affiliations by offset, each person, organisation and role once per place. ``mentions`` are names, sorted by offset."""
    places = _Places(text, blocks, mentions)
    out: dict[tuple[int, int | None, str | None], Affiliation] = {}
    for mention in mentions:
        if mention.kind is not EntityKind.PERSON or mention.entity is None:
            continue
        for found in _around(text, mention, places):
            role = text[slice(*found.role)] if found.role else None
            organisation = found.organisation.entity if found.organisation else None
            affiliation = Affiliation(
                person=mention.entity,
                organisation=organisation,
                role=role,
                start=min(mention.start, found.start),
                end=max(mention.end, found.end),
                confidence=found.confidence,
            )
            out.setdefault((mention.entity, organisation, role), affiliation)
    return sorted(out.values(), key=lambda a: (a.start, a.end, a.person, a.organisation or -1, a.role or ""))


_PREFIXES = ("polizei", "feuerwehr", "universität", "hochschul", "kirchen")


class _Places:
    """Organisations and block bounds by offset."""

    def __init__(self, text: str, blocks: Sequence[Block], mentions: Sequence[Mention]) -> None:
        self._text, self._length = text, len(text)
        self._nouns: dict[str, dict[int, Mention]] | None = None
        self._blocks = sorted((b.start, b.end) for b in blocks)
        self.organisations = [m for m in mentions if m.kind is EntityKind.ORGANISATION and m.entity is not None]
        self._starts = [m.start for m in self.organisations]
        people = [m for m in mentions if m.kind is EntityKind.PERSON]
        self._people = [m.start for m in people]

    def block(self, offset: int) -> tuple[int, int]:
        i = bisect_right(self._blocks, (offset, self._length)) - 1
        return self._blocks[i] if i >= 0 and self._blocks[i][1] >= offset else (0, self._length)

    def first_in(self, start: int, end: int) -> Mention | None:
        """The first organisation that begins in a range."""
        i = bisect_left(self._starts, start)
        return self.organisations[i] if i < len(self._starts) and self._starts[i] < end else None

    def last_before(self, start: int, end: int) -> Mention | None:
        """The last organisation that lies in a range."""
        i = bisect_left(self._starts, end) - 1
        return self.organisations[i] if i >= 0 and self._starts[i] >= start and self.organisations[i].end <= end else None

    def named_in(self, role: str) -> Mention | None:
        """The one organisation whose noun opens a compound role: "Schulamtsleiterin" and "Schulamt Rheingau"."""
        if self._nouns is None:
            self._nouns = {}
            for mention in self.organisations:
                for word in self._text[mention.start : mention.end].casefold().split():
                    tails = [word[i:] for i in range(min(len(word) - 4, 40))] + [p for p in _PREFIXES if word.startswith(p)]
                    for tail in tails if word.isalpha() else ():
                        self._nouns.setdefault(tail, {})[mention.entity or 0] = mention
        word = role.rsplit(" ", 1)[-1].casefold()
        for size in range(len(word) - 3, 4, -1):
            if found := self._nouns.get(word[:size]):
                return next(iter(found.values())) if len(found) == 1 else None
        return None

    def has_person(self, start: int, end: int) -> bool:
        i = bisect_left(self._people, start)
        return i < len(self._people) and self._people[i] < end


def _around(text: str, person: Mention, places: _Places) -> Iterator[_Found]:
    block_start, block_end = places.block(person.start)
    left, right = max(block_start, person.start - _WINDOW), min(block_end, person.end + _WINDOW)
    before = list(_before(text, left, person.start, person.end, right, places))
    after = list(_after(text, person.end, right, places))
    for found in before:
        tied = next((a for a in after if a.organisation and not a.role), None)
        if found.role and found.organisation is None and tied:
            yield _Found(found.role, tied.organisation, found.start, tied.end, 0.8)
            after.remove(tied)
        elif found.role and found.organisation is None and (owner := places.named_in(text[slice(*found.role)])):
            yield _Found(found.role, owner, found.start, found.end, 0.7)
        else:
            yield found
    yield from after


# ------------------------------------------------------------------ behind the name

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
_LINK = re.compile(
    r"(?:\s+(?:bei|beim|von|vom|des|der|dem|den|in|im|an|am|für|zur|aus|of|at|for|with|from|to|on|the|its|seiner?|ihrer?|unseres))+\s+$|[\s,]*[/|@–—]\s*$|\s+-\s+$",
    re.I,
)
_DIRECT_TIE = re.compile(
    r"\s+(?:von|vom|von der|von den|aus|aus dem|aus der|bei|bei der|beim|of|from|at|for)\s+(?:the\s+|dem\s+|der\s+|den\s+)?$", re.I
)
_COPULA = re.compile(
    r"\s+(?:ist|war|wird|wurde|bleibt|is|was|became|becomes|has been|works|arbeitet|serves|served)\s+"
    r"(?:seit \w+(?: \d{4})?\s+)?(?:since \d{4}\s+)?(?:als\s+|as\s+)?",
    re.I,
)
_LEADS = re.compile(
    r"(?:,\s+(?:der|die|who)\s+(?:das |die |den )?)?\s*(?:leitet|führt|gründete|leads|heads|runs|chairs|founded|vertritt|represents|"
    r"moderiert für|arbeitet für|arbeitet bei|works for|works at|spricht für|speaks for)\s+(?:der\s+|die\s+|das\s+|den\s+|dem\s+|the\s+)?",
    re.I,
)
_RELATIVE = re.compile(r"(?:der|die|das|den|dem|deren|dessen|who|which|that|whose|und|and|aber|but|so|wie|dass|weil|als ob)\s+[a-zäöü]", re.I)
_YEARS = re.compile(r"^\d{1,3}$|^[*†]")


def _after(text: str, start: int, limit: int, places: _Places) -> Iterator[_Found]:
    if bracket := _BRACKET.match(text, start, limit):
        if not _YEARS.match(bracket.group(1)):
            yield from _segment(text, bracket.start(1), bracket.end(1), places, needs_role=False)
        if _YEARS.match(bracket.group(1)) or (places.first_in(bracket.start(1), bracket.end(1))):
            start = bracket.end()
    leads = _LEADS.match(text, start, limit)
    if leads and (organisation := places.first_in(leads.end(), leads.end() + 1)):
        yield _Found(None, organisation, start, organisation.end, 0.7)
        return
    if apposition := _APPOSITION.match(text, start, limit):
        begin = apposition.end()
        end = _segment_end(text, begin, limit)
        yield from _segment(text, begin, end, places, needs_role=True)
        return
    organisation = places.first_in(start, min(limit, start + 40))
    if organisation and _DIRECT_TIE.fullmatch(text, start, organisation.start):
        yield _Found(None, organisation, start, organisation.end, 0.7)
    if copula := _COPULA.match(text, start, limit):
        yield from _predicate(text, copula.end(), limit, places)


def _segment_end(text: str, begin: int, limit: int) -> int:
    """End of an apposition; a dash belongs to it in credits ("Managerin – Europe / TikTok | ByteDance")."""
    whole = match.start() if (match := _CREDIT_END.search(text, begin, limit)) else limit
    if " / " in text[begin:whole] or " | " in text[begin:whole]:
        return whole
    return match.start() if (match := _END.search(text, begin, whole)) else whole


def _segment(text: str, begin: int, end: int, places: _Places, *, needs_role: bool) -> Iterator[_Found]:
    """An apposition or bracket: role and organisation, a role alone, or (in brackets) an organisation alone."""
    if places.has_person(begin, end) or (needs_role and _RELATIVE.match(text, begin, end) and not _LEADING.match(text, begin, end)):
        return
    lead = _LEADING.match(text, begin, end)
    first = lead.end() if lead else begin
    organisation = places.first_in(first, end)
    if organisation and organisation.end <= end:
        role = _compound_role(text, organisation, end) or _role_before(text, first, organisation)
        if role and _is_role_phrase(text[slice(*role)], tied=True):
            yield _Found(role, organisation, begin, max(organisation.end, role[1]), 0.9)
            return
        if not needs_role and not text[first : organisation.start].strip():
            yield _Found(None, organisation, begin, end, 0.8)
            return
    if organisation and organisation.start == first and organisation.end < end and needs_role:
        owned = list(_possessive_role(text, organisation, end))
        yield from owned
        if owned:
            return
    if role := _bare_role(text, first, end):
        employer = places.first_in(end, end + 4) if not text[role[1] : end].strip() else None
        if employer and _EMPLOYER_GAP.fullmatch(text, role[1], employer.start) and _EMPLOYER_END.match(text, employer.end):
            yield _Found(role, employer, begin, employer.end, 0.85)  # "X, CEO, Lumeo" and "X, CEO (Lumeo)"
        else:
            yield _Found(role, None, begin, role[1], 0.8)


def _role_before(text: str, first: int, organisation: Mention) -> tuple[int, int] | None:
    """The words before an organisation without the preposition that ties them."""
    link = _LINK.search(text, first, organisation.start)
    if link is None or link.start() <= first:
        return None
    return first, link.start()


def _compound_role(text: str, organisation: Mention, end: int) -> tuple[int, int] | None:
    """The role in "TikTok-Chefin", which begins behind the hyphen."""
    match = re.compile(r"[-‑](\w[\w*:‑-]*)").match(text, organisation.end, end)
    return match.span(1) if match and is_role(match.group(1)[0].upper() + match.group(1)[1:]) else None


def _possessive_role(text: str, organisation: Mention, end: int) -> Iterator[_Found]:
    """ "Ofcom's chief executive", "TikToks Europachefin" """
    match = re.compile(r"(?:['’]s?)?\s+(\S[^,;]*)").match(text, organisation.end, end)
    if match and (role := _bare_role(text, match.start(1), end)):
        yield _Found(role, organisation, organisation.start, role[1], 0.85)


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
    stop = first + len(text[first:stop].rstrip())
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


def _predicate(text: str, begin: int, limit: int, places: _Places) -> Iterator[_Found]:
    """ "X ist Geschäftsführer von Y": only a role right behind the verb counts."""
    lead = _LEADING.match(text, begin, limit)
    first = lead.end() if lead else begin
    end = _segment_end(text, first, limit)
    words = text[first:end].split()[:3]
    if not words or not any(is_role(w) for w in words) or words[0].casefold() in ("kein", "keine", "nicht", "not", "no"):
        return
    yield from _segment(text, first, end, places, needs_role=True)


# ------------------------------------------------------------------ before the name


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


_IS = re.compile(r"\s+(?:ist|wird|war|wurde|bleibt|heißt|is|was|becomes)\s+$")


def _before(text: str, left: int, start: int, person_end: int, right: int, places: _Places) -> Iterator[_Found]:
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


def _some(found: _Found | None) -> Iterator[_Found]:
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


def _direct(text: str, left: int, end: int, places: _Places) -> _Found | None:
    """ "Jugendminister X", "TikTok-Chef X", "Ofcom chief executive X", "Metas Europachef X": ``end`` is the end of the word before the name."""
    place = _last_word(text, max(left, end - 60), end)
    if place is None:
        return None
    stop = place[1]
    bare = text[slice(*place)].lstrip("„“\"'»«(")
    start = stop - len(bare)
    organisation = places.last_before(max(left, start - 60), stop)
    if organisation and organisation.start >= start:  # inside the word: "TikTok-Chef"
        role = _compound_role(text, organisation, stop)
        return _Found(role, organisation, organisation.start, stop, 0.95) if role else None
    if not is_role(bare) or bare.endswith((".", ":", ";", "!", "?")):
        return None
    if organisation and (owns := _OWNS.fullmatch(text, organisation.end, start)):
        modified = text[organisation.end : start].strip("'’s ")
        first = start - len(modified) - 1 if modified and bare.islower() else start
        if bare.islower() or not modified:
            return _Found((first, stop), organisation, organisation.start, stop, 0.9) if owns else None
    while place := _last_word(text, max(left, start - 60), start):
        previous = text[slice(*place)]
        if previous.casefold() not in _MODIFIER and not (previous.islower() and bare.islower() and is_role(previous)):
            break
        start = place[0]
    role = (start, stop)
    if _OWN.search(text, left, start) and (owner := places.last_before(left, start)):
        return _Found(role, owner, start, role[1], 0.6)
    return _Found(role, None, start, role[1], 0.85)


def _apposition_before(text: str, left: int, end: int, places: _Places, *, tight: bool = False) -> _Found | None:
    """ "die Vorsitzende des Z, X" and "Sprecher der Polizei X": ``end`` is where the noun phrase ends."""
    organisation = places.last_before(left, end)
    inside = organisation is not None and not text[organisation.end : end].strip()
    if tight and not inside:
        return None
    if inside and organisation is not None:
        link = _LINK.search(text, left, organisation.start)
        role = _last_role(text, left, link.start()) if link else None
        return _Found(role, organisation, role[0], end, 0.85) if role else None
    if noun := _last_match(_COMPANY_NOUN, text, left, end):
        role = _last_role(text, left, len(text[:noun].rstrip()))
        owner = places.last_before(left, role[0]) if role else None
        return _Found(role, owner, role[0], end, 0.6) if role else None
    if compound := _direct(text, left, end, places):
        return compound if _DEFINITE.search(text, left, compound.start) or compound.organisation else None
    role = _last_role(text, left, end)
    if role is None or not _DEFINITE.search(text, left, role[0]):
        return None
    owner = places.last_before(left, role[0]) if _OWN.search(text, left, role[0]) else None
    return _Found(role, owner, role[0], end, 0.6)


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
