"""Fetching against a real server: what is asked, what is kept, and what is known the next time."""

import datetime as dt
from pathlib import Path

import pytest

from flows.archive import Archive, iter_fetches, iter_pages, read_page
from flows.discover import acquire, discover
from flows.fetch import Fetcher, Target, fetch_targets
from flows.state import with_fetches
from presslake.schema import Fetch, make_id
from presslake.settings import Config, Settings, Source
from tests.servers import page, response, serve

NOW = dt.datetime(2025, 3, 4, 12, 0, tzinfo=dt.UTC)
SETTINGS = Settings(allow_networks=("127.0.0.0/8",), delay_seconds=0, retries=0, timeout_seconds=5)


def run(data_dir: Path, urls: list[str], *, settings: Settings = SETTINGS, state=None, name: str = "one", now: dt.datetime = NOW) -> list[Fetch]:
    with Archive(data_dir, make_id("run", name), now) as archive, Fetcher(settings, archive, state, clock=lambda: now) as fetcher:
        targets = [Target(url=u, source_id="blatt", channel="url_list") for u in urls]
        return list(fetch_targets(targets, fetcher))


def pages(rows: list[Fetch]) -> list[Fetch]:
    return [r for r in rows if r.channel not in ("permit", "source")]


def test_a_page_is_fetched_once_and_handed_on_by_reference(tmp_path: Path) -> None:
    with serve({"/a": response(page(), etag='"v1"')}) as press:
        (row,) = pages(run(tmp_path, [press.url("/a"), press.url("/a#top")]))
        assert press.paths() == ["/a"]
    assert (row.outcome, row.status, row.etag, row.fetched_at) == ("fetched", 200, '"v1"', NOW)
    read = read_page(tmp_path, row)
    assert read.body == page().encode()
    assert (read.url, read.content_type, read.run_id, read.raw_sha256) == (row.url, "text/html; charset=utf-8", row.run_id, row.raw_sha256)


def test_the_archive_alone_gives_back_every_row(tmp_path: Path) -> None:
    with serve({"/a": response(page()), "/b": response(page()), "/c": response("", "500 Oops")}) as press:
        rows = run(tmp_path, [press.url(p) for p in ("/a", "/b", "/c", "/gone")] + ["ftp://blatt.example/x", "http://10.0.0.1/"])
    key = lambda r: r.fetch_id  # noqa: E731
    assert sorted(iter_fetches(tmp_path), key=key) == sorted(rows, key=key)
    assert {r.outcome for r in pages(rows)} == {"fetched", "http_error", "not_found", "bad_url", "blocked_address"}
    assert sorted(a.page.url for a in iter_pages(tmp_path)) == sorted([press.url("/a"), press.url("/b")])


def test_the_second_run_asks_conditionally_and_believes_304(tmp_path: Path) -> None:
    def conditional(request):
        return response(b"", "304 Not Modified") if request.headers.get("if-none-match") == '"v1"' else response(page(), etag='"v1"')

    with serve({"/a": conditional, "/b": response(page("Anders"))}) as press:
        urls = [press.url("/a"), press.url("/b")]
        first = run(tmp_path, urls)
        second = pages(run(tmp_path, urls, state=with_fetches({}, first), name="two", now=NOW + dt.timedelta(hours=1)))
    assert {(r.url, r.outcome) for r in second} == {(urls[0], "not_modified"), (urls[1], "unchanged")}
    assert [read_page(tmp_path, r).body for r in sorted(second, key=lambda r: r.url)] == [page().encode(), page("Anders").encode()]
    assert len(list(iter_pages(tmp_path))) == 2


def test_a_page_behind_a_redirect_is_asked_for_conditionally_where_it_ends(tmp_path: Path) -> None:
    def conditional(request):
        return response(b"", "304 Not Modified") if request.headers.get("if-none-match") == '"v1"' else response(page(), etag='"v1"')

    with serve({"/alt": response("", "301 Moved", location="/neu"), "/neu": conditional}) as press:
        first = run(tmp_path, [press.url("/alt")])
        second = pages(run(tmp_path, [press.url("/alt")], state=with_fetches({}, first), name="two"))
        assert "if-none-match" not in press.requests[-2].headers
    assert [(r.outcome, r.final_url) for r in second] == [("not_modified", press.url("/neu"))]


def test_robots_txt_refuses_and_the_row_says_which_line(tmp_path: Path) -> None:
    robots = "User-agent: *\nDisallow: /intern\n"
    with serve({"/robots.txt": response(robots, content_type="text/plain"), "/intern/a": response(page()), "/a": response(page())}) as press:
        rows = pages(run(tmp_path, [press.url("/intern/a"), press.url("/a")]))
        assert press.paths() == ["/a"]
    refused = next(r for r in rows if r.url.endswith("/intern/a"))
    assert refused.outcome == "refused_robots"
    assert "/intern" in (refused.robots_rule or "")


