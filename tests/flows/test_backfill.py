"""Past days are filled up in parts, once, beside other runs and behind them."""

import dataclasses
import datetime as dt
import threading
import time
from pathlib import Path

import pytest

from flows import backfill as module
from flows import check, steps
from flows.backfill import Backfill
from flows.load import open_warehouse
from flows.lock import run_lock
from flows.partitions import Period, Progress
from flows.summary import RunSummary
from presslake.errors import CheckFailed, ConfigError, WarehouseError
from tests.flows.test_local import HTML, make_warc
from tests.flows.test_process import ARTICLE
from tests.servers import response, serve

MAY = Period(dt.date(2023, 5, 1), dt.date(2023, 5, 31))


def article(n: int) -> bytes:
    return ARTICLE.format(title=f"TikTok ändert Regel Nummer {n}").encode()


@pytest.fixture
def crawls(tmp_path: Path) -> Path:
    """Two WARC files of three pages each, and a configuration that names them."""
    for n in range(2):
        make_warc(tmp_path / f"crawl-{n}.warc.gz", [(f"https://blatt.example/{n}{i}", article(10 * n + i), HTML) for i in range(3)])
    (tmp_path / "sources.toml").write_text(f'[sources.crawl]\nname = "Crawl"\nwarcs = ["{tmp_path}/crawl-*.warc.gz"]\n')
    return tmp_path


@pytest.fixture
def unchecked(monkeypatch):
    """Without the gate, which takes two seconds each time and has tests of its own."""
    monkeypatch.setattr(check, "check_staged", lambda *a, **k: check.CheckResult())


@pytest.fixture
def house(crawls, unchecked) -> Path:
    return crawls


def fill(house: Path, period: Period = MAY, **options) -> tuple[str, RunSummary]:
    ctx = module.begin(str(house / "data"), str(house / "sources.toml"))
    summary = RunSummary("backfill", ctx.run_id, str(ctx.data_dir))
    with module.alone(ctx):
        return Backfill(ctx, period, summary, **options).run(), summary


def count(house: Path, sql: str) -> int:
    con = open_warehouse(house / "data" / "press.duckdb", read_only=True)
    try:
        return int(con.execute(f"SELECT count(*) FROM {sql}").fetchall()[0][0])
    finally:
        con.close()


def test_it_takes_over_each_part_once(house):
    state, first = fill(house)
    assert (state, first.pages, first.articles, first.changed["articles"]) == ("done", 6, 6, 6)
    assert Progress.read(house / "data").in_words() == "2023-05-01 to 2023-05-31: 2 of 2 parts, 6 pages, 6 articles"
    state, again = fill(house)
    assert (state, again.pages, again.fetches) == ("done", 0, {})
    assert [p.suffix for p in (house / "data" / "raw").iterdir()] == [".gz"] * 2
    make_warc(house / "crawl-9.warc.gz", [("https://blatt.example/neu", article(99), HTML)])
    assert fill(house)[1].pages == 1
    assert count(house, "articles") == 7


def test_pages_of_other_days_are_left_where_they_are(house):
    state, summary = fill(house, Period(dt.date(2023, 6, 1), dt.date(2023, 6, 30)))
    assert (state, summary.pages) == ("done", 0)
    assert fill(house)[1].articles == 6


def test_stopped_in_the_middle_it_goes_on_with_what_is_not_done(house, monkeypatch):
    monkeypatch.setattr(module, "PIECE_PAGES", 2)

    def stop(p: Progress) -> None:
        if p.state == "running" and p.articles == 5:
            raise KeyboardInterrupt

    state, first = fill(house, on_progress=stop)
    assert (state, first.articles) == ("stopped", 5)
    assert Progress.read(house / "data").state == "stopped"
    state, second = fill(house)
    assert (state, second.articles) == ("done", 1)
    assert count(house, "articles") == 6
    assert count(house, "fetches") == 6


