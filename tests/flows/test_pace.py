"""Many hosts side by side, each at its pace, and an end to it."""

import itertools
import threading
import time
from collections import Counter

import pytest

from flows.pace import Crew, Pacer, Step


class Host:
    """Gives its number ``count`` times and looks whether it is ever worked on twice at once."""

    def __init__(self, number: int, count: int, pause: float = 0.0) -> None:
        self.number, self.left, self.pause = number, count, pause
        self.busy = threading.Lock()
        self.times: list[float] = []

    def step(self) -> Step[int]:
        assert self.busy.acquire(blocking=False), "two requests to one host at once"
        try:
            self.times.append(time.monotonic())
            time.sleep(0.001)
            self.left -= 1
            return Step([self.number], time.monotonic() + self.pause, self.left > 0)
        finally:
            self.busy.release()


def crew_of(hosts: list[Host], threads: int = 4) -> Crew[int]:
    crew: Crew[int] = Crew(threads)
    for host in hosts:
        crew.wake(host)
    return crew


def test_every_step_is_done_once_and_no_host_is_asked_twice_at_once() -> None:
    hosts = [Host(n, 5) for n in range(20)]
    assert Counter(crew_of(hosts).results()) == dict.fromkeys(range(20), 5)


def test_pauses_are_kept() -> None:
    hosts = [Host(n, 4, 0.05) for n in range(30)]
    list(crew_of(hosts, threads=2).results())
    assert all(b - a >= 0.05 for h in hosts for a, b in itertools.pairwise(h.times))


def test_who_reads_the_results_may_add_to_the_work() -> None:
    hosts = [Host(n, 2) for n in range(6)]
    crew = crew_of(hosts[:1])
    seen: list[int] = []
    for result in crew.results():
        seen.append(result)
        if seen.count(result) == 2 and result < 5:
            crew.wake(hosts[result + 1])
    assert seen == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_a_host_at_rest_can_be_woken_again() -> None:
    host = Host(7, 1)
    crew = crew_of([host])
    seen = 0
    for _ in crew.results():
        seen += 1
        if seen < 4:
            host.left += 1
            crew.wake(host)
    assert seen == 4


def test_nothing_to_do_ends_at_once() -> None:
    assert list(crew_of([]).results()) == []


def test_an_error_of_a_step_ends_the_run() -> None:
    class Full(Host):
        def step(self) -> Step[int]:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        list(crew_of([Host(0, 1000), Full(1, 1)]).results())
    assert not [t for t in threading.enumerate() if t.name.startswith("fetch-")]


def test_leaving_early_stops_the_threads() -> None:
    hosts = [Host(n, 10_000) for n in range(5)]
    results = crew_of(hosts).results()
    next(results)
    results.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("fetch-")]
    assert all(h.left > 0 for h in hosts)


def test_a_slow_host_gets_a_longer_rest() -> None:
    pacer = Pacer()
    assert pacer.ready_at("b.example", 1.0) == 0
    pacer._last["b.example"] = (100.0, 100.2)
    assert pacer.ready_at("b.example", 1.0) == 101.0
    pacer._last["b.example"] = (100.0, 100.8)
    assert pacer.ready_at("b.example", 1.0) == pytest.approx(101.6)
    pacer._last["b.example"] = (100.0, 130.0)
    assert pacer.ready_at("b.example", 1.0) == 131.0


def test_a_turn_that_takes_too_long_is_not_taken() -> None:
    pacer = Pacer()
    assert pacer.wait("b.example", 1000, at_most=1), "the first request needs no pause"
    assert not pacer.wait("b.example", 1000, at_most=1)
    assert pacer.wait("c.example", 1000, at_most=1)


def test_the_pause_counts_from_when_a_request_went_out_not_from_when_its_turn_came() -> None:
    pacer = Pacer()
    assert pacer.wait("b.example", 1.0)
    turn = pacer.ready_at("b.example", 1.0)
    pacer.sent("b.example")
    assert pacer.ready_at("b.example", 1.0) > turn
