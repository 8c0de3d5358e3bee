from dataclasses import replace

import duckdb
import pytest

from benchmarks.synthetic import combine, make_article, make_articles
from expectations.rules import Rule, Severity
from flows.check import check_staged, check_warehouse
from flows.load import merge_logs, merge_staged, open_warehouse
from flows.staging import stage
from presslake import schema
from presslake.errors import CheckFailed

RUN = schema.make_id("run", "check")


def staged(folder, table):
    return duckdb.sql(f"SELECT * FROM read_parquet('{folder}/{table}/*.parquet')").to_arrow_table().to_pylist()


def spoil(rows, table, number, **changes):
    rows[table][number] = replace(rows[table][number], **changes)
    return rows[table][number]


def test_good_rows_pass_and_stay_as_they_were(tmp_path):
    stage(tmp_path, "b", make_articles(range(8)))
    before = {t: staged(tmp_path, t) for t in ("articles", "claims", "mentions")}
    result = check_staged(tmp_path, RUN)
    assert result.failed == ()
    assert result.set_aside == {}
    assert {t: staged(tmp_path, t) for t in before} == before
    assert len(result.results) > 100


def test_nothing_staged_costs_nothing_and_holds(tmp_path):
    assert check_staged(tmp_path, RUN).results == ()


def test_wrong_rows_are_set_aside_completely_and_only_they(tmp_path):
    rows = make_articles(range(30))
    claim = spoil(rows, "claims", 3, text="Das steht dort nicht.")
    mention = spoil(rows, "mentions", 50, char_end=10_000)
    article = spoil(rows, "articles", 7, title=" ")
    children = {t: sum(r.article_id == article.article_id for r in found) for t, found in rows.items()}
    stage(tmp_path, "b", rows)

    result = check_staged(tmp_path, RUN)

    failed = {(r.table_name, r.expectation): r.unexpected_count for r in result.failed}
    assert failed == {
        ("staged_articles", "title_present"): 1,
        ("staged_claims", "text_at_spans"): 1,
        ("staged_mentions", "offsets_in_text"): 1,
    }
    assert result.set_aside == children | {"claims": children["claims"] + 1, "mentions": children["mentions"] + 1}
    rejects = {r["row_key"]: r for r in staged(tmp_path, "rejects")}
    assert rejects[claim.claim_id]["expectation"] == "text_at_spans"
    assert rejects[claim.claim_id]["raw_sha256"] == claim.raw_sha256
    assert "Das steht dort nicht." in rejects[claim.claim_id]["row_json"]
    assert rejects[mention.mention_id]["expectation"] == "offsets_in_text"
    assert rejects[article.article_id]["reason"].startswith("The article has no headline.")
    for table in result.set_aside:
        assert len(staged(tmp_path, table)) == len(rows[table]) - result.set_aside[table]
    assert check_staged(tmp_path, RUN).failed == (), "what stays holds"


def test_a_number_outlives_the_claim_it_stood_in(tmp_path):
    rows = make_article(1)
    claim = spoil(rows, "claims", 0, text="Falsch.")
    spoil(rows, "claim_quantities", 0, claim_id=claim.claim_id)
    stage(tmp_path, "b", rows)
    check_staged(tmp_path, RUN)
    assert [r["claim_id"] for r in staged(tmp_path, "claim_quantities")] == [None]


def test_a_run_of_mostly_bad_articles_is_blocked_and_its_findings_are_kept(tmp_path):
    rows = make_articles(range(30))
    for number in range(20):
        spoil(rows, "articles", number, body_text="FranzÃ¶sische GrÃ¼ÃŸe fÃ¼r alle")
    stage(tmp_path, "b", rows)
    with pytest.raises(CheckFailed, match="20 of 30 articles were set aside"):
        check_staged(tmp_path, RUN)
    con = open_warehouse(":memory:")
    merge_logs(con, tmp_path)
    assert con.execute("SELECT count(*) FROM rejects WHERE expectation = 'umlauts_whole'").fetchone() == (20,)
    assert con.execute("SELECT is_success FROM expectation_results WHERE expectation = 'most_rows_hold'").fetchone() == (False,)
    assert con.execute("SELECT count(*) FROM articles").fetchone() == (0,)


@pytest.fixture
def loaded(tmp_path):
    con = open_warehouse(":memory:")
    stage(tmp_path, "b", combine([make_articles(range(25)), make_articles(range(3), edition=1, run=1)]))
    merge_staged(con, tmp_path, RUN)
    yield con
    con.close()


def test_a_sound_warehouse_holds_also_when_every_rule_runs_on_every_row(loaded):
    result = check_warehouse(loaded, RUN, full=True)
    assert result.failed == ()
    assert loaded.execute("SELECT count(*) FROM expectation_results").fetchone() == (len(result.results),)


@pytest.mark.parametrize(
    ("damage", "expectation"),
    [
        ("INSERT INTO articles FROM articles LIMIT 1", "key_unique"),
        ("DELETE FROM people WHERE person_id = (SELECT max(speaker_person_id) FROM claims)", "speaker_person_id_exists"),
        ("UPDATE articles SET version_no = 5 WHERE article_id = (SELECT min(article_id) FROM articles)", "version_is_the_last"),
        ("DELETE FROM article_versions WHERE version_no = 1 AND valid_to IS NOT NULL", "in_order"),
        ("UPDATE articles SET is_cluster_lead = false WHERE article_id = (SELECT min(article_id) FROM articles)", "lead_alone"),
        ("UPDATE organisations SET parent_organisation_id = 'org_00000000000000000000'", "parent_organisation_id_exists"),
        ("DELETE FROM articles", "rows_at_all"),
    ],
)
def test_what_is_wrong_between_rows_blocks(loaded, damage, expectation):
    loaded.execute(damage)
    with pytest.raises(CheckFailed, match=rf"\.{expectation} \([1-9].*Remedy: ") as failure:
        check_warehouse(loaded, RUN)
    assert failure.value.result.is_blocked


def test_half_the_articles_gone_since_the_last_snapshot_blocks(loaded):
    check_warehouse(loaded, RUN, previous={"articles": 40, "claims": 45})
    with pytest.raises(CheckFailed, match="articles: 60 in the last snapshot, now 25"):
        check_warehouse(loaded, RUN, previous={"articles": 60, "claims": 60})


def test_a_rule_that_cannot_be_evaluated_is_no_success(loaded):
    broken = Rule(
        table="claims",
        name="broken",
        severity=Severity.REJECT,
        where="t.no_such_column > 1",
        reason="never",
        remedy="never",
    )
    from expectations.rules import Stage

    with pytest.raises(CheckFailed, match="Could not be evaluated"):
        check_warehouse(loaded, RUN, more=[replace(broken, stages=(Stage.WAREHOUSE,))])


def test_a_clock_that_is_years_behind_stops_the_run_and_is_named(tmp_path):
    rows = make_articles(range(30))
    rows["articles"] = [
        replace(a, first_seen_at=a.first_seen_at.replace(year=1999), last_seen_at=a.last_seen_at.replace(year=1999)) for a in rows["articles"]
    ]
    stage(tmp_path, "b", rows)
    with pytest.raises(CheckFailed, match=r"30 of 30 articles were set aside.*clock may be wrong"):
        check_staged(tmp_path, RUN)
