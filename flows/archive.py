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
import hashlib
import io
import json
import os
import threading
import typing
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from w3lib.url import safe_url_string

from presslake import __version__
from presslake.errors import WarehouseError
from presslake.schema import Fetch, make_id
from transforms.records import Page

FACTS = "WARC-JSON-Metadata"
SUFFIX = ".warc.gz"
OPEN = ".open"
PAGE_OUTCOMES = frozenset({"fetched", "unchanged", "not_modified"})
"""Outcomes whose row refers to an archived payload that is the page."""
OWN_CHANNELS = frozenset({"source", "permit"})
"""Channels of what is fetched for our own use (feeds, robots.txt): never an article."""
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_MAX_HEADER = 1 << 20
_GZIP_MEMBER = b"\x1f\x8b\x08"


@dataclass(frozen=True, slots=True)
class Reply:
    """A response as it is archived: content decoded, so that ``body`` is what the page says and what is hashed."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""
    truncated: str | None = None
    """``length``, ``time`` or ``disconnect`` where the body is not whole."""


@dataclass(frozen=True, slots=True)
class PayloadRef:
    """Where bytes are archived already."""

    warc_file: str
    warc_offset: int
    url: str
    fetched_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Archived:
    """A page of the archive and the facts of its fetch."""

    page: Page
    fetch: Fetch


class Archive:
    """Writes the files of one run; may be used by many threads. Use as a context manager: leaving it syncs the file to disk."""

    def __init__(self, data_dir: Path, run_id: str, started_at: dt.datetime, *, flow: str = "daily", max_file_bytes: int = 1_000_000_000) -> None:
        self.data_dir, self.run_id, self.started_at, self.flow = data_dir, run_id, started_at, flow
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
        ref = known or (self._payloads.get(fetch.raw_sha256) if reply and reply.body and fetch.raw_sha256 else None)
        record = _record(fetch, reply, ref)
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
        self.append(_build("response", url, at, {"hop_of": hop_of, "run_id": self.run_id}, http=reply, body=reply.body))

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
            if not (raw / name).exists() and not (raw / (name + OPEN)).exists():
                break
        self._name = f"raw/{name}"
        self._file = (raw / (name + OPEN)).open("xb", buffering=0)
        self._file.write(_warcinfo(name, self.run_id, self.started_at, self.flow))

    def _close(self) -> None:
        if self._file is not None:
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None


# ------------------------------------------------------------------ records


def facts_of(fetch: Fetch, ref: PayloadRef | None = None) -> dict[str, Any]:
    """What the header of a record says of its request: the row without its place, and for a revisit the place of the payload."""
    facts = {k: v for k, v in dataclasses.asdict(fetch).items() if v is not None and v is not False and v != () and not k.startswith("warc_")}
    facts["fetched_at"] = fetch.fetched_at.isoformat()
    if ref is not None:
        facts["payload"] = [ref.warc_file, ref.warc_offset]
    return facts


def fetch_of(facts: Mapping[str, Any], file: str, offset: int, *, has_payload: bool) -> Fetch:
    """The row of ``fetches`` from the facts of a record that stands at ``offset`` of ``file``."""
    values: dict[str, Any] = dict.fromkeys(f.name for f in dataclasses.fields(Fetch)) | {"tdm_reserved": False, "hops": ()}
    values |= {k: v for k, v in facts.items() if k in values}
    values["fetched_at"] = dt.datetime.fromisoformat(values["fetched_at"])
    values["hops"] = tuple(values["hops"])
    if "payload" in facts:
        values["warc_file"], values["warc_offset"] = facts["payload"]
    elif has_payload:
        values["warc_file"], values["warc_offset"] = file, offset
    return Fetch(**values)


def _record(fetch: Fetch, reply: Reply | None, ref: PayloadRef | None) -> bytes:
    facts = facts_of(fetch, ref)
    url, at = fetch.final_url or fetch.url, fetch.fetched_at
    if reply is None:
        body = json.dumps(facts, ensure_ascii=False).encode("utf-8", "replace")
        return _build("metadata", url, at, facts, body=body, content_type="application/json")
    if ref is not None:
        return _build("revisit", url, at, facts, http=reply, revisit=ref, digest=fetch.raw_sha256)
    if fetch.channel == "file":
        return _build("resource", url, at, facts, body=reply.body, content_type=fetch.content_type or "application/octet-stream")
    return _build("response", url, at, facts, http=reply, body=reply.body)


def _build(
    kind: str,
    url: str,
    at: dt.datetime,
    facts: Mapping[str, Any],
    *,
    http: Reply | None = None,
    body: bytes = b"",
    content_type: str = "",
    revisit: PayloadRef | None = None,
    digest: str | None = None,
) -> bytes:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    headers = {"WARC-Date": _warc_date(at), FACTS: json.dumps(facts)}
    if http is not None and http.truncated:
        headers["WARC-Truncated"] = http.truncated
    if revisit is not None:
        headers["WARC-Profile"] = (
            _NOT_MODIFIED if http and http.status == 304 else _NOT_MODIFIED.replace("server-not-modified", "identical-payload-digest")
        )
        headers["WARC-Refers-To-Target-URI"] = safe_url_string(revisit.url)
        headers["WARC-Refers-To-Date"] = _warc_date(revisit.fetched_at)
        if digest:
            headers["WARC-Payload-Digest"] = f"sha256:{digest}"
    fields = None
    if http is not None and kind != "resource":
        fields = StatusAndHeaders(f"{http.status} {http.reason}".strip(), [*map(_clean_header, http.headers)], protocol="HTTP/1.1")
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="WARC/1.1")
    record = writer.create_warc_record(
        safe_url_string(url),
        kind,
        payload=io.BytesIO(body),
        length=len(body),
        warc_content_type=content_type,
        warc_headers_dict=headers,
        http_headers=fields,
    )
    writer.write_record(record)
    return out.getvalue()


def _warcinfo(name: str, run_id: str, started_at: dt.datetime, flow: str) -> bytes:
    from warcio.warcwriter import WARCWriter

    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="WARC/1.1")
    info = {
        "software": f"presslake/{__version__}",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "isPartOf": run_id,
    }
    record = writer.create_warcinfo_record(name, info)
    record.rec_headers.replace_header("WARC-Date", _warc_date(started_at))
    record.rec_headers.add_header(
        FACTS, json.dumps({"run_id": run_id, "flow": flow, "started_at": started_at.isoformat(), "code_version": __version__})
    )
    writer.write_record(record)
    return out.getvalue()


def _warc_date(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _clean_header(header: tuple[str, str]) -> tuple[str, str]:
    """A header on one line, without what would end it."""
    name, value = header
    return name, " ".join(value.split())


def carry_over(data_dir: Path, wanted: Mapping[tuple[str, int], Fetch], now: dt.datetime) -> int:
    """Write the payloads at the places ``wanted`` into a new file, and note in ``raw/moved.json`` where they went. Gives their number."""
    moved = _moved(data_dir)
    carried: dict[str, tuple[str, int]] = {}
    with Archive(data_dir, make_id("run", "carry_over", now), now, flow="retention") as archive:
        for (file, offset), fetch in sorted(wanted.items()):
            body = read_body(data_dir, file, offset)
            if body is not None:
                facts = {"carried": True, "raw_sha256": fetch.raw_sha256, "url": fetch.url}
                kind = fetch.content_type or "application/octet-stream"
                carried[f"{file}:{offset}"] = archive.append(_build("resource", fetch.url, now, facts, body=body, content_type=kind))
    if carried:
        path = data_dir / "raw" / "moved.json"
        aside = path.with_name(path.name + ".new")
        # a payload that is carried a second time is found from its first place in one step
        moved = {k: carried.get(f"{file}:{offset}", (file, offset)) for k, (file, offset) in moved.items()} | carried
        aside.write_text(json.dumps(moved, indent=0, sort_keys=True), encoding="utf-8")
        aside.replace(path)
    for path in (data_dir / "raw").glob(f"*-{archive.run_id}-*{OPEN}"):
        path.rename(path.with_name(path.name.removesuffix(OPEN)))
    return len(carried)


def moved_to(data_dir: Path, warc_file: str, warc_offset: int) -> tuple[str, int]:
    """Where a payload is now that was written at this place."""
    return _moved(data_dir).get(f"{warc_file}:{warc_offset}", (warc_file, warc_offset))


def _moved(data_dir: Path) -> dict[str, tuple[str, int]]:
    path = data_dir / "raw" / "moved.json"
    return _read_moved(path, path.stat().st_mtime_ns) if path.exists() else {}


@lru_cache(4)
def _read_moved(path: Path, _: int) -> dict[str, tuple[str, int]]:
    """Places that payloads have moved from and to, as of a time of change."""
    return {k: (v[0], v[1]) for k, v in json.loads(path.read_text(encoding="utf-8")).items()}


# ------------------------------------------------------------------ readers


def files(data_dir: Path) -> list[str]:
    """Names of the archive files relative to ``data_dir``, oldest first; those of runs not yet loaded under their final name."""
    raw = data_dir / "raw"
    names = {p.name.removesuffix(OPEN) for p in raw.glob(f"*{SUFFIX}*") if p.name.removesuffix(OPEN).endswith(SUFFIX)} if raw.is_dir() else set()
    return [f"raw/{name}" for name in sorted(names)]


def locate(data_dir: Path, name: str) -> Path | None:
    """The file called ``name`` by ``Fetch.warc_file``; None if it was removed."""
    path = data_dir / name
    if path.is_file():
        return path
    unsealed = path.with_name(path.name + OPEN)
    return unsealed if unsealed.is_file() else None


def records(path: Path, *, kind: str | None = None, parse_http: bool = True, decode: bool = False) -> Iterator[Any]:
    """fastwarc records of any WARC file, of one ``kind`` if given; with ``decode`` without the codings of HTTP.

    Damage in the middle costs the records it lies in: reading goes on at the next gzip member that can be read. A torn end is the end.
    """
    from fastwarc import ArchiveIterator, WarcRecordType

    kinds = getattr(WarcRecordType, kind) if kind else WarcRecordType.any_type
    start = 0
    while True:
        with path.open("rb") as f:
            f.seek(start)
            try:
                for record in ArchiveIterator(
                    f,
                    record_types=kinds,
                    parse_http=parse_http,
                    max_header_len=_MAX_HEADER,
                    strict_mode=False,
                    auto_decode="all" if decode else "none",
                ):
                    start = record.stream_pos
                    yield record
                return
            except (OSError, ValueError, RuntimeError):
                pass
        start = _next_member(path, start + 1)
        if start < 0:
            return


def _next_member(path: Path, start: int) -> int:
    """Offset of the next gzip member that begins a WARC record at or after ``start``; -1 if there is none."""
    with path.open("rb") as f:
        while (start := _find(f, _GZIP_MEMBER, start)) >= 0:
            f.seek(start)
            try:
                if zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(f.read(4096), 5) == b"WARC/":
                    return start
            except zlib.error:
                pass
            start += 1
    return -1


def _find(f: IO[bytes], needle: bytes, start: int) -> int:
    """Offset of ``needle`` in ``f`` at or after ``start``; -1 if it is not there."""
    f.seek(start)
    kept = b""
    while chunk := f.read(1 << 20):
        at = (kept + chunk).find(needle)
        if at >= 0:
            return start - len(kept) + at
        start += len(chunk)
        kept = chunk[-len(needle) + 1 :]
    return -1


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
    body = _payload(data_dir, fetch)
    if body is None:
        raise WarehouseError(
            f"{fetch.url}: the archive does not hold its bytes at {fetch.warc_file}:{fetch.warc_offset} "
            "(removed by retention or by hand); fetch it again or rebuild from a backup of raw/"
        )
    return page_of(fetch, body)


def read_body(data_dir: Path, warc_file: str, warc_offset: int) -> bytes | None:
    """Decoded payload at a place of the archive, or None if there is none."""
    from fastwarc import ArchiveIterator

    path = locate(data_dir, warc_file)
    if path is None:
        place = moved_to(data_dir, warc_file, warc_offset)
        return read_body(data_dir, *place) if locate(data_dir, place[0]) is not None else None
    if path.stat().st_size <= warc_offset:
        return None
    with path.open("rb") as f:
        f.seek(warc_offset)
        try:
            record = next(iter(ArchiveIterator(f, max_header_len=_MAX_HEADER, strict_mode=False)), None)
            return None if record is None else bytes(record.reader.read())
        except Exception:  # fastwarc raises its own kinds on damaged bytes: what cannot be read is not there
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
    body = read_body(data_dir, fetch.warc_file, fetch.warc_offset)
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


Clock = Callable[[], dt.datetime]


def utc_now() -> dt.datetime:
    """The clock that the shell uses where none is given."""
    return dt.datetime.now(dt.UTC)
