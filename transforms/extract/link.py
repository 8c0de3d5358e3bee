"""Names in a text → people and organisations of the article, where they stand, and what ties them.

:func:`link_names` takes what a recogniser saw, finds the names of the watch list itself, drops what is no name, and resolves within the article:
short forms, inflection, acronyms, role nouns. Two people of one surname leave it ambiguous.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from presslake.schema import EntityKind
from transforms.extract.affiliations import find_affiliations
from transforms.extract.linking.nouns import find_role_nouns
from transforms.extract.linking.organisations import link_organisations
from transforms.extract.linking.people import link_people
from transforms.extract.linking.spans import name_spans
from transforms.records import Affiliation, Block, Entity, Mention, Name

LANGUAGES = frozenset({"de", "en", "und"})
"""Languages whose names are believed; in others a recogniser sees names where none are."""


def link_names(
    text: str,
    blocks: Sequence[Block],
    names: Iterable[Name],
    language: str,
    *,
    title: str | None = None,
    authors: Iterable[str] = (),
) -> tuple[tuple[Entity, ...], tuple[Mention, ...], tuple[Affiliation, ...]]:
    """Entities in order of appearance, mentions by offset, affiliations by offset.

    ``names`` are people and organisations as a recogniser gave them, good or bad. ``title`` and ``authors`` are not part of ``text``: they lend
    their full names to surnames in it, but a person who is only in them becomes no entity (a byline is data of the article, not its subject).
    In a language that is not read, only the names of the watch list count. Mentions of kind ``role_noun`` ("der TikTok-CEO", "das Unternehmen")
    carry no name: leave them out where names are asked for.
    """
    spans = name_spans(text, names if language in LANGUAGES else (), language)
    person_spans = [s for s in spans if s.kind is EntityKind.PERSON]
    organisation_spans = [s for s in spans if s.kind is EntityKind.ORGANISATION]
    people = link_people(text, blocks, person_spans, [(s.start, s.end) for s in organisation_spans], language, title, authors)
    taken = [(m.start, m.end) for m, _ in people.mentions]
    organisations, organisation_mentions = link_organisations(text, organisation_spans, taken)
    entities, mentions = _joined(people.entities, [m for m, _ in people.mentions], organisations, organisation_mentions)
    affiliations = find_affiliations(text, blocks, entities, mentions, language)
    mentions += find_role_nouns(text, blocks, entities, mentions, affiliations, language)
    mentions.sort(key=lambda m: (m.start, m.end))
    return tuple(entities), tuple(mentions), tuple(affiliations)


def _joined(
    people: list[Entity], person_mentions: list[Mention], organisations: list[Entity], organisation_mentions: list[Mention]
) -> tuple[list[Entity], list[Mention]]:
    """One list of entities by first appearance, and the mentions with indexes into it."""
    mentions = [(m, 0) for m in person_mentions] + [(m, len(people)) for m in organisation_mentions]
    entities = [*people, *organisations]
    first: dict[int, tuple[int, int]] = {}
    for mention, offset in mentions:
        if mention.entity is not None:
            index = mention.entity + offset
            first[index] = min(first.get(index, (mention.start, mention.end)), (mention.start, mention.end))
    order = sorted(first, key=lambda i: first[i])
    place = {old: new for new, old in enumerate(order)}
    renumbered = [m if m.entity is None else _of_entity(m, place[m.entity + offset]) for m, offset in mentions]
    renumbered.sort(key=lambda m: (m.start, m.end))
    return [entities[i] for i in order], renumbered


def _of_entity(m: Mention, entity: int) -> Mention:
    return Mention(
        start=m.start, end=m.end, kind=m.kind, mention_kind=m.mention_kind, entity=entity, resolution=m.resolution, confidence=m.confidence
    )
