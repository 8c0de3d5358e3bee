"""Snapshots as Delta Lake tables."""

import deltalake
import duckdb
import pytest

from benchmarks.synthetic import make_article, make_articles
from flows.exports import export_delta
from flows.load import merge_staged, open_warehouse
from flows.publish import publish
from flows.staging import stage
from presslake import schema
from presslake.errors import PublishError

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
