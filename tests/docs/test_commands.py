"""Every command line of the documents is run as it stands there: in the folder of the tour, on the demo press, what serves until it answers.

Only names that mean the reader's own are put in their place: an address of an outlet, a snapshot_id, a port that is free here.
"""

import contextlib
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

import pytest
from typer._click.exceptions import BadOptionUsage, MissingParameter

from flows.demo.server import serve_press
from flows.query import open_snapshot
from flows.server import _free_port
from tests.commandline import COMMAND, Done, batch, takes
from tests.documents import ROOT, command_lines, inline, program
from tests.flows.test_local import HTML, make_warc
from tests.flows.test_process import ARTICLE

LINES = [(document, line.removeprefix(".venv/bin/")) for document, line in command_lines()]
ELSEWHERE = {
    "make": "`make run` is what the folder of the tour is made with; `make test` and `make docs` are what runs here",
    "pip": "changes the installation; that its names are ours is tested below",
    "python": "training and benchmarks have tests of their own; examples/ is run below",
    "sudo": "makes accounts of a PostgreSQL server",
}
"""Programs whose lines are not all run here, and why."""
SERVES = ("presslake serve", "presslake explore", "streamlit", "marimo", "dash_app.py")
WRITES = ("run", "ingest", "backfill", "sources")


def presslake(line: str) -> str | None:
    """The subcommand of a line that calls presslake."""
    words = shlex.split(line)
    return words[1] if Path(words[0]).name == "presslake" and len(words) > 1 else None


def serves(line: str) -> bool:
    called = f"{program(line)} {presslake(line) or ''}".strip()
    return called.startswith(SERVES) or line.endswith("dash_app.py")


def once(lines: Iterable[str]) -> list[str]:
    """Every line once, and not where another says the same and more: ``doctor`` is run as ``doctor --online``."""
    every = list(dict.fromkeys(lines))
    return [line for line in every if not any(other.startswith(f"{line} -") for other in every)]


READING = once(line for _, line in LINES if presslake(line) and not serves(line) and presslake(line) not in (*WRITES, "--install-completion"))
WRITING = once(line for _, line in LINES if presslake(line) in WRITES)
SERVING = once(line for _, line in LINES if serves(line))
ENGINE = once(line for _, line in LINES if program(line) == "prefect")
REST = {"cd", "duckdb", "export", "source"}


def test_the_documents_show_commands():
    assert {presslake(line) for _, line in LINES} >= {
        "run",
        "ingest",
        "sql",
        "sources",
        "check",
        "serve",
        "status",
        "doctor",
        "report",
        "explore",
        "backfill",
    }
    known = REST | ELSEWHERE.keys() | {"presslake", "prefect", "streamlit", "marimo"}
    assert {program(line) for _, line in LINES} <= known, "a program that no test below runs"


@pytest.mark.parametrize(("document", "code"), inline("presslake"))
def test_command_line_takes_what_running_text_names(document, code):
    """``<a>`` and capitals stand for a word of the reader's, ``…`` for the rest; a word that is only named need not be complete."""
    line = re.sub(r"<[\w-]+>|\bURL\b|\bN\b|\b[A-Z]{4,}\b", "1", code).replace('"…"', '"SELECT 1"')
    if "…" in line or "|" in line:
        line = re.split(r" *[…|]", line)[0]
    with contextlib.suppress(MissingParameter, BadOptionUsage):
        takes(line)


# ------------------------------------------------------------------ run in the folder of the tour


class Place:
    """A folder where ``make run`` was called, and what all the lines gave that came after it."""

    def __init__(self, folder: Path, home: Path, press: str) -> None:
        self.folder, self.own, self.home, self.press = folder, folder / "own", home, press
        binaries = folder / ".venv" / "bin"
        binaries.mkdir(parents=True)
        duckdb = [sys.executable, "-c", "import duckdb, sys; print(duckdb.connect(sys.argv[1], read_only=True).sql(sys.argv[3]))"]
        for name, script in {
            "presslake": f'exec {shlex.join(COMMAND)} "$@"',
            "duckdb": f'exec {shlex.join(duckdb)} "$@"',
            "python": f'exec {sys.executable} "$@"',
            "browser": f'echo "$1" >> {folder}/opened',
        }.items():
            (binaries / name).write_text(f"#!/bin/sh\n{script}\n")
            (binaries / name).chmod(0o755)
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "PRESSLAKE_"))} | {
            "PATH": f"{binaries}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "HOME": str(home),
            "BROWSER": f"{binaries}/browser %s",
            "PREFECT_HOME": str(home / "prefect"),
            "PRESSLAKE_HOME": str(ROOT),
            "PRESSLAKE_ALLOW_NETWORKS": '["127.0.0.0/8"]',
            "PRESSLAKE_DELAY_SECONDS": "0",
        }
        self.done: dict[str, Done] = {}

    @property
    def snapshot(self) -> Path:
        snapshots = self.folder / "data" / "snapshots"
        return snapshots / json.loads((snapshots / "latest.json").read_text())["path"]

    def mine(self, line: str) -> str:
        """A line with the reader's own address in it."""
        line = line.replace("https://www.example.org/a1", f"{self.press}/morgenkurier/digital/interview-snapchat-brandt.html")
        return line.replace("https://www.example.org/", f"{self.press}/morgenkurier/") + (" --run-once" if "worker start" in line else "")

    def shell(self, script: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["bash", "-c", script], cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=100)

    def furnish(self) -> None:
        """Files and sources of the reader's own, for the lines that fetch."""
        (self.own / "pages").mkdir(parents=True)
        (self.own / "archive").mkdir()
        for name, page in (("article", "menschen/2026/fuenf-zitate-adeyemi"), ("pages/second", "politik/2026/kommission-x-geldbusse")):
            with urllib.request.urlopen(f"{self.press}/netzblick/{page}.html") as answer:
                (self.own / f"{name}.html").write_bytes(answer.read())
        text = "Pinterest zieht um\n\nDie Plattform Pinterest zieht nach Lindenau, sagte eine Sprecherin am Montag.\n"
        (self.own / "notes.txt").write_text(text, encoding="utf-8")
        page = ARTICLE.format(title="TikTok ändert Regeln").encode()
        make_warc(self.own / "archive" / "CC-NEWS-20240401000000-1.warc.gz", [("https://blatt.example/1", page, HTML)])
        (self.own / "sources.toml").write_text(
            f'[sources.kurier]\nname = "Kurier"\nsitemaps = ["{self.press}/netzblick/sitemap.xml"]\n\n'
            '[sources.ccnews]\nname = "CC-NEWS"\nwarcs = ["archive/*.warc.gz"]\n'
        )


