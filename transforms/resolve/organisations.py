"""Organisations of many articles: one identity per watch-list entry or name; acronyms follow the expansion that articles give them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from presslake.schema import ArticleEntity, EntityKind, make_id
from presslake.watchlist import load_watchlist
from transforms.names import fold, is_acronym, organisation_key
from transforms.resolve.identities import Cluster, Clusters

Key = tuple[str, str]

_GENERIC = """
Polizei Staatsanwaltschaft Landgericht Amtsgericht Oberlandesgericht Verwaltungsgericht Arbeitsgericht Landesgericht Gericht Ministerium
Finanzministerium Innenministerium Kultusministerium Justizministerium Landtag Senat Stadtrat Gemeinderat Kreistag Rathaus Stadtverwaltung Jugendamt
Schulamt Gesundheitsamt Landeskriminalamt Polizeipräsidium Polizeidirektion Feuerwehr Verbraucherzentrale Sparkasse Volksbank Stadtwerke Universität
Hochschule Verband Verein Partei Regierung Bank Konzern Behörde Zoll Wahlamt Rundfunkrat police court council parliament ministry government
university company senate committee commission tribunal hospital
"""
GENERIC = frozenset(organisation_key(n) for n in _GENERIC.split())
"""Names that mean another body in every article: they are nobody's identity by themselves."""


def key_of(name: str, watchlist: str | None) -> Key:
    """The identity that a name stands for."""
    slug = watchlist or load_watchlist().slug_of(name)
    return ("watchlist", slug) if slug else ("name", organisation_key(name))


def plain_id(key: Key) -> str:
    """The ``organisation_id`` of a key: the same in every warehouse."""
    return make_id("org", *key)


def _acronym_key(name: str) -> str:
    return "acronym:" + fold(name).replace(" ", "")


def block_keys(name: str, aliases: Iterable[str], watchlist: str | None) -> tuple[str, ...]:
    """Keys of one row; the acronym is a key of the long form too, where the article gives it."""
    kind, value = key_of(name, watchlist)
    keys = {f"org:{kind}:{value}"}
    if kind == "name":
        keys |= {f"org:{_acronym_key(n)}" for n in (name, *aliases) if is_acronym(n)}
    return tuple(sorted(keys))


def cluster(rows: list[ArticleEntity]) -> Clusters:
    """Group rows by identity. Generic names, and acronyms that several organisations use, stay open."""
    groups: dict[Key, list[ArticleEntity]] = defaultdict(list)
    for row in rows:
        groups[key_of(row.name, row.watchlist)].append(row)
    expansions = _expansions(groups)
    ambiguous: dict[str, tuple[str, ...]] = {}
    for key in [k for k in groups if k[0] == "name"]:
        if key[1] in GENERIC:
            groups.pop(key)
        elif owners := _owners(key, groups[key], expansions):
            members = groups.pop(key)
            if len(owners) == 1:
                groups[next(iter(owners))].extend(members)
            else:
                ids = tuple(sorted(plain_id(k) for k in owners))
                ambiguous |= {row.article_entity_id: ids for row in members}
    clusters = [
        Cluster(entity_id=plain_id(key), kind=EntityKind.ORGANISATION, rows=tuple(members), watchlist=key[1] if key[0] == "watchlist" else None)
        for key, members in sorted(groups.items())
    ]
    return Clusters(tuple(clusters), ambiguous)


def _expansions(groups: dict[Key, list[ArticleEntity]]) -> dict[str, set[Key]]:
    """Acronym → the organisations of which some article says that it is theirs."""
    out: dict[str, set[Key]] = defaultdict(set)
    for key, members in groups.items():
        if key[0] == "name" and key[1] not in GENERIC:
            for row in members:
                if not is_acronym(row.name):
                    for alias in row.aliases:
                        if is_acronym(alias):
                            out[_acronym_key(alias)].add(key)
    return out


def _owners(key: Key, members: list[ArticleEntity], expansions: dict[str, set[Key]]) -> set[Key]:
    names = {row.name for row in members}
    if not all(is_acronym(n) for n in names):
        return set()
    return {owner for n in names for owner in expansions.get(_acronym_key(n), ()) if owner != key}
