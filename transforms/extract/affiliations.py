"""Who is what and where, as written: "Orlina Miller, Marketing Managerin Europe bei TikTok", "TikTok-Chef Chew", "X, chief executive of Y".

Every mention of a person is looked at with a fixed window to both sides, within its block: linear in the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from presslake.schema import EntityKind
from transforms.extract.linking.before import ties_before
from transforms.extract.linking.behind import ties_behind
from transforms.extract.linking.ties import Found, Places
from transforms.records import Affiliation, Block, Entity, Mention

_WINDOW = 180


def find_affiliations(
    text: str, blocks: Sequence[Block], entities: Sequence[Entity], mentions: Sequence[Mention], language: str
) -> list[Affiliation]:
    """Affiliations by offset, each person, organisation and role once per place. ``mentions`` are names, sorted by offset."""
    places = Places(text, blocks, mentions)
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


def _around(text: str, person: Mention, places: Places) -> Iterator[Found]:
    block_start, block_end = places.block(person.start)
    left, right = max(block_start, person.start - _WINDOW), min(block_end, person.end + _WINDOW)
    before = list(ties_before(text, left, person.start, person.end, right, places))
    after = list(ties_behind(text, person.end, right, places))
    for found in before:
        tied = next((a for a in after if a.organisation and not a.role), None)
        if found.role and found.organisation is None and tied:
            yield Found(found.role, tied.organisation, found.start, tied.end, 0.8)
            after.remove(tied)
        elif found.role and found.organisation is None and (owner := places.named_in(text[slice(*found.role)])):
            yield Found(found.role, owner, found.start, found.end, 0.7)
        else:
            yield found
    yield from after
