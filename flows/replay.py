"""Pages once more: their bytes are in the archive, so rejects and articles can go through the stages again, with newer code or settings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from flows.warehouse import Connection, column_list, transaction
from presslake import schema


def rejected_fetches(con: Connection, expectation: str | None = None) -> list[schema.Fetch]:
    """The requests whose bytes gave a reject (of ``expectation``, if given), one for each content: what to read again, oldest first."""
    return read_fetches(
        con,
        """WHERE f.raw_sha256 IN (SELECT raw_sha256 FROM rejects WHERE $expectation IS NULL OR expectation = $expectation)
        AND f.warc_file IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY f.raw_sha256 ORDER BY f.fetched_at, f.fetch_id) = 1""",
        {"expectation": expectation},
    )


def fetches_since(con: Connection, at: dt.datetime) -> list[schema.Fetch]:
    """The requests from ``at`` on that brought a page."""
    return read_fetches(con, f"WHERE {_BROUGHT} AND f.fetched_at >= $at", {"at": at})


def pages_of(con: Connection, articles: Sequence[str]) -> list[schema.Fetch]:
    """The requests that gave ``articles``, also those for their further pages."""
    urls = "SELECT url FROM article_urls WHERE url_kind = 'requested' AND list_contains($articles::VARCHAR[], article_id)"
    return read_fetches(con, f"WHERE {_BROUGHT} AND f.url IN ({urls})", {"articles": list(articles)})


def articles_of(con: Connection, fetches: Iterable[schema.Fetch]) -> list[str]:
    """The articles that ``fetches`` gave."""
    rows = con.execute(
        "SELECT DISTINCT article_id FROM article_urls WHERE url_kind = 'requested' AND list_contains(?::VARCHAR[], url) ORDER BY 1",
        [sorted({f.url for f in fetches})],
    ).fetchall()
    return [article_id for (article_id,) in rows]


_BROUGHT = "f.outcome IN ('fetched', 'joined') AND f.channel NOT IN ('source', 'permit') AND f.raw_sha256 IS NOT NULL AND f.warc_file IS NOT NULL"


def read_fetches(con: Connection, condition: str, parameters: dict[str, Any]) -> list[schema.Fetch]:
    """The rows of ``fetches`` (``f``) under an SQL condition with named parameters, oldest first."""
    names = [c.name for c in schema.columns("fetches")]
    sql = f"SELECT {column_list('fetches', 'f.')} FROM fetches f {condition} ORDER BY f.fetched_at, f.fetch_id"
    found = (dict(zip(names, row, strict=True)) for row in con.execute(sql, parameters).fetchall())
    return [schema.Fetch(**values | {"hops": tuple(values["hops"])}) for values in found]


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
