import dataclasses
import datetime as dt
import errno
import json
import os
import subprocess
import sys
import textwrap

import duckdb
import pyarrow.parquet as pq
import pytest

from benchmarks.synthetic import make_article, make_articles
from flows.load import merge_staged, open_warehouse
from flows.publish import publish
from flows.snapshots import find_snapshot, list_snapshots, read_manifest, read_pointer, rollback, snapshots_dir, verify_snapshot
from flows.staging import stage
from flows.warehouse import upsert
from presslake import schema
from presslake.errors import PublishError
from tests.rows import NOW, fetch_row

RUN = schema.make_id("run", "publish")


@pytest.fixture
def house(tmp_path):
    """A data directory with a loaded warehouse."""
    con = open_warehouse(tmp_path / "press.duckdb")
    load(con, tmp_path, make_articles(range(12)))
    yield con, tmp_path
    con.close()


def load(con, data_dir, rows):
    folder = data_dir / "staging" / str(len(list((data_dir / "staging").glob("*"))))
    stage(folder, "b", rows)
    merge_staged(con, folder, RUN)


def test_a_snapshot_is_what_the_manifest_says_and_the_pointer_names_it(house):
    con, data_dir = house
    result = publish(con, data_dir, RUN)

    pointer = json.loads((data_dir / "snapshots" / "latest.json").read_text())
    assert set(pointer) == {"snapshot_id", "path", "schema_version", "manifest_sha256"}
    assert result.path == data_dir / "snapshots" / pointer["path"]
    assert verify_snapshot(result.path) == []
    manifest = read_manifest(result.path)
    assert manifest["snapshot_id"] == result.snapshot_id
    assert list(manifest["tables"]) == list(schema.PUBLIC_TABLES)
    for table, facts in manifest["tables"].items():
        rows = sum(pq.read_metadata(result.path / f["path"]).num_rows for f in facts["files"])
        assert rows == facts["rows"] == con.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        assert facts["primary_key"] == list(schema.primary_key(table))
        for f in facts["files"]:
            written = pq.read_schema(result.path / f["path"])
            assert written.equals(schema.arrow_schema(table, published=True)), table
            assert written.metadata[b"presslake.schema_version"].decode() == schema.SCHEMA_VERSION
    package = json.loads((result.path / "datapackage.json").read_text())
    assert {r["name"] for r in package["resources"]} == {t.replace("_", "-") for t in schema.PUBLIC_TABLES}
    assert not list((data_dir / "snapshots").glob(".*")), "nothing is left aside"


def test_an_unchanged_warehouse_publishes_nothing_unless_asked_to(house):
    con, data_dir = house
    first = publish(con, data_dir, RUN)
    again = publish(con, data_dir, RUN)
    assert (again.published, again.snapshot_id) == (False, first.snapshot_id)
    assert len(list_snapshots(data_dir)) == 1
    forced = publish(con, data_dir, RUN, force=True)
    assert forced.published
    assert forced.path != first.path
    assert verify_snapshot(forced.path) == []
    assert not publish(con, data_dir, RUN).published


def test_the_same_rows_give_the_same_bytes_in_another_warehouse(house, tmp_path_factory):
    con, data_dir = house
    other_dir = tmp_path_factory.mktemp("other")
    other = open_warehouse(other_dir / "press.duckdb")
    for numbers in (range(6, 12), range(6)):
        load(other, other_dir, make_articles(numbers))
    one, two = (publish(c, folder, RUN, now=NOW) for c, folder in ((con, data_dir), (other, other_dir)))
    other.close()
    assert one.snapshot_id == two.snapshot_id

    def files(result):
        return {str(p.relative_to(result.path)): p.read_bytes() for p in result.path.rglob("*") if p.is_file()}

    assert files(one) == files(two)
    assert {"manifest.json", "snapshot.duckdb", "views.sql"} <= set(files(one))


def test_a_changed_article_gives_a_delta_and_reuses_the_parts_that_stayed(house):
    con, data_dir = house
    first = publish(con, data_dir, RUN)
    load(con, data_dir, make_article(3, edition=1, run=45))
    load(con, data_dir, make_article(99, run=45))
    second = publish(con, data_dir, RUN)

    assert (second.changes["articles"].added, second.changes["articles"].changed, second.changes["articles"].withdrawn) == (1, 1, 0)
    delta = duckdb.sql(f"SELECT change, title FROM '{second.path}/delta/articles.parquet' ORDER BY 1").fetchall()
    assert [d[0] for d in delta] == ["added", "changed"]
    assert read_manifest(second.path)["previous_snapshot_id"] == first.snapshot_id
    urls = {p.name for p in (first.path / "article_urls").iterdir()}
    assert urls <= {p.name for p in (second.path / "article_urls").iterdir()}, "a month without a change keeps its file"
    assert all((second.path / "article_urls" / name).stat().st_nlink == 2 for name in urls)
    assert verify_snapshot(second.path) == verify_snapshot(first.path) == []


