"""``kill -9`` at random moments of check, load and publish, with readers looping: does anybody ever see half a snapshot?

    python -m benchmarks.publish_faults [--kills 100] [--articles 300] [--seed 1]

Each round is a run as `presslake run` does it behind the archive (check staged rows, load, check the warehouse, publish with report), on a few new
articles, in a process that is killed at a random moment of a stage. Readers follow latest.json all the time, and count what they read. After each
kill the newest snapshots are verified to the last row. A last run that nobody kills must leave nothing aside. Exits with 1 where anything was wrong.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing as mp
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

MOVE = ("rename", "pointer", "note")
"""What publish does last: the folder gets its name, latest.json its new content, the warehouse its row. Some milliseconds that matter most."""
STAGES = ("publish", "rename", "check staged", "pointer", "publish", "note", "load", "rename", "pointer", "check")
"""Where kills fall, in turn; within a stage at a random moment, of which half are in the move."""


def one_run(data_dir: Path, number: int | None, note: Path) -> None:
    """A run behind the archive with two articles that nobody has seen (none with ``number`` None); notes its stages in ``note``."""
    from benchmarks.synthetic import make_articles
    from flows import publish as publishing
    from flows import steps
    from flows.lock import run_lock
    from flows.staging import stage
    from flows.summary import RunSummary

    def enter(name: str) -> None:
        with note.open("a") as f:
            f.write(f"{time.time()}\t{name}\n")

    def announced(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def announcing(*args: Any) -> Any:
            enter(name)
            return call(*args)

        return announcing

    publishing._replace_folder = announced("rename", publishing._replace_folder)
    publishing.write_whole = announced("pointer", publishing.write_whole)  # type: ignore[attr-defined]
    publishing._note = announced("note", publishing._note)
    ctx = steps.begin("ingest", str(data_dir), str(data_dir / "sources.toml"), required=False)
    with run_lock(data_dir, ctx.run_id, wait_seconds=5):
        enter("sweep")
        steps.recover(ctx)
        if number is not None:
            stage(ctx.staging, "new", make_articles(range(number, number + 2), claims=3))
        enter("check staged")
        steps.check_staged(ctx)
        enter("load")
        steps.load(ctx)
        enter("check")
        steps.check(ctx)
        enter("publish")
        result = steps.publish(ctx)
        enter("finish")
        summary = RunSummary(ctx.flow, ctx.run_id, str(data_dir))
        steps.note_publish(summary, result)
        steps.finish(ctx, summary)


def read_once(root: Path) -> str:
    """Follow the pointer as a reader does; the id of what was read. Raises where anything does not fit."""
    import duckdb

    from flows.snapshotfiles import file_hash

    pointer = json.loads((root / "latest.json").read_text(encoding="utf-8"))
    folder = root / pointer["path"]
    if file_hash(folder / "manifest.json") != pointer["manifest_sha256"]:
        raise AssertionError(f"{folder}: the manifest is not the one that the pointer promises")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    with duckdb.connect() as con:
        for table, facts in manifest["tables"].items():
            files = [str(folder / f["path"]) for f in facts["files"]]
            found = con.execute("SELECT count(*) FROM read_parquet(?)", [files]).fetchall()[0][0]
            if found != facts["rows"]:
                raise AssertionError(f"{folder}: {table} has {found} rows instead of {facts['rows']}")
        lost = con.execute(
            "SELECT count(*) FROM read_parquet(?) ANTI JOIN read_parquet(?) USING (article_id)",
            [[str(folder / f["path"]) for f in manifest["tables"][t]["files"]] for t in ("claims", "articles")],
        ).fetchall()[0][0]
        if lost:
            raise AssertionError(f"{folder}: {lost} claims of articles that are not there")
    return str(pointer["snapshot_id"])


def read_on(root: Path, stop: Any, out: Any) -> None:
    """Read in a loop until told to stop; what was seen goes to ``out``."""
    seen: set[str] = set()
    count, problems = 0, []
    while not stop.is_set():
        try:
            seen.add(read_once(root))
            count += 1
        except Exception as e:
            problems.append(f"{type(e).__name__}: {e}")
        time.sleep(0.2)
    out.put((count, len(seen), problems))


def verify_all(data_dir: Path) -> list[str]:
    """What is wrong with any snapshot or the pointer."""
    from flows.snapshots import find_snapshot, list_snapshots, verify_snapshot

    found = [f"{s.snapshot_id}: {p}" for s in list_snapshots(data_dir)[:1] for p in verify_snapshot(s.path)]
    return found + [f"latest: {p}" for p in verify_snapshot(find_snapshot(data_dir, "latest"))]


def run_apart(data_dir: Path, number: int | None, kill: tuple[str, float] | None = None) -> str:
    """One run in a process of its own, killed so many seconds after it entered a stage: where it died, "ended" where it was faster, or "failed"."""
    note = data_dir / "stages.txt"
    note.write_text("")
    pid = os.fork()  # everything is imported already, so that kills fall into the work and not into imports
    if pid == 0:
        try:
            one_run(data_dir, number, note)
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            with note.open("a") as f:
                f.write(f"{time.time()}\tfailed\n")
            os._exit(1)
    if kill is not None:
        while f"\t{kill[0]}\n" not in (done := note.read_text()) and "\tfailed\n" not in done:
            time.sleep(0.0002)
        time.sleep(kill[1])
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return list(spans_of(note))[-1]
    return "ended" if os.WEXITSTATUS(status) == 0 else "failed"


def spans_of(note: Path) -> dict[str, float]:
    """Seconds that each stage took, as far as the run came."""
    lines = [line.split("\t") for line in note.read_text().splitlines()]
    times = [float(at) for at, _ in lines] + [time.time()]
    return {name: times[i + 1] - times[i] for i, (_, name) in enumerate(lines)}


def left_aside(data_dir: Path) -> list[str]:
    """What no run may leave when it has ended."""
    root = data_dir / "snapshots"
    return [str(p.relative_to(data_dir)) for p in (*root.glob(".*"), *(data_dir / "staging").glob("*"), *data_dir.glob("*.tmp"))]


def run(data_dir: Path, kills: int, articles: int, seed: int, readers: int, seconds: float) -> bool:
    """The whole trial, printed; whether nothing was wrong."""
    import great_expectations  # noqa: F401 - see run_apart

    from benchmarks.synthetic import make_articles
    from flows import explorer, load, publish, report  # noqa: F401
    from flows.load import merge_staged, open_warehouse
    from flows.staging import stage, sweep
    from presslake.schema import make_id

    draw = random.Random(seed)
    stage(data_dir / "staging" / "first", "b", make_articles(range(articles), claims=3))
    con = open_warehouse(data_dir / "press.duckdb")
    merge_staged(con, data_dir / "staging" / "first", make_id("run", 0))
    con.close()
    sweep(data_dir / "staging")
    number = articles
    for _ in range(2):  # the second one also shows how long each stage takes
        if run_apart(data_dir, number) != "ended":
            raise SystemExit("a run that nobody killed failed")
        number += 2
    spans = spans_of(data_dir / "stages.txt")
    spawn = mp.get_context("spawn")
    stop, out = spawn.Event(), spawn.Queue()
    looping = [spawn.Process(target=read_on, args=(data_dir / "snapshots", stop, out)) for _ in range(readers)]
    for process in looping:
        process.start()
    died: Counter[str] = Counter()
    problems: list[str] = []
    is_loaded = False
    until = time.monotonic() + seconds
    while sum(died.values()) - died["ended"] < kills and time.monotonic() < until:
        where = STAGES[sum(died.values()) % len(STAGES)]
        # what was loaded and not published is still to publish: then the way there is short
        new = None if where in ("check", "publish", *MOVE) and is_loaded else number
        stage_died = run_apart(data_dir, new, (where, draw.uniform(0, spans[where] * 1.2)))
        is_loaded = stage_died in ("check", "publish", "rename")
        died[stage_died] += 1
        number += 2
        found = verify_all(data_dir)
        problems += found
        print(f"{sum(died.values()):>5}  {stage_died if stage_died == 'ended' else f'killed in {stage_died}'}", *found, file=sys.stderr, flush=True)
        if stage_died == "failed":
            problems.append("a run failed after a kill")
    if run_apart(data_dir, number) != "ended":
        problems.append("the last run failed")
    problems += verify_all(data_dir) + [f"left behind: {p}" for p in left_aside(data_dir)]
    stop.set()
    reads = [out.get(timeout=60) for _ in looping]
    for process in looping:
        process.join(10)
    for name, count in died.most_common():
        print(f"{count:>5}  {'runs that were faster' if name == 'ended' else f'killed in: {name}'}")
    print(f"{sum(r[0] for r in reads):>5}  reads by {readers} readers, of {max(r[1] for r in reads)} snapshots")
    problems += [p for r in reads for p in r[2]]
    print(f"{len(problems):>5}  problems")
    for p in dict.fromkeys(problems):
        print(f"       {p}")
    return not problems


def main() -> None:
    """Parse the arguments, run the trial in a folder of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=3600, help="no further kill after so long")
    parser.add_argument("--readers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        held = run(Path(folder), args.kills, args.articles, args.seed, args.readers, args.seconds)
    print(f"{time.monotonic() - started:.0f} s")
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
