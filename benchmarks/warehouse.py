"""Load, check and publish at growing sizes, and a small day into a large warehouse: seconds and peak memory.

    python -m benchmarks.warehouse [--sizes 10000,100000] [--day 1000] [--batches staging,day,edits] [--dir DIR]

Every step runs in a process of its own, so its peak memory is its own. The rows are invented (benchmarks/synthetic.py): three claims,
ten mentions, six blocks, three entities and one number to an article.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

BATCH = 1_000
RUN = "run_" + "0" * 20


def _stage_batch(folder: str, first: int, last: int, edition: int, run: int) -> None:
    from benchmarks.synthetic import make_articles
    from flows.staging import stage

    stage(Path(folder), f"{first:09d}", make_articles(range(first, last), edition=edition, run=run, claims=3))


def generate(folder: Path, numbers: range, *, edition: int = 0, run: int = 0, workers: int = 2) -> None:
    """Stage invented articles in batches, as workers would."""
    with ProcessPoolExecutor(workers) as pool:
        jobs = [
            pool.submit(_stage_batch, str(folder), first, min(first + BATCH, numbers.stop), edition, run)
            for first in range(numbers.start, numbers.stop, BATCH)
        ]
        for job in jobs:
            job.result()


def step(name: str, home: Path, staging: Path) -> dict[str, Any]:
    """One step in this process; what it took."""
    import great_expectations  # noqa: F401 - its import is not what is measured

    from flows.check import check_staged, check_warehouse
    from flows.load import merge_staged, open_warehouse
    from flows.publish import publish

    start, cpu = time.perf_counter(), time.process_time()
    if name == "check staged":
        result: Any = len(check_staged(staging, RUN).failed)
    else:
        con = open_warehouse(home / "press.duckdb")
        if name == "load":
            result = merge_staged(con, staging, RUN).counts["articles"].new
        elif name == "check":
            result = len(check_warehouse(con, RUN).failed)
        elif name == "check all rows":
            result = len(check_warehouse(con, RUN, full=True).failed)
        else:
            result = publish(con, home, RUN).snapshot_id
        con.close()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": time.perf_counter() - start, "cpu": time.process_time() - cpu, "mb": memory, "result": result}


STEPS = ("check staged", "load", "check", "check all rows", "publish")


def run_step(name: str, home: Path, staging: Path) -> dict[str, Any]:
    """The step in a fresh process."""
    call = [sys.executable, "-m", "benchmarks.warehouse", "--step", name, "--dir", str(home), "--staging", str(staging)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--day", type=int, default=1_000)
    parser.add_argument("--batches", default="staging,day,edits", help="what is taken through the steps; all of them are staged anew")
    parser.add_argument("--dir")
    parser.add_argument("--staging")
    parser.add_argument("--step")
    args = parser.parse_args()
    if args.step:
        print(json.dumps(step(args.step, Path(args.dir), Path(args.staging))))
        return
    print(f"{'articles':>9}  {'step':<24} {'seconds':>8} {'cpu s':>8} {'peak MB':>8}  result")
    for size in map(int, args.sizes.split(",")):
        home = Path(args.dir or tempfile.mkdtemp()) / str(size)
        shutil.rmtree(home, ignore_errors=True)
        generate(home / "staging", range(size))
        generate(home / "day", range(size, size + args.day), run=40)
        generate(home / "edits", range(args.day // 10), edition=1, run=40)
        for batch in args.batches.split(","):
            for name in STEPS:
                took = run_step(name, home, home / batch)
                label = name if batch == "staging" else f"{batch}: {name}"
                print(f"{size:>9}  {label:<24} {took['seconds']:>8.1f} {took['cpu']:>8.1f} {took['mb']:>8.0f}  {took['result']}", flush=True)
        print(f"{size:>9}  warehouse file {(home / 'press.duckdb').stat().st_size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
