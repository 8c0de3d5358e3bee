import subprocess
import sys

import duckdb
import pytest

from benchmarks.synthetic import make_run
from flows.warehouse import STORAGE, open_warehouse, transaction, upsert
from presslake import schema
from presslake.errors import ConfigError, WarehouseError


def test_open_creates_every_table_in_the_format_that_older_readers_know(tmp_path):
    con = open_warehouse(tmp_path / "new" / "press.duckdb")
    tables = {t for (t,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert set(schema.TABLES) <= tables
    assert con.execute("SELECT current_setting('storage_compatibility_version')").fetchone() == (STORAGE,)
    assert con.execute("SELECT current_setting('autoload_known_extensions')").fetchone() == (False,)
    con.close()
    open_warehouse(tmp_path / "new" / "press.duckdb", read_only=True).close()


@pytest.mark.parametrize(
    ("damage", "remedy"),
    [
        (lambda p: p.write_bytes(b""), "rebuild"),
        (lambda p: p.write_bytes(b"not a database" * 1000), "rebuild"),
        (lambda p: p.write_bytes(p.read_bytes()[:5000]), "rebuild"),
        (lambda p: p.write_bytes(p.read_bytes()[:8200] + b"\xff" * (p.stat().st_size - 8200)), "rebuild"),
        (lambda p: (p.unlink(), p.mkdir()), "choose another --data-dir"),
    ],
    ids=["empty", "garbage", "cut off", "overwritten", "folder"],
)
def test_damaged_file_is_named_with_the_way_out(tmp_path, damage, remedy):
    path = tmp_path / "press.duckdb"
    open_warehouse(path).close()
    damage(path)
    with pytest.raises(WarehouseError, match=remedy) as error:
        open_warehouse(path)
    assert str(path) in str(error.value)


def test_file_of_another_version_says_which_column_and_to_rebuild(tmp_path):
    path = tmp_path / "press.duckdb"
    con = open_warehouse(path)
    con.execute("ALTER TABLE claims DROP COLUMN modality")
    con.close()
    with pytest.raises(WarehouseError, match=r"table claims, column modality.*rebuild"):
        open_warehouse(path)


def test_reading_a_warehouse_that_is_not_there_says_how_to_make_one(tmp_path):
    with pytest.raises(WarehouseError, match="presslake run"):
        open_warehouse(tmp_path / "press.duckdb", read_only=True)


def test_second_writer_learns_who_holds_the_lock(tmp_path):
    path = tmp_path / "press.duckdb"
    con = open_warehouse(path)
    code = f"from flows import warehouse; warehouse.PATIENCE_SECONDS = 0; warehouse.open_warehouse({str(path)!r})"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    con.close()
    assert "another process is using the warehouse (process " in other.stderr


def test_a_writer_waits_for_a_reader_that_looks_for_a_moment(tmp_path):
    path = tmp_path / "press.duckdb"
    open_warehouse(path).close()
    code = f"import duckdb, time; con = duckdb.connect({str(path)!r}, read_only=True); print('open', flush=True); time.sleep(1)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as reader:
        reader.stdout.readline()
        con = open_warehouse(path)
        assert reader.wait(5) == 0
    upsert(con, "runs", [make_run(0)])
    con.close()


def test_upsert_replaces_the_row_of_the_same_key():
    con = open_warehouse(":memory:")
    upsert(con, "runs", [make_run(0), make_run(1)])
    upsert(con, "runs", [make_run(0)])
    assert con.execute("SELECT count(*) FROM runs").fetchone() == (2,)


def test_a_failing_statement_rolls_back():
    con = open_warehouse(":memory:")

    def write_and_fail():
        with transaction(con):
            upsert(con, "runs", [make_run(0)])
            con.execute("SELECT no_such_column FROM runs")

    with pytest.raises(duckdb.Error):
        write_and_fail()
    assert con.execute("SELECT count(*) FROM runs").fetchone() == (0,)


def test_what_a_kill_left_of_spilled_rows_goes_when_the_next_writer_opens(tmp_path):
    left = tmp_path / "press.duckdb.tmp" / "duckdb_temp_storage_DEFAULT-0.tmp"
    left.parent.mkdir()
    left.write_bytes(b"rows")
    open_warehouse(tmp_path / "press.duckdb").close()
    assert not left.exists()


def test_memory_is_limited_as_told_and_nonsense_is_refused_by_name(tmp_path, monkeypatch):
    monkeypatch.setenv("PRESSLAKE_MEMORY", "3GB")
    con = open_warehouse(tmp_path / "press.duckdb")
    assert con.execute("SELECT current_setting('memory_limit')").fetchone() == ("2.7 GiB",)
    con.close()
    monkeypatch.setenv("PRESSLAKE_MEMORY", "lots")
    with pytest.raises(ConfigError, match=r"PRESSLAKE_MEMORY=lots: .* 8GB"):
        open_warehouse(tmp_path / "press.duckdb")
