"""What changed between two snapshots: rows added, changed and withdrawn, counted and as Parquet. Only parts that differ are compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from flows.manifest import Manifest
from flows.snapshotfiles import Part, export_sql, file_hash, fsync, row_hash
from flows.snapshots import read_manifest
from flows.warehouse import Connection, column_list, literal, memory
from presslake import schema
from presslake.errors import PublishError


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
    files = ", ".join(map(literal, old))
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


def compare_snapshots(before: Path, after: Path) -> dict[str, Change]:
    """What changed per table from the snapshot in the folder ``before`` to that in ``after``; each may be the older one.

    Of two versions of the contract the columns that both have are compared. Raises PublishError, with the remedy, where one cannot be read.
    """
    old, new = _manifest(before), _manifest(after)
    con = memory()
    try:
        return {t: _compare_files(con, t, (before, old), (after, new)) for t in dict.fromkeys((*new["tables"], *old["tables"]))}
    except (duckdb.Error, KeyError, TypeError) as e:
        raise PublishError(f"{before} and {after}: cannot be compared: {e}; `presslake snapshots verify` says what is wrong with each") from e
    finally:
        con.close()


def _manifest(folder: Path) -> Manifest:
    try:
        return read_manifest(folder)
    except (OSError, ValueError) as e:
        raise PublishError(f"{folder}: not a whole snapshot ({e}); `presslake snapshots list` shows those that are") from e


def _compare_files(con: Connection, table: str, before: tuple[Path, Manifest], after: tuple[Path, Manifest]) -> Change:
    """Only files whose content the other snapshot does not have; the others hold the same rows."""
    (old_folder, old_manifest), (new_folder, new_manifest) = before, after
    old, new = old_manifest["tables"].get(table), new_manifest["tables"].get(table)
    if old is None or new is None:
        return Change(new["rows"] if new else 0, 0, old["rows"] if old else 0)
    if old["primary_key"] != new["primary_key"]:
        versions = f"{old_manifest['schema_version']} and {new_manifest['schema_version']}"
        raise PublishError(f"{table}: has another key in the contracts {versions}, so its rows cannot be compared; compare snapshots of one contract")
    known = {f["content"] for f in old["files"]} & {f["content"] for f in new["files"]}
    both = [c["name"] for c in new["columns"] if any(c["name"] == o["name"] for o in old["columns"])]
    sides = []
    for folder, facts in ((old_folder, old), (new_folder, new)):
        # an empty table has a file too, so there always is one to read the columns from
        paths = [folder / f["path"] for f in facts["files"] if f["content"] not in known]
        sides.append(_hashed(new["primary_key"], both, paths or [folder / facts["files"][0]["path"]], is_empty=not paths))
    same = " AND ".join(f'n."{k}" = o."{k}"' for k in new["primary_key"])
    counts = con.execute(f"""
        SELECT count(*) FILTER (o._hash IS NULL), count(*) FILTER (n._hash <> o._hash), count(*) FILTER (n._hash IS NULL)
        FROM ({sides[1]}) n FULL JOIN ({sides[0]}) o ON {same}""").fetchall()
    return Change(*counts[0])


def _hashed(key: Sequence[str], columns: Sequence[str], files: Sequence[Path], *, is_empty: bool) -> str:
    """SELECT of the key and a hash of ``columns`` of every row."""
    names = ", ".join(map(literal, files))
    values = ", ".join(f'coalesce(CAST("{c}" AS VARCHAR), chr(30))' for c in columns)
    keys = ", ".join(f'"{k}"' for k in key)
    return f"SELECT {keys}, md5(concat_ws(chr(31), {values})) AS _hash FROM read_parquet([{names}]){' WHERE false' if is_empty else ''}"
