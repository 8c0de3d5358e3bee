"""What acquisition can do, measured on loopback: pace, memory, faults, kills, and bulk reading of WARC files.

    python -m benchmarks.fetch pace   [--hosts 200] [--pages 50] [--delay 1.0] [--threads 16]
    python -m benchmarks.fetch faults [--hosts 16] [--pages 6]
    python -m benchmarks.fetch kills  [--count 50]
    python -m benchmarks.fetch warc   [--records 20000] [--pooled 20000]

Each prints one JSON object.
"""

from __future__ import annotations

import argparse
import collections
import io
import itertools
import json
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks import press
from benchmarks.apart import resident_bytes
from flows.archive import Archive, Archived, iter_fetches, utc_now
from flows.discover import acquire
from flows.fetch import Fetcher
from flows.lock import run_lock
from flows.process import StageCounts, StageTask
from flows.retain import seal, unloaded
from flows.runners import Runner
from flows.state import GOOD, fetch_state, with_fetches
from presslake import schema
from presslake.schema import Fetch, make_id
from presslake.settings import Config, Settings, Source


def config_for(port: int, hosts: list[str], **settings: Any) -> Config:
    """Sources for the hosts of the press: one sitemap each."""
    sources = {h.partition(".")[0]: Source(name=h, sitemaps=(f"http://{h}:{port}/sitemap.xml",)) for h in hosts}
    return Config.model_construct(settings=Settings(allow_networks=("127.0.0.1/32",), **settings), sources=sources)


def resolve(host: str, _: int) -> list[tuple[socket.AddressFamily, str]]:
    """Every name of the press leads to loopback; addresses are themselves."""
    return [(socket.AF_INET, host if host[0].isdigit() else "127.0.0.1")]


