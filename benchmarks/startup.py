"""How long a command takes before it does anything: ``--help``, and an hourly run that finds nothing new.

    python -m benchmarks.startup [--times 3]

``run`` is measured with a server of its own (Prefect's start included) and against one that is running; the press is that of the demo, asked
conditionally, on loopback. The best of ``--times`` is printed with its CPU: other work on the machine only adds. Modules are compiled once before,
as in any installation that was used before.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

MAIN = "from flows.cli import main; main()"
LIMITS = {"--help": 0.4, "run, nothing new, server running": 3.0, "run, nothing new, own server": 20.0}


def timed(arguments: list[str], environment: dict[str, str], cwd: Path) -> tuple[float, float]:
    """Seconds and CPU seconds of one call of the command line; raises where it fails."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run([sys.executable, "-c", MAIN, *arguments], env=environment, cwd=cwd, capture_output=True, text=True, check=False)
    seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{arguments}: {done.stderr[-2000:]}")
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@contextlib.contextmanager
def warm_house() -> Iterator[tuple[Path, dict[str, str], list[str]]]:
    """A folder in which the demo press was taken over, the environment of its commands, and the run that finds nothing new there."""
    from flows.demo.server import serve_press

    with tempfile.TemporaryDirectory(prefix="presslake-startup-") as name, serve_press() as press:
        folder = Path(name)
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "PREFECT_HOME": str(folder / "prefect")}
        environment |= {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
        for key in ("PREFECT_API_URL", "PYTHONDONTWRITEBYTECODE"):
            environment.pop(key, None)
        # polled every time, as after an hour; pages by their own schedule
        (folder / "sources.toml").write_text(press.config.replace("[settings]", "[settings]\npoll_minutes = 0.0001"), encoding="utf-8")
        run = ["run", "--data-dir", str(folder / "data"), "--config", str(folder / "sources.toml")]
        for _ in range(2):  # what is new is taken over, then the modules of a run without anything new are compiled
            timed(run, environment, folder)
        yield folder, environment, run


@contextlib.contextmanager
def running_server(environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """``environment`` with the address of a flow server that runs as long as this is open."""
    from flows.server import RunServer

    os.environ |= {k: environment[k] for k in ("PREFECT_HOME", "PYTHONPYCACHEPREFIX")}
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    server = RunServer()
    try:
        server.wait()
        yield environment | {"PREFECT_API_URL": server.url}
    finally:
        server.stop()


def main() -> None:
    """Measure and print a table; exit with 1 where a limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=3)
    times = parser.parse_args().times
    with warm_house() as (folder, environment, run):
        found = {"--help": [timed(["--help"], environment, folder) for _ in range(max(5, times))]}
        found["run, nothing new, own server"] = [timed(run, environment, folder) for _ in range(times)]
        with running_server(environment) as served:
            found["run, nothing new, server running"] = [timed(run, served, folder) for _ in range(times + 1)][1:]
    print(f"{'command':36} {'seconds':>8} {'CPU':>8} {'limit':>8}")
    late = False
    for what, runs in found.items():
        seconds, cpu = min(runs)
        late |= seconds > LIMITS[what]
        print(f"{what:36} {seconds:8.2f} {cpu:8.2f} {LIMITS[what]:8.1f}{'  over' if seconds > LIMITS[what] else ''}")
    sys.exit(late)


if __name__ == "__main__":
    main()
