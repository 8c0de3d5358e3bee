"""What consumers build on: every engine reads the snapshot through ``latest.json`` and sees the same rows and types."""

import json
import shutil

import duckdb
import pandas as pd
import polars as pl
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from benchmarks.synthetic import make_article, make_articles
from flows.load import merge_staged, open_warehouse
from flows.publish import publish
from flows.query import open_snapshot
from flows.snapshots import verify_snapshot
from flows.staging import stage
from presslake import schema
from presslake.views import VARIABLE, view_names


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    """Two snapshots: six articles, then seven."""
    data_dir = tmp_path_factory.mktemp("data")
    con = open_warehouse(":memory:")
    for number, rows in enumerate((make_articles(range(6)), make_article(6))):
        stage(data_dir / f"staging{number}", "b", rows)
        merge_staged(con, data_dir / f"staging{number}", "run")
        publish(con, data_dir, schema.make_id("run", "contract"))
    con.close()
    return data_dir


@pytest.fixture(scope="module")
def snapshot(data_dir):
    return data_dir / "snapshots" / json.loads((data_dir / "snapshots" / "latest.json").read_text())["path"]


@pytest.mark.parametrize("table", schema.PUBLIC_TABLES)
def test_every_engine_sees_the_same_rows_under_the_columns_of_the_contract(snapshot, table):
    names = [c.name for c in schema.columns(table)]
    rows = json.loads((snapshot / "manifest.json").read_text())["tables"][table]["rows"]
    arrow = ds.dataset(snapshot / table).to_table()
    assert arrow.schema.equals(schema.arrow_schema(table, published=True))
    assert arrow.num_rows == rows > 0
    frame = pd.read_parquet(snapshot / table)
    assert (list(frame.columns), len(frame)) == (names, rows)
    polars = pl.read_parquet(f"{snapshot}/{table}/*.parquet")
    assert (polars.columns, polars.height) == (names, rows)
    found = duckdb.sql(f"SELECT * FROM '{snapshot}/{table}/*.parquet'")
    assert (found.columns, len(found.fetchall())) == (names, rows)


def test_every_engine_reads_the_same_values(snapshot):
    columns = ["claim_id", "article_id", "text", "char_start", "is_negated", "confidence"]
    want = sorted(duckdb.sql(f"SELECT {', '.join(columns)} FROM '{snapshot}/claims/*.parquet'").fetchall())
    assert sorted(pl.read_parquet(f"{snapshot}/claims/*.parquet").select(columns).rows()) == want
    assert sorted(pd.read_parquet(snapshot / "claims")[columns].itertuples(index=False, name=None)) == want
    assert sorted(tuple(r[c] for c in columns) for r in ds.dataset(snapshot / "claims").to_table(columns=columns).to_pylist()) == want
    amounts = pl.read_parquet(f"{snapshot}/claim_quantities/*.parquet")["value"].to_list()
    assert sorted(amounts) == sorted(pd.read_parquet(snapshot / "claim_quantities")["value"].tolist()), "exact, not as floating point"
    times = pd.read_parquet(snapshot / "articles")["first_seen_at"]
    assert str(times.dt.tz) == "UTC"
    assert set(times) == set(pl.read_parquet(f"{snapshot}/articles/*.parquet")["first_seen_at"])


# By the documentation of its Parquet reader: physical and logical type, and what Spark SQL makes of them without a setting.
SPARK_READS = {
    ("BYTE_ARRAY", "String"): "string",
    ("INT64", "None"): "bigint",
    ("DOUBLE", "None"): "double",
    ("BOOLEAN", "None"): "boolean",
    ("INT32", "Date"): "date",
    ("INT64", "Timestamp(isAdjustedToUTC=true, timeUnit=microseconds)"): "timestamp",
    ("FIXED_LEN_BYTE_ARRAY", "Decimal(precision=38, scale=6)"): "decimal(38,6)",
}


