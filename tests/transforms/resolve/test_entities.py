from __future__ import annotations

import datetime as dt
import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from presslake.schema import ArticleEntity, EntityKind, OrganisationKind, Resolution, ResolutionJudgement, make_id
from transforms.resolve.entities import Resolved, block_keys, organisation_id_of, provisional_id, resolve_entities
from transforms.resolve.judgements import fingerprints

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def person(
    article: int, name: str, *, org: str | tuple[str, ...] = (), role: str | tuple[str, ...] = (), aliases: tuple[str, ...] = ()
) -> ArticleEntity:
    return _row(article, EntityKind.PERSON, name, aliases, org, role, None)


def organisation(article: int, name: str, *, aliases: tuple[str, ...] = (), slug: str | None = None) -> ArticleEntity:
    return _row(article, EntityKind.ORGANISATION, name, aliases, (), (), slug)


def _row(article, kind, name, aliases, org, role, slug) -> ArticleEntity:
    article_id = make_id("art", article)
    return ArticleEntity(
        article_entity_id=make_id("ent", article_id, kind, name),
        article_id=article_id,
        entity_kind=kind,
        name=name,
        aliases=tuple(sorted(aliases)),
        honorific=None,
        roles=(role,) if isinstance(role, str) else role,
        organisations=(org,) if isinstance(org, str) else org,
        organisation_kind=OrganisationKind.OTHER if kind is EntityKind.ORGANISATION else None,
        watchlist=slug,
        block_keys=block_keys(name, aliases, kind, slug),
        seen_at=NOON + dt.timedelta(hours=article),
        entity_id=None,
        is_current=True,
        raw_sha256="0" * 64,
    )


def judgement(
    kind: str, subject: str, obj: str | None = None, *, article: int | None = None, of: EntityKind = EntityKind.PERSON
) -> ResolutionJudgement:
    return ResolutionJudgement(
        judgement_id=make_id("jud", kind, subject, obj),
        judgement_kind=kind,
        entity_kind=of,
        subject=subject,
        object=obj,
        article_id=None if article is None else make_id("art", article),
        note=None,
        decided_at=NOON,
        is_active=True,
    )


def ids(resolved: Resolved, rows: list[ArticleEntity]) -> list[str | None]:
    return [resolved.assignments[r.article_entity_id].entity_id for r in rows]


SAME = [
    (person(1, "Shou Zi Chew", org="TikTok"), person(2, "Shou Chew", org="ByteDance")),
    (person(1, "Shou Zi Chew"), person(2, "Chew Shou Zi")),
    (person(1, "Jörg Grünwald"), person(2, "Joerg Gruenwald")),
    (person(1, "Ilse Brandau"), person(2, "Dr. Ilse Brandau")),
    (person(1, "Wolodymyr Tarasenkyj", role="Präsident"), person(2, "Volodymyr Tarasenky", role="president of Ruritania")),
    (person(1, "Thomas Müller", org="Nordwerk AG"), person(2, "Thomas Müller", org="Nordwerk")),
    (person(1, "Bob Harkness", org="Ofcom"), person(2, "Robert Harkness", org="Ofcom")),
    (person(1, "Linda Farnbach", org="X", role="CEO"), person(2, "Linda Farnbach", org="Nordfunk", role="Werbechefin")),
    (person(1, "Anna Weber"), person(2, "Anna Weber")),
]
APART = [
    (person(1, "Thomas Müller", org="FC Isar", role="Stürmer"), person(2, "Thomas Müller", org="Bundesnetzagentur", role="Sprecher")),
    (person(1, "Jana Terlunen", org="Landgericht Hohenfels", role="Richterin"), person(2, "Jana Terlunen", org="Glimmerhaus", role="Influencerin")),
    (person(1, "Karl Peter Stauf"), person(2, "Karl Emil Stauf")),
    (person(1, "Bob Harkness", org="Ofcom"), person(2, "Robert Harkness", org="Snap")),
    (person(1, "Philip Jansen"), person(2, "Philipp Janßen")),
    (person(1, "Jana Wolters"), person(2, "Jens Wolters")),
]


@pytest.mark.parametrize("pair", SAME, ids=lambda p: p[1].name)
def test_one_person(pair):
    resolved = resolve_entities(pair)
    assert len(set(ids(resolved, list(pair)))) == 1
    assert all(a.resolution is Resolution.RESOLVED for a in resolved.assignments.values())


