"""Rejects once more: the bytes are in the archive, so what was set aside can go through the stages again, with newer code or settings."""

from __future__ import annotations

from typing import Any

from flows.warehouse import Connection, column_list, transaction
from presslake import schema


def rejected_fetches(con: Connection, expectation: str | None = None) -> list[schema.Fetch]:
    """The requests whose bytes gave a reject (of ``expectation``, if given), one for each content: what to read again, oldest first."""
    names = [c.name for c in schema.columns("fetches")]
    rows = con.execute(
        f"""SELECT {column_list("fetches", "f.")} FROM fetches f
        WHERE f.raw_sha256 IN (SELECT raw_sha256 FROM rejects WHERE $expectation IS NULL OR expectation = $expectation)
        AND f.warc_file IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY f.raw_sha256 ORDER BY f.fetched_at, f.fetch_id) = 1 ORDER BY f.fetched_at, f.fetch_id""",
        {"expectation": expectation},
    ).fetchall()

    def fetch(row: tuple[Any, ...]) -> schema.Fetch:
        values = dict(zip(names, row, strict=True))
        return schema.Fetch(**values | {"hops": tuple(values["hops"])})

    return [fetch(row) for row in rows]


def settle_rejects(con: Connection) -> int:
    """Delete the rejects that are none any more: their page has an article now, or their row stands in its table. Returns how many."""
    done = 0
    with transaction(con):
        done += _deleted(con, "DELETE FROM rejects WHERE table_name = 'pages' AND raw_sha256 IN (SELECT raw_sha256 FROM article_versions)")
        for table in schema.TABLES:
            key = schema.primary_key(table)
            if not key or table in ("rejects", "fetches", "runs"):
                continue
            names = ", ".join(f't."{k}"' for k in key)
            done += _deleted(
                con,
                f"""
                DELETE FROM rejects r WHERE table_name = '{table}'
                AND EXISTS (SELECT 1 FROM "{table}" t WHERE concat_ws('/', {names}) = r.row_key {_same_bytes(table)})""",
            )
    return done


def _same_bytes(table: str) -> str:
    return "AND t.raw_sha256 = r.raw_sha256" if any(c.name == "raw_sha256" for c in schema.columns(table)) else ""


def _deleted(con: Connection, sql: str) -> int:
    return int(con.execute(sql).fetchall()[0][0])
