"""People, organisations, claims and quantities of one article: names → links → claims → numbers.

``extract_article`` serves the pipeline, ``extract_text`` the same stages on any text with blocks.
"""

from __future__ import annotations

import dataclasses
from bisect import bisect_right
from collections.abc import Sequence

from presslake import __version__
from transforms.extract.claims import find_claims
from transforms.extract.claims.headlines import with_speaker
from transforms.extract.link import link_names
from transforms.extract.platforms import platforms_of
from transforms.extract.quantities import find_quantities
from transforms.extract.recognise import Recogniser
from transforms.records import Affiliation, Block, Claim, Document, Entity, Extraction, Mention, Name, Quantity, Role

LANGUAGES = frozenset({"de", "en"})
"""Languages whose claims are read; other texts keep their names only."""


def extract_article(document: Document, recogniser: Recogniser) -> Extraction:
    """Everything in one article. Offsets count in ``document.body_text``, those of ``title_claims`` in the title."""
    body, blocks, language = document.body_text, document.blocks, document.language
    names, title_names = recogniser.recognise_many((body, document.title), language)
    entities, mentions, affiliations, claims, quantities = read_names(body, blocks, language, names, title=document.title, authors=document.authors)
    title_claims = _title_claims(document, entities, claims, title_names) if language in LANGUAGES else ()
    platforms, relevance = platforms_of(body, document.title, entities, mentions)
    return Extraction(
        entities=entities,
        mentions=mentions,
        affiliations=affiliations,
        claims=claims,
        title_claims=title_claims,
        quantities=quantities,
        platforms=platforms,
        relevance=relevance,
        extractor=f"presslake/{__version__}+{recogniser.name}",
    )


def extract_text(
    text: str, blocks: Sequence[Block], language: str, recogniser: Recogniser
) -> tuple[tuple[Entity, ...], tuple[Mention, ...], tuple[Affiliation, ...], tuple[Claim, ...], tuple[Quantity, ...]]:
    """The stages on one text; quantities are joined to the claim they stand in."""
    return read_names(text, blocks, language, recogniser.recognise(text, language))


def read_names(
    text: str, blocks: Sequence[Block], language: str, names: Sequence[Name], *, title: str | None = None, authors: Sequence[str] = ()
) -> tuple[tuple[Entity, ...], tuple[Mention, ...], tuple[Affiliation, ...], tuple[Claim, ...], tuple[Quantity, ...]]:
    """The stages after recognition."""
    entities, mentions, affiliations = link_names(text, blocks, names, language, title=title, authors=authors)
    if language not in LANGUAGES:
        return entities, mentions, affiliations, (), ()
    claims = find_claims(text, blocks, entities, mentions, language)
    quantities = join_quantities(find_quantities(text, language), claims)
    return entities, mentions, affiliations, claims, quantities


def join_quantities(quantities: Sequence[Quantity], claims: Sequence[Claim]) -> tuple[Quantity, ...]:
    """Give every quantity the innermost claim with a span around it."""
    spans = sorted((s.start, s.end, i) for i, claim in enumerate(claims) for s in claim.spans)
    starts = [s[0] for s in spans]
    reach: list[int] = []  # furthest end among the spans up to here: where to stop looking back
    for _, end, _ in spans:
        reach.append(max(end, reach[-1]) if reach else end)
    out = []
    for q in quantities:
        at = bisect_right(starts, q.start) - 1
        while at >= 0 and spans[at][1] < q.end:
            if reach[at] < q.end:
                at = -1
                break
            at -= 1
        out.append(dataclasses.replace(q, claim=spans[at][2] if at >= 0 else None))
    return tuple(out)


def _title_claims(document: Document, entities: Sequence[Entity], claims: Sequence[Claim], names: Sequence[Name]) -> tuple[Claim, ...]:
    """Claims of the headline, their speakers looked up among the entities of the body."""
    title = document.title
    blocks = (Block(Role.TITLE, 0, len(title)),)
    own, mentions, _ = link_names(title, blocks, names, document.language)
    to_body = [_same_entity(e, entities) for e in own]
    found = find_claims(title, blocks, own, mentions, document.language)
    moved = (
        dataclasses.replace(
            c,
            speaker=None if c.speaker is None else to_body[c.speaker],
            addressee=None if c.addressee is None else to_body[c.addressee],
        )
        for c in found
    )
    return tuple(with_speaker(c, title, claims, document.body_text) for c in moved)


def _same_entity(entity: Entity, entities: Sequence[Entity]) -> int | None:
    """Index of the one body entity that a headline's entity can only mean, else None."""
    kin = [(i, e) for i, e in enumerate(entities) if e.kind == entity.kind]
    same = [i for i, e in kin if e.name == entity.name or (e.watchlist and e.watchlist == entity.watchlist)]
    if not same:
        name = entity.name.casefold()
        same = [i for i, e in kin if e.name.casefold().endswith(" " + name) or name in (a.casefold() for a in e.aliases)]
    return same[0] if len(same) == 1 else None


__all__ = ["extract_article", "extract_text", "join_quantities"]
