"""The model of scale obeys what it is a model of."""

import dataclasses
import itertools

import pytest

from benchmarks.scale_model import Costs, Plan, fewest_shards, merge_seconds, results, simulate

COSTS = Costs()
SMALL = Plan(articles_per_day=24_000, days=2, cores=2)


def test_a_small_press_keeps_up_and_holds_what_it_read():
    found = results(SMALL, COSTS)
    assert found["falls_behind_on_day"] is None
    assert found["articles_held"] == 48_000
    assert found["core_hours_a_day_reading"] == round(24_000 * COSTS.read_ms / 3.6e6, 1)
    assert fewest_shards(SMALL, COSTS) == 1


def test_rounds_follow_one_another_and_none_is_merged_before_it_is_read():
    rounds = list(simulate(dataclasses.replace(SMALL, articles_per_day=5e6), COSTS))
    assert len(rounds) == 48
    for before, after in itertools.pairwise(rounds):
        assert after.began >= max(after.due, before.read_ended)
        assert after.ended >= max(after.read_ended, before.ended)
        assert after.held > before.held


def test_what_is_held_slows_every_round_until_it_falls_behind():
    assert merge_seconds(1000, 1e7, COSTS) > 10 * merge_seconds(1000, 1e5, COSTS)
    large = Plan(articles_per_day=1e6, days=60, cores=64)
    alone = results(large, COSTS)
    assert alone["falls_behind_on_day"] is not None
    shards = fewest_shards(large, COSTS)
    assert results(dataclasses.replace(large, shards=shards), COSTS)["falls_behind_on_day"] is None
    assert results(dataclasses.replace(large, shards=shards // 2), COSTS)["falls_behind_on_day"] is not None


def test_more_cores_read_faster_and_merge_as_slowly():
    few, many = (results(dataclasses.replace(SMALL, cores=c), COSTS) for c in (2, 64))
    assert many["lag_minutes_last_round"] < few["lag_minutes_last_round"]
    assert many["merge_seconds_last_round"] == few["merge_seconds_last_round"]


@pytest.mark.parametrize("chance", [1.0, 0.02])
def test_reading_only_what_names_something_scans_all_of_it(chance):
    found = results(dataclasses.replace(SMALL, articles_per_day=1e6, chance=chance), COSTS)
    assert found["core_hours_a_day_scanning"] == round(1e6 * COSTS.scan_ms / 3.6e6, 1)
    assert found["articles_held"] == round(2e6 * chance)
