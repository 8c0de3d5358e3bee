"""Texts that are alike, and the components they form: kept beside the tables and changed only where a batch touches them.

Each kind of text (the body of an article, the words of a claim) has two tables of the warehouse's own: its different texts, with the keys by which
they find each other and the component they are in, and a link from every row to its text. Two texts are compared if they share a key. Where more
than ``CROWD`` texts share one (a phrase that everybody uses), each is compared with the first ``FIRST`` of them only, to stay linear. So which pairs
are compared follows from the set of texts alone, and a component is the same whatever came first.

A new text can only add pairs with itself, except where it makes a crowd, or is one of its first: then, and where texts went, the components around it
are put together anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flows.warehouse import Connection, row_count
from transforms.resolve.unions import Unions

CROWD = 60
FIRST = 8

AT_ONCE = 20_000
"""Pairs in memory while they are compared."""

Pair = tuple[Any, int, Any, int]
"""Content and size of one text and of the other."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of text: the rows of ``table``, in ``_<name>_texts`` and ``_<name>_links``."""

    name: str
    table: str
    compare: Callable[[Sequence[Pair]], Iterable[bool]]
    """Which of the pairs are alike."""
    worth: str = "true"
    """SQL over the texts ``x`` and ``y``: false for a pair that cannot be alike."""

    @property
    def row(self) -> str:
        """The key of ``table``."""
        return f"{self.name}_id"

    @property
    def texts(self) -> str:
        return f"_{self.name}_texts"

    @property
    def links(self) -> str:
        return f"_{self.name}_links"


def _begin(con: Connection, kind: Kind) -> None:
    """Notes of what came and what went since the last :func:`settle`."""
    for name in (_came(kind), _left(kind)):
        con.execute(f"CREATE TEMP TABLE IF NOT EXISTS {name} (text_key UBIGINT)")


def _came(kind: Kind) -> str:
    return f"_came_{kind.name}"


def _left(kind: Kind) -> str:
    return f"_left_{kind.name}"


def add(con: Connection, kind: Kind, rows: Any) -> None:
    """Link rows to their texts instead of what they had, and keep texts not known yet: an Arrow table of the columns of both, component left out."""
    _begin(con, kind)
    columns = {t: _columns(con, t) for t in (kind.links, kind.texts)}
    link, text = (", ".join(c for c in columns[t] if c != "component") for t in (kind.links, kind.texts))
    _copy(con, "_signed", rows)
    _unlink(con, kind, f"{kind.row} IN (SELECT {kind.row} FROM _signed)")
    con.execute(f"INSERT INTO {kind.links} ({link}) SELECT {link} FROM _signed")
    con.execute(f"CREATE OR REPLACE TEMP TABLE _unknown AS SELECT DISTINCT ON (text_key) {text} FROM _signed ANTI JOIN {kind.texts} USING (text_key)")
    con.execute(f"INSERT INTO {kind.texts} ({text}, component) SELECT {text}, text_key FROM _unknown")
    con.execute(f"INSERT INTO {_came(kind)} SELECT text_key FROM _unknown")
    for name in ("_signed", "_unknown"):
        con.execute(f"DROP TABLE {name}")


def _columns(con: Connection, table: str) -> list[str]:
    return [c for (c,) in con.execute("SELECT column_name FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index", [table]).fetchall()]


def _unlink(con: Connection, kind: Kind, where: str) -> None:
    gone = con.execute(f"DELETE FROM {kind.links} WHERE {where} RETURNING text_key").fetchall()
    if gone:
        con.execute(f"INSERT INTO {_left(kind)} SELECT unnest(?::UBIGINT[])", [[key for (key,) in gone]])


def settle(con: Connection, kind: Kind) -> None:
    """Bring the components up to date with what was added since the last time, and with rows that are no longer in the table.

    Leaves ``_components``: those whose rows are others than before.
    """
    _begin(con, kind)
    if row_count(con, kind.links) != row_count(con, kind.table):
        _unlink(con, kind, f"{kind.row} NOT IN (SELECT {kind.row} FROM {kind.table})")
    con.execute(f"CREATE OR REPLACE TEMP TABLE _gone AS SELECT DISTINCT text_key FROM {_left(kind)} ANTI JOIN {kind.links} USING (text_key)")
    con.execute(f"CREATE OR REPLACE TEMP TABLE _new AS SELECT text_key FROM {_came(kind)} ANTI JOIN _gone USING (text_key)")
    con.execute(f"DELETE FROM {kind.texts} WHERE text_key IN (FROM {_came(kind)}) AND text_key IN (FROM _gone)")  # came and went within this load
    con.execute(f"DELETE FROM _gone WHERE text_key IN (FROM {_came(kind)})")
    con.execute("CREATE OR REPLACE TEMP TABLE _active AS FROM _new")
    if _find_buckets(con, kind) and _reopen(con, kind):
        _find_buckets(con, kind)
    _write(con, kind, _joined(con, kind, _alike(con, kind)))
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE _components AS SELECT DISTINCT component FROM {kind.texts}
        WHERE text_key IN (FROM _active UNION ALL FROM {_left(kind)}) OR component IN (SELECT component FROM _united)""")
    for name in ("_gone", "_new", "_active", "_buckets", "_pairs", "_ends", "_united", _came(kind), _left(kind)):
        con.execute(f"DROP TABLE IF EXISTS {name}")


def _find_buckets(con: Connection, kind: Kind) -> bool:
    """``_buckets``: every text under a key that an active or gone one shares with another; false where there is none."""
    every = f"(SELECT text_key, unnest(keys) AS key FROM {kind.texts})"
    touched = "(FROM _active UNION ALL FROM _gone)"
    looked = f"SEMI JOIN (SELECT unnest(keys) AS key FROM {kind.texts} SEMI JOIN {touched} USING (text_key)) USING (key)"
    if 2 * row_count(con, "_active") > row_count(con, kind.texts):  # then it takes longer to leave the others out
        looked = ""
    con.execute(f"CREATE OR REPLACE TEMP TABLE _shared AS SELECT key FROM {every} {looked} GROUP BY key HAVING count(*) > 1")
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE _buckets AS
        WITH flagged AS (
            SELECT m.key, m.text_key, n.text_key IS NULL AS was, g.text_key IS NULL AS stays FROM {every} m SEMI JOIN _shared USING (key)
            LEFT JOIN _new n USING (text_key) LEFT JOIN _gone g USING (text_key)),
        counted AS (
            SELECT *, count(*) FILTER (was) OVER k > {CROWD} AS was_crowd, count(*) FILTER (stays) OVER k > {CROWD} AS is_crowd,
                count(*) FILTER (was) OVER upto AS was_no, count(*) FILTER (stays) OVER upto AS no
            FROM flagged WINDOW k AS (PARTITION BY key), upto AS (PARTITION BY key ORDER BY text_key ROWS UNBOUNDED PRECEDING))
        SELECT key, text_key, was, stays, was_crowd, is_crowd, was AND was_no <= {FIRST} AS was_first, stays AND no <= {FIRST} AS is_first
        FROM counted""")
    con.execute("DROP TABLE _shared")
    return row_count(con, "_buckets") > 0 or row_count(con, "_gone") > 0


