"""The public contract may not change in silence: what a snapshot promises its readers has a fingerprint under each SCHEMA_VERSION."""

import json
from dataclasses import make_dataclass
from pathlib import Path
from typing import Annotated

import pytest

from presslake import schema
from presslake.schema import Col

CONTRACT = Path(__file__).parent / "public_contract.json"
REMEDY = """
The public contract is not the one of SCHEMA_VERSION {version}:
  {difference}
Readers of snapshots must be able to see that. Raise SCHEMA_VERSION in presslake/schema.py (a column removed, renamed, retyped or newly NULL,
or another key: major; a column or table added: minor), then write the new fingerprint:
  PYTHONPATH=. python {file}
"""


def contract() -> dict[str, dict[str, str]]:
    """Per public table its key, and per column its type as published and whether it may be NULL."""
    found = {}
    for table in schema.PUBLIC_TABLES:
        fields = {f.name: f"{f.type}{'' if f.nullable else ' not null'}" for f in schema.arrow_schema(table, published=True)}
        found[table] = {"PRIMARY KEY": ", ".join(schema.primary_key(table))} | fields
    return found


def differences(before: dict[str, dict[str, str]], now: dict[str, dict[str, str]]) -> list[str]:
    """Every table and column that is not the same, in words."""
    out = []
    for table in sorted(before.keys() | now.keys()):
        old, new = before.get(table, {}), now.get(table, {})
        out += [f"{table}.{name}: {old.get(name, 'not there')} → {new.get(name, 'gone')}" for name in old | new if old.get(name) != new.get(name)]
        if list(old) != list(new) and set(old) == set(new):
            out.append(f"{table}: columns in another order")
    return out


def check(stored: dict) -> None:
    """Fail with the remedy where contract and version do not go together."""
    problems = differences(stored["tables"], contract())
    if problems:
        pytest.fail(REMEDY.format(version=stored["schema_version"], difference="\n  ".join(problems), file="tests/presslake/test_schema_version.py"))
    assert stored["schema_version"] == schema.SCHEMA_VERSION, (
        f"SCHEMA_VERSION is {schema.SCHEMA_VERSION}, the fingerprint that of {stored['schema_version']}: "
        "if its meaning changed, write it anew with PYTHONPATH=. python tests/presslake/test_schema_version.py; else leave the version"
    )


def stored() -> dict:
    return json.loads(CONTRACT.read_text(encoding="utf-8"))


def test_the_public_contract_is_the_one_of_its_version():
    check(stored())


CHANGES = {
    "removed": (("block_no", Annotated[int, Col("n", key=True)]), ("article_id", Annotated[str, Col("a", key=True)])),
    "added": (("article_id", Annotated[str, Col("a")]), ("new_column", Annotated[str | None, Col("n")])),
}


@pytest.mark.parametrize("fields", CHANGES.values(), ids=CHANGES)
def test_a_change_without_a_version_fails_and_says_what_to_do(monkeypatch, fields):
    monkeypatch.setitem(schema.PUBLIC_TABLES, "blocks", make_dataclass("BlockRow", fields))
    monkeypatch.setitem(schema.TABLES, "blocks", schema.PUBLIC_TABLES["blocks"])
    with pytest.raises(pytest.fail.Exception, match=r"(?s)blocks\.char_start.*Raise SCHEMA_VERSION"):
        check(stored())


@pytest.mark.parametrize(
    ("column", "was", "problem"),
    [
        ("char_start", "int32 not null", "blocks.char_start: int32 not null → int64 not null"),
        ("char_start", "int64", "blocks.char_start: int64 → int64 not null"),
        ("PRIMARY KEY", "block_no", "blocks.PRIMARY KEY: block_no → article_id, block_no"),
    ],
)
def test_type_nullability_and_key_belong_to_the_contract(column, was, problem):
    before = stored()["tables"]
    before["blocks"][column] = was
    assert differences(before, contract()) == [problem]


def test_a_new_version_needs_its_fingerprint(monkeypatch):
    monkeypatch.setattr(schema, "SCHEMA_VERSION", "99.0.0")
    with pytest.raises(AssertionError, match=r"SCHEMA_VERSION is 99\.0\.0"):
        check(stored())


def write() -> None:
    """Write the fingerprint anew; refused where the contract changed and its version did not."""
    if CONTRACT.exists() and stored()["schema_version"] == schema.SCHEMA_VERSION and (problems := differences(stored()["tables"], contract())):
        raise SystemExit(f"raise SCHEMA_VERSION in presslake/schema.py first, it is still {schema.SCHEMA_VERSION}:\n  " + "\n  ".join(problems))
    CONTRACT.write_text(json.dumps({"schema_version": schema.SCHEMA_VERSION, "tables": contract()}, indent=1) + "\n", encoding="utf-8")


def test_the_fingerprint_is_not_rewritten_under_the_old_version(monkeypatch):
    before = CONTRACT.read_bytes()
    # a new dictionary: putting a table back into the old one would change the order for every later test
    monkeypatch.setattr(schema, "PUBLIC_TABLES", {t: r for t, r in schema.PUBLIC_TABLES.items() if t != "blocks"})
    with pytest.raises(SystemExit, match="raise SCHEMA_VERSION"):
        write()
    assert CONTRACT.read_bytes() == before


if __name__ == "__main__":
    write()
