"""When a page is due again: often while it is young or changes, ever more seldom after that, never in the end."""

import datetime as dt
import itertools

import pytest

from flows.discover import is_due
from flows.state import Outcome, UrlState, after, refetch_at
from presslake.settings import Settings
from tests.rows import fetch_row

T0 = dt.datetime(2025, 3, 4, 12, 0, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def follow(outcomes: list[str], refetch_days: float = 14) -> list[dt.timedelta]:
    """Fetch a page whenever it is due; the outcomes are those given, then "not modified". Gives the times since the first fetch."""
    state: UrlState | None = None
    at, times = T0, []
    while at is not None and len(times) < 60:
        times.append(at - T0)
        outcome = outcomes[len(times) - 1] if len(times) <= len(outcomes) else "not_modified"
        state = after(state, fetch_row("https://blatt.example/1", fetched_at=at, outcome=outcome))
        at = refetch_at(state, refetch_days)
    return times


def test_a_page_that_stays_as_it_is_is_looked_at_ever_more_seldom() -> None:
    assert follow(["fetched"]) == [0 * HOUR, 2 * HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY]
    assert follow(["fetched"], refetch_days=1) == [0 * HOUR, 2 * HOUR, 6 * HOUR, DAY]
    assert follow(["fetched"], refetch_days=0) == [0 * HOUR]


def test_a_change_starts_the_row_again() -> None:
    assert follow(["fetched", "unchanged", "fetched"]) == [
        0 * HOUR,
        2 * HOUR,
        *(6 * HOUR + s for s in (0 * HOUR, 2 * HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY)),
    ]


def test_a_page_that_is_never_twice_the_same_is_not_followed_for_ever() -> None:
    times = follow(["fetched"] * 60)
    assert len(times) < 40
    assert times[-1] <= 10 * DAY


def test_failures_that_may_pass_are_tried_again_at_doubling_intervals_and_given_up() -> None:
    times = follow(["timeout"] * 60)
    waits = [b - a for a, b in itertools.pairwise(times)]
    assert waits == [min(HOUR * 2**n, DAY) for n in range(10)]


@pytest.mark.parametrize(
    ("outcome", "tries"), [("not_found", 2), ("soft_404", 2), ("bad_url", 1), ("too_large", 1), ("forgotten", 1), ("refused_robots", 31)]
)
def test_what_is_not_there_or_not_allowed_is_asked_for_no_oftener_than_it_makes_sense(outcome: str, tries: int) -> None:
    times = follow([outcome] * 60)
    assert len(times) == tries
    assert all(b - a >= DAY for a, b in itertools.pairwise(times))


def test_a_change_that_a_channel_states_is_looked_at_at_once() -> None:
    known = after(None, fetch_row("https://blatt.example/1", fetched_at=T0))
    now, settings = T0 + HOUR, Settings()
    assert not is_due(known, None, now, settings)
    assert is_due(known, T0 + HOUR / 2, now, settings)
    assert not is_due(known, T0 - HOUR, now, settings), "as old as what we have"
    assert not is_due(known, T0 + 2 * HOUR, now, settings), "a stamp of the future says nothing"
    assert not is_due(known, T0 + HOUR / 2, now, settings, "none")
    assert is_due(known, None, now, settings, "all")
    assert is_due(None, None, now, settings, "none"), "never seen"
    assert known.outcome == Outcome.FETCHED
