"""Take wrong rows out of the staged files, completely, with what hangs on them, and keep each as a row of ``rejects``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from expectations.rules import Rule, Severity
from expectations.suites import CHECKED_TABLES
from flows.staging import attach_staged
from flows.warehouse import Connection, column_list
from presslake import schema

_SELF_KEYED = {"claims": ("claim_quantities", "claim_id"), "article_entities": ("mentions", "article_entity_id")}
"""Rows that name a row of another table and stand without it: the reference is emptied."""

_OF_THE_RUN = frozenset({"run_id", "seen_at", "first_seen_at", "last_seen_at"})
"""Columns that differ when the same bytes are fetched again: the reject stays one."""


class SetAside:
    """The staged files as views ``s_<table>`` with the columns of the schema plus ``_file`` and ``_row``, and what was found against them."""

    def __init__(self, con: Connection, staging_dir: Path, run_id: str, now: dt.datetime) -> None:
        self._con, self._dir, self._run_id, self._now = con, staging_dir, run_id, now
        attach_staged(con, staging_dir, CHECKED_TABLES, prefix="s_", with_place=True)
        con.execute("""
            CREATE TABLE texts AS SELECT DISTINCT ON (article_id, raw_sha256) article_id, raw_sha256, title, body_text FROM s_articles""")
        con.execute("CREATE TABLE found (table_name VARCHAR, _file VARCHAR, _row BIGINT, expectation VARCHAR, reason VARCHAR, place BIGINT)")
        self.names = {t: f"s_{t}" for t in CHECKED_TABLES} | {"texts": "texts"}

    def count(self, table: str) -> int:
        """Rows staged for ``table``."""
        return self._number(f"SELECT count(*) FROM s_{table}")

    def _number(self, sql: str) -> int:
        row = self._con.execute(sql).fetchone()
        assert row is not None
        return int(row[0])

    def add(self, rule: Rule, sql: str) -> int:
        """Note the rows that ``sql`` selects; they are set aside where the rule rejects. Returns how many there are."""
        if rule.severity is not Severity.REJECT:
            return self._number(f"SELECT count(*) FROM ({sql})")
        before = self._number("SELECT count(*) FROM found")
        self._con.execute(
            f"INSERT INTO found SELECT DISTINCT '{rule.table}', _file, _row, ?, ?, {before} FROM ({sql})",
            [rule.name, f"{rule.reason} Remedy: {rule.remedy}."],
        )
        return self._number("SELECT count(*) FROM found") - before

    def finish(self) -> dict[str, int]:
        """Write the rejects, then the files without them; returns the rows set aside per table."""
        if not self._number("SELECT count(*) FROM found"):
            return {}
        self._con.execute("CREATE TABLE bad_articles (article_id VARCHAR, raw_sha256 VARCHAR)")
        self._con.execute("""
            INSERT INTO bad_articles SELECT DISTINCT article_id, raw_sha256 FROM s_articles SEMI JOIN (FROM found WHERE table_name = 'articles')
            USING (_file, _row)""")
        for table in CHECKED_TABLES[1:]:
            has_raw = any(c.name == "raw_sha256" for c in schema.columns(table))
            same = "b.article_id = t.article_id" + (" AND b.raw_sha256 = t.raw_sha256" if has_raw else "")
            # an address is kept while another observation of its article stays
            stays = (
                ""
                if has_raw
                else " AND t.article_id NOT IN (SELECT article_id FROM s_articles ANTI JOIN bad_articles USING (article_id, raw_sha256))"
            )
            self._con.execute(f"""
                INSERT INTO found SELECT '{table}', t._file, t._row, 'article_set_aside', 'Its article was set aside.', 999999
                FROM s_{table} t SEMI JOIN bad_articles b ON {same} WHERE true {stays}""")
        self._con.execute("""
            CREATE TABLE aside AS SELECT table_name, _file, _row, arg_min(expectation, place) AS expectation,
                string_agg(reason, ' ' ORDER BY place) FILTER (place < 999999 OR lonely) AS reason
            FROM (SELECT *, min(place) OVER (PARTITION BY table_name, _file, _row) = 999999 AS lonely FROM found) GROUP BY 1, 2, 3""")
        self._write_rejects()
        for parent in _SELF_KEYED:  # before any file changes under its view
            self._find_gone(parent)
        for table in CHECKED_TABLES:
            self._rewrite(table)
        return dict(self._con.execute("SELECT table_name, count(*) FROM aside GROUP BY 1 ORDER BY 1").fetchall())

    def _write_rejects(self) -> None:
        parts = []
        for table in CHECKED_TABLES:
            key = ", ".join(f't."{k}"' for k in schema.primary_key(table))
            raw = 't."raw_sha256"' if any(c.name == "raw_sha256" for c in schema.columns(table)) else "NULL"
            run = 't."run_id"' if any(c.name == "run_id" for c in schema.columns(table)) else "NULL"
            parts.append(f"""
                SELECT a.table_name, coalesce(concat_ws('/', {key}), '') AS row_key,
                    CAST(to_json(struct_pack({self._fields(table)})) AS VARCHAR) AS row_json,
                    md5(CAST(to_json(struct_pack({self._fields(table, _OF_THE_RUN)})) AS VARCHAR)) AS content,
                    a.expectation, a.reason, CASE WHEN regexp_full_match({raw}, '{schema.SHA256}') THEN {raw} END AS raw_sha256,
                    coalesce(CASE WHEN regexp_full_match({run}, 'run_[0-9a-f]{{20}}') THEN {run} END, $run) AS run_id
                FROM s_{table} t JOIN aside a ON a.table_name = '{table}' AND a._file = t._file AND a._row = t._row""")
        (self._dir / "rejects").mkdir(parents=True, exist_ok=True)
        identity = "'rej_' || left(sha256(concat_ws(chr(31), table_name, row_key, expectation, content)), 20)"
        rows = self._con.sql(
            f"""SELECT {identity} AS reject_id, table_name, row_key, row_json, expectation, reason, raw_sha256, run_id,
                CAST($now AS TIMESTAMPTZ) AS rejected_at FROM ({" UNION ALL ".join(parts)}) ORDER BY ALL""",
            params={"run": self._run_id, "now": self._now},
        ).to_arrow_table()
        _write_parquet(rows, "rejects", self._dir / "rejects" / "check.parquet")

    def _fields(self, table: str, without: frozenset[str] = frozenset()) -> str:
        return ", ".join(f'"{c.name}" := t."{c.name}"' for c in schema.columns(table) if c.name not in without)

    def _find_gone(self, parent: str) -> None:
        """Keys of ``parent`` of which no row stays."""
        key = schema.primary_key(parent)[0]
        self._con.execute(f"""
            CREATE TABLE gone_{parent} AS SELECT DISTINCT p.{key} FROM s_{parent} p
            JOIN aside a ON a.table_name = '{parent}' AND a._file = p._file AND a._row = p._row
            WHERE p.{key} NOT IN (SELECT q.{key} FROM s_{parent} q ANTI JOIN (FROM aside WHERE table_name = '{parent}') USING (_file, _row))""")

    def _rewrite(self, table: str) -> None:
        """Each file that loses rows, or whose rows name one that was set aside, written anew beside itself and renamed."""
        emptied = next(((parent, column) for parent, (child, column) in _SELF_KEYED.items() if child == table), None)
        cols = column_list(table, "t.")
        if emptied:
            parent, column = emptied
            gone = f"gone_{parent}"
            empty = {column} | ({"entity_id"} if table == "mentions" else set())
            cols = ", ".join(
                f'CASE WHEN t.{column} IN (FROM {gone}) THEN NULL ELSE t."{c.name}" END AS "{c.name}"'
                if c.name in empty
                else f"CASE WHEN t.{column} IN (FROM {gone}) THEN 'unresolved' ELSE t.resolution END AS resolution"
                if c.name == "resolution"
                else f't."{c.name}"'
                for c in schema.columns(table)
            )
        touched = f"SELECT DISTINCT _file FROM aside WHERE table_name = '{table}'"
        if emptied:
            touched += f" UNION SELECT DISTINCT _file FROM s_{table} WHERE {emptied[1]} IN (FROM gone_{emptied[0]})"
        for (file,) in self._con.execute(touched).fetchall():
            rows = self._con.sql(
                f"""SELECT {cols} FROM s_{table} t ANTI JOIN (FROM aside WHERE table_name = '{table}') USING (_file, _row)
                WHERE _file = ? ORDER BY _row""",
                params=[file],
            ).to_arrow_table()
            _write_parquet(rows, table, Path(file))


def _write_parquet(rows: Any, table: str, path: Path) -> None:
    import pyarrow.parquet as pq

    target = schema.arrow_schema(table)
    aside = path.with_suffix(".tmp")
    pq.write_table(rows.select(target.names).cast(target), aside, compression="zstd", compression_level=1)
    aside.replace(path)
