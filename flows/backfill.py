"""Fill up past days: ``presslake backfill --from --to``. Part after part (:mod:`flows.partitions`), beside the runs by schedule, behind all of them.

It reads and extracts without the lock of the data directory, in files and folders that no other run touches, with half of the workers, which stand
back; while another run is at work it waits. It takes the lock only to merge a piece of at most ``PIECE_PAGES`` pages, and never before somebody who
waits for it. Killed or stopped, it goes on with the first part that is not done.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing
from pathlib import Path

from flows import steps
from flows.archive import Archive
from flows.archived import HELD
from flows.crawls import download, expand
from flows.discover import discover
from flows.fetch import Fetcher, Target
from flows.follow import fetch_articles
from flows.local import ingest_warc
from flows.lock import holder, run_lock
from flows.partitions import FOLDER, Ledger, Partition, Period, Progress, is_within, page_partitions, rules_of, warc_partition
from flows.process import StageCounts
from flows.retain import seal, unloaded
from flows.staging import stage, sweep
from flows.state import GOOD, Outcome, UrlState, after
from flows.steps import Context
from flows.summary import RunSummary
from presslake.errors import CheckFailed, ConfigError
from presslake.schema import Fetch
from presslake.settings import Config, Source

PIECE_PAGES = 1000
"""Pages that are merged at a time: what another run may have to wait for, a few seconds."""
PIECE_REQUESTS = 50
"""Addresses asked for before looking again whether another run is at work, whose requests would add to these."""
SHARE, NICENESS = 0.5, 10
"""Of the workers; and how far they stand back."""
_LOOK_SECONDS = 0.5


def begin(data_dir: str, config: str, sources: list[str] | None = None) -> Context:
    """The context of a back-fill: staging of its own, and sources that give what is old too."""
    ctx = steps.begin("backfill", data_dir, config, sources=sources)
    old = {k: s.model_copy(update={"max_age_days": None}) for k, s in ctx.config.sources.items()}
    loaded = Config.model_construct(settings=ctx.config.settings, sources=old)
    return dataclasses.replace(ctx, config=loaded, staging_name=f"{FOLDER}/staging")


def alone(ctx: Context) -> AbstractContextManager[object]:
    """One back-fill at a time per data directory."""
    return run_lock(ctx.data_dir / FOLDER, ctx.run_id)


def politely(ctx: Context) -> AbstractContextManager[object]:
    """The lock of the data directory, behind everybody else who wants it."""
    return run_lock(ctx.data_dir, ctx.run_id, wait_seconds=float("inf"), is_polite=True)


class Backfill:
    """One call of the command: plans, takes over, and can be stopped between any two pages."""

    def __init__(
        self,
        ctx: Context,
        period: Period,
        summary: RunSummary,
        *,
        contains: str | None = None,
        hours: float | None = None,
        on_progress: Callable[[Progress], None] = lambda p: None,
    ) -> None:
        self._ctx, self._period, self._summary, self._on_progress = ctx, period, summary, on_progress
        self._contains, self._found = contains, _pattern(contains)
        self._until = float("inf") if hours is None else time.monotonic() + hours * 3600
        self._ledger = Ledger.of(ctx.data_dir)
        self._parts = self._done = 0

    def run(self) -> str:
        """Do what is left to do. Gives ``done`` or ``stopped``. Raises CheckFailed on a block, ConfigError for a source that has no past."""
        ctx = self._ctx
        sweep(ctx.staging.parent)
        with politely(ctx):
            state = dict(steps.known_state(ctx.data_dir))
            left = self._left_behind()
        with self._archive() as archive, Fetcher(ctx.config.settings, archive, state) as fetcher:
            try:
                self._merge(archive, left, state)
                parts, asked = self._plan(fetcher)
                self._merge(archive, asked, state)
                todo = [p for p in parts if not self._ledger.is_done(p, self._period)]
                self._parts, self._done = len(parts), len(parts) - len(todo)
                for n, part in enumerate(todo):
                    self._say("running", todo[n:])
                    if not self._take(part, archive, fetcher, state, todo[n:]):
                        return self._say("stopped", todo[n:])
            except KeyboardInterrupt:  # what is archived stays, and is taken up by the next call
                return self._say("stopped", ())
            except CheckFailed:
                self._say("blocked", ())
                raise
            except Exception:
                self._say("failed", ())
                raise
            return self._say("done", ())

    def _archive(self) -> Archive:
        ctx = self._ctx
        return Archive(ctx.data_dir, ctx.run_id, ctx.started_at, flow=ctx.flow, suffix=HELD)

    def _left_behind(self) -> list[Fetch]:
        """What a back-fill that was killed archived and did not merge."""
        from flows.load import open_warehouse

        with closing(open_warehouse(self._ctx.warehouse)) as con:
            left = unloaded(self._ctx.data_dir, con, HELD)
        if not left:
            seal(self._ctx.data_dir, HELD)
        return left

    def _plan(self, fetcher: Fetcher) -> tuple[list[Partition], list[Fetch]]:
        """All parts of the period, the oldest first; and the requests that it took to know them."""
        sources = {k: s for k, s in self._ctx.config.sources.items() if s.active}
        rules = {k: rules_of(s, self._contains) for k, s in sources.items()}
        parts: list[Partition] = []
        asked: list[Fetch] = []
        for source_id, source in sources.items():
            for entry in _months(source, self._period):
                for place in expand(entry, source_id, fetcher):
                    if isinstance(place, Fetch):
                        asked.append(place)
                    elif is_within(str(place), self._period):
                        parts.append(warc_partition(source_id, place, rules[source_id]))
        dated = {k: s.model_copy(update={"listings": (), "urls": ()}) for k, s in sources.items() if s.sitemaps or s.feeds}
        if dated:
            found = discover(dated, fetcher, refetch="none")
            asked += found.rows
            parts += page_partitions((t for t in found.targets if t.source_id in dated), self._period, rules)
        if not parts and not any(s.warcs or s.sitemaps or s.feeds for s in sources.values()):
            raise ConfigError("no source has a past to fill up from: give one warcs = ['cc-news'] or files, or sitemaps (docs/guides/backfill.md)")
        return sorted(parts, key=lambda p: (p.source_id, p.kind, p.place)), asked

    def _take(self, part: Partition, archive: Archive, fetcher: Fetcher, state: dict[str, UrlState], todo: list[Partition]) -> bool:
        """Take over one part in pieces; False where the time is up before it is done."""
        started, pages, articles, weight = time.monotonic(), 0, 0, part.weight
        for piece in self._pieces(part, fetcher, state):
            counts = self._merge(archive, piece, state)
            pages, articles = pages + counts.pages, articles + counts.articles
            own = [f for f in piece if f.channel == "source" and f.url == part.place]  # the request for a WARC file itself
            weight = max(weight, sum(float(f.byte_count or 0) for f in own))
            self._say("running", todo)
            if time.monotonic() > self._until:
                return False
            if any(f.outcome not in GOOD for f in own):
                self._summary.warnings.append(f"{part.place}: {piece[-1].reason or piece[-1].outcome}; the next back-fill tries it again")
                return True
        self._done += 1
        seconds = time.monotonic() - started
        self._ledger.note(part, self._period, weight=weight, pages=pages, articles=articles, seconds=seconds, run_id=self._ctx.run_id)
        return True

    def _pieces(self, part: Partition, fetcher: Fetcher, state: dict[str, UrlState]) -> Iterator[list[Fetch]]:
        """The rows of a part, so many at a time as are merged together."""
        if part.kind == "pages":
            for targets in _batches(part.targets, PIECE_REQUESTS):
                self._wait()
                yield list(fetch_articles(targets, fetcher, self._ctx.config.sources))
        else:
            rows = iter(self._warc_rows(part, fetcher, state))
            while True:
                self._wait()
                piece = list(itertools.islice(rows, PIECE_PAGES))
                if not piece:
                    return
                yield piece

    def _warc_rows(self, part: Partition, fetcher: Fetcher, state: dict[str, UrlState]) -> Iterator[Fetch]:
        """The pages of a WARC file that are within the period and not taken over yet; of one that is elsewhere, the download too."""
        archive, row, path = fetcher.archive, None, Path(part.place)
        if "://" in part.place:
            path = archive.data_dir / "tmp" / part.place.rpartition("/")[2]
            row = download(part.place, path, part.source_id, fetcher)
            if row.outcome != Outcome.FETCHED:
                yield archive.write(row)
                return
        taken = {url for url, known in state.items() if known.channel == "warc" and known.found_at_url == path.name}
        source = self._ctx.config.sources[part.source_id]

        def wanted(url: str) -> bool:
            if url in taken or (source.exclude and re.search(source.exclude, url)):
                return False
            return source.include is None or bool(re.search(source.include, url))

        yield from ingest_warc(
            path, archive, self._ctx.config, state, contains=self._found, since=self._period.since, until=self._period.until, wanted=wanted
        )
        if row is not None:
            path.unlink()
            yield archive.write(row)

    def _merge(self, archive: Archive, rows: list[Fetch], state: dict[str, UrlState]) -> StageCounts:
        """Read the pages of ``rows`` beside other runs, and load what they gave under the lock."""
        from flows.check import check_staged
        from flows.load import merge_staged, open_warehouse

        if not rows:
            return StageCounts()
        archive.close()  # what is merged is on disk before
        ctx, pages = self._ctx, steps.new_pages(rows)
        with politely(ctx):
            known = steps.known_of(ctx, pages)
        counts = steps.read_pages(ctx, pages, known, lambda n: None, share=SHARE, niceness=NICENESS)
        stage(ctx.staging, "fetched", {"fetches": rows})
        try:
            checked = check_staged(ctx.staging, ctx.run_id, more=ctx.own_rules)
        except CheckFailed:
            with politely(ctx):
                steps.keep_findings(ctx)
            raise
        with politely(ctx):
            with closing(open_warehouse(ctx.warehouse)) as con:
                loaded = merge_staged(con, ctx.staging, ctx.run_id)
                steps.log_rows(con)
            seal(ctx.data_dir, HELD)
        shutil.rmtree(ctx.staging, ignore_errors=True)
        for row in rows:
            state[row.url] = after(state.get(row.url), row)
        self._note(rows, counts)
        steps.note_checks(self._summary, checked)
        for table, change in loaded.counts.items():
            if change.new + change.changed:
                self._summary.changed[table] = self._summary.changed.get(table, 0) + change.new + change.changed
        return counts

    def _note(self, rows: Iterable[Fetch], counts: StageCounts) -> None:
        steps.note_fetches(self._summary, rows)
        self._summary.pages += counts.pages
        self._summary.articles += counts.articles
        self._summary.rejects.update(counts.rejects)
        del self._summary.refused[100:]  # years of them would fill the memory; all are in the table fetches

    def _wait(self) -> None:
        """Until nobody else is at work."""
        while holder(self._ctx.data_dir) is not None:
            time.sleep(_LOOK_SECONDS)

    def _say(self, state: str, left: Iterable[Partition]) -> str:
        seconds = self._ledger.seconds_for(list(left)) if state == "running" else None
        first, last = self._period.first.isoformat(), self._period.last.isoformat()
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        progress = Progress(first, last, self._parts, self._done, self._summary.pages, self._summary.articles, seconds, now, state)
        progress.write(self._ctx.data_dir)
        self._on_progress(progress)
        return state


def finish(ctx: Context, summary: RunSummary) -> None:
    """Write the run's own row and figures."""
    with politely(ctx):
        steps.finish(ctx, summary)


def publish(ctx: Context, summary: RunSummary) -> None:
    """Check the warehouse and publish what was taken over. Raises CheckFailed on a block."""
    with politely(ctx):
        steps.note_checks(summary, steps.check(ctx, unless_published=True))
        steps.note_publish(summary, steps.publish(ctx))


def _months(source: Source, period: Period) -> Iterator[str]:
    """The entries of ``warcs``; ``cc-news`` alone stands for its months within the period."""
    for entry in source.warcs:
        if entry == "cc-news":
            yield from (f"cc-news:{month}" for month in period.months())
        elif not entry.startswith("cc-news:") or entry.removeprefix("cc-news:") in period.months():
            yield entry


def _pattern(contains: str | None) -> re.Pattern[bytes] | None:
    if contains is None:
        return None
    try:
        return re.compile(contains.encode(), re.IGNORECASE)
    except re.error as e:
        raise ConfigError(f"--contains: {contains!r} is not a regular expression: {e}") from e


def _batches(items: Sequence[Target], size: int) -> Iterator[Sequence[Target]]:
    return (items[i : i + size] for i in range(0, len(items), size))