@pytest.mark.parametrize(
    ("rights", "reserved", "shows_body", "shows_lead"),
    [("full_text", False, True, True), ("excerpt", False, False, True), ("metadata", False, False, False), ("full_text", True, False, False)],
)
def test_rights_and_reservations_decide_which_text_leaves_the_house(tmp_path, rights, reserved, shows_body, shows_lead):
    con = open_warehouse(":memory:")
    load(con, tmp_path, make_article(1, source_id="paper"))
    con.execute("UPDATE articles SET tdm_reserved = ?", [reserved])
    source = schema.Source(
        source_id="paper", name="Paper", country=None, language="de", rights=rights, is_active=True, last_success_at=None, failure_count=0,
        next_poll_at=None,
    )  # fmt: skip
    upsert(con, "sources", [source])
    result = publish(con, tmp_path, RUN)
    body, lead = duckdb.sql(f"SELECT body_text, lead FROM '{result.path}/articles/*.parquet'").fetchall()[0]
    (version,) = duckdb.sql(f"SELECT body_text FROM '{result.path}/article_versions/*.parquet'").fetchall()[0]
    assert (body is not None, lead is not None, version is not None) == (shows_body, shows_lead, shows_body)
    text = make_article(1, source_id="paper")["articles"][0].body_text
    leaks = [p.name for p in result.path.rglob("*.parquet") if "nicht äußern (Fassung" in str(pq.read_table(p).to_pylist())]
    assert bool(leaks) == shows_body
    assert publish(con, tmp_path, RUN, rights={"paper": "full_text"}).published == (not shows_body and not reserved), "configuration counts"
    claim = duckdb.sql(f"SELECT text, char_start, char_end FROM '{result.path}/claims/*.parquet'").fetchall()[0]
    assert text[claim[1] : claim[2]] == claim[0], "offsets count in the text that text_sha256 names"
    assert read_manifest(result.path)["rights"]["paper"] == {"rights": rights, "articles": 1, "tdm_reserved": int(reserved)}


@pytest.mark.parametrize(
    ("rule", "tdm", "shows_body", "shows_lead"),
    [
        ("user-agent: *, no line matches: allow", False, True, True),
        ("user-agent: *, allow: /; header: X-Robots-Tag noarchive", False, False, True),
        ("user-agent: *, allow: /; meta: robots noindex", False, False, False),
        ("meta: robots nosnippet", False, False, False),
        ("no rule: allow", True, False, False),
    ],
)
def test_what_a_page_reserves_keeps_its_text_in_the_house_and_its_last_word_counts(tmp_path, rule, tdm, shows_body, shows_lead):
    con = open_warehouse(":memory:")
    rows = make_article(1, source_id="paper")
    load(con, tmp_path, rows)
    article = rows["articles"][0]
    fetched = {"source_id": "paper", "raw_sha256": article.raw_sha256, "outcome": "fetched"}
    upsert(con, "fetches", [fetch_row(article.url, fetched_at=article.first_seen_at, robots_rule="no rule: allow", **fetched)])
    assert publish(con, tmp_path, RUN, rights={"paper": "full_text"}).published
    later = fetch_row(
        article.url,
        fetched_at=article.first_seen_at + dt.timedelta(days=1),
        robots_rule=rule,
        tdm_reserved=tdm,
        **fetched | {"outcome": "not_modified"},
    )
    upsert(con, "fetches", [dataclasses.replace(later, fetch_id=schema.make_id("fet", "later"))])
    result = publish(con, tmp_path, RUN, rights={"paper": "full_text"})
    assert result.published == (not shows_body), "the page's bytes are the same, what it allows is not"
    body, lead = duckdb.sql(f"SELECT body_text, lead FROM '{result.path}/articles/*.parquet'").fetchall()[0]
    (version,) = duckdb.sql(f"SELECT body_text FROM '{result.path}/article_versions/*.parquet'").fetchall()[0]
    assert (body is not None, lead is not None, version is not None) == (shows_body, shows_lead, shows_body)


def test_the_report_belongs_to_the_snapshot_but_not_to_its_content(house):
    con, data_dir = house
    seen = []

    def report(folder):
        seen.append(read_manifest(folder)["snapshot_id"])
        (folder / "report.html").write_text("<!doctype html>")

    result = publish(con, data_dir, RUN, report=report)
    assert seen == [result.snapshot_id]
    assert read_manifest(result.path)["report"]["path"] == "report.html"
    assert verify_snapshot(result.path) == []
    (result.path / "report.html").write_text("changed")
    assert verify_snapshot(result.path) == ["report.html: has 7 bytes instead of 15"]


def test_a_failing_report_does_not_hold_back_the_data(house):
    con, data_dir = house

    def report(folder):
        raise ValueError("no chart")

    result = publish(con, data_dir, RUN, report=report)
    assert result.warnings == ("the report could not be written: ValueError: no chart",)
    assert verify_snapshot(result.path) == []


