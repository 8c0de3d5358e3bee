import datetime as dt

import pytest

from benchmarks.synthetic import make_articles
from flows import judge
from flows.load import merge_staged, open_warehouse
from flows.staging import stage
from presslake.schema import EntityKind

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def con(tmp_path):
    con = open_warehouse(":memory:")
    stage(tmp_path, "batch", make_articles(range(12)))
    merge_staged(con, tmp_path, "run")
    yield con
    con.close()


def people(con) -> list[tuple[str, str, int]]:
    return con.execute("SELECT person_id, name, article_count FROM people ORDER BY article_count DESC, person_id").fetchall()


def test_a_merge_moves_articles_and_claims_and_is_taken_back(con):
    before = con.execute("SELECT * FROM people ORDER BY 1").fetchall()
    (one, _, n), (other, other_name, m) = people(con)[:2]
    made = judge.merge(con, other_name, one, at=NOON, note="same voice")
    assert {i: c for i, _, c in people(con)}[one] == n + m
    assert con.execute("SELECT count(*) FROM claims WHERE speaker_person_id = ?", [other]).fetchone() == (0,)
    assert other_name in con.execute("SELECT aliases FROM people WHERE person_id = ?", [one]).fetchone()[0]
    judge.take_back(con, made.judgement_id)
    assert con.execute("SELECT * FROM people ORDER BY 1").fetchall() == before
    assert [j.is_active for j in judge.list_judgements(con)] == [False]


def test_a_merge_holds_when_new_articles_name_only_one_side(con, tmp_path):
    (one, *_), (other, other_name, _) = people(con)[:2]
    judge.merge(con, other, one, at=NOON)
    number = next(n for n in range(12, 4000) if other_name in {e.name for e in make_articles([n])["article_entities"]})
    stage(tmp_path / "later", "batch", make_articles([number]))
    merge_staged(con, tmp_path / "later", "later")
    assert other not in {i for i, _, _ in people(con)}
    assert con.execute("SELECT count(*) FROM article_entities WHERE name = ? AND entity_id <> ?", [other_name, one]).fetchone() == (0,)


def test_a_split_gives_one_article_to_someone_else(con):
    person_id, name, count = next(p for p in people(con) if p[2] >= 1)
    article_id, _ = judge.articles_naming(con, person_id)[0]
    judge.split(con, person_id, article_id, at=NOON)
    (entity_id,) = con.execute("SELECT entity_id FROM article_entities WHERE article_id = ? AND name = ?", [article_id, name]).fetchone()
    assert entity_id != person_id
    assert {i: c for i, _, c in people(con)}.get(person_id, 0) == count - 1


def test_a_rename_keeps_the_id_and_the_forms_seen(con):
    person_id, name, _ = people(con)[0]
    judge.rename(con, name, "Greta  Morgenstern", at=NOON)
    assert con.execute("SELECT name, family_name, aliases FROM people WHERE person_id = ?", [person_id]).fetchone() == (
        "Greta Morgenstern",
        "Morgenstern",
        [name],
    )


def test_the_forgotten_go_and_stay_away_and_no_judgement_says_their_name(con, tmp_path):
    person_id, name, _ = people(con)[0]
    judge.forget(con, name, at=NOON)
    stage(tmp_path / "again", "batch", make_articles(range(12), run=1))
    merge_staged(con, tmp_path / "again", "again")
    assert con.execute("SELECT count(*) FROM people WHERE person_id = ? OR name = ?", [person_id, name]).fetchone() == (0,)
    assert con.execute("SELECT count(*) FROM article_entities WHERE name = ?", [name]).fetchone() == (0,)
    assert con.execute("SELECT count(*) FROM mentions WHERE surface = ?", [name]).fetchone() == (0,)
    assert name.split()[-1] not in str(con.execute("SELECT * FROM resolution_judgements").fetchall())


def test_what_is_not_clear_is_refused_with_the_choice(con):
    with pytest.raises(judge.JudgementError, match="nobody of that name"):
        judge.rename(con, "Niemand Namenlos", "X", at=NOON)
    (one, name, _), (other, _, _) = people(con)[:2]
    con.execute("UPDATE people SET name = ? WHERE person_id = ?", [name, other])
    with pytest.raises(judge.JudgementError, match=f"(?s)can mean 2.*{min(one, other)}"):
        judge.rename(con, name, "X", at=NOON)
    with pytest.raises(judge.JudgementError, match="one already"):
        judge.merge(con, one, one, at=NOON)
    assert judge.list_judgements(con) == []


def test_organisations_are_judged_alike(con):
    (organisation_id,) = con.execute(
        "SELECT organisation_id FROM organisations WHERE platform IS NULL AND article_count > 0 ORDER BY 1 LIMIT 1"
    ).fetchone()
    judge.rename(con, organisation_id, "Nordlicht", at=NOON, kind=EntityKind.ORGANISATION)
    assert con.execute("SELECT name FROM organisations WHERE organisation_id = ?", [organisation_id]).fetchone() == ("Nordlicht",)
