"""Years of news by a monthly index."""

import datetime as dt
import gzip
import re
from pathlib import Path

import pytest

from flows.archive import Archive, iter_pages
from flows.crawls import take_crawls
from flows.fetch import Fetcher
from flows.state import with_fetches
from presslake.errors import ConfigError
from presslake.schema import Fetch, make_id
from presslake.settings import Config, Settings, Source
from tests.flows.test_local import HTML, make_warc
from tests.servers import page, response, serve

NOW = dt.datetime(2025, 3, 4, 12, 0, tzinfo=dt.UTC)


def run(data_dir: Path, port: int, entries: list[str], state=None, name: int = 1, **options) -> list[Fetch]:
    settings = Settings(allow_networks=("127.0.0.0/8",), delay_seconds=0, cc_news_url=f"http://127.0.0.1:{port}/")
    source = Source(name="CC-NEWS", warcs=tuple(entries), exclude="/sport/")
    config = Config.model_construct(settings=settings, sources={"ccnews": source, "blatt": Source(name="Blatt", urls=("https://blatt.example/",))})
    with Archive(data_dir, make_id("run", name), NOW) as archive, Fetcher(settings, archive, state, clock=lambda: NOW) as fetcher:
        return list(take_crawls(config, fetcher, **options))


def test_a_month_is_taken_over_once(tmp_path: Path) -> None:
    pages = [("https://blatt.example/1", page("Eins").encode(), HTML), ("https://fremd.example/sport/2", page("Zwei").encode(), HTML)]
    data = make_warc(tmp_path / "x.warc.gz", pages).read_bytes()
    with serve() as press:
        press.answers["/crawl-data/CC-NEWS/2024/03/warc.paths.gz"] = response(
            gzip.compress(b"crawl-data/CC-NEWS/2024/03/a.warc.gz\n"), content_type="application/gzip"
        )
        press.answers["/crawl-data/CC-NEWS/2024/03/a.warc.gz"] = response(data[:-100], content_length=str(len(data)))
        first = run(tmp_path / "data", press.port, ["cc-news:2024-03"])
        assert [r.outcome for r in first if r.url.endswith("a.warc.gz")] == ["incomplete"]

        def rest(request):
            start = int(re.fullmatch(r"bytes=(\d+)-", request.headers["range"])[1])
            return response(data[start:], "206 Partial Content")

        press.answers["/crawl-data/CC-NEWS/2024/03/a.warc.gz"] = rest
        second = run(tmp_path / "data", press.port, ["cc-news:2024-03"], with_fetches({}, first), 2)
        asked = len(press.paths())
        third = run(tmp_path / "data", press.port, ["cc-news:2024-03"], with_fetches({}, first + second), 3)
        assert len(press.paths()) == asked + 1, "only the index is asked for again"
    assert [(r.source_id, r.url) for r in second if r.channel == "warc"] == [("blatt", "https://blatt.example/1")]
    assert [r for r in third if r.channel == "warc"] == []
    assert [a.page.body for a in iter_pages(tmp_path / "data")] == [page("Eins").encode()]
    assert list((tmp_path / "data" / "tmp").iterdir()) == []


def test_local_files_by_pattern_and_by_word(tmp_path: Path) -> None:
    for n, word in enumerate(("TikTok", "Wetter")):
        make_warc(tmp_path / f"{n}.warc.gz", [(f"https://blatt.example/{n}", page(text=word).encode(), HTML)])
    rows = run(tmp_path / "data", 9, [str(tmp_path / "*.warc.gz")], contains=re.compile(rb"tiktok", re.IGNORECASE))
    assert [r.url for r in rows] == ["https://blatt.example/0"]


def test_an_entry_that_is_none_says_what_may_stand_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cc-news:YYYY-MM"):
        run(tmp_path / "data", 9, ["cc-news:2024-13"])
