"""Schema + rules → one Great Expectations suite per table, run by SQL on a DuckDB connection.

What the schema says (not null, closed set, range, pattern) is derived from it; what it cannot say comes from ``rules``. Both are :class:`Check`:
a condition that is true for a wrong row. Great Expectations decides what holds; which rows are wrong is asked with the same SQL, so that all of
them are found and not only the first two hundred.
"""

from __future__ import annotations

from collections.abc import Iterable

from expectations.rules import RULES, Rule, Severity, Stage
from presslake import schema

CHECKED_TABLES = ("articles", "article_urls", "article_entities", "blocks", "mentions", "affiliations", "claims", "claim_quantities")
"""Tables that are staged, parents first."""


def structural_rules(table: str) -> tuple[Rule, ...]:
    """What the schema says of each column of ``table``, as rules that set aside the rows against it."""
    out: list[Rule] = []
    for c in schema.columns(table):
        column = f't."{c.name}"'

        def add(name: str, where: str, reason: str, native: str | None = None, column_name: str = c.name) -> None:
            out.append(
                Rule(
                    table=table,
                    name=f"{column_name}_{name}",
                    severity=Severity.REJECT,
                    where=where,
                    native=(native, column_name) if native else None,
                    reason=reason,
                    remedy="report it: a stage wrote what the schema does not allow",
                )
            )

        if not c.nullable:
            add("not_null", f"{column} IS NULL", f"{c.name} is missing.", "ExpectColumnValuesToNotBeNull")
        if c.is_list:
            add("items_not_null", f"list_contains(list_transform({column}, lambda x: x IS NULL), true)", f"{c.name} has an empty item.")
            continue
        if c.allowed:
            values = ", ".join(f"'{v}'" for v in c.allowed)
            add("in_set", f"{column} NOT IN ({values})", f"{c.name} is none of: {', '.join(c.allowed)}.", "ExpectColumnValuesToBeInSet")
        if c.col.minimum is not None or c.col.maximum is not None:
            parts = [f"{column} < {c.col.minimum}"] if c.col.minimum is not None else []
            parts += [f"{column} > {c.col.maximum}"] if c.col.maximum is not None else []
            parts += [f"isnan({column})"] if c.python_type is float else []
            add("in_range", " OR ".join(parts), f"{c.name} is outside of {_between(c.col)}.", "ExpectColumnValuesToBeBetween")
        if c.col.pattern:
            add("in_pattern", f"NOT regexp_full_match({column}, '{c.col.pattern}')", f"{c.name} does not look like {c.col.pattern}.")
    return tuple(out)


def _between(col: schema.Col) -> str:
    low = "" if col.minimum is None else f"{col.minimum:g}"
    high = "" if col.maximum is None else f"{col.maximum:g}"
    return f"{low} … {high}".strip()


def rules_for(stage: Stage, more: Iterable[Rule] = ()) -> tuple[Rule, ...]:
    """All rules of ``stage``, with ``more`` of the user's; those of the schema only where rows enter: the warehouse's DDL holds them later."""
    structure = [r for t in CHECKED_TABLES for r in structural_rules(t)] if stage is Stage.STAGED else []
    return (*structure, *(r for r in (*RULES, *more) if stage in r.stages))
