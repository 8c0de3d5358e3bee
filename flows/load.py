"""Merge staged rows into the warehouse by key: one short writer, one transaction, no indexes.

What an article is follows from the set of its observations (a page at a time), never from the order they arrive in:
any order and any split of the same pages gives the same rows. An observation with a known text changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flows.duplicates import cluster_touched
from flows.identities import Resolver, resolve_identities
from flows.staging import ARTICLE_TABLES, LOG_TABLES, attach_staged, staged_batches
from flows.versions import merge_articles
from flows.warehouse import Connection, column_list, open_warehouse, row_count, transaction
from presslake import schema
from transforms.resolve.entities import resolve_entities

__all__ = ["LoadResult", "TableCount", "merge_logs", "merge_staged", "open_warehouse"]


@dataclass(frozen=True, slots=True)
class TableCount:
    """What a merge did to one table."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What a merge did, per table."""

    counts: dict[str, TableCount] = field(default_factory=dict)

    @property
    def has_changes(self) -> bool:
        """A row that a snapshot publishes was added, changed or removed."""
        return any(c.new or c.changed or c.removed for t, c in self.counts.items() if t in schema.PUBLIC_TABLES)


def merge_staged(
    con: Connection, staging_dir: Path, run_id: str, *, resolver: Resolver = resolve_entities, replacing: Sequence[str] = ()
) -> LoadResult:
    """Merge everything staged under ``staging_dir`` into the warehouse; all of it or, on an exception, nothing.

    ``replacing`` names articles of which nothing stays but what is staged: all their versions are there, read anew.
    Raises WarehouseError for unreadable staged files.
    """
    attach_staged(con, staging_dir, LOG_TABLES)
    with transaction(con):
        con.execute("CREATE OR REPLACE TEMP TABLE _touched_keys (block_key VARCHAR)")
        _remove(con, replacing)
        counts = {t: TableCount(*c) for t, c in _merge_batches(con, staging_dir).items()}
        for table in LOG_TABLES:
            counts[table] = _merge_log(con, table)
        counts |= {"people": TableCount(), "organisations": TableCount()}
        if replacing or row_count(con, "_touched"):
            cluster_touched(con)
            for table, change in resolve_identities(con, resolver).items():
                counts[table] = TableCount(*change)
        con.execute("DROP TABLE IF EXISTS _touched")
        con.execute("DROP TABLE IF EXISTS _touched_keys")
    return LoadResult(counts)


AT_ONCE = 20_000
"""Staged articles that are merged in one go: what load holds in memory does not grow with what is staged."""


def _merge_batches(con: Connection, staging_dir: Path) -> dict[str, Sequence[int]]:
    """Merge what is staged, some files at a time; leaves ``_touched`` and ``_touched_keys`` of all of them."""
    con.execute("CREATE OR REPLACE TEMP TABLE _touched_before (article_id VARCHAR)")
    total: dict[str, Sequence[int]] = {}
    for names in staged_batches(staging_dir, AT_ONCE):
        attach_staged(con, staging_dir, ARTICLE_TABLES, names=names)
        done = merge_articles(con)
        con.execute("INSERT INTO _touched_before FROM _touched")
        total = {t: [a + b for a, b in zip(total.get(t, (0, 0, 0, 0)), change, strict=True)] for t, change in done.items()}
    con.execute("CREATE OR REPLACE TEMP TABLE _touched AS SELECT DISTINCT article_id FROM _touched_before")
    con.execute("DROP TABLE _touched_before")
    return total


def _remove(con: Connection, articles: Sequence[str]) -> None:
    """Delete everything that came from ``articles``."""
    if not articles:
        return
    con.execute("CREATE OR REPLACE TEMP TABLE _removed AS SELECT unnest(?::VARCHAR[]) AS article_id", [list(articles)])
    con.execute("INSERT INTO _touched_keys SELECT DISTINCT unnest(block_keys) FROM article_entities SEMI JOIN _removed USING (article_id)")
    for link, table, key in (("_claim_entities", "claims", "claim_id"), ("_affiliation_entities", "affiliations", "affiliation_id")):
        con.execute(f"DELETE FROM {link} WHERE {key} IN (SELECT {key} FROM {table} SEMI JOIN _removed USING (article_id))")
    for table in (*ARTICLE_TABLES, "article_versions"):
        con.execute(f"DELETE FROM {table} WHERE article_id IN (SELECT article_id FROM _removed)")
    con.execute("DROP TABLE _removed")


def merge_logs(con: Connection, staging_dir: Path, *, tables: Sequence[str] = LOG_TABLES) -> None:
    """Merge only what is known of pages and runs: after a check that blocked, so that its findings are kept."""
    attach_staged(con, staging_dir, tables)
    with transaction(con):
        for table in tables:
            _merge_log(con, table)


_STANDS = {
    "rejects": "rejected_at",
    "fetches": "fetched_at",
    "runs": "ended_at DESC NULLS LAST",
    "sources": "source_id",
    "expectation_results": "checked_at DESC",
}
"""Which of several rows of one key stands."""


def _merge_log(con: Connection, table: str) -> TableCount:
    """Rejects and fetches: the first row of a key stays. Everything else: the new one replaces it."""
    key = schema.primary_key(table)
    names = ", ".join(f'"{k}"' for k in key)
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE _log AS SELECT * FROM "in_{table}"
        QUALIFY row_number() OVER (PARTITION BY {names} ORDER BY {_STANDS[table]}) = 1""")
    others = [c.name for c in schema.columns(table) if c.name not in key]
    update = ""
    if table not in ("rejects", "fetches"):
        differs = " OR ".join(f't."{c}" IS DISTINCT FROM s."{c}"' for c in others)
        update = f"WHEN MATCHED AND ({differs}) THEN UPDATE SET " + ", ".join(f'"{c}" = s."{c}"' for c in others)
    same = " AND ".join(f't."{k}" = s."{k}"' for k in key)
    done = con.execute(f"""
        MERGE INTO "{table}" t USING _log s ON {same} {update}
        WHEN NOT MATCHED THEN INSERT ({column_list(table)}) VALUES ({column_list(table, "s.")}) RETURNING merge_action""").fetchall()
    total = row_count(con, "_log")
    con.execute("DROP TABLE _log")
    new = sum(action == "INSERT" for (action,) in done)
    return TableCount(new=new, changed=len(done) - new, unchanged=total - len(done))
