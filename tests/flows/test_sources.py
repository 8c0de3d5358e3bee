"""Sources: health, check, add."""

import datetime as dt
import gzip
from contextlib import closing
from pathlib import Path

import pytest

from flows import steps
from flows.archive import Archive
from flows.fetch import Fetcher
from flows.sources import add_source, check_sources, describe, dry_run, fallen_silent, find_source, silence_of, source_rows, sources_health
from flows.state import UrlState, next_poll_at
from flows.summary import RunSummary
from flows.warehouse import open_warehouse, upsert
from presslake.errors import ConfigError
from presslake.schema import Run, make_id, to_arrow
from presslake.settings import Config, Settings, Source, load_config
from tests.rows import fetch_row
from tests.servers import page, response, serve

NOW = dt.datetime(2025, 3, 4, 12, 0, tzinfo=dt.UTC)
SETTINGS = Settings(allow_networks=("127.0.0.0/8",), delay_seconds=0, retries=0)
DAY = dt.timedelta(days=1)


def fetcher(data_dir: Path, state=None) -> Fetcher:
    return Fetcher(SETTINGS, Archive(data_dir, make_id("run", 1), NOW), state, clock=lambda: NOW)


def rss(*links: str) -> bytes:
    items = "".join(f"<item><link>{link}</link></item>" for link in links)
    return response(f"<rss version='2.0'><channel>{items}</channel></rss>", content_type="application/rss+xml")


def seen(source_id: str, at: dt.datetime, channel: str = "feed", **changes) -> UrlState:
    values = {"outcome": "fetched", "fetched_at": at, "first_at": at, "good_at": at, "changed_at": at, "change_count": 1}
    return UrlState(source_id=source_id, channel=channel, **values | changes)


def test_health_compares_with_what_is_usual_and_names_the_dead() -> None:
    config = Config.model_construct(
        settings=SETTINGS,
        sources={
            "gut": Source(name="Gut", feeds=("https://gut.example/feed",)),
            "still": Source(name="Still", feeds=("https://still.example/feed",)),
            "leise": Source(name="Leise", feeds=("https://leise.example/feed",)),
            "tot": Source(name="Tot", feeds=("https://tot.example/feed",)),
            "krank": Source(name="Krank", feeds=("https://krank.example/feed",)),
            "neu": Source(name="Neu", feeds=("https://neu.example/feed",)),
            "aus": Source(name="Aus", active=False),
        },
    )
    state = {f"https://{s}.example/feed": seen(s, NOW, "source") for s in ("gut", "still", "leise")}
    state["https://leise.example/neu"] = seen("leise", NOW)
    state["https://tot.example/feed"] = seen("tot", NOW, "source", outcome="not_found", first_at=NOW - 40 * DAY, good_at=None, failure_count=30)
    state["https://krank.example/feed"] = seen("krank", NOW, "source", outcome="timeout", good_at=NOW - DAY, failure_count=3)
    for n in range(1, 30):
        state |= {f"https://gut.example/{n}/{m}": seen("gut", NOW - n * DAY) for m in range(4)}
        if n > 7:
            state |= {f"https://{s}.example/{n}/{m}": seen(s, NOW - n * DAY) for m in range(4) for s in ("still", "leise")}
    health = {h.source_id: h for h in sources_health(config, state, NOW)}
    assert {k: h.verdict.partition(":")[0] for k, h in health.items()} == {
        "gut": "ok",
        "still": "silent",
        "leise": "quiet",
        "tot": "dead",
        "krank": "failing",
        "neu": "never fetched",
        "aus": "off",
    }
    assert (health["gut"].articles_per_day, health["gut"].usual_per_day) == (4.0, 4.0)
    assert health["tot"].dead_channels == ("https://tot.example/feed",)
    assert health["tot"].next_poll_at is None
    assert health["krank"].next_poll_at > NOW
    assert to_arrow("sources", source_rows(config, state, NOW)).num_rows == 7


