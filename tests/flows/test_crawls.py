"""Years of news by a monthly index."""

import contextlib
import datetime as dt
import gzip
import hashlib
import re
from pathlib import Path

import pytest

from flows.archive import Archive
from flows.crawls import download, expand
from flows.fetch import Fetcher
from presslake.errors import ConfigError
from presslake.schema import make_id
from presslake.settings import Settings
from tests.servers import response, serve

NOW = dt.datetime(2025, 3, 4, 12, 0, tzinfo=dt.UTC)


@contextlib.contextmanager
def fetcher(data_dir: Path, port: int = 9):
    settings = Settings(allow_networks=("127.0.0.0/8",), delay_seconds=0, cc_news_url=f"http://127.0.0.1:{port}/")
    with Archive(data_dir, make_id("run", 1), NOW) as archive, Fetcher(settings, archive, clock=lambda: NOW) as f:
        yield f


def test_a_month_is_an_index_of_files_and_a_download_that_was_cut_goes_on(tmp_path: Path) -> None:
    data = hashlib.sha256(b"crawl").digest() * 1000
    path = tmp_path / "a.warc.gz"
    with serve() as press, fetcher(tmp_path / "data", press.port) as f:
        press.answers["/crawl-data/CC-NEWS/2024/03/warc.paths.gz"] = response(
            gzip.compress(b"crawl-data/CC-NEWS/2024/03/a.warc.gz\n"), content_type="application/gzip"
        )
        index, place = expand("cc-news:2024-03", "ccnews", f)
        assert (index.outcome, index.channel, index.source_id) == ("fetched", "source", "ccnews")
        assert place == press.url("/crawl-data/CC-NEWS/2024/03/a.warc.gz")

        press.answers["/crawl-data/CC-NEWS/2024/03/a.warc.gz"] = response(data[:-100], content_length=str(len(data)))
        assert download(place, path, "ccnews", f).outcome == "incomplete"
        assert not path.exists()

        def rest(request):
            start = int(re.fullmatch(r"bytes=(\d+)-", request.headers["range"])[1])
            return response(data[start:], "206 Partial Content")

        press.answers["/crawl-data/CC-NEWS/2024/03/a.warc.gz"] = rest
        assert download(place, path, "ccnews", f).outcome == "fetched"
        assert path.read_bytes() == data
        asked = len(press.paths())
        assert download(place, path, "ccnews", f).outcome == "fetched"
        assert len(press.paths()) == asked, "what is there is not asked for again"


def test_a_file_larger_than_allowed_or_missing_has_its_outcome_and_leaves_nothing(tmp_path: Path) -> None:
    with serve({"/a.warc.gz": response(b"x" * 2000)}) as press, fetcher(tmp_path / "data", press.port) as f:
        f.settings = f.settings.model_copy(update={"max_warc_bytes": 1000})
        assert [download(press.url(p), tmp_path / "a", "ccnews", f).outcome for p in ("/a.warc.gz", "/b.warc.gz")] == ["too_large", "not_found"]
    assert not list(tmp_path.glob("a*"))


def test_local_files_by_pattern(tmp_path: Path) -> None:
    for name in ("2.warc.gz", "1.warc.gz", "x.txt"):
        (tmp_path / name).touch()
    with fetcher(tmp_path / "data") as f:
        assert list(expand(str(tmp_path / "*.warc.gz"), "ccnews", f)) == [tmp_path / "1.warc.gz", tmp_path / "2.warc.gz"]


@pytest.mark.parametrize("entry", ["cc-news:2024-13", "fehlt.warc.gz", "fehlt/*.warc.gz"])
def test_an_entry_that_is_none_says_what_may_stand_there(tmp_path: Path, entry: str) -> None:
    with fetcher(tmp_path / "data") as f, pytest.raises(ConfigError, match=r"sources\.ccnews\.warcs: .*cc-news:YYYY-MM"):
        list(expand(entry, "ccnews", f))