@pytest.mark.parametrize("pair", APART, ids=lambda p: p[1].name)
def test_two_people(pair):
    resolved = resolve_entities(pair)
    assert len(set(ids(resolved, list(pair))) - {None}) == 2


def test_the_fullest_form_names_the_person():
    (identity,) = resolve_entities([person(1, "Prof. Shou Chew"), person(2, "Shou Zi Chew"), person(3, "SHOU ZI CHEW")]).identities.values()
    assert (identity.name, identity.given_name, identity.family_name) == ("Shou Zi Chew", "Shou Zi", "Chew")
    assert "Shou Chew" in identity.aliases


def test_of_forms_alike_in_length_and_number_the_one_that_is_no_nickname_names_the_person():
    rows = [person(1, "Bob Wendtland", org="Lumeo"), person(2, "Robert Wendtland", org="Lumeo")]
    assert [i.name for i in resolve_entities(rows).identities.values() if i.family_name] == ["Robert Wendtland"]


def test_a_name_between_two_namesakes_stays_open_with_its_candidates():
    player, speaker = APART[0]
    bare = person(3, "Thomas Müller")
    resolved = resolve_entities([player, speaker, bare])
    found = resolved.assignments[bare.article_entity_id]
    assert (found.entity_id, found.resolution) == (None, Resolution.AMBIGUOUS)
    assert found.candidates == tuple(sorted(ids(resolved, [player, speaker])))


def test_a_surname_alone_follows_the_organisation_and_nothing_else():
    chew, alone, tied = person(1, "Shou Zi Chew", org="TikTok"), person(2, "Chew"), person(3, "Chew", org="TikTok")
    resolved = resolve_entities([chew, alone, tied])
    assert ids(resolved, [tied]) == ids(resolved, [chew])
    assert resolved.assignments[alone.article_entity_id].resolution is Resolution.AMBIGUOUS


def test_a_frequent_surname_alone_is_nobody():
    row = person(1, "Müller")
    assert resolve_entities([row]).assignments[row.article_entity_id].resolution is Resolution.UNRESOLVED


def test_the_first_seen_namesake_keeps_the_id_when_another_appears():
    player, speaker = APART[0]
    assert (
        ids(resolve_entities([player]), [player])
        == ids(resolve_entities([player, speaker]), [player])
        == [provisional_id(EntityKind.PERSON, player.name)]
    )


def test_owners_are_identities_although_nobody_mentioned_them():
    row = organisation(1, "Instagram", slug="instagram")
    resolved = resolve_entities([row])
    platform = resolved.identities[organisation_id_of("instagram")]
    assert (platform.platform, platform.organisation_kind) == ("instagram", OrganisationKind.PLATFORM)
    assert resolved.identities[platform.parent_id].name == "Meta"


def test_organisations_by_legal_form_inflection_and_watch_list():
    rows = [
        organisation(1, "Glimmerhaus GmbH & Co. KG"),
        organisation(2, "Glimmerhaus"),
        organisation(3, "WHO"),
        organisation(4, "Weltgesundheitsorganisation"),
    ]
    one, two, three, four = ids(resolve_entities(rows), rows)
    assert one == two
    assert three == four == organisation_id_of("who")


def test_an_acronym_follows_its_expansion_unless_there_are_two():
    long, short = organisation(1, "Bund der Lokalfunker", aliases=("BDL",)), organisation(2, "BDL")
    resolved = resolve_entities([long, short])
    assert ids(resolved, [long]) == ids(resolved, [short])
    other = organisation(3, "Bürgerliste Dorf und Land", aliases=("BDL",))
    assert resolve_entities([long, short, other]).assignments[short.article_entity_id].resolution is Resolution.AMBIGUOUS


def test_generic_names_are_nobody():
    row = organisation(1, "Polizei")
    assert resolve_entities([row]).assignments[row.article_entity_id].entity_id is None


