"""What Prometheus reads of a run, read back by its own parser."""

import datetime as dt
from collections import Counter

from prometheus_client.parser import text_string_to_metric_families

from flows import steps
from flows.metrics import write_metrics
from flows.summary import RunSummary
from presslake.schema import Run, make_id

START = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def values_of(path):
    families = text_string_to_metric_families(path.read_text(encoding="utf-8"))
    return {(s.name, *(v for k, v in sorted(s.labels.items()) if k != "flow")): s.value for f in families for s in f.samples}


def run_row(status):
    return Run(
        run_id=make_id("run", 1),
        flow="daily",
        started_at=START,
        ended_at=START + dt.timedelta(seconds=90),
        status=status,
        code_version="1",
        fetched_count=3,
        article_count=2,
        reject_count=1,
        snapshot_id=None,
    )


def test_every_figure_of_a_run_is_there_with_its_label(tmp_path):
    summary = RunSummary("daily", make_id("run", 1), str(tmp_path), "published", Counter(fetched=3, not_found=1), 3, 2, Counter({'a "b"\n': 1}))
    summary.changed, summary.totals = {"articles": 2}, {"articles": 40}
    found = values_of(write_metrics(tmp_path, run_row("published"), summary))
    assert found["presslake_run_duration_seconds",] == 90
    assert found["presslake_run_ended_timestamp_seconds",] == START.timestamp() + 90
    assert found["presslake_run_requests", "not_found"] == 1
    assert found["presslake_run_rejects", 'a "b"\n'] == 1
    assert found["presslake_warehouse_rows", "articles"] == 40
    assert (found["presslake_run_status", "published"], found["presslake_run_status", "blocked"]) == (1, 0)


def test_the_next_run_replaces_what_the_last_one_said(tmp_path):
    first = RunSummary("daily", make_id("run", 1), str(tmp_path), "published", rejects=Counter(placeholder=1))
    write_metrics(tmp_path, run_row("published"), first)
    found = values_of(write_metrics(tmp_path, run_row("blocked"), RunSummary("daily", make_id("run", 2), str(tmp_path), "blocked")))
    assert ("presslake_run_rejects", "placeholder") not in found
    assert found["presslake_run_status", "blocked"] == 1
    assert [p.name for p in tmp_path.iterdir()] == ["metrics.prom"]


def test_a_run_writes_them_at_its_end_and_does_not_fail_where_it_cannot(tmp_path):
    ctx = steps.begin("daily", str(tmp_path), str(tmp_path / "none.toml"), required=False)
    summary = RunSummary("daily", ctx.run_id, str(tmp_path), "unchanged")
    steps.finish(ctx, summary)
    assert values_of(tmp_path / "metrics.prom")["presslake_run_status", "unchanged"] == 1
    assert summary.warnings == []
    (tmp_path / "metrics.prom").unlink()
    (tmp_path / "metrics.prom").mkdir()
    steps.finish(ctx, summary)
    assert summary.warnings[0].startswith(f"{tmp_path / 'metrics.prom'}: could not be written")
