"""The warehouse file: open it, say clearly what is wrong with it, write rows of the schema into it.

One process writes at a time and excludes every other, readers too: keep a connection no longer than one stage needs it.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb

from presslake import schema
from presslake.errors import ConfigError, WarehouseError

Connection = duckdb.DuckDBPyConnection

STORAGE = "v1.2.0"
"""File format that DuckDB 1.5, 2.0 and the browser build all read."""

_TEXT = "text_key UBIGINT NOT NULL, component UBIGINT NOT NULL, keys UBIGINT[] NOT NULL, size BIGINT NOT NULL"

MEMORY = "PRESSLAKE_MEMORY"
"""Environment variable: how much memory DuckDB may take (``1000MB``, ``8GB``) before it writes to a folder beside the warehouse."""

OWN_TABLES = {
    "_claim_entities": 'CREATE TABLE IF NOT EXISTS "_claim_entities" (claim_id VARCHAR NOT NULL, speaker VARCHAR, addressee VARCHAR)',
    "_affiliation_entities": (
        'CREATE TABLE IF NOT EXISTS "_affiliation_entities" (affiliation_id VARCHAR NOT NULL, person VARCHAR, organisation VARCHAR)'
    ),
    "_article_texts": f"CREATE TABLE IF NOT EXISTS _article_texts ({_TEXT}, content BLOB NOT NULL)",
    "_article_links": (
        "CREATE TABLE IF NOT EXISTS _article_links (article_id VARCHAR NOT NULL, text_sha256 VARCHAR NOT NULL, text_key UBIGINT NOT NULL)"
    ),
    "_claim_texts": f"CREATE TABLE IF NOT EXISTS _claim_texts ({_TEXT}, content VARCHAR NOT NULL, group_id VARCHAR NOT NULL)",
    "_claim_links": "CREATE TABLE IF NOT EXISTS _claim_links (claim_id VARCHAR NOT NULL, text_key UBIGINT NOT NULL)",
    "_profiles": (
        "CREATE TABLE IF NOT EXISTS _profiles (profile UBIGINT NOT NULL, block_keys VARCHAR[] NOT NULL, entity_id VARCHAR, resolution VARCHAR)"
    ),
    "_entity_profiles": (
        "CREATE TABLE IF NOT EXISTS _entity_profiles (article_entity_id VARCHAR NOT NULL, profile UBIGINT NOT NULL, seen_at TIMESTAMPTZ NOT NULL)"
    ),
}
"""What load keeps for itself. Which entity of its article a claim or affiliation speaks of: identities over all articles may change, these do not.
And the texts by which near-duplicates find each other (:mod:`flows.alike`), and what entities are compared by (:mod:`flows.profiles`)."""

PATIENCE_SECONDS = 30.0
"""How long a writer waits for others to close the file: a reader (``presslake status``, a notebook) holds it for a moment."""
REBUILD = "`presslake rebuild` makes a new one from the raw archive"


def open_warehouse(path: Path | str, read_only: bool = False) -> Connection:
    """Connect to the warehouse at ``path`` (``:memory:`` for tests); create it and its tables unless ``read_only``.

    Raises WarehouseError, with the remedy, for a file that is missing (read only), damaged, locked or of another version.
    """
    con = _connect(str(path), read_only)
    try:
        con.execute("SET TimeZone = 'UTC'")
        con.execute("SET enable_progress_bar = false")
        if not read_only:
            for table in schema.TABLES:
                con.execute(schema.ddl(table))
            for statement in OWN_TABLES.values():
                con.execute(statement)
        check_tables(con, str(path))
    except duckdb.Error as e:
        con.close()
        raise WarehouseError(_message(str(path), str(e), read_only)) from e
    except WarehouseError:
        con.close()
        raise
    return con


def memory() -> Connection:
    """A private database in memory, without tables: to look at Parquet files beside the warehouse."""
    con = _connect(":memory:", read_only=False)
    con.execute("SET TimeZone = 'UTC'")
    con.execute("SET enable_progress_bar = false")
    return con


def _connect(path: str, read_only: bool) -> Connection:
    is_file = path != ":memory:"
    if is_file:
        _prepare(Path(path), read_only)
    config: dict[str, Any] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": _memory_limit(),
        "threads": min(os.cpu_count() or 1, 8),  # each takes its share of the memory
        "temp_directory": f"{path}.tmp" if is_file else tempfile.gettempdir(),
    }
    if not read_only:
        config["storage_compatibility_version"] = STORAGE
    con = _wait_for(path, read_only, config)
    if is_file and not read_only:  # nobody else has the file open: what is there was left by a kill
        shutil.rmtree(f"{path}.tmp", ignore_errors=True)
    return con


def _memory_limit() -> str:
    given = os.environ.get(MEMORY) or "1000MB"
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)? ?[KMGT]i?B", given):
        raise ConfigError(f"{MEMORY}={given}: not an amount of memory; for example 1000MB or 8GB")
    return given


def _wait_for(path: str, read_only: bool, config: dict[str, Any]) -> Connection:
    until = time.monotonic() + (0.0 if read_only else PATIENCE_SECONDS)
    while True:
        try:
            return duckdb.connect(path, read_only=read_only, config=config)
        except (duckdb.Error, RuntimeError, UnicodeDecodeError) as e:
            if "Could not set lock" not in str(e) or time.monotonic() > until:
                raise WarehouseError(_message(path, str(e), read_only)) from e
        time.sleep(0.1)


def _prepare(place: Path, read_only: bool) -> None:
    if read_only and not place.exists():
        raise WarehouseError(f"{place}: there is no warehouse yet; `presslake run` or `presslake ingest` makes one")
    if not read_only:
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
        except OSError as e:
            raise WarehouseError(f"{place.parent}: cannot be made: {e.strerror}; choose another folder with --data-dir") from e


def _message(path: str, problem: str, read_only: bool) -> str:
    first = problem.strip().splitlines()[0] if problem.strip() else "unknown problem"
    lock = re.search(r"held in (\S+) \(PID (\d+)\)", problem)
    if lock or "Could not set lock" in problem:
        who = f" (process {lock.group(2)}, {lock.group(1)})" if lock else ""
        return f"{path}: another process is using the warehouse{who}; wait until it ends, or read the last snapshot instead"
    if "Permission denied" in problem or "read-only" in problem.lower():
        return f"{path}: may not be {'read' if read_only else 'written'}: {first}; check the permissions of the file and its folder"
    if "No space left" in problem or "disk" in problem.lower():
        return f"{path}: the disk is full or failing: {first}; make room and run again, nothing was changed"
    if "Is a directory" in problem:
        return f"{path}: is a folder, not a warehouse file; choose another --data-dir"
    return f"{path}: the warehouse is damaged or not a DuckDB file: {first}; move it away, then {REBUILD}"


def check_tables(con: Connection, path: str) -> None:
    """Raise WarehouseError where a table or column is not what the schema says: a file of another version."""
    rows = con.execute("SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = current_database()").fetchall()
    found = {(t, c): kind for t, c, kind in rows}
    for table in schema.TABLES:
        expected = {c.name: _kind(schema.sql_type(c)) for c in schema.columns(table)}
        present = {c: _kind(kind) for (t, c), kind in found.items() if t == table}
        if present != expected:
            wrong = sorted(set(expected.items()) ^ set(present.items()))
            raise WarehouseError(
                f"{path}: written by another version of presslake (table {table}, column {wrong[0][0]}; "
                f"this is contract {schema.SCHEMA_VERSION}); move it away, then {REBUILD}"
            )


def _kind(sql: str) -> str:
    return sql.replace('"', "").replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ").replace(" ", "").upper()


@contextmanager
def transaction(con: Connection) -> Iterator[None]:
    """All or nothing: commit at the end, roll back on any exception. Raises WarehouseError, with the remedy, where disk or memory run out."""
    try:
        con.execute("BEGIN TRANSACTION")
        try:
            yield
        except BaseException:
            with suppress(duckdb.Error):  # a failing disk has ended it already
                con.execute("ROLLBACK")
            raise
        con.execute("COMMIT")
    except duckdb.Error as e:
        if words := _out_of_room(e):
            raise WarehouseError(words) from e
        raise


def _out_of_room(problem: duckdb.Error) -> str | None:
    """What to do where disk or memory ran out; None for any other problem."""
    first = str(problem).strip().splitlines()[0]
    if isinstance(problem, duckdb.OutOfMemoryException):
        return (
            f"the load needs more memory than it may take ({_memory_limit()}): {first}; set {MEMORY}, for example to 4GB, "
            "or make room on the disk that takes what does not fit, and run again; what it had begun was undone"
        )
    if isinstance(problem, duckdb.IOException) or "No space left" in str(problem) or "Could not write" in str(problem):
        return f"the disk is full or failing: {first}; make room and run again, what was begun was undone"
    return None


def column_list(table: str, prefix: str = "") -> str:
    """Quoted names of all columns of ``table``, in order, for SQL."""
    return ", ".join(f'{prefix}"{c.name}"' for c in schema.columns(table))


def literal(value: object) -> str:
    """``value`` as text in SQL: for paths where no parameter may stand."""
    return "'" + str(value).replace("'", "''") + "'"


def scalar(con: Connection, sql: str) -> int:
    """The one number that a query gives."""
    row = con.execute(sql).fetchone()
    assert row is not None
    return int(row[0])


def row_count(con: Connection, table: str) -> int:
    """How many rows a table or view has."""
    return scalar(con, f"SELECT count(*) FROM {table}")


def upsert(con: Connection, table: str, rows: Iterable[Any]) -> None:
    """Write records of ``table``; a row with the same key is replaced."""
    batch = schema.to_arrow(table, rows)
    if not batch.num_rows:
        return
    key = schema.primary_key(table)
    con.register("_upsert", batch)
    try:
        same = " AND ".join(f't."{k}" = s."{k}"' for k in key)
        con.execute(f'DELETE FROM "{table}" t USING _upsert s WHERE {same}')
        con.execute(f'INSERT INTO "{table}" ({column_list(table)}) SELECT {column_list(table)} FROM _upsert')
    finally:
        con.unregister("_upsert")
