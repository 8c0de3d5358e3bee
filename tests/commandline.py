"""The command line as the tests use it: in a process of its own, many lines in one, or only asked whether it takes a line."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import typer

from flows.cli import app

ROOT = Path(__file__).resolve().parents[1]
COMMAND = [sys.executable, "-c", f"import sys; sys.argv[0] = 'presslake'; sys.path.insert(0, {str(ROOT)!r}); from flows.cli import main; main()"]


def takes(line: str) -> None:
    """Parse ``presslake …`` without running it; help and version end it. Raises click's UsageError where options or arguments are wrong."""
    with contextlib.suppress(typer.Exit):
        _parse(shlex.split(line))


def _parse(args: list[str]) -> None:
    node, context = typer.main.get_command(app), None
    assert args.pop(0) == "presslake"
    while True:  # each context checks the words of its own command
        context = node.make_context(node.name, args, parent=context)
        if not context._protected_args:
            return
        _, node, args = node.resolve_command(context, [*context._protected_args, *context.args])


def run(*args: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``presslake`` with ``args`` in ``cwd`` and wait for its end."""
    return subprocess.run([*COMMAND, *args], cwd=cwd, env=os.environ | environment, capture_output=True, text=True, timeout=200)


@dataclass(frozen=True)
class Done:
    """How a line ended."""

    line: str
    code: int
    output: str


def batch(lines: list[tuple[str, Path]], environment: Mapping[str, str]) -> list[Done]:
    """Run ``presslake …`` and ``prefect …`` lines, each in its folder, one after the other in one new process: what they import is loaded once."""
    given = json.dumps([(line, str(folder)) for line, folder in lines])
    command = [sys.executable, "-m", "tests.commandline"]
    done = subprocess.run(command, cwd=ROOT, env=environment, input=given, capture_output=True, text=True, timeout=280)
    marked = [line.removeprefix("DONE ") for line in done.stdout.splitlines() if line.startswith("DONE ")]
    assert len(marked) == len(lines), f"ended at {lines[len(marked)][0]}: {done.stderr[-3000:]}"
    return [Done(line, *json.loads(found)) for (line, _), found in zip(lines, marked, strict=True)]


def _entry(program: str) -> object:
    if program == "presslake":
        from flows.cli import main

        return main
    from importlib.metadata import entry_points

    return next(e.load() for e in entry_points(group="console_scripts") if e.name == program)


def _main() -> None:
    for line, folder in json.loads(sys.stdin.read()):
        program, *args = shlex.split(line)
        said, code = io.StringIO(), 0
        os.chdir(folder)
        sys.argv = [program, *args]
        try:
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
                _entry(program)()
        except SystemExit as e:
            code = e.code if isinstance(e.code, int) else int(bool(e.code))
        print("DONE", json.dumps([code, said.getvalue()]), flush=True)


if __name__ == "__main__":
    _main()
