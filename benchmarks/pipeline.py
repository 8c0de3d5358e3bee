"""Articles per second end to end: bytes of pages in, a published snapshot out, with the share of every stage and peak memory.

    python -m benchmarks.pipeline [--sizes 100,1000] [--workers 2] [--pages DIR] [--flow] [--peers trafilatura,newspaper4k=PYTHON,news-please=PYTHON]
    python -m benchmarks.pipeline --runners process:1,process:2,dask:2,ray:2 [--sizes 400]

The pages are invented (benchmarks/pages.py) and about 150 KB each; ``--pages`` takes a folder of real ones instead. Every size runs in a process
of its own and starts from nothing; importing libraries counts. ``--flow`` runs the same under the flow engine, its server included.
The peers only extract text and metadata, on the same pages (at most PEER_PAGES), in as many processes; one that needs other versions of libraries
than presslake has its interpreter behind its name. ``--runners`` compares where parsing and extracting run.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import resource
import shutil
import sys
import tempfile
import threading
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.apart import in_fresh_process, resident_bytes

SAMPLE = 40
"""Pages on which the time of a page is told apart into parsing, extracting and making rows."""
PEER_PAGES = 200
READ = "parse and extract"
"""The stage that runs where the settings say."""


Took = dict[str, tuple[float, float]]
"""Seconds and CPU seconds by stage."""


def cpu_seconds() -> float:
    """CPU of this process and of its children that have ended: what another load on the machine does not change."""
    return sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def run_stages(data_dir: Path, pages: Path, workers: int, runner: str) -> tuple[int, Took]:
    """All stages as plain functions, one after the other; articles, and what each stage took."""
    took: Took = {}
    clock, cpu = time.perf_counter(), 0.0

    def lap(name: str) -> None:
        nonlocal clock, cpu
        now, used = time.perf_counter(), cpu_seconds()
        took[name] = (now - clock, used - cpu)
        clock, cpu = now, used

    from flows import steps

    config = data_dir.with_suffix(".toml")
    config.write_text(f'[settings]\nworkers = {workers}\nrunner = "{runner}"\n', encoding="utf-8")
    ctx = steps.begin("ingest", str(data_dir), str(config))
    lap("start")
    fetches = steps.archive_inputs(ctx, [str(pages)])
    lap("archive")
    counts = steps.process(ctx, fetches)
    lap(READ)
    steps.check_staged(ctx)
    lap("check staged")
    steps.load(ctx)
    lap("load")
    steps.check(ctx)
    lap("check")
    steps.publish(ctx)
    lap("publish")
    return counts.articles, took


def run_flow(data_dir: Path, pages: Path, workers: int) -> tuple[int, Took]:
    """The same as a user starts it: the flow ``ingest`` with its engine."""
    from flows.engine import run_flow as run

    config = data_dir.with_suffix(".toml")
    config.write_text(f"[settings]\nworkers = {workers}\n", encoding="utf-8")
    start = time.perf_counter()
    summary = run("ingest", verbose=False, show_progress=False, inputs=[str(pages)], data_dir=str(data_dir), config=str(config))
    return summary.articles, {"flow, engine included": (time.perf_counter() - start, cpu_seconds())}


def measure(data_dir: Path, pages: Path, workers: int, runner: str, *, flow: bool) -> dict[str, Any]:
    """Run and watch the memory of this process and its children."""
    peak = _PeakMemory()
    with peak:
        start = time.perf_counter()
        articles, took = run_flow(data_dir, pages, workers) if flow else run_stages(data_dir, pages, workers, runner)
        total = time.perf_counter() - start
    return {"articles": articles, "seconds": total, "cpu": cpu_seconds(), "mb": peak.mb, "stages": took}


class _PeakMemory:
    """Resident memory of the whole process tree, looked at five times a second; pages that processes share count for each."""

    def __init__(self) -> None:
        self.mb = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.2):
            self.mb = max(self.mb, resident_bytes() / 2**20)


def page_shares(files: list[Path]) -> dict[str, float]:
    """Milliseconds of CPU per page: parsing, extracting, making rows; in this process, after a first page of each that loads the models."""
    from transforms.extract import extract_article
    from transforms.extract.recognise import load_recogniser
    from transforms.parse import parse_page
    from transforms.records import Page, Rejected
    from transforms.rows import article_rows

    recogniser, now = load_recogniser("builtin"), dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    took = {"parse": 0.0, "extract": 0.0, "rows": 0.0}
    for warm in (True, False):
        for number, file in enumerate(files[: 5 if warm else None]):
            body = file.read_bytes()
            page = Page(url=f"https://a.example/{number}", body=body, raw_sha256=hashlib.sha256(body).hexdigest(), fetched_at=now)
            times = [time.process_time()]
            document = parse_page(page)
            times.append(time.process_time())
            if not isinstance(document, Rejected):
                extraction = extract_article(document, recogniser)
                times.append(time.process_time())
                article_rows(page, document, extraction)
                times.append(time.process_time())
            if not warm:
                for stage, start, end in zip(took, times, times[1:], strict=False):
                    took[stage] += (end - start) * 1000 / len(files)
    return took


def measure_peer(peer: str, pages: Path, workers: int) -> dict[str, float]:
    """What ``peer`` (a name, or ``name=interpreter``) needed for at most PEER_PAGES of the pages."""
    name, _, python = peer.partition("=")
    return in_fresh_process("benchmarks.pipeline_peers", name, str(pages), str(workers), str(PEER_PAGES), python=python or sys.executable)


def report(size: int, result: dict[str, Any], peers: dict[str, dict[str, float]]) -> None:
    """Print one size."""
    print(f"\n{size} pages, {result['articles']:.0f} articles, peak {result['mb']:.0f} MB")
    print(f"  {'':<36} {'seconds':>8} {'share':>6} {'CPU s':>8} {'pages/s':>8} {'pages/CPU s':>12}")
    for stage, (seconds, cpu) in [*result["stages"].items(), ("all", (result["seconds"], result["cpu"]))]:
        print(f"  {stage:<36} {seconds:8.2f} {seconds / result['seconds']:6.0%} {cpu:8.2f} {size / seconds:8.1f} {size / max(cpu, 0.01):12.1f}")
    for peer, took in peers.items():
        name, pages = f"{peer.partition('=')[0]}, {took['pages']:.0f} pages: text only", took["pages"]
        print(f"  {name:<36} {took['seconds']:8.2f} {'':6} {took['cpu']:8.2f} {pages / took['seconds']:8.1f} {pages / took['cpu']:12.1f}")


def compare_runners(runners: list[str], pages: Path, home: str) -> None:
    """Print what parsing and extracting took under each of ``kind:workers``; the first is what the others are compared with."""
    first = 0.0
    print(f"\n{READ}: {'':<20} {'seconds':>8} {'CPU s':>8} {'speed':>6}")
    for runner in runners:
        kind, _, workers = runner.partition(":")
        into = f"{home}/data-{kind}-{workers}"
        result = in_fresh_process(
            "benchmarks.pipeline", "--measure", "run", "--into", into, "--pages", str(pages), "--workers", workers or "1", "--runner", kind
        )
        seconds, cpu = result["stages"][READ]
        first = first or seconds
        print(f"  {runner:<37} {seconds:8.2f} {cpu:8.2f} {first / seconds:6.2f}")
        shutil.rmtree(into)


def main() -> None:
    """Print stages and throughput per size, and CPU per page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="100,1000")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--runner", default="process")
    parser.add_argument("--runners")
    parser.add_argument("--pages", type=Path, help="folder of .html files instead of invented pages")
    parser.add_argument("--flow", action="store_true")
    parser.add_argument("--peers", default="trafilatura" if find_spec("trafilatura") else "")
    parser.add_argument("--measure", choices=("run", "shares"), help=argparse.SUPPRESS)
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        print(json.dumps(_measure_one(args)))
        return
    sizes = [int(s) for s in args.sizes.split(",")] if args.pages is None else [len(list(args.pages.rglob("*.html")))]
    with tempfile.TemporaryDirectory() as home:
        pages = args.pages
        for size in sizes:
            if args.pages is None:
                from benchmarks.pages import write_pages

                pages = Path(home) / f"pages-{size}"
                write_pages(pages, size)
            if args.runners:
                compare_runners(args.runners.split(","), pages, home)
                continue
            common = ["--pages", str(pages), "--workers", str(args.workers), *(["--flow"] if args.flow else [])]
            result = in_fresh_process("benchmarks.pipeline", "--measure", "run", "--into", f"{home}/data-{size}", *common)
            report(size, result, {peer: measure_peer(peer, pages, args.workers) for peer in filter(None, args.peers.split(","))})
            shutil.rmtree(f"{home}/data-{size}")
        if not args.runners:
            shares = in_fresh_process("benchmarks.pipeline", "--measure", "shares", "--pages", str(pages))
            print("\nms of CPU per page: " + ", ".join(f"{stage} {ms:.1f}" for stage, ms in shares.items()))


def _measure_one(args: argparse.Namespace) -> dict[str, Any]:
    files = sorted(args.pages.rglob("*.html"))
    if args.measure == "shares":
        return page_shares(files[:SAMPLE])
    return measure(args.into, args.pages, args.workers, args.runner, flow=args.flow)


if __name__ == "__main__":
    main()
