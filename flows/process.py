"""Archived pages → staged rows: parse and extract in a pool of processes.

Pages are handed on by reference (archive file and offset), never by value. A batch writes one Parquet file per table below
``<staging>/<table>/``; the single writer of :mod:`flows.load` merges them.
"""

from __future__ import annotations

import contextlib
import dataclasses
import importlib.abc
import multiprocessing
import os
import sys
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path

from flows.follow import Parts
from flows.staging import stage
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


@dataclass(slots=True)
class StageCounts:
    """What became of the pages."""

    pages: int = 0
    articles: int = 0
    rejects: Counter[str] = field(default_factory=Counter)
    """By expectation."""

    def add(self, other: StageCounts) -> None:
        self.pages += other.pages
        self.articles += other.articles
        self.rejects.update(other.rejects)


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
) -> list[StageTask]:
    """Cut ``fetches`` into units of at most ``batch_size`` pages, in the order of the archive, which reads fastest."""
    forget = tuple(j for j in judgements if j.judgement_kind == "forget" and j.is_active)
    ordered = sorted(fetches, key=lambda f: (f.warc_file or "", f.warc_offset or 0, f.fetch_id))
    units = ((i, tuple(ordered[i : i + batch_size])) for i in range(0, len(ordered), batch_size))
    return [
        StageTask(data_dir, staging, f"part-{i:06d}", unit, hints, recogniser, forget, _parts_of(unit, parts or {}))  # only its own: tasks travel
        for i, unit in units
    ]


def _parts_of(unit: Iterable[Fetch], parts: Parts) -> Parts:
    keys = ((f.fetch_id, f.run_id) for f in unit)
    return {key: parts[key] for key in keys if key in parts}


def run_tasks(tasks: Sequence[StageTask], workers: int, on_progress: Callable[[int], None] = lambda n: None, work: Work | None = None) -> StageCounts:
    """Run ``tasks`` in ``workers`` processes (0: one per core); few pages are done in this process.

    A page that kills its process (a crash below Python) is found by halving its batch and set aside; the run goes on.
    """
    counts, work = StageCounts(), work or stage_batch
    if sum(len(t.fetches) for t in tasks) < POOL_FROM:
        for task in tasks:
            counts.add(work(task))
            on_progress(len(task.fetches))
        return counts
    waiting = deque(tasks)
    while waiting:
        for task in _run_pool(waiting, workers or os.cpu_count() or 1, counts, on_progress, work):
            counts.add(_isolate(task, work))
            on_progress(len(task.fetches))
    return counts


def _run_pool(waiting: deque[StageTask], workers: int, counts: StageCounts, on_progress: Callable[[int], None], work: Work) -> list[StageTask]:
    """Run what is waiting until all is done or a process dies; the tasks that were under way then come back."""
    with _pool(min(workers, len(waiting))) as pool:
        pending: dict[Future[StageCounts], StageTask] = {}
        lost: list[StageTask] = []
        while not lost and (waiting or pending):
            while waiting and len(pending) < 2 * workers:  # no more: whatever is pending when a process dies has to be done again
                pending[pool.submit(work, waiting[0])] = waiting[0]
                waiting.popleft()
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                task = pending.pop(future)
                try:
                    counts.add(future.result())
                    on_progress(len(task.fetches))
                except BrokenProcessPool:
                    lost.append(task)
        return lost + list(pending.values())


def _isolate(task: StageTask, work: Work) -> StageCounts:
    """Run one task alone; if its process dies again, halve it until the page that does it is known."""
    try:
        with _pool(1) as pool:
            return pool.submit(work, task).result()
    except BrokenProcessPool:
        if len(task.fetches) == 1:
            stage(task.staging, task.part, {"rejects": [_crashed(task.fetches[0])]})
            return StageCounts(1, 0, Counter({"crashed": 1}))
    half = len(task.fetches) // 2
    counts = StageCounts()
    for n, part in enumerate((task.fetches[:half], task.fetches[half:])):
        counts.add(_isolate(dataclasses.replace(task, part=f"{task.part}-{n}", fetches=part), work))
    return counts


def _pool(workers: int) -> ProcessPoolExecutor:
    # spawn, since threads of the flow engine are running: a fork could inherit a held lock
    return ProcessPoolExecutor(max_workers=workers, mp_context=multiprocessing.get_context("spawn"), initializer=_without_pandas)


class _NoPandas(importlib.abc.MetaPathFinder):
    """Says that pandas is not installed."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: object = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError("pandas is not loaded in processes that read pages")


def _without_pandas() -> None:
    """In a process that reads pages: pyarrow asks for pandas before it writes anything, and loading it takes longer than reading 20 pages."""
    sys.meta_path.insert(0, _NoPandas())


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
    stage(task.staging, task.part, {**tables, "rejects": rejects})
    return counts


def _extract(task: StageTask) -> Iterator[tuple[Page, Rejected | dict[str, tuple[object, ...]]]]:
    from flows.archive import read_page
    from transforms.extract import extract_article
    from transforms.extract.recognise import load_recogniser
    from transforms.parse import parse_page
    from transforms.parse.joining import further_page, parse_pages
    from transforms.resolve.forgetting import mask_forgotten
    from transforms.rows import article_rows

    recogniser = load_recogniser(task.recogniser)
    for fetch in task.fetches:
        page, hints = read_page(task.data_dir, fetch), task.hints.get(fetch.source_id, SourceHints())
        parts = []
        for part in task.parts.get((fetch.fetch_id, fetch.run_id), ()):
            with contextlib.suppress(WarehouseError):  # a further page that retention took: what is left is joined
                parts.append(read_page(task.data_dir, part))
        page, document = parse_pages([page, *parts], hints) if parts else (page, parse_page(page, hints))
        if isinstance(document, Document) and not parts:
            document = further_page(page, document) or document
        if isinstance(document, Rejected):
            yield page, document
        else:
            extraction = extract_article(document, recogniser)
            yield page, article_rows(page, mask_forgotten(document, extraction, task.judgements), extraction).by_table()


def _crashed(fetch: Fetch) -> Reject:
    from flows.archive import page_of
    from transforms.rows import reject_row

    reason = "its bytes crashed the parser below Python; please report the page, its bytes are in the raw archive"
    rejected = Rejected(url=fetch.url, raw_sha256=fetch.raw_sha256 or "0" * 64, expectation="crashed", reason=reason)
    return reject_row(page_of(fetch, b""), rejected)
