import datetime as dt
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from benchmarks import synthetic
from benchmarks.synthetic import combine, make_article, make_articles, make_run
from flows.load import LoadResult, merge_staged, open_warehouse
from flows.staging import stage
from presslake import schema
from presslake.errors import WarehouseError
from transforms.resolve.entities import Resolved, resolve_entities


@pytest.fixture
def con():
    con = open_warehouse(":memory:")
    yield con
    con.close()


def load(con, folder: Path, *batches: synthetic.Rows) -> LoadResult:
    for number, rows in enumerate(batches):
        stage(folder, f"batch{number}", rows)
    return merge_staged(con, folder, "run")


def contents(con) -> dict[str, list]:
    return {t: con.execute(f'SELECT * FROM "{t}" ORDER BY ALL').fetchall() for t in schema.TABLES}


def test_merge_fills_every_table_and_a_second_identical_merge_changes_nothing(con, tmp_path):
    rows = make_articles(range(20))
    first = load(con, tmp_path, rows)
    before = contents(con)

    second = merge_staged(con, tmp_path, "run_later")

    assert first.counts["articles"].new == 20
    assert first.counts["claims"].new == 20
    assert {t for t in schema.PUBLIC_TABLES if not before[t]} == set()
    assert not second.has_changes
    assert second.counts["articles"].unchanged == 20
    assert contents(con) == before


def test_a_new_text_makes_a_version_ends_old_claims_and_replaces_what_stood_in_the_old_text(con, tmp_path):
    load(con, tmp_path / "1", make_article(1))
    load(con, tmp_path / "2", make_article(1, edition=1, run=1))

    versions = con.execute("SELECT version_no, valid_from, valid_to, change_kind FROM article_versions ORDER BY 1").fetchall()
    assert [(v, kind) for v, _, _, kind in versions] == [(1, "initial"), (2, "update")]
    assert versions[0][2] == versions[1][1]
    assert versions[1][2] is None
    assert con.execute("SELECT version_no FROM articles").fetchall() == [(2,)]
    assert con.execute("SELECT count(*) FROM claims WHERE NOT is_current").fetchone() == (1,)
    for table, column in (("mentions", "surface"), ("claim_quantities", "raw_text")):
        wrong = con.execute(f"""
            SELECT count(*) FROM {table} t JOIN articles a USING (article_id)
            WHERE substr(a.body_text, t.char_start + 1, t.char_end - t.char_start) <> t.{column}""").fetchone()
        assert wrong == (0,), table


def test_a_change_of_metadata_updates_the_article_without_a_new_version(con, tmp_path):
    load(con, tmp_path / "1", make_article(1))
    result = load(con, tmp_path / "2", make_article(1, section="Politik", run=1))

    assert con.execute("SELECT section, version_no FROM articles").fetchall() == [("Politik", 1)]
    assert result.counts["articles"].changed == 1
    assert result.counts["claims"].changed == 0


def test_a_text_that_returns_is_a_third_version_and_its_claims_are_current_again(con, tmp_path):
    for run, edition in enumerate((0, 1, 0)):
        load(con, tmp_path / str(run), make_article(5, edition=edition, run=run))

    assert con.execute("SELECT count(*) FROM article_versions").fetchone() == (3,)
    current = con.execute("SELECT text FROM claims WHERE is_current").fetchall()
    assert current == [(make_article(5)["claims"][0].text,)]


@st.composite
def observations(draw):
    """Fetches of a few articles: each text of an article at its own moment, some seen again at once, in any order and any split."""
    seen = []
    for number in range(draw(st.integers(1, 2))):
        hour = 0
        for edition in draw(st.permutations(range(3)))[: draw(st.integers(1, 3))]:
            for section in draw(st.permutations(["Wirtschaft", "Politik"]))[: draw(st.integers(1, 2))]:
                hour += draw(st.integers(1, 9))
                seen.append((number, edition, section, hour))
    parts = draw(st.integers(1, 3))
    order = draw(st.permutations(seen))
    return [order[i::parts] for i in range(parts) if order[i::parts]]


def observe(number: int, edition: int, section: str, hour: int) -> synthetic.Rows:
    return make_article(number, edition=edition, section=section, seen_at=synthetic.START + dt.timedelta(hours=hour), source_id="paper")


@settings(max_examples=5, deadline=None, phases=(Phase.explicit, Phase.generate))
@example([[(0, 1, "W", 7), (0, 1, "P", 14), (0, 2, "P", 20)], [(0, 2, "W", 15)]])
@given(observations())
def test_any_order_and_any_split_of_the_same_observations_gives_the_same_rows(tmp_path_factory, batches):
    results = []
    for parts in ([[seen for part in batches for seen in part]], batches):
        con = open_warehouse(":memory:")
        for part in parts:
            load(con, tmp_path_factory.mktemp("stage"), combine(observe(*seen) for seen in part))
        results.append(contents(con))
        con.close()
    assert results[0] == results[1]


