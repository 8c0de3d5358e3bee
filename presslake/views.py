"""Named views over the public tables, and a connection that shows a snapshot through them.

``views.sql`` holds the views; they name only tables of :data:`presslake.schema.PUBLIC_TABLES`, so the same file serves
the warehouse, an in-memory connection on a snapshot's Parquet, and a ``.duckdb`` file for a dashboard.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from presslake.schema import PUBLIC_TABLES, ddl

if TYPE_CHECKING:
    import duckdb

_CREATED = re.compile(r"^CREATE OR REPLACE VIEW (\w+)", re.MULTILINE)


def views_sql() -> str:
    """The statements that create the views, in an order in which they can run."""
    return files("presslake").joinpath("views.sql").read_text(encoding="utf-8")


def view_names() -> tuple[str, ...]:
    """Names of the views, in the order of ``views.sql``."""
    return tuple(_CREATED.findall(views_sql()))


def create_views(con: duckdb.DuckDBPyConnection) -> None:
    """Create or replace every view on ``con``, which holds the public tables (or views of those names)."""
    con.execute(views_sql())


VARIABLE = "presslake_snapshot"
"""DuckDB variable with the folder or address of a snapshot, for readers that do not stand in its folder."""


def snapshot_sql(files: Mapping[str, Sequence[str]]) -> str:
    """Statements that show a snapshot through DuckDB: a view per table over its ``files``, relative to the snapshot, then the views of ``views.sql``.

    The files are looked for in the working directory, or where the variable ``presslake_snapshot`` says: a folder, or an address without listing.
    """
    lines = [
        "-- The tables of this snapshot and the views over them, for DuckDB 1.2 or newer. In the folder of the snapshot: duckdb -init views.sql",
        f"-- From elsewhere, also over https:// or s3://, first: SET VARIABLE {VARIABLE} = '<folder or address of the snapshot>';",
    ]
    for table, paths in files.items():
        # every name is written out, since an address cannot be listed; and no lambda, whose syntax changes between versions
        quoted = (p.replace("'", "''") for p in paths)
        listed = ",\n    ".join(f"coalesce(getvariable('{VARIABLE}') || '/', '') || '{p}'" for p in quoted)
        lines.append(f'CREATE OR REPLACE VIEW "{table}" AS SELECT * FROM read_parquet([\n    {listed}\n]);')  # noqa: S608 - names of the schema
    return "\n".join(lines) + "\n\n" + views_sql()


def write_database(file: Path, snapshot_dir: Path, sql: str) -> None:
    """A small new ``.duckdb`` file with the views of :func:`snapshot_sql` and no data, which moves with the snapshot.

    Written in the format that DuckDB 1.2, its browser build and every newer one read.
    """
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "storage_compatibility_version": "v1.2.0",
    }
    with duckdb.connect(str(file), config=config) as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute(f"SET VARIABLE {VARIABLE} = ?", [str(snapshot_dir)])  # while they are made; it is not kept in the file
        con.execute(sql)
        con.execute("CHECKPOINT")


def open_snapshot(snapshot_dir: Path, database: str | Path = ":memory:") -> duckdb.DuckDBPyConnection:
    """A connection on which the public tables are the snapshot's Parquet files, with the views on top.

    ``database`` may name a new ``.duckdb`` file: it then keeps the views (not the data), for tools that open DuckDB files;
    written in the format that DuckDB 1.2 and its browser build still read. A table without a file is empty.
    """
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    if str(database) != ":memory:":
        config["storage_compatibility_version"] = "v1.2.0"
    con = duckdb.connect(str(database), config=config)
    con.execute("SET TimeZone = 'UTC'")
    for table in PUBLIC_TABLES:
        folder = snapshot_dir.resolve() / table
        if next(folder.glob("*.parquet"), None):
            # Table names are ours, and _pattern escapes the path.
            con.execute(f'CREATE OR REPLACE VIEW "{table}" AS SELECT * FROM read_parquet({_pattern(folder)}, union_by_name = true)')  # noqa: S608
        else:
            con.execute(ddl(table))
    create_views(con)
    return con


def _pattern(folder: Path) -> str:
    """SQL string for the Parquet files of ``folder``: a view takes no parameter, so quotes and glob characters are escaped."""
    literal = re.sub(r"([*?\[])", r"[\1]", str(folder))
    return "'" + f"{literal}/*.parquet".replace("'", "''") + "'"