def test_silence_is_measured_by_what_is_usual_for_the_source() -> None:
    hourly = [NOW - dt.timedelta(hours=h) for h in range(30, 130)]
    assert silence_of("kurier", hourly, NOW - dt.timedelta(hours=7)) is None  # a night
    silence = silence_of("kurier", hourly, NOW)
    assert silence is not None
    assert (silence.last_new_at, silence.usual_hours) == (NOW - dt.timedelta(hours=30), 1.0)
    weekly = [NOW - d * 7 * DAY for d in range(1, 6)]
    assert silence_of("blatt", weekly, NOW + 20 * DAY) is None
    assert silence_of("blatt", weekly, NOW + 40 * DAY) is not None
    assert silence_of("neu", hourly[:4], NOW + 40 * DAY) is None


def test_a_silence_is_told_once(tmp_path: Path) -> None:
    config = Config.model_construct(settings=SETTINGS, sources={"kurier": Source(name="Kurier"), "aus": Source(name="Aus", active=False)})
    con = open_warehouse(":memory:")
    for source in ("kurier", "aus", "fort"):
        hours = range(30, 130)
        upsert(con, "fetches", [fetch_row(f"https://{source}.example/{h}", b"x", source_id=source, fetched_at=NOW - h * DAY / 24) for h in hours])
    assert [s.source_id for s in fallen_silent(con, config, NOW)] == ["kurier"]
    run = {"run_id": make_id("run", 1), "flow": "daily", "ended_at": None, "status": "unchanged", "code_version": "1", "snapshot_id": None}
    run |= {"fetched_count": 0, "article_count": 0, "reject_count": 0}
    upsert(con, "runs", [Run(started_at=NOW - DAY / 24, **run)])
    assert fallen_silent(con, config, NOW) == []


def test_a_channel_is_polled_by_its_habit() -> None:
    busy = seen("x", NOW, "source", first_at=NOW - 10 * DAY, change_count=1000)
    slow = seen("x", NOW, "source", first_at=NOW - 30 * DAY, change_count=16)
    quiet = seen("x", NOW, "source", first_at=NOW - 90 * DAY, changed_at=NOW - 60 * DAY, change_count=900)
    hours = [(next_poll_at(s, SETTINGS) - NOW).total_seconds() / 3600 for s in (busy, slow, quiet)]
    assert hours == [0.25, 24, 24]
    failing = [seen("x", NOW, "source", outcome="timeout", failure_count=n) for n in (1, 3, 50)]
    assert [(next_poll_at(s, SETTINGS) - NOW).total_seconds() / 3600 for s in failing] == [0.5, 2, 24]


def test_a_channel_that_dies_is_announced_once_and_asked_again_once_in_a_while(tmp_path: Path) -> None:
    with serve() as press:
        url = press.url("/feed")
        (tmp_path / "sources.toml").write_text(
            f'[settings]\nallow_networks = ["127.0.0.1/32"]\nretries = 0\n[sources.blatt]\nname = "Blatt"\nfeeds = ["{url}"]\n'
        )
        ctx = steps.begin("daily", str(tmp_path / "data"), str(tmp_path / "sources.toml"))

        def known(days: float, ago: float) -> None:
            at = ctx.started_at - ago * DAY
            rows = [
                fetch_row(url, None, channel="source", outcome="not_found", fetched_at=t, fetch_id=make_id("fet", str(t)))
                for t in (at - days * DAY, at)
            ]
            with closing(open_warehouse(ctx.warehouse)) as con:
                con.execute("DELETE FROM fetches")
                upsert(con, "fetches", rows)

        told = []
        for days, ago in ((29.5, 1), (31, 1), (31, 31)):  # dies now; is dead; is dead for a month
            known(days, ago)
            rows, summary = steps.acquire(ctx), RunSummary("daily", ctx.run_id, "")
            steps.note_switched_off(ctx, summary, rows)
            told.append((press.paths().count("/feed"), [w.partition(" (")[0] for w in summary.warnings]))
    since = ctx.started_at - 30.5 * DAY
    assert told == [(1, [f"blatt: {url} is switched off: no answer since {since:%Y-%m-%d}"]), (1, []), (2, [])]


