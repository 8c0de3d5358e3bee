"""Entries of a live blog: which blocks belong to which time."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from presslake.schema import DatePrecision
from transforms.parse.dates import read_date, zone_of
from transforms.parse.read import tidy
from transforms.parse.walk import Piece
from transforms.records import Block, PublicationDate

CLOCK = re.compile(r"(?:um\s+)?(\d{1,2})(?:[:.](\d{2})(?:\s*(?:Uhr|h)\b)?|\s*Uhr\b)(?=\s*(?:$|[|:–—\-·•]|[A-ZÄÖÜ„“\"»]))")
"""The time that heads an entry: "14:05", "14.05 Uhr:", "9 Uhr |"."""


def mark_entries(
    pieces: Sequence[Piece], text: str, blocks: tuple[Block, ...], published: PublicationDate | None, zone: str | None
) -> tuple[Block, ...]:
    """The blocks, each with the time of its entry where the page tells one.

    ``pieces`` are those of the article in order, its time lines included, which are no blocks. A bare clock is one of the day of publication
    in the zone of the source; where either is open, or clocks turn back and forth, it tells nothing.
    """
    told = list(_times(pieces, published, zone))
    bare = [at for at, _, is_bare in told if is_bare]
    ordered = bare == sorted(bare) or bare == sorted(bare, reverse=True)
    starts = {start: at for at, start, is_bare in told if at is not None and (ordered or not is_bare)}
    if not starts:
        return blocks
    of_text: dict[str, dt.datetime] = {}
    current: dt.datetime | None = None
    for i, piece in enumerate(pieces):
        current = starts.get(i, current)
        if current is not None:
            of_text.setdefault(tidy(piece.text)[:80], current)
    return tuple(replace(b, entry_at=of_text.get(text[b.start : b.end][:80])) for b in blocks)


def _times(pieces: Sequence[Piece], published: PublicationDate | None, zone: str | None) -> Iterator[tuple[dt.datetime, int, bool]]:
    """Time, index of the piece it heads, and whether only a clock was told."""
    place = zone_of(zone)
    for i, piece in enumerate(pieces):
        stated = next((d for raw in piece.times if (d := read_date(raw, "time", zone)) is not None), None)
        if stated is not None and published is not None and stated.at == published.at:
            continue  # that of the page, above its lead
        if stated is not None and stated.precision is not DatePrecision.DAY:
            yield stated.at, i, False
            continue
        clock = CLOCK.match(piece.text)
        if clock is None or published is None or place is None:
            continue
        day = published.at.astimezone(place).date()
        at = read_date(f"{day.isoformat()} {int(clock.group(1)):02d}:{clock.group(2) or '00'}", "time", zone)
        if at is not None:
            yield at.at, i, True
