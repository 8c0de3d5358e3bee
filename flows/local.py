"""Pages that need no network: HTML and text files, folders of them, and WARC files of others. They are archived too, so that rebuild has them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import gzip
import hashlib
import re
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from flows.addresses import BadAddressError, parse_url
from flows.archive import Archive, Clock, PayloadRef, Reply, records, utc_now
from flows.discover import source_of
from flows.forget import is_forgotten
from flows.permit import Decision, check_page
from flows.state import GOOD, Outcome, State
from presslake.schema import Fetch, make_id
from presslake.settings import Config
from transforms.records import Page

_NO_PAGES = (
    *(".css", ".js", ".mjs", ".map", ".json", ".svg", ".ico", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".woff", ".woff2", ".ttf", ".otf"),
    *(".eot", ".mp3", ".mp4", ".webm", ".ogg", ".pdf", ".zip", ".tar", ".exe", ".db"),
)
"""What lies beside saved pages in a folder and is none."""
_TYPES = {".html": "text/html", ".htm": "text/html", ".xhtml": "application/xhtml+xml", ".txt": "text/plain", ".md": "text/plain"}
_WARC = re.compile(r"\.warc(\.gz|\.zst)?$", re.IGNORECASE)


def is_warc(path: Path) -> bool:
    """Whether a file is a WARC by its name."""
    return _WARC.search(path.name) is not None


def ingest_paths(paths: Iterable[Path], archive: Archive, config: Config, state: State | None = None, *, clock: Clock = utc_now) -> Iterator[Fetch]:
    """Archive local files, the files of folders, and the pages of WARC files; one row each, also for what cannot be read."""
    numbers: dict[str, int] = {}
    for path in paths:
        for file, root in _walk(path):
            if is_warc(file) and file.is_file():
                yield from ingest_warc(file, archive, config, state, clock=clock)
            else:
                yield ingest_file(file, root, archive, config, state, clock=clock, numbers=numbers)


def ingest_file(
    path: Path,
    root: Path,
    archive: Archive,
    config: Config,
    state: State | None = None,
    *,
    clock: Clock = utc_now,
    numbers: dict[str, int] | None = None,
) -> Fetch:
    """Archive one file. Its address counts from the folder that holds ``root``, so that it is the same on every machine."""
    at, started = clock(), time.monotonic()
    url = file_url(path, root)
    home = root.resolve().as_uri()
    known = (state or {}).get(url)
    if known is not None and known.found_at_url not in (None, home):  # another folder of the same name
        url += f"?root={hashlib.sha256(home.encode()).hexdigest()[:8]}"
        known = (state or {}).get(url)
    body, outcome, reason = _read(path, config.settings.max_bytes)
    if is_forgotten(archive.data_dir)(url):
        body, outcome, reason = None, Outcome.FORGOTTEN, "it was to be forgotten"
    numbers = {} if numbers is None else numbers
    number = numbers[url] = numbers.get(url, -1) + 1
    suffix = Path(path.name.removesuffix(".gz")).suffix.lower()
    row = Fetch(
        fetch_id=make_id("fet", archive.run_id, url, number),
        run_id=archive.run_id,
        source_id="local",
        url=url,
        final_url=None,
        channel="file",
        found_at_url=home,
        outcome=str(outcome),
        reason=reason,
        status=None,
        content_type=_TYPES.get(suffix),
        etag=None,
        last_modified=None,
        robots_rule=None,
        tdm_reserved=False,
        tdm_rule=None,
        hops=(),
        byte_count=None if body is None else len(body),
        raw_sha256=None if body is None else hashlib.sha256(body).hexdigest(),
        warc_file=None,
        warc_offset=None,
        fetched_at=at,
        elapsed_ms=int((time.monotonic() - started) * 1000),
    )
    if body is None:
        return archive.write(row)
    ref = None
    if known is not None and known.outcome in GOOD and known.raw_sha256 == row.raw_sha256 and known.warc_file and known.warc_offset is not None:
        row = dataclasses.replace(row, outcome=str(Outcome.UNCHANGED))
        ref = PayloadRef(known.warc_file, known.warc_offset, url, known.good_at or known.fetched_at)
    return archive.write(row, Reply(200, "OK", (), body), ref)


def file_url(path: Path, root: Path) -> str:
    """Address of a local file: ``file:`` with the name of its root folder and the way from there.

    >>> file_url(Path("/home/anna/seeds/2020/a b.txt"), Path("/home/anna/seeds"))
    'file:///seeds/2020/a%20b.txt'
    """
    root = root.resolve()
    parts = (root.name, *path.resolve().relative_to(root).parts) if path.resolve().is_relative_to(root) else (path.name,)
    return "file:///" + "/".join(quote(p, errors="surrogateescape") for p in parts if p)


def _walk(path: Path) -> Iterator[tuple[Path, Path]]:
    """The files under ``path`` with the folder that their addresses count from, in a fixed order."""
    if not path.is_dir():
        yield path, path.parent
        return
    for file in sorted(path.rglob("*")):
        hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
        if not hidden and not file.is_dir() and file.suffix.lower() not in _NO_PAGES:
            yield file, path


def _read(path: Path, limit: int) -> tuple[bytes | None, Outcome, str | None]:
    try:
        if not path.is_file():
            reason = "no such file" if not path.exists() else "neither a file nor a folder"
            return None, Outcome.UNREADABLE, f"{path}: {reason}"
        with path.open("rb") as f:
            body = f.read(limit + 1)
        if body[:2] == b"\x1f\x8b":
            with gzip.open(path) as f:
                body = f.read(limit + 1)
    except (OSError, EOFError, ValueError) as e:
        return None, Outcome.UNREADABLE, f"{path}: cannot be read: {getattr(e, 'strerror', None) or e}"
    if len(body) > limit:
        return None, Outcome.TOO_LARGE, f"{path}: more than {limit} bytes (settings.max_bytes)"
    return body, Outcome.FETCHED, None


# ------------------------------------------------------------------ WARC files of others


def ingest_warc(
    path: Path,
    archive: Archive,
    config: Config,
    state: State | None = None,
    *,
    clock: Clock = utc_now,
    contains: re.Pattern[bytes] | None = None,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    wanted: Callable[[str], bool] = lambda url: True,
) -> Iterator[Fetch]:
    """Take over the HTML pages of a WARC file (CC-NEWS, wget, browsertrix …) with the time at which they were fetched.

    ``wanted`` chooses by address; ``contains`` is looked for in the raw bytes, so that years of news can be searched for a few names without
    parsing them.
    """
    numbers: dict[str, int] = {}
    sources: dict[str, str] = {}
    for url, at, record, headers in warc_pages(path):
        if (since is not None and at < since) or (until is not None and at >= until) or not wanted(url):
            continue
        body = bytes(record.reader.read(config.settings.max_bytes + 1))
        if contains is not None and not contains.search(body):
            continue
        number = numbers[url] = numbers.get(url, -1) + 1
        host = urlsplit(url).netloc
        if host not in sources:
            sources[host] = source_of(url, config.sources)
        yield _warc_row(url, at, body, headers, sources[host], number, path, archive, config, state)


def read_warc(path: Path, config: Config, *, run_id: str = "") -> Iterator[Page]:
    """The HTML pages of a WARC file of others as the parser takes them, without archiving them: for looking before taking over."""
    sources: dict[str, str] = {}
    for url, at, record, headers in warc_pages(path):
        body = bytes(record.reader.read(config.settings.max_bytes + 1))
        if len(body) > config.settings.max_bytes:
            continue
        host = urlsplit(url).netloc
        if host not in sources:
            sources[host] = source_of(url, config.sources)
        decision = check_page(Decision(), headers, body, config.settings.user_agent.partition("/")[0])
        yield Page(
            url=url,
            body=body,
            raw_sha256=hashlib.sha256(body).hexdigest(),
            fetched_at=at,
            source_id=sources[host],
            final_url=url,
            content_type=record.http_headers.get("Content-Type"),
            run_id=run_id,
            tdm_reserved=decision.tdm_reserved,
        )


def warc_pages(path: Path) -> Iterator[tuple[str, dt.datetime, Any, list[tuple[str, str]]]]:
    """Address, time, fastwarc record and HTTP headers of every whole HTML response of a WARC file. Stops at damage, never raises."""
    iterator = records(path, kind="response", decode=True)
    while True:
        try:
            record = next(iterator, None)
            if record is None:
                return
            headers = list(record.http_headers.to_tuples()) if record.is_http and record.http_headers is not None else []
            kind = (record.http_content_type or "").lower()
            if record.http_headers is None or record.http_headers.status_code != 200 or not ("html" in kind or kind.startswith("text/plain")):
                continue
            url = parse_url((record.headers.get("WARC-Target-URI") or "").strip("<>")).href
            yield url, record.record_date.astimezone(dt.UTC), record, headers
        except BadAddressError:
            continue
        except (ValueError, OSError, RuntimeError):
            return


def _warc_row(
    url: str,
    at: dt.datetime,
    body: bytes,
    headers: list[tuple[str, str]],
    source_id: str,
    number: int,
    path: Path,
    archive: Archive,
    config: Config,
    state: State | None,
) -> Fetch:
    fields = {k.lower(): v for k, v in headers}
    decision = check_page(Decision(), headers, body, config.settings.user_agent.partition("/")[0])
    outcome, reason, kept = Outcome.FETCHED, None, body
    if len(body) > config.settings.max_bytes:
        outcome, reason, kept = Outcome.TOO_LARGE, f"more than {config.settings.max_bytes} bytes", b""
    elif is_forgotten(archive.data_dir)(url):
        outcome, reason, kept = Outcome.FORGOTTEN, "it was to be forgotten", b""
    elif decision.tdm_reserved and config.settings.tdm == "refuse":
        outcome, reason, kept = Outcome.REFUSED_TDM, f"text and data mining is reserved ({decision.tdm_rule})", b""
    row = Fetch(
        fetch_id=make_id("fet", archive.run_id, path.name, url, number),
        run_id=archive.run_id,
        source_id=source_id,
        url=url,
        final_url=url,
        channel="warc",
        found_at_url=path.name,
        outcome=str(outcome),
        reason=reason,
        status=200,
        content_type=fields.get("content-type"),
        etag=fields.get("etag"),
        last_modified=fields.get("last-modified"),
        robots_rule=decision.robots_rule,
        tdm_reserved=decision.tdm_reserved,
        tdm_rule=decision.tdm_rule,
        hops=(),
        byte_count=len(body),
        raw_sha256=hashlib.sha256(kept).hexdigest() if outcome == Outcome.FETCHED else None,
        warc_file=None,
        warc_offset=None,
        fetched_at=at,
        elapsed_ms=None,
    )
    if outcome != Outcome.FETCHED:
        return archive.write(row)
    known = (state or {}).get(url)
    ref = None
    if known is not None and known.outcome in GOOD and known.raw_sha256 == row.raw_sha256 and known.warc_file and known.warc_offset is not None:
        row = dataclasses.replace(row, outcome=str(Outcome.UNCHANGED))
        ref = PayloadRef(known.warc_file, known.warc_offset, known.final_url or url, known.good_at or known.fetched_at)
    return archive.write(row, Reply(200, "OK", tuple(_plain(headers)), body), ref)


def _plain(headers: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Headers of a body that is kept decoded."""
    for name, value in headers:
        coded = name.lower() in ("content-encoding", "transfer-encoding", "content-length")
        yield (f"X-Crawler-{name}" if coded else name), value
