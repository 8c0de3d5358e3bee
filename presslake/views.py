"""Named views over the public tables, and a connection that shows a snapshot through them.

``views.sql`` holds the views; they name only tables of :data:`presslake.schema.PUBLIC_TABLES`, so the same file serves
the warehouse, an in-memory connection on a snapshot's Parquet, and a ``.duckdb`` file for a dashboard.
"""

from __future__ import annotations

import re
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
