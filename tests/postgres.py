"""A PostgreSQL of the distribution for one test module, where there is one."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

BIN = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)


def why_not() -> str | None:
    """Why there can be none; None where there can."""
    if BIN is None or not (BIN / "initdb").exists():
        return "no PostgreSQL of the distribution (apt-get install postgresql)"
    if os.getuid() == 0 and shutil.which("runuser") is None:
        return "PostgreSQL does not run as root, and there is no runuser"
    return None


@contextlib.contextmanager
def postgres() -> Iterator[tuple[str, Callable[[str], list[str]]]]:
    """Address of an empty database on a free port, and a function that asks it."""
    assert BIN is not None
    folder = Path(tempfile.mkdtemp(prefix="presslake-pg-"))
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    _run(BIN / "initdb", "-D", folder / "db", "-U", "prefect", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    _run(BIN / "pg_ctl", "-D", folder / "db", "-o", options, "-l", folder / "log", "-w", "start")
    try:
        _run(BIN / "createdb", "-h", "127.0.0.1", "-p", port, "-U", "prefect", "prefect")
        ask = [BIN / "psql", "-h", "127.0.0.1", "-p", port, "-U", "prefect", "-d", "prefect", "-tAc"]
        yield f"postgresql+asyncpg://prefect@127.0.0.1:{port}/prefect", lambda sql: _run(*ask, sql).split()
    finally:
        _run(BIN / "pg_ctl", "-D", folder / "db", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _run(*command: object) -> str:
    """One of its programs, not as root; gives what it prints."""
    before = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    done = subprocess.run([*before, *map(str, command)], capture_output=True, text=True, cwd="/", timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
