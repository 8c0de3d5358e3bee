"""The flow engine's server is down, goes away, or believes in a run that is dead: what was done is kept, and somebody says what happened."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from flows import engine
from flows.load import open_warehouse
from flows.server import RunServer
from presslake.errors import EngineError
from tests.flows.test_process import ARTICLE
from tests.servers import response, serve

ROOT = Path(__file__).parents[2]
MAIN = "from flows.cli import main; main()"


def test_a_server_that_is_down_at_the_start_is_named_and_nothing_is_begun(tmp_path, monkeypatch):
    from prefect.settings import PREFECT_API_URL, temporary_settings

    monkeypatch.setattr(engine, "PATIENCE_SECONDS", 0.6)
    with temporary_settings({PREFECT_API_URL: "http://user:secret@127.0.0.1:9/api"}), pytest.raises(EngineError) as error:
        engine.run_flow("ingest", verbose=False, show_progress=False, inputs=[], data_dir=str(tmp_path), config=str(tmp_path / "none.toml"))
    assert "server at http://127.0.0.1:9/api does not answer; nothing was begun" in str(error.value)
    assert not (tmp_path / "press.duckdb").exists()


def states_of(url: str) -> dict[str, str]:
    """Flow runs of the server by id: state and message."""
    request = urllib.request.Request(f"{url}/flow_runs/filter", data=b"{}", headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return {r["id"]: f"{r['state']['type']}: {r['state']['message']}" for r in json.load(answer)}


@pytest.mark.slow
def test_after_a_killed_run_and_a_server_that_dies_everything_is_loaded_and_called_by_its_name(tmp_path, monkeypatch):
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    server = RunServer()
    environment = os.environ | {"PREFECT_API_URL": server.url, "PYTHONPATH": str(ROOT), "PREFECT_CLIENT_MAX_RETRIES": "0"}
    with serve() as press:
        urls = ", ".join(f'"{press.url(p)}"' for p in ("/1", "/2"))
        (tmp_path / "sources.toml").write_text(
            f'[settings]\nallow_networks = ["127.0.0.0/8"]\ndelay_seconds = 0\n[sources.blatt]\nname = "Blatt"\nurls = [{urls}]\n'
        )
        command = [sys.executable, "-c", MAIN, "run", "--data-dir", str(tmp_path / "data"), "--config", str(tmp_path / "sources.toml")]
        running: list[subprocess.Popen] = []
        seen: list[dict[str, str]] = []

        def kill_the_run(_: object) -> None:
            running[0].send_signal(signal.SIGKILL)

        def kill_the_server(_: object) -> bytes:
            seen.append(states_of(server.url))
            server._process.kill()
            server._process.wait()
            return response(ARTICLE.format(title="TikTok ändert Regel Zwei"))

        press.answers |= {"/1": response(ARTICLE.format(title="TikTok ändert Regel Eins")), "/2": kill_the_run}
        try:
            server.wait()
            running.append(subprocess.Popen(command, env=environment, cwd=tmp_path))
            assert running[0].wait(120) == -signal.SIGKILL
            assert [s.partition(":")[0] for s in states_of(server.url).values()] == ["RUNNING"]
            press.answers["/2"] = kill_the_server
            second = subprocess.run([*command, "--json"], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=200)
        finally:
            server.stop()
    assert second.returncode == 0, second.stderr
    summary = json.loads(second.stdout)
    assert (summary["status"], summary["articles"]) == ("published", 2)
    assert any("does not answer" in w for w in summary["warnings"])
    (crashed,) = [s for s in seen[0].values() if s.startswith("CRASHED")]
    assert f"was taken up by run {summary['run_id']}" in crashed
    con = open_warehouse(tmp_path / "data" / "press.duckdb", read_only=True)
    try:
        assert con.execute("SELECT status FROM runs ORDER BY started_at").fetchall() == [("killed",), ("published",)]
        assert con.execute("SELECT count(*), count(DISTINCT url) FROM fetches WHERE channel = 'url_list'").fetchall() == [(2, 2)]
    finally:
        con.close()
