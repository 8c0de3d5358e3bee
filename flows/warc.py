"""Records of WARC files: how one is written (WARC 1.1, one gzip member each), and how any file is read, a damaged one too."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from w3lib.url import safe_url_string

from flows.permit import publishable
from flows.state import GOOD
from presslake import __version__
from presslake.schema import Fetch
from presslake.settings import Rights

FACTS = "WARC-JSON-Metadata"
"""The header with what we know of a request."""
MAX_HEADER = 1 << 20
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_GZIP_MEMBER = b"\x1f\x8b\x08"
_LEVEL = 4
"""Of gzip: on real pages a third of the time of level 9, and 6 % more bytes."""


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
    values["publish"] = values["publish"] or publish_of(values["outcome"], values["robots_rule"], tdm_reserved=values["tdm_reserved"])
    values["fetched_at"] = dt.datetime.fromisoformat(values["fetched_at"])
    values["hops"] = tuple(values["hops"])
    if "payload" in facts:
        values["warc_file"], values["warc_offset"] = facts["payload"]
    elif has_payload:
        values["warc_file"], values["warc_offset"] = file, offset
    return Fetch(**values)


def publish_of(outcome: str, robots_rule: str | None, *, tdm_reserved: bool) -> Rights | None:
    """What a row of ``fetches`` says may be published of its page; None where it has none."""
    return publishable(robots_rule, tdm_reserved=tdm_reserved) if outcome in GOOD else None


def request_record(fetch: Fetch, reply: Reply | None, ref: PayloadRef | None) -> bytes:
    """The record of one request: with its bytes, or with the place ``ref`` where they are archived."""
    facts = facts_of(fetch, ref)
    url, at = fetch.final_url or fetch.url, fetch.fetched_at
    if reply is None:
        body = json.dumps(facts, ensure_ascii=False).encode("utf-8", "replace")
        return build_record("metadata", url, at, facts, body=body, content_type="application/json")
    if ref is not None:
        return build_record("revisit", url, at, facts, http=reply, revisit=ref, digest=fetch.raw_sha256)
    if fetch.channel == "file":
        return build_record("resource", url, at, facts, body=reply.body, content_type=fetch.content_type or "application/octet-stream")
    return build_record("response", url, at, facts, http=reply, body=reply.body)


def build_record(
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
    """A gzipped record of ``kind``: an HTTP response (``http``, ``body``), a reference to one (``revisit``), or a plain ``body``."""
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
    writer = WARCWriter(out, gzip=False, warc_version="WARC/1.1")
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
    return _member(out.getvalue())


def warcinfo_record(name: str, run_id: str, started_at: dt.datetime, flow: str) -> bytes:
    """The first record of a file: what wrote it, in which run."""
    from warcio.warcwriter import WARCWriter

    out = io.BytesIO()
    writer = WARCWriter(out, gzip=False, warc_version="WARC/1.1")
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
    return _member(out.getvalue())


def _member(record: bytes) -> bytes:
    """``record`` as a gzip member of its own; the library that writes records knows level 9 only."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return packer.compress(record) + packer.flush()


def _warc_date(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _clean_header(header: tuple[str, str]) -> tuple[str, str]:
    """A header on one line, without what would end it."""
    name, value = header
    return name, " ".join(value.split())


# ------------------------------------------------------------------ reading


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
                    max_header_len=MAX_HEADER,
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