def test_small_batches_in_any_order_give_the_rows_of_one_large_load(tmp_path):
    new = [make_article(n, run=n % 3) for n in range(24)]
    edits = [make_article(n, edition=1, run=5) for n in range(0, 24, 5)]
    results = []
    for batches in ([[*new, *edits]], [new[::2], edits, new[1::2]], [edits[::-1], new[12:], new[:12]]):
        con = open_warehouse(":memory:")
        for batch in batches:
            load(con, tmp_path / f"{len(results)}-{len(batch)}-{batch is edits}", combine(batch))
        results.append(contents(con))
        con.close()
    assert results[0] == results[1] == results[2]


def test_a_load_of_many_files_is_the_same_in_one_go_or_in_several(con, tmp_path, monkeypatch):
    batches = [make_articles(range(n, n + 3)) for n in range(0, 12, 3)] + [make_articles([1, 4], edition=1, run=5)]
    load(con, tmp_path, *batches)
    at_once = contents(con)
    monkeypatch.setattr("flows.load.AT_ONCE", 4)
    other = open_warehouse(":memory:")
    merge_staged(other, tmp_path, "run")
    assert contents(other) == at_once
    other.close()


def test_of_a_load_that_breaks_off_whole_batches_stay_and_the_next_one_does_the_rest(con, tmp_path, monkeypatch):
    monkeypatch.setattr("flows.load.AT_ONCE", 4)
    for number in range(3):
        stage(tmp_path, f"batch{number}", make_articles(range(4 * number, 4 * number + 4)))
    stage(tmp_path, "log", {"runs": [make_run(0)]})
    calls = []

    def breaks(*given):
        calls.append(given)
        if len(calls) == 3:
            raise RuntimeError("resolver broke")
        return resolve_entities(*given)

    with pytest.raises(RuntimeError, match="resolver broke"):
        merge_staged(con, tmp_path, "run", resolver=breaks)
    assert con.execute("SELECT count(*) FROM articles").fetchone() == (8,)
    assert con.execute("SELECT count(*) FROM runs").fetchone() == (0,), "nothing says yet that the pages were read"

    result = merge_staged(con, tmp_path, "run")
    assert (result.counts["articles"].new, result.counts["articles"].unchanged, result.counts["runs"].new) == (4, 8, 1)
    other = open_warehouse(":memory:")
    monkeypatch.setattr("flows.load.AT_ONCE", 100)
    merge_staged(other, tmp_path, "run")
    assert contents(other) == contents(con)
    other.close()


def test_articles_that_are_replaced_keep_what_is_staged_of_them_in_any_batch(con, tmp_path, monkeypatch):
    monkeypatch.setattr("flows.load.AT_ONCE", 2)
    load(con, tmp_path / "old", make_articles(range(6)))
    ids = sorted(a for (a,) in con.execute("SELECT article_id FROM articles").fetchall())
    again = [make_article(0), make_article(1, edition=1, run=4), make_article(2), make_article(1)]  # the two texts of one are in two batches
    for number, rows in enumerate(again):
        stage(tmp_path / "again", f"batch{number}", rows)
    merge_staged(con, tmp_path / "again", "run", replacing=ids)

    assert con.execute("SELECT count(*) FROM articles").fetchone() == (3,), "of the others nothing is staged"
    assert con.execute("SELECT count(*) FROM article_versions").fetchone() == (4,)


def test_identities_follow_when_a_later_article_joins_two_people(con, tmp_path):
    def one_person(entities, judgements, counts):
        entities = list(entities)
        plain = resolve_entities(entities, judgements, counts)
        people = sorted(i for i in plain.identities if i.startswith("per"))
        if len({e.article_id for e in entities}) < 3:
            return plain
        joined = {k: replace(a, entity_id=people[0]) if a.entity_id in people else a for k, a in plain.assignments.items()}
        return Resolved(joined, {k: v for k, v in plain.identities.items() if k not in people[1:]})

    def of_one_block(number, **options):
        rows = make_article(number, **options)
        rows["article_entities"] = [replace(e, block_keys=("everybody",)) for e in rows["article_entities"]]
        return rows

    for number in (1, 2, 3):
        stage(tmp_path / str(number), "b", of_one_block(number))
        merge_staged(con, tmp_path / str(number), "run", resolver=one_person)

    assert con.execute("SELECT article_count, claim_count FROM people").fetchall() == [(3, 3)]
    ids = con.execute("SELECT person_id FROM people").fetchone()
    assert con.execute("SELECT DISTINCT speaker_person_id FROM claims").fetchall() == [ids]
    assert con.execute("SELECT DISTINCT entity_id FROM mentions WHERE entity_kind = 'person'").fetchall() == [ids]
    assert con.execute("SELECT DISTINCT person_id FROM affiliations").fetchall() == [ids]

    stage(tmp_path / "4", "b", of_one_block(1, edition=1, run=1))
    merge_staged(con, tmp_path / "4", "run")
    assert con.execute("SELECT count(*) FROM people").fetchone() == (3,), "split again: every row finds its way back"
    assert con.execute("SELECT count(*) FROM claims c ANTI JOIN people p ON c.speaker_person_id = p.person_id").fetchone() == (0,)


