"""People and organisations of many articles → identities: the same one over all articles, homonyms kept apart, the ambiguous left open.

:func:`resolve_entities` is a pure function of a *set* of rows and judgements: order and repetition do not matter. Its evidence is in the rows alone
(names, roles, organisations), so a part of the warehouse can be resolved by itself, if it is closed: take the rows that share a key of
:func:`block_keys` (the column ``block_keys``) with the new ones, then those that share a key with these, until nothing is added.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import repeat

from presslake.schema import ArticleEntity, EntityKind, OrganisationKind, Resolution, ResolutionJudgement
from presslake.watchlist import load_watchlist
from transforms.names import formal_names, parse_person, squash
from transforms.resolve import organisations, people
from transforms.resolve.identities import Cluster, Clusters, most_common
from transforms.resolve.judgements import apply_judgements, drop_forgotten


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """One person or organisation over all articles: what fills ``people`` and ``organisations``, counts and dates aside."""

    entity_id: str
    kind: EntityKind
    name: str
    aliases: tuple[str, ...] = ()
    """Other forms seen, sorted; of a person without bare surnames."""
    wikidata_id: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    honorific: str | None = None
    organisation_kind: OrganisationKind | None = None
    """Set for every organisation."""
    parent_id: str | None = None
    """``entity_id`` of the owner; always an identity of the same result, also where nobody mentioned it."""
    platform: str | None = None
    """Watch-list slug, where it is a platform."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """What one row of ``article_entities`` means."""

    entity_id: str | None
    """None while ambiguous, unresolved or forgotten."""
    resolution: Resolution
    candidates: tuple[str, ...] = ()
    """For an ambiguous one the ``entity_id`` it may be, sorted."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The result of :func:`resolve_entities`."""

    assignments: Mapping[str, Assignment] = field(default_factory=dict)
    """``article_entity_id`` → what it means; one for every row that came in, forgotten ones left out."""
    identities: Mapping[str, Identity] = field(default_factory=dict)
    """``entity_id`` → identity: everyone assigned, and the owners of organisations."""
    forgotten: frozenset[str] = frozenset()
    """``article_entity_id`` of people who are to be forgotten: their rows are to be removed."""


def resolve_entities(
    entities: Iterable[ArticleEntity], judgements: Iterable[ResolutionJudgement] = (), counts: Mapping[str, int] | None = None
) -> Resolved:
    """Resolve the rows of ``article_entities`` (any order, a repeated row counts once) under the active judgements.

    ``counts`` says for how many rows one stands (``article_entity_id`` → number, else 1): rows of other articles with the same name, aliases,
    kind, honorific, roles and organisations may be left out, if the first seen stays and no judgement names their article.
    """
    rows = sorted({e.article_entity_id: e for e in entities}.values(), key=lambda e: e.article_entity_id)
    decided = sorted((j for j in judgements if j.is_active), key=lambda j: (j.decided_at, j.judgement_id))
    kept, forgotten = drop_forgotten(rows, decided)
    clusters = people.cluster([e for e in kept if e.entity_kind is EntityKind.PERSON])
    clusters = clusters.joined(organisations.cluster([e for e in kept if e.entity_kind is EntityKind.ORGANISATION]))
    clusters = _settled(apply_judgements(clusters, decided), kept)
    identities = _with_parents({c.entity_id: _identity(c, counts or {}) for c in clusters.clusters})
    assignments = {e.article_entity_id: Assignment(None, Resolution.UNRESOLVED) for e in kept}
    assignments |= {e.article_entity_id: Assignment(c.entity_id, Resolution.RESOLVED) for c in clusters.clusters for e in c.rows}
    assignments |= {key: Assignment(None, Resolution.AMBIGUOUS, ids) for key, ids in clusters.ambiguous.items()}
    return Resolved(assignments, identities, forgotten)


def block_keys(name: str, aliases: Iterable[str], kind: EntityKind, watchlist: str | None) -> tuple[str, ...]:
    """Keys of an article's entity, sorted: two entities that share none can never become one, nor make each other ambiguous."""
    if kind is EntityKind.PERSON:
        return people.block_keys(name, aliases)
    return organisations.block_keys(name, aliases, watchlist)


def provisional_id(kind: EntityKind, name: str, watchlist: str | None = None) -> str:
    """The id that an entity gets as long as it has no namesake: what workers write before the articles are compared."""
    if kind is EntityKind.PERSON:
        return people.plain_id(parse_person(name).core)
    return organisations.plain_id(organisations.key_of(name, watchlist))


