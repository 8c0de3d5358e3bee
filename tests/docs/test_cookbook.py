"""Every query of the cookbook runs, and the rows below it are what it gives. After a change: UPDATE_DOCS=1 pytest tests/docs/test_cookbook.py"""

import os
import re
from pathlib import Path

import pytest

from presslake.views import open_snapshot, view_names

FILE = Path(__file__).parents[2] / "docs" / "cookbook.md"
ENTRY = re.compile(r"^## (\d+)\. (.+?)\n(.*?)```sql\n(.*?)```\n\n?((?:\|[^\n]*\n)*)", re.MULTILINE | re.DOTALL)
ENTRIES = [m.groups() for m in ENTRY.finditer(FILE.read_text(encoding="utf-8"))]


@pytest.fixture(scope="module")
def con(snapshot):
    with open_snapshot(snapshot) as connection:
        yield connection


def cell(value: object) -> str:
    text = "" if value is None else str(value)
    text = text if len(text) <= 60 else text[:59] + "…"
    return text.replace("|", "\\|").replace("\n", " ")


def first_rows(con, sql: str) -> str:
    cursor = con.execute(sql)
    rows = cursor.fetchmany(3)
    assert rows, "no rows"
    numeric = {"NUMBER", "BIGINT", "DOUBLE", "HUGEINT", "DECIMAL"}
    kinds = ["--:" if str(d[1]).split("(")[0].upper() in numeric else "---" for d in cursor.description]
    lines = [[d[0] for d in cursor.description], kinds, *([cell(v) for v in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def test_there_are_twenty_numbered_questions_over_every_view():
    assert [int(n) for n, *_ in ENTRIES] == list(range(1, 21))
    assert all(question.endswith("?") for _, question, *_ in ENTRIES)
    used = " ".join(sql for *_, sql, _ in ENTRIES)
    assert [v for v in view_names() if v not in used] == ["v_speakers"]
    assert "v_speakers" in FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize(("sql", "shown"), [(e[3], e[4]) for e in ENTRIES], ids=[f"{n} {q}" for n, q, *_ in ENTRIES])
def test_query_gives_the_rows_below_it(con, sql, shown):
    found = first_rows(con, sql)
    assert found == first_rows(con, sql), "the order of rows is not settled"
    if os.environ.get("UPDATE_DOCS"):
        text = FILE.read_text(encoding="utf-8")
        at = text.index(sql) + len(sql) + len("```\n")
        rest = re.sub(r"\A\n*(?:\|.*\n)*\n*", lambda _: f"\n{found}\n", text[at:], count=1)
        FILE.write_text((text[:at] + rest).rstrip() + "\n", encoding="utf-8")
        return
    assert shown == found
