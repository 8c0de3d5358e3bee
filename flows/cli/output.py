"""How commands print."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import typer


def print_json(value: Any) -> None:
    """``value`` as indented JSON; dates and numbers as text where JSON has no type for them."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_table(columns: Sequence[str], rows: Sequence[Sequence[Any]], *, title: str | None = None) -> None:
    """A table for people: numbers to the right, NULL dimmed, as wide as the terminal."""
    from rich.markup import escape
    from rich.table import Table

    from flows.terminal import console, printable

    table = Table(title=title, title_justify="left", header_style="bold", show_edge=False, pad_edge=False)
    for i, name in enumerate(columns):
        numeric = bool(rows) and all(r[i] is None or (isinstance(r[i], (int, float)) and not isinstance(r[i], bool)) for r in rows)
        table.add_column(escape(name), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*("[dim]NULL[/]" if v is None else escape(printable(str(v))) for v in row))
    console().print(table)
