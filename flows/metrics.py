"""Figures of the last run for Prometheus: ``<data-dir>/metrics.prom``, for the textfile collector of its node exporter."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from presslake.schema import Run

if TYPE_CHECKING:
    from flows.summary import RunSummary

FILE = "metrics.prom"
BACKFILL_FILE = "metrics-backfill.prom"
"""Of a back-fill, which runs for days beside other runs and must not hide theirs."""
STATUSES = ("published", "unchanged", "stopped", "blocked", "failed")


def write_metrics(data_dir: Path, run: Run, summary: RunSummary) -> Path:
    """Write the file, whole or not at all, in place of that of the run before."""
    from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

    registry = CollectorRegistry()

    def gauge(name: str, meaning: str, values: dict[str, float], label: str | None = None) -> None:
        metric = Gauge(f"presslake_{name}", meaning, ["flow", *([label] if label else [])], registry=registry)
        for key, value in values.items():
            metric.labels(run.flow, *([key] if label else [])).set(value)

    ended = run.ended_at or run.started_at
    gauge("run_started_timestamp_seconds", "Start of the last run.", {"": run.started_at.timestamp()})
    gauge("run_ended_timestamp_seconds", "End of the last run: alert where it is long ago.", {"": ended.timestamp()})
    gauge("run_duration_seconds", "How long the last run took.", {"": (ended - run.started_at).total_seconds()})
    gauge("run_status", "1 for how the last run ended.", {s: float(s == summary.status) for s in STATUSES}, "status")
    gauge("run_requests", "Requests for pages in the last run.", dict(summary.fetches), "outcome")
    gauge("run_pages", "Pages read in the last run: new or changed bytes.", {"": summary.pages})
    gauge("run_articles", "Pages of the last run that gave an article.", {"": summary.articles})
    gauge("run_rejects", "What the last run set aside.", dict(summary.rejects), "expectation")
    gauge("run_changed_rows", "Rows that the last run added or changed.", dict(summary.changed), "table")
    gauge("run_warnings", "Warnings of the last run.", {"": len(summary.warnings)})
    gauge("warehouse_rows", "Rows in the warehouse.", dict(summary.totals), "table")
    path = data_dir / (BACKFILL_FILE if run.flow == "backfill" else FILE)
    write_to_textfile(str(path), registry)
    return path
