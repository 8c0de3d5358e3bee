"""The archive: standard WARC, nothing written twice, whole after a kill."""

import contextlib
import datetime as dt
import hashlib
import io
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.checker import Checker

from flows.archive import OPEN, Archive, Reply, files, iter_fetches, iter_pages, iter_runs, locate, read_body, read_page
from flows.lock import run_lock
from flows.retain import seal, unloaded
from flows.state import fetch_state, with_fetches
from presslake import schema
from presslake.errors import WarehouseError
from presslake.schema import Fetch, make_id
from tests.rows import NOW, RUN, fetch_row


def write_pages(data_dir: Path, bodies: dict[str, bytes]) -> list[Fetch]:
    with Archive(data_dir, RUN, NOW) as archive:
        return [archive.write(fetch_row(url, body), Reply(200, "OK", (("Content-Type", "text/html"),), body)) for url, body in bodies.items()]


def warehouse(rows: list[Fetch]) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(schema.ddl("fetches"))
    batch = schema.to_arrow("fetches", rows)  # noqa: F841  # DuckDB reads it by name
    con.execute("INSERT INTO fetches SELECT * FROM batch")
    return con


def test_other_tools_accept_the_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_pages(tmp_path, {"https://blatt.example/ü": b"<p>a</p>", "https://blatt.example/b": b"<p>a</p>", "https://blatt.example/c": b""})
    with Archive(tmp_path, make_id("run", 2), NOW) as archive:
        archive.write(fetch_row("https://blatt.example/no", None, outcome="refused_robots", status=None))
        archive.write(fetch_row("file:///a/b.txt", b"x", channel="file"), Reply(200, "OK", (), b"x"))
        archive.write_hop("https://blatt.example/old", NOW, Reply(301, "Moved", (("Location", "/ü\r\nX: y"),)), hop_of="fet_x")
    seal(tmp_path)

    checker = Checker(SimpleNamespace(inputs=[str(tmp_path / name) for name in files(tmp_path)], verbose=True))
    checker.process_all()
    said = capsys.readouterr().out
    assert checker.exit_value == 0
    assert "digest pass" in said
    assert "fail" not in said


def test_equal_bytes_are_kept_once_and_read_at_every_address(tmp_path: Path) -> None:
    body = b"<p>" + bytes(range(32, 127)) * 300 + b"</p>"
    rows = write_pages(tmp_path, {f"https://blatt.example/{n}": body for n in range(20)})
    assert {r.warc_offset for r in rows} == {rows[0].warc_offset}
    assert all(read_page(tmp_path, r).body == body for r in rows)
    assert [a.page.body for a in iter_pages(tmp_path)] == [body] * 20


def test_what_a_kill_left_is_picked_up_once(tmp_path: Path) -> None:
    rows = write_pages(tmp_path, {f"https://blatt.example/{n}": b"<p>%d</p>" % n for n in range(5)})
    (file,) = (tmp_path / "raw").glob(f"*{OPEN}")
    data = file.read_bytes()
    file.write_bytes(data[:-20])  # the last record was being written
    con = warehouse(rows[:1])
    assert unloaded(tmp_path, con) == rows[1:4]
    assert unloaded(tmp_path, warehouse(rows[:4])) == []
    assert seal(tmp_path) == files(tmp_path)
    assert unloaded(tmp_path, con) == []
    assert list(iter_fetches(tmp_path)) == rows[:4]


@pytest.mark.parametrize("cut", [0, 1, 100, 300])
def test_a_file_torn_in_its_first_record_is_no_obstacle(tmp_path: Path, cut: int) -> None:
    write_pages(tmp_path, {"https://blatt.example/1": b"x"})
    (file,) = (tmp_path / "raw").glob(f"*{OPEN}")
    file.write_bytes(file.read_bytes()[:cut])
    assert unloaded(tmp_path, warehouse([])) == []
    assert list(iter_fetches(tmp_path)) == []


def test_runs_are_restored_from_the_archive(tmp_path: Path) -> None:
    write_pages(tmp_path, {"https://blatt.example/1": b"x"})
    (run,) = iter_runs(tmp_path)
    assert (run["run_id"], run["flow"], run["started_at"]) == (RUN, "daily", NOW)


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    (row,) = write_pages(tmp_path, {"https://blatt.example/1": b"x"})
    next((tmp_path / "raw").iterdir()).unlink()
    with pytest.raises(WarehouseError, match="fetch it again"):
        read_page(tmp_path, row)