def test_syndicated_copies_become_one_cluster_and_a_repeated_quotation_one_group(con, tmp_path):
    long = [" ".join(f"Wort{n} folgt{n % 7} auf{n % 11}" for n in range(60)) + f" {paper}" for paper in ("Ende", "Schluss")]
    copies = []
    for number, text in enumerate(long):
        rows = make_article(900, source_id=f"copy{number}", run=number)
        article = rows["articles"][0]
        rows["articles"] = [replace(article, body_text=f"{article.body_text}\n\n{text}", text_sha256=str(number) * 64)]
        copies.append(rows)
    for number, rows in enumerate([*copies, make_article(901, run=1)]):
        load(con, tmp_path / str(number), rows)

    clusters = con.execute("SELECT source_id, cluster_id IS NULL, is_cluster_lead FROM articles ORDER BY 1").fetchall()
    assert clusters == [("copy0", False, True), ("copy1", False, False), ("paper5", True, True)]
    assert con.execute("SELECT count(DISTINCT cluster_id) FROM articles").fetchone() == (1,)
    groups = con.execute("SELECT a.source_id, claim_group_id FROM claims JOIN articles a USING (article_id) ORDER BY 1").fetchall()
    assert groups[0][1] == groups[1][1]

    load(con, tmp_path / "later", make_article(900, edition=1, source_id="copy0", run=9))
    assert con.execute("SELECT count(*) FROM articles WHERE cluster_id IS NOT NULL OR NOT is_cluster_lead").fetchone() == (0,)


def test_a_failing_merge_leaves_everything_as_it_was(con, tmp_path):
    load(con, tmp_path / "1", make_article(1))
    before = contents(con)

    def fail(entities, judgements, counts):
        raise RuntimeError("resolver broke")

    stage(tmp_path / "2", "b", make_articles([2, 3]))
    with pytest.raises(RuntimeError, match="resolver broke"):
        merge_staged(con, tmp_path / "2", "run", resolver=fail)
    assert contents(con) == before


def test_a_load_that_may_not_take_enough_memory_says_how_to_give_it_more(con, tmp_path):
    stage(tmp_path, "b", make_articles(range(30)))
    con.execute("SET memory_limit = '3MB'")
    con.execute("SET temp_directory = ''")
    with pytest.raises(WarehouseError, match=r"needs more memory.*PRESSLAKE_MEMORY, for example to 4GB.*was undone"):
        merge_staged(con, tmp_path, "run")


def test_runs_are_replaced_and_rejects_and_fetches_kept_as_first_seen(con, tmp_path):
    run = make_run(0)
    reject = schema.Reject(
        reject_id=schema.make_id("rej", "x"),
        table_name="pages",
        row_key="https://paper.example/x",
        row_json="{}",
        expectation="no_article",
        reason="The page holds no article.",
        raw_sha256=None,
        run_id=run.run_id,
        rejected_at=synthetic.START,
    )
    load(con, tmp_path / "1", {"runs": [run], "rejects": [reject]})
    later = replace(reject, rejected_at=synthetic.START + dt.timedelta(days=1))
    ended = replace(run, status="blocked")
    result = load(con, tmp_path / "2", {"runs": [ended], "rejects": [later]})

    assert result.counts["rejects"].unchanged == 1
    assert con.execute("SELECT rejected_at FROM rejects").fetchall() == [(synthetic.START,)]
    assert con.execute("SELECT status FROM runs").fetchall() == [("blocked",)]


def test_staged_file_of_another_version_is_refused_with_the_way_out(con, tmp_path):
    (tmp_path / "articles").mkdir()
    duckdb.sql("SELECT 1 AS article_id").write_parquet(str(tmp_path / "articles" / "b.parquet"))
    with pytest.raises(WarehouseError, match=r"delete .* and run again"):
        merge_staged(con, tmp_path, "run")