def test_every_row_says_what_may_be_published_of_its_page(tmp_path: Path) -> None:
    with serve({p: response(page(p)) for p in ("/frei", "/weg")}) as press:
        press.answers["/kein-archiv"] = response(page("a"), x_robots_tag="noarchive")
        press.answers["/vorbehalt"] = response(page("b"), tdm_reservation="1")
        press.answers["/weg"] = response(b"", "410 Gone")
        rows = pages(run(tmp_path, [press.url(p) for p in ("/frei", "/kein-archiv", "/vorbehalt", "/weg")]))
    said = {r.url.rpartition("/")[2]: r.publish for r in rows}
    assert said == {"frei": "full_text", "kein-archiv": "excerpt", "vorbehalt": "metadata", "weg": None}
    assert {r.url.rpartition("/")[2]: r.publish for r in iter_fetches(tmp_path) if r.channel not in ("permit",)} == said


def test_private_addresses_are_not_talked_to_also_after_a_redirect(tmp_path: Path) -> None:
    with (
        serve({"/secret": response(page())}, host="127.0.0.2") as inside,
        serve({"/a": response(b"", "302 Found", location=inside.url("/secret"))}) as press,
    ):
        settings = SETTINGS.model_copy(update={"allow_networks": Settings(allow_networks=("127.0.0.1/32",)).allow_networks})
        (row,) = pages(run(tmp_path, [press.url("/a")], settings=settings))
        assert inside.requests == []
    assert row.outcome == "blocked_address"
    assert row.hops == (press.url("/a"),)


def test_discovery_reads_feeds_sitemaps_and_listings(tmp_path: Path) -> None:
    with serve() as press:
        press.answers |= {
            "/feed": response(
                f"<rss version='2.0'><channel><item><link>{press.url('/1')}</link>"
                "<pubDate>Di, 04 Mär 2025 10:00:00 +0100</pubDate></item></channel></rss>",
                content_type="application/rss+xml",
            ),
            "/index.xml": response(f"<sitemapindex><sitemap><loc>{press.url('/news.xml')}</loc></sitemap></sitemapindex>"),
            "/news.xml": response(f"<urlset><url><loc>{press.url('/2')}</loc></url></urlset>"),
            "/list": response("<a href='/artikel/3'>x</a><a href='/impressum'>y</a>"),
            **{path: response(page(path)) for path in ("/1", "/2", "/artikel/3")},
        }
        source = Source.model_validate(
            {
                "name": "Blatt",
                "feeds": [press.url("/feed")],
                "sitemaps": [press.url("/index.xml")],
                "listings": [{"url": press.url("/list"), "pattern": "/artikel/"}],
            }
        )
        config = Config.model_construct(settings=SETTINGS, sources={"blatt": source})
        with Archive(tmp_path, make_id("run", 1), NOW) as archive, Fetcher(SETTINGS, archive, clock=lambda: NOW) as fetcher:
            rows = list(acquire(config, fetcher))
        found = {(r.url, r.channel, r.found_at_url) for r in pages(rows)}
        assert found == {
            (press.url("/1"), "feed", press.url("/feed")),
            (press.url("/2"), "sitemap", press.url("/news.xml")),
            (press.url("/artikel/3"), "listing", press.url("/list")),
        }
        with Archive(tmp_path, make_id("run", 2), NOW) as archive, Fetcher(SETTINGS, archive, with_fetches({}, rows), clock=lambda: NOW) as fetcher:
            assert discover(config.sources, fetcher).targets == []


@pytest.mark.parametrize("channel", ["url_list", "source"])
def test_secrets_in_addresses_reach_the_server_but_not_the_archive(tmp_path: Path, channel: str) -> None:
    with serve({"/a": response(page())}) as press:
        url = press.url("/a").replace("http://", "http://anna:geheim@")
        with Archive(tmp_path, make_id("run", 1), NOW) as archive, Fetcher(SETTINGS, archive) as fetcher:
            rows = list(fetch_targets([Target(url=url, source_id="blatt", channel=channel)], fetcher))
        assert press.requests[-1].headers["authorization"].startswith("Basic ")
    assert rows[-1].outcome == "fetched"
    assert "geheim" not in repr(rows)


def test_every_request_of_a_page_counts_for_the_pause_of_its_host_and_rules_do_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr("flows.pace.Pacer.sent", lambda self, host: sent.append(host))
    with serve({"/a": response(b"", "302 Found", location="/b"), "/b": response(page())}) as press:
        run(tmp_path, [press.url("/a")])
        assert press.paths() == ["/a", "/b"]
    assert sent == [f"127.0.0.1:{press.port}"] * 2
