"""Merge staged rows into the warehouse by key: one short writer, short transactions, no indexes.

What an article is follows from the set of its observations (a page at a time), never from the order they arrive in:
any order and any split of the same pages gives the same rows. An observation with a known text changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    """What a merge did to one table; a person or organisation that several batches changed counts in each."""

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


AT_ONCE = 50_000
"""Staged articles that are merged in one go: what load holds in memory does not grow with what is staged."""


def merge_staged(
    con: Connection, staging_dir: Path, run_id: str, *, resolver: Resolver = resolve_entities, replacing: Sequence[str] = ()
) -> LoadResult:
    """Merge everything staged under ``staging_dir`` into the warehouse, about ``AT_ONCE`` articles to a transaction; the last one says what was
    fetched. So what an exception or a kill leaves undone is read again by the next run, and what was done stays.

    ``replacing`` names articles of which nothing stays but what is staged: all their versions are there, read anew.
    Raises WarehouseError for unreadable staged files.
    """
    attach_staged(con, staging_dir, LOG_TABLES)
    batches = staged_batches(staging_dir, AT_ONCE)
    counts: dict[str, TableCount] = {}
    to_replace = set(replacing)
    for number, names in enumerate(batches, 1):
        is_last = number == len(batches)
        attach_staged(con, staging_dir, ARTICLE_TABLES, names=names)
        with transaction(con):
            here = to_replace if is_last else to_replace & set(_staged_articles(con))
            to_replace = to_replace - here
            _add(counts, _merge_batch(con, sorted(here), resolver))
            if is_last:
                counts |= {table: _merge_log(con, table) for table in LOG_TABLES}
    return LoadResult(counts)


def _staged_articles(con: Connection) -> list[str]:
    return [article for (article,) in con.execute("SELECT DISTINCT article_id FROM in_articles").fetchall()]


def _add(counts: dict[str, TableCount], more: Mapping[str, TableCount]) -> None:
    for table, c in more.items():
        before = counts.get(table, TableCount())
        counts[table] = TableCount(before.new + c.new, before.changed + c.changed, before.unchanged + c.unchanged, before.removed + c.removed)


def _merge_batch(con: Connection, replacing: Sequence[str], resolver: Resolver) -> dict[str, TableCount]:
    """Merge the views ``in_<table>``, and what follows from them for who is who and what is alike."""
    con.execute("CREATE OR REPLACE TEMP TABLE _touched_keys (block_key VARCHAR)")
    _remove(con, replacing)
    done = merge_articles(con) | {"people": (0, 0, 0, 0), "organisations": (0, 0, 0, 0)}
    if replacing or row_count(con, "_touched"):
        cluster_touched(con)
        done |= resolve_identities(con, resolver)
    for table in ("_touched", "_touched_keys"):
        con.execute(f"DROP TABLE IF EXISTS {table}")
    return {table: TableCount(*change) for table, change in done.items()}


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