def test_check_says_what_each_channel_gives_and_what_is_allowed(tmp_path: Path) -> None:
    with serve({"/robots.txt": response("User-agent: *\nDisallow: /b", content_type="text/plain")}) as press:
        press.answers["/feed"] = rss(press.url("/a"), press.url("/b"))
        press.answers["/leer"] = response("<html>no feed</html>")
        source = Source(name="Blatt", feeds=tuple(press.url(p) for p in ("/feed", "/leer", "/fehlt")))
        config = Config.model_construct(settings=SETTINGS, sources={"blatt": source})
        with fetcher(tmp_path) as f:
            (check,) = check_sources(config, f)
            with pytest.raises(ConfigError, match="blatt"):
                list(check_sources(config, f, {"blat"}))
        assert press.paths() == ["/feed", "/leer", "/fehlt"]
    assert [(c.outcome, c.found_count) for c in check.channels] == [("fetched", 2), ("fetched", 0), ("not_found", 0)]
    assert "names no address" in (check.channels[1].reason or "")
    assert {u[-2:]: d.outcome for u, d in check.decisions.items()} == {"/a": None, "/b": "refused_robots"}
    assert not check.is_good


def test_check_looks_through_an_index_of_sitemaps_at_the_newest(tmp_path: Path) -> None:
    with serve({"/alt.xml": response("")}) as press:
        stamped = ((press.url("/alt.xml"), "2024-01-01"), (press.url("/neu.xml"), "2025-03-01"))
        entries = "".join(f"<sitemap><loc>{u}</loc><lastmod>{t}</lastmod></sitemap>" for u, t in stamped)
        press.answers["/index.xml"] = response(f"<sitemapindex>{entries}</sitemapindex>", content_type="application/xml")
        press.answers["/neu.xml"] = response(f"<urlset><url><loc>{press.url('/a')}</loc></url></urlset>", content_type="application/xml")
        config = Config.model_construct(settings=SETTINGS, sources={"blatt": Source(name="Blatt", sitemaps=(press.url("/index.xml"),))})
        with fetcher(tmp_path) as f:
            (check,) = check_sources(config, f)
        assert press.paths() == ["/index.xml", "/neu.xml"]
    assert [(c.found_count, "index of 2" in str(c.reason)) for c in check.channels] == [(2, True), (1, False)]
    assert [u[-2:] for u in check.decisions] == ["/a"]
    assert check.is_good


def test_check_says_how_many_files_of_crawls_there_are(tmp_path: Path) -> None:
    index = response(gzip.compress(b"crawl-data/CC-NEWS/2025/02/a.warc.gz\ncrawl-data/CC-NEWS/2025/02/b.warc.gz\n"), content_type="application/gzip")
    (tmp_path / "x.warc.gz").touch()
    with serve({"/crawl-data/CC-NEWS/2025/02/warc.paths.gz": index}) as press:
        settings = SETTINGS.model_copy(update={"cc_news_url": press.url("/")})
        source = Source(name="Crawl", warcs=("cc-news", str(tmp_path / "*.warc.gz"), "fehlt.warc.gz", "cc-news:2025-01"))
        config = Config.model_construct(settings=settings, sources={"crawl": source})
        with Fetcher(settings, Archive(tmp_path, make_id("run", 1), NOW), clock=lambda: NOW) as f:
            (check,) = check_sources(config, f)
    found = {c.channel.url.rpartition("/")[2]: (c.channel.kind, c.outcome, c.found_count) for c in check.channels}
    assert found == {
        "cc-news": ("warc", "fetched", 2),  # of the last whole month
        "*.warc.gz": ("warc", "fetched", 1),
        "fehlt.warc.gz": ("warc", "unreadable", 0),
        "cc-news:2025-01": ("warc", "not_found", 0),
    }
    assert "no such file" in str(check.channels[2].reason)
    assert not check.is_good