def test_killed_between_archive_and_merge_nothing_is_lost_and_no_other_run_touches_it(house, monkeypatch):
    def die(*_: object, **__: object) -> None:
        raise MemoryError("as if killed")

    with monkeypatch.context() as until_then:
        until_then.setattr(steps, "read_pages", die)
        with pytest.raises(MemoryError):
            fill(house)
    held = list((house / "data" / "raw").glob("*.held"))
    assert len(held) == 1
    hourly = steps.begin("daily", str(house / "data"), str(house / "sources.toml"))
    assert steps.recover(hourly) == []
    assert list((house / "data" / "raw").glob("*.held")) == held
    state, summary = fill(house)
    assert (state, summary.articles) == ("done", 6)
    assert count(house, "fetches") == 6


def test_the_time_given_ends_it_after_the_piece_at_hand(house):
    state, summary = fill(house, hours=1e-9)
    assert (state, summary.articles) == ("stopped", 3)


def test_it_waits_while_another_run_is_at_work_and_takes_the_lock_last(house):
    (house / "data").mkdir()
    order = []

    def others() -> None:
        with run_lock(house / "data", "second", wait_seconds=20):
            order.append("second")

    with run_lock(house / "data", "first"):
        filling = threading.Thread(target=lambda: order.append(fill(house)[0]))
        filling.start()
        time.sleep(0.3)
        waiting = threading.Thread(target=others)
        waiting.start()
        time.sleep(0.5)
        order.append("first")
    filling.join(30)
    waiting.join(30)
    assert order == ["first", "second", "done"]


def test_two_at_a_time_are_refused(house):
    ctx = module.begin(str(house / "data"), str(house / "sources.toml"))
    with module.alone(ctx), pytest.raises(WarehouseError, match="another run is at work"):
        fill(house)


def test_a_block_loads_nothing_and_what_was_taken_over_is_loaded_once_its_cause_is_gone(crawls):
    rule = crawls / "expectations" / "own.toml"
    rule.parent.mkdir()
    rule.write_text(
        '[[expectation]]\ntable = "articles"\nname = "no_seven"\nseverity = "block"\nwhere = "t.title LIKE \'%7%\'"\n'
        'reason = "no seven"\nremedy = "leave seven out"\n'
    )
    make_warc(crawls / "crawl-0.warc.gz", [("https://blatt.example/7", article(7), HTML)])
    with pytest.raises(CheckFailed, match="no seven"):
        fill(crawls)
    assert Progress.read(crawls / "data").state == "blocked"
    assert (count(crawls, "articles"), count(crawls, "expectation_results WHERE NOT is_success")) == (0, 1)
    rule.unlink()
    state, summary = fill(crawls)
    assert (state, summary.articles, count(crawls, "articles")) == ("done", 4, 4)


def test_sitemaps_give_the_pages_of_the_days_asked_for(tmp_path, unchecked):
    days = {"alt": "2023-04-30", "eins": "2023-05-01", "zwei": "2023-05-31", "neu": "2023-06-01"}
    with serve() as press:
        entries = "".join(f"<url><loc>{press.url('/' + k)}</loc><lastmod>{d}T12:00:00Z</lastmod></url>" for k, d in days.items())
        press.answers["/map.xml"] = response(
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>', content_type="text/xml"
        )
        for n, name in enumerate(days):
            press.answers["/" + name] = response(article(n))
        (tmp_path / "sources.toml").write_text(
            f'[settings]\nallow_networks = ["127.0.0.0/8"]\ndelay_seconds = 0\n'
            f'[sources.blatt]\nname = "Blatt"\nsitemaps = ["{press.url("/map.xml")}"]\nmax_age_days = 3\n'
        )
        state, summary = fill(tmp_path)
        assert (state, summary.articles) == ("done", 2)
        assert sorted(p for p in press.paths() if p != "/map.xml") == ["/eins", "/zwei"]
        assert fill(tmp_path)[1].pages == 0
        assert press.paths().count("/eins") == 1


def test_a_configuration_without_a_past_says_so(tmp_path):
    (tmp_path / "sources.toml").write_text('[sources.blatt]\nname = "Blatt"\nurls = ["https://blatt.example/1"]\n')
    with pytest.raises(ConfigError, match="no source has a past"):
        fill(tmp_path)
    assert dataclasses.asdict(Progress.read(tmp_path / "data"))["state"] == "failed"


def test_words_that_are_no_pattern_are_named(house):
    with pytest.raises(ConfigError, match="--contains: '\\('"):
        fill(house, contains="(")
