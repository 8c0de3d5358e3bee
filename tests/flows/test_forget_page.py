"""A page that is to be forgotten is nowhere at once, in the archive neither, and does not come back."""

import datetime as dt
import gzip

import pytest

from flows import steps
from flows.archive import files
from flows.forget_page import forget_page
from flows.load import open_warehouse
from presslake import schema
from presslake.errors import PresslakeError
from tests.servers import page, response, serve

SENTENCES = [f"Absatz {n}: Die Plattform erklärte am Dienstag zum {n}. Mal, dass sie ihre Regeln in Europa bald ändern werde." for n in range(6)]


def text(*numbers: int) -> str:
    return "</p><p>".join(SENTENCES[n] for n in numbers)


def run(ctx, rows) -> None:
    steps.process(ctx, rows)
    steps.check_staged(ctx)
    steps.load(ctx)


def tables(ctx) -> dict[str, list]:
    con = open_warehouse(ctx.warehouse, read_only=True)
    try:
        return {t: sorted(con.execute(f'SELECT * FROM "{t}"').fetchall(), key=repr) for t in (*schema.PUBLIC_TABLES, "fetches", "rejects")}
    finally:
        con.close()


def archived(ctx) -> bytes:
    return b"".join(gzip.decompress((ctx.data_dir / name).read_bytes()) for name in files(ctx.data_dir))


def test_the_article_with_all_its_pages_is_gone_and_stays_away(tmp_path) -> None:
    config = tmp_path / "sources.toml"
    config.write_text('[settings]\nallow_networks = ["127.0.0.1/32"]\ndelay_seconds = 0\nretries = 0\n')
    start = lambda: steps.begin("ingest", str(tmp_path / "data"), str(config))  # noqa: E731
    with serve({"/bleibt": response(page("Regeln, die bleiben", text(0, 1)))}) as press:
        press.answers["/weg"] = response(page("Regeln, die gehen", text(2, 3) + "</p><a href='/weg?page=2'>2</a><p>"))
        press.answers["/weg?page=2"] = response(page("Regeln, die gehen", text(4, 5)))
        both = [press.url("/bleibt"), press.url("/weg")]
        ctx = start()
        run(ctx, steps.archive_inputs(ctx, both))
        assert SENTENCES[5].encode() in archived(ctx)
        done = forget_page(start(), press.url("/weg"), at=dt.datetime.now(dt.UTC))
        assert done.titles == ("Regeln, die gehen",)
        assert done.request_count == 2
        left = tables(ctx)
        assert [(t, r) for t, rows in left.items() for r in rows if "/weg" in repr(r)] == []
        assert [r for r in left["articles"] if press.url("/bleibt") in r]
        assert not any(SENTENCES[n].encode() in archived(ctx) for n in (2, 3, 4, 5))
        assert SENTENCES[0].encode() in archived(ctx)
        asked = len(press.paths())
        later = start()
        rows = steps.archive_inputs(later, both[1:])
        assert [r.outcome for r in rows if r.channel != "permit"] == ["forgotten"]
        assert len(press.paths()) == asked
        with pytest.raises(PresslakeError, match="nothing is known"):
            forget_page(start(), press.url("/nie"), at=dt.datetime.now(dt.UTC))
    again = steps.new_warehouse(start())
    run(again, steps.replay_archive(again))
    assert {t: r for t, r in tables(again).items() if t in schema.PUBLIC_TABLES} == {t: r for t, r in left.items() if t in schema.PUBLIC_TABLES}
