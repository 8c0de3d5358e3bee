"""Forgetting: what must not be kept is overwritten in place, so that every other record stays where it is; and is not fetched again."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import json
import os
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flows.archive import FACTS, fetch_of, files, locate, records
from flows.retain import sync_directory
from presslake.schema import Fetch

_LIST = "forgotten.json"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was overwritten: the caller removes the rows that came from it."""

    fetch_ids: frozenset[str]
    urls: frozenset[str]
    raw_sha256s: frozenset[str]


def forget(data_dir: Path, matches: Callable[[Fetch], bool], *, at: dt.datetime, remember: bool = True) -> Forgotten:
    """Overwrite every archived request that ``matches``, and its bytes wherever they were kept for another address.

    With ``remember`` the addresses are put (as hashes) on the list of what is never fetched again. Call it under the run lock.
    """
    fetch_ids: set[str] = set()
    urls: set[str] = set()
    hashes: set[str] = set()
    for name in files(data_dir):
        for _, facts in _records_with_facts(data_dir, name):
            if "fetch_id" in facts and matches(fetch := fetch_of(facts, name, 0, has_payload=False)):
                fetch_ids.add(fetch.fetch_id)
                urls |= {u for u in (fetch.url, fetch.final_url) if u}
                hashes |= {fetch.raw_sha256} if fetch.raw_sha256 and fetch.byte_count else set()
    if remember and urls:
        _remember(data_dir, urls, at)  # first: a kill in between must not let them be fetched again
    for name in files(data_dir):
        _overwrite(data_dir, name, lambda facts: facts.get("hop_of") in fetch_ids or facts.get("fetch_id") in fetch_ids or _holds(facts, hashes))
    return Forgotten(frozenset(fetch_ids), frozenset(urls), frozenset(hashes))


def is_forgotten(data_dir: Path) -> Callable[[str], bool]:
    """Whether a URL is on the list of what is never fetched again."""
    hashes = frozenset(_load(data_dir))
    return lambda url: bool(hashes) and _hash(url) in hashes


def _holds(facts: dict[str, object], hashes: set[str]) -> bool:
    """Whether the record itself carries forgotten bytes (a revisit does not)."""
    return facts.get("raw_sha256") in hashes and "payload" not in facts


def _overwrite(data_dir: Path, name: str, matches: Callable[[dict[str, object]], bool]) -> None:
    path = locate(data_dir, name)
    if path is None:
        return
    places = [offset for offset, facts in _records_with_facts(data_dir, name) if matches(facts)]
    if not places:
        return
    starts = [offset for offset, _ in _records_with_facts(data_dir, name, every=True)]
    length = {start: end - start for start, end in itertools.pairwise([*starts, path.stat().st_size])}
    with path.open("r+b") as f:
        for offset in places:
            f.seek(offset)
            f.write(tombstone(length[offset]))
        os.fsync(f.fileno())


def tombstone(length: int) -> bytes:
    """A gzip member of exactly ``length`` bytes that holds an empty WARC record: the rest of its room is a comment of the gzip header."""
    lines = (
        "WARC/1.1",
        "WARC-Type: metadata",
        "WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000000>",
        "WARC-Date: 1970-01-01T00:00:00Z",
        f'{FACTS}: {{"forgotten": true}}',
        "Content-Type: application/json",
        "Content-Length: 0",
    )
    record = ("\r\n".join(lines) + "\r\n\r\n\r\n\r\n").encode()
    compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = compressor.compress(record) + compressor.flush()
    trailer = zlib.crc32(record).to_bytes(4, "little") + len(record).to_bytes(4, "little")
    room = length - 10 - 1 - len(body) - len(trailer)
    if room < 0:
        raise ValueError(f"{length} bytes are too few for a record")
    return b"\x1f\x8b\x08\x10\0\0\0\0\x02\xff" + b"-" * room + b"\0" + body + trailer


def _records_with_facts(data_dir: Path, name: str, *, every: bool = False) -> list[tuple[int, dict[str, object]]]:
    path = locate(data_dir, name)
    if path is None:
        return []
    out = []
    for record in records(path, parse_http=False):
        text = record.headers.get(FACTS)
        facts = json.loads(text) if text else {}
        if every or "fetch_id" in facts or "hop_of" in facts or "carried" in facts:
            out.append((record.stream_pos, facts))
    return out


def _remember(data_dir: Path, urls: Iterable[str], at: dt.datetime) -> None:
    known = _load(data_dir)
    known |= {_hash(url): at.isoformat() for url in urls if _hash(url) not in known}
    path = data_dir / "raw" / _LIST
    aside = path.with_name(path.name + ".new")
    with aside.open("w", encoding="utf-8") as f:
        json.dump(known, f, indent=0, sort_keys=True)
        f.flush()
        os.fsync(f.fileno())
    aside.replace(path)
    sync_directory(path.parent)


def _load(data_dir: Path) -> dict[str, str]:
    path = data_dir / "raw" / _LIST
    return dict(_read(path, path.stat().st_mtime_ns)) if path.exists() else {}


@lru_cache(4)
def _read(path: Path, _: int) -> dict[str, str]:
    """The list as it was at a time of change."""
    return dict(json.loads(path.read_text(encoding="utf-8")))


def _hash(url: str) -> str:
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()
