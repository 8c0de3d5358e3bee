"""Events of a run reach a webhook through a real server of the engine; what is put there twice is there once."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.server import RunServer
from presslake.errors import ConfigError

ROOT = Path(__file__).parents[2]
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


@pytest.mark.slow
def test_a_block_and_a_silent_source_are_told_to_the_webhook_once_each(tmp_path, httpserver, monkeypatch):
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    httpserver.expect_request("/hook", method="POST").respond_with_data("")
    server = RunServer(environment={"PREFECT__SERVER_FINAL": "1", "PREFECT_UI_ENABLED": "0", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"})
    try:
        server.wait()
        code = TELL.format(hook=httpserver.url_for("/hook"), data=str(tmp_path))
        environment = os.environ | {"PREFECT_API_URL": server.url, "PYTHONPATH": str(ROOT)}
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        until = time.monotonic() + 60
        while len(httpserver.log) < 2 and time.monotonic() < until:
            time.sleep(0.2)
    finally:
        server.stop()
    assert done.stdout.count("presslake: tell of") == 4
    assert "presslake: give up dead runs" in done.stdout
    told = {request.json["event"]: request.json for request, _ in httpserver.log}
    assert sorted(told) == ["quality.blocked", "source.silent"]
    assert len(httpserver.log) == 2  # applied twice, told once
    assert told["quality.blocked"]["details"]["reason"] == 'articles: "twice" the same key'
    assert (told["source.silent"]["resource"], told["source.silent"]["details"]["usual_hours"]) == ("presslake.source.kurier", 1.5)


@pytest.mark.parametrize(
    ("options", "words"), [([], "no webhook: give --webhook URL"), (["--webhook", "http://x", "--event", "x"], "'x' is not told of")]
)
def test_what_is_wrong_is_named_before_any_server_is_asked(tmp_path, options, words):
    done = CliRunner().invoke(app, ["automations", *options, "--config", str(tmp_path / "none.toml")])
    assert isinstance(done.exception, ConfigError)
    assert words in str(done.exception)
