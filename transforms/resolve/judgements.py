"""An analyst's decisions, applied to the result of resolution: merge, split, rename, forget.

Each is a row of ``resolution_judgements``; ``subject`` and ``object`` are entity ids or names (a name means every identity that goes by it).

=======  =========================================================================================================================
split    in ``article_id`` the subject is someone else: the identity ``object``, or one of its own
merge    the subject is the object; the object's id stands
rename   the subject is called ``object``; its id stays
forget   the person is taken out before anything is compared; ``object`` holds fingerprints instead of the name (:func:`fingerprints`)
=======  =========================================================================================================================
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Sequence

from presslake.schema import ArticleEntity, EntityKind, ResolutionJudgement, make_id
from transforms.names import organisation_key, parse_person, squash
from transforms.resolve import people
from transforms.resolve.identities import Cluster, Clusters


def fingerprints(name: str, organisations: Iterable[str] = ()) -> str:
    """What a forget judgement keeps of a person: hashes of the name, alone and with each organisation, never the name itself."""
    core = parse_person(name).core
    contexts = sorted({people.context_key(o) for o in organisations})
    return " ".join(_hash(*core, *c) for c in ((), *((c,) for c in contexts)))


def _hash(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def is_forgotten(judgements: Sequence[ResolutionJudgement], name: str, organisations: Iterable[str] = ()) -> bool:
    """Whether a person of this name is to be forgotten: by name, unless both sides name organisations and share none."""
    own = fingerprints(name, organisations).split()
    for judgement in judgements:
        if judgement.judgement_kind == "forget" and judgement.is_active and judgement.object:
            given = judgement.object.split()
            if own[0] == given[0] and (len(own) == 1 or len(given) == 1 or set(own[1:]) & set(given[1:])):
                return True
    return False


def drop_forgotten(rows: Iterable[ArticleEntity], judgements: Sequence[ResolutionJudgement]) -> tuple[list[ArticleEntity], frozenset[str]]:
    """The rows that stay, and the keys of those that must go."""
    forget = [j for j in judgements if j.judgement_kind == "forget" and j.is_active]
    if not forget:
        return list(rows), frozenset()
    kept: list[ArticleEntity] = []
    gone: list[ArticleEntity] = []
    for row in rows:
        is_person = row.entity_kind is EntityKind.PERSON
        (gone if is_person and is_forgotten(forget, row.name, row.organisations) else kept).append(row)
    return kept, frozenset(r.article_entity_id for r in gone)


def apply_judgements(clusters: Clusters, judgements: Sequence[ResolutionJudgement]) -> Clusters:
    """Apply splits, then merges, then renames; each kind in the order they were decided. What no longer exists is passed over."""
    for kind, apply in (("split", _split), ("merge", _merge), ("rename", _rename)):
        for judgement in judgements:
            if judgement.judgement_kind == kind and judgement.is_active:
                clusters = apply(clusters, judgement)
    return clusters


def _split(clusters: Clusters, judgement: ResolutionJudgement) -> Clusters:
    targets = {c.entity_id for c in _called(clusters, judgement.entity_kind, judgement.object)} if judgement.object else set()
    out: list[Cluster] = []
    moved: list[ArticleEntity] = []
    for c in clusters.clusters:
        leaving = [r for r in c.rows if r.article_id == judgement.article_id] if _goes_by(c, judgement.entity_kind, judgement.subject) else []
        if leaving and c.entity_id not in targets:
            moved += leaving
            c = dataclasses.replace(c, rows=tuple(r for r in c.rows if r not in leaving))
        if c.rows:
            out.append(c)
    if not moved:
        return clusters
    if len(targets) == 1:
        out = [dataclasses.replace(c, rows=(*c.rows, *moved)) if c.entity_id in targets else c for c in out]
    else:
        prefix = "per" if judgement.entity_kind is EntityKind.PERSON else "org"
        own = make_id(prefix, "split", judgement.article_id, *sorted(squash(r.name) for r in moved))
        out.append(Cluster(entity_id=own, kind=judgement.entity_kind, rows=tuple(moved)))
    return dataclasses.replace(clusters, clusters=tuple(out))


def _merge(clusters: Clusters, judgement: ResolutionJudgement) -> Clusters:
    objects = _called(clusters, judgement.entity_kind, judgement.object)
    if not objects:
        return clusters
    target = objects[0]
    sources = [c for c in _called(clusters, judgement.entity_kind, judgement.subject) if c.entity_id != target.entity_id]
    gone = {c.entity_id for c in sources}
    whole = dataclasses.replace(target, rows=(*target.rows, *(r for c in sources for r in c.rows)), named_by=target.named_by or target.rows)
    kept = [whole if c is target else c for c in clusters.clusters if c.entity_id not in gone]
    ambiguous = {key: tuple(sorted({target.entity_id if i in gone else i for i in ids})) for key, ids in clusters.ambiguous.items()}
    return Clusters(tuple(kept), ambiguous)


def _rename(clusters: Clusters, judgement: ResolutionJudgement) -> Clusters:
    renamed = {c.entity_id for c in _called(clusters, judgement.entity_kind, judgement.subject)}
    out = tuple(dataclasses.replace(c, name=judgement.object) if c.entity_id in renamed else c for c in clusters.clusters)
    return dataclasses.replace(clusters, clusters=out)


def _called(clusters: Clusters, kind: EntityKind, subject: str | None) -> list[Cluster]:
    return sorted((c for c in clusters.clusters if subject and _goes_by(c, kind, subject)), key=lambda c: c.entity_id)


def _goes_by(cluster: Cluster, kind: EntityKind, subject: str) -> bool:
    if cluster.kind is not kind:
        return False
    if cluster.entity_id == subject:
        return True
    key = squash if kind is EntityKind.PERSON else organisation_key
    return any(key(name) == key(subject) for row in cluster.rows for name in (row.name, *(() if kind is EntityKind.PERSON else row.aliases)))
