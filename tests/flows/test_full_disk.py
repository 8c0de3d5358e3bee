"""A disk that is full or read-only, for real: on a small file system of our own, which only root can mount."""

import shutil
import subprocess
from contextlib import closing

import pytest

from benchmarks.synthetic import make_articles
from flows.load import merge_staged, open_warehouse
from flows.publish import publish
from flows.snapshots import find_snapshot, list_snapshots, verify_snapshot
from flows.staging import stage
from presslake import schema
from presslake.errors import PublishError, WarehouseError

RUN = schema.make_id("run", "disk")


def run(*command):
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture
def disk(tmp_path):
    """A folder of six megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not run("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)):
        pytest.skip("a file system cannot be mounted here (needs root)")
    yield folder
    run("umount", "-l", str(folder))


@pytest.fixture
def con(disk, tmp_path):
    con = open_warehouse(":memory:")
    load(con, tmp_path, make_articles(range(5)))
    publish(con, disk, RUN)
    load(con, tmp_path, make_articles(range(5, 12)))
    yield con
    con.close()


def load(con, folder, rows):
    staging = folder / "staging" / str(len(list(folder.glob("staging/*"))))
    stage(staging, "b", rows)
    merge_staged(con, staging, RUN)


def is_as_it_was(disk, before):
    current = find_snapshot(disk, "latest")
    assert (current.name, verify_snapshot(current)) == (before, [])
    assert [s.snapshot_id for s in list_snapshots(disk)] == [before]


@pytest.mark.parametrize("left", [0, 4_000, 60_000, 200_000])
def test_a_full_disk_leaves_the_last_snapshot_and_the_next_publish_comes_through(disk, con, left):
    before = find_snapshot(disk, "latest").name
    filler = disk / "filler"
    filler.write_bytes(bytes(max(shutil.disk_usage(disk).free - left, 0)))
    with pytest.raises(PublishError, match=r"(disk is full|make room).*snapshot stands"):
        publish(con, disk, RUN)
    is_as_it_was(disk, before)
    assert not list((disk / "snapshots").glob(".*")), "what was begun is taken away, since room is short"
    filler.unlink()
    assert publish(con, disk, RUN).published
    assert verify_snapshot(find_snapshot(disk, "latest")) == []


def test_a_read_only_disk_leaves_the_last_snapshot_and_says_so(disk, con):
    before = find_snapshot(disk, "latest").name
    assert run("mount", "-o", "remount,ro", str(disk))
    with pytest.raises(PublishError, match=r"may not be written.*check the permissions.*snapshot stands"):
        publish(con, disk, RUN)
    is_as_it_was(disk, before)
    assert run("mount", "-o", "remount,rw", str(disk))
    assert publish(con, disk, RUN).published


@pytest.mark.parametrize("left", [0, 300_000])
def test_a_full_disk_leaves_the_warehouse_as_it_was_and_the_next_load_comes_through(disk, tmp_path, left):
    path = disk / "press.duckdb"
    with closing(open_warehouse(path)) as con:
        load(con, tmp_path, make_articles(range(5)))
    filler = disk / "filler"
    filler.write_bytes(bytes(max(shutil.disk_usage(disk).free - left, 0)))
    stage(tmp_path / "more", "b", make_articles(range(5, 60)))
    with closing(open_warehouse(path)) as con, pytest.raises(WarehouseError, match=r"disk is full or failing.*make room.*what was begun was undone"):
        merge_staged(con, tmp_path / "more", RUN)
    filler.unlink()
    with closing(open_warehouse(path)) as con:
        assert con.execute("SELECT count(*) FROM articles").fetchone() == (5,)
        merge_staged(con, tmp_path / "more", RUN)
        assert con.execute("SELECT count(*) FROM articles").fetchone() == (60,)
