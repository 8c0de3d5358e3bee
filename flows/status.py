"""What a person on call wants to know: does it run, what does it publish, which sources fail, what was set aside, is there room.

Reads the warehouse read-only, and the files beside it where a run is holding the warehouse.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flows.lock import holder
from flows.partitions import Progress
from flows.server import scheduled
from flows.snapshots import SnapshotInfo, list_snapshots
from flows.sources import Health, sources_health
from flows.state import fetch_state
from flows.steps import WAREHOUSE
from flows.warehouse import Connection, open_warehouse
from presslake.errors import WarehouseError
from presslake.settings import Config

LEAST_FREE = 0.05
"""Share of the disk that should stay free."""
FINE = ("ok", "off")


@dataclass(slots=True)
class Status:
    """The state of one data directory; ``problems`` is what somebody has to do something about."""

    at: dt.datetime
    data_dir: str
    at_work: str | None = None
    """The run that holds the warehouse now."""
    runs: list[dict[str, Any]] = field(default_factory=list)
    """The last runs, newest first."""
    snapshot: dict[str, Any] | None = None
    """The last snapshot."""
    sources: list[dict[str, Any]] = field(default_factory=list)
    """Sources that are not as they should be."""
    source_count: int = 0
    rejects: dict[str, int] = field(default_factory=dict)
    """What was set aside within the last day, by expectation."""
    failed_checks: list[dict[str, Any]] = field(default_factory=list)
    """Expectations that did not hold when the warehouse was last checked."""
    backfill: str | None = None
    """How far the last back-fill is, in words."""
    next_run: dict[str, str] | None = None
    """The next run by schedule, as the flow engine's server knows it: when, and whether it is late."""
    lag_minutes: float | None = None
    """From an article's own date to the fetch that first showed it: the median of the last day."""
    disk: dict[str, int] = field(default_factory=dict)
    """Bytes: warehouse, raw archive, snapshots, free, total."""
    problems: list[str] = field(default_factory=list)


def read_status(
    data_dir: Path, config: Config, *, now: dt.datetime | None = None, max_age_hours: float = 26.0, last: int = 5, server: str | None = None
) -> Status:
    """Look at everything; a run longer ago than ``max_age_hours`` is a problem. Never raises for what it finds.

    ``server`` is the address of the flow engine's API, which is asked for the next run.
    """
    status = Status(now or dt.datetime.now(dt.UTC), str(data_dir), at_work=holder(data_dir))
    status.disk = _disk(data_dir)
    status.next_run = next(iter(scheduled(server) or ()), None) if server else None
    filled = Progress.read(data_dir)
    status.backfill = f"{filled.state}: {filled.in_words()}" if filled else None
    status.snapshot = _snapshot(next((s for s in list_snapshots(data_dir) if s.is_latest), None), status.at)
    path = data_dir / WAREHOUSE
    if path.exists():
        try:
            con = open_warehouse(path, read_only=True)
        except WarehouseError as e:
            if not status.at_work:
                status.problems.append(str(e))
        else:
            try:
                _read_warehouse(status, con, config, last)
            finally:
                con.close()
    status.problems += _problems(status, data_dir, max_age_hours)
    return status


def _read_warehouse(status: Status, con: Connection, config: Config, last: int) -> None:
    names = ("run_id", "flow", "status", "started_at", "seconds", "fetched", "articles", "rejects", "snapshot_id")
    status.runs = _dicts(
        names,
        con.execute(
            "SELECT run_id, flow, status, started_at, round(epoch(ended_at - started_at), 1), fetched_count, article_count, reject_count, snapshot_id"
            " FROM runs WHERE status <> 'rebuilt' ORDER BY started_at DESC LIMIT ?",
            [last],
        ).fetchall(),
    )
    health = sources_health(config, fetch_state(con), status.at)
    status.source_count = len(health)
    status.sources = [_source(h) for h in health if h.verdict not in FINE]
    lag = con.execute(
        "SELECT median(epoch(first_seen_at - published_at)) FROM articles WHERE first_seen_at > ? AND published_at BETWEEN ? AND first_seen_at",
        [status.at - dt.timedelta(days=1), status.at - dt.timedelta(days=3)],
    ).fetchall()[0][0]
    status.lag_minutes = None if lag is None else round(lag / 60, 1)
    status.rejects = dict(
        con.execute(
            "SELECT expectation, count(*) FROM rejects WHERE rejected_at > ? GROUP BY 1 ORDER BY 2 DESC, 1", [status.at - dt.timedelta(days=1)]
        ).fetchall()
    )
    status.failed_checks = _dicts(
        ("table", "expectation", "severity", "count", "detail", "checked_at"),
        con.execute(
            "SELECT table_name, expectation, severity, unexpected_count, detail, checked_at FROM expectation_results"
            " WHERE NOT is_success AND run_id = (SELECT max_by(run_id, checked_at) FROM expectation_results)"
            " ORDER BY severity, table_name, expectation"
        ).fetchall(),
    )