def test_a_dry_run_fetches_no_page(tmp_path: Path) -> None:
    with serve({"/ai.txt": response("User-agent: *\nDisallow: /a", content_type="text/plain"), "/a": response(page())}) as press:
        press.answers["/robots.txt"] = response("User-agent: *\nDisallow: /c", content_type="text/plain")
        press.answers["/feed"] = rss(press.url("/a"), press.url("/b"), press.url("/c"))
        source = Source(name="Blatt", feeds=(press.url("/feed"),), rights="full_text")
        config = Config.model_construct(settings=SETTINGS, sources={"blatt": source})
        with fetcher(tmp_path) as f:
            rows = describe(dry_run(config, f), config.sources)
        assert press.paths() == ["/feed"]
    told = [(str(r["url"])[-2:], r["would_fetch"], r["tdm_rule"], r["publish"]) for r in rows]
    assert told == [("/a", True, "ai_txt: disallow /a", "metadata"), ("/b", True, None, "full_text"), ("/c", False, None, None)]
    assert "disallow: /c" in str(rows[2]["robots_rule"])


def test_an_outlet_is_added_by_its_address(tmp_path: Path) -> None:
    front = (
        "<html lang='de-AT'><head><title>Startseite | Kurier am Markt</title><meta property='og:site_name' content='Kurier &quot;am&quot; Markt'>"
        "<link rel='alternate' type='application/rss+xml' href='/rss'><link rel='alternate' type='application/atom+xml' href='/kaputt'></head></html>"
    )
    with serve({"/": response(front)}) as press:
        press.answers |= {
            "/rss": rss(press.url("/a")),
            "/robots.txt": response(f"User-agent: *\nAllow: /\nSitemap: {press.url('/news.xml')}", content_type="text/plain"),
            "/news.xml": response(f"<urlset><url><loc>{press.url('/a')}</loc></url></urlset>"),
        }
        with fetcher(tmp_path) as f:
            new = find_source(press.url("/"), f)
    path = tmp_path / "sources.toml"
    path.write_text("[settings]\ndelay_seconds = 2\n\n[sources.anderes]\nname = 'Anderes' # bleibt\n", encoding="utf-8")
    add_source(path, new)
    config = load_config(path)
    source = config.sources[new.source_id]
    assert source.name == 'Kurier "am" Markt'
    assert (source.feeds, source.sitemaps, source.language) == ((press.url("/rss"),), (press.url("/news.xml"),), "de")
    assert "bleibt" in path.read_text(encoding="utf-8")
    with pytest.raises(ConfigError, match="exists already"):
        add_source(path, new)
    assert list(tmp_path.glob("*.new")) == []


def test_an_outlet_without_channels_is_told_what_to_do(tmp_path: Path) -> None:
    with serve({"/": response("<html>nichts</html>")}) as press, fetcher(tmp_path) as f:
        with pytest.raises(ConfigError, match="listing"):
            find_source(press.url("/"), f)
        with pytest.raises(ConfigError, match="404"):
            find_source(press.url("/fehlt"), f)
        with pytest.raises(ConfigError, match="only http"):
            find_source("ftp://blatt.example", f)


def test_the_guide_shows_a_source_that_is_valid(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "guides" / "sources.md").read_text(encoding="utf-8")
    path = tmp_path / "sources.toml"
    path.write_text(guide.partition("```toml\n")[2].partition("```")[0], encoding="utf-8")
    shown = load_config(path).sources["kurier"].model_fields_set
    assert Source.model_fields.keys() - shown == {"active"}, "every key is explained"
