"""One measurement in a process of its own, so that its memory and its imports are its own."""

from __future__ import annotations

import contextlib
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def in_fresh_process(module: str, *arguments: str, python: str = sys.executable) -> dict[str, Any]:
    """``python -m module arguments``: the JSON that it printed last."""
    done = subprocess.run([python, "-m", module, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def measured(work: Callable[[], Any]) -> dict[str, Any]:
    """``result`` of the work, what it took in ``seconds`` and ``cpu``, ``written_mb`` to files, and the peak memory of this process in ``mb``."""
    start, cpu, written = time.perf_counter(), time.process_time(), _written()
    result = work()
    took = {"seconds": time.perf_counter() - start, "cpu": time.process_time() - cpu, "written_mb": (_written() - written) / 1e6}
    return took | {"mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "result": result}


def _written() -> int:
    """Bytes that this process handed to the system for files, spilled rows included; 0 where the system does not say."""
    try:
        lines = Path("/proc/self/io").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("wchar")), 0)


def resident_bytes(*, family: bool = True) -> int:
    """Resident memory of this process and, with its ``family``, of all that descend from it; pages that processes share count for each."""
    import psutil

    me, total = psutil.Process(), 0
    for process in (me, *(me.children(recursive=True) if family else ())):
        with contextlib.suppress(psutil.Error):  # it has ended
            total += process.memory_info().rss
    return total
