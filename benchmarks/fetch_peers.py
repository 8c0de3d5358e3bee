"""The same press fetched by presslake and by others: trafilatura's downloader and news-please (in an environment of its own).

    python -m benchmarks.fetch_peers presslake|trafilatura|news-please [--faults] [--hosts 40] [--pages 20] [--delay 1.0] [--threads 16]
    python -m benchmarks.fetch_peers compare [--news-please PYTHON] [--hosts 16] [--pages 6] [--delay 0.5] [--threads 16]

Prints pages per second, how politely they were asked for, and with ``--faults`` what became of the odd pages of every kind of host. ``compare``
runs each in a process of its own, on a press that behaves and on one that does not, and prints a table; what a tool asked is told by the press.
"""

from __future__ import annotations

import argparse
import collections
import itertools
import json
import logging
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from benchmarks import press


def by_presslake(urls: list[str], delay: float, threads: int) -> Iterator[tuple[str, str | None]]:
    """As a run does, with the loopback of the press (but not its private machine) allowed; an outcome stands for the page."""
    from flows.archive import Archive, read_body, utc_now
    from flows.fetch import Fetcher, Target, fetch_targets
    from presslake.schema import make_id
    from presslake.settings import Settings

    settings = Settings(allow_networks=("127.0.0.1/32",), delay_seconds=delay, fetch_threads=threads, retries=1, timeout_seconds=10)  # type: ignore[arg-type]
    targets = [Target(url=u, source_id=u.split("/")[2], channel="url_list") for u in urls]
    with tempfile.TemporaryDirectory() as d, Archive(Path(d), make_id("run", "peers"), utc_now()) as archive, Fetcher(settings, archive) as fetcher:
        for row in fetch_targets(targets, fetcher):
            if row.channel == "url_list":
                came = row.outcome == "fetched" and row.warc_file is not None and row.warc_offset is not None
                SAID[row.url] = row.outcome + (", reserved" if row.tdm_reserved else "")
                yield row.url, (read_body(Path(d), row.warc_file or "", row.warc_offset or 0) or b"").decode() if came else None


SAID: dict[str, str] = {}
"""What a tool itself says became of a page."""


def by_trafilatura(urls: list[str], delay: float, threads: int) -> Iterator[tuple[str, str | None]]:
    """As its documentation says: a URL store that spaces the requests to a host, and a pool of threads."""
    from courlan import UrlStore
    from trafilatura import downloads
    from trafilatura.downloads import buffered_downloads, load_download_buffer

    known = downloads._normalize_ip
    public = SimpleNamespace(is_global=True)  # its address filter can only be switched off whole: let it take the press for public
    downloads._normalize_ip = lambda host: public if host == "127.0.0.1" else known(host)
    store = UrlStore()
    store.add_urls(urls)
    while not store.done:
        batch, store = load_download_buffer(store, sleep_time=delay)
        yield from buffered_downloads(batch, threads)


def by_news_please(urls: list[str], delay: float, threads: int) -> Iterator[tuple[str, str | None]]:
    """Its library mode (``NewsPlease.from_urls``) has no pacing: one thread per URL, here in portions of ``threads``."""
    from newsplease.crawler.simple_crawler import SimpleCrawler

    for n in range(0, len(urls), threads):
        yield from SimpleCrawler.fetch_urls(urls[n : n + threads], request_args={"timeout": 10}).items()


PEERS = {"presslake": by_presslake, "trafilatura": by_trafilatura, "news-please": by_news_please}


def measure(peer: str, hosts: int, pages: int, delay: float, threads: int, faults: bool) -> dict[str, Any]:
    """Let ``peer`` fetch every page of the press; names are resolved to loopback."""
    logging.disable(logging.CRITICAL)
    system = socket.getaddrinfo
    socket.getaddrinfo = lambda host, *a, **k: system("127.0.0.1" if str(host).endswith(".test") else host, *a, **k)  # type: ignore[assignment]
    names = press.hosts(hosts)
    with press.running(pages, faults=faults) as port:
        urls = [f"http://{h}:{port}/{'odd' if n % 2 else 'even'}/{n}.html" for n in range(pages) for h in names]
        started = time.monotonic()
        got = dict(PEERS[peer](urls, delay, threads))
        seconds = time.monotonic() - started
        asked = press.stats(port)
    gaps = [b - a for r in asked.values() for a, b in itertools.pairwise(sorted(t for t, p in r if "/odd/" in p or "/even/" in p))]
    table: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for url in urls:
        number = int(url.split("/")[2][5:8])
        kind = press.KINDS[number % len(press.KINDS)] if faults and "/odd/" in url else "plain"
        table[kind][SAID.get(url) or ("page" if got.get(url) else "nothing")] += 1
    return {
        "peer": peer,
        "pages": sum(1 for v in got.values() if v),
        "seconds": round(seconds, 1),
        "pages_per_second": round(sum(1 for v in got.values() if v) / seconds, 1),
        "shortest_gap_seconds": round(min(gaps, default=0), 3),
        "gaps_below_delay": sum(g < delay * 0.95 for g in gaps),
        "robots_txt_asked_for": sum(p == "/robots.txt" for r in asked.values() for _, p in r),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "asked": _asked(asked) if faults else {},
        "outcomes": {k: dict(v) for k, v in sorted(table.items())},
    }