def organisation_id_of(slug: str) -> str:
    """The ``organisation_id`` of a watch-list entry, in every warehouse."""
    return organisations.plain_id(("watchlist", slug))


def _settled(clusters: Clusters, rows: list[ArticleEntity]) -> Clusters:
    """Full names that were open between identities of which judgements left one: they are it."""
    by_key = {row.article_entity_id: row for row in rows}
    only = {key: ids[0] for key, ids in clusters.ambiguous.items() if len(ids) == 1 and parse_person(by_key[key].name).is_full}
    if not only:
        return clusters
    joining: dict[str, list[ArticleEntity]] = {}
    for key, entity_id in only.items():
        joining.setdefault(entity_id, []).append(by_key[key])
    joined = [dataclasses.replace(c, rows=(*c.rows, *joining.get(c.entity_id, ()))) for c in clusters.clusters]
    return Clusters(tuple(joined), {key: ids for key, ids in clusters.ambiguous.items() if key not in only})


def _identity(cluster: Cluster, counts: Mapping[str, int]) -> Identity:
    return _person(cluster, counts) if cluster.kind is EntityKind.PERSON else _organisation(cluster, counts)


def _every(rows: Iterable[ArticleEntity], counts: Mapping[str, int]) -> Iterator[ArticleEntity]:
    """Each row as often as it stands for one."""
    for row in rows:
        yield from repeat(row, counts.get(row.article_entity_id, 1))


def _person(cluster: Cluster, counts: Mapping[str, int]) -> Identity:
    full = {f for row in cluster.rows for f in (row.name, *row.aliases) if parse_person(f).is_full}
    own = Counter(f for row in _every(cluster.named_by or cluster.rows, counts) for f in (row.name, *row.aliases))
    name = parse_person(cluster.name or min({f for f in own if parse_person(f).is_full} or set(own), key=lambda f: _fullness(f, own[f]))).text
    parts = parse_person(name)
    aliases = {parse_person(f).text for f in full} - {name}
    return Identity(
        entity_id=cluster.entity_id,
        kind=cluster.kind,
        name=name,
        aliases=tuple(sorted(aliases)),
        given_name=" ".join(parts.given) or None,
        family_name=parts.family if parts.given else None,
        honorific=most_common(row.honorific for row in _every(cluster.rows, counts) if row.honorific),
    )


def _fullness(form: str, count: int) -> tuple[bool, int, int, bool, str]:
    """What names a person comes first: the fullest form, then the most frequent, then no nickname."""
    words = [w for w in parse_person(form).text.split() if len(squash(w)) > 1]
    given = squash(words[0]) if words else ""
    return form.isupper() or form.islower(), -len(words), -count, formal_names(given) != (given,), form


def _organisation(cluster: Cluster, counts: Mapping[str, int]) -> Identity:
    entry = load_watchlist().entries[cluster.watchlist] if cluster.watchlist else None
    names = [row.name for row in _every(cluster.named_by or cluster.rows, counts)]
    has_several = len(set(names)) > 1
    long = [n for n in names if not (has_several and n.isupper())]
    name = cluster.name or (entry.name if entry else most_common(long or names)) or ""
    aliases = {f for row in cluster.rows for f in (row.name, *row.aliases)} - {name}
    kinds = [row.organisation_kind for row in _every(cluster.rows, counts) if row.organisation_kind not in (None, OrganisationKind.OTHER)]
    kind = entry.kind if entry else OrganisationKind(most_common(k.value for k in kinds if k) or OrganisationKind.OTHER)
    return Identity(
        entity_id=cluster.entity_id,
        kind=cluster.kind,
        name=name,
        aliases=tuple(sorted(aliases)),
        wikidata_id=entry.wikidata if entry else None,
        organisation_kind=kind,
        parent_id=organisation_id_of(entry.parent) if entry and entry.parent else None,
        platform=entry.slug if entry and entry.is_platform else None,
    )


def _with_parents(identities: dict[str, Identity]) -> dict[str, Identity]:
    """The identities, and the owners that their parent links need."""
    watchlist = load_watchlist()
    owners = {organisation_id_of(slug): entry for slug, entry in watchlist.entries.items()}
    out = dict(identities)
    wanted = [i.parent_id for i in identities.values() if i.parent_id]
    while wanted:
        entity_id = wanted.pop()
        if entity_id not in out:
            entry = owners[entity_id]
            out[entity_id] = _organisation(Cluster(entity_id=entity_id, kind=EntityKind.ORGANISATION, rows=(), watchlist=entry.slug), {})
            if entry.parent:
                wanted.append(organisation_id_of(entry.parent))
    return out
