"""Every ``presslake`` command of the documents is one that the command line takes; what only reads is run, on the demo press."""

import re
import shlex
from pathlib import Path

import pytest

from tests.commandline import run, takes

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"```(?:bash|sh|console)\n(.*?)```", re.DOTALL)
READING = {"sql", "check", "rejects", "status", "doctor", "snapshots"}
"""Commands that end by themselves and ask no server; the others are started for their arguments only."""


def documented() -> list[tuple[str, str]]:
    """(document, command) of every command in a block of shell."""
    out = []
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for block in BLOCK.findall(path.read_text(encoding="utf-8")):
            out += [(str(path.relative_to(ROOT)), line) for line in _lines(block)]
    return out


def _lines(block: str) -> list[str]:
    """Commands of a block; a quotation mark that is open at the end of a line goes on in the next."""
    found, pending = [], ""
    for line in block.replace("\\\n", " ").splitlines():
        pending = f"{pending}\n{line}" if pending else line
        try:
            words = shlex.split(pending, comments=True)
        except ValueError:
            continue
        pending = ""
        while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
            words = words[1:]
        if words and Path(words[0]).name == "presslake":
            found.append(shlex.join(words[1:]))
    assert not pending, f"a quotation mark stays open: {pending}"
    return found


COMMANDS = documented()


def test_the_documents_show_commands():
    assert len(COMMANDS) >= 20
    assert {c.split()[0] for _, c in COMMANDS} >= {"run", "ingest", "sql", "sources", "check", "serve", "status", "doctor", "report", "explore"}


@pytest.mark.parametrize(("document", "command"), [(d, c) for d, c in COMMANDS if not c.startswith("--")])
def test_command_line_takes_it(document, command):
    takes(f"presslake {command}")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder where ``presslake run --demo`` was run, as the tour begins."""
    folder = tmp_path_factory.mktemp("tour")
    assert run("run", "--demo", cwd=folder).returncode == 0
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("command", sorted({c for _, c in COMMANDS if c.split()[0] in READING and "verify" not in c}))
def test_what_reads_runs_on_the_demo(place, command):
    done = run(*shlex.split(command), cwd=place)
    may_find = (0, 1) if command.startswith("doctor") else (0,)  # what it finds wrong is this machine's
    assert done.returncode in may_find, done.stdout + done.stderr
    assert done.stdout.strip()
