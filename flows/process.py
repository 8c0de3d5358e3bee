"""Archived pages → staged rows: parse and extract in processes, or on the machines of a cluster.

Pages are handed on by reference (archive file and offset), never by value. A batch writes one Parquet file per table below
``<staging>/<table>/``; the single writer of :mod:`flows.load` merges them. Where workers do not share the data directory,
archive and rows go through a store (:mod:`flows.stores`).
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import itertools
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from pathlib import Path

from flows.follow import Parts
from flows.runners import Runner, open_pool
from flows.staging import stage, stage_in
from flows.stores import Store
from presslake.errors import WarehouseError
from presslake.schema import Fetch, Reject, ResolutionJudgement
from transforms.records import Document, Page, Rejected, SourceHints

POOL_FROM = 16
"""Below this number of pages starting processes costs more than it saves."""


@dataclass(frozen=True, slots=True)
class StageTask:
    """One unit of work: which pages, and where their rows go."""

    data_dir: Path
    staging: Path
    part: str
    """Name of the Parquet file in every table's directory: no two tasks of one staging share it."""
    fetches: tuple[Fetch, ...]
    hints: Mapping[str, SourceHints]
    recogniser: str
    judgements: tuple[ResolutionJudgement, ...] = ()
    """Those that forget somebody: the name is masked in texts before anything is staged."""
    parts: Parts = field(default_factory=dict)
    """Further pages of articles that have some."""
    store: Store | None = None
    """Where a worker finds the archive and leaves its rows, if it does not share the data directory."""


@dataclass(slots=True)
class StageCounts:
    """What became of the pages."""

    pages: int = 0
    articles: int = 0
    rejects: Counter[str] = field(default_factory=Counter)
    """By expectation."""
    files: list[str] = field(default_factory=list)
    """What was staged: ``<table>/<part>.parquet``."""

    def add(self, other: StageCounts) -> None:
        self.pages += other.pages
        self.articles += other.articles
        self.rejects.update(other.rejects)
        self.files += other.files


Work = Callable[[StageTask], StageCounts]


def plan_tasks(
    data_dir: Path,
    staging: Path,
    fetches: Sequence[Fetch],
    hints: Mapping[str, SourceHints],
    recogniser: str,
    batch_size: int,
    judgements: Iterable[ResolutionJudgement] = (),
    parts: Parts | None = None,
    store: Store | None = None,
) -> list[StageTask]:
    """Cut ``fetches`` into units of at most ``batch_size`` pages, in the order of the archive, which reads fastest."""
    data_dir, staging = data_dir.resolve(), staging.resolve()  # a worker may have another working directory
    forget = tuple(j for j in judgements if j.judgement_kind == "forget" and j.is_active)
    ordered = sorted(fetches, key=lambda f: (f.warc_file or "", f.warc_offset or 0, f.fetch_id))
    units = ((i, tuple(ordered[i : i + batch_size])) for i in range(0, len(ordered), batch_size))
    return [
        StageTask(
            data_dir, staging, f"part-{i:06d}", unit, hints, recogniser, forget, _parts_of(unit, parts or {}), store
        )  # only its own: tasks travel
        for i, unit in units
    ]


def _parts_of(unit: Iterable[Fetch], parts: Parts) -> Parts:
    keys = ((f.fetch_id, f.run_id) for f in unit)
    return {key: parts[key] for key in keys if key in parts}


def run_tasks(
    tasks: Sequence[StageTask],
    runner: Runner,
    on_progress: Callable[[int], None] = lambda n: None,
    work: Work | None = None,
) -> StageCounts:
    """Run ``tasks`` where ``runner`` says; few pages are done in this process. The rows are then below the ``staging`` of the tasks.

    A page that kills its worker (a crash below Python) is found by halving its batch and set aside; the run goes on.
    """
    counts, work = StageCounts(), work or stage_batch
    if sum(len(t.fetches) for t in tasks) < POOL_FROM:
        for task in tasks:
            counts.add(work(dataclasses.replace(task, store=None)))
            on_progress(len(task.fetches))
        return counts
    with _shared(tasks, counts) as prepared:
        waiting = deque(prepared)
        while waiting:
            for task in _run_pool(waiting, runner, counts, on_progress, work):
                counts.add(_isolate(task, runner, work))
                on_progress(len(task.fetches))
    return counts


@contextlib.contextmanager
def _shared(tasks: Sequence[StageTask], counts: StageCounts) -> Iterator[list[StageTask]]:
    """Tasks with a store: what they read goes there before, what they wrote comes home after."""
    store = tasks[0].store
    if store is None:
        yield list(tasks)
        return
    from flows.archived import locate, moved_to

    def placed(fetch: Fetch) -> Fetch:
        if not fetch.warc_file or fetch.warc_offset is None or locate(tasks[0].data_dir, fetch.warc_file):
            return fetch
        file, offset = moved_to(tasks[0].data_dir, fetch.warc_file, fetch.warc_offset)
        return dataclasses.replace(fetch, warc_file=file, warc_offset=offset)

    out = [
        dataclasses.replace(t, fetches=tuple(map(placed, t.fetches)), parts={key: tuple(map(placed, parts)) for key, parts in t.parts.items()})
        for t in tasks
    ]
    for name in sorted({f.warc_file for t in out for f in (*t.fetches, *itertools.chain(*t.parts.values())) if f.warc_file}):
        path = locate(tasks[0].data_dir, name)
        if path is not None:
            store.upload(path, name)
    folder = f"staging/{tasks[0].staging.name}"
    try:
        yield out
        store.bring(folder, counts.files, tasks[0].staging)
    finally:
        with contextlib.suppress(WarehouseError):  # rubbish in the store; what went wrong before is what has to be heard
            store.clear(folder)