def _reopen(con: Connection, kind: Kind) -> bool:
    """Make the texts of components active that may lose a pair; true where there are such."""
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE _reopened AS
        WITH others AS (SELECT key FROM _buckets GROUP BY key
            HAVING bool_or(was_crowd <> is_crowd) OR (bool_or(is_crowd) AND bool_or(was_first <> is_first))),
        losing AS (SELECT text_key FROM _buckets SEMI JOIN others USING (key) WHERE was UNION FROM _gone)
        SELECT text_key FROM {kind.texts} WHERE component IN (SELECT component FROM {kind.texts} SEMI JOIN losing USING (text_key))
        AND text_key NOT IN (FROM _active) AND text_key NOT IN (FROM _gone)""")
    con.execute("INSERT INTO _active FROM _reopened")
    found = row_count(con, "_reopened") > 0
    con.execute("DROP TABLE _reopened")
    return found


def _alike(con: Connection, kind: Kind) -> list[tuple[int, int]]:
    """Pairs of an active text and any other that were found alike."""
    con.execute("""
        CREATE OR REPLACE TEMP TABLE _pairs AS SELECT DISTINCT least(x.text_key, y.text_key) AS one, greatest(x.text_key, y.text_key) AS other
        FROM (FROM _buckets SEMI JOIN _active USING (text_key)) x JOIN _buckets y ON x.key = y.key AND x.text_key <> y.text_key
        WHERE y.stays AND (NOT y.is_crowd OR y.is_first)""")
    result = con.execute(f"""
        SELECT one, other, x.content, x.size, y.content, y.size FROM _pairs
        JOIN {kind.texts} x ON x.text_key = one JOIN {kind.texts} y ON y.text_key = other WHERE {kind.worth}""")
    found = []
    while rows := result.fetchmany(AT_ONCE):
        found += [(r[0], r[1]) for r, alike in zip(rows, kind.compare([r[2:] for r in rows]), strict=True) if alike]
    return found


def _joined(con: Connection, kind: Kind, pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Component that a text or component was in → the one it is in now: its smallest key. A component that is not active is one piece."""
    _copy(con, "_ends", _arrow([("text_key", [key for pair in pairs for key in pair])]))
    piece = dict(
        con.execute(f"""
        SELECT DISTINCT text_key, CASE WHEN a.text_key IS NULL THEN t.component ELSE t.text_key END
        FROM _ends JOIN {kind.texts} t USING (text_key) LEFT JOIN _active a USING (text_key)""").fetchall()
    )
    unions = Unions(set(piece.values()))
    for one, other in pairs:
        unions.join(piece[one], piece[other])
    return [(member, members[0]) for members in unions.groups() for member in members]


def _write(con: Connection, kind: Kind, united: list[tuple[int, int]]) -> None:
    _copy(con, "_united", _arrow([("piece", [p for p, _ in united]), ("component", [c for _, c in united])]))
    con.execute(f"DELETE FROM {kind.texts} WHERE text_key IN (FROM _gone)")
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE _moved AS WITH pieces AS (
            SELECT t.text_key, t.component, CASE WHEN a.text_key IS NULL THEN t.component ELSE t.text_key END AS piece
            FROM {kind.texts} t LEFT JOIN _active a USING (text_key))
        SELECT p.text_key, coalesce(u.component, p.piece) AS component FROM pieces p LEFT JOIN _united u USING (piece)
        WHERE coalesce(u.component, p.piece) <> p.component""")
    if row_count(con, "_moved"):
        con.execute(f"UPDATE {kind.texts} t SET component = m.component FROM _moved m WHERE t.text_key = m.text_key")
    con.execute("DROP TABLE _moved")


def _arrow(columns: list[tuple[str, list[int]]]) -> Any:
    import pyarrow as pa

    return pa.table({name: pa.array(values, pa.uint64()) for name, values in columns})


def _copy(con: Connection, table: str, rows: Any) -> None:
    """An Arrow table as a temporary one: joined where it is, DuckDB pushes filters into it that cannot hold a number beyond 2⁶³."""
    con.register("_given", rows)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS FROM _given")
    con.unregister("_given")
