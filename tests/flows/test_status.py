"""``presslake status``: each thing that somebody on call must act on is named, and nothing else."""

import dataclasses
import datetime as dt
import json
import shutil
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from benchmarks.synthetic import make_articles
from flows import status as module
from flows.cli import app
from flows.load import merge_staged, open_warehouse
from flows.lock import run_lock
from flows.publish import publish
from flows.staging import stage
from flows.status import read_status
from flows.warehouse import upsert
from presslake import schema
from presslake.settings import Config, Settings, Source
from tests.rows import fetch_row

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
CONFIG = Config.model_construct(settings=Settings(), sources={})


def run_row(number, hours, status="published"):
    start = NOW - dt.timedelta(hours=hours)
    return schema.Run(
        run_id=schema.make_id("run", number),
        flow="daily",
        started_at=start,
        ended_at=start + dt.timedelta(seconds=90),
        status=status,
        code_version="1",
        fetched_count=7,
        article_count=3,
        reject_count=0,
        snapshot_id=None,
    )


@pytest.fixture(scope="module")
def pattern(tmp_path_factory):
    tmp_path = tmp_path_factory.mktemp("house")
    stage(tmp_path / "in", "a", make_articles(range(6)))
    con = open_warehouse(tmp_path / "press.duckdb")
    merge_staged(con, tmp_path / "in", run_row(0, 0).run_id)
    upsert(con, "runs", [run_row(1, 2), run_row(2, 1)])
    publish(con, tmp_path, run_row(2, 1).run_id, now=NOW - dt.timedelta(minutes=30))
    con.close()
    return tmp_path


@pytest.fixture
def house(pattern, tmp_path):
    """A data directory with six articles, published half an hour ago by the second of two runs."""
    return shutil.copytree(pattern, tmp_path / "house")


def write(house, table, rows):
    con = open_warehouse(house / "press.duckdb")
    upsert(con, table, rows)
    con.close()


def test_a_house_in_order_has_no_problems_and_shows_its_last_runs_and_snapshot(house):
    found = read_status(house, CONFIG, now=NOW)
    assert found.problems == []
    assert [r["run_id"] for r in found.runs] == [run_row(2, 1).run_id, run_row(1, 2).run_id]
    assert found.runs[0]["seconds"] == 90
    assert (found.snapshot["age_hours"], found.snapshot["articles"]) == (0.5, 6)
    assert found.disk["warehouse"] == (house / "press.duckdb").stat().st_size
    assert found.disk["snapshots"] > 0


def test_a_run_that_is_overdue_or_was_blocked_is_a_problem(house):
    assert "26 hours ago" in read_status(house, CONFIG, now=NOW + dt.timedelta(hours=25.4)).problems[0]
    write(house, "runs", [run_row(3, 0.1, "blocked")])
    assert "ended blocked; `presslake check`" in read_status(house, CONFIG, now=NOW).problems[0]


def test_the_next_run_is_asked_of_the_server_and_a_late_one_is_a_problem(house, httpserver):
    wanted = {
        "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}, "tags": {"all_": ["presslake"]}},
        "sort": "EXPECTED_START_TIME_ASC",
        "limit": 3,
    }
    run = {"name": "brisk-otter", "expected_start_time": "2026-03-01T12:07:00Z", "state": {"name": "Scheduled", "type": "SCHEDULED"}}
    httpserver.expect_request("/api/flow_runs/filter", method="POST", json=wanted).respond_with_json([run])
    found = read_status(house, CONFIG, now=NOW, server=httpserver.url_for("/api"))
    assert (found.next_run["at"], found.problems) == ("2026-03-01T12:07:00Z", [])
    httpserver.clear()
    httpserver.expect_request("/api/flow_runs/filter").respond_with_json([run | {"state": {"name": "Late", "type": "SCHEDULED"}}])
    assert "has not begun" in read_status(house, CONFIG, now=NOW, server=httpserver.url_for("/api")).problems[0]
    assert read_status(house, CONFIG, now=NOW, server="http://127.0.0.1:9/api").problems == []


def test_the_lag_is_that_of_the_articles_of_the_last_day(house):
    con = open_warehouse(house / "press.duckdb")
    con.execute("UPDATE articles SET first_seen_at = ?, published_at = ?", [NOW - dt.timedelta(hours=2), NOW - dt.timedelta(hours=2, minutes=30)])
    con.close()
    assert read_status(house, CONFIG, now=NOW).lag_minutes == 30
    assert read_status(house, CONFIG, now=NOW + dt.timedelta(days=2)).lag_minutes is None


def test_a_run_dated_in_the_future_and_one_that_was_killed_are_problems(house):
    assert "in the future: the clock" in read_status(house, CONFIG, now=NOW - dt.timedelta(days=3)).problems[0]
    write(house, "runs", [dataclasses.replace(run_row(3, 0.1, "killed"), ended_at=None)])
    assert "ended killed" in read_status(house, CONFIG, now=NOW).problems[0]


def test_a_failing_source_is_named_with_what_to_do(house):
    url = "https://kurier.example/feed.xml"
    config = Config.model_construct(settings=Settings(), sources={"kurier": Source(name="Kurier", feeds=(url,)), "neu": Source(name="Neu")})
    write(house, "fetches", [fetch_row(url, None, source_id="kurier", channel="source", outcome="timeout", status=None, fetched_at=NOW)])
    found = read_status(house, config, now=NOW)
    assert [(s["source"], s["failures"]) for s in found.sources] == [("kurier", 1), ("neu", 0)]
    assert found.problems == ["source kurier: failing: 1 times in a row; `presslake sources check kurier` tries it"]


def test_a_killed_run_is_told_from_one_at_work(house):
    (house / "staging" / "run_x").mkdir(parents=True)
    assert "a run was killed" in read_status(house, CONFIG, now=NOW).problems[0]
    with run_lock(house, "run_x"):
        found = read_status(house, CONFIG, now=NOW)
    assert found.problems == []
    assert found.at_work.startswith("run_x, process ")


def test_a_full_disk_is_a_problem(house, monkeypatch):
    monkeypatch.setattr(module.shutil, "disk_usage", lambda path: SimpleNamespace(total=100_000_000_000, used=0, free=2_000_000_000))
    assert read_status(house, CONFIG, now=NOW).problems == ["the disk has 2.0 GB left; lower settings.snapshots_keep or set settings.retention_days"]


def test_a_damaged_warehouse_is_a_problem_and_no_crash(house):
    (house / "press.duckdb").write_bytes(b"not a database" * 1000)
    found = read_status(house, CONFIG, now=NOW)
    assert "damaged" in found.problems[0]
    assert found.snapshot["articles"] == 6


def test_the_command_prints_for_people_and_machines_and_says_by_its_exit_code_whether_to_act(house, tmp_path):
    options = ["status", "--data-dir", str(house), "--config", str(tmp_path / "none.toml"), "--max-age", "1000000"]
    fine = CliRunner().invoke(app, options)
    assert (fine.exit_code, "all is well" in fine.output, "6 articles" in fine.output) == (0, True, True)
    found = json.loads(CliRunner().invoke(app, [*options, "--json"]).output)
    assert found["problems"] == []
    nothing = CliRunner().invoke(app, ["status", "--data-dir", str(tmp_path / "empty"), "--config", str(tmp_path / "none.toml")])
    assert nothing.exit_code == 1
    assert "nothing has run yet" in nothing.output
    assert not (tmp_path / "empty").exists()
