"""Keeping the archive whole: pick up after a kill, seal what is loaded, remove what is old or must be forgotten."""

from __future__ import annotations

import datetime as dt
import os
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.archive import OPEN, SUFFIX, carry_over, files, iter_fetches, locate, moved_to
from flows.archived import final_name
from presslake.schema import Fetch

_CHUNK = 1 << 20


def unloaded(data_dir: Path, con: Any, suffix: str = OPEN) -> list[Fetch]:
    """Requests that are archived but not in the table ``fetches`` of ``con``: what a killed run left behind, oldest first.

    Call it under the run lock and before an archive is opened for writing. Torn last records are cut off (the request is made again); load the
    rows like those of a run, then :func:`seal`.
    """
    names = [repair(path) for path in sorted((data_dir / "raw").glob(f"*{SUFFIX}{suffix}"))]
    names = [name for name in names if name]
    if not names:
        return []
    rows = list(iter_fetches(data_dir, only=names))
    runs = sorted({f.run_id for f in rows})
    loaded = {row[0] for row in con.execute("SELECT fetch_id FROM fetches WHERE list_contains(?, run_id)", [runs]).fetchall()}
    return [f for f in rows if f.fetch_id not in loaded]


def seal(data_dir: Path, suffix: str = OPEN) -> list[str]:
    """Give the files of loaded runs their final names; call it once their rows are committed. Gives the names."""
    sealed = []
    for path in sorted((data_dir / "raw").glob(f"*{SUFFIX}{suffix}")):
        final = path.with_name(final_name(path))
        path.rename(final)
        sealed.append(f"raw/{final.name}")
    if sealed:
        sync_directory(data_dir / "raw")
    return sealed


def repair(path: Path) -> str:
    """Cut a torn last record off a file of a killed run; gives its final name, or "" if nothing whole was in it (then it is removed)."""
    end = whole_length(path)
    if end == 0:
        path.unlink()
        return ""
    if end < path.stat().st_size:
        with path.open("r+b") as f:
            f.truncate(end)
            os.fsync(f.fileno())
    return f"raw/{final_name(path)}"


def whole_length(path: Path) -> int:
    """Bytes of the whole gzip members at the beginning of ``path``: each holds one record."""
    end = position = 0
    member = zlib.decompressobj(zlib.MAX_WBITS | 16)
    with path.open("rb") as f:
        while chunk := f.read(_CHUNK):
            while chunk:
                try:
                    out = member.decompress(chunk, _CHUNK)
                except zlib.error:
                    return end
                while member.unconsumed_tail and not member.eof:
                    out = member.decompress(member.unconsumed_tail, _CHUNK)
                del out
                rest = member.unused_data if member.eof else b""
                position += len(chunk) - len(rest)
                chunk = rest
                if member.eof:
                    end = position
                    member = zlib.decompressobj(zlib.MAX_WBITS | 16)
    return end


def sync_directory(path: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# ------------------------------------------------------------------ retention


@dataclass(frozen=True, slots=True)
class Retained:
    """What a clean-up did."""

    removed_files: tuple[str, ...]
    removed_bytes: int
    carried_count: int
    """Bytes of old files that younger requests refer to, written anew."""


def apply_retention(data_dir: Path, days: int, now: dt.datetime) -> Retained:
    """Remove archive files of runs older than ``days``. Call it under the run lock.

    What younger records refer to (a page that has not changed since) is carried over into a new file first. Rows of the warehouse stay, but
    ``rebuild`` can only make again what the archive still holds.
    """
    cutoff = f"raw/{now - dt.timedelta(days=days):%Y%m%dT%H%M%SZ}"
    names = files(data_dir)
    old = [n for n in names if n < cutoff and locate(data_dir, n) == data_dir / n]
    if not old:
        return Retained((), 0, 0)
    wanted: dict[tuple[str, int], Fetch] = {}
    for name in names:
        if name not in old:
            for fetch in iter_fetches(data_dir, only=[name]):
                if fetch.warc_file is not None and fetch.warc_offset is not None:
                    place = moved_to(data_dir, fetch.warc_file, fetch.warc_offset)
                    if place[0] in old:
                        wanted.setdefault(place, fetch)
    carried = carry_over(data_dir, wanted, now)
    size = sum((data_dir / n).stat().st_size for n in old)
    for name in old:
        (data_dir / name).unlink()
    sync_directory(data_dir / "raw")
    return Retained(tuple(old), size, carried)
