"""Snapshots as Delta Lake tables and as a DuckLake."""

import sys
from urllib.parse import urlsplit

import deltalake
import duckdb
import pytest

from benchmarks.synthetic import make_article, make_articles
from flows.exports import export_delta, export_ducklake
from flows.load import merge_staged, open_warehouse
from flows.publish import publish
from flows.staging import stage
from presslake import schema
from presslake.errors import ConfigError, PublishError
from tests import postgres
from tests.duckdb_extensions import install

RUN = schema.make_id("run", "exports")


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory):
    data_dir = tmp_path_factory.mktemp("data")
    con = open_warehouse(":memory:")
    found = []
    for number, rows in enumerate((make_articles(range(5)), make_article(5))):
        stage(data_dir / f"staging{number}", "b", rows)
        merge_staged(con, data_dir / f"staging{number}", RUN)
        found.append(publish(con, data_dir, RUN).path)
    con.close()
    return found


def test_each_snapshot_is_one_version_of_every_table(snapshots, tmp_path):
    first, second = snapshots
    assert all(e.written for e in export_delta(first, tmp_path))
    assert not any(e.written for e in export_delta(first, tmp_path)), "what is there already is not written again"
    assert {e.table for e in export_delta(second, tmp_path) if e.written} >= {"articles", "claims"}
    table = deltalake.DeltaTable(str(tmp_path / "claims"))
    assert table.history(1)[0]["presslake.snapshot_id"] == second.name
    now, then = table.to_pyarrow_table(), deltalake.DeltaTable(str(tmp_path / "claims"), version=0).to_pyarrow_table()
    assert (now.num_rows, then.num_rows) == (6, 5), "earlier snapshots stay readable by version"


@pytest.fixture(scope="module")
def exported_to(snapshots, tmp_path_factory):
    folder = tmp_path_factory.mktemp("delta")
    export_delta(snapshots[0], folder)
    return folder


@pytest.mark.parametrize("table", schema.PUBLIC_TABLES)
def test_the_rows_are_those_of_the_snapshot(snapshots, exported_to, table):
    exported = deltalake.DeltaTable(str(exported_to / table)).to_pyarrow_table()  # noqa: F841 - DuckDB finds it by name
    names = ", ".join(f'"{c.name}"' for c in schema.columns(table))
    want = duckdb.sql(f"SELECT {names} FROM '{snapshots[0]}/{table}/*.parquet' ORDER BY ALL").fetchall()
    assert duckdb.sql(f"SELECT {names} FROM exported ORDER BY ALL").fetchall() == want


def test_a_folder_that_cannot_be_used_is_named_with_the_remedy(snapshots, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(PublishError, match=r"file: .*export again"):
        export_delta(snapshots[0], tmp_path / "file")
    (tmp_path / "articles" / "_delta_log").mkdir(parents=True)
    (tmp_path / "articles" / "_delta_log" / "00000000000000000000.json").write_text("{broken")
    with pytest.raises(PublishError, match="every table is written anew"):
        export_delta(snapshots[0], tmp_path)


def lake(folder, catalog=None):
    """The lake as a reader sees it."""
    con = duckdb.connect()
    con.execute("LOAD ducklake")
    con.execute("SET TimeZone = 'UTC'")
    con.execute(f"ATTACH 'ducklake:{catalog or folder / 'catalog.ducklake'}' AS lake (READ_ONLY)")
    return con


@pytest.mark.parametrize("is_shared", [False, True], ids=["file", "postgres"])
def test_each_snapshot_is_one_version_of_the_whole_lake(snapshots, tmp_path, is_shared, request, monkeypatch):
    install(("ducklake", "postgres_scanner"), tmp_path / "home", monkeypatch)
    catalog = request.getfixturevalue("catalog_of_a_team") if is_shared else None
    first, second = snapshots
    assert all(e.written for e in export_ducklake(first, tmp_path, catalog))
    assert not any(e.written for e in export_ducklake(first, tmp_path, catalog)), "what is there already is not written again"
    later = {e.table: e for e in export_ducklake(second, tmp_path, catalog)}
    assert later["claims"].written
    con = lake(tmp_path, catalog)
    versions = con.execute("SELECT snapshot_id, commit_message FROM lake.snapshots() WHERE commit_message LIKE 'snp_%' ORDER BY 1").fetchall()
    assert [message for _, message in versions] == [first.name, second.name]
    for (version, _), folder, count in zip(versions, snapshots, (5, 6), strict=True):
        for table in schema.PUBLIC_TABLES:
            names = ", ".join(f'"{c.name}"' for c in schema.columns(table))
            want = con.execute(f"SELECT {names} FROM '{folder}/{table}/*.parquet' ORDER BY ALL").fetchall()
            assert con.execute(f'SELECT {names} FROM lake."{table}" AT (VERSION => {version}) ORDER BY ALL').fetchall() == want
        assert con.execute(f"SELECT count(*) FROM lake.articles AT (VERSION => {version})").fetchone() == (count,)
    con.close()


@pytest.fixture(scope="module")
def catalog_of_a_team():
    if reason := postgres.why_not():
        pytest.skip(reason)
    with postgres.postgres() as (address, _):
        at = urlsplit(address)
        yield f"postgres:dbname={at.path[1:]} host={at.hostname} port={at.port} user={at.username}"


def test_a_lake_that_cannot_be_written_is_named_with_the_remedy(snapshots, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    with pytest.raises(PublishError, match=r"file: .*export again; the snapshot stands"):
        export_ducklake(snapshots[0], tmp_path / "file")
    (tmp_path / "catalog.ducklake").write_text("no database")
    with pytest.raises(PublishError, match=r"catalogue answers.*export again"):
        export_ducklake(snapshots[0], tmp_path)
    monkeypatch.setitem(sys.modules, "duckdb_extension_ducklake", None)
    monkeypatch.setenv("HOME", str(tmp_path))  # where nobody installed it
    with pytest.raises(ConfigError, match=r"pip install 'presslake\[ducklake\]'"):
        export_ducklake(snapshots[0], tmp_path / "lake")
