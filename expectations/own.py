"""Expectations of the user: TOML files beside ours, without touching ours.

    [[expectation]]
    table = "articles"
    name = "no_sponsored_text"
    severity = "reject"                      # block, reject or warn
    where = "t.title ILIKE 'Anzeige:%'"      # true for a row t that is wrong; DuckDB SQL
    reason = "Sponsored text is not press coverage."
    remedy = "remove the source's feed of advertorials"

``with_text = true`` adds the row's article as ``a``. ``query`` instead of ``where`` gives one row per finding over the whole warehouse, with
``{claims}`` for a table.
"""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import Any

from expectations.rules import Rule, Severity, Stage
from expectations.suites import CHECKED_TABLES
from presslake import schema
from presslake.errors import ConfigError

_KEYS = {"table": str, "name": str, "severity": str, "where": str, "query": str, "reason": str, "remedy": str, "with_text": bool}


def load_own_rules(folder: Path) -> tuple[Rule, ...]:
    """Rules of every ``*.toml`` in ``folder``, in the order of their names; none where there is no such folder.

    Raises ConfigError naming file, expectation, key and allowed values.
    """
    rules: list[Rule] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
            raise ConfigError(f"{path}: not valid TOML: {e}") from e
        except OSError as e:
            raise ConfigError(f"{path}: cannot be read: {e.strerror}") from e
        entries = content.pop("expectation", [])
        if content:
            raise ConfigError(f"{path}: {next(iter(content))}: unknown key; allowed: tables [[expectation]]")
        if not isinstance(entries, list):
            raise ConfigError(f"{path}: expectation: expected tables [[expectation]] with two brackets")
        rules += [_rule(path, number, entry) for number, entry in enumerate(entries, 1)]
    seen: dict[tuple[str, str], int] = {}
    for rule in rules:
        if seen.setdefault((rule.table, rule.name), id(rule)) != id(rule):
            raise ConfigError(f"{folder}: {rule.table}.{rule.name}: there are two expectations of this name; rename one")
    return tuple(rules)


def _rule(path: Path, number: int, entry: Any) -> Rule:
    where = f"{path}: expectation {number}"
    if not isinstance(entry, dict):
        raise ConfigError(f"{where}: expected a table")
    for key, value in entry.items():
        if key not in _KEYS:
            close = difflib.get_close_matches(key, _KEYS, 1)
            hint = f"did you mean {close[0]!r}? " if close else ""
            raise ConfigError(f"{where}: {key}: unknown key; {hint}allowed: {', '.join(_KEYS)}")
        if not isinstance(value, _KEYS[key]):
            raise ConfigError(f"{where}: {key}: expected {_KEYS[key].__name__}, got {value!r}")
    for key in ("table", "name", "severity", "reason", "remedy"):
        if not entry.get(key):
            raise ConfigError(f"{where}: {key}: is missing")
    if bool(entry.get("where")) == bool(entry.get("query")):
        raise ConfigError(f"{where}: needs either where (a wrong row) or query (one row per finding)")
    if entry["severity"] not in list(Severity):
        raise ConfigError(f"{where}: severity: {entry['severity']!r}; allowed: {', '.join(Severity)}")
    tables = CHECKED_TABLES if entry.get("where") else tuple(schema.TABLES)
    if entry["table"] not in tables:
        raise ConfigError(f"{where}: table: {entry['table']!r}; allowed: {', '.join(tables)}")
    severity = Severity(entry["severity"])
    if entry.get("query") and severity is Severity.REJECT:
        raise ConfigError(f"{where}: severity: a query over the whole warehouse can block or warn, but names no row to reject")
    # a blocking condition on rows is looked at again when all are in
    stages = (Stage.WAREHOUSE,) if entry.get("query") else (Stage.STAGED,)
    options = {k: v for k, v in entry.items() if k not in ("severity",)}
    return Rule(**options, severity=severity, stages=stages)
