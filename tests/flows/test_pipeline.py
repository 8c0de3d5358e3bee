"""The flows under a real Prefect, against the demo press on loopback, a real DuckDB and real Great Expectations."""

import json
from pathlib import Path

import duckdb
import pytest

from flows.demo.server import serve_press
from flows.load import open_warehouse
from presslake import schema

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def flows():
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        from flows import pipeline

        yield pipeline


@pytest.fixture(scope="module")
def demo(flows, tmp_path_factory):
    """Two runs of ``daily`` on the demo press, one after the other."""
    data_dir = tmp_path_factory.mktemp("demo")
    config = data_dir / "sources.toml"
    with serve_press(range(8801, 8900)) as press:
        config.write_text(press.config, encoding="utf-8")
        first = flows.daily(data_dir=str(data_dir), config=str(config), refetch="all")
        pointer = (data_dir / "snapshots" / "latest.json").read_bytes()
        second = flows.daily(data_dir=str(data_dir), config=str(config), refetch="all")
    return data_dir, first, second, pointer


def rows_of(data_dir: Path) -> dict[str, list[tuple]]:
    con = open_warehouse(data_dir / "press.duckdb", read_only=True)
    try:
        return {t: sorted(con.execute(f'SELECT * FROM "{t}"').fetchall(), key=repr) for t in schema.PUBLIC_TABLES}
    finally:
        con.close()


def test_a_run_takes_real_pages_to_a_published_snapshot(demo):
    data_dir, first, _, _ = demo
    assert first.status == "published"
    assert first.articles == 13
    assert dict(first.rejects) == {"placeholder": 1}
    assert first.fetches["refused_robots"] == 1
    assert first.fetches["not_found"] == 1
    folder = data_dir / "snapshots" / first.snapshot_path
    assert (folder / "report.html").stat().st_size < 2_000_000


def test_a_second_run_fetches_conditionally_and_changes_nothing(demo):
    data_dir, first, second, pointer = demo
    assert second.status == "unchanged"
    assert second.fetches["not_modified"] == 14
    assert second.fetches["fetched"] == 0
    assert second.changed == {}
    assert second.snapshot_id == first.snapshot_id
    assert (data_dir / "snapshots" / "latest.json").read_bytes() == pointer


def test_every_fact_leads_back_to_bytes_of_the_archive(demo):
    data_dir, *_ = demo
    con = open_warehouse(data_dir / "press.duckdb", read_only=True)
    try:
        for table in ("articles", "claims", "mentions", "affiliations", "claim_quantities"):
            lost = con.execute(f"SELECT count(*) FROM {table} t WHERE NOT EXISTS (FROM fetches f WHERE f.raw_sha256 = t.raw_sha256)").fetchall()
            assert lost == [(0,)], table
    finally:
        con.close()


def test_who_said_what_reads_right(demo):
    data_dir, *_ = demo
    folder = data_dir / "snapshots" / json.loads((data_dir / "snapshots" / "latest.json").read_text())["path"]
    con = duckdb.connect()
    claims = con.execute(
        f"SELECT p.name, c.text FROM read_parquet('{folder}/claims/*.parquet') c "
        f"JOIN read_parquet('{folder}/people/*.parquet') p ON p.person_id = c.speaker_person_id WHERE speech_type = 'direct'"
    ).fetchall()
    assert ("Maren Holtkamp", "„Wir wollen, dass Jugendliche verstehen, wie Empfehlungen zustande kommen“") in claims
    assert ("Folasade Adeyemi", "„Wer uns langweilig findet, hat uns verstanden.“") in claims
    assert ("Callum Reyes", "“We want the next generation to earn from day one,”") in claims


def test_a_rebuild_from_the_archive_gives_the_same_rows(demo, flows):
    data_dir, *_ = demo
    before = rows_of(data_dir)
    summary = flows.rebuild(data_dir=str(data_dir), config=str(data_dir / "sources.toml"))
    after = rows_of(data_dir)
    assert summary.status == "unchanged"
    for table, rows in before.items():
        assert after[table] == rows, table


def test_bad_input_is_set_aside_and_the_rest_is_kept(flows, tmp_path):
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "empty.html").write_bytes(b"")
    (pages / "image.html").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    (pages / "cut.html").write_text("<html><body><article><h1>Halb", encoding="utf-8")
    (pages / "latin.txt").write_bytes(
        "Müller grüßt TikTok\n\nDie Plattform TikTok hat in Köln ein Büro eröffnet. „Wir fühlen uns hier wohl“, sagte Leiterin Ömür Kaya.\n\n"
        "Das Büro in der Südstadt hat nach Angaben von TikTok Platz für rund 200 Menschen.".encode("cp1252")
    )
    summary = flows.ingest(inputs=[str(pages), str(tmp_path / "missing.html")], data_dir=str(tmp_path / "data"), config=str(tmp_path / "none.toml"))
    assert summary.status == "published"
    assert summary.articles == 1
    con = open_warehouse(tmp_path / "data" / "press.duckdb", read_only=True)
    try:
        assert con.execute("SELECT title FROM articles").fetchall() == [("Müller grüßt TikTok",)]
        reasons = con.execute("SELECT row_key, reason FROM rejects").fetchall()
        assert con.execute("SELECT outcome FROM fetches WHERE url LIKE '%missing%'").fetchall() == [("unreadable",)]
    finally:
        con.close()
    assert len(reasons) == 3
    assert all(reason for _, reason in reasons)
