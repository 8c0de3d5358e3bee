"""A snapshot → tables of another format, for engines that want those: one function each, behind an extra of its own."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from flows.snapshots import read_manifest
from flows.warehouse import Connection, literal, memory
from presslake.errors import ConfigError, PublishError

_NOTE = "presslake.snapshot_id"


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did with one table."""

    table: str
    version: int
    """Of the Delta table, or of the whole lake."""
    rows: int
    written: bool
    """False: it holds this snapshot's rows already."""


def export_delta(folder: Path, target: Path) -> list[Exported]:
    """Write every table of the snapshot ``folder`` as a Delta Lake table ``<target>/<table>``; each snapshot becomes one version of it.

    A table whose files have not changed since its last version gets none. Readers of a table see the version before or the new one; the tables
    follow each other, so read all of them by the ``snapshot_id`` of each version where they must agree. Raises PublishError with the remedy.
    """
    try:
        import deltalake
    except ImportError as e:
        raise ConfigError("an export to Delta Lake needs an extra: pip install 'presslake[delta]'") from e
    try:
        manifest = read_manifest(folder)
        target.mkdir(parents=True, exist_ok=True)
        return [_write_delta(deltalake, folder, target / table, table, manifest["snapshot_id"], facts) for table, facts in manifest["tables"].items()]
    except (OSError, ValueError) as e:
        remedy = "check that the folder can be written and holds nothing else, then export again"
        raise PublishError(f"{target}: {str(e).splitlines()[0] if str(e) else type(e).__name__}; {remedy}; the snapshot stands") from e
    except deltalake.exceptions.DeltaError as e:
        raise PublishError(f"{target}: {str(e).splitlines()[0]}; remove the folder, export again, and every table is written anew") from e


def export_ducklake(folder: Path, target: Path, catalog: str | None = None) -> list[Exported]:
    """Write the snapshot ``folder`` into a DuckLake with its data in ``<target>/data``, in one transaction: its tables always agree.

    ``catalog`` is where the lake keeps what it knows, as DuckLake names it: ``postgres:dbname=press host=db`` for a team; without it the file
    ``<target>/catalog.ducklake``. Each snapshot becomes one version, whose commit message is its id; tables whose files have not changed stay as
    they are. Raises ConfigError where an extension of DuckDB is missing, PublishError with the remedy for everything else.
    """
    manifest = read_manifest(folder)
    contents = {table: _content(facts) for table, facts in manifest["tables"].items()}
    try:
        target.mkdir(parents=True, exist_ok=True)
        with closing(memory()) as con:
            for extension in ("ducklake", *(["postgres_scanner"] if (catalog or "").startswith("postgres:") else [])):
                _load(con, extension)
            place = catalog or str(target / "catalog.ducklake")
            con.execute(f"ATTACH {literal(f'ducklake:{place}')} AS lake (DATA_PATH {literal(target / 'data')})")
            known = con.execute("SELECT commit_extra_info FROM lake.snapshots() WHERE author = 'presslake' ORDER BY snapshot_id DESC").fetchone()
            before = json.loads(known[0]) if known else {}
            changed = {table for table, content in contents.items() if before.get(table) != content}
            if changed:
                con.begin()
                for table in sorted(changed):
                    files = ", ".join(literal(folder / f["path"]) for f in manifest["tables"][table]["files"])
                    con.execute(f'CREATE OR REPLACE TABLE lake."{table}" AS FROM read_parquet([{files}])')
                notes = [manifest["snapshot_id"], json.dumps(contents, sort_keys=True)]
                con.execute("CALL lake.set_commit_message('presslake', ?, extra_info => ?)", notes)
                con.commit()
            (version,) = con.execute("SELECT max(snapshot_id) FROM lake.snapshots()").fetchall()[0]
            return [Exported(table, version, facts["rows"], table in changed) for table, facts in manifest["tables"].items()]
    except (OSError, duckdb.Error) as e:
        remedy = "check that the folder can be written and the catalogue answers, then export again"
        raise PublishError(f"{target}: {str(e).splitlines()[0]}; {remedy}; the snapshot stands, and the lake is as it was") from e


def _load(con: Connection, extension: str) -> None:
    """From its Python package, or as DuckDB has it installed."""
    try:
        package = importlib.import_module(f"duckdb_extension_{extension}")
        place = next(Path(str(package.__file__)).parent.rglob(f"v{duckdb.__version__}/*.duckdb_extension"), None)
    except ImportError:
        place = None
    try:
        con.execute(f"LOAD {literal(place) if place else extension}")
    except duckdb.Error as e:
        why = f"{str(e).splitlines()[0]}; pip install 'presslake[ducklake]', or INSTALL {extension} in DuckDB"
        raise ConfigError(f"an export to DuckLake needs DuckDB's extension {extension}: {why}") from e


def _content(facts: Mapping[str, Any]) -> str:
    """The same for the same rows in the same files."""
    return " ".join(sorted(f["content"] for f in facts["files"]))


def _write_delta(deltalake: Any, folder: Path, place: Path, table: str, snapshot_id: str, facts: Mapping[str, Any]) -> Exported:
    import pyarrow.dataset as ds

    content = _content(facts)
    is_there = deltalake.DeltaTable.is_deltatable(str(place))
    if is_there:
        known = deltalake.DeltaTable(str(place))
        last = known.history(1)[0]
        if last.get("presslake.content") == content:
            return Exported(table, known.version(), facts["rows"], False)
    rows = ds.dataset([str(folder / f["path"]) for f in facts["files"]]).scanner(batch_size=20_000).to_reader()
    notes = {_NOTE: snapshot_id, "presslake.content": content}
    deltalake.write_deltalake(
        str(place),
        rows,
        mode="overwrite",
        schema_mode="overwrite" if is_there else None,
        name=table,
        description=facts["meaning"].splitlines()[0] if facts["meaning"] else None,
        commit_properties=deltalake.CommitProperties(custom_metadata=notes),
    )
    return Exported(table, deltalake.DeltaTable(str(place)).version(), facts["rows"], True)
