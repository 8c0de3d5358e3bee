"""The gate on staged rows, side by side: presslake (Great Expectations through SQL) rules written for pandas by hand, and dbt's own tests.

    python -m benchmarks.gate_peers STAGING_DIR [--dbt PATH]    (as `benchmarks.warehouse --dir DIR` leaves it: DIR/<size>/staging)

Each runs in a process of its own. With pandas: NULLs, closed sets, ranges, keys, references, and that texts stand at their offsets. It sets nothing
aside and keeps no reasons, which the other one does.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.apart import in_fresh_process, measured

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


def write_dbt_project(folder: Path, staging: Path) -> None:
    """A dbt project over the staged files with the tests that dbt brings along: not_null, unique, accepted_values, relationships."""
    from expectations.suites import CHECKED_TABLES
    from presslake import schema

    (folder / "models").mkdir()
    (folder / "dbt_project.yml").write_text("name: gate\nversion: '1.0.0'\nprofile: gate\nmodels: {gate: {+materialized: view}}\n")
    profile = {"gate": {"target": "here", "outputs": {"here": {"type": "duckdb", "path": str(folder / "gate.duckdb"), "threads": 2}}}}
    (folder / "profiles.yml").write_text(json.dumps(profile))
    models = []
    for table in CHECKED_TABLES:
        if not (staging / table).is_dir():
            continue
        (folder / "models" / f"{table}.sql").write_text(f"SELECT * FROM read_parquet('{staging}/{table}/*.parquet')")
        columns = []
        for c in schema.columns(table):
            tests: list[Any] = [] if c.nullable else ["not_null"]
            if (c.name,) == tuple(schema.primary_key(table)):
                tests.append("unique")
            if c.allowed and not c.is_list:
                tests.append({"accepted_values": {"values": list(c.allowed)}})
            if c.name == "article_id" and table != "articles":
                tests.append({"relationships": {"to": "ref('articles')", "field": "article_id"}})
            columns.append({"name": c.name, "data_tests": tests})
        models.append({"name": table, "columns": columns})
    (folder / "models" / "schema.yml").write_text(json.dumps({"version": 2, "models": models}))


def dbt_gate(dbt: Path, staging: Path) -> dict[str, Any]:
    """`dbt build` of that project; what it took. Its start is measured too, since nobody can leave it out."""
    with tempfile.TemporaryDirectory() as folder:
        write_dbt_project(Path(folder), staging)
        start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        call = [str(dbt), "--no-use-colors", "--no-send-anonymous-usage-stats", "build", "--project-dir", folder, "--profiles-dir", folder]
        done = subprocess.run(call, capture_output=True, text=True, check=False)
        models = len(list(Path(folder, "models").glob("*.sql")))
        took, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    counts = re.search(r"PASS=(\d+) WARN=\d+ ERROR=(\d+)", done.stdout)
    if not counts:
        raise SystemExit(done.stdout[-2000:] + done.stderr[-1000:])
    passed, failed = map(int, counts.groups())
    return {
        "seconds": took,
        "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "mb": after.ru_maxrss / 1024,  # of the largest child, so this peer comes first
        "rules": passed + failed - models,
        "against": {"tests that failed": failed} if failed else {},
    }


def step(peer: str, staging: Path) -> dict[str, Any]:
    """The gate by one of them in this process; what it took."""
    if peer == "presslake":
        import great_expectations  # noqa: F401 - its import is not what is measured

        from flows.check import check_staged
    else:
        import pandas  # noqa: F401

    def work() -> list[tuple[str, int]]:
        if peer == "presslake":
            return [(f"{r.table_name}.{r.expectation}", r.unexpected_count) for r in check_staged(staging, "run_" + "0" * 20).results]
        return list(pandas_gate(staging))

    took = measured(work)
    found = took.pop("result")
    return took | {"rules": len(found), "against": {name: n for name, n in found if n}}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("staging", type=Path)
    parser.add_argument("--peer", choices=PEERS)
    parser.add_argument("--dbt", type=Path, help="the command of an installation with dbt-duckdb, in an environment of its own")
    args = parser.parse_args()
    if args.peer:
        print(json.dumps(step(args.peer, args.staging)))
        return
    print(f"{'gate':<10} {'rules':>6} {'seconds':>8} {'cpu s':>8} {'peak MB':>8}  rows against")
    for peer in (*(["dbt"] if args.dbt else []), *PEERS):
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "staging"
            shutil.copytree(args.staging, copy)  # rows are set aside in place, and results are staged
            if peer == "dbt":
                took = dbt_gate(args.dbt.absolute(), copy)
            else:
                took = in_fresh_process("benchmarks.gate_peers", str(copy), "--peer", peer)
        print(
            f"{peer:<10} {took['rules']:>6} {took['seconds']:>8.1f} {took['cpu']:>8.1f} {took['mb']:>8.0f}  {took['against'] or 'none'}", flush=True
        )


if __name__ == "__main__":
    main()
