"""Commands that run a flow: ``run``, ``ingest``, ``rebuild``, ``backfill``."""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.cli.options import CONFIG, DATA_DIR, Config, DataDir, Json
from flows.cli.output import print_json

if TYPE_CHECKING:
    from flows.summary import RunSummary

Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show the log of the flow engine.")]


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command("run")(run)
    app.command("ingest")(ingest)
    app.command("rebuild")(rebuild)
    app.command("backfill")(backfill)


def run(
    source: Annotated[list[str] | None, typer.Option("--source", "-s", help="Only these sources of the configuration.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Fetch a small press of our own, served on loopback for this run.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Discover and decide (robots, TDM), show it, fetch no page.")] = False,
    verbose: Verbose = False,
    json: Json = False,
    data_dir: DataDir = DATA_DIR,
    config: Config = CONFIG,
) -> None:
    """Fetch what is new, extract, check and publish a snapshot.

    Examples:  presslake run --demo     presslake run -s morgenkurier --config press/sources.toml
    """
    with contextlib.ExitStack() as stack:
        if demo:
            config = _demo(stack, data_dir)
        if dry_run:
            _dry_run(data_dir, config, source, json)
            return
        refetch = "all" if demo else "due"  # the demo shows conditional requests on every run
        summary = _flow("daily", verbose, json, data_dir=str(data_dir), config=str(config), sources=source, refetch=refetch)
    _finish(summary, json, data_dir, demo=demo)


def ingest(
    inputs: Annotated[list[str], typer.Argument(metavar="PATH-OR-URL…", help="HTML and text files, folders, WARC files, URLs.")],
    verbose: Verbose = False,
    json: Json = False,
    data_dir: DataDir = DATA_DIR,
    config: Config = CONFIG,
) -> None:
    """Take files, folders or URLs through the same stages.

    Examples:  presslake ingest article.html     presslake ingest pages/ https://kurier.example/politik/a1
    """
    summary = _flow("ingest", verbose, json, inputs=inputs, data_dir=str(data_dir), config=str(config))
    _finish(summary, json, data_dir)


def rebuild(
    since: Annotated[
        datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="Read again only what came from this day on (UTC); the rest stays.")
    ] = None,
    verbose: Verbose = False,
    json: Json = False,
    data_dir: DataDir = DATA_DIR,
    config: Config = CONFIG,
) -> None:
    """Recreate the warehouse from the raw archive and the judgements.

    Nothing is fetched. --since leaves out of the warehouse what was fetched before that day.

    Example:  presslake rebuild
    """
    summary = _flow("rebuild", verbose, json, data_dir=str(data_dir), config=str(config), since=since.date().isoformat() if since else None)
    _finish(summary, json, data_dir)


def backfill(
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day (UTC).")],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day (UTC), included.")],
    source: Annotated[list[str] | None, typer.Option("--source", "-s", help="Only these sources of the configuration.")] = None,
    contains: Annotated[str | None, typer.Option("--contains", help="Only pages with this regular expression in their bytes.")] = None,
    hours: Annotated[float | None, typer.Option("--hours", min=0.01, help="Stop after so many hours.")] = None,
    verbose: Verbose = False,
    json: Json = False,
    data_dir: DataDir = DATA_DIR,
    config: Config = CONFIG,
) -> None:
    """Fill up past days from crawls and sitemaps.

    Ctrl-C stops; the same command goes on where it was. Other runs come first.

    Example:  presslake backfill --from 2024-03-01 --to 2024-05-31 --source ccnews --contains "tiktok|instagram"
    """
    days = {"first": first.date(), "last": last.date()}
    summary = _flow("backfill", verbose, json, **days, sources=source, contains=contains, hours=hours, data_dir=str(data_dir), config=str(config))
    _finish(summary, json, data_dir)


def _demo(stack: contextlib.ExitStack, data_dir: Path) -> Path:
    from flows.demo.server import serve_press

    press = stack.enter_context(serve_press())
    data_dir.mkdir(parents=True, exist_ok=True)
    config = data_dir / "demo-sources.toml"
    config.write_text(press.config, encoding="utf-8")
    return config


def _flow(name: str, verbose: bool, json: bool, **parameters: Any) -> RunSummary:
    from flows import engine

    return engine.run_flow(name, verbose=verbose, show_progress=not json, **parameters)


def _dry_run(data_dir: Path, config: Path, source: list[str] | None, json: bool) -> None:
    from flows import steps
    from flows.cli.output import print_table
    from flows.scratch import scratch_fetcher
    from flows.sources import describe, dry_run

    ctx = steps.begin("daily", str(data_dir), str(config), sources=source)
    with scratch_fetcher(ctx.config.settings, steps.known_state(data_dir)) as fetcher:
        rows = describe(dry_run(ctx.config, fetcher), ctx.config.sources)
    if json:
        print_json(rows)
    elif rows:
        print_table(list(rows[0]), [list(r.values()) for r in rows], title="What a run would ask for")
    else:
        typer.echo("nothing is due")


def _finish(summary: RunSummary, json: bool, data_dir: Path, *, demo: bool = False) -> None:
    if json:
        print_json(summary.as_dict())
    else:
        from flows.summary import print_summary
        from flows.terminal import console

        options = "" if data_dir == DATA_DIR else f" --data-dir {data_dir}"
        print_summary(summary, console(), next_steps=_next_steps(options, demo) if summary.snapshot_id else [])
    if summary.status == "blocked":
        raise typer.Exit(4)
    if summary.status == "failed":
        raise typer.Exit(1)


def _next_steps(options: str, demo: bool) -> list[tuple[str, str]]:
    command = ".venv/bin/presslake" if demo else "presslake"
    query = "SELECT speaker, text, outlet FROM v_claims WHERE speaker IS NOT NULL ORDER BY published_at DESC LIMIT 5"
    return [
        ("who said what, newest first", f'{command} sql -c "{query}"{options}'),
        ("the report of this snapshot", f"{command} report --open{options}"),
        ("a source of your own", f"{command} sources add https://www.example.org/"),
    ]
