"""The command line as the tests use it: in a process of its own, or only asked whether it takes a line."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import typer

from flows.cli import app

ROOT = Path(__file__).resolve().parents[1]
COMMAND = [sys.executable, "-c", f"import sys; sys.argv[0] = 'presslake'; sys.path.insert(0, {str(ROOT)!r}); from flows.cli import main; main()"]


def takes(line: str) -> None:
    """Parse ``presslake …`` without running it. Raises click's UsageError where options or arguments are wrong."""
    node, context, args = typer.main.get_command(app), None, shlex.split(line)
    assert args.pop(0) == "presslake"
    while True:  # each context checks the words of its own command
        context = node.make_context(node.name, args, parent=context)
        if not context._protected_args:
            return
        _, node, args = node.resolve_command(context, [*context._protected_args, *context.args])


def run(*args: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``presslake`` with ``args`` in ``cwd`` and wait for its end."""
    return subprocess.run([*COMMAND, *args], cwd=cwd, env=os.environ | environment, capture_output=True, text=True, timeout=200)
