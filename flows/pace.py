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
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step(Generic[T]):
    """What one step gave."""

    results: list[T]
    ready_at: float
    """Monotonic time at which the next step may begin."""
    has_more: bool


class Steps(Protocol[T]):
    """The work on one host."""

    def step(self) -> Step[T]: ...


class Pacer:
    """When each host was asked last; for requests that leave their own host by a redirect, too.

    ``delay`` counts from the beginning of one request to that of the next; a host that is slow to answer gets as long a rest as it took, up to
    ``delay``.
    """

    def __init__(self) -> None:
        self._last: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def ready_at(self, host: str, delay: float) -> float:
        """Monotonic time at which ``host`` may be asked again."""
        with self._lock:
            return self._ready_at(host, delay)

    def wait(self, host: str, delay: float, *, at_most: float = float("inf")) -> bool:
        """Sleep until ``host`` may be asked again, and take the turn; False if that would take longer than ``at_most`` seconds."""
        with self._lock:
            now = time.monotonic()
            start = max(now, self._ready_at(host, delay))
            if start - now > at_most:
                return False
            self._last[host] = start, start
        if start > now:
            time.sleep(start - now)
        return True

    def sent(self, host: str) -> None:
        """A request to ``host`` goes out now: a busy machine may take a while from the turn to this."""
        with self._lock:
            self._last[host] = time.monotonic(), time.monotonic()

    def passed(self, host: str) -> None:
        """A request to ``host`` has ended."""
        with self._lock:
            now = time.monotonic()
            self._last[host] = self._last.get(host, (now, now))[0], now

    def _ready_at(self, host: str, delay: float) -> float:
        if host not in self._last:
            return 0.0
        start, end = self._last[host]
        return max(start + delay, end + min(end - start, delay))


@dataclass(slots=True)
class _Place:
    """Where a host stands: at rest, waiting for its time, or being worked on."""

    state: str = "rest"
    ready_at: float = 0.0
    is_woken: bool = False
    """New work came during a step."""


class Crew(Generic[T]):
    """Worker threads over a heap of hosts ordered by when they are ready.

    ``wake`` says that a host has work; ``results`` gives what the steps give until all hosts are at rest. The one who reads the results may wake
    hosts in between, so that what was found on one page leads to the next.
    """

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._count = itertools.count()
        self._places: dict[int, _Place] = {}
        self._ready: list[tuple[float, int, Steps[T]]] = []
        self._active = 0
        self._wake = threading.Condition()
        self._stopped = False
        self._results: queue.Queue[list[T] | BaseException] = queue.Queue(maxsize=1000)
        self._workers: list[threading.Thread] = []

    def wake(self, steps: Steps[T]) -> None:
        """There is work on ``steps``: it is taken up when its pause is over."""
        with self._wake:
            place = self._places.setdefault(id(steps), _Place())
            if place.state == "rest":
                self._active += 1
                self._queue(steps, place)
            elif place.state == "work":
                place.is_woken = True

    def results(self) -> Iterator[T]:
        """What the steps give, as they give it. What a step raises ends the rest and is raised here."""
        self._workers = [threading.Thread(target=self._work, name=f"fetch-{n}", daemon=True) for n in range(min(self._threads, self._active))]
        for worker in self._workers:
            worker.start()
        try:
            while not self._is_done():
                item = self._results.get()
                if isinstance(item, BaseException):
                    raise item
                yield from item
                self._hire()
        finally:
            with self._wake:
                self._stopped = True
                self._wake.notify_all()
            for worker in self._workers:
                worker.join()

    def _hire(self) -> None:
        """One more worker, if hosts came that nobody has time for."""
        with self._wake:
            if len(self._workers) >= min(self._threads, self._active):
                return
        worker = threading.Thread(target=self._work, name=f"fetch-{len(self._workers)}", daemon=True)
        self._workers.append(worker)
        worker.start()

    def _is_done(self) -> bool:
        with self._wake:
            return self._active == 0 and self._results.empty()

    def _work(self) -> None:
        try:
            while (steps := self._take()) is not None:
                step = steps.step()
                self._put(step.results)
                self._give_back(steps, step)
                self._put([])  # lets the reader look whether all is done
        except BaseException as e:  # handed to the reader's thread: a full disk must end the run
            self._put(e)

    def _take(self) -> Steps[T] | None:
        with self._wake:
            while not self._stopped:
                if not self._ready:
                    self._wake.wait()
                    continue
                seconds = self._ready[0][0] - time.monotonic()
                if seconds <= 0:
                    steps = heapq.heappop(self._ready)[2]
                    self._places[id(steps)].state = "work"
                    return steps
                self._wake.wait(seconds)
            return None

    def _give_back(self, steps: Steps[T], step: Step[T]) -> None:
        with self._wake:
            place = self._places[id(steps)]
            place.ready_at = step.ready_at
            if step.has_more or place.is_woken:
                place.is_woken = False
                self._queue(steps, place)
            else:
                place.state = "rest"
                self._active -= 1

    def _queue(self, steps: Steps[T], place: _Place) -> None:
        place.state = "wait"
        heapq.heappush(self._ready, (place.ready_at, next(self._count), steps))
        self._wake.notify()

    def _put(self, item: list[T] | BaseException) -> None:
        while not self._stopped:
            try:
                return self._results.put(item, timeout=0.5)
            except queue.Full:
                continue
        return None
