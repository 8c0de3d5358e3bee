"""Days, weeks, months or years: the steps of a time axis, chosen so that a chart has neither three columns nor three hundred."""

from __future__ import annotations

import bisect
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

MOST = 122
"""Periods shown at most: a single date in the year 1 must not flatten the rest; earlier ones are left out."""

Unit = Literal["day", "week", "month", "year"]


@dataclass(frozen=True, slots=True)
class Periods:
    """Equal steps from the first to the last day."""

    unit: Unit
    starts: tuple[dt.date, ...]
    last_on: dt.date | None

    def sums(self, counts: Iterable[tuple[dt.date | None, int]]) -> tuple[int, ...]:
        """Counts per day as counts per period; days outside, and None, are left out."""
        out = [0] * len(self.starts)
        for day, count in counts:
            if day is not None and self.last_on is not None and self.starts and self.starts[0] <= day <= self.last_on:
                out[bisect.bisect_right(self.starts, day) - 1] += count
        return tuple(out)


def choose_periods(first: dt.date | None, last: dt.date | None) -> Periods:
    """Periods that cover ``first`` to ``last``: days up to nine weeks, weeks up to fifteen months, months up to ten years, then years.

    >>> choose_periods(dt.date(2024, 1, 3), dt.date(2024, 1, 5)).unit
    'day'
    """
    if first is None or last is None:
        return Periods("day", (), None)
    days = (last - first).days
    unit: Unit = "day" if days <= 63 else "week" if days <= 460 else "month" if days <= 3660 else "year"
    starts = [_floor(first, unit)]
    while (following := _next(starts[-1], unit)) is not None and following <= last:
        starts.append(following)
    return Periods(unit, tuple(starts[-MOST:]), last)


def _floor(day: dt.date, unit: Unit) -> dt.date:
    if unit == "week":
        return dt.date.fromordinal(max(1, day.toordinal() - day.weekday()))
    if unit == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if unit == "year" else day


def _next(day: dt.date, unit: Unit) -> dt.date | None:
    """The start of the period after ``day``'s; None where the calendar ends."""
    try:
        if unit == "year":
            return day.replace(year=day.year + 1)
        if unit == "month":
            return day.replace(year=day.year + day.month // 12, month=day.month % 12 + 1)
        return day + dt.timedelta(days=7 if unit == "week" else 1)
    except (ValueError, OverflowError):
        return None
