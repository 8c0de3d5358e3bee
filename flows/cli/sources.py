"""``presslake sources``: how they do, what they would give, and how a new one is written."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import CONFIG, DATA_DIR, Config, DataDir, Json
from flows.cli.output import print_json, print_table

if TYPE_CHECKING:
    from flows.sources import SourceCheck

app = typer.Typer(invoke_without_command=True)


@app.callback()
def listing(ctx: typer.Context, json: Json = False, data_dir: DataDir = DATA_DIR, config: Config = CONFIG) -> None:
    """List the sources with their health; try or add one.

    Examples:  presslake sources     presslake sources check     presslake sources add https://kurier.example/
    """
    if ctx.invoked_subcommand:
        return
    from flows.sources import sources_health
    from flows.steps import known_state
    from presslake.settings import load_config

    health = sources_health(load_config(config), known_state(data_dir), dt.datetime.now(dt.UTC))
    names = ("source", "name", "state", "last success", "per day", "usually", "failures", "next poll")
    rows = [(h.source_id, h.name, h.verdict, h.last_success_at, h.articles_per_day, h.usual_per_day, h.failure_count, h.next_poll_at) for h in health]
    if json:
        print_json([dict(zip(names, r, strict=True)) for r in rows])
    else:
        print_table(names, [[_short(v) for v in r] for r in rows])


@app.command("check")
def check(
    only: Annotated[list[str] | None, typer.Argument(metavar="[SOURCE]…", help="Only these.")] = None,
    json: Json = False,
    config: Config = CONFIG,
) -> None:
    """Try each source and say what it would fetch.

    No page is asked for. Exits with 1 where one gives nothing.

    Example:  presslake sources check morgenkurier
    """
    from flows.scratch import scratch_fetcher
    from flows.sources import check_sources
    from presslake.settings import load_config

    loaded = load_config(config)
    with scratch_fetcher(loaded.settings) as fetcher:
        checks = list(check_sources(loaded, fetcher, set(only) if only else None))
    if json:
        names = ("source", "channel", "address", "outcome", "pages", "newest", "reason")
        rows: list[tuple[object, ...]] = []
        for c in checks:
            rows += [(c.source_id, x.channel.kind, x.channel.url, x.outcome, x.found_count, x.newest_at, x.reason) for x in c.channels]
        for c in checks:
            rows += [(c.source_id, "page", url, d.outcome or "allowed", None, None, d.reason) for url, d in c.decisions.items()]
        print_json([dict(zip(names, r, strict=True)) for r in rows])
    else:
        for found in checks:
            _print_check(found)
    if not all(c.is_good for c in checks):
        raise typer.Exit(1)


@app.command("add")
def add(
    url: Annotated[str, typer.Argument(help="Front page of the outlet.")],
    config: Config = CONFIG,
) -> None:
    """Find the feeds and sitemaps of an outlet and configure them as a source.

    Example:  presslake sources add https://www.morgenkurier.example/
    """
    from flows.scratch import scratch_fetcher
    from flows.sources import add_source, find_source
    from presslake.settings import load_config

    with scratch_fetcher(load_config(config, required=False).settings) as fetcher:
        found = find_source(url, fetcher)
    add_source(config, found)
    typer.echo(found.to_toml())
    typer.echo(f"written to {config}; try it: presslake sources check {found.source_id}", err=True)


def _print_check(found: SourceCheck) -> None:
    """A line for each channel and page; addresses last and whole, so that they can be copied."""
    from flows.terminal import printable

    typer.secho(f"{'ok   ' if found.is_good else 'FIX  '}{found.source_id}", fg="green" if found.is_good else "red")
    for ch in found.channels:
        newest = f", newest {_short(ch.newest_at)}" if ch.newest_at else ""
        typer.echo(f"  {ch.channel.kind:<8} {ch.outcome}, {ch.found_count} pages{newest}  {printable(ch.channel.url)}")
        if ch.reason:
            typer.echo(f"           {printable(ch.reason)}")
    for url, decision in found.decisions.items():
        typer.echo(f"  page     {decision.outcome or 'allowed'}  {printable(url)}")
        if decision.outcome and decision.reason:
            typer.echo(f"           {printable(decision.reason)}")


def _short(value: object) -> object:
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return round(value, 1) if isinstance(value, float) else value
