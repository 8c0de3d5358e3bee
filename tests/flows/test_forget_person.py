"""Somebody who is to be forgotten is nowhere in the warehouse at once, and everything else is what a rebuild gives."""

import datetime as dt
import json

import pytest

from flows import steps
from flows.forget_person import forget_person
from flows.load import open_warehouse
from presslake import schema

NOON = dt.datetime(2026, 2, 3, 12, tzinfo=dt.UTC)
PAGE = """<!doctype html><html lang=de><head><title>{title}</title><meta name=author content="{author}"></head><body><article><h1>{title}</h1>
<p class=byline>Von {author}</p>
<p>Die Plattform TikTok will ihre Regeln für Werbung ändern. „Wir prüfen jeden Fall sehr genau“, sagte Maren Holtkamp, Sprecherin der Nordwerk AG.</p>
<p>Holtkamp verwies auf {number} Millionen Euro, die das Unternehmen im vergangenen Jahr für die Prüfung ausgegeben habe.</p>
<p>„Das reicht nicht“, sagte dagegen Jonas Ebersbach, Sprecher der Verbraucherzentrale in Hamburg, am Dienstag.</p></article></body></html>"""


@pytest.fixture
def house(tmp_path):
    pages = tmp_path / "pages"
    pages.mkdir()
    for n, author in enumerate(["Ilse Brandau", "Ilse Brandau", "Maren Holtkamp"]):
        (pages / f"{n}.html").write_text(PAGE.format(title=f"Regeln für Werbung, Teil {n}", author=author, number=n + 2), encoding="utf-8")
    (pages / "other.html").write_text(PAGE.replace("Maren Holtkamp", "Ute Sandmann").replace("Holtkamp", "Sandmann").format(
        title="Ein anderer Text", author="Ilse Brandau", number=9), encoding="utf-8")  # fmt: skip
    begin = lambda flow: steps.begin(flow, str(tmp_path / "data"), str(tmp_path / "none.toml"), required=False)  # noqa: E731
    ctx = begin("ingest")
    run(ctx, steps.archive_inputs(ctx, [str(pages)]))
    return begin


def run(ctx, rows) -> None:
    steps.process(ctx, rows)
    steps.check_staged(ctx)
    steps.load(ctx)


def dump(ctx, tables) -> dict[str, list]:
    con = open_warehouse(ctx.warehouse, read_only=True)
    try:
        return {t: sorted(con.execute(f'SELECT * FROM "{t}"').fetchall(), key=repr) for t in tables}
    finally:
        con.close()


def test_the_person_is_nowhere_and_the_rest_is_as_a_rebuild_gives_it(house):
    ctx = house("forget")
    before = dump(ctx, schema.PUBLIC_TABLES)
    assert {"Maren Holtkamp", "Ute Sandmann"} <= {p[1] for p in before["people"]}
    done = forget_person(ctx, "Maren Holtkamp", at=NOON)
    assert (done.masked_count, done.removed) == (3, ())
    after = dump(ctx, [*schema.PUBLIC_TABLES, "article_entities", "resolution_judgements", "rejects"])
    assert "Holtkamp" not in json.dumps(after, default=str, ensure_ascii=False)
    assert len(after["articles"]) == len(before["articles"]) == 4
    assert {"Ute Sandmann"} <= {p[1] for p in after["people"]}
    assert "█████ ████████" in str(after["articles"])
    rebuilt = steps.new_warehouse(house("rebuild"))
    run(rebuilt, steps.replay_archive(rebuilt))
    assert dump(rebuilt, schema.PUBLIC_TABLES) == {t: after[t] for t in schema.PUBLIC_TABLES}


def test_articles_whose_bytes_are_gone_go_too(house, tmp_path):
    ctx = house("forget")
    for path in (tmp_path / "data" / "raw").iterdir():
        path.unlink()
    done = forget_person(ctx, "Maren Holtkamp", at=NOON)
    assert (done.masked_count, len(done.removed)) == (0, 3)
    after = dump(ctx, schema.PUBLIC_TABLES)
    assert "Holtkamp" not in json.dumps(after, default=str, ensure_ascii=False)
    assert len(after["articles"]) == 1