def _asked(asked: dict[str, list[tuple[float, str]]]) -> dict[str, Any]:
    """What the press saw of its hosts that misbehave."""
    odd: dict[str, list[list[tuple[float, str]]]] = collections.defaultdict(list)
    for host, requests in asked.items():
        if host.startswith("blatt"):
            odd[press.KINDS[int(host[5:8]) % len(press.KINDS)]].append(sorted((t, p) for t, p in requests if "/odd/" in p))
    busy = [b - a for requests in odd["busy"] for (a, _), (b, _) in itertools.pairwise(requests)]
    return {
        "forbidden_pages": sum(map(len, odd["robots"])),
        "tdmrep_json": sum("tdmrep" in p for requests in asked.values() for _, p in requests),
        "private_machine": len(asked.get(press.PRIVATE, ())),
        "busy_requests": sum(map(len, odd["busy"])),
        "busy_shortest_gap": round(min(busy), 2) if busy else None,
        "endless_requests": sum(map(len, odd["endless"])),
    }


ROWS = {
    "pages/s on a press that behaves": lambda good, bad: good["pages_per_second"],
    "shortest gap between requests to a host, s": lambda good, bad: good["shortest_gap_seconds"],
    "robots.txt asked for (hosts)": lambda good, bad: bad["robots_txt_asked_for"],
    "pages asked for that robots.txt forbids": lambda good, bad: bad["asked"]["forbidden_pages"],
    "tdmrep.json asked for": lambda good, bad: bad["asked"]["tdmrep_json"],
    "reserved pages": lambda good, bad: _counts(bad, "tdm"),
    "60 MB from 58 KB (bomb)": lambda good, bad: _counts(bad, "bomb"),
    "peak memory with bombs, MB": lambda good, bad: bad["peak_mb"],
    "requests that reached the private machine": lambda good, bad: bad["asked"]["private_machine"],
    "redirects to it": lambda good, bad: _counts(bad, "private"),
    "429 with Retry-After 1: requests, shortest gap s": lambda good, bad: f"{bad['asked']['busy_requests']}, {bad['asked']['busy_shortest_gap']}",
    "429": lambda good, bad: _counts(bad, "busy"),
    "endless redirects: requests": lambda good, bad: bad["asked"]["endless_requests"],
    "endless redirects": lambda good, bad: _counts(bad, "endless"),
    "answers after 3 s": lambda good, bad: _counts(bad, "slow"),
}
"""What the table says of a tool."""


def _counts(result: dict[str, Any], kind: str) -> str:
    return ", ".join(f"{n} {what}" for what, n in sorted(result["outcomes"].get(kind, {}).items()))


def compare(news_please: str | None, hosts: int, pages: int, delay: float, threads: int) -> str:
    """The table, in Markdown."""
    pythons = {"presslake": sys.executable, "trafilatura": sys.executable} | ({"news-please": news_please} if news_please else {})
    found: dict[str, tuple[Any, Any]] = {}
    for peer, python in pythons.items():
        results = []
        for more in ((), ("--faults",)):
            command = [python, "-m", "benchmarks.fetch_peers", peer, "--hosts", str(hosts), "--pages", str(pages), "--delay", str(delay)]
            done = subprocess.run([*command, "--threads", str(threads), *more], capture_output=True, text=True, timeout=600)
            if done.returncode:
                raise SystemExit(f"{peer}: {done.stderr[-2000:]}")
            results.append(json.loads(done.stdout))
        found[peer] = (results[0], results[1])
    lines = [f"{hosts} hosts x {pages} pages, {delay} s asked for between requests to a host, {threads} threads", ""]
    lines += ["| | " + " | ".join(found) + " |", "|---" * (len(found) + 1) + "|"]
    lines += [f"| {name} | " + " | ".join(str(tell(*results)) for results in found.values()) + " |" for name, tell in ROWS.items()]
    return "\n".join(lines)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peer", choices=(*PEERS, "compare"))
    parser.add_argument("--hosts", type=int, default=16)
    parser.add_argument("--pages", type=int, default=6)
    parser.add_argument("--delay", type=float, default=0.5)
    parser.add_argument("--threads", type=int, default=16)
    parser.add_argument("--faults", action="store_true")
    parser.add_argument("--news-please", metavar="PYTHON", help="interpreter of an environment that has it")
    given = vars(parser.parse_args())
    news_please = given.pop("news_please")
    if given["peer"] == "compare":
        print(compare(news_please, given["hosts"], given["pages"], given["delay"], given["threads"]))
    else:
        print(json.dumps(measure(**given), indent=2))


if __name__ == "__main__":
    main()
