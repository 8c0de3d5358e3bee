"""People of many articles: forms of a name brought together, homonyms kept apart by what the articles say of them.

Names decide who *may* be one person, context decides who *is*: two people called Thomas Müller stay two unless an organisation ties them; an uncommon
name is one person unless organisation and field of work both speak against it. A surname alone, or a full name between two people, follows
an organisation or stays open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from presslake.schema import ArticleEntity, EntityKind, make_id
from presslake.watchlist import load_watchlist
from transforms.frequency import is_common, is_common_word
from transforms.names import PersonName, formal_names, organisation_key, parse_person, sound, squash
from transforms.resolve.fields import LOCAL_FIELDS, fields_of
from transforms.resolve.identities import Cluster, Clusters, Union

Core = tuple[str, str]


def plain_id(core: Core) -> str:
    """The id of a name's only (or first seen) bearer."""
    return make_id("per", *core)


def block_keys(name: str, aliases: Iterable[str]) -> tuple[str, ...]:
    """The sound of the surname, of the first half of a double one, and the set of the words (names in another order)."""
    keys = set()
    is_full = parse_person(name).is_full
    for form in {name, *aliases}:
        person = parse_person(form)
        if form != name and is_full and not person.is_full:
            continue  # a bare surname or forename of a fully named person adds nothing
        keys |= {f"per:{sound(part)}" for part in (person.family, *person.family.split("-")[:1])}
        if person.is_full:
            keys.add(f"set:{_word_set(person)}")
    return tuple(sorted(keys))


def context_key(organisation: str) -> str:
    """An organisation as context of a person: subsidiaries and owners count as one."""
    watchlist = load_watchlist()
    slug = watchlist.slug_of(organisation)
    return "watchlist:" + watchlist.root(slug) if slug else organisation_key(organisation)


@dataclass(frozen=True, slots=True)
class _Bearer:
    """One row with what clustering needs of it."""

    row: ArticleEntity
    name: PersonName
    organisations: frozenset[str]
    fields: frozenset[str]

    @property
    def callings(self) -> frozenset[str]:
        """The fields, all public ones counted as one: a manager may go into politics."""
        local = self.fields & LOCAL_FIELDS
        return local | {"public"} if self.fields - LOCAL_FIELDS else local


def _bearer(row: ArticleEntity) -> _Bearer:
    return _Bearer(row, parse_person(row.name), frozenset(map(context_key, row.organisations)), fields_of(row.roles))


Group = list[_Bearer]


def cluster(rows: Sequence[ArticleEntity]) -> Clusters:
    """Group rows by person; rows that may be one of several people are left open with these as candidates."""
    by_core: dict[Core, Group] = defaultdict(list)
    partial: Group = []
    for bearer in map(_bearer, rows):
        if bearer.name.is_full:
            by_core[bearer.name.core].append(bearer)
        else:
            partial.append(bearer)
    groups: list[Group] = []
    undecided: Group = []
    for members in by_core.values():
        together, between = _by_context(members)
        groups += together
        undecided += between
    groups = _across_forms(groups)
    open_to: dict[str, tuple[int, ...]] = {}
    known = _Groups(groups)
    joining = [*_place_undecided(undecided, known, open_to), *_place_partial(partial, known, open_to)]
    for where, bearer in joining:
        groups[where].append(bearer)
    groups += _mononyms(partial, open_to, {b.row.article_entity_id for _, b in joining})
    ids = _ids(groups)
    clusters = [Cluster(entity_id=i, kind=EntityKind.PERSON, rows=tuple(b.row for b in g)) for i, g in zip(ids, groups, strict=True)]
    ambiguous = {key: tuple(sorted({ids[i] for i in where})) for key, where in open_to.items()}
    return Clusters(tuple(sorted(clusters, key=lambda c: c.entity_id)), ambiguous)


# ------------------------------------------------------------------ one name, one or several people


def _by_context(members: Group) -> tuple[list[Group], Group]:
    """Split the bearers of one name into people; the second list may be any of them."""
    bare, *variants = _by_middle_name(members)
    if not variants:
        return _people(bare)
    split = [_people(variant) for variant in variants]
    return [group for groups, _ in split for group in groups], [*(b for _, between in split for b in between), *bare]


