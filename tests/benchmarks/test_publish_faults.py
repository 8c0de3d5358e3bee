"""A short edition of the trial by kill: `python -m benchmarks.publish_faults` is the long one."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_readers_see_whole_snapshots_whenever_a_run_is_killed():
    # a process of its own, since it forks: threads of other tests must not be about
    call = [sys.executable, "-m", "benchmarks.publish_faults", "--kills", "6", "--articles", "20", "--readers", "1"]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    assert "    0  problems" in done.stdout
    assert "killed in: publish" in done.stdout
