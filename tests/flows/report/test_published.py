"""Report and explorer beside a snapshot that was really published."""

import json
import re

from flows.explorer import write_explorer
from flows.publish import publish
from flows.report import read_operations, write_report
from flows.snapshots import verify_snapshot
from flows.warehouse import open_warehouse, upsert
from presslake import schema
from presslake.views import open_snapshot


def test_they_lie_beside_the_tables_and_count_what_the_warehouse_holds(synthetic, tmp_path):
    press = synthetic.press(articles=20)
    con = open_warehouse(tmp_path / "press.duckdb")
    for table, rows in press.tables.items():
        upsert(con, table, rows)
    reject = schema.Reject(
        reject_id=schema.make_id("rej", 1),
        table_name="pages",
        row_key="https://weserbote.example/netz/",
        row_json="{}",
        expectation="page_is_an_article",
        reason="a list of articles",
        raw_sha256=None,
        run_id=synthetic.RUN,
        rejected_at=press.tables["articles"][0].first_seen_at,
    )
    upsert(con, "rejects", [reject])

    def pages(folder):
        write_report(folder, folder / "report.html", operations=read_operations(con), explorer=True)
        write_explorer(folder)

    result = publish(con, tmp_path, synthetic.RUN, report=pages)
    assert result.warnings == ()
    assert verify_snapshot(result.path) == []
    assert json.loads((result.path / "manifest.json").read_text())["report"]["path"] == "report.html"
    html = (result.path / "report.html").read_text(encoding="utf-8")
    assert "20 Artikel aus 12 Medien" in html
    assert result.snapshot_id[:30] in html
    assert "page_is_an_article" in html
    ids = {a.article_id for a in press.tables["articles"]}
    assert set(re.findall(r"explorer\.html#article=(\w+)", html)) <= ids
    with open_snapshot(result.path) as snapshot:
        assert snapshot.execute("SELECT count(*) FROM v_claims").fetchone() == (len(press.tables["claims"]),)
    con.close()
