"""What a back-fill has to do: its parts, which of them are done, and how long the rest will take.

A part is one WARC file of a source, or the pages of one month that its sitemaps name. What is done stands in
``<data-dir>/backfill/done.jsonl``, one line per part, so that the same command goes on where it was stopped.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from flows.fetch import Target
from flows.snapshotfiles import write_whole
from presslake.errors import ConfigError
from presslake.settings import Source

FOLDER = "backfill"
"""Below the data directory: what is done, how far it is, the back-fill's own lock and staging."""
_REMOTE_BYTES = 1e9
"""What a file of CC-NEWS has, until some are known."""
_STAMP = re.compile(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(\d{6})?(?!\d)")
_SPAN = dt.timedelta(days=1)
"""How long after the time in its name a crawler may have written to a file."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days in UTC, both included."""

    first: dt.date
    last: dt.date

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ConfigError(f"--from {self.first} is after --to {self.last}; both days are included")

    @property
    def since(self) -> dt.datetime:
        return dt.datetime.combine(self.first, dt.time(), dt.UTC)

    @property
    def until(self) -> dt.datetime:
        """The first moment after it."""
        return dt.datetime.combine(self.last, dt.time(), dt.UTC) + dt.timedelta(days=1)

    def __contains__(self, at: dt.datetime) -> bool:
        return self.since <= at < self.until

    def months(self) -> list[str]:
        """Its months as ``YYYY-MM``.

        >>> Period(dt.date(2023, 12, 30), dt.date(2024, 1, 2)).months()
        ['2023-12', '2024-01']
        """
        numbers = range(self.first.year * 12 + self.first.month - 1, self.last.year * 12 + self.last.month)
        return [f"{n // 12}-{n % 12 + 1:02}" for n in numbers]


@dataclass(frozen=True, slots=True)
class Partition:
    """One part of a back-fill, done or not done as a whole; within it pages that are known are passed over."""

    source_id: str
    kind: Literal["warc", "pages"]
    place: str
    """Path or address of the WARC file; month of the pages."""
    weight: float
    """Bytes or pages: what its time is reckoned by."""
    rules: str = ""
    """What else decides which pages it gives."""
    targets: tuple[Target, ...] = ()


def rules_of(source: Source, contains: str | None) -> str:
    """A short name for what chooses pages beside the period."""
    chosen = [source.include, source.exclude, contains]
    return "" if chosen == [None] * 3 else hashlib.sha256(json.dumps(chosen).encode()).hexdigest()[:12]


def span_of(place: str) -> tuple[dt.datetime, dt.datetime] | None:
    """When a WARC file was written, as its name says; None where it does not.

    >>> span_of("crawl-data/CC-NEWS/2024/03/CC-NEWS-20240301012345-00042.warc.gz")[0].isoformat()
    '2024-03-01T01:23:45+00:00'
    """
    found = _STAMP.search(place.rpartition("/")[2])
    if found is None:
        return None
    try:
        start = dt.datetime.strptime("".join(found.groups("000000")), "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)
    except ValueError:
        return None
    return start, start + _SPAN


def is_within(place: str, period: Period) -> bool:
    """Whether a WARC file may hold pages of the period."""
    span = span_of(place)
    return span is None or (span[0] < period.until and span[1] > period.since)


def warc_partition(source_id: str, place: str | Path, rules: str) -> Partition:
    """The part that a WARC file is."""
    weight = float(place.stat().st_size) if isinstance(place, Path) else 0.0
    return Partition(source_id, "warc", str(place), weight, rules)


def page_partitions(targets: Iterable[Target], period: Period, rules: dict[str, str]) -> list[Partition]:
    """The pages that sitemaps and feeds date within the period, by source and month."""
    months: dict[tuple[str, str], list[Target]] = defaultdict(list)
    for target in targets:
        if target.modified_at is not None and target.modified_at in period:
            months[target.source_id, f"{target.modified_at.astimezone(dt.UTC):%Y-%m}"].append(target)
    return [Partition(s, "pages", month, float(len(found)), rules[s], tuple(found)) for (s, month), found in sorted(months.items())]


@dataclass(slots=True)
class Ledger:
    """What is done, read from and written to its file."""

    path: Path
    lines: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, data_dir: Path) -> Ledger:
        """That of a data directory. A torn last line, as a kill leaves it, is passed over: its part is done again."""
        path = data_dir / FOLDER / "done.jsonl"
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        return cls(path, list(_whole_lines(text)))

    def is_done(self, part: Partition, period: Period) -> bool:
        """Whether a part was taken over for all the days of ``period`` that it can hold."""
        span = span_of(part.place)
        since, until = (max(period.since, span[0]), min(period.until, span[1])) if span else (period.since, period.until)
        return part.kind == "warc" and any(
            (line["source"], line["place"], line["rules"]) == (part.source_id, part.place, part.rules)
            and dt.datetime.fromisoformat(line["since"]) <= since
            and dt.datetime.fromisoformat(line["until"]) >= until
            for line in self.lines
        )

    def note(self, part: Partition, period: Period, *, weight: float, pages: int, articles: int, seconds: float, run_id: str) -> None:
        """Write down that a part is done, durably."""
        line = {"source": part.source_id, "kind": part.kind, "place": part.place, "rules": part.rules, "weight": weight, "pages": pages}
        line |= {"since": period.since.isoformat(), "until": period.until.isoformat()}
        line |= {"articles": articles, "seconds": round(seconds, 3), "run_id": run_id}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        torn = self.path.exists() and not self.path.read_bytes().endswith(b"\n")
        with self.path.open("a", encoding="utf-8") as f:
            f.write(("\n" if torn else "") + json.dumps(line, ensure_ascii=False) + "\n")
            f.flush()
            os.fsync(f.fileno())
        self.lines.append(line)

    def seconds_for(self, left: Sequence[Partition]) -> float | None:
        """How long ``left`` will take at the pace of what is done; None while a kind of them was never done."""
        total = 0.0
        for kind in ("warc", "pages"):
            parts, known = [p for p in left if p.kind == kind], [x for x in self.lines if x["kind"] == kind and x["weight"]]
            if parts and not known:
                return None
            if parts:
                mean = sum(x["weight"] for x in known) / len(known) if kind == "warc" else _REMOTE_BYTES
                pace = sum(x["seconds"] for x in known) / sum(x["weight"] for x in known)
                total += pace * sum(p.weight or mean for p in parts)
        return total


def _whole_lines(text: str) -> Iterator[dict[str, Any]]:
    for line in text.splitlines():
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict) and {"source", "kind", "place", "rules", "since", "until", "weight", "seconds"} <= found.keys():
            yield found


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a back-fill is: ``<data-dir>/backfill/progress.json``, for ``presslake status`` and the flow engine's page."""

    first: str
    last: str
    parts: int
    done: int
    pages: int
    articles: int
    seconds_left: float | None
    at: str
    state: str
    """running, done, stopped, blocked, failed."""

    @property
    def percent(self) -> float:
        return 100.0 * self.done / self.parts if self.parts else 100.0

    def in_words(self) -> str:
        """One line for people."""
        left = (
            "" if self.state != "running" else ", time left not known yet" if self.seconds_left is None else f", {_duration(self.seconds_left)} left"
        )
        return f"{self.first} to {self.last}: {self.done} of {self.parts} parts, {self.pages} pages, {self.articles} articles{left}"

    def write(self, data_dir: Path) -> None:
        """Replace the file, whole or not at all."""
        path = data_dir / FOLDER / "progress.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(dataclasses.asdict(self)))

    @classmethod
    def read(cls, data_dir: Path) -> Progress | None:
        """What the last back-fill said; None where there was none or it cannot be read."""
        try:
            return cls(**json.loads((data_dir / FOLDER / "progress.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None


def _duration(seconds: float) -> str:
    """In words for people.

    >>> _duration(5400), _duration(40), _duration(200_000)
    ('1 h 30 min', '1 min', '2 d 7 h')
    """
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes // 1440} d {minutes % 1440 // 60} h"
