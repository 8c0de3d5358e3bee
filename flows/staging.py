"""Staged Parquet: what the workers write in parallel, and the one writer merges: ``<staging_dir>/<table>/*.parquet``."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Container, Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from flows.stores import Store
from flows.warehouse import Connection, column_list, literal
from presslake import schema
from presslake.errors import WarehouseError

ARTICLE_TABLES = ("articles", "article_urls", "article_entities", "blocks", "mentions", "affiliations", "claims", "claim_quantities")
"""What is found in a page."""
LOG_TABLES = ("rejects", "fetches", "runs", "sources", "expectation_results")
"""What is known of pages and runs."""


def stage(staging_dir: Path, name: str, rows: Mapping[str, Iterable[Any]]) -> list[str]:
    """Write one batch of records per table as ``<staging_dir>/<table>/<name>.parquet``, whole or not at all; gives the files written."""
    import pyarrow.parquet as pq

    def write(batch: Any, file: str) -> None:
        path = staging_dir / file
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(".tmp")
        pq.write_table(batch, aside, compression="zstd", compression_level=1)
        aside.replace(path)

    return _write_each(name, rows, write)


def stage_in(store: Store, run_id: str, name: str, rows: Mapping[str, Iterable[Any]]) -> list[str]:
    """The same into a store that machines share, below ``staging/<run_id>/``."""
    return _write_each(name, rows, lambda batch, file: store.write_table(batch, f"staging/{run_id}/{file}"))


def _write_each(name: str, rows: Mapping[str, Iterable[Any]], write: Callable[[Any, str], None]) -> list[str]:
    """Tables without a row get no file."""
    written = []
    for table, records in rows.items():
        batch = schema.to_arrow(table, records)
        if batch.num_rows:
            file = f"{table}/{name}.parquet"
            write(batch, file)
            written.append(file)
    return written


def staged_files(staging_dir: Path, table: str) -> list[str]:
    """Parquet files staged for ``table``, sorted."""
    return [str(p) for p in sorted((staging_dir / table).glob("*.parquet"))]


def staged_batches(staging_dir: Path, at_once: int) -> list[set[str]]:
    """Names of the staged files of articles and of what stands in them, in groups of about ``at_once`` articles; at least one group."""
    import pyarrow.parquet as pq

    names = sorted({Path(f).stem for table in ARTICLE_TABLES for f in staged_files(staging_dir, table)})
    batches: list[set[str]] = [set()]
    filled = 0
    for name in names:
        path = staging_dir / "articles" / f"{name}.parquet"
        try:
            rows = pq.read_metadata(path).num_rows if path.exists() else 0
        except (OSError, ValueError):  # attaching it says what is wrong
            rows = 0
        if filled and filled + rows > at_once:
            batches.append(set())
            filled = 0
        batches[-1].add(name)
        filled += rows
    return batches


def is_empty(staging_dir: Path) -> bool:
    """Nothing was staged that a check or a merge of articles would look at."""
    return not any(staged_files(staging_dir, t) for t in (*ARTICLE_TABLES, "rejects"))


def attach_staged(
    con: Connection, staging_dir: Path, tables: Iterable[str], prefix: str = "in_", with_place: bool = False, names: Container[str] | None = None
) -> None:
    """Temporary view ``in_<table>`` over the staged files of each table, ``with_place`` with ``_file`` and ``_row``; empty where there are none.

    With ``names`` only over the files so called.

    Raises WarehouseError for a file that cannot be read or has other columns.
    """
    for table in tables:
        files = [f for f in staged_files(staging_dir, table) if names is None or Path(f).stem in names]
        cols = ", ".join(f'CAST("{c.name}" AS {schema.sql_type(c)}) AS "{c.name}"' for c in schema.columns(table))
        if files:
            paths = "[" + ", ".join(map(literal, files)) + "]"
            source = f"read_parquet({paths}, union_by_name = true{', filename = true, file_row_number = true' if with_place else ''})"
        else:
            nothing = [f'NULL AS "{c.name}"' for c in schema.columns(table)] + ["NULL AS filename", "NULL AS file_row_number"]
            source = f"(SELECT {', '.join(nothing)} WHERE false)"
        if with_place:
            cols += ", filename AS _file, CAST(file_row_number AS BIGINT) AS _row"
        try:
            con.execute(f'CREATE OR REPLACE TEMP VIEW "{prefix}{table}" AS SELECT {cols} FROM {source}')
        except duckdb.Error as e:
            raise WarehouseError(
                f"{staging_dir / table}: staged rows cannot be read ({str(e).splitlines()[0]}); delete {staging_dir} and run again, "
                "the raw archive still has the pages"
            ) from e


def sweep(staging_root: Path, keep: Path | None = None) -> int:
    """Delete the staging folders that earlier runs left when they were killed; return how many."""
    left = [p for p in sorted(staging_root.glob("*")) if p != keep]
    for p in left:
        shutil.rmtree(p, ignore_errors=True) if p.is_dir() else p.unlink(missing_ok=True)
    return len(left)


__all__ = ["ARTICLE_TABLES", "LOG_TABLES", "attach_staged", "column_list", "is_empty", "stage", "staged_files", "sweep"]
