"""The raw archive: every response as it came, in WARC 1.1 files that other tools read, and the way back from them.

``<data-dir>/raw/<start>-<run_id>-<number>.warc.gz`` holds, per request, one record: a ``response`` (or ``resource`` for a local file), a ``revisit``
where the same bytes are already archived or the server said 304, or a ``metadata`` record where nothing came (refused, unreachable). Each record
carries its row of ``fetches`` as JSON in the header ``WARC-JSON-Metadata``, so the warehouse can be rebuilt from these files alone.

While a run is not known to be loaded, its files end in ``.open`` (:mod:`flows.retain` picks them up after a kill); ``Fetch.warc_file`` always
holds the final name, and the readers find both.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import threading
import typing
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from flows.archived import (
    MOVED,
    OPEN,
    OWN_CHANNELS,
    SUFFIX,
    Archived,
    files,
    iter_fetches,
    iter_pages,
    iter_runs,
    locate,
    moved_places,
    moved_to,
    page_of,
    read_body,
    read_page,
)
from flows.warc import FACTS, PayloadRef, Reply, build_record, facts_of, fetch_of, publish_of, records, request_record, warcinfo_record
from presslake.schema import Fetch, make_id

__all__ = [
    "FACTS",
    "OPEN",
    "OWN_CHANNELS",
    "SUFFIX",
    "Archive",
    "Archived",
    "Clock",
    "PayloadRef",
    "Reply",
    "carry_over",
    "facts_of",
    "fetch_of",
    "files",
    "iter_fetches",
    "iter_pages",
    "iter_runs",
    "locate",
    "moved_to",
    "page_of",
    "read_body",
    "read_page",
    "records",
    "utc_now",
]

Clock = Callable[[], dt.datetime]


def utc_now() -> dt.datetime:
    """The clock that the shell uses where none is given."""
    return dt.datetime.now(dt.UTC)


class Archive:
    """Writes the files of one run; may be used by many threads. Use as a context manager: leaving it syncs the file to disk."""

    def __init__(
        self,
        data_dir: Path,
        run_id: str,
        started_at: dt.datetime,
        *,
        flow: str = "daily",
        max_file_bytes: int = 1_000_000_000,
        suffix: str = OPEN,
    ) -> None:
        self.data_dir, self.run_id, self.started_at, self.flow = data_dir, run_id, started_at, flow
        self._suffix = suffix
        self._max_file_bytes = max_file_bytes
        self._lock = threading.Lock()
        self._file: IO[bytes] | None = None
        self._name = ""
        self._serial = 0
        self._payloads: dict[str, PayloadRef] = {}

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Sync what was written. The files stay ``.open`` until :func:`flows.retain.seal` says that they are loaded."""
        with self._lock:
            self._close()

    def write(self, fetch: Fetch, reply: Reply | None = None, known: PayloadRef | None = None) -> Fetch:
        """Archive one request; gives ``fetch`` with the place of its payload.

        ``known`` says where the same bytes (or, for a 304, the bytes that still hold) are archived.
        """
        fetch = dataclasses.replace(fetch, publish=publish_of(fetch.outcome, fetch.robots_rule, tdm_reserved=fetch.tdm_reserved))
        ref = known or (self._payloads.get(fetch.raw_sha256) if reply and reply.body and fetch.raw_sha256 else None)
        record = request_record(fetch, reply, ref)
        file, offset = self.append(record)
        if ref is not None:
            return dataclasses.replace(fetch, warc_file=ref.warc_file, warc_offset=ref.warc_offset)
        if reply is None:
            return fetch
        if fetch.raw_sha256 and reply.body and reply.truncated is None:
            self._payloads.setdefault(fetch.raw_sha256, PayloadRef(file, offset, fetch.url, fetch.fetched_at))
        return dataclasses.replace(fetch, warc_file=file, warc_offset=offset)

    def write_hop(self, url: str, at: dt.datetime, reply: Reply, *, hop_of: str) -> None:
        """Archive a redirect that was passed on the way to a page; it has no row of its own."""
        self.append(build_record("response", url, at, {"hop_of": hop_of, "run_id": self.run_id}, http=reply, body=reply.body))

    def append(self, record: bytes) -> tuple[str, int]:
        """Add a whole record; gives file and offset."""
        with self._lock:
            return self._append(record)

    def _append(self, record: bytes) -> tuple[str, int]:
        if self._file is not None and self._file.tell() >= self._max_file_bytes:
            self._close()
        if self._file is None:
            self._open()
        file = typing.cast("IO[bytes]", self._file)
        offset = file.tell()
        file.write(record)  # one unbuffered write: a kill leaves a whole record or a torn last one
        return self._name, offset

    def _open(self) -> None:
        raw = self.data_dir / "raw"
        raw.mkdir(parents=True, exist_ok=True)
        while True:
            name = f"{self.started_at:%Y%m%dT%H%M%SZ}-{self.run_id}-{self._serial:05}{SUFFIX}"
            self._serial += 1
            if locate(self.data_dir, f"raw/{name}") is None:
                break
        self._name = f"raw/{name}"
        self._file = (raw / (name + self._suffix)).open("xb", buffering=0)
        self._file.write(warcinfo_record(name, self.run_id, self.started_at, self.flow))

    def _close(self) -> None:
        if self._file is not None:
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None


def carry_over(data_dir: Path, wanted: Mapping[tuple[str, int], Fetch], now: dt.datetime) -> int:
    """Write the payloads at the places ``wanted`` into a new file, and note in ``raw/moved.json`` where they went. Gives their number."""
    moved = moved_places(data_dir)
    carried: dict[str, tuple[str, int]] = {}
    with Archive(data_dir, make_id("run", "carry_over", now), now, flow="retention") as archive:
        for (file, offset), fetch in sorted(wanted.items()):
            body = read_body(data_dir, file, offset)
            if body is not None:
                facts = {"carried": True, "raw_sha256": fetch.raw_sha256, "url": fetch.url}
                kind = fetch.content_type or "application/octet-stream"
                carried[f"{file}:{offset}"] = archive.append(build_record("resource", fetch.url, now, facts, body=body, content_type=kind))
    if carried:
        path = data_dir / "raw" / MOVED
        aside = path.with_name(path.name + ".new")
        # a payload that is carried a second time is found from its first place in one step
        moved = {k: carried.get(f"{file}:{offset}", (file, offset)) for k, (file, offset) in moved.items()} | carried
        aside.write_text(json.dumps(moved, indent=0, sort_keys=True), encoding="utf-8")
        aside.replace(path)
    for path in (data_dir / "raw").glob(f"*-{archive.run_id}-*{OPEN}"):
        path.rename(path.with_name(path.name.removesuffix(OPEN)))
    return len(carried)
