"""The steps of a run with their files: what the tasks of :mod:`flows.pipeline` and the commands of the CLI both do.

Between steps go paths, never pages: a step reads what the one before staged below ``<data-dir>/staging/<run_id>/``.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import logging
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.own import load_own_rules
from expectations.runner import preload
from flows import progress
from flows.archive import OWN_CHANNELS, Archive
from flows.follow import earlier_pages, group_pages
from flows.lock import run_lock
from flows.process import POOL_FROM, StageCounts, plan_tasks, run_tasks
from flows.retain import seal
from flows.runlog import LOGGER
from flows.runners import Runner
from flows.sources import fallen_silent, source_rows
from flows.staging import stage, sweep
from flows.state import GOOD, Outcome, UrlState, after, fetch_state, next_poll_at, with_fetches
from flows.stores import Store
from flows.summary import OUTCOMES, RunSummary
from presslake import __version__
from presslake.errors import CheckFailed, ConfigError
from presslake.schema import PUBLIC_TABLES, ExpectationResult, Fetch, ResolutionJudgement, Run, make_id
from presslake.settings import Config, Settings, Source, load_config
from transforms.records import SourceHints

if TYPE_CHECKING:
    from expectations.rules import Rule
    from flows.check import CheckResult
    from flows.load import LoadResult
    from flows.publish import PublishResult
    from flows.warehouse import Connection

WAREHOUSE = "press.duckdb"
CHECKS = "checks.html"
UNITS = 8
"""Units of work per worker, at least: with few large ones, some workers wait for the last."""


@dataclass(frozen=True, slots=True)
class Context:
    """What every step of a run needs to know."""

    flow: str
    run_id: str
    started_at: dt.datetime
    data_dir: Path
    config: Config
    own_rules: tuple[Rule, ...] = ()
    """Expectations of the user: ``expectations/*.toml`` beside the configuration."""
    warehouse_name: str = WAREHOUSE
    staging_name: str = "staging"

    @property
    def staging(self) -> Path:
        return self.data_dir / self.staging_name / self.run_id

    @property
    def warehouse(self) -> Path:
        return self.data_dir / self.warehouse_name


def begin(flow: str, data_dir: str, config: str, *, required: bool = True, sources: Sequence[str] | None = None) -> Context:
    """Read the configuration and name the run. Raises ConfigError for a wrong file or a source that it does not have."""
    loaded = load_config(Path(config), required=required)
    if sources:
        for name in sources:
            if name not in loaded.sources:
                raise ConfigError(f"{config}: sources.{name}: no such source; allowed: {', '.join(loaded.sources) or 'none are configured'}")
        loaded = Config.model_construct(settings=loaded.settings, sources={k: v for k, v in loaded.sources.items() if k in sources})
    started_at = dt.datetime.now(dt.UTC)
    directory = Path(data_dir)
    directory.mkdir(parents=True, exist_ok=True)
    own_rules = load_own_rules(Path(config).parent / "expectations")
    return Context(flow, make_id("run", flow, started_at.isoformat(), directory.resolve()), started_at, directory, loaded, own_rules)


def recover(ctx: Context) -> list[Fetch]:
    """Pick up what a killed run archived but did not load: its rows are staged with this run's, nothing is fetched twice."""
    from flows.load import open_warehouse
    from flows.retain import unloaded

    sweep(ctx.data_dir / "staging", keep=ctx.staging)
    with closing(open_warehouse(ctx.warehouse)) as con:
        left = unloaded(ctx.data_dir, con)
    if left:
        stage(ctx.staging, "recovered", {"fetches": left})
    return left


def acquire(ctx: Context, recovered: Sequence[Fetch] = (), *, refetch: str = "due") -> list[Fetch]:
    """Discover and fetch. Bodies are archived; the rows of all requests are staged and returned."""
    from flows import discover
    from flows.fetch import Fetcher

    state = with_fetches(known_state(ctx.data_dir), recovered)
    advance = progress.bar("fetching", None)
    with Archive(ctx.data_dir, ctx.run_id, ctx.started_at, flow=ctx.flow) as archive, Fetcher(ctx.config.settings, archive, state) as fetcher:
        rows = list(
            _counted(discover.acquire(ctx.config, fetcher, refetch=refetch, poll="due" if refetch == "due" else "all", recovered=recovered), advance)
        )
        stage(ctx.staging, "fetched", {"fetches": rows, "sources": source_rows(ctx.config, with_fetches(state, rows), ctx.started_at)})
    return rows


def archive_inputs(ctx: Context, inputs: Sequence[str], recovered: Sequence[Fetch] = ()) -> list[Fetch]:
    """Archive files, folders and WARC files, fetch addresses: what ``ingest`` is given. Rows are staged and returned."""
    from flows.discover import url_targets
    from flows.fetch import Fetcher
    from flows.follow import fetch_articles
    from flows.local import ingest_paths

    urls = [x for x in inputs if x.startswith(("http://", "https://"))]
    paths = [Path(x) for x in inputs if x not in urls]
    state = with_fetches(known_state(ctx.data_dir), recovered)
    rows: list[Fetch] = []
    with Archive(ctx.data_dir, ctx.run_id, ctx.started_at, flow=ctx.flow) as archive:
        rows += _counted(ingest_paths(paths, archive, ctx.config, state), progress.bar("archiving files", None))
        if urls:
            with Fetcher(ctx.config.settings, archive, state) as fetcher:
                rows += _counted(
                    fetch_articles(url_targets(urls, ctx.config.sources), fetcher, ctx.config.sources), progress.bar("fetching", len(urls))
                )
    stage(ctx.staging, "fetched", {"fetches": rows, "sources": source_rows(ctx.config, state, ctx.started_at)})
    return rows


def process(ctx: Context, fetches: Iterable[Fetch]) -> StageCounts:
    """Parse and extract the pages among ``fetches`` that are new or changed; their rows are staged."""
    pages = new_pages(fetches)
    if not pages:
        return StageCounts()
    return read_pages(ctx, pages, known_of(ctx, pages), progress.bar("reading articles", len(pages)))


def new_pages(fetches: Iterable[Fetch]) -> list[Fetch]:
    """Those of ``fetches`` that brought a page that is new or changed, or say whose page one is."""
    return [f for f in fetches if f.outcome in (Outcome.FETCHED, Outcome.JOINED) and f.channel not in OWN_CHANNELS and f.raw_sha256 and f.warc_file]


def read_pages(
    ctx: Context,
    pages: Sequence[Fetch],
    known: tuple[list[ResolutionJudgement], list[Fetch]],
    advance: Callable[[int], None],
    *,
    share: float = 1.0,
    niceness: int = 0,
) -> StageCounts:
    """Parse and extract ``pages`` with that ``share`` of the workers of the settings; ``known`` is what :func:`known_of` gives."""
    settings, (judgements, earlier) = ctx.config.settings, known
    pages, parts = group_pages(pages, earlier)
    hints = hints_of(ctx.config.sources)
    runner = Runner(settings.runner, settings.workers, settings.runner_address, niceness)
    runner = replace(runner, workers=max(1, int(runner.slots * share)))
    size = min(settings.batch_size, max(POOL_FROM, len(pages) // (UNITS * runner.workers)))
    tasks = plan_tasks(ctx.data_dir, ctx.staging, pages, hints, settings.recogniser, size, judgements, parts, store_of(settings))
    if len(pages) >= POOL_FROM:
        preload()
    return run_tasks(tasks, runner, advance)


def store_of(settings: Settings) -> Store | None:
    """What the workers share instead of the data directory."""
    return Store(settings.store, settings.store_endpoint) if settings.store else None


def known_of(ctx: Context, pages: Sequence[Fetch]) -> tuple[list[ResolutionJudgement], list[Fetch]]:
    """The analysts' judgements, and the pages of articles with several that earlier runs fetched."""
    from flows.judge import list_judgements
    from flows.load import open_warehouse

    with closing(open_warehouse(ctx.warehouse)) as con:
        return list_judgements(con), earlier_pages(con, pages)


def hints_of(sources: Mapping[str, Source]) -> dict[str, SourceHints]:
    """What the configuration tells the parser about each source."""
    return {
        k: SourceHints(name=s.name, language=s.language, time_zone=s.time_zone, selectors={str(key): css for key, css in s.selectors.items()})
        for k, s in sources.items()
    }


def _counted(rows: Iterable[Fetch], advance: Callable[[int], None]) -> Iterator[Fetch]:
    for row in rows:
        advance(1)
        yield row


def known_state(data_dir: Path) -> dict[str, UrlState]:
    """What earlier runs know of every URL; nothing where there is no warehouse yet."""
    from flows.load import open_warehouse

    path = data_dir / WAREHOUSE
    if not path.exists():
        return {}
    with closing(open_warehouse(path, read_only=True)) as con:
        return fetch_state(con)


def replay_archive(ctx: Context) -> list[Fetch]:
    """The requests of the raw archive: what ``rebuild`` starts from. Rows are staged and returned."""
    from flows.archive import iter_fetches, iter_runs

    progress.say("reading the raw archive")
    rows = list(iter_fetches(ctx.data_dir))
    runs = [_uncounted_run(r["run_id"], r["flow"], r["started_at"], "rebuilt", r["code_version"]) for r in iter_runs(ctx.data_dir)]
    stage(ctx.staging, "replayed", {"fetches": rows, "runs": runs, "sources": source_rows(ctx.config, with_fetches({}, rows), ctx.started_at)})
    return rows


def read_again(ctx: Context, since: str) -> list[Fetch]:
    """The pages that came from the day ``since`` on, with all earlier states of their articles: what ``rebuild --since`` reads again.

    An article of which the archive does not hold every state any more is not replaced, only added to.
    """
    from flows.archive import locate, moved_to
    from flows.load import open_warehouse
    from flows.replay import articles_of, fetches_since, pages_of

    def is_held(f: Fetch) -> bool:
        return locate(ctx.data_dir, moved_to(ctx.data_dir, f.warc_file or "", f.warc_offset or 0)[0]) is not None

    with closing(open_warehouse(ctx.warehouse)) as con:
        recent = fetches_since(con, dt.datetime.fromisoformat(since).replace(tzinfo=dt.UTC))
        articles = articles_of(con, recent)
        pages = pages_of(con, articles)
        lost = set(articles_of(con, [f for f in pages if not is_held(f)]))
    ctx.staging.mkdir(parents=True, exist_ok=True)
    (ctx.staging / _REPLACING).write_text(json.dumps([a for a in articles if a not in lost]), encoding="utf-8")
    return [f for f in {f.fetch_id: f for f in (*pages, *recent)}.values() if is_held(f)]


_REPLACING = "replacing.json"
"""In the staging of a run: the articles of which nothing stays but what is staged."""


def rejected(ctx: Context) -> list[Fetch]:
    """The requests whose pages or rows were set aside: what ``replay`` reads again."""
    from flows.load import open_warehouse
    from flows.replay import rejected_fetches

    with closing(open_warehouse(ctx.warehouse)) as con:
        return rejected_fetches(con)


def note_fetches(summary: RunSummary, fetches: Iterable[Fetch]) -> None:
    """Count the requests for pages, and those of them that gave none, with their reasons."""
    for f in fetches:
        if f.channel in OWN_CHANNELS:
            continue
        summary.fetches[f.outcome] += 1
        summary.sources.add(f.source_id)
        is_fine, facts = f.outcome in OUTCOMES, {"source_id": f.source_id, "url": f.url, "outcome": f.outcome, "reason": f.reason}
        LOGGER.log(logging.DEBUG if is_fine else logging.WARNING, "request", extra=facts)
        if not is_fine:
            summary.refused.append((f.url, f.reason or f.outcome))


def note_switched_off(ctx: Context, summary: RunSummary, fetches: Iterable[Fetch]) -> None:
    """Announce the channels whose failure in this run is the one that switches them off; call it before the run is loaded."""
    failed = {f.url: f for f in fetches if f.channel == "source" and f.outcome not in GOOD}
    if ctx.flow != "daily" or not failed:
        return
    state, settings = known_state(ctx.data_dir), ctx.config.settings
    for url, fetch in failed.items():
        before = state.get(url)
        now = after(before, fetch)
        if next_poll_at(now, settings) is None and (before is None or next_poll_at(before, settings) is not None):
            summary.warnings.append(
                f"{fetch.source_id}: {url} is switched off: no answer since {now.good_at or now.first_at:%Y-%m-%d} "
                f"({fetch.reason or fetch.outcome}). Correct or remove it; "
                f"it is asked again once in {settings.dead_after_days:g} days"
            )


def note_counts(summary: RunSummary, counts: StageCounts) -> None:
    """Take over what parsing and extraction counted."""
    summary.pages, summary.articles = counts.pages, counts.articles
    summary.rejects.update(counts.rejects)


def check_staged(ctx: Context) -> CheckResult:
    """Hold the staged rows to the expectations; what fails is set aside in place. Raises CheckFailed on a block, whose findings are kept."""
    from flows import check

    progress.say("checking staged rows")
    try:
        return check.check_staged(ctx.staging, ctx.run_id, more=ctx.own_rules)
    except CheckFailed:
        keep_findings(ctx)
        raise


def load(ctx: Context) -> tuple[LoadResult, dict[str, int]]:
    """Merge what is staged and resolve identities. Returns what changed, and the rows of every public table."""
    from flows.load import merge_staged, open_warehouse
    from flows.replay import settle_rejects
    from flows.warehouse import row_count

    progress.say("loading and resolving")
    listed = ctx.staging / _REPLACING
    replacing = json.loads(listed.read_text(encoding="utf-8")) if listed.exists() else []
    with closing(open_warehouse(ctx.warehouse)) as con:
        result = merge_staged(con, ctx.staging, ctx.run_id, replacing=replacing)
        log_rows(con)
        if ctx.flow == "replay" or replacing:
            settle_rejects(con)
        totals = {t: row_count(con, t) for t in PUBLIC_TABLES}
    seal(ctx.data_dir)
    return result, totals


def log_rows(con: Connection) -> None:
    """Into the log: what was set aside, with its reason; and, at level debug, every article. ``con`` has the staged rows as views."""
    rows = con.execute(
        "SELECT table_name, row_key, expectation, reason, article_id, source_id FROM in_rejects LEFT JOIN in_articles ON row_key = article_id"
    )
    for table, key, expectation, reason, article_id, source_id in rows.fetchall():
        facts = {"table": table, "row_key": key, "expectation": expectation, "reason": reason, "article_id": article_id, "source_id": source_id}
        LOGGER.info("set aside", extra=facts)
    if LOGGER.isEnabledFor(logging.DEBUG):
        for article_id, source_id, url in con.execute("SELECT article_id, source_id, url FROM in_articles ORDER BY ALL").fetchall():
            LOGGER.debug("article", extra={"article_id": article_id, "source_id": source_id, "url": url})


def check(ctx: Context, *, full: bool = False, unless_published: bool = False) -> CheckResult:
    """Hold the warehouse as a whole to the expectations. Raises CheckFailed on a block.

    ``unless_published``: not where it holds exactly what was published last, and so was checked; an hourly run with nothing new
    then does without loading Great Expectations.
    """
    from flows.check import CheckResult, check_warehouse, previous_counts
    from flows.load import open_warehouse
    from flows.publish import is_published

    progress.say("checking the warehouse")
    with closing(open_warehouse(ctx.warehouse)) as con:
        if unless_published and is_published(con, ctx.data_dir):
            return CheckResult()
        try:
            return check_warehouse(con, ctx.run_id, previous=previous_counts(ctx.data_dir), more=ctx.own_rules, full=full)
        finally:
            _write_checks(ctx, con)


def publish(ctx: Context, *, force: bool = False) -> PublishResult:
    """Publish the warehouse as a snapshot with its report, if it differs from the last one."""
    from flows import publish as publishing
    from flows.load import open_warehouse
    from flows.report import read_operations

    progress.say("publishing")
    with closing(open_warehouse(ctx.warehouse)) as con:
        operations = read_operations(con)
        result = publishing.publish(
            con,
            ctx.data_dir,
            ctx.run_id,
            force=force,
            keep=ctx.config.settings.snapshots_keep,
            report=lambda directory: _write_pages(directory, operations),
        )
    _send(ctx, result.path)
    return result


def _send(ctx: Context, snapshot: Path) -> None:
    """To the object store of the settings, where there is one; also a snapshot that an earlier run could not bring there."""
    settings = ctx.config.settings
    if settings.target:
        from flows.targets import publish_to_s3

        progress.say(f"sending to {settings.target}")
        publish_to_s3(snapshot, settings.target, endpoint=settings.target_endpoint, keep=settings.snapshots_keep)


def _write_pages(directory: Path, operations: Mapping[str, Any]) -> None:
    """Report and explorer, into the folder of a snapshot."""
    from flows.explorer import write_explorer
    from flows.report import write_report

    write_report(directory, directory / "report.html", operations=operations, explorer=True)
    write_explorer(directory)


def retain(ctx: Context) -> None:
    """Remove what the archive need not hold any more by the settings; after everything was loaded and published."""
    from flows.retain import apply_retention

    days = ctx.config.settings.retention_days
    if days is not None:
        done = apply_retention(ctx.data_dir, days, ctx.started_at)
        if done.removed_files:
            progress.say(f"removed {len(done.removed_files)} archive files older than {days} days ({done.removed_bytes / 1e6:.0f} MB)")


def finish(ctx: Context, summary: RunSummary) -> None:
    """Write the run's own row and its figures, and remove its staging."""
    from flows.load import open_warehouse
    from flows.warehouse import upsert

    run = Run(
        run_id=ctx.run_id,
        flow=ctx.flow,
        started_at=ctx.started_at,
        ended_at=dt.datetime.now(dt.UTC),
        status=summary.status,
        code_version=__version__,
        fetched_count=sum(summary.fetches.values()),
        article_count=summary.changed.get("articles", 0),
        reject_count=sum(summary.rejects.values()),
        snapshot_id=summary.snapshot_id,
    )
    with contextlib.ExitStack() as stack:
        stack.callback(_write_metrics, ctx, run, summary)  # also where the warehouse cannot be written
        con = stack.enter_context(closing(open_warehouse(ctx.warehouse)))
        summary.silent = fallen_silent(con, ctx.config, ctx.started_at) if ctx.flow == "daily" else []
        upsert(con, "runs", [run])
        summary.reasons = con.execute(
            "SELECT count(*), table_name, regexp_replace(reason, ' Remedy: .*', ''), min(row_key) FROM rejects "
            "WHERE run_id = ? AND expectation <> 'article_set_aside' GROUP BY table_name, 3 ORDER BY table_name <> 'pages', 1 DESC, 3",
            [ctx.run_id],
        ).fetchall()
    shutil.rmtree(ctx.staging, ignore_errors=True)


def _write_metrics(ctx: Context, run: Run, summary: RunSummary) -> None:
    from flows.metrics import FILE, write_metrics

    try:
        write_metrics(ctx.data_dir, run, summary)
    except OSError as e:  # the run is done whether or not anybody can watch it
        summary.warnings.append(f"{ctx.data_dir / FILE}: could not be written: {e.strerror}")


def note_death(ctx: Context, died: Mapping[str, Any]) -> None:
    """Write down that the run before died with the lock in its hands, as what its process wrote into the lock says."""
    from flows.load import open_warehouse
    from flows.warehouse import upsert

    started_at = dt.datetime.fromisoformat(died["started_at"])
    run = _uncounted_run(str(died["run_id"]), str(died["flow"]), started_at, "killed", __version__)
    with closing(open_warehouse(ctx.warehouse)) as con:
        upsert(con, "runs", [run])


def _uncounted_run(run_id: str, flow: str, started_at: dt.datetime, status: str, code_version: str) -> Run:
    """The row of a run of which only is known that it began."""
    return Run(
        run_id=run_id,
        flow=flow,
        started_at=started_at,
        ended_at=None,
        status=status,
        code_version=code_version,
        fetched_count=0,
        article_count=0,
        reject_count=0,
        snapshot_id=None,
    )


def new_warehouse(ctx: Context) -> Context:
    """A context whose warehouse is a new file beside the old one, with the analysts' judgements in it."""
    aside = replace(ctx, warehouse_name="press.rebuild.duckdb")
    for path in (aside.warehouse, aside.warehouse.with_suffix(".duckdb.wal")):
        path.unlink(missing_ok=True)
    carry_judgements(ctx.warehouse, aside.warehouse)
    return aside


def replace_warehouse(ctx: Context) -> Context:
    """Put the rebuilt warehouse in the place of the old one."""
    whole = replace(ctx, warehouse_name=WAREHOUSE)
    whole.warehouse.with_suffix(".duckdb.wal").unlink(missing_ok=True)
    ctx.warehouse.replace(whole.warehouse)
    return whole


def carry_judgements(old: Path, new: Path) -> None:
    """Copy ``resolution_judgements`` (and what was published) from the warehouse that is to be replaced; one that is damaged is kept aside."""
    import duckdb

    from flows.load import open_warehouse

    with closing(open_warehouse(new)) as con:
        if not old.exists():
            return
        try:
            con.execute(f"ATTACH '{str(old).replace(chr(39), chr(39) * 2)}' AS old (READ_ONLY)")
        except duckdb.Error:
            old.replace(old.with_name("press.damaged.duckdb"))
            return
        for table in ("resolution_judgements", "snapshots"):
            con.execute(f'INSERT INTO "{table}" BY NAME SELECT * FROM old."{table}"')  # noqa: S608 - names of the schema
        con.execute("DETACH old")


def keep_findings(ctx: Context) -> None:
    """After a block: its findings go into the warehouse. The requests do not, so that the next run takes up what this one archived."""
    from flows.load import merge_logs, open_warehouse

    with closing(open_warehouse(ctx.warehouse)) as con:
        merge_logs(con, ctx.staging, tables=("expectation_results", "rejects"))
        _write_checks(ctx, con)


def _write_checks(ctx: Context, con: Connection) -> None:
    """What this run checked, as a page that opens from disk: ``<data-dir>/checks.html``, also after a block."""
    from expectations.page import render_page
    from flows.check import results_of
    from flows.snapshotfiles import write_whole

    with contextlib.suppress(OSError):  # the verdict must not hang on its page
        write_whole(ctx.data_dir / CHECKS, render_page(results_of(con, ctx.run_id)))


def note_checks(summary: RunSummary, result: CheckResult) -> None:
    """Take over what was set aside and what is to be warned of."""
    for table, n in result.set_aside.items():
        summary.rejects[f"{table} rows"] += n
    summary.warnings += [f"{r.table_name}: {r.detail}" for r in result.failed if r.severity == "warn"]
    names = ("table_name", "expectation", "severity", "unexpected_count", "detail")
    summary.failed += [{n: getattr(r, n) for n in names} for r in result.failed]


def note_load(summary: RunSummary, loaded: tuple[LoadResult, dict[str, int]]) -> None:
    """Take over what changed."""
    result, summary.totals = loaded
    summary.changed = {t: c.new + c.changed for t, c in result.counts.items() if t in summary.totals and c.new + c.changed}


def note_publish(summary: RunSummary, result: PublishResult) -> None:
    """Take over what was published."""
    summary.status = "published" if result.published else "unchanged"
    summary.snapshot_id, summary.snapshot_path = result.snapshot_id, result.path.name
    summary.warnings += result.warnings


# ------------------------------------------------------------------ without a flow: what the commands of the CLI do


def check_all(data_dir: Path, config: Path) -> tuple[ExpectationResult, ...]:
    """Run every expectation on the warehouse; what holds and what does not, the gravest first."""
    from flows.check import CheckResult

    ctx = begin("check", str(data_dir), str(config), required=False)
    with run_lock(data_dir, ctx.run_id, wait_seconds=60):
        try:
            results = check(ctx, full=True).results
        except CheckFailed as e:
            results = e.result.results if isinstance(e.result, CheckResult) else ()
    return tuple(sorted(results, key=lambda r: (r.is_success, ("block", "reject", "warn").index(r.severity), r.table_name, r.expectation)))


def publish_all(data_dir: Path, config: Path, *, force: bool = False) -> PublishResult:
    """Check and publish. Raises CheckFailed on a block."""
    ctx = begin("publish", str(data_dir), str(config), required=False)
    with run_lock(data_dir, ctx.run_id, wait_seconds=60):
        check(ctx)
        return publish(ctx, force=force)


def rollback(data_dir: Path, config: Path, snapshot: str) -> str:
    """Let ``latest.json`` name an earlier snapshot, here and in the object store of the settings; gives its id."""
    from flows import snapshots

    ctx = begin("rollback", str(data_dir), str(config), required=False)
    with run_lock(data_dir, ctx.run_id, wait_seconds=60):
        pointer = snapshots.rollback(data_dir, snapshot)
        _send(ctx, snapshots.snapshots_dir(data_dir) / pointer.path)
    return pointer.snapshot_id


def list_rejects(data_dir: Path) -> list[tuple[Any, ...]]:
    """Table, key, expectation, reason and time of what is set aside, newest first."""
    from flows.load import open_warehouse

    with closing(open_warehouse(data_dir / WAREHOUSE, read_only=True)) as con:
        return con.execute("SELECT table_name, row_key, expectation, reason, rejected_at FROM rejects ORDER BY rejected_at DESC, row_key").fetchall()
