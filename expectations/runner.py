"""Run rules by Great Expectations on an open DuckDB connection: one suite per table, through SQL.

The stock way to DuckDB reads results after the connection was closed; :func:`_lent` registers a dialect on *our* connection that reads each result
at once. Great Expectations is imported here and only when something is checked: that takes seconds, which :func:`preload` spends beside other work.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
import threading
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any

from expectations.rules import Rule, Severity, Stage
from presslake import schema

if TYPE_CHECKING:
    import duckdb

_SEVERITY = {Severity.BLOCK: "critical", Severity.REJECT: "warning", Severity.WARN: "info"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a rule held; ``error`` where it could not be evaluated, which is never taken for success."""

    rule: Rule
    holds: bool
    error: str | None = None


_UNUSED = frozenset({"altair", "boto3", "botocore", "scipy", "scipy.stats"})
"""What great_expectations imports for charts, distances of distributions and object stores: 40 % of its start."""
_importing = threading.Lock()


def _import() -> Any:
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    with _importing, _late(_UNUSED):
        import great_expectations

    return great_expectations


def preload() -> None:
    """Import Great Expectations in a thread, so that it is there when rows are to be checked; in the meantime other processes read articles."""
    if "great_expectations" not in sys.modules:
        threading.Thread(target=_import, name="import of great_expectations", daemon=True).start()


@contextmanager
def _late(names: frozenset[str]) -> Iterator[None]:
    """Modules ``names`` that are imported inside are loaded when first used."""
    finder = _LateFinder(names)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _LateFinder(importlib.abc.MetaPathFinder):
    def __init__(self, names: frozenset[str]) -> None:
        self._names = names

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> importlib.machinery.ModuleSpec | None:
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target) if fullname in self._names else None
        if spec is None or spec.loader is None:
            return None
        spec.loader = importlib.util.LazyLoader(spec.loader)
        return spec


def run_rules(con: duckdb.DuckDBPyConnection, rules: Iterable[Rule], names: dict[str, str], stage: Stage) -> list[Outcome]:
    """Evaluate ``rules`` where ``names`` says each table stands; one outcome per rule, in their order."""
    rules = list(rules)
    by_table: dict[str, list[Rule]] = {}
    for rule in rules:
        by_table.setdefault(rule.table, []).append(rule)
    found: dict[tuple[str, str], Outcome] = {}
    if by_table:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # their dialect does not know lists; no rule that they run reads one
            gx = _import()
            context = _quiet_context(gx)
            with _lent(con) as url:
                source = context.data_sources.add_sql(name="presslake", connection_string=url)
                for table, mine in by_table.items():
                    for outcome in _run_suite(gx, context, source, table, mine, names, stage):
                        found[(table, outcome.rule.name)] = outcome
    return [found[(r.table, r.name)] for r in rules]


def _quiet_context(gx: Any) -> Any:
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


def _run_suite(gx: Any, context: Any, source: Any, table: str, rules: list[Rule], names: dict[str, str], stage: Stage) -> list[Outcome]:
    batch = source.add_table_asset(name=table, table_name=names[table]).add_batch_definition_whole_table("all")
    suite = gx.ExpectationSuite(name=table, expectations=[_expectation(r, names, stage) for r in rules])
    validation = gx.ValidationDefinition(name=table, data=batch, suite=context.suites.add(suite))
    result = context.validation_definitions.add(validation).run(result_format="BOOLEAN_ONLY")
    by_name = {r.expectation_config.meta["rule"]: r for r in result.results}
    return [_outcome(rule, by_name[rule.name]) for rule in rules]


def _outcome(rule: Rule, result: Any) -> Outcome:
    info = result.exception_info or {}
    infos = [info] if "raised_exception" in info else list(info.values())
    errors = [str(i.get("exception_message") or "unknown problem") for i in infos if i.get("raised_exception")]
    if errors:
        return Outcome(rule, False, errors[0].strip().splitlines()[0])
    return Outcome(rule, bool(result.success))


