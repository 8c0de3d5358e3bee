"""What a run has to say for itself: one record, for people and for machines."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True, slots=True)
class Silence:
    """A source that has given nothing new for far longer than it usually does."""

    source_id: str
    last_new_at: dt.datetime
    usual_hours: float
    """Between one new page and the next."""

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {"source_id": self.source_id, "last_new_at": self.last_new_at.isoformat(), "usual_hours": round(self.usual_hours, 1)}


@dataclass(slots=True)
class RunSummary:
    """Counts and outcome of one run."""

    flow: str
    run_id: str
    data_dir: str
    status: str = "running"
    """published, unchanged, stopped, blocked, failed."""
    fetches: Counter[str] = field(default_factory=Counter)
    """Requests by outcome."""
    pages: int = 0
    """Pages that had to be read: new or changed bytes."""
    articles: int = 0
    """Pages that gave an article."""
    rejects: Counter[str] = field(default_factory=Counter)
    """What was set aside, by expectation."""
    changed: dict[str, int] = field(default_factory=dict)
    """Rows added or changed, by table."""
    totals: dict[str, int] = field(default_factory=dict)
    """Rows in the warehouse, by table."""
    warnings: list[str] = field(default_factory=list)
    snapshot_id: str | None = None
    snapshot_path: str | None = None
    seconds: float = 0.0
    refused: list[tuple[str, str]] = field(default_factory=list)
    """Address and reason of what was asked for and not had."""
    sources: set[str] = field(default_factory=set)
    """Those that were asked."""
    failed: list[dict[str, Any]] = field(default_factory=list)
    """Expectations that do not hold: table, expectation, severity, how many, reason and remedy."""
    silent: list[Silence] = field(default_factory=list)
    """Sources that fell silent since the run before."""
    reasons: list[tuple[int, str, str, str]] = field(default_factory=list)
    """Why something was set aside: how many, of which table, the reason, one example; the most frequent first."""

    def as_dict(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        whole = dataclasses.asdict(dataclasses.replace(self, fetches=Counter(), rejects=Counter()))  # asdict miscounts counters
        return whole | {"sources": sorted(self.sources), "fetches": dict(self.fetches), "rejects": dict(self.rejects)}


OUTCOMES = {
    "fetched": "fetched",
    "unchanged": "fetched again, same bytes",
    "not_modified": "not modified since the last run",
    "joined": "known already, now read as a page of another article",
}
"""Outcomes of a fetch that are as they should be, in words."""

LABELS = {"articles": "articles", "people": "people", "organisations": "organisations", "claims": "claims", "claim_quantities": "numbers"}


def print_summary(summary: RunSummary, console: Console, *, next_steps: list[tuple[str, str]]) -> None:
    """Print what happened, what was set aside and why, and what to try next; at most some thirty lines of 80 columns."""
    from rich.markup import escape
    from rich.table import Table

    console.print()
    headline = {
        "published": f"[bold green]Published snapshot {summary.snapshot_id}[/]",
        "unchanged": "[bold]Nothing has changed: no row was touched, no snapshot published[/]",
        "stopped": "[bold]Stopped; what was taken over is kept, the same command goes on from there[/]",
        "blocked": "[bold red]Not published: a blocking expectation does not hold[/]",
    }.get(summary.status, f"[bold red]Run {summary.status}[/]")
    console.print(f"{headline}  [dim]{summary.seconds:.1f} s[/]")
    grid = Table.grid(padding=(0, 2))
    grid.add_column(justify="right", style="bold")
    grid.add_column()
    for outcome, n in sorted(summary.fetches.items(), key=lambda x: (x[0] not in OUTCOMES, x[0])):
        grid.add_row(str(n), escape(OUTCOMES.get(outcome, outcome.replace("_", " "))))
    if summary.pages:
        grid.add_row(str(summary.articles), f"articles read from {summary.pages} pages")
    console.print(grid)
    if summary.totals:
        rows = [f"{summary.totals[t]} {label}" + _plus(summary.changed.get(t, 0)) for t, label in LABELS.items() if t in summary.totals]
        console.print("In the warehouse: " + ", ".join(rows))
    if summary.refused:
        console.print(f"\n[bold]Not fetched ({len(summary.refused)})[/]")
        _print_reasons(summary.refused, console)
    if summary.reasons:
        console.print("\n[bold]Set aside[/], kept in the table rejects")
        for count, table, reason, example in summary.reasons[:6]:
            what = f"{count} {table if count > 1 else table.removesuffix('s')}"
            console.print(f"  [yellow]{escape(what)}[/]: {escape(reason)}\n    [dim]{escape(example)}[/]", highlight=False, soft_wrap=True)
        if len(summary.reasons) > 6:
            console.print(f"  … and {len(summary.reasons) - 6} more reasons: presslake rejects")
    for warning in summary.warnings[:5]:
        console.print(f"[yellow]warning:[/] {escape(warning)}")
    if next_steps:
        console.print("\n[bold]Try next[/]")
        for what, command in next_steps:
            console.print(f"  [dim]{what}[/]\n  {escape(command)}", soft_wrap=True)


def _print_reasons(reasons: list[tuple[str, str]], console: Console) -> None:
    from rich.markup import escape

    for what, why in reasons[:5]:
        console.print(f"  [yellow]{escape(what)}[/]\n    {escape(why)}", highlight=False, soft_wrap=True)


def as_markdown(summary: RunSummary) -> str:
    """The summary as the flow engine shows it beside the run."""
    lines = [f"# {summary.flow}: {summary.status}", "", f"Snapshot {summary.snapshot_id or '–'}, {summary.seconds:.1f} s, run {summary.run_id}", ""]
    lines += ["| | |", "|---|---|"]
    lines += [f"| requests: {k} | {n} |" for k, n in sorted(summary.fetches.items())]
    lines += [f"| pages read | {summary.pages} |", f"| articles | {summary.articles} |"]
    lines += [f"| set aside: {k} | {n} |" for k, n in sorted(summary.rejects.items())]
    lines += [f"| {t}: rows | {n} |" for t, n in summary.totals.items()]
    return "\n".join([*lines, "", *(f"- {w}" for w in summary.warnings)])


def _plus(n: int) -> str:
    return f" [green](+{n})[/]" if n else ""
