"""Crawls of others, years of news in WARC files: local ones, and those of CC-NEWS by its monthly index, one file at a time.

An entry of ``warcs`` is a path (with ``*``), the address of a ``.warc.gz``, the address of an index (``….paths.gz``, one path per line), or
``cc-news:YYYY-MM``. :mod:`flows.backfill` takes them over; a download that was cut goes on where it was.
"""

from __future__ import annotations

import dataclasses
import gzip
import io
import re
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

from flows.addresses import BadAddressError, parse_url, redact
from flows.archive import read_body
from flows.faults import classify
from flows.fetch import Fetcher, Target
from flows.guard import Deadline
from flows.state import GOOD, Outcome
from flows.visit import Visit
from presslake.errors import ConfigError
from presslake.schema import Fetch

_MONTH = re.compile(r"cc-news:(\d{4})-(0[1-9]|1[0-2])")
_CHUNK = 1 << 20


def expand(entry: str, source_id: str, fetcher: Fetcher) -> Iterator[str | Path | Fetch]:
    """WARC files that an entry stands for; rows for the requests that it took to find them."""
    month = _MONTH.fullmatch(entry)
    if month is not None:
        entry = f"{fetcher.settings.cc_news_url.rstrip('/')}/crawl-data/CC-NEWS/{month[1]}/{month[2]}/warc.paths.gz"
    if "://" not in entry:
        path = Path(entry).expanduser()
        found = sorted(Path(path.anchor or ".").glob(str(path.relative_to(path.anchor)))) if "*" in entry else [path]
        if not found or not all(p.is_file() for p in found):
            raise ConfigError(f"sources.{source_id}.warcs: {entry}: no such file; give a path (with *), an address, or cc-news:YYYY-MM")
        yield from found
    elif entry.endswith((".paths.gz", ".paths")):
        row = fetcher.attempt(Target(url=entry, source_id=source_id, channel="source")).fetch
        yield row
        if row.outcome in GOOD and row.warc_file is not None:
            body = read_body(fetcher.archive.data_dir, row.warc_file, row.warc_offset or 0) or b""
            base = entry[: entry.find("/crawl-data/") + 1] if "/crawl-data/" in entry else entry
            yield from (parse_url(line.strip(), base).href for line in _text(body).splitlines() if line.strip())
    else:
        yield entry


def download(url: str, path: Path, source_id: str, fetcher: Fetcher) -> Fetch:
    """Stream a large file to ``path``; a part that is there already is completed. Gives the row, not archived yet."""
    at, started, visit = fetcher.clock(), time.monotonic(), Visit()
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    target = Target(url=url, source_id=source_id, channel="source")
    try:
        parsed = parse_url(url)
    except BadAddressError as e:
        return fetcher.row(target, redact(url), visit.fail(Outcome.BAD_URL, str(e)), at, started)
    visit.decision = fetcher.permits.decide(parsed.href, source_id, own=True)
    if visit.decision.outcome:
        return fetcher.row(target, parsed.href, visit.fail(Outcome(visit.decision.outcome), visit.decision.reason or ""), at, started)
    if path.exists():  # downloaded, but the run was killed while it was taken over
        return fetcher.row(target, parsed.href, visit, at, started)
    have = part.stat().st_size if part.exists() else 0
    limit = fetcher.settings.max_warc_bytes
    with Deadline(fetcher.settings.timeout_seconds * 120) as deadline:
        try:
            with fetcher.visitor.send(parsed, {"Range": f"bytes={have}-"} if have else {}) as response:
                if response.status_code not in (200, 206):
                    visit.fail(Outcome.NOT_FOUND if response.status_code in (404, 410) else Outcome.HTTP_ERROR, f"{response.status_code}")
                else:
                    have = have if response.status_code == 206 else 0
                    with part.open("ab" if have else "wb") as f:
                        while chunk := response.raw.read(_CHUNK, decode_content=False):
                            f.write(chunk)
                            have += len(chunk)
                            if have > limit:
                                visit.fail(Outcome.TOO_LARGE, f"more than {limit} bytes (settings.max_warc_bytes)")
                                break
        except Exception as e:  # a server may do anything; what came is kept and completed the next time
            visit.fail(*classify(e, deadline, fetcher.settings.timeout_seconds * 120))
    if visit.outcome == Outcome.FETCHED:
        part.replace(path)
    elif visit.outcome == Outcome.TOO_LARGE:
        part.unlink(missing_ok=True)
    row = fetcher.row(target, parsed.href, visit, at, started)
    return dataclasses.replace(row, byte_count=have or None)


def _text(body: bytes) -> str:
    if body[:2] == b"\x1f\x8b":
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(body)) as f:
                body = f.read(50_000_000)
        except (OSError, EOFError, zlib.error):
            return ""
    return body.decode("utf-8", "replace")
