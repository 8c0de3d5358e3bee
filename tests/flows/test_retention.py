"""What is old goes, what must be forgotten is gone, and everything else stays readable where it was."""

import datetime as dt
from pathlib import Path
from types import SimpleNamespace

import pytest
from warcio.checker import Checker

from flows.archive import Archive, PayloadRef, Reply, files, iter_fetches, iter_pages, read_page
from flows.fetch import Fetcher, Target, fetch_targets
from flows.forget import forget, tombstone
from flows.retain import apply_retention, seal, whole_length
from presslake.errors import WarehouseError
from presslake.schema import Fetch, make_id
from presslake.settings import Settings
from tests.rows import NOW, fetch_row

DAY = dt.timedelta(days=1)
HTML = (("Content-Type", "text/html"),)


def write_run(data_dir: Path, at: dt.datetime, bodies: dict[str, bytes], known: dict[str, Fetch] | None = None) -> list[Fetch]:
    run_id, rows = make_id("run", at), []
    with Archive(data_dir, run_id, at) as archive:
        for url, body in bodies.items():
            row = fetch_row(url, body, run_id=run_id, fetch_id=make_id("fet", run_id, url, 0), fetched_at=at)
            old = (known or {}).get(url)
            ref = PayloadRef(old.warc_file, old.warc_offset, url, old.fetched_at) if old else None
            rows.append(archive.write(row, Reply(200, "OK", HTML, body), ref))
    seal(data_dir)
    return rows


def check(data_dir: Path) -> int:
    checker = Checker(SimpleNamespace(inputs=[str(data_dir / name) for name in files(data_dir)], verbose=False))
    checker.process_all()
    return checker.exit_value


def test_old_files_go_and_what_still_holds_is_carried_over(tmp_path: Path) -> None:
    one = write_run(tmp_path, NOW - 100 * DAY, {"https://b.example/alt": b"alt" * 50, "https://b.example/bleibt": b"bleibt" * 50})
    known = {r.url: r for r in one}
    two = write_run(tmp_path, NOW - 50 * DAY, {"https://b.example/bleibt": b"bleibt" * 50}, known)
    three = write_run(tmp_path, NOW - DAY, {"https://b.example/bleibt": b"bleibt" * 50, "https://b.example/neu": b"neu" * 50}, known)
    first = apply_retention(tmp_path, 90, NOW)
    assert (first.removed_files, first.carried_count) == ((one[0].warc_file,), 1)
    assert [read_page(tmp_path, r).body[:6] for r in (two[0], three[0])] == [b"bleibt"] * 2
    second = apply_retention(tmp_path, 30, NOW)
    assert len(second.removed_files) == 1
    later = apply_retention(tmp_path, 5, NOW + 4 * DAY + dt.timedelta(hours=1))
    assert later.carried_count == 0
    with pytest.raises(WarehouseError):
        read_page(tmp_path, one[0])


def test_carrying_over_again_and_again_keeps_the_bytes(tmp_path: Path) -> None:
    (first,) = write_run(tmp_path, NOW, {"https://b.example/a": b"immer" * 50})
    for n in range(1, 5):
        at = NOW + n * 40 * DAY
        (row,) = write_run(tmp_path, at, {"https://b.example/a": b"immer" * 50}, {first.url: first})
        apply_retention(tmp_path, 30, at)
        assert read_page(tmp_path, row).body == b"immer" * 50
        assert [a.page.body for a in iter_pages(tmp_path)] == [b"immer" * 50]
    assert check(tmp_path) == 0


def test_forgetting_leaves_nothing_and_moves_nothing(tmp_path: Path) -> None:
    secret = b"<p>Geheimnis von Anna</p>" * 20
    rows = write_run(tmp_path, NOW, {f"https://b.example/{n}": b"<p>%d</p>" % n * 50 for n in range(4)} | {"https://b.example/anna": secret})
    copies = write_run(
        tmp_path, NOW + DAY, {"https://c.example/kopie": secret, "https://b.example/anna": secret}, {"https://b.example/anna": rows[-1]}
    )
    gone = forget(tmp_path, lambda f: f.url.endswith("/anna"), at=NOW)
    assert gone.urls == {"https://b.example/anna"}
    assert gone.fetch_ids == {rows[-1].fetch_id, copies[1].fetch_id}
    assert [read_page(tmp_path, r).body for r in rows[:4]] == [b"<p>%d</p>" % n * 50 for n in range(4)]
    assert "https://b.example/anna" not in {f.url for f in iter_fetches(tmp_path)}
    assert all(b"Geheimnis" not in a.page.body for a in iter_pages(tmp_path))
    assert all(whole_length(tmp_path / n) == (tmp_path / n).stat().st_size for n in files(tmp_path))
    assert check(tmp_path) == 0


def test_what_was_forgotten_is_not_fetched_again(tmp_path: Path) -> None:
    write_run(tmp_path, NOW, {"http://127.0.0.1:9/anna": b"x" * 50})
    forget(tmp_path, lambda f: True, at=NOW)
    with Archive(tmp_path, make_id("run", 2), NOW) as archive, Fetcher(Settings(), archive) as fetcher:
        (row,) = fetch_targets([Target(url="http://127.0.0.1:9/anna#top", source_id="b", channel="feed")], fetcher)
    assert row.outcome == "forgotten"
    assert b"anna" not in b"".join(p.read_bytes() for p in (tmp_path / "raw").iterdir())


@pytest.mark.parametrize("length", [300, 301, 5000, 1_000_000])
def test_a_tombstone_fits_exactly(length: int) -> None:
    assert len(tombstone(length)) == length
