"""Politeness: many hosts side by side, each one at its own pace.

A host takes one step (one request) at a time and says how long it wants to be left alone; worker threads take whichever host is ready, so that
few threads keep many slow hosts busy and none is asked twice at once.
"""

from __future__ import annotations

import heapq
import itertools
import queue
import threading
import time
from collections.abc import Iterable, Iterator
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")


class Steps(Protocol[T]):
    """The work on one host."""

    def step(self) -> tuple[list[T], float | None]:
        """Do the next piece: its results, and the seconds until the one after it may begin; None when all is done."""
        ...


class Pacer:
    """When each host was asked last; for requests that leave their own host by a redirect, too."""

    def __init__(self) -> None:
        self._free_at: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait(self, host: str, delay: float) -> None:
        """Sleep until ``host`` was left alone for ``delay`` seconds, and take the turn."""
        with self._lock:
            now = time.monotonic()
            start = max(now, self._free_at.get(host, 0.0) + delay)
            self._free_at[host] = start
        if start > now:
            time.sleep(start - now)

    def passed(self, host: str) -> None:
        """A request to ``host`` has ended: its pause begins."""
        with self._lock:
            self._free_at[host] = max(time.monotonic(), self._free_at.get(host, 0.0))


class _Crew(Generic[T]):
    """Worker threads over a heap of hosts ordered by when they are ready."""

    def __init__(self, batches: Iterable[Steps[T]]) -> None:
        self._count = itertools.count()
        self._ready: list[tuple[float, int, Steps[T]]] = [(0.0, next(self._count), b) for b in batches]
        self.unfinished = len(self._ready)
        self._wake = threading.Condition()
        self._stopped = False
        self.results: queue.Queue[list[T] | BaseException | None] = queue.Queue(maxsize=1000)

    def stop(self) -> None:
        with self._wake:
            self._stopped = True
            self._wake.notify_all()

    def work(self) -> None:
        """Body of a worker thread."""
        try:
            while (batch := self._take()) is not None:
                results, pause = batch.step()
                self._put(results)
                self._give_back(batch, pause)
        except BaseException as e:  # handed to the caller's thread: a full disk must end the run
            self._put(e)
            self.stop()
        finally:
            self._put(None)

    def _take(self) -> Steps[T] | None:
        with self._wake:
            while not self._stopped and self.unfinished:
                if not self._ready:
                    self._wake.wait()
                    continue
                seconds = self._ready[0][0] - time.monotonic()
                if seconds <= 0:
                    return heapq.heappop(self._ready)[2]
                self._wake.wait(seconds)
            return None

    def _give_back(self, batch: Steps[T], pause: float | None) -> None:
        with self._wake:
            if pause is None:
                self.unfinished -= 1
                self._wake.notify_all()
            else:
                heapq.heappush(self._ready, (time.monotonic() + pause, next(self._count), batch))
                self._wake.notify()

    def _put(self, item: list[T] | BaseException | None) -> None:
        while True:
            try:
                return self.results.put(item, timeout=0.5)
            except queue.Full:
                if self._stopped:
                    return None


def run_paced(batches: Iterable[Steps[T]], threads: int) -> Iterator[T]:
    """Results of all ``batches`` as they come, worked on by at most ``threads`` threads.

    What a step raises ends the rest and is raised here. Closing the iterator early ends the threads after their current step.
    """
    crew: _Crew[T] = _Crew(batches)
    workers = [threading.Thread(target=crew.work, name=f"fetch-{n}", daemon=True) for n in range(min(threads, crew.unfinished))]
    for worker in workers:
        worker.start()
    running = len(workers)
    try:
        while running:
            item = crew.results.get()
            if item is None:
                running -= 1
            elif isinstance(item, BaseException):
                raise item
            else:
                yield from item
    finally:
        crew.stop()
        for worker in workers:
            worker.join()