def where(line: str, place: Place) -> Path:
    """The folder in which a line is for."""
    if program(line) == "prefect":
        return ROOT
    return place.own if line in WRITING or "article.html" in line else place.folder


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    (made_by,) = re.findall(r"^run:.*\n\t\$\(BIN\)/(presslake .+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    with serve_press(range(8801, 8900)) as press:
        here = Place(tmp_path_factory.mktemp("tour"), tmp_path_factory.mktemp("home"), press.base)
        here.furnish()
        lines = [*READING, *WRITING, *(line for line in ENGINE if "server start" not in line)]
        given = [(made_by, here.folder), *((here.mine(line), where(line, here)) for line in lines)]
        here.done = dict(zip(["make run", *lines], batch(given, here.environment), strict=True))
        yield here


@pytest.mark.slow
@pytest.mark.parametrize("line", ["make run", *READING, *WRITING, *ENGINE])
def test_line_runs(place, line):
    """A server as of ``prefect server start`` comes with the first run; the worker looks for work once instead of until Ctrl-C."""
    if "server start" in line:
        return
    done = place.done[line]
    may_find = (0, 1) if "doctor" in line else (0,)  # what it finds wrong is this machine's
    assert done.code in may_find, done.output
    assert done.output.strip()


@pytest.mark.slow
def test_what_the_lines_leave_behind(place):
    assert (place.folder / "opened").read_text().strip() == (place.snapshot / "report.html").as_uri()
    assert place.press in (place.own / "sources.toml").read_text().partition("[sources.127_0_0_1]")[2]
    con = open_snapshot(place.own / "data")
    found = {source for (source,) in con.execute("SELECT DISTINCT source_id FROM articles").fetchall()}
    con.close()
    assert found >= {"local", "kurier"}


@pytest.mark.slow
@pytest.mark.parametrize("line", SERVING)
def test_what_serves_answers_and_ends(place, line):
    needs = "dash" if line.endswith("dash_app.py") else program(line)
    if needs != "presslake" and not find_spec(needs):
        pytest.skip(f"{needs} is not installed: pip install 'presslake[dashboards]'")
    port = _free_port()
    more = {
        "presslake": f"--port {port}",
        "marimo": f"--headless --no-token --port {port}",
        "streamlit": f"--server.headless true --server.port {port}",
    }
    quiet = " --no-open" if presslake(line) == "explore" else ""
    (place.folder / "sources.toml").write_text('[sources.kurier]\nname = "Kurier"\nfeeds = ["https://kurier.example/rss"]\n')
    script = f"exec {line.replace('examples/', f'{ROOT}/examples/')} {more.get(needs, '')}{quiet}"
    port = 8050 if needs == "dash" else port
    environment = place.environment | {"PRESSLAKE_SNAPSHOTS": str(place.folder / "data" / "snapshots")}
    if presslake(line) == "serve":  # it starts a server of its own
        environment["PREFECT_HOME"] = str(place.home / "serve")
    process = subprocess.Popen(["bash", "-c", script], cwd=place.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        body = answer_of(f"http://127.0.0.1:{port}/", process)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
    assert b"<html" in body.lower()


def answer_of(address: str, process: subprocess.Popen) -> bytes:
    """What a server says once it is there."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        assert process.poll() is None, process.stdout.read().decode()
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return answer.read()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError(f"{address} never answered")


@pytest.mark.slow
def test_the_rest_of_the_shell_runs_too(place):
    install = [line for _, line in LINES if "--install-completion" in line]
    assert install
    done = place.shell(f"{install[0]}; true")  # its parent has to be the shell
    assert "presslake" in (place.home / ".bashrc").read_text(), done.stderr
    (source,) = {line for _, line in LINES if program(line) == "source" and "COMPLETE" in line}
    assert "presslake" in place.shell(f"{source}\ncomplete -p presslake").stdout
    (into,) = [line for _, line in LINES if program(line) == "cd"]
    (query,) = [line for _, line in LINES if program(line) == "duckdb"]
    done = place.shell(f"{into.replace('<snapshot_id>', place.snapshot.name)} && {query}")
    assert done.returncode == 0, done.stderr
    assert "speaker" in done.stdout


def test_what_is_installed_by_name_are_packages_of_the_project():
    from packaging.requirements import Requirement

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    known = {Requirement(r).name for group in (project["dependencies"], *extras.values()) for r in group}
    for _, line in [*LINES, *inline("pip")]:
        for word in shlex.split(line)[2:] if program(line) == "pip" else ():
            need = Requirement(word)
            assert need.name in known or (need.name == "presslake" and need.extras <= extras.keys()), line
