"""What consumers build on: every engine reads the snapshot through ``latest.json`` and sees the same rows and types."""

import json

import duckdb
import pandas as pd
import polars as pl
import pyarrow.dataset as ds
import pytest

from benchmarks.synthetic import make_articles
from flows.load import merge_staged, open_warehouse
from flows.publish import publish
from flows.staging import stage
from presslake import schema


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    data_dir = tmp_path_factory.mktemp("data")
    stage(data_dir / "staging", "b", make_articles(range(6)))
    con = open_warehouse(":memory:")
    merge_staged(con, data_dir / "staging", "run")
    publish(con, data_dir, schema.make_id("run", "contract"))
    con.close()
    pointer = json.loads((data_dir / "snapshots" / "latest.json").read_text())
    return data_dir / "snapshots" / pointer["path"]


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


def test_no_type_is_used_that_spark_does_not_know(snapshot):
    known = {"string", "int64", "double", "bool", "timestamp[us, tz=UTC]", "date32[day]", "decimal128(38, 6)"}
    for table in schema.PUBLIC_TABLES:
        for field in schema.arrow_schema(table, published=True):
            kind = str(field.type).replace("list<item: ", "").replace("list<element: ", "").removesuffix(">")
            assert kind in known or kind.startswith("struct<start: int64, end: int64"), (table, field)
