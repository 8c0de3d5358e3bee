"""One run at a time per data directory: a second one waits, or says who is at work."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from presslake.errors import WarehouseError


@contextlib.contextmanager
def run_lock(
    data_dir: Path,
    run_id: str,
    *,
    wait_seconds: float = 0.0,
    on_wait: Callable[[str], None] | None = None,
    is_polite: bool = False,
    facts: Mapping[str, str | None] | None = None,
) -> Iterator[dict[str, Any] | None]:
    """Hold the lock of ``data_dir`` while the block runs. The kernel lets go of it when a process dies, also by ``kill -9``.

    Gives what the last holder wrote (``run_id``, ``pid``, its ``facts``) if it died with the lock in its hands, else None.
    ``on_wait`` is told once who holds it. ``is_polite`` leaves it to everybody who waits for it too.
    Raises WarehouseError if it is not free within ``wait_seconds``.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / "run.lock"
    until = time.monotonic() + wait_seconds
    told = False
    with path.open("a+", encoding="utf-8") as f, path.with_name("run.queue").open("a") as queue:
        while True:
            try:
                fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if is_polite and _is_queued(queue):
                    fcntl.flock(f, fcntl.LOCK_UN)
                    raise BlockingIOError
                fcntl.flock(queue, fcntl.LOCK_UN)
                break
            except BlockingIOError:
                if not is_polite:
                    fcntl.flock(queue, fcntl.LOCK_SH)
                holder = _holder(path)
                if time.monotonic() >= until:
                    raise WarehouseError(
                        f"{data_dir}: another run is at work ({holder}); wait until it ends, ask to wait for it, or use another --data-dir"
                    ) from None
                if not told and on_wait is not None:
                    on_wait(f"waiting for another run ({holder})")
                told = True
                time.sleep(min(0.2, max(0.01, until - time.monotonic())))
        died = _read(path)
        f.seek(0)
        f.truncate()
        json.dump({"run_id": run_id, "pid": os.getpid(), **(facts or {})}, f)
        f.flush()
        try:
            yield died
        finally:
            f.seek(0)
            f.truncate()


def _is_queued(queue: IO[str]) -> bool:
    """Whether somebody waits who is not polite."""
    try:
        fcntl.flock(queue, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def _holder(path: Path) -> str:
    found = _read(path)
    return f"{found['run_id']}, process {found['pid']}" if found else "just starting"


def _read(path: Path) -> dict[str, Any] | None:
    """What the holder wrote."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and {"run_id", "pid"} <= found.keys() else None


def holder(data_dir: Path) -> str | None:
    """Who is at work in ``data_dir`` now, in words; None where nobody is. Never waits."""
    path = data_dir / "run.lock"
    try:
        with path.open(encoding="utf-8") as f:
            fcntl.flock(f, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return _holder(path)
    return None
