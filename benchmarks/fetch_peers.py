"""The same press fetched by others: trafilatura's downloader and news-please (in an environment of their own).

    python -m benchmarks.fetch_peers trafilatura|news-please [--faults] [--hosts 40] [--pages 20] [--delay 1.0] [--threads 16]

Prints pages per second, how politely they were asked for, and with ``--faults`` what became of the odd pages of every kind of host.
"""

from __future__ import annotations

import argparse
import collections
import itertools
import json
import logging
import resource
import socket
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from benchmarks import press


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


PEERS = {"trafilatura": by_trafilatura, "news-please": by_news_please}


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
        table[kind]["page" if got.get(url) else "nothing"] += 1
    return {
        "peer": peer,
        "pages": sum(1 for v in got.values() if v),
        "seconds": round(seconds, 1),
        "pages_per_second": round(sum(1 for v in got.values() if v) / seconds, 1),
        "shortest_gap_seconds": round(min(gaps, default=0), 3),
        "gaps_below_delay": sum(g < delay * 0.95 for g in gaps),
        "robots_txt_asked_for": sum(p == "/robots.txt" for r in asked.values() for _, p in r),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "outcomes": {k: dict(v) for k, v in sorted(table.items())},
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peer", choices=PEERS)
    parser.add_argument("--hosts", type=int, default=40)
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--delay", type=float, default=1.0)
    parser.add_argument("--threads", type=int, default=16)
    parser.add_argument("--faults", action="store_true")
    print(json.dumps(measure(**vars(parser.parse_args())), indent=2))


if __name__ == "__main__":
    main()