def _dicts(names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [dict(zip(names, row, strict=True)) for row in rows]


def _source(h: Health) -> dict[str, Any]:
    return {
        "source": h.source_id,
        "state": h.verdict,
        "last_success_at": h.last_success_at,
        "failures": h.failure_count,
        "next_poll_at": h.next_poll_at,
    }


def _snapshot(latest: SnapshotInfo | None, now: dt.datetime) -> dict[str, Any] | None:
    if latest is None:
        return None
    created = dt.datetime.fromisoformat(latest.created_at)
    return {
        "snapshot_id": latest.snapshot_id,
        "created_at": created,
        "age_hours": round((now - created).total_seconds() / 3600, 1),
        "articles": latest.rows.get("articles", 0),
        "claims": latest.rows.get("claims", 0),
        "bytes": latest.byte_count,
    }


def _disk(data_dir: Path) -> dict[str, int]:
    there = next((p for p in (data_dir, *data_dir.resolve().parents) if p.exists()), Path())
    usage = shutil.disk_usage(there)
    sizes = {name: _size(data_dir / folder) for name, folder in (("warehouse", WAREHOUSE), ("raw", "raw"), ("snapshots", "snapshots"))}
    return {**sizes, "free": usage.free, "total": usage.total}


def _size(path: Path) -> int:
    """Bytes on disk; a file with several names, as snapshots share them, counts once."""
    files = {(s.st_dev, s.st_ino): s.st_size for p in (path, *path.rglob("*")) if p.is_file() for s in (p.stat(),)}
    return sum(files.values())


def _problems(status: Status, data_dir: Path, max_age_hours: float) -> Iterator[str]:
    newest = status.runs[0] if status.runs else None
    if newest is None and not status.at_work:
        yield f"{data_dir}: nothing has run yet; `presslake run` does"
    elif newest is not None:
        hours = (status.at - newest["started_at"]).total_seconds() / 3600
        if hours < -0.1:
            yield f"the last run is dated {-hours:.1f} hours in the future: the clock of this machine was wrong, or is wrong now"
        if hours > max_age_hours and not status.at_work:
            yield f"the last run was {hours:.0f} hours ago; look whether `presslake serve` or the worker is alive"
        if newest["status"] in ("blocked", "failed", "killed"):
            yield f"the last run ({newest['flow']}, {newest['run_id']}) ended {newest['status']}; `presslake check` says why"
    if status.next_run is not None and status.next_run["state"] == "Late":
        yield f"the run that was due at {status.next_run['at'][:16]} has not begun; look whether `presslake serve` or the worker is alive"
    if newest is not None and status.snapshot is None:
        yield "nothing is published; `presslake publish` says why"
    if not status.at_work and any((data_dir / "staging").glob("*")):
        yield "a run was killed; what it had fetched is in the archive, and the next run takes it up"
    for source in status.sources:
        if source["state"] != "never fetched":
            yield f"source {source['source']}: {source['state']}; `presslake sources check {source['source']}` tries it"
    if status.disk["free"] < LEAST_FREE * status.disk["total"]:
        yield f"the disk has {status.disk['free'] / 1e9:.1f} GB left; lower settings.snapshots_keep or set settings.retention_days"
