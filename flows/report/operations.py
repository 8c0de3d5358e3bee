"""What a snapshot does not carry: rejects and fetches, counted in the warehouse for the report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb


def read_operations(con: duckdb.DuckDBPyConnection, run_id: str | None = None) -> dict[str, list[dict[str, Any]]]:
    """Counts of rejects (by table, expectation, reason; with one example) and of fetches (by outcome) for ``write_report``.

    ``con`` is the warehouse; ``run_id`` limits both to one run.
    """
    return {
        "rejects": _rows(
            con,
            """SELECT table_name, expectation, reason, count(*) AS count, min(row_key) AS example
               FROM rejects WHERE $run IS NULL OR run_id = $run GROUP BY ALL ORDER BY count DESC, table_name, expectation, reason""",
            run_id,
        ),
        "fetches": _rows(
            con,
            "SELECT outcome, count(*) AS count FROM fetches WHERE $run IS NULL OR run_id = $run GROUP BY ALL ORDER BY count DESC, outcome",
            run_id,
        ),
    }


def _rows(con: duckdb.DuckDBPyConnection, sql: str, run_id: str | None) -> list[dict[str, Any]]:
    cursor = con.execute(sql, {"run": run_id})
    names = [d[0] for d in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def count_rejects(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Rejects as counted mappings or as ``schema.Reject`` records, counted by table, expectation and reason, most frequent first."""
    out: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in rows:
        get = row.get if isinstance(row, Mapping) else lambda name, default=None, row=row: getattr(row, name, default)
        key = (str(get("table_name", "")), str(get("expectation", "")), str(get("reason", "")))
        entry = out.setdefault(key, dict(zip(("table_name", "expectation", "reason"), key, strict=True), count=0, example=None))
        entry["count"] += int(get("count", 1))
        entry["example"] = entry["example"] or get("example") or get("row_key")
    return sorted(out.values(), key=lambda r: (-r["count"], r["table_name"], r["expectation"], r["reason"]))
