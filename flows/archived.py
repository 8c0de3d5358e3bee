"""The raw archive read back: where its files are, the rows and pages in them, and what was moved."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import typing
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from flows.warc import FACTS, MAX_HEADER, fetch_of, records
from presslake.errors import WarehouseError
from presslake.schema import Fetch
from transforms.records import Page

SUFFIX = ".warc.gz"
OPEN = ".open"
"""Of a run that is not known to be loaded: the next run takes up what is in it."""
HELD = ".held"
"""The same of a back-fill, which works beside other runs: none of them touches it."""
OWN_CHANNELS = frozenset({"source", "permit"})
"""Channels of what is fetched for our own use (feeds, robots.txt): never an article."""
MOVED = "moved.json"
"""In ``raw/``: where payloads went that were carried over."""


@dataclass(frozen=True, slots=True)
class Archived:
    """A page of the archive and the facts of its fetch."""

    page: Page
    fetch: Fetch


# ------------------------------------------------------------------ places


def files(data_dir: Path) -> list[str]:
    """Names of the archive files relative to ``data_dir``, oldest first; those of runs not yet loaded under their final name."""
    raw = data_dir / "raw"
    names = {final_name(p) for p in raw.glob(f"*{SUFFIX}*")} if raw.is_dir() else set()
    return [f"raw/{name}" for name in sorted(names) if name.endswith(SUFFIX)]


def final_name(path: Path) -> str:
    """What an archive file is called once it is loaded."""
    return path.name.removesuffix(OPEN).removesuffix(HELD)


def locate(data_dir: Path, name: str) -> Path | None:
    """The file called ``name`` by ``Fetch.warc_file``; None if it was removed."""
    path = data_dir / name
    if path.is_file():
        return path
    unsealed = (path.with_name(path.name + suffix) for suffix in (OPEN, HELD))
    return next((p for p in unsealed if p.is_file()), None)


def moved_to(data_dir: Path, warc_file: str, warc_offset: int) -> tuple[str, int]:
    """Where a payload is now that was written at this place."""
    return moved_places(data_dir).get(f"{warc_file}:{warc_offset}", (warc_file, warc_offset))


def moved_places(data_dir: Path) -> dict[str, tuple[str, int]]:
    """Places that payloads have moved from and to."""
    path = data_dir / "raw" / MOVED
    return _read_moved(path, path.stat().st_mtime_ns) if path.exists() else {}


@lru_cache(4)
def _read_moved(path: Path, _: int) -> dict[str, tuple[str, int]]:
    """Places that payloads have moved from and to, as of a time of change."""
    return {k: (v[0], v[1]) for k, v in json.loads(path.read_text(encoding="utf-8")).items()}


# ------------------------------------------------------------------ rows and pages


def iter_fetches(data_dir: Path, since: dt.datetime | None = None, only: Iterable[str] | None = None) -> Iterator[Fetch]:
    """Rows of ``fetches`` from the archive alone, in the order of writing; ``only`` names the files to read."""
    for name in files(data_dir) if only is None else only:
        for record, facts in _facts(data_dir, name, parse_http=False):
            fetch = fetch_of(facts, name, record.stream_pos, has_payload=record.headers.get("WARC-Type") in ("response", "resource"))
            if since is None or fetch.fetched_at >= since:
                yield fetch


def iter_pages(data_dir: Path, since: dt.datetime | None = None, only: Iterable[str] | None = None) -> Iterator[Archived]:
    """Pages of the archive with the facts of their fetch, in the order they came; repeats of the same page at the same URL are left out."""
    for name in files(data_dir) if only is None else only:
        for record, facts in _facts(data_dir, name, parse_http=True):
            kind = record.headers.get("WARC-Type")
            fetch = fetch_of(facts, name, record.stream_pos, has_payload=kind in ("response", "resource"))
            if fetch.outcome != "fetched" or fetch.channel in OWN_CHANNELS or (since is not None and fetch.fetched_at < since):
                continue
            body = record.reader.read() if kind != "revisit" else _payload(data_dir, fetch)
            if body is not None:
                yield Archived(page_of(fetch, body), fetch)


def iter_runs(data_dir: Path) -> Iterator[dict[str, Any]]:
    """Of every run in the archive: run_id, flow, started_at (datetime), code_version; oldest first."""
    seen: set[str] = set()
    for name in files(data_dir):
        for record in records(typing.cast("Path", locate(data_dir, name)), kind="warcinfo", parse_http=False):
            facts = json.loads(record.headers.get(FACTS) or "{}")
            if facts.get("run_id") and facts["run_id"] not in seen:
                seen.add(facts["run_id"])
                yield facts | {"started_at": dt.datetime.fromisoformat(facts["started_at"])}
            break


def read_page(data_dir: Path, fetch: Fetch) -> Page:
    """The page that ``fetch`` refers to. Raises WarehouseError if the archive does not hold it (any more)."""
    return _page(fetch, _payload(data_dir, fetch))


def page_from(stream: IO[bytes], fetch: Fetch) -> Page:
    """The page that ``fetch`` refers to, from its archive file opened elsewhere. Raises WarehouseError if it is not there."""
    stream.seek(fetch.warc_offset or 0)
    return _page(fetch, _whole(fetch, _record_body(stream)))


def _page(fetch: Fetch, body: bytes | None) -> Page:
    if body is None:
        raise WarehouseError(
            f"{fetch.url}: the archive does not hold its bytes at {fetch.warc_file}:{fetch.warc_offset} "
            "(removed by retention or by hand); fetch it again or rebuild from a backup of raw/"
        )
    return page_of(fetch, body)


def read_body(data_dir: Path, warc_file: str, warc_offset: int) -> bytes | None:
    """Decoded payload at a place of the archive, or None if there is none."""
    path = locate(data_dir, warc_file)
    if path is None:
        place = moved_to(data_dir, warc_file, warc_offset)
        return read_body(data_dir, *place) if locate(data_dir, place[0]) is not None else None
    if path.stat().st_size <= warc_offset:
        return None
    with path.open("rb") as f:
        f.seek(warc_offset)
        return _record_body(f)


def _record_body(stream: IO[bytes]) -> bytes | None:
    """Decoded payload of the record that begins where ``stream`` stands."""
    from fastwarc import ArchiveIterator

    try:
        record = next(iter(ArchiveIterator(stream, max_header_len=MAX_HEADER, strict_mode=False)), None)
        return None if record is None else bytes(record.reader.read())
    except (OSError, ValueError, RuntimeError):  # what fastwarc says of damaged bytes: what cannot be read is not there
        return None


def page_of(fetch: Fetch, body: bytes) -> Page:
    """The page as the pure stages take it."""
    return Page(
        url=fetch.url,
        body=body,
        raw_sha256=fetch.raw_sha256 or hashlib.sha256(body).hexdigest(),
        fetched_at=fetch.fetched_at,
        source_id=fetch.source_id,
        final_url=fetch.final_url,
        content_type=fetch.content_type if fetch.channel != "file" else None,
        run_id=fetch.run_id,
        tdm_reserved=fetch.tdm_reserved,
    )


def _payload(data_dir: Path, fetch: Fetch) -> bytes | None:
    if fetch.warc_file is None or fetch.warc_offset is None:
        return None
    return _whole(fetch, read_body(data_dir, fetch.warc_file, fetch.warc_offset))


def _whole(fetch: Fetch, body: bytes | None) -> bytes | None:
    """``body`` if it is what was hashed."""
    if body is None or (fetch.raw_sha256 and hashlib.sha256(body).hexdigest() != fetch.raw_sha256):
        return None
    return body


def _facts(data_dir: Path, name: str, *, parse_http: bool) -> Iterator[tuple[Any, dict[str, Any]]]:
    path = locate(data_dir, name)
    if path is None:
        return
    for record in records(path, parse_http=parse_http):
        text = record.headers.get(FACTS)
        if text and '"fetch_id"' in text:
            yield record, json.loads(text)