def test_damage_is_found_and_rollback_goes_only_to_what_is_whole(house):
    con, data_dir = house
    first = publish(con, data_dir, RUN)
    load(con, data_dir, make_article(50))
    second = publish(con, data_dir, RUN)
    assert read_pointer(snapshots_dir(data_dir)).snapshot_id == second.snapshot_id

    assert rollback(data_dir, first.snapshot_id[:9]).snapshot_id == first.snapshot_id
    assert find_snapshot(data_dir, "latest") == first.path
    forward = publish(con, data_dir, RUN)
    assert forward.snapshot_id == second.snapshot_id, "the same content is the same snapshot"

    victim = next((first.path / "claims").iterdir())
    content = bytearray(victim.read_bytes())
    content[100] ^= 1
    victim.write_bytes(content)
    assert "was changed (another SHA-256)" in verify_snapshot(first.path)[0]
    with pytest.raises(PublishError, match="not whole"):
        rollback(data_dir, first.snapshot_id)
    with pytest.raises(PublishError, match="snapshots list"):
        rollback(data_dir, "snp_none")


def test_only_so_many_snapshots_are_kept_and_never_the_current_one_lost(house):
    con, data_dir = house
    ids = [publish(con, data_dir, RUN).snapshot_id]
    for number in range(60, 62):
        load(con, data_dir, make_article(number))
        ids.append(publish(con, data_dir, RUN, keep=2).snapshot_id)
    assert [s.snapshot_id for s in list_snapshots(data_dir)] == ids[:-3:-1]
    assert verify_snapshot(find_snapshot(data_dir, "latest")) == []


@pytest.mark.parametrize(
    ("number", "words"), [(errno.ENOSPC, "disk is full"), (errno.EROFS, "may not be written"), (errno.EIO, "last snapshot stands")]
)
def test_a_failing_disk_leaves_the_last_snapshot_and_says_what_to_do(house, monkeypatch, number, words):
    con, data_dir = house
    first = publish(con, data_dir, RUN)
    load(con, data_dir, make_article(70))

    def fail(*args):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("flows.publish.write_part", fail)
    with pytest.raises(PublishError, match=words):
        publish(con, data_dir, RUN)
    assert find_snapshot(data_dir, "latest") == first.path
    assert verify_snapshot(first.path) == []
    assert sorted(p.name for p in (data_dir / "snapshots").iterdir()) == ["latest.json", first.snapshot_id]


def test_what_is_read_back_differently_is_not_published(house, monkeypatch):
    con, data_dir = house
    monkeypatch.setattr("flows.publish.part_of_file", lambda *args: (0, "other"))
    with pytest.raises(PublishError, match="not what was read back"):
        publish(con, data_dir, RUN)
    assert read_pointer(snapshots_dir(data_dir)) is None


@pytest.mark.slow
def test_kill_at_any_moment_leaves_whole_snapshots_and_the_next_publish_sweeps(house):
    con, data_dir = house
    publish(con, data_dir, RUN)
    load(con, data_dir, make_article(80))
    con.close()
    code = textwrap.dedent(f"""
        import os, pathlib, sys
        from flows import publish, snapshotfiles
        from flows.load import open_warehouse
        steps = int(sys.argv[1])
        def deadly(name, module):
            real = getattr(module, name)
            def call(*args, **options):
                global steps
                steps -= 1
                if steps == 0:
                    os.kill(os.getpid(), 9)
                return real(*args, **options)
            setattr(module, name, call)
        for name in ("write_part", "part_of_file", "file_hash", "_write_json", "_replace_folder", "write_whole", "_note"):
            deadly(name, publish)
        con = open_warehouse(pathlib.Path({str(data_dir)!r}) / "press.duckdb")
        publish.publish(con, pathlib.Path({str(data_dir)!r}), {RUN!r})
    """)
    statuses = []
    for steps in (1, 9, 41, 43, 500):
        done = subprocess.run([sys.executable, "-c", code, str(steps)], capture_output=True, check=False)
        statuses.append(done.returncode)
        current = find_snapshot(data_dir, "latest")
        assert verify_snapshot(current) == []
        assert all(verify_snapshot(s.path) == [] for s in list_snapshots(data_dir))
    assert statuses[0] == -9
    assert statuses[-1] == 0
    assert not list((data_dir / "snapshots").glob(".*"))
    assert read_manifest(find_snapshot(data_dir, "latest"))["tables"]["articles"]["rows"] == 13


def test_a_clock_that_jumps_back_loses_no_snapshot_and_the_chain_holds(house):
    con, data_dir = house
    first = publish(con, data_dir, RUN, now=NOW)
    load(con, data_dir, make_article(99))
    second = publish(con, data_dir, RUN, now=NOW.replace(year=NOW.year - 20), keep=1)
    assert read_pointer(snapshots_dir(data_dir)).snapshot_id == second.snapshot_id
    assert read_manifest(second.path)["previous_snapshot_id"] == first.snapshot_id
    assert second.removed == ()
    assert [verify_snapshot(s.path) for s in list_snapshots(data_dir)] == [[], []]
    load(con, data_dir, make_article(98))
    third = publish(con, data_dir, RUN, now=NOW.replace(year=NOW.year + 1), keep=1)
    assert {s.snapshot_id for s in list_snapshots(data_dir)} == {third.snapshot_id}, "the clock is right again, and so is what is kept"
