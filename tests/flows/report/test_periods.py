import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from flows.report.periods import MOST, choose_periods

days = st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31))


@given(days, st.integers(0, 6000), st.lists(st.integers(0, 6000), max_size=20))
def test_every_day_of_the_axis_is_counted_once(first, length, offsets):
    last = first + dt.timedelta(days=min(length, (dt.date.max - first).days))
    periods = choose_periods(first, last)
    inside = [first + dt.timedelta(days=n) for n in offsets if first.toordinal() + n <= last.toordinal()]
    assert 0 < len(periods.starts) <= MOST
    assert list(periods.starts) == sorted(set(periods.starts))
    assert sum(periods.sums((day, 1) for day in inside)) == len(inside)


@given(days, days)
def test_the_longest_axis_keeps_its_latest_part(one, other):
    periods = choose_periods(min(one, other), max(one, other))
    assert len(periods.starts) <= MOST
    assert sum(periods.sums([(max(one, other), 3), (None, 5)])) == 3


def test_no_dates_no_axis():
    periods = choose_periods(None, None)
    assert periods.starts == ()
    assert periods.sums([(dt.date(2024, 1, 1), 1)]) == ()
