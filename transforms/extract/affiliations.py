"""Who is what and where, as written: "Orlina Miller, Marketing Managerin Europe bei TikTok", "TikTok-Chef Chew", "X, chief executive of Y".

Every mention of a person is looked at with a fixed window to both sides, within its block: linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from presslake.schema import EntityKind, OrganisationKind
from transforms.extract.linking.before import ties_before
from transforms.extract.linking.behind import ties_behind
from transforms.extract.linking.credits import credited
from transforms.extract.linking.ties import Found, Places
from transforms.records import Affiliation, Block, Entity, Mention

_WINDOW = 180
_BACK = 700
"""How far before a role the organisation may stand that it belongs to."""
_STAGES = frozenset({OrganisationKind.PLATFORM, OrganisationKind.MEDIA, OrganisationKind.AGENCY})
"""What an article mentions as the place where something is said or shown, not as somebody's house."""
_OFFICE = re.compile(
    r"(?!.*(?:minister|staatssekretär|bundes|ex-|früher|ehemalig|former|angeblich|schul|studien|betriebsrat|stadt|projekt|kampagne|kriminal|verbands|partei|fraktion))"
    r".*(?:geschäftsführ|vorsitzend|präsident|sprecher|gründer|inhaber|vorstand|vorständ|chef(?:in)?\b|leiter(?:in)?\b|direktor|sekretär|obmann|obfrau|intendant|"
    r"founder|chair|spokes|chief executive|managing director|\bceo\b|\bhead of)",
    re.I,
)
"""Roles that somebody has in an organisation, whichever it is: a bare "Geschäftsführerin" is hers of whom the passage speaks."""


_NOUNS_ROLE = re.compile(r"(?:the\s+)?(\w{4,})['’]s\s+")
_OF_NOUN = re.compile(r"\s+(?:des|der|vom|beim|of the|at the)\s+(\w{4,})(?=[\s,.;:])")
_ITS = re.compile(r"\b(?:its|their|deren|dessen)\s+(?:\w+\s+)?$")
_SENTENCE = re.compile(r"[.!?…][“”»\"]?\s+(?=[A-ZÄÖÜ„“\"»])")


def find_affiliations(
    text: str, blocks: Sequence[Block], entities: Sequence[Entity], mentions: Sequence[Mention], language: str
) -> list[Affiliation]:
    """Affiliations by offset, each person, organisation and role once per place. ``mentions`` are names, sorted by offset."""
    stages = {i for i, e in enumerate(entities) if e.organisation_kind in _STAGES}
    places = Places(text, blocks, mentions)
    houses = Places(text, blocks, [m for m in mentions if m.entity not in stages])
    out: dict[tuple[int, int | None, str | None], Affiliation] = {}
    for mention in mentions:
        if mention.kind is not EntityKind.PERSON or mention.entity is None:
            continue
        for found in _around(text, mention, places, houses):
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


def _of_noun(text: str, found: Found, places: Places) -> Found | None:
    """The role with the house that a noun stands for: "the museum’s director", "Vorsitzende des Tierschutzvereins"."""
    if found.role is None:
        return None
    begin, end = found.role
    if owner := _NOUNS_ROLE.match(text, begin, end):
        house, role = places.called(owner[1]), (owner.end(), end)
    elif genitive := _OF_NOUN.match(text, end):
        house, role = places.called(genitive[1]), found.role
    else:
        return None
    return Found(role, house, found.start, found.end, 0.7) if house else None


def _around(text: str, person: Mention, places: Places, houses: Places) -> Iterator[Found]:
    block_start, block_end = places.block(person.start)
    left, right = max(block_start, person.start - _WINDOW), min(block_end, person.end + _WINDOW)
    before = list(ties_before(text, left, person.start, person.end, right, places))
    after = list(ties_behind(text, person.end, right, places))
    if not any(found.organisation for found in (*before, *after)):
        after += credited(text, left, person.start, person.end, right, places)
    for found in before:
        tied = next((a for a in after if a.organisation and not a.role), None)
        if found.role and found.organisation is None and tied:
            yield Found(found.role, tied.organisation, found.start, tied.end, 0.8)
            after.remove(tied)
        elif found.organisation is None and (of_noun := _of_noun(text, found, places)):
            yield of_noun
        elif found.role and found.organisation is None and (owner := places.named_in(text[slice(*found.role)])):
            yield Found(found.role, owner, found.start, found.end, 0.7)
        elif found.role and found.organisation is None and not after and (owner := _spoken_of(text, found, places, houses)):
            yield Found(found.role, owner, found.start, found.end, 0.6)
        else:
            yield found
    for found in after:
        if found.organisation is None and (of_noun := _of_noun(text, found, places)):
            yield of_noun
        elif found.role and found.organisation is None and (owner := _owner(text, found, person, places, houses)):
            yield Found(found.role, owner, found.start, found.end, 0.6)
        else:
            yield found


def _owner(text: str, found: Found, person: Mention, places: Places, houses: Places) -> Mention | None:
    """Whose role a bare one behind a name is: "Y … X, its director", or an office of the house that the passage speaks of."""
    if found.role and _ITS.search(text, person.end, found.role[0]):
        start, _ = houses.block(person.start)
        return houses.last_before(max(start, person.start - _BACK), person.start)
    return _spoken_of(text, found, places, houses)


def _spoken_of(text: str, found: Found, places: Places, houses: Places) -> Mention | None:
    """The one organisation of the passage before an office that is named alone: "Lumeo wächst. Geschäftsführerin Anna Roth freut sich"."""
    if found.role is None or not _OFFICE.match(text, *found.role):
        return None
    start, _ = places.block(found.start)
    labelled = places.first_in(start, start + 1)
    if labelled and text[labelled.end : labelled.end + 1] == ":":
        return labelled
    near = houses.only_in(max(start, found.start - _BACK), found.start)
    if near or houses.first_in(max(start, found.start - _BACK), found.start):
        return near or _of_last_sentence(text, start, found.start, houses)
    before = houses.block_before(start)
    return houses.only_in(max(before[0], before[1] - _BACK), before[1]) if before else None


def _of_last_sentence(text: str, start: int, end: int, houses: Places) -> Mention | None:
    """The one organisation of the sentence before that of the office, if the latter names none so far."""
    ends = [m.end() for m in _SENTENCE.finditer(text, max(start, end - _BACK), end + 1)]
    if not ends or houses.first_in(ends[-1], end):
        return None
    return houses.only_in(ends[-2] if len(ends) > 1 else start, ends[-1])
