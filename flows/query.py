"""Query a published snapshot in DuckDB: its tables and the documented views."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb

from flows.snapshots import find_snapshot
from presslake import views
from presslake.errors import PresslakeError


def latest_snapshot(data_dir: Path) -> Path:
    """Directory that ``latest.json`` names. Raises PresslakeError, with the remedy, where there is none."""
    pointer = data_dir / "snapshots" / "latest.json"
    try:
        latest = json.loads(pointer.read_text("utf-8"))
        return data_dir / "snapshots" / str(latest["path"])
    except FileNotFoundError:
        raise PresslakeError(f"{pointer}: no snapshot yet; `presslake run --demo` makes one, --data-dir names another place") from None
    except (ValueError, KeyError) as e:
        raise PresslakeError(f"{pointer}: damaged ({e}); `presslake publish --force` writes it anew") from e


def open_snapshot(data_dir: Path, snapshot_id: str = "latest") -> duckdb.DuckDBPyConnection:
    """An in-memory connection with the tables of a snapshot (the last one, or by its id or first letters) and the documented views over them."""
    return views.open_snapshot(latest_snapshot(data_dir) if snapshot_id == "latest" else find_snapshot(data_dir, snapshot_id))


def execute(connection: duckdb.DuckDBPyConnection, statement: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Columns and rows of ``statement``. Raises PresslakeError with DuckDB's message where it does not run."""
    try:
        cursor = connection.execute(statement)
        return [d[0] for d in cursor.description or []], cursor.fetchall()
    except duckdb.Error as e:
        raise PresslakeError(f"the query does not run: {e}") from e


def prompt(connection: duckdb.DuckDBPyConnection, show: Callable[[Sequence[str], Sequence[Sequence[Any]]], None]) -> None:
    """Read statements until an empty line or Ctrl-D; ``.tables`` lists what there is."""
    from rich.markup import escape

    from flows import terminal

    console = terminal.console()
    console.print("DuckDB on the last snapshot. End a statement with ; – .tables lists tables and views, Ctrl-D leaves.", highlight=False)
    lines: list[str] = []
    while True:
        try:
            line = input("… " if lines else "sql> ")
        except (EOFError, KeyboardInterrupt):
            console.print()
            return
        if line.strip() in (".quit", ".exit"):
            return
        if line.strip() == ".tables":
            line = "SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY 1;"
        lines.append(line)
        if line.rstrip().endswith(";"):
            try:
                show(*execute(connection, "\n".join(lines)))
            except PresslakeError as e:
                console.print(f"[red]{escape(str(e))}[/]", highlight=False)
            lines = []