def _by_middle_name(members: Group) -> list[Group]:
    """All in the first group if the middle names agree; else those without one in the first, then a group for each middle name."""
    variants = sorted({b.name.middle for b in members if b.name.middle})
    if all(_agree(a, b) for i, a in enumerate(variants) for b in variants[:i]):
        return [members]
    union = Union(len(variants))
    for i, a in enumerate(variants):
        for j, b in enumerate(variants[:i]):
            if _agree(a, b):
                union.join(i, j)
    leader = {v: union.find(i) for i, v in enumerate(variants)}
    out: dict[int, Group] = {-1: []}
    for bearer in members:
        out.setdefault(leader.get(bearer.name.middle, -1), []).append(bearer)
    return list(out.values())


def _agree(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two series of middle names can be one person's: the shorter is within the longer, initials counted."""
    short, long = sorted((one, other), key=len)
    return all(any(v.startswith(w) or w.startswith(v) if min(len(v), len(w)) == 1 else v == w for v in long) for w in short)


def _people(members: Group) -> tuple[list[Group], Group]:
    common = is_common(*members[0].name.core) if members else False

    def anchors(b: _Bearer) -> bool:
        return bool(b.organisations and (common or b.fields))

    groups = _joined([b for b in members if anchors(b)], lambda b: b.organisations if common else b.organisations | b.callings)
    rest = [b for b in members if not anchors(b)]
    silent = [b for b in rest if not (b.organisations or b.fields)]
    between: Group = []
    unmatched: Group = []
    index = _Contexts(groups)
    for b in rest:
        if b.organisations or b.fields:
            where = index.matching(b, common)
            (groups[where[0]] if len(where) == 1 else between if where else unmatched).append(b)
    if common:
        groups += _joined(unmatched, lambda b: b.fields)
    else:
        silent += unmatched
    if len(groups) > 1:
        between += silent
    elif groups:
        groups[0] += silent
    elif silent:
        groups.append(silent)
    return groups, between


class _Contexts:
    """Which groups have an organisation or a field: fixed when made, so that the order of later joins does not matter."""

    def __init__(self, groups: Sequence[Group]) -> None:
        self._groups: dict[tuple[str, str], set[int]] = defaultdict(set)
        for i, group in enumerate(groups):
            for b in group:
                for kind, values in (("organisation", b.organisations), ("field", b.fields), ("calling", b.callings)):
                    for value in values:
                        self._groups[kind, value].add(i)

    def matching(self, bearer: _Bearer, common: bool) -> list[int]:
        """The groups that share an organisation with the bearer; for one without organisation those that share the field of work."""
        if bearer.organisations:
            keys = [("organisation", o) for o in bearer.organisations]
        else:
            keys = [("field", f) for f in bearer.fields] if common else [("calling", c) for c in bearer.callings]
        return sorted(set().union(*(self._groups.get(k, set()) for k in keys)))


def _joined(members: Group, keys: Callable[[_Bearer], Iterable[Hashable]]) -> list[Group]:
    union = Union(len(members))
    for i, b in enumerate(members):
        union.join_by(i, keys(b))
    out: dict[int, Group] = defaultdict(list)
    for i, b in enumerate(members):
        out[union.find(i)].append(b)
    return list(out.values())


# ------------------------------------------------------------------ several forms, one person


def _across_forms(groups: list[Group]) -> list[Group]:
    """Join groups whose names are variants of each other (nickname, transliteration, order, double surname) and that share context."""
    union = Union(len(groups))
    for i, group in enumerate(groups):
        for b in group:
            union.join_by(i, _variant_keys(b))
    out: dict[int, Group] = defaultdict(list)
    for i, group in enumerate(groups):
        out[union.find(i)] += group
    return list(out.values())


def _variant_keys(bearer: _Bearer) -> Iterator[Hashable]:
    given, family = bearer.name.core
    common = is_common(given, family)
    forms: list[tuple[str, ...]] = [("nickname", formal, family) for formal in formal_names(given)]
    forms.append(("sound", sound(given), sound(family)))
    forms.append(("words", _word_set(bearer.name)))
    forms.append(("double", given, squash(bearer.name.family.split("-")[0])))
    for form in forms:
        for organisation in bearer.organisations:
            yield (*form, "organisation", organisation)
        if not common and form[0] == "sound" and min(len(given), len(family)) >= 4:
            for calling in bearer.callings:
                yield (*form, "calling", calling)
    if len(bearer.name.given) > 1 and not common:
        yield ("words", _word_set(bearer.name))


def _word_set(name: PersonName) -> str:
    return " ".join(sorted(squash(w) for part in (*name.given, name.family) for w in part.split()))


# ------------------------------------------------------------------ who is left


class _Groups:
    """Groups by name and organisation, as they were before anybody was placed: the order of placing does not matter."""

    def __init__(self, groups: list[Group]) -> None:
        self.by_core: dict[Core, set[int]] = defaultdict(set)
        self.by_family: dict[str, set[int]] = defaultdict(set)
        self.organisations: list[set[str]] = [set() for _ in groups]
        self.forenames: list[set[str]] = [set() for _ in groups]
        for i, group in enumerate(groups):
            for b in group:
                given, family = b.name.core
                self.by_core[b.name.core].add(i)
                self.by_family[family].add(i)
                self.organisations[i] |= b.organisations
                self.forenames[i].add(given)


def _place_undecided(undecided: Group, groups: _Groups, open_to: dict[str, tuple[int, ...]]) -> Iterator[tuple[int, _Bearer]]:
    for b in undecided:
        yield from _place(b, groups.by_core[b.name.core], groups, open_to, alone=True)


def _place_partial(partial: Group, groups: _Groups, open_to: dict[str, tuple[int, ...]]) -> Iterator[tuple[int, _Bearer]]:
    for b in partial:
        initial, family = b.name.core
        where = groups.by_family.get(family, set())
        if initial:
            where = {i for i in where if any(given.startswith(initial) for given in groups.forenames[i])}
        yield from _place(b, where, groups, open_to, alone=bool(initial) and not is_common_word(family))


def _place(bearer: _Bearer, where: set[int], groups: _Groups, open_to: dict[str, tuple[int, ...]], *, alone: bool) -> Iterator[tuple[int, _Bearer]]:
    """Join the one group that fits; ``alone`` says whether the name without any context is enough."""
    sharing = {i for i in where if bearer.organisations & groups.organisations[i]} if bearer.organisations else set()
    if len(sharing) == 1 or (alone and len(where) == 1):
        yield next(iter(sharing or where)), bearer
    elif where:
        open_to[bearer.row.article_entity_id] = tuple(sorted(sharing or where))


def _mononyms(partial: Group, open_to: dict[str, tuple[int, ...]], joined: set[str]) -> list[Group]:
    """People known by one word alone, or by an initial: one each, except for frequent names, which say nothing."""
    left = [b for b in partial if b.row.article_entity_id not in open_to and b.row.article_entity_id not in joined]
    return _joined([b for b in left if not is_common_word(b.name.core[1])], lambda b: [b.name.core])


def _ids(groups: list[Group]) -> list[str]:
    """The first seen bearer of a name has the plain id; its namesakes one made of their context."""
    heads = [_head(g) for g in groups]
    order = sorted(range(len(groups)), key=lambda i: (heads[i].row.seen_at, heads[i].row.article_entity_id))
    ids: dict[int, str] = {}
    taken: set[str] = set()
    for i in order:
        core = heads[i].name.core
        entity_id = plain_id(core)
        if entity_id in taken:
            context = [b for b in groups[i] if b.name.core == core and (b.organisations or b.fields)]
            first = min(context, key=lambda b: (b.row.seen_at, b.row.article_entity_id)) if context else heads[i]
            entity_id = make_id("per", *core, min(first.organisations or first.fields, default=first.row.article_id))
        if entity_id in taken:
            entity_id = make_id("per", *core, heads[i].row.article_entity_id)
        taken.add(entity_id)
        ids[i] = entity_id
    return [ids[i] for i in range(len(groups))]


def _head(group: Group) -> _Bearer:
    full = [b for b in group if b.name.is_full] or group
    return min(full, key=lambda b: (b.row.seen_at, b.row.article_entity_id))
