"""What presslake takes at the size of a country's or the world's press: cores, hours, storage and money, from measured unit costs.

    python -m benchmarks.scale_model [--articles-per-day 1000000] [--days 365] [--cores 32] [--chance 0.02] [--json]

A simulation where machines end: days of articles go through read (any number of cores), merge, check and publish (one process, one after the
other), in rounds of ``--rounds`` a day; a round begins when it is due and the one before has ended. The unit costs are those of docs/quality.md;
each can be replaced (``--read-ms 45``) by what ``benchmarks.pipeline`` and ``benchmarks.warehouse`` print on another machine.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Costs:
    """CPU milliseconds and bytes, per page or article; measured on one core of the machine of docs/quality.md."""

    scan_ms: float = 0.075
    """Reading one record of a WARC file of others."""
    read_ms: float = 31.0
    """Parsing and extracting one page of 150 KB."""
    fixed_read_s: float = 6.0
    """A worker's start, with its models, once per round."""
    check_staged_ms: float = 0.18
    load_ms: float = 0.72
    load_ms_per_held: float = 0.012
    """A merge looks for what is like the new texts and names among all."""
    check_ms_per_held: float = 0.0125
    """Checks after a merge look at every article held."""
    publish_ms_per_held: float = 0.12
    raw_bytes: float = 22_500.0
    """Of a page in the archive, compressed."""
    warehouse_bytes: float = 12_000.0
    snapshot_bytes: float = 4_500.0
    load_memory: float = 36_000.0
    """Peak bytes per article of one transaction of a merge."""
    load_at_once: float = 50_000.0
    """Articles to a transaction."""
    url_memory: float = 900.0
    """Per known URL, in the process that discovers."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked for."""

    articles_per_day: float = 1e6
    days: int = 365
    cores: int = 32
    rounds: int = 24
    chance: float = 1.0
    """Share of the pages whose bytes name what is looked for: the others are scanned, not read (``backfill --contains``)."""
    shards: int = 1
    """Data directories side by side, each with its own merge (by source)."""


@dataclass(frozen=True, slots=True)
class Round:
    """One round of the simulation."""

    due: float
    began: float
    read_ended: float
    ended: float
    held: float


def simulate(plan: Plan, costs: Costs) -> Iterator[Round]:
    """Round after round of one shard; reading goes on while the round before is merged, merging is one process."""
    pages = plan.articles_per_day / plan.rounds / plan.shards
    articles = pages * plan.chance
    cores = max(1.0, plan.cores / plan.shards)
    held = reader_free = writer_free = 0.0
    for number in range(plan.days * plan.rounds):
        due = number * DAY / plan.rounds
        began = max(due, reader_free)
        work = (pages * costs.scan_ms + articles * costs.read_ms) / 1000
        reader_free = began + costs.fixed_read_s + work / cores
        held += articles
        writer_free = max(reader_free, writer_free) + merge_seconds(articles, held, costs)
        yield Round(due, began, reader_free, writer_free, held)


def merge_seconds(articles: float, held: float, costs: Costs) -> float:
    """What only one process of a shard can do: the gate on what is new, the merge, the checks and the publishing of all that is held."""
    merges = max(1.0, articles / costs.load_at_once)
    per_held = merges * costs.load_ms_per_held + costs.check_ms_per_held + costs.publish_ms_per_held
    return (articles * (costs.check_staged_ms + costs.load_ms) + held * per_held) / 1000


def results(plan: Plan, costs: Costs) -> dict[str, float | int | None]:
    """Figures of the whole: what it takes, and where it ends."""
    rounds = list(simulate(plan, costs))
    read = plan.articles_per_day * plan.chance
    last, held = rounds[-1], rounds[-1].held * plan.shards
    behind = next((r for r in rounds if r.ended - r.due > 2 * DAY / plan.rounds), None)
    scan, work = plan.articles_per_day * costs.scan_ms / 3.6e6, read * costs.read_ms / 3.6e6
    return {
        "core_hours_a_day_scanning": round(scan, 1),
        "core_hours_a_day_reading": round(work, 1),
        "cores_busy_all_day": math.ceil((scan + work) / 24),
        "merge_seconds_first_round": round(merge_seconds(read / plan.rounds / plan.shards, read / plan.rounds / plan.shards, costs), 1),
        "merge_seconds_last_round": round(merge_seconds(read / plan.rounds / plan.shards, last.held, costs), 1),
        "lag_minutes_last_round": round((last.ended - last.due) / 60, 1),
        "falls_behind_on_day": None if behind is None else int(behind.due / DAY),
        "articles_held": round(held),
        "raw_tb": round(held * costs.raw_bytes / 1e12, 2),
        "warehouse_gb_per_shard": round(last.held * costs.warehouse_bytes / 1e9, 1),
        "snapshot_gb": round(held * costs.snapshot_bytes / 1e9, 1),
        "merge_memory_gb": round(min(read / plan.rounds / plan.shards, costs.load_at_once) * costs.load_memory / 1e9, 2),
        "discovery_memory_gb": round(last.held * costs.url_memory / 1e9, 1),
    }


def fewest_shards(plan: Plan, costs: Costs, most: int = 4096) -> int | None:
    """The smallest number of data directories (a power of two) with which no round falls behind."""
    shards = 1
    while shards <= most:
        if results(dataclasses.replace(plan, shards=shards), costs)["falls_behind_on_day"] is None:
            return shards
        shards *= 2
    return None


def main() -> None:
    """Print the figures of one plan, or of the table of docs/scale.md."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for kind in (Plan, Costs):
        for f in dataclasses.fields(kind):
            parser.add_argument(f"--{f.name.replace('_', '-')}", type=type(f.default), default=f.default)
    parser.add_argument("--json", action="store_true")
    given = vars(parser.parse_args())
    plan = Plan(**{f.name: given[f.name] for f in dataclasses.fields(Plan)})
    costs = Costs(**{f.name: given[f.name] for f in dataclasses.fields(Costs)})
    found = results(plan, costs) | {"fewest_shards": fewest_shards(plan, costs)}
    if given["json"]:
        print(json.dumps(found, indent=2))
    else:
        for name, value in found.items():
            print(f"{name.replace('_', ' '):32} {'never' if value is None else value}")


if __name__ == "__main__":
    main()
