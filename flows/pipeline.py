"""The flows: ``daily``, ``ingest``, ``rebuild``, ``replay``, ``backfill``. The stages of :mod:`flows.steps`, wired in order under Prefect.

With :mod:`flows.told` (what is said beside the states of tasks) this is all that runs under Prefect. A task is a stage over everything a run has,
never a single page: task runs cost some 40 ms each. Between tasks go paths and counts, no pages. Writers are never cached; what is safe to repeat is
retried.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Any, Literal

from prefect import flow, task
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE
from pydantic import Field

from flows import backfill as filling
from flows import lineage, progress, runlog, steps, told
from flows.lock import run_lock
from flows.partitions import Period, Progress
from flows.runlog import LOGGER
from flows.steps import Context
from flows.summary import RunSummary
from presslake import __version__
from presslake.errors import CheckFailed, WarehouseError

WAIT_SECONDS = 3600.0
"""How long a run waits for another one on the same data directory."""


def _task(name: str, function: Callable[..., Any], **options: Any) -> Any:
    """Wrap, don't decorate: the stages stay plain functions, and their tests never start Prefect."""
    return task(name=name, cache_policy=NO_CACHE, persist_result=False, **options)(function)


recover = _task("recover", steps.recover)
acquire = _task("acquire", steps.acquire)
archive_inputs = _task("archive inputs", steps.archive_inputs)
replay_archive = _task("read archive", steps.replay_archive)
read_again = _task("read pages again", steps.read_again)
rejected = _task("read rejects", steps.rejected)
process = _task("parse and extract", steps.process)
check_staged = _task("check staged rows", steps.check_staged)
load = _task("load and resolve", steps.load)
check = _task("check warehouse", steps.check)
publish = _task("publish", steps.publish)


