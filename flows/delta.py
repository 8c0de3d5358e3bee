"""What changed between two snapshots: rows added, changed and withdrawn, counted and as Parquet. Only parts that differ are compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from flows.snapshotfiles import Part, export_sql, file_hash, fsync, row_hash
from flows.warehouse import Connection, column_list
from presslake import schema


@dataclass(frozen=True, slots=True)
class Change:
    """Rows of one table against the previous snapshot."""

    added: int
    changed: int
    withdrawn: int

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


def count_changes(con: Connection, parts: Sequence[Part], before: dict[str, dict[str, Any]], root: Path) -> dict[str, Change]:
    """Compare the parts of the warehouse with the files of the previous snapshot; leaves the rows in ``_delta_<table>`` for :func:`write_deltas`."""
    out = {}
    now = {p.content for p in parts}
    for table in schema.PUBLIC_TABLES:
        new = [p for p in parts if p.table == table and p.content not in before]
        old = [root / f["folder"] / f["path"] for c, f in before.items() if f["table"] == table and c not in now]
        out[table] = _compare(con, table, new, old) if before and (new or old) else Change(0 if before else sum(p.rows for p in new), 0, 0)
    return out


def _compare(con: Connection, table: str, new: Sequence[Part], old: Sequence[Path]) -> Change:
    names = ", ".join(f"'{p.name}'" for p in new)
    now = f"SELECT * EXCLUDE (_part) FROM ({export_sql(table)}) WHERE {f'_part IN ({names})' if new else 'false'}"
    files = ", ".join("'" + str(p).replace("'", "''") + "'" for p in old)
    then = f"SELECT * FROM read_parquet([{files}])" if old else f'SELECT {column_list(table)} FROM "{table}" WHERE false'
    same = " AND ".join(f'n."{k}" = o."{k}"' for k in schema.primary_key(table))
    key = schema.primary_key(table)[0]
    shown = ", ".join(f'CASE WHEN n."{key}" IS NULL THEN o."{c.name}" ELSE n."{c.name}" END AS "{c.name}"' for c in schema.columns(table))
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE "_delta_{table}" AS
        SELECT CASE WHEN o."{key}" IS NULL THEN 'added' WHEN n."{key}" IS NULL THEN 'withdrawn' ELSE 'changed' END AS change, {shown}
        FROM ({now}) n FULL JOIN ({then}) o ON {same}
        WHERE o."{key}" IS NULL OR n."{key}" IS NULL OR {row_hash(table, "n.")} <> {row_hash(table, "o.")}""")
    counts = dict(con.execute(f'SELECT change, count(*) FROM "_delta_{table}" GROUP BY 1').fetchall())
    return Change(counts.get("added", 0), counts.get("changed", 0), counts.get("withdrawn", 0))


def write_deltas(con: Connection, folder: Path, changes: dict[str, Change]) -> dict[str, dict[str, Any]]:
    """``delta/<table>.parquet`` for each table that changed since the previous snapshot: the rows with ``change`` before them."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = {}
    found = {
        t for (t,) in con.execute("SELECT table_name FROM duckdb_tables() WHERE temporary AND table_name LIKE '\\_delta\\_%' ESCAPE '\\'").fetchall()
    }
    for table in changes:
        if f"_delta_{table}" not in found:
            continue
        published = schema.arrow_schema(table, published=True)
        target = pa.schema([pa.field("change", pa.string(), nullable=False), *published])
        order = ", ".join(f'"{k}"' for k in schema.primary_key(table))
        rows = con.sql(f'SELECT * FROM "_delta_{table}" ORDER BY {order}').to_arrow_table()
        con.execute(f'DROP TABLE "_delta_{table}"')
        if rows is None or not rows.num_rows:
            continue
        path = folder / "delta" / f"{table}.parquet"
        path.parent.mkdir(exist_ok=True)
        pq.write_table(rows.cast(target), path, compression="zstd", compression_level=6)
        fsync(path)
        out[table] = {"path": f"delta/{table}.parquet", "rows": rows.num_rows, "bytes": path.stat().st_size, "sha256": file_hash(path)}
    return out