def _run_pool(waiting: deque[StageTask], runner: Runner, counts: StageCounts, on_progress: Callable[[int], None], work: Work) -> list[StageTask]:
    """Run what is waiting until all is done or the pool dies; the tasks that went down with a worker come back."""
    with open_pool(dataclasses.replace(runner, workers=min(runner.slots, len(waiting)))) as pool:
        pending: dict[Future[StageCounts], StageTask] = {}
        lost: list[StageTask] = []
        while (not lost or pool.survives) and (waiting or pending):
            while waiting and len(pending) < 2 * pool.slots:  # no more: whatever is pending when a pool dies has to be done again
                pending[pool.submit(work, waiting[0])] = waiting[0]
                waiting.popleft()
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                task = pending.pop(future)
                try:
                    counts.add(future.result())
                    on_progress(len(task.fetches))
                except pool.lost:
                    lost.append(task)
        return lost + list(pending.values())


def _isolate(task: StageTask, runner: Runner, work: Work) -> StageCounts:
    """Run one task alone; if its worker dies again, halve it until the page that does it is known."""
    with open_pool(dataclasses.replace(runner, workers=1)) as pool:
        try:
            alone: StageCounts = pool.submit(work, task).result()
            return alone
        except pool.lost:
            pass
    if len(task.fetches) == 1:
        files = _write(task, {"rejects": [_crashed(task.fetches[0])]})
        return StageCounts(1, 0, Counter({"crashed": 1}), files)
    half = len(task.fetches) // 2
    counts = StageCounts()
    for n, part in enumerate((task.fetches[:half], task.fetches[half:])):
        counts.add(_isolate(dataclasses.replace(task, part=f"{task.part}-{n}", fetches=part), runner, work))
    return counts


def _write(task: StageTask, tables: Mapping[str, Iterable[object]]) -> list[str]:
    return stage(task.staging, task.part, tables) if task.store is None else stage_in(task.store, task.staging.name, task.part, tables)


def stage_batch(task: StageTask) -> StageCounts:
    """Parse and extract the pages of one task and write their rows. Returns what became of them."""
    from transforms.rows import reject_row

    tables: dict[str, list[object]] = {}
    rejects: list[Reject] = []
    counts = StageCounts(pages=len(task.fetches))
    for page, result in _extract(task):
        if isinstance(result, Rejected):
            rejects.append(reject_row(page, result))
            counts.rejects[result.expectation] += 1
        else:
            counts.articles += 1
            for table, rows in result.items():
                tables.setdefault(table, []).extend(rows)
    counts.files = _write(task, {**tables, "rejects": rejects})
    return counts


def _extract(task: StageTask) -> Iterator[tuple[Page, Rejected | dict[str, tuple[object, ...]]]]:
    from transforms.extract import extract_article
    from transforms.extract.recognise import load_recogniser
    from transforms.parse import parse_page
    from transforms.parse.joining import further_page, parse_pages
    from transforms.resolve.forgetting import mask_forgotten
    from transforms.rows import article_rows

    recogniser, read_page = load_recogniser(task.recogniser), _reader(task)
    for fetch in task.fetches:
        page, hints = read_page(fetch), task.hints.get(fetch.source_id, SourceHints())
        parts = []
        for part in task.parts.get((fetch.fetch_id, fetch.run_id), ()):
            with contextlib.suppress(WarehouseError):  # a further page that retention took: what is left is joined
                parts.append(read_page(part))
        page, document = parse_pages([page, *parts], hints) if parts else (page, parse_page(page, hints))
        if isinstance(document, Document) and not parts:
            document = further_page(page, document) or document
        if isinstance(document, Rejected):
            yield page, document
        else:
            extraction = extract_article(document, recogniser)
            yield page, article_rows(page, mask_forgotten(document, extraction, task.judgements), extraction).by_table()


def _reader(task: StageTask) -> Callable[[Fetch], Page]:
    """Reads the pages of a task: from the data directory, or from the store with files kept open, since pages lie one after the other."""
    from flows import archived

    if task.store is None:
        return functools.partial(archived.read_page, task.data_dir)
    stream = functools.lru_cache(8)(task.store.open)

    def read(fetch: Fetch) -> Page:
        return archived.page_from(stream(fetch.warc_file), fetch) if fetch.warc_file else archived.read_page(task.data_dir, fetch)

    return read


def _crashed(fetch: Fetch) -> Reject:
    from flows.archived import page_of
    from transforms.rows import reject_row

    reason = "its bytes crashed the parser below Python; please report the page, its bytes are in the raw archive"
    rejected = Rejected(url=fetch.url, raw_sha256=fetch.raw_sha256 or "0" * 64, expectation="crashed", reason=reason)
    return reject_row(page_of(fetch, b""), rejected)
