"""A server of the flow engine for one run: started beside the run's own imports, so that neither waits for the other.

The engine can start one by itself, but then imports the whole server into the run first and only then starts it: twice the time.
"""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryFile

from presslake.errors import EngineError

TIMEOUT_SECONDS = 120.0
ENVIRONMENT = {"PREFECT_UI_ENABLED": "0", "PREFECT__SERVER_EPHEMERAL": "1", "PREFECT__SERVER_FINAL": "1"}
"""What the engine sets for a server of its own; no page of it is looked at."""


def start_server() -> RunServer | None:
    """Start a server for this process and set ``PREFECT_API_URL`` to it; None where the engine is configured, or is loaded with its settings.

    It ends after everything else that runs at exit: what is registered first is called last, and the engine sends its last logs then.
    """
    if "prefect" in sys.modules or is_configured():
        return None
    server = RunServer()
    atexit.register(server.stop)
    os.environ["PREFECT_API_URL"] = server.url
    return server


def is_configured() -> bool:
    """Whether anything says which server to use, or that none may be started: then the choice is the engine's."""
    if any(k in os.environ for k in ("PREFECT_API_URL", "PREFECT_PROFILE", "PREFECT_PROFILES_PATH", "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE")):
        return True
    home = Path(os.environ.get("PREFECT_HOME", "~/.prefect")).expanduser()
    return any(_mentions_api(p) for p in (home / "profiles.toml", Path("prefect.toml"), Path("pyproject.toml"), Path(".env")))


def _mentions_api(path: Path) -> bool:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return "PREFECT_API_URL" in text or "[tool.prefect" in text or (path.name == "prefect.toml" and bool(text.strip()))


def answers(url: str) -> bool:
    """Whether a server of the flow engine answers at ``url``."""
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/health", timeout=5) as answer:  # noqa: S310 - the address of the settings
            return bool(answer.status == 200)
    except urllib.error.HTTPError:  # somebody is there: whether it lets us in, the engine will say
        return True
    except (OSError, ValueError):
        return False


def scheduled(url: str, limit: int = 3) -> list[dict[str, str]] | None:
    """The next runs by schedule of a server: flow or deployment, when, and whether it is late; None where it does not say."""
    wanted = {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}, "tags": {"all_": ["presslake"]}}, "sort": "EXPECTED_START_TIME_ASC"}
    body = json.dumps(wanted | {"limit": limit}).encode()
    request = urllib.request.Request(f"{url.rstrip('/')}/flow_runs/filter", data=body, headers={"Content-Type": "application/json"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - the address of the settings
            return [{"name": r["name"], "at": r["expected_start_time"], "state": r["state"]["name"]} for r in json.load(answer)]
    except (OSError, ValueError, KeyError, TypeError):
        return None


class RunServer:
    """The server's process; ``command`` is what serves, before its options for host and port."""

    def __init__(self, *command: str, port: int | None = None, environment: Mapping[str, str] = ENVIRONMENT) -> None:
        self.port = port or _free_port()
        self.url = f"http://127.0.0.1:{self.port}/api"
        self._log = TemporaryFile()  # noqa: SIM115 - as long as the process
        command = command or (sys.executable, "-m", "uvicorn", "--factory", "prefect.server.api.server:create_app")
        command += ("--host", "127.0.0.1", "--port", str(self.port), "--log-level", "error", "--lifespan", "on")
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
            command,
            env={**os.environ, **environment},
            stdout=self._log,
            stderr=self._log,
            process_group=0,  # Ctrl-C is for the run, which still has to say how it ended
        )

    def wait(self) -> None:
        """Until it answers. Raises EngineError, with what it said, where it ends or takes too long."""
        until = time.monotonic() + TIMEOUT_SECONDS
        while not answers(self.url):
            if self._process.poll() is not None or time.monotonic() > until:
                raise EngineError(
                    f"the flow engine's server did not start: {self._said() or 'it gave no reason'}; "
                    "`presslake doctor` examines this installation, PREFECT_API_URL names a running server instead"
                )
            time.sleep(0.05)

    def _said(self) -> str:
        self._log.seek(0)
        lines = self._log.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""

    def stop(self) -> None:
        """End it, and be sure of it."""
        self._process.terminate()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