def test_merge_split_and_rename():
    one, two = person(1, "Jana Wolters"), person(2, "Jens Wolters")
    first, second = ids(resolve_entities([one, two]), [one, two])
    merged = resolve_entities([one, two], [judgement("merge", first, second)])
    assert ids(merged, [one, two]) == [second, second]
    same = [person(1, "Ilse Brandau"), person(2, "Ilse Brandau")]
    split = resolve_entities(same, [judgement("split", ids(resolve_entities(same), same)[0], article=2)])
    assert len(set(ids(split, same))) == 2
    (renamed,) = resolve_entities(same, [judgement("rename", "Ilse Brandau", "Ilse Brandau-Reuß")]).identities.values()
    assert (renamed.name, renamed.aliases) == ("Ilse Brandau-Reuß", ("Ilse Brandau",))


def test_a_judgement_taken_back_counts_no_more():
    import dataclasses

    one, two = person(1, "Jana Wolters"), person(2, "Jens Wolters")
    undone = dataclasses.replace(judgement("merge", "Jana Wolters", "Jens Wolters"), is_active=False)
    assert resolve_entities([one, two], [undone]) == resolve_entities([one, two])


def test_the_forgotten_stay_out_and_their_namesakes_in():
    gone, namesake, bare = person(1, "Thomas Müller", org="Nordwerk"), person(2, "Thomas Müller", org="Ofcom"), person(3, "Thomas Müller")
    forget = judgement("forget", "per_" + "0" * 20, fingerprints("Thomas Müller", ["Nordwerk"]))
    resolved = resolve_entities([gone, namesake, bare], [forget])
    assert resolved.forgotten == {gone.article_entity_id, bare.article_entity_id}
    assert set(resolved.assignments) == {namesake.article_entity_id}
    assert "Müller" not in forget.object


def _moved(row: ArticleEntity, article: int) -> ArticleEntity:
    return person(article, row.name, org=row.organisations, role=row.roles)


WORLD = [
    *(_moved(row, 100 + i) for i, row in enumerate(row for pair in (*SAME, *APART) for row in pair)),
    person(1, "Thomas Müller"),
    person(2, "Chew", org="TikTok"),
    person(3, "T. Müller", org="FC Isar"),
    person(4, "Rezo"),
    organisation(3, "TikTok", slug="tiktok"),
    organisation(4, "Bund der Lokalfunker", aliases=("BDL",)),
    organisation(5, "BDL"),
    organisation(6, "Polizei"),
]
JUDGEMENTS = [
    judgement("merge", "Jana Wolters", "Jens Wolters"),
    judgement("rename", "Anna Weber", "Anna Weber-Thies"),
    judgement("split", "Anna Weber", article=2),
]


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(rng: random.Random):
    rows = rng.sample(WORLD, len(WORLD)) + rng.sample(WORLD, 5)
    assert resolve_entities(rows, rng.sample(JUDGEMENTS, 3)) == resolve_entities(WORLD, JUDGEMENTS)


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False))
def test_a_closed_part_gives_what_the_whole_gives(rng: random.Random):
    part = {rng.choice(WORLD)}
    keys: set[str] = set()
    while new := {k for r in part for k in r.block_keys} - keys:
        keys |= new
        part |= {r for r in WORLD if keys & set(r.block_keys)}
    whole = resolve_entities(WORLD)
    assert resolve_entities(part).assignments == {r.article_entity_id: whole.assignments[r.article_entity_id] for r in part}


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_first_seen_of_rows_that_say_the_same_may_stand_for_them(rng: random.Random):
    copies = [_moved(row, 200 + i) for i, row in enumerate(rng.choices(WORLD, k=15))]
    rows = sorted([*WORLD, *copies], key=lambda r: (r.seen_at, r.article_entity_id))
    standing: dict[object, ArticleEntity] = {}
    stands_for: dict[str, str] = {}
    decided = {j.article_id for j in JUDGEMENTS} - {None}
    for row in rows:
        said = (row.name, row.aliases, row.entity_kind, row.watchlist, row.roles, row.organisations, row.article_id in decided and row.article_id)
        stands_for[row.article_entity_id] = standing.setdefault(said, row).article_entity_id
    counts = Counter(stands_for.values())
    assert max(counts.values()) > 1
    every, few = resolve_entities(rows, JUDGEMENTS), resolve_entities(standing.values(), JUDGEMENTS, counts)
    assert few.identities == every.identities
    assert {key: few.assignments[stands_for[key]] for key in every.assignments} == dict(every.assignments)
