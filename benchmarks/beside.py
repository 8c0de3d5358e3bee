"""What a back-fill costs the runs by schedule on the same data directory: their time alone and while it is at work.

    python -m benchmarks.beside [--pages 3000] [--times 5]

The runs: one that finds nothing new, and one that takes over NEW pages of 150 KB. The back-fill reads a WARC file of invented pages of that size.
Both kinds of run go in turns, against a running server, first alone, then beside the back-fill for as long as it is at work, with PAUSE seconds
between them: a back-fill waits while another run is at work, and would never end beside one run after the other.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.startup import MAIN, running_server, timed, warm_house

NEW = 30
PAUSE = 10.0
DAYS = ("--from", "2024-03-01", "--to", "2024-03-31")

Runs = dict[str, list[float]]


def batches(folder: Path) -> Iterator[str]:
    """Folders of pages that nobody has seen."""
    from benchmarks.pages import make_page

    for batch in itertools.count():
        new = folder / f"new-{batch}"
        new.mkdir()
        for n in range(NEW):
            (new / f"seite-{n}.html").write_bytes(make_page(10**6 + NEW * batch + n))
        yield str(new)


def start_backfill(folder: Path, environment: dict[str, str], pages: int) -> subprocess.Popen[bytes]:
    """Write the WARC file and start to read it."""
    from benchmarks.fetch import write_news_warc
    from benchmarks.pages import make_page

    warc, config = folder / "CC-NEWS-20240301000000-00001.warc.gz", folder / "past.toml"
    write_news_warc(warc, pages, lambda host, n: make_page(n))
    config.write_text(f'[sources.ccnews]\nname = "CC-NEWS"\nwarcs = ["{warc}"]\n', encoding="utf-8")
    command = ["backfill", *DAYS, "--data-dir", str(folder / "data"), "--config", str(config)]
    with (folder / "backfill.log").open("wb") as log:
        return subprocess.Popen([sys.executable, "-c", MAIN, *command], env=environment, cwd=folder, stdout=log, stderr=log)


def main() -> None:
    """Print medians and maxima."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=3000)
    parser.add_argument("--times", type=int, default=5)
    args = parser.parse_args()
    with warm_house() as (folder, environment, run), running_server(environment) as served:
        fresh = batches(folder)

        def both(into: Runs) -> None:
            into.setdefault("nothing new", []).append(timed(run, served, folder)[0])
            into.setdefault(f"{NEW} new pages", []).append(timed(["ingest", next(fresh), *run[1:]], served, folder)[0])

        alone: Runs = {}
        for _ in range(args.times + 1):
            both(alone)
        alone = {what: seconds[1:] for what, seconds in alone.items()}
        backfill, beside = start_backfill(folder, served, args.pages), Runs()
        while backfill.poll() is None:
            both(beside)
            time.sleep(PAUSE)
        if backfill.returncode:
            raise SystemExit((folder / "backfill.log").read_text()[-2000:])
    print(f"{'seconds':16} {'alone':>8} {'slowest':>8} {'beside':>8} {'slowest':>8} {'runs':>5} {'ratio':>6}")
    for what, seconds in alone.items():
        a, b = statistics.median(seconds), statistics.median(beside[what])
        print(f"{what:16} {a:8.2f} {max(seconds):8.2f} {b:8.2f} {max(beside[what]):8.2f} {len(beside[what]):5} {b / a:6.2f}")


if __name__ == "__main__":
    main()
