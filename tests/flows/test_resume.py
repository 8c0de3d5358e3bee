"""Killed at any moment, a run goes on where it was: nothing twice, nothing lost (``benchmarks/fetch.py kills`` does it fifty times)."""

import pytest

from benchmarks.fetch import kills


@pytest.mark.slow
def test_after_kill_9_the_rows_are_those_of_an_undisturbed_run() -> None:
    result = kills(2, hosts=3, pages=10, seed=7)
    assert result["kills"] >= 2
    assert result["warehouses_that_differ"] == 0
