"""Run the suites: staged rows one by one before the merge, all rows together after it; set aside what must not enter; stop what must not leave.

A row against a rejecting rule goes to ``rejects`` with everything that hangs on it; the others go on. A blocking rule that does not hold raises
CheckFailed: nothing is published. Every result becomes a row of ``expectation_results``.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from expectations.rules import Rule, Severity, Stage
from expectations.runner import Outcome, run_rules
from expectations.suites import CHECKED_TABLES, rules_for
from flows.setaside import SetAside
from flows.staging import is_empty, stage
from flows.warehouse import Connection, column_list, memory, upsert
from presslake import schema
from presslake.errors import CheckFailed

MOST_SET_ASIDE = 0.5
"""Share of staged articles; beyond it something is wrong with the run and not with single pages."""
ENOUGH_ARTICLES = 20


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What held, what did not, and how many rows were set aside per table."""

    results: tuple[schema.ExpectationResult, ...] = ()
    set_aside: Mapping[str, int] = field(default_factory=dict)

    @property
    def failed(self) -> tuple[schema.ExpectationResult, ...]:
        """Expectations that did not hold, the gravest first."""
        order = ["block", "reject", "warn"]
        return tuple(sorted((r for r in self.results if not r.is_success), key=lambda r: (order.index(r.severity), r.table_name, r.expectation)))

    @property
    def is_blocked(self) -> bool:
        """A blocking expectation did not hold."""
        return any(r.severity == "block" for r in self.failed)


def check_staged(staging_dir: Path, run_id: str, *, more: Iterable[Rule] = (), now: dt.datetime | None = None) -> CheckResult:
    """Check every staged row; set aside those that must not enter, in place. Touches no warehouse, so it can run beside readers.

    Results and rejects are staged too: ``merge_staged`` brings them into the warehouse, also after a block (``load.merge_logs``).
    Raises CheckFailed where a blocking rule does not hold or most of the articles were set aside.
    """
    if is_empty(staging_dir):
        return CheckResult()
    now = now or dt.datetime.now(dt.UTC)
    con = memory()
    try:
        aside = SetAside(con, staging_dir, run_id, now)
        present = [t for t in CHECKED_TABLES if aside.count(t)]
        rules = [r for r in rules_for(Stage.STAGED, more) if r.table in present]
        outcomes = run_rules(con, rules, aside.names, Stage.STAGED)
        results = []
        for outcome in outcomes:
            sql = outcome.rule.failing(aside.names, Stage.STAGED)
            count = 0 if outcome.holds or outcome.error else aside.add(outcome.rule, sql)
            results.append(_result(outcome, run_id, now, count, "staged_"))
        articles = aside.count("articles")
        counts = aside.finish()
    finally:
        con.close()
    results += _share_set_aside(counts.get("articles", 0), articles, run_id, now)
    stage(staging_dir, "check", {"expectation_results": results})
    return _verdict(CheckResult(tuple(results), counts))


def check_warehouse(
    con: Connection,
    run_id: str,
    *,
    previous: Mapping[str, int] | None = None,
    more: Iterable[Rule] = (),
    now: dt.datetime | None = None,
    full: bool = False,
) -> CheckResult:
    """Check what only all rows together can show; with ``full`` every rule again on every row.

    ``previous`` are the row counts of the last snapshot, for drift. Writes ``expectation_results``; raises CheckFailed on a block.
    """
    now = now or dt.datetime.now(dt.UTC)
    more = tuple(more)
    con.execute("CREATE OR REPLACE TEMP TABLE _previous (table_name VARCHAR, row_count BIGINT)")
    for table, count in (previous or {}).items():
        con.execute("INSERT INTO _previous VALUES (?, ?)", [table, count])
    names = {t: t for t in schema.TABLES} | {"previous": "_previous"}
    rules = list(rules_for(Stage.WAREHOUSE, more))
    if full:
        rules += [r for r in rules_for(Stage.STAGED, more) if r not in rules and not r.name.endswith("_not_null") and r.name != "article_is_there"]
    results = []
    for outcome in run_rules(con, rules, names, Stage.WAREHOUSE):
        found: list[str] = []
        count = 0
        if not outcome.holds and not outcome.error:
            rows = con.execute(f"SELECT * FROM ({outcome.rule.failing(names, Stage.WAREHOUSE)})").fetchall()
            count, found = len(rows), [str(row[0]) for row in rows[:3]]
        results.append(_result(outcome, run_id, now, count, "", found))
    con.execute("DROP TABLE _previous")
    upsert(con, "expectation_results", results)
    return _verdict(CheckResult(tuple(results)))


def previous_counts(data_dir: Path) -> dict[str, int]:
    """Rows per table of the last published snapshot; nothing where there is none or it cannot be read."""
    try:
        pointer = json.loads((data_dir / "snapshots" / "latest.json").read_text(encoding="utf-8"))
        manifest = json.loads((data_dir / "snapshots" / pointer["path"] / "manifest.json").read_text(encoding="utf-8"))
        return {table: int(facts["rows"]) for table, facts in manifest["tables"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def results_of(con: Connection, run_id: str) -> list[schema.ExpectationResult]:
    """What the run ``run_id`` checked so far: its staged rows and the warehouse."""
    names = [c.name for c in schema.columns("expectation_results")]
    found = con.execute(f"SELECT {column_list('expectation_results')} FROM expectation_results WHERE run_id = ?", [run_id]).fetchall()
    return [schema.ExpectationResult(**dict(zip(names, row, strict=True))) for row in found]


def _result(outcome: Outcome, run_id: str, now: dt.datetime, count: int, prefix: str, found: Iterable[str] = ()) -> schema.ExpectationResult:
    rule = outcome.rule
    detail = None
    if outcome.error:
        detail = f"Could not be evaluated: {outcome.error}"
    elif not outcome.holds:
        examples = "; ".join(found)
        detail = f"{rule.reason} {f'({examples}) ' if examples else ''}Remedy: {rule.remedy}."
    return schema.ExpectationResult(
        run_id=run_id,
        table_name=prefix + rule.table,
        expectation=rule.name,
        # a rule that cannot be evaluated proves nothing
        severity="block" if outcome.error and rule.severity is not Severity.WARN else str(rule.severity),
        is_success=outcome.holds,
        unexpected_count=count,
        detail=detail,
        checked_at=now,
    )


def _share_set_aside(count: int, total: int, run_id: str, now: dt.datetime) -> list[schema.ExpectationResult]:
    too_many = total >= ENOUGH_ARTICLES and count > MOST_SET_ASIDE * total
    detail = (
        f"{count} of {total} articles were set aside. Remedy: look at `presslake rejects`; an outlet may have changed its pages, "
        "or this machine's clock may be wrong."
        if too_many
        else None
    )
    return [
        schema.ExpectationResult(
            run_id=run_id,
            table_name="staged_articles",
            expectation="most_rows_hold",
            severity="block",
            is_success=not too_many,
            unexpected_count=count if too_many else 0,
            detail=detail,
            checked_at=now,
        )
    ]


def _verdict(result: CheckResult) -> CheckResult:
    if result.is_blocked:
        lines = [f"  {r.table_name}.{r.expectation} ({r.unexpected_count}): {r.detail}" for r in result.failed if r.severity == "block"]
        failure = CheckFailed("nothing is published, the last snapshot stands; these must hold and do not:\n" + "\n".join(lines))
        failure.result = result
        raise failure
    return result