def test_state_by_sql_is_the_state_by_rows(tmp_path: Path) -> None:
    def at(hours: float) -> dt.datetime:
        return NOW + dt.timedelta(hours=hours)

    url = "https://blatt.example/1"
    place = {"warc_file": "raw/a.warc.gz", "warc_offset": 7}
    rows = [
        fetch_row(url, b"a", fetched_at=at(0), etag='"1"', **place),
        fetch_row(url, b"a", fetched_at=at(1), etag='"1"', outcome="not_modified", fetch_id=make_id("fet", 1), status=304, **place),
        fetch_row(url, None, fetched_at=at(2), outcome="timeout", fetch_id=make_id("fet", 2), status=None),
        fetch_row(url, None, fetched_at=at(3), outcome="http_error", fetch_id=make_id("fet", 3), status=500),
        fetch_row("https://blatt.example/2", None, outcome="not_found", status=404),
    ]
    state = fetch_state(warehouse(rows))
    assert state == with_fetches({}, rows)
    assert (state[url].failure_count, state[url].etag, state[url].changed_at, state[url].good_at) == (2, '"1"', at(0), at(1))


def test_a_second_run_is_told_who_is_at_work(tmp_path: Path) -> None:
    with run_lock(tmp_path, RUN):
        with pytest.raises(WarehouseError, match=RUN), run_lock(tmp_path, "run_other"):
            pass
        waits: list[str] = []
        with pytest.raises(WarehouseError), run_lock(tmp_path, "run_other", wait_seconds=0.3, on_wait=waits.append):
            pass
        assert len(waits) == 1
    with run_lock(tmp_path, "run_other"):
        pass


def test_an_archive_file_is_begun_anew_at_its_size(tmp_path: Path) -> None:
    with Archive(tmp_path, RUN, NOW, max_file_bytes=2000) as archive:
        for n in range(10):
            body = hashlib.sha512(b"%d" % n).hexdigest().encode() * 4
            archive.write(fetch_row(f"https://blatt.example/{n}", body), Reply(200, "OK", (), body))
    assert len(files(tmp_path)) > 2
    assert [f.url[-1] for f in iter_fetches(tmp_path)] == [str(n) for n in range(10)]


def test_damage_costs_the_record_it_lies_in(tmp_path: Path) -> None:
    rows = write_pages(tmp_path, {f"https://blatt.example/{n}": hashlib.sha512(b"%d" % n).digest() * 9 for n in range(5)})
    (file,) = (tmp_path / "raw").iterdir()
    data = io.BytesIO(file.read_bytes())
    data.seek(rows[3].warc_offset + 40)
    data.write(b"\0" * 60)
    file.write_bytes(data.getvalue())
    assert list(iter_fetches(tmp_path)) == [*rows[:3], rows[4]]
    with pytest.raises(WarehouseError):
        read_page(tmp_path, rows[3])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damage=st.lists(st.tuples(st.integers(0, 900), st.integers(0, 255)), min_size=1, max_size=20), cut=st.integers(0, 900))
def test_whatever_befell_a_record_its_bytes_are_whole_or_missing(tmp_path: Path, damage: list[tuple[int, int]], cut: int) -> None:
    body = b"".join(hashlib.sha256(b"%d" % n).digest() for n in range(9))
    rows = write_pages(tmp_path, {"https://blatt.example/1": body})
    path = locate(tmp_path, rows[0].warc_file)
    data = bytearray(path.read_bytes())
    for at, value in damage:
        data[min(rows[0].warc_offset + at, len(data) - 1)] = value
    path.write_bytes(data[: len(data) - cut] if cut < 300 else data)
    with contextlib.suppress(WarehouseError):
        assert read_page(tmp_path, rows[0]).body == body


def test_an_error_of_ours_does_not_look_like_missing_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = write_pages(tmp_path, {"https://blatt.example/1": b"<p>eins"})
    monkeypatch.setattr("fastwarc.ArchiveIterator", lambda *_, **__: iter([object()]))
    with pytest.raises(AttributeError):
        read_body(tmp_path, rows[0].warc_file, rows[0].warc_offset)
