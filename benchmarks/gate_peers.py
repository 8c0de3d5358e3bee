"""The gate on staged rows, side by side: presslake (Great Expectations through SQL) and the same rules written for pandas by hand.

    python -m benchmarks.gate_peers STAGING_DIR     (as `benchmarks.warehouse --dir DIR` leaves it: DIR/<size>/staging)

Each runs in a process of its own. With pandas: NULLs, closed sets, ranges, keys, references, and that texts stand at their offsets. It sets nothing
aside and keeps no reasons, which the other one does.
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
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PEERS = ("presslake", "pandas")


def pandas_gate(staging: Path) -> Iterator[tuple[str, int]]:
    """Rule and rows against it."""
    import pandas as pd  # type: ignore[import-untyped]

    from expectations.suites import CHECKED_TABLES
    from presslake import schema

    frames = {t: pd.read_parquet(staging / t) for t in CHECKED_TABLES if (staging / t).is_dir()}
    for table, frame in frames.items():
        yield f"{table} key", int(frame.duplicated([*schema.primary_key(table), *(["raw_sha256"] if "raw_sha256" in frame else [])]).sum())
        for c in schema.columns(table):
            column = frame[c.name]
            if not c.nullable:
                yield f"{table}.{c.name} not null", int(column.isna().sum())
            if c.allowed and not c.is_list:
                yield f"{table}.{c.name} allowed", int((~column.dropna().isin(list(c.allowed))).sum())
            if c.col.minimum is not None and not c.is_list:
                yield f"{table}.{c.name} minimum", int((column.dropna() < c.col.minimum).sum())
            if c.col.maximum is not None and not c.is_list:
                yield f"{table}.{c.name} maximum", int((column.dropna() > c.col.maximum).sum())
        if table != "articles" and "article_id" in frame:
            yield f"{table} article", int((~frame["article_id"].isin(frames["articles"]["article_id"])).sum())
    bodies = frames["articles"].drop_duplicates(["article_id", "raw_sha256"]).set_index(["article_id", "raw_sha256"])["body_text"]
    for table, text in (("claims", "text"), ("mentions", "surface"), ("claim_quantities", "raw_text")):
        frame = frames[table].join(bodies, on=["article_id", "raw_sha256"])
        pairs = zip(frame["body_text"], frame[text], frame["char_start"], frame["char_end"], strict=True)
        yield f"{table} offsets", sum(body[int(start) : int(end)] != said for body, said, start, end in pairs)


def step(peer: str, staging: Path) -> dict[str, Any]:
    """The gate by one of them in this process; what it took."""
    if peer == "presslake":
        import great_expectations  # noqa: F401 - its import is not what is measured

        from flows.check import check_staged
    else:
        import pandas  # noqa: F401
    start, cpu = time.perf_counter(), time.process_time()
    if peer == "presslake":
        found = [(f"{r.table_name}.{r.expectation}", r.unexpected_count) for r in check_staged(staging, "run_" + "0" * 20).results]
    else:
        found = list(pandas_gate(staging))
    took = {"seconds": time.perf_counter() - start, "cpu": time.process_time() - cpu}
    return took | {
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "rules": len(found),
        "against": {name: n for name, n in found if n},
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("staging", type=Path)
    parser.add_argument("--peer", choices=PEERS)
    args = parser.parse_args()
    if args.peer:
        print(json.dumps(step(args.peer, args.staging)))
        return
    print(f"{'gate':<10} {'rules':>6} {'seconds':>8} {'cpu s':>8} {'peak MB':>8}  rows against")
    for peer in PEERS:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "staging"
            shutil.copytree(args.staging, copy)  # rows are set aside in place, and results are staged
            call = [sys.executable, "-m", "benchmarks.gate_peers", str(copy), "--peer", peer]
            done = subprocess.run(call, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(done.stderr[-3000:])
        took = json.loads(done.stdout.strip().splitlines()[-1])
        print(
            f"{peer:<10} {took['rules']:>6} {took['seconds']:>8.1f} {took['cpu']:>8.1f} {took['mb']:>8.0f}  {took['against'] or 'none'}", flush=True
        )


if __name__ == "__main__":
    main()