@flow(name="daily", log_prints=False, validate_parameters=True)
def daily(
    data_dir: str = "data",
    config: str = "sources.toml",
    sources: list[str] | None = None,
    refetch: Literal["due", "all", "none"] = "due",
    force: bool = False,
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
    """Recreate the warehouse from the raw archive and the judgements, without touching the network.

    ``since``: only what came from this day on (UTC) is read again, with all states of its articles; the rest of the warehouse stays.
    """
    ctx = steps.begin("rebuild", data_dir, config, required=False)
    if since is not None:
        return _run(ctx, lambda recovered: read_again(ctx, since), force=False)
    with _locked(ctx):
        aside = steps.new_warehouse(ctx)
        return _stages(aside, lambda recovered: replay_archive(aside), replace=steps.replace_warehouse)


@flow(name="replay", log_prints=False, validate_parameters=True)
def replay(data_dir: str = "data", config: str = "sources.toml") -> RunSummary:
    """Put what was set aside through the stages again: with newer code, settings or expectations some of it may hold now."""
    ctx = steps.begin("replay", data_dir, config, required=False)
    return _run(ctx, lambda recovered: rejected(ctx), force=False)


@flow(name="backfill", log_prints=False, validate_parameters=True)
def backfill(
    first: dt.date,
    last: dt.date,
    data_dir: str = "data",
    config: str = "sources.toml",
    sources: list[str] | None = None,
    contains: str | None = None,
    hours: Annotated[float, Field(gt=0)] | None = None,
) -> RunSummary:
    """Fill up the days from ``first`` to ``last`` from crawls and sitemaps, beside the runs by schedule and behind them (:mod:`flows.backfill`).

    ``contains``: only pages in whose bytes this regular expression is found. ``hours``: stop after so long; the next call goes on.
    """
    ctx, period = filling.begin(data_dir, config, sources), Period(first, last)
    summary = RunSummary(ctx.flow, ctx.run_id, str(ctx.data_dir))
    with filling.alone(ctx):
        filled = filling.Backfill(ctx, period, summary, contains=contains, hours=hours, on_progress=_progress_shown())

        def work() -> Context:
            summary.status = take_over(filled)
            if summary.status == "done":
                publish_filled(ctx, summary)
            return ctx

        return _recorded(ctx, summary, work, finish=filling.finish)


take_over = _task("take over", filling.Backfill.run)
publish_filled = _task("publish", filling.publish)


def _progress_shown() -> Callable[[Progress], None]:
    """Shows progress beside the run on the engine's page, and on the terminal."""
    artifact = create_progress_artifact(progress=0.0, key="backfill", description="planning")

    def show(p: Progress) -> None:
        progress.say(p.in_words())
        update_progress_artifact(artifact, p.percent, description=p.in_words())  # type: ignore[arg-type]

    return show


ended: list[RunSummary] = []
"""Runs of this process that are done, whatever the engine's server makes of it."""


@contextlib.contextmanager
def _locked(ctx: Context) -> Iterator[None]:
    """The data directory to ourselves; a run that died with it in its hands is written down as that."""
    facts = {"flow": ctx.flow, "started_at": ctx.started_at.isoformat(), "flow_run_id": told.flow_run_id()}
    with run_lock(ctx.data_dir, ctx.run_id, wait_seconds=WAIT_SECONDS, on_wait=progress.say, facts=facts) as died:
        if died is not None and "started_at" in died:
            told.bury(died, ctx.run_id)
            with contextlib.suppress(WarehouseError):  # where it is damaged or locked, the stages say so
                steps.note_death(ctx, died)
        told.catch_up(ctx)
        yield


def _run(ctx: Context, bring: Callable[[Sequence[Any]], Any], *, force: bool) -> RunSummary:
    with _locked(ctx):
        return _stages(ctx, bring, force=force)


def _stages(
    ctx: Context, bring: Callable[[Sequence[Any]], Any], *, force: bool = False, replace: Callable[[Context], Context] | None = None
) -> RunSummary:
    """Everything behind the archive, in order. What is archived stays archived whatever happens here; a blocked run publishes nothing."""
    summary = RunSummary(ctx.flow, ctx.run_id, str(ctx.data_dir))
    return _recorded(ctx, summary, lambda: _through(ctx, summary, bring, force=force, replace=replace))


def _recorded(
    ctx: Context, summary: RunSummary, work: Callable[[], Context], finish: Callable[[Context, RunSummary], None] = steps.finish
) -> RunSummary:
    """Do the work of a run, which gives the context it ended with, and write down how it went, whatever happens."""
    settings = ctx.config.settings
    log = runlog.kept(ctx.data_dir, ctx.run_id, ctx.flow, ctx.started_at, level=settings.log_level, keep=settings.logs_keep)
    with log, runlog.about(flow_run_id=told.flow_run_id()):
        return _ended(ctx, summary, work, finish)


def _ended(ctx: Context, summary: RunSummary, work: Callable[[], Context], finish: Callable[[Context, RunSummary], None]) -> RunSummary:
    started, lineage_to = time.monotonic(), ctx.config.settings.lineage
    LOGGER.info("run begins", extra={"code_version": __version__})
    if lineage_to:
        lineage.emit(lineage.started(ctx.run_id, ctx.flow, ctx.data_dir, ctx.started_at), lineage_to)

    def say() -> None:
        LOGGER.info("run ends", extra={"status": summary.status, "pages": summary.pages, "articles": summary.articles, "changed": summary.changed})
        if lineage_to:
            lineage.emit(lineage.ended(summary, ctx.data_dir, dt.datetime.now(dt.UTC)), lineage_to)
        told.tell(ctx, summary)

    try:
        ctx = work()
    except CheckFailed as e:
        summary.status = "blocked"
        summary.warnings.append(str(e))
    except Exception as e:
        summary.status, summary.seconds = "failed", time.monotonic() - started
        summary.warnings.append(f"{type(e).__name__}: {e}")
        LOGGER.exception("run failed")
        with contextlib.suppress(Exception):  # what went wrong is what has to be heard
            finish(ctx, summary)
        say()
        raise
    summary.seconds = time.monotonic() - started
    finish(ctx, summary)
    say()
    ended.append(summary)
    return summary


def _through(
    ctx: Context, summary: RunSummary, bring: Callable[[Sequence[Any]], Any], *, force: bool, replace: Callable[[Context], Context] | None
) -> Context:
    """From the archive to the snapshot. Raises CheckFailed on a block."""
    recovered = recover(ctx)
    fetches = bring(recovered)
    steps.note_fetches(summary, fetches)
    steps.note_switched_off(ctx, summary, fetches)
    steps.note_counts(summary, process(ctx, [*recovered, *fetches]))
    steps.note_checks(summary, check_staged(ctx))
    loaded = load(ctx)
    steps.note_load(summary, loaded)
    if replace:
        ctx = replace(ctx)
    is_same = not (force or replace or loaded[0].has_changes)
    steps.note_checks(summary, check(ctx, unless_published=is_same))
    steps.note_publish(summary, publish(ctx, force=force))
    if ctx.flow == "daily":
        steps.retain(ctx)
    return ctx
