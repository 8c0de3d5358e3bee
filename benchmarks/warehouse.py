"""Load, check and publish at growing sizes, and a day and some edits into a large warehouse: seconds, CPU and peak memory.

    python -m benchmarks.warehouse [--sizes 10000,100000] [--day 10000] [--batches staging,day,edits] [--dir DIR]

Every step runs in a process of its own, so its peak memory is its own. The rows are invented (benchmarks/synthetic.py, multiplied by
benchmarks/multiply.py): three claims, ten mentions, six blocks, three entities and one number to an article. The day brings articles that nobody has
seen, by people and companies of whom others wrote; the edits are new texts of a hundredth as many. Sizes are multiples of the day.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.apart import in_fresh_process, measured

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


def generate_all(home: Path, size: int, day: int) -> None:
    """``staging``, ``day`` and ``edits`` below ``home``."""
    from benchmarks.multiply import NAMES, multiply

    copies = size // day
    known_names = -(-copies // NAMES) * NAMES
    with tempfile.TemporaryDirectory() as folder:
        base, edited = Path(folder) / "base", Path(folder) / "edited"
        generate(base, range(day))
        generate(edited, range(max(1, day // 100)), edition=1, run=40)
        multiply(base, home / "staging", range(copies))
        multiply(base, home / "day", range(known_names, known_names + 1))
        multiply(edited, home / "edits", range(1))


def step(name: str, home: Path, staging: Path) -> dict[str, Any]:
    """One step in this process; what it took."""
    import great_expectations  # noqa: F401 - its import is not what is measured

    from flows.check import check_staged, check_warehouse
    from flows.load import merge_staged, open_warehouse
    from flows.publish import publish

    def work() -> Any:
        if name == "check staged":
            return len(check_staged(staging, RUN).failed)
        con = open_warehouse(home / "press.duckdb")
        if name == "load":
            result: Any = merge_staged(con, staging, RUN).counts["articles"].new
        elif name == "check":
            result = len(check_warehouse(con, RUN).failed)
        elif name == "check all rows":
            result = len(check_warehouse(con, RUN, full=True).failed)
        else:
            result = publish(con, home, RUN).snapshot_id
        con.close()
        return result

    return measured(work)


STEPS = ("check staged", "load", "check", "check all rows", "publish")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--day", type=int, default=10_000)
    parser.add_argument("--batches", default="staging,day,edits", help="what is taken through the steps")
    parser.add_argument("--steps", default=",".join(STEPS))
    parser.add_argument("--dir", help="keep what is staged and the warehouse here, and take up what is there")
    parser.add_argument("--staging")
    parser.add_argument("--step")
    args = parser.parse_args()
    if args.step:
        print(json.dumps(step(args.step, Path(args.dir), Path(args.staging))))
        return
    print(f"{'articles':>9}  {'step':<24} {'seconds':>8} {'cpu s':>8} {'peak MB':>8} {'written':>8}  result")
    for size in map(int, args.sizes.split(",")):
        home = Path(args.dir or tempfile.mkdtemp()) / str(size)
        if not home.exists():
            generate_all(home, size, min(args.day, size))
        for batch in args.batches.split(","):
            for name in args.steps.split(","):
                took = in_fresh_process("benchmarks.warehouse", "--step", name, "--dir", str(home), "--staging", str(home / batch))
                label = name if batch == "staging" else f"{batch}: {name}"
                figures = f"{took['seconds']:>8.1f} {took['cpu']:>8.1f} {took['mb']:>8.0f} {took['written_mb']:>8.0f}"
                print(f"{size:>9}  {label:<24} {figures}  {took['result']}", flush=True)
        print(f"{size:>9}  warehouse file {(home / 'press.duckdb').stat().st_size / 1e6:.0f} MB", flush=True)
        if not args.dir:
            shutil.rmtree(home.parent)


if __name__ == "__main__":
    main()