class Memory(threading.Thread):
    """Resident memory over time, in MB: of this process, or with those that it started."""

    def __init__(self, *, family: bool = False) -> None:
        super().__init__(daemon=True)
        self._family = family
        self.samples: list[float] = []
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(0.5):
            self.samples.append(resident_bytes(family=self._family) / 1e6)

    def stop(self) -> dict[str, float]:
        self._ended.set()
        self.join()
        quarter = max(1, len(self.samples) // 4)
        middle, last = sorted(self.samples[quarter : 2 * quarter] or self.samples), sorted(self.samples[-quarter:])
        return {"mb_second_quarter": round(middle[len(middle) // 2], 1), "mb_last_quarter": round(last[len(last) // 2], 1)}


def pace(hosts: int, pages: int, delay: float, threads: int, latency: float = 0.02) -> dict[str, Any]:
    """Fetch ``hosts`` × ``pages`` and compare with the time that the pacing alone takes."""
    names = press.hosts(hosts)
    with tempfile.TemporaryDirectory() as d, press.running(pages, latency) as port:
        config = config_for(port, names, delay_seconds=delay, fetch_threads=threads, retries=0)
        memory = Memory()
        memory.start()
        started, cpu = time.monotonic(), time.process_time()
        with Archive(Path(d), make_id("run", "pace"), utc_now()) as archive, Fetcher(config.settings, archive, resolve=resolve) as fetcher:
            outcomes = collections.Counter((r.channel, r.outcome) for r in acquire(config, fetcher))
        seconds = time.monotonic() - started
        asked = press.stats(port)
        size = sum(p.stat().st_size for p in (Path(d) / "raw").iterdir())
    gaps = []
    for requests in asked.values():
        times = [t for t, path in requests if path.startswith(("/even/", "/odd/"))]
        gaps += [b - a for a, b in itertools.pairwise(times)]
    allowed = pages * max(delay, 2 * latency) + 4 * latency  # the sitemap and then every page waits for the one before
    return {
        "hosts": hosts,
        "pages": outcomes["sitemap", "fetched"],
        "seconds": round(seconds, 1),
        "pages_per_second": round(outcomes["sitemap", "fetched"] / seconds, 1),
        "cpu_ms_per_page": round((time.process_time() - cpu) * 1000 / max(1, outcomes["sitemap", "fetched"]), 2),
        "seconds_pacing_allows": round(allowed, 1),
        "share_of_allowed": round(allowed / seconds, 3),
        "shortest_gap_seconds": round(min(gaps), 3) if gaps else None,
        "archive_mb": round(size / 1e6, 1),
        **memory.stop(),
        "outcomes": {" ".join(k): v for k, v in sorted(outcomes.items())},
    }


def faults(hosts: int, pages: int) -> dict[str, Any]:
    """What became of every page of a press in which hosts misbehave."""
    names = press.hosts(hosts)
    with tempfile.TemporaryDirectory() as d, press.running(pages, faults=True) as port:
        config = config_for(port, names, delay_seconds=0.05, retries=1, timeout_seconds=2, max_bytes=5_000_000, max_redirects=5)
        memory = Memory()
        memory.start()
        started = time.monotonic()
        with Archive(Path(d), make_id("run", "faults"), utc_now()) as archive, Fetcher(config.settings, archive, resolve=resolve) as fetcher:
            rows = [r for r in acquire(config, fetcher) if r.channel == "sitemap"]
        seconds = time.monotonic() - started
    table: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for r in rows:
        number = int("".join(c for c in r.source_id if c.isdigit()))
        kind = press.KINDS[number % len(press.KINDS)] if "/odd/" in r.url else "plain"
        table[kind][r.outcome + (" (tdm reserved)" if r.tdm_reserved else "")] += 1
    return {"seconds": round(seconds, 1), **memory.stop(), "outcomes": {k: dict(v) for k, v in sorted(table.items())}}


# ------------------------------------------------------------------ kills


def child(data_dir: Path, port: int, hosts: int) -> None:
    """One run as the pipeline makes it: pick up, fetch, load in batches, seal."""
    import duckdb

    names = press.hosts(hosts)
    config = config_for(port, names, delay_seconds=0, retries=1)
    run_id = make_id("run", data_dir, time.time_ns())
    with run_lock(data_dir, run_id, wait_seconds=5):
        con = duckdb.connect(str(data_dir / "press.duckdb"))
        con.execute(schema.ddl("fetches"))
        left = unloaded(data_dir, con)
        state = with_fetches(fetch_state(con), left)
        load(con, left)
        batch: list[Fetch] = []
        with Archive(data_dir, run_id, utc_now()) as archive, Fetcher(config.settings, archive, state, resolve=resolve) as fetcher:
            for row in acquire(config, fetcher, recovered=left):
                batch.append(row)
                if len(batch) == 50:
                    load(con, batch)
                    batch.clear()
        load(con, batch)
        con.close()
        seal(data_dir)


def load(con: Any, rows: list[Fetch]) -> None:
    """Append rows to ``fetches`` in one transaction."""
    batch = schema.to_arrow("fetches", rows)  # noqa: F841  # DuckDB reads it by name
    con.execute("INSERT INTO fetches SELECT * FROM batch")


def pages_of(data_dir: Path) -> tuple[dict[str, str | None], int]:
    """Pages in the warehouse with their hash, and how many of them were archived twice."""
    import duckdb

    con = duckdb.connect(str(data_dir / "press.duckdb"), read_only=True)
    pages = dict(con.execute("SELECT url, raw_sha256 FROM fetches WHERE outcome = 'fetched' AND channel = 'sitemap'").fetchall())
    twice = [
        k for k, n in collections.Counter(f.url for f in iter_fetches(data_dir) if f.outcome in GOOD and f.channel == "sitemap").items() if n > 1
    ]
    ids = con.execute("SELECT count(*) - count(DISTINCT fetch_id) FROM fetches").fetchall()[0][0]
    archived = {f.fetch_id for f in iter_fetches(data_dir)}
    loaded = {r[0] for r in con.execute("SELECT fetch_id FROM fetches").fetchall()}
    return pages, len(twice) + int(ids) + len(archived ^ loaded)


def kills(count: int, hosts: int = 10, pages: int = 30, seed: int = 1) -> dict[str, Any]:
    """Kill a run with ``kill -9`` at random moments, again and again; compare with a run that nobody disturbed."""
    rng = random.Random(seed)
    done = runs = differing = 0
    moments: list[float] = []
    with press.running(pages, 0.02) as port:
        with tempfile.TemporaryDirectory() as d:
            started = time.monotonic()
            _spawn(Path(d), port, hosts).wait()
            usual = time.monotonic() - started
            expected, wrong = pages_of(Path(d))
            assert wrong == 0, "an undisturbed run must be clean"
            assert len(expected) == hosts * pages
        while done < count:
            with tempfile.TemporaryDirectory() as d:
                for _ in range(5):
                    process = _spawn(Path(d), port, hosts)
                    moment = rng.uniform(0.3, 1.0) * usual
                    try:
                        process.wait(moment)
                        break
                    except subprocess.TimeoutExpired:
                        process.send_signal(signal.SIGKILL)
                        process.wait()
                        done += 1
                        moments.append(round(moment, 2))
                else:
                    _spawn(Path(d), port, hosts).wait()
                runs += 1
                found, wrong = pages_of(Path(d))
                differing += found != expected or wrong > 0
    return {
        "kills": done,
        "warehouses": runs,
        "pages_each": hosts * pages,
        "warehouses_that_differ": differing,
        "undisturbed_seconds": round(usual, 2),
    }


def _spawn(data_dir: Path, port: int, hosts: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "benchmarks.fetch", "child", str(data_dir), str(port), "--hosts", str(hosts)]
    return subprocess.Popen(command, cwd=Path(__file__).parents[1])


# ------------------------------------------------------------------ WARC files


def write_news_warc(path: Path, records: int, make_page: Callable[[str, int], bytes] = lambda host, n: press.page(host, n, 12_000)) -> None:
    """A WARC as CC-NEWS has it: request and response per page, headers of the crawler, gzip per record."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    with path.open("wb") as f:
        writer = WARCWriter(f, gzip=True)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "news-crawl", "format": "WARC File Format 1.0"}))
        for n in range(records):
            host = f"blatt{n % 200:03}.press.test"
            body, url = make_page(host, n), f"http://{host}/{n}.html"
            dated = {"WARC-Date": f"2024-03-{n % 28 + 1:02}T10:00:00Z"}
            headers = [("Content-Type", "text/html; charset=utf-8"), ("X-Crawler-Content-Encoding", "gzip"), ("Content-Length", str(len(body)))]
            http = StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1")
            ask = b"GET / HTTP/1.1\r\nHost: " + host.encode() + b"\r\n\r\n"
            writer.write_record(writer.create_warc_record(url, "request", payload=io.BytesIO(ask), length=len(ask), warc_headers_dict=dict(dated)))
            record = writer.create_warc_record(
                url, "response", payload=io.BytesIO(body), length=len(body), http_headers=http, warc_headers_dict=dict(dated)
            )
            writer.write_record(record)


def parse_batch(task: StageTask) -> StageCounts:
    """What a process of the pool does here: read its pages from the archive and parse them, without looking for names and claims."""
    from flows.archive import read_page
    from transforms.parse import parse_page
    from transforms.records import Document

    counts = StageCounts(pages=len(task.fetches))
    counts.articles = sum(isinstance(parse_page(read_page(task.data_dir, f)), Document) for f in task.fetches)
    return counts


def warc(records: int, pooled: int = 20_000, sample: int = 1000) -> dict[str, Any]:
    """Rates of reading a WARC of others, of taking it over into the archive, of the parser alone, and of both through the pool (``pooled`` pages)."""
    from flows.archive import iter_pages
    from flows.local import ingest_warc, read_warc
    from flows.process import plan_tasks, run_tasks
    from transforms.parse import parse_page

    config = Config.model_construct(settings=Settings(), sources={})
    memory = Memory(family=True)
    with tempfile.TemporaryDirectory() as d:
        path, data_dir = Path(d) / "CC-NEWS-20240301000000-00001.warc.gz", Path(d)
        write_news_warc(path, records)
        started = time.monotonic()
        count = sum(1 for _ in read_warc(path, config))
        read = time.monotonic() - started
        pages = [a.page for a, _ in zip(_archived(path, data_dir / "sample", config, sample), range(sample), strict=False)]
        parse_page(pages[0])  # its models are loaded once
        started, cpu = time.monotonic(), time.process_time()
        for p in pages:
            parse_page(p)
        parser, parser_cpu = len(pages) / (time.monotonic() - started), (time.process_time() - cpu) / len(pages)
        del pages
        memory.start()
        started = time.monotonic()
        with Archive(data_dir, make_id("run", "warc"), utc_now()) as archive:
            rows = list(ingest_warc(path, archive, config))
        take = time.monotonic() - started
        started = time.monotonic()
        again = sum(1 for _ in iter_pages(data_dir))
        back = time.monotonic() - started
        workers = os.cpu_count() or 1
        started, cpu = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        counts = run_tasks(plan_tasks(data_dir, data_dir / "staging", rows[:pooled], {}, "builtin", 200), Runner(workers=workers), work=parse_batch)
        pool, pool_cpu = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - cpu
        used = memory.stop()
    assert count == len(rows) == again == records
    assert counts.articles == min(pooled, records)
    return {
        "records": records,
        "read_per_second": round(records / read),
        "take_over_per_second": round(records / take),
        "read_back_per_second": round(records / back),
        "parse_per_second_one_process": round(parser),
        "workers": workers,
        "through_the_pool": counts.articles,
        "read_and_parsed_per_second": round(counts.articles / pool),
        "cpu_ms_per_page_parser_alone": round(parser_cpu * 1000, 2),
        "cpu_ms_per_page_in_the_pool": round(pool_cpu * 1000 / counts.articles, 2),
        "share_of_parser": round(parser_cpu * counts.articles / pool_cpu, 3),
        **used,
    }


def _archived(path: Path, data_dir: Path, config: Config, count: int) -> Iterator[Archived]:
    """The first pages of a WARC as the archive gives them back."""
    from flows.archive import iter_pages
    from flows.local import ingest_warc

    with Archive(data_dir, make_id("run", "sample"), utc_now()) as archive:
        for _ in itertools.islice(ingest_warc(path, archive, config), count):
            pass
    yield from iter_pages(data_dir)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, numbers in (
        ("pace", {"hosts": 200, "pages": 50, "delay": 1.0, "threads": 16}),
        ("faults", {"hosts": 16, "pages": 6}),
        ("kills", {"count": 50}),
        ("warc", {"records": 20_000, "pooled": 20_000}),
    ):
        command = commands.add_parser(name)
        for key, default in numbers.items():
            command.add_argument(f"--{key}", type=type(default), default=default)
    command = commands.add_parser("child")
    command.add_argument("data_dir", type=Path)
    command.add_argument("port", type=int)
    command.add_argument("--hosts", type=int, default=10)
    arguments = vars(parser.parse_args())
    name = arguments.pop("command")
    result = {"pace": pace, "faults": faults, "kills": kills, "warc": warc, "child": child}[name](**arguments)
    if result is not None:
        print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