def _expectation(rule: Rule, names: dict[str, str], stage: Stage) -> Any:
    import great_expectations.expectations as gxe

    common: dict[str, Any] = {"meta": {"rule": rule.name, "reason": rule.reason}, "severity": _SEVERITY[rule.severity], "description": rule.reason}
    if rule.native:
        kind, column = rule.native
        return getattr(gxe, kind)(column=column, **_arguments(rule.table, kind, column), **common)
    # their template reads braces as fields and colons before a word as parameters
    mark = "\x00batch\x00"
    sql = rule.failing({**names, rule.table: mark}, stage).replace("{", "{{").replace("}", "}}").replace(mark, "(SELECT * FROM {batch})")
    return _rows_expectation()(unexpected_rows_query=sql, **common)


def _arguments(table: str, kind: str, column: str) -> dict[str, Any]:
    (c,) = (c for c in schema.columns(table) if c.name == column)
    if kind == "ExpectColumnValuesToBeInSet":
        return {"value_set": list(c.allowed or ())}
    if kind == "ExpectColumnValuesToBeBetween":
        return {"min_value": c.col.minimum, "max_value": c.col.maximum}
    return {}


_cache: dict[str, Any] = {}


def _rows_expectation() -> Any:
    """``UnexpectedRowsExpectation`` that only counts: the stock one runs every query twice, to show rows that we fetch ourselves."""
    if "rows" not in _cache:
        from great_expectations.expectations.core.unexpected_rows_expectation import UnexpectedRowsExpectation

        class RowsAgainstRule(UnexpectedRowsExpectation):
            def get_validation_dependencies(self, execution_engine: Any = None, runtime_configuration: Any = None) -> Any:
                needed: Any = super().get_validation_dependencies(execution_engine, runtime_configuration)
                needed.metric_configurations.pop("unexpected_rows_query.table", None)
                return needed

            def _validate(self, metrics: Any, runtime_configuration: Any = None, execution_engine: Any = None) -> Any:
                count = metrics["unexpected_rows_query.row_count"]
                return {"success": count == 0, "result": {"observed_value": count}}

        _cache["rows"] = RowsAgainstRule
    return _cache["rows"]


@dataclass
class _Cursor:
    """A DB-API cursor that has read its whole result when ``execute`` returns."""

    connection: _Connection
    description: Any = None
    rows: list[Any] = field(default_factory=list)
    rowcount: int = -1
    arraysize: int = 1

    def execute(self, sql: str, parameters: Any = None, context: Any = None) -> None:
        con = _LENT[-1]
        result = con.execute(sql, parameters) if parameters else con.execute(sql)
        self.description = result.description and [(name, str(kind), *rest) for name, kind, *rest in result.description]
        self.rows = result.fetchall() if result.description else []

    def fetchone(self) -> Any:
        return self.rows.pop(0) if self.rows else None

    def fetchmany(self, size: int | None = None) -> list[Any]:
        taken, self.rows = self.rows[: size or 1], self.rows[size or 1 :]
        return taken

    def fetchall(self) -> list[Any]:
        taken, self.rows = self.rows, []
        return taken

    def close(self) -> None:
        self.rows = []


class _Connection:
    """Our open connection as a DB-API connection: it neither begins nor ends a transaction, nor closes what it was lent."""

    def __init__(self) -> None:
        self.notices: list[str] = []

    def cursor(self) -> _Cursor:
        return _Cursor(self)

    def begin(self) -> None: ...

    def commit(self) -> None: ...

    def rollback(self) -> None: ...

    def close(self) -> None: ...


_LENT: list[duckdb.DuckDBPyConnection] = []
"""The connection that checks run on now. Great Expectations keeps engines for good: they must not keep the warehouse open."""


@contextmanager
def _lent(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """A connection string whose engine works on ``con`` while the block runs."""
    from duckdb_engine import Dialect
    from sqlalchemy.dialects import registry

    class OpenConnectionDialect(Dialect):
        name = "duckdb"
        supports_statement_cache = False

        def connect(self, *args: Any, **options: Any) -> Any:
            return _Connection()

    registry.impls["presslake"] = lambda: OpenConnectionDialect
    _LENT.append(con)
    try:
        yield "presslake:///:memory:"
    finally:
        _LENT.pop()
