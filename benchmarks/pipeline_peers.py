"""What other libraries need to turn the same pages into text and metadata: the peers of :mod:`benchmarks.pipeline`.

    PYTHON -m benchmarks.pipeline_peers trafilatura|newspaper4k|news-please FOLDER WORKERS LIMIT

Imports nothing but the peer, so that it runs under an interpreter that has only that. Prints pages, seconds and CPU seconds as JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path


def by_trafilatura(page: bytes) -> object:
    """Text and metadata."""
    import trafilatura

    return trafilatura.bare_extraction(page, with_metadata=True)


def by_newspaper4k(page: bytes) -> object:
    """Without the network."""
    from newspaper import Article

    article = Article("https://a.example/x", fetch_images=False)
    article.download(input_html=page.decode("utf-8", "replace"))
    article.parse()
    return article.text


def by_news_please(page: bytes) -> object:
    """Extraction to JSON only, as ``NewsPlease.from_html`` gives it."""
    from newsplease import NewsPlease

    return NewsPlease.from_html(page.decode("utf-8", "replace"), url="https://a.example/x").get_serializable_dict()


PEERS: dict[str, Callable[[bytes], object]] = {"trafilatura": by_trafilatura, "newspaper4k": by_newspaper4k, "news-please": by_news_please}


def extract(peer: str, files: list[Path]) -> int:
    """Pages of which the peer found something."""
    found = 0
    for file in files:
        try:
            found += bool(PEERS[peer](file.read_bytes()))
        except Exception:  # a peer that fails on a page has looked at it
            continue
    return found


def main() -> None:
    """Measure one peer."""
    peer, folder, workers, limit = sys.argv[1:]
    files = sorted(Path(folder).rglob("*.html"))[: int(limit)]
    start = time.perf_counter()
    with ProcessPoolExecutor(int(workers)) as pool:
        found = sum(pool.map(extract, [peer] * len(files), [files[i : i + 20] for i in range(0, len(files), 20)]))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(json.dumps({"pages": len(files), "found": found, "seconds": time.perf_counter() - start, "cpu": used.ru_utime + used.ru_stime}))


if __name__ == "__main__":
    main()
