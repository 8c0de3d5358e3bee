"""A server of the engine beside the runs, on PostgreSQL where there is one: it is told what happens, believes in a run that is dead, and goes away.

The tests of this file share one server and follow one another; the last one kills it.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows import engine
from flows.cli import app
from flows.load import open_warehouse
from flows.server import RunServer
from presslake.errors import ConfigError, EngineError
from tests import postgres
from tests.flows.test_process import ARTICLE
from tests.servers import response, serve

ROOT = Path(__file__).parents[2]
MAIN = """
from flows import check
check.check_staged = check.check_warehouse = lambda *args, **options: check.CheckResult()  # the gate has tests of its own, and takes long to load
from flows.cli import main
main()
"""
TELL = """
import datetime as dt
from flows import automations, steps, told
from flows.summary import RunSummary, Silence
automations.apply({hook!r})
print(automations.apply({hook!r}), flush=True)
ctx = steps.begin("daily", {data!r}, {data!r} + "/none.toml", required=False)
summary = RunSummary("daily", ctx.run_id, {data!r}, "blocked", warnings=['articles: "twice" the same key'])
summary.silent = [Silence("kurier", dt.datetime(2026, 3, 1, tzinfo=dt.UTC), 1.5)]
told.tell(ctx, summary)
"""


@dataclass
class Engine:
    """The server, and how to ask its database."""

    server: RunServer
    home: Path
    ask: object = None

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {"PREFECT_API_URL": self.server.url, "PYTHONPATH": str(ROOT), "PREFECT_CLIENT_MAX_RETRIES": "0"}

    def states(self) -> dict[str, str]:
        """Flow runs by id: state and message."""
        request = urllib.request.Request(f"{self.server.url}/flow_runs/filter", data=b"{}", headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            return {r["id"]: f"{r['state']['type']}: {r['state']['message']}" for r in json.load(answer)}


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[Engine]:
    home = tmp_path_factory.mktemp("engine")
    names = {"PREFECT__SERVER_FINAL": "1", "PREFECT_UI_ENABLED": "0", "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "PREFECT_HOME": str(home)}
    with contextlib.ExitStack() as stack:
        ask = None
        if postgres.why_not() is None:
            address, ask = stack.enter_context(postgres.postgres())
            names["PREFECT_API_DATABASE_CONNECTION_URL"] = address
        server = RunServer(environment=names)
        stack.callback(server.stop)
        stack.enter_context(pytest.MonkeyPatch.context()).setattr("flows.server.TIMEOUT_SECONDS", 250.0)  # it makes its tables first
        server.wait()
        yield Engine(server, home, ask)


@pytest.fixture(autouse=True)
def _own_profile(monkeypatch, tmp_path):
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))


def test_a_server_that_is_down_at_the_start_is_named_and_nothing_is_begun(tmp_path, monkeypatch):
    from prefect.settings import PREFECT_API_URL, temporary_settings

    monkeypatch.setattr(engine, "PATIENCE_SECONDS", 0.6)
    with temporary_settings({PREFECT_API_URL: "http://user:secret@127.0.0.1:9/api"}), pytest.raises(EngineError) as error:
        engine.run_flow("ingest", verbose=False, show_progress=False, inputs=[], data_dir=str(tmp_path), config=str(tmp_path / "none.toml"))
    assert "server at http://127.0.0.1:9/api does not answer; nothing was begun" in str(error.value)
    assert not (tmp_path / "press.duckdb").exists()


@pytest.mark.parametrize(
    ("options", "words"), [([], "no webhook: give --webhook URL"), (["--webhook", "http://x", "--event", "x"], "'x' is not told of")]
)
def test_a_wrong_automation_is_named_before_any_server_is_asked(tmp_path, options, words):
    done = CliRunner().invoke(app, ["automations", *options, "--config", str(tmp_path / "none.toml")])
    assert isinstance(done.exception, ConfigError)
    assert words in str(done.exception)


@pytest.mark.slow
def test_a_block_and_a_silent_source_are_told_to_the_webhook_once_each(running, tmp_path, httpserver):
    httpserver.expect_request("/hook", method="POST").respond_with_data("")
    code = TELL.format(hook=httpserver.url_for("/hook"), data=str(tmp_path))
    done = subprocess.run([sys.executable, "-c", code], env=running.environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    until = time.monotonic() + 60
    while len(httpserver.log) < 2 and time.monotonic() < until:
        time.sleep(0.2)
    assert done.stdout.count("presslake: tell of") == 4
    assert "presslake: give up dead runs" in done.stdout
    told = {request.json["event"]: request.json for request, _ in httpserver.log}
    assert sorted(told) == ["quality.blocked", "source.silent"]
    assert len(httpserver.log) == 2  # put there twice, told once
    assert told["quality.blocked"]["details"]["reason"] == 'articles: "twice" the same key'
    assert (told["source.silent"]["resource"], told["source.silent"]["details"]["usual_hours"]) == ("presslake.source.kurier", 1.5)


@pytest.mark.slow
def test_after_a_killed_run_and_a_server_that_dies_everything_is_loaded_and_called_by_its_name(running, tmp_path):
    with serve() as press:
        urls = ", ".join(f'"{press.url(p)}"' for p in ("/1", "/2"))
        (tmp_path / "sources.toml").write_text(
            f'[settings]\nallow_networks = ["127.0.0.0/8"]\ndelay_seconds = 0\n[sources.blatt]\nname = "Blatt"\nurls = [{urls}]\n'
        )
        places = ["--data-dir", str(tmp_path / "data"), "--config", str(tmp_path / "sources.toml")]
        command = [sys.executable, "-c", MAIN]
        victim: list[subprocess.Popen] = []

        def kill_the_run(_: object) -> None:
            victim[0].send_signal(signal.SIGKILL)

        def kill_the_server(_: object) -> bytes:
            running.server._process.kill()
            running.server._process.wait()
            return response(ARTICLE.format(title="TikTok ändert Regel Zwei"))

        press.answers |= {"/1": response(ARTICLE.format(title="TikTok ändert Regel Eins")), "/2": kill_the_run}
        victim.append(subprocess.Popen([*command, "run", *places], env=running.environment, cwd=tmp_path))
        assert victim[0].wait(120) == -signal.SIGKILL
        assert [s.partition(":")[0] for s in running.states().values()] == ["RUNNING"]
        taking = [*command, "rejects", "--replay", "--json", *places]
        second = subprocess.run(taking, env=running.environment, cwd=tmp_path, capture_output=True, text=True, timeout=200)
        assert second.returncode == 0, second.stderr
        (crashed, completed) = sorted(running.states().values(), reverse=True)
        assert f"was taken up by run {json.loads(second.stdout)['run_id']}" in crashed
        assert completed.startswith("COMPLETED")
        press.answers["/2"] = kill_the_server
        third = subprocess.run(
            [*command, "run", "--json", *places], env=running.environment, cwd=tmp_path, capture_output=True, text=True, timeout=200
        )
    assert third.returncode == 0, third.stderr
    summary = json.loads(third.stdout)
    assert (summary["status"], summary["totals"]["articles"]) == ("published", 2)
    assert any("does not answer" in w for w in summary["warnings"])
    (untold,) = (tmp_path / "data" / "untold.jsonl").read_text().splitlines()
    assert (json.loads(untold)["run_id"], json.loads(untold)["status"]) == (summary["run_id"], "published")
    con = open_warehouse(tmp_path / "data" / "press.duckdb", read_only=True)
    try:
        assert con.execute("SELECT status FROM runs ORDER BY started_at").fetchall() == [("killed",), ("published",), ("published",)]
        assert con.execute("SELECT count(*), count(DISTINCT url) FROM fetches WHERE channel = 'url_list'").fetchall() == [(2, 2)]
    finally:
        con.close()


@pytest.mark.slow
@pytest.mark.skipif(postgres.why_not() is not None, reason=postgres.why_not() or "")
def test_all_that_stands_in_postgresql(running):
    assert sorted(running.ask("SELECT state_type FROM flow_run")) == ["COMPLETED", "CRASHED", "RUNNING"]
    assert "run-summary" in running.ask("SELECT key FROM artifact")
    assert not (running.home / "prefect.db").exists()
