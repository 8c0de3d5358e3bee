"""The flows: ``daily``, ``ingest``, ``rebuild``. The stages of :mod:`flows.steps`, wired in order under Prefect.

This is the only module that imports Prefect. A task is a stage over everything a run has, never a single page: task runs cost some 40 ms each.
Between tasks go paths and counts, no pages. Writers are never cached; what is safe to repeat is retried.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.events import emit_event

from flows import steps
from flows.lock import run_lock
from flows.steps import Context
from flows.summary import RunSummary, as_markdown
from presslake.errors import CheckFailed

WAIT_SECONDS = 3600.0
"""How long a run waits for another one on the same data directory."""


def _task(name: str, function: Callable[..., Any], **options: Any) -> Any:
    """Wrap, don't decorate: the stages stay plain functions, and their tests never start Prefect."""
    return task(name=name, cache_policy=NO_CACHE, persist_result=False, **options)(function)


recover = _task("recover", steps.recover)
acquire = _task("acquire", steps.acquire)
archive_inputs = _task("archive inputs", steps.archive_inputs)
replay_archive = _task("read archive", steps.replay_archive)
rejected = _task("read rejects", steps.rejected)
process = _task("parse and extract", steps.process)
check_staged = _task("check staged rows", steps.check_staged)
load = _task("load and resolve", steps.load)
check = _task("check warehouse", steps.check)
publish = _task("publish", steps.publish)


@flow(name="daily", log_prints=False, validate_parameters=True)
def daily(
    data_dir: str = "data", config: str = "sources.toml", sources: list[str] | None = None, refetch: str = "due", force: bool = False
) -> RunSummary:
    """Fetch what is new from the sources of ``config``, extract, check and publish if anything changed.

    ``refetch``: ``due`` looks at known pages on a decaying schedule, ``all`` at every one, ``none`` at none.
    """
    ctx = steps.begin("daily", data_dir, config, sources=sources)
    return _run(ctx, lambda recovered: acquire(ctx, recovered, refetch=refetch), force=force)


@flow(name="ingest", log_prints=False, validate_parameters=True)
def ingest(inputs: list[str], data_dir: str = "data", config: str = "sources.toml", force: bool = False) -> RunSummary:
    """Take files, folders, WARC files or addresses through the same stages."""
    ctx = steps.begin("ingest", data_dir, config, required=False)
    return _run(ctx, lambda recovered: archive_inputs(ctx, inputs, recovered), force=force)


@flow(name="rebuild", log_prints=False, validate_parameters=True)
def rebuild(data_dir: str = "data", config: str = "sources.toml", since: str | None = None) -> RunSummary:
    """Recreate the warehouse from the raw archive and the judgements, without touching the network."""
    ctx = steps.begin("rebuild", data_dir, config, required=False)
    with run_lock(ctx.data_dir, ctx.run_id, wait_seconds=WAIT_SECONDS):
        aside = steps.new_warehouse(ctx)
        return _stages(aside, lambda recovered: replay_archive(aside, since), replace=steps.replace_warehouse)


@flow(name="replay", log_prints=False, validate_parameters=True)
def replay(data_dir: str = "data", config: str = "sources.toml") -> RunSummary:
    """Put what was set aside through the stages again: with newer code, settings or expectations some of it may hold now."""
    ctx = steps.begin("replay", data_dir, config, required=False)
    return _run(ctx, lambda recovered: rejected(ctx), force=False)


def _run(ctx: Context, bring: Callable[[Sequence[Any]], Any], *, force: bool) -> RunSummary:
    with run_lock(ctx.data_dir, ctx.run_id, wait_seconds=WAIT_SECONDS):
        return _stages(ctx, bring, force=force)


def _stages(
    ctx: Context, bring: Callable[[Sequence[Any]], Any], *, force: bool = False, replace: Callable[[Context], Context] | None = None
) -> RunSummary:
    """Everything behind the archive, in order. What is archived stays archived whatever happens here; a blocked run publishes nothing."""
    started = time.monotonic()
    summary = RunSummary(ctx.flow, ctx.run_id, str(ctx.data_dir))
    try:
        ctx = _through(ctx, summary, bring, force=force, replace=replace)
    except CheckFailed as e:
        summary.status = "blocked"
        summary.warnings.append(str(e))
        emit_event("quality.blocked", resource={"prefect.resource.id": f"presslake.run.{ctx.run_id}"}, payload={"reason": str(e)})
    except Exception:
        summary.status, summary.seconds = "failed", time.monotonic() - started
        with contextlib.suppress(Exception):  # what went wrong is what has to be heard
            steps.finish(ctx, summary)
        raise
    summary.seconds = time.monotonic() - started
    steps.finish(ctx, summary)
    if summary.status == "published":
        emit_event(
            "snapshot.published", resource={"prefect.resource.id": f"presslake.snapshot.{summary.snapshot_id}"}, payload={"run_id": ctx.run_id}
        )
    create_markdown_artifact(key="run-summary", markdown=as_markdown(summary), description=f"{ctx.flow}: {summary.status}")
    return summary


def _through(
    ctx: Context, summary: RunSummary, bring: Callable[[Sequence[Any]], Any], *, force: bool, replace: Callable[[Context], Context] | None
) -> Context:
    """From the archive to the snapshot. Raises CheckFailed on a block."""
    recovered = recover(ctx)
    fetches = bring(recovered)
    steps.note_fetches(summary, fetches)
    steps.note_counts(summary, process(ctx, [*recovered, *fetches]))
    steps.note_checks(summary, check_staged(ctx))
    loaded = load(ctx)
    steps.note_load(summary, loaded)
    if replace:
        ctx = replace(ctx)
    is_same = not (force or replace or loaded[0].has_changes)
    steps.note_checks(summary, check(ctx, unless_published=is_same))
    steps.note_publish(summary, publish(ctx, force=force))
    return ctx