def test_spark_reads_every_column_by_its_own_rules(snapshot):
    for path in snapshot.rglob("*.parquet"):
        metadata = pq.ParquetFile(path).metadata
        columns = [metadata.schema.column(i) for i in range(len(metadata.schema))]
        for column in columns:
            logical = str(column.logical_type).split(", is_from_converted_type")[0]
            logical = logical + ")" if logical.count("(") > logical.count(")") else logical
            assert (column.physical_type, logical) in SPARK_READS, (path.name, column.path)
            # Spark takes names without case, and reads lists of three levels only
            assert ".list." not in column.path or column.path.split(".list.")[1].split(".")[0] == "element", column.path
        names = [c.path.split(".")[0].lower() for c in columns if "." not in c.path]
        assert len(names) == len(set(names))
        chunks = [metadata.row_group(g).column(c) for g in range(metadata.num_row_groups) for c in range(metadata.num_columns)]
        assert {c.compression for c in chunks} <= {"ZSTD"}
        assert {e for c in chunks for e in c.encodings} <= {"PLAIN", "RLE", "RLE_DICTIONARY", "PLAIN_DICTIONARY"}, "what its fast reader knows"


def test_the_database_file_moves_with_its_snapshot(snapshot, tmp_path, monkeypatch):
    moved = tmp_path / "o'clock" / "copy"
    shutil.copytree(snapshot, moved)
    monkeypatch.chdir(moved)
    with duckdb.connect("snapshot.duckdb", read_only=True) as con:  # in its folder nothing has to be said
        assert con.sql("SELECT count(*) FROM articles").fetchone() == (7,)
        for view in view_names():
            con.execute(f"SELECT * FROM {view}").fetchall()
    monkeypatch.chdir("/")
    with duckdb.connect() as con:
        con.execute(f"SET VARIABLE {VARIABLE} = ?", [str(moved)])
        con.execute("ATTACH ? AS press (READ_ONLY)".replace("?", "'" + str(moved / "snapshot.duckdb").replace("'", "''") + "'"))
        assert con.sql("SELECT count(*) FROM press.v_claims").fetchone() == (7,)
    assert (snapshot / "snapshot.duckdb").stat().st_size < 1_000_000
    assert str(snapshot) not in (snapshot / "views.sql").read_text()
    assert str(snapshot.parents[1]).encode() not in (snapshot / "snapshot.duckdb").read_bytes(), "nothing of the house that made it"


def test_the_sql_file_makes_the_same_views_in_any_session(snapshot, monkeypatch):
    monkeypatch.chdir(snapshot)
    with duckdb.connect() as con:
        con.execute((snapshot / "views.sql").read_text())
        assert con.sql("SELECT count(*) FROM v_claims").fetchone() == (7,)


def test_the_database_file_is_in_the_format_of_duckdb_1_2(snapshot):
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{snapshot / 'snapshot.duckdb'}' AS press (READ_ONLY)")
        (tags,) = con.sql("SELECT tags FROM duckdb_databases() WHERE database_name = 'press'").fetchone()
    assert "v1.2" in tags["storage_version"]


def test_a_damaged_consumer_file_is_found(snapshot, tmp_path):
    copy = tmp_path / snapshot.name
    shutil.copytree(snapshot, copy)
    assert verify_snapshot(copy) == []
    (copy / "views.sql").write_text("")
    assert verify_snapshot(copy)[0].startswith("views.sql: has 0 bytes")


def test_an_earlier_snapshot_is_read_by_its_id(data_dir, snapshot):
    previous = json.loads((snapshot / "manifest.json").read_text())["previous_snapshot_id"]
    counts = []
    for name in ("latest", previous, previous[:9]):
        with open_snapshot(data_dir, name) as con:
            counts.append(con.sql("SELECT count(*) FROM articles").fetchone()[0])
    assert counts == [7, 6, 6]
