"""A snapshot's files: what of each table leaves the house, in which parts, and how a part is written and known again.

A table is cut into parts that change rarely: by the month in which an article was first seen. A part is named by its content, so
a part that did not change is the same file in the next snapshot (a hard link), and the same warehouse gives the same bytes anywhere.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.warehouse import Connection, literal
from presslake import schema

ROWS_PER_GROUP = {"articles": 20_000, "article_versions": 20_000}
"""Tables with whole texts have smaller row groups; all others 200,000."""

SHARED, EXCERPTED = "s.rights = 'full_text'", "s.rights <> 'metadata'"
_WITHHELD = {("articles", "body_text"): SHARED, ("articles", "lead"): EXCERPTED, ("article_versions", "body_text"): SHARED}
"""When a text may leave the house; otherwise it is NULL. Offsets still count in the text that ``text_sha256`` names."""


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """One Parquet file of a table."""

    table: str
    name: str
    """Month of first sight, ``YYYY-MM``; ``all`` for tables that are not cut."""
    rows: int
    content: str
    """Hash of its rows, whatever their order: the same for the same rows on any machine."""

    @property
    def path(self) -> str:
        """Relative to the snapshot."""
        return f"{self.table}/{self.name}-{self.content[:12]}.parquet"


def export_sql(table: str) -> str:
    """SELECT of what a snapshot shows of ``table``, with ``_part``; ``_article_rights`` (:mod:`flows.rights`) says what of each article."""
    has_article = any(c.name == "article_id" for c in schema.columns(table))
    cols = []
    for c in schema.columns(table):
        shown = _WITHHELD.get((table, c.name))
        cols.append(f'CASE WHEN {shown} THEN t."{c.name}" END AS "{c.name}"' if shown else f't."{c.name}"')
    part = "strftime(a.first_seen_at AT TIME ZONE 'UTC', '%Y-%m')" if has_article else "'all'"
    source = f'"{table}" t'
    if has_article:
        source += " JOIN articles a ON a.article_id = t.article_id LEFT JOIN _article_rights s ON s.article_id = a.article_id"
    return f"SELECT {', '.join(cols)}, {part} AS _part FROM {source}"


def row_hash(table: str, prefix: str = "") -> str:
    """SQL expression: hash of a row, stable over versions of DuckDB."""
    values = ", ".join(f'coalesce(CAST({prefix}"{c.name}" AS VARCHAR), chr(30))' for c in schema.columns(table))
    return f"concat_ws(chr(31), {values})"


def _content_sql(table: str, source: str) -> str:
    """Per ``_part``: rows and the parts of its content hash, by sums that no order changes."""
    return f"""
        SELECT _part, count(*), sum(CAST(md5_number_lower(h) AS HUGEINT)), sum(CAST(md5_number_upper(h) AS HUGEINT))
        FROM (SELECT _part, {row_hash(table)} AS h FROM {source}) GROUP BY 1 ORDER BY 1"""


def _content(table: str, rows: int, low: int, high: int) -> str:
    text = f"{schema.SCHEMA_VERSION}\x1f{table}\x1f{rows}\x1f{low}\x1f{high}"
    return hashlib.sha256(text.encode()).hexdigest()


def find_parts(con: Connection) -> list[Part]:
    """The parts of every public table as the warehouse is now. An empty table has one empty part, so that its columns are there."""
    parts = []
    for table in schema.PUBLIC_TABLES:
        found = con.execute(_content_sql(table, f"({export_sql(table)})")).fetchall()
        parts += [Part(table, name, rows, _content(table, rows, low, high)) for name, rows, low, high in found]
        if not found:
            parts.append(Part(table, "all", 0, _content(table, 0, 0, 0)))
    return parts


def part_of_file(con: Connection, table: str, path: Path) -> tuple[int, str]:
    """Rows and content hash of a Parquet file, read back."""
    found = con.execute(_content_sql(table, f"(SELECT *, 'all' AS _part FROM read_parquet({literal(path)}))")).fetchall()
    if not found:
        return 0, _content(table, 0, 0, 0)
    _, rows, low, high = found[0]
    return rows, _content(table, rows, low, high)


def write_part(con: Connection, part: Part, path: Path) -> None:
    """Write ``part`` from the warehouse: zstd, sorted by key, row groups of a fixed size, the schema from ``presslake.schema``, fsynced."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    target = schema.arrow_schema(part.table, published=True)
    metadata = {"presslake.schema_version": schema.SCHEMA_VERSION, "presslake.table": part.table, "presslake.content": part.content}
    target = target.with_metadata(metadata | {"presslake.primary_key": ",".join(schema.primary_key(part.table))})
    path.parent.mkdir(parents=True, exist_ok=True)
    size = ROWS_PER_GROUP.get(part.table, 200_000)
    with path.open("wb") as f, pq.ParquetWriter(f, target, compression="zstd", compression_level=6, write_statistics=True) as writer:
        for group in _groups(con, part, size):
            writer.write_table(pa.Table.from_batches(group).cast(target), row_group_size=size)
        if not part.rows:
            writer.write_table(target.empty_table())
    fsync(path)


def _groups(con: Connection, part: Part, size: int) -> Iterator[list[Any]]:
    """Batches of rows in order, collected to groups of exactly ``size`` rows."""
    order = ", ".join(f'"{k}"' for k in _order(part.table))
    names = ", ".join(f'"{c.name}"' for c in schema.columns(part.table))
    sql = f"SELECT {names} FROM ({export_sql(part.table)}) WHERE _part = ? ORDER BY {order}"
    reader: Any = con.execute(sql, [part.name]).to_arrow_reader(min(size, 50_000))
    group: list[Any] = []
    filled = 0
    for batch in reader:
        while filled + batch.num_rows >= size:
            group.append(batch.slice(0, size - filled))
            batch = batch.slice(size - filled)
            yield group
            group, filled = [], 0
        if batch.num_rows:
            group.append(batch)
            filled += batch.num_rows
    if group:
        yield group


def _order(table: str) -> tuple[str, ...]:
    """Rows of one article stand together; then by key, so that the order is total."""
    key = schema.primary_key(table)
    names = [c.name for c in schema.columns(table)]
    if table == "articles":
        return ("published_at", *key)
    first = ["article_id"] if "article_id" in names else []
    return tuple(dict.fromkeys([*first, *(["char_start"] if "char_start" in names else []), *key]))


def file_hash(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


def fsync(path: Path) -> None:
    """Make sure that a file or folder is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(path: Path, text: str) -> None:
    """Replace a small file so that a reader sees the old or the new one, also after a power cut."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with aside.open("w", encoding="utf-8") as f:
        f.write(text)
        f.flush()
        os.fsync(f.fileno())
    aside.replace(path)
    fsync(path.parent)
