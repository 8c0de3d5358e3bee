import duckdb
import pytest

from expectations.page import render_page
from expectations.rules import RULES, Severity, Stage
from expectations.suites import CHECKED_TABLES, rules_for, structural_rules
from flows.warehouse import open_warehouse
from presslake import schema


def test_every_column_that_may_not_be_null_and_every_closed_set_is_checked():
    for table in CHECKED_TABLES:
        names = {r.name for r in structural_rules(table)}
        for c in schema.columns(table):
            assert (f"{c.name}_not_null" in names) == (not c.nullable)
            assert (f"{c.name}_in_set" in names) == (c.allowed is not None and not c.is_list)
            assert (f"{c.name}_in_pattern" in names) == (c.col.pattern is not None)


def test_every_table_has_a_key_check_and_every_reference_is_followed():
    found = {(r.table, r.name) for r in RULES}
    for table in schema.PUBLIC_TABLES:
        assert (table, "key_unique") in found
        assert {(table, f"{c.name}_exists") for c in schema.columns(table) if c.col.ref} <= found


def test_names_are_unique_and_every_rule_says_why_and_what_to_do():
    for stage in Stage:
        rules = rules_for(stage)
        assert len({(r.table, r.name) for r in rules}) == len(rules)
        assert all(len(r.reason) > 10 and r.remedy for r in rules)
        assert all(bool(r.where) != bool(r.query) for r in rules)
    assert {r.severity for r in RULES} == set(Severity)


@pytest.mark.parametrize("rule", list(rules_for(Stage.WAREHOUSE)), ids=lambda r: f"{r.table}.{r.name}")
def test_every_rule_is_sql_that_duckdb_takes(rule):
    con = open_warehouse(":memory:")
    con.execute("CREATE TABLE previous (table_name VARCHAR, row_count BIGINT)")
    con.execute(f"EXPLAIN {rule.failing({t: t for t in schema.TABLES} | {'previous': 'previous'}, Stage.WAREHOUSE)}")
    con.close()


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        ("umlauts_whole", "Grüße aus Köln für Ärzte, „wörtlich“", "GrÃ¼ÃŸe aus KÃ¶ln"),
        ("no_template_text", "Sie klicken hier, um mehr zu lesen", "Klicke hier, um Ihren eigenen Text einzufügen"),
        ("no_markup_left", "Er schrieb <3 und a < b > c", "<p>Text<br>weiter</p>"),
        ("no_control_characters", "Zeile\n\nZeile\tTab", "Text\x00"),
        ("text_is_nfc", "Öl", "O\u0308l"),
    ],
)
def test_rules_on_texts_tell_good_from_bad(rule, good, bad):
    (found,) = (r for r in RULES if r.table == "articles" and r.name == rule)
    for text, expected in ((good, 0), (bad, 1)):
        con = duckdb.connect()
        con.execute("CREATE TABLE articles AS SELECT ? AS title, ? AS body_text", ["Titel", text])
        assert len(con.execute(found.failing({"articles": "articles"}, Stage.STAGED)).fetchall()) == expected


def test_the_page_of_results_opens_without_a_network_and_escapes_what_it_shows():
    import datetime as dt

    result = schema.ExpectationResult(
        run_id=schema.make_id("run", 1),
        table_name="claims",
        expectation="text_at_spans",
        severity="block",
        is_success=False,
        unexpected_count=1234,
        detail="<script>alert(1)</script>",
        checked_at=dt.datetime(2025, 1, 1, tzinfo=dt.UTC),
    )
    page = render_page([result])
    assert "Nothing was published" in page
    assert "1,234" in page
    assert "<script>" not in page
    assert "http" not in page
