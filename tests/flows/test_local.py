"""Local files, folders and WARC files of others go through the archive like everything else."""

import datetime as dt
import gzip
import io
import re
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows.archive import Archive, iter_fetches, iter_pages
from flows.local import ingest_paths, ingest_warc
from flows.state import with_fetches
from presslake.schema import Fetch, make_id
from presslake.settings import Config, Settings, Source
from tests.servers import page

NOW = dt.datetime(2025, 3, 4, 12, 0, tzinfo=dt.UTC)
CONFIG = Config.model_construct(settings=Settings(), sources={"blatt": Source(name="Blatt", feeds=("https://www.blatt.example/feed",))})


def ingest(data_dir: Path, *paths: Path, state=None, name: str = "one") -> list[Fetch]:
    with Archive(data_dir, make_id("run", name), NOW) as archive:
        return list(ingest_paths(paths, archive, CONFIG, state, clock=lambda: NOW))


def test_a_folder_gives_every_page_in_order(tmp_path: Path) -> None:
    folder = tmp_path / "mappe"
    (folder / "a b").mkdir(parents=True)
    (folder / "a b" / "ä.html").write_text(page(), encoding="utf-8")
    (folder / "z.txt").write_text("Titel\n\nText", encoding="utf-8")
    (folder / "y.html.gz").write_bytes(gzip.compress(page("Gepackt").encode()))
    (folder / "leer.txt").touch()
    (folder / "bild.png").write_bytes(b"\x89PNG")
    (folder / ".versteckt.txt").write_text("x")
    rows = ingest(tmp_path / "data", folder)
    assert [r.url for r in rows] == ["file:///mappe/a%20b/%C3%A4.html", "file:///mappe/leer.txt", "file:///mappe/y.html.gz", "file:///mappe/z.txt"]
    assert {r.outcome for r in rows} == {"fetched"}
    archived = list(iter_pages(tmp_path / "data"))
    assert [a.page.body for a in archived] == [page().encode(), b"", page("Gepackt").encode(), b"Titel\n\nText"]
    assert {(a.page.source_id, a.page.content_type, a.page.fetched_at) for a in archived} == {("local", None, NOW)}
    assert [a.fetch for a in archived] == rows == list(iter_fetches(tmp_path / "data"))


def test_the_second_time_only_what_changed_is_new(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("eins")
    (tmp_path / "b.txt").write_text("zwei")
    state = with_fetches({}, ingest(tmp_path / "data", tmp_path / "a.txt", tmp_path / "b.txt"))
    (tmp_path / "b.txt").write_text("drei")
    rows = ingest(tmp_path / "data", tmp_path / "a.txt", tmp_path / "b.txt", state=state, name="two")
    assert [r.outcome for r in rows] == ["unchanged", "fetched"]


def test_folders_of_one_name_do_not_mix(tmp_path: Path) -> None:
    for n in "12":
        (tmp_path / n / "mappe").mkdir(parents=True)
        (tmp_path / n / "mappe" / "a.txt").write_text(n)
    state = with_fetches({}, ingest(tmp_path / "data", tmp_path / "1" / "mappe"))
    (row,) = ingest(tmp_path / "data", tmp_path / "2" / "mappe", state=state, name="two")
    assert row.outcome == "fetched"
    assert row.url not in state


def test_what_cannot_be_read_is_a_row_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "kaputt.gz").write_bytes(gzip.compress(b"x" * 1000)[:20])
    (tmp_path / "bombe.gz").write_bytes(gzip.compress(b"\0" * 30_000_000))
    rows = ingest(tmp_path / "data", tmp_path / "fehlt.html", tmp_path / "kaputt.gz", tmp_path / "bombe.gz")
    assert [r.outcome for r in rows] == ["unreadable", "unreadable", "too_large"]
    assert "no such file" in (rows[0].reason or "")


def make_warc(path: Path, records: list[tuple[str, bytes, dict[str, str]]], status: str = "200 OK") -> Path:
    with path.open("wb") as f:
        writer = WARCWriter(f, gzip=True)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "another"}))
        for url, body, headers in records:
            http = StatusAndHeaders(status, list(headers.items()), protocol="HTTP/1.1")
            dated = {"WARC-Date": "2023-05-06T07:08:09Z"}
            writer.write_record(
                writer.create_warc_record(url, "response", payload=io.BytesIO(body), length=len(body), http_headers=http, warc_headers_dict=dated)
            )
            writer.write_record(writer.create_warc_record(url, "request", payload=io.BytesIO(b"GET / HTTP/1.1\r\n\r\n"), length=18))
    return path


HTML = {"Content-Type": "text/html; charset=utf-8"}


def test_pages_of_another_warc_keep_their_time_and_source(tmp_path: Path) -> None:
    warc = make_warc(
        tmp_path / "CC-NEWS-20230506.warc.gz",
        [
            ("https://www.blatt.example/a", page("Eins").encode(), HTML),
            ("https://fremd.example/b", gzip.compress(page("Zwei").encode()), HTML | {"Content-Encoding": "gzip", "TDM-Reservation": "1"}),
            ("https://fremd.example/bild", b"\x89PNG", {"Content-Type": "image/png"}),
        ],
    )
    rows = ingest(tmp_path / "data", warc)
    assert [(r.source_id, r.channel, r.found_at_url, r.tdm_reserved) for r in rows] == [
        ("blatt", "warc", warc.name, False),
        ("fremd.example", "warc", warc.name, True),
    ]
    assert {r.fetched_at for r in rows} == {dt.datetime(2023, 5, 6, 7, 8, 9, tzinfo=dt.UTC)}
    assert [a.page.body for a in iter_pages(tmp_path / "data")] == [page("Eins").encode(), page("Zwei").encode()]


def test_a_warc_can_be_searched_before_it_is_taken_over(tmp_path: Path) -> None:
    warc = make_warc(tmp_path / "x.warc.gz", [(f"https://b.example/{n}", page(text=t).encode(), HTML) for n, t in enumerate(["TikTok", "Wetter"])])
    with Archive(tmp_path / "data", make_id("run", 1), NOW) as archive:
        rows = list(ingest_warc(warc, archive, CONFIG, contains=re.compile(rb"tiktok", re.IGNORECASE)))
    assert [r.url for r in rows] == ["https://b.example/0"]


@pytest.mark.parametrize("size", [0, 10, 400, 900])
def test_a_truncated_warc_gives_what_is_whole(tmp_path: Path, size: int) -> None:
    warc = make_warc(tmp_path / "x.warc.gz", [(f"https://b.example/{n}", page(str(n)).encode(), HTML) for n in range(3)])
    warc.write_bytes(warc.read_bytes()[:size])
    assert [r.outcome for r in ingest(tmp_path / "data", warc)] in ([], ["fetched"])
