"""Commands for operation: ``serve`` keeps a machine running by its schedules, ``status`` says how it is doing."""

from __future__ import annotations

import dataclasses
import os
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import CONFIG, DATA_DIR, Config, DataDir, Json
from flows.cli.output import print_json, print_table
from flows.ports import SERVE
from presslake.errors import ConfigError

if TYPE_CHECKING:
    from flows.status import Status


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command("serve")(serve)
    app.command("status")(status)
    app.command("automations")(automations)


def serve(
    hourly: Annotated[str, typer.Option("--hourly", help="When to fetch, as cron; empty for never.")] = "7 5-22 * * *",
    nightly: Annotated[
        str, typer.Option("--nightly", help="When to rebuild from the archive and check everything, as cron; empty for never.")
    ] = "30 2 * * *",
    time_zone: Annotated[str, typer.Option("--time-zone", help="IANA name that the times are in.")] = "Europe/Berlin",
    port: Annotated[int, typer.Option("--port", help="Port on loopback for the page that shows runs.")] = SERVE,
    webhook: Annotated[str | None, typer.Option("--webhook", help="Address that is told of blocks, silent sources, failed runs, snapshots.")] = None,
    data_dir: DataDir = DATA_DIR,
    config: Config = CONFIG,
) -> None:
    """Run by schedule on this machine until Ctrl-C.

    It starts the server with the page that shows runs, unless PREFECT_API_URL names another one.

    Example:  presslake serve --hourly "*/30 * * * *" --nightly "0 3 * * 0"
    """
    from flows.serve import serve_schedules

    serve_schedules(data_dir, config, hourly=hourly, nightly=nightly, time_zone=time_zone, port=port, webhook=webhook, say=typer.echo)


def automations(
    webhook: Annotated[str | None, typer.Option("--webhook", help="Address that is told; that of the settings without it.")] = None,
    event: Annotated[
        list[str] | None, typer.Option("--event", help="Only these: quality.blocked, source.silent, run.failed, snapshot.published.")
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take ours off the server.")] = False,
    config: Config = CONFIG,
) -> None:
    """Have a webhook told what happens, and runs given up whose process died.

    The automations stand on the server that PREFECT_API_URL names, in place of those that were put there before.

    Example:  presslake automations --webhook https://hooks.kurier.example/press --event quality.blocked --event source.silent
    """
    from flows import automations as module
    from flows import engine
    from presslake.settings import load_config

    url = webhook or load_config(config, required=False).settings.webhook
    if not remove and url is None:
        raise ConfigError("no webhook: give --webhook URL, or set settings.webhook")
    if wrong := [e for e in event or [] if e not in module.TOLD]:
        raise ConfigError(f"--event: {wrong[0]!r} is not told of; allowed: {', '.join(module.TOLD)}")
    engine.reach()
    for name in module.remove() if remove or url is None else module.apply(url, tuple(event or module.TOLD)):
        typer.echo(f"{'removed' if remove else 'set'}  {name}")


def status(
    max_age: Annotated[float, typer.Option("--max-age", help="Hours after which a missing run is a problem.")] = 26.0,
    json: Json = False,
    data_dir: DataDir = DATA_DIR,
    config: Config = CONFIG,
) -> None:
    """Say what a person on call wants to know.

    Exits with 1 where something needs doing.

    Example:  presslake status --max-age 3
    """
    from flows.status import read_status
    from presslake.settings import load_config

    server = os.environ.get("PREFECT_API_URL") or f"http://127.0.0.1:{SERVE}/api"
    found = read_status(data_dir, load_config(config, required=False), max_age_hours=max_age, server=server)
    if json:
        print_json(dataclasses.asdict(found))
    else:
        _print(found)
    if found.problems:
        raise typer.Exit(1)


def _print(found: Status) -> None:
    for problem in found.problems:
        typer.secho("FIX  ", fg="red", nl=False)
        typer.echo(problem)
    if not found.problems:
        typer.secho("ok   all is well", fg="green")
    if found.at_work:
        typer.echo(f"at work now: {found.at_work}")
    if n := found.next_run:
        typer.echo(f"next run by schedule: {n['at'][:16].replace('T', ' ')} UTC")
    else:
        typer.echo("next run by schedule: no server says so (presslake serve, or PREFECT_API_URL)")
    if found.lag_minutes is not None:
        typer.echo(f"articles of the last day came {found.lag_minutes:.0f} minutes after they were published (median)")
    if found.backfill:
        typer.echo(f"back-fill {found.backfill}")
    if s := found.snapshot:
        typer.echo(f"snapshot {s['snapshot_id']}: {s['age_hours']} h old, {s['articles']} articles, {s['claims']} claims")
    fine = found.source_count - len(found.sources)
    typer.echo(f"sources: {fine} of {found.source_count} as they should be")
    aside = ", ".join(f"{n} {what}" for what, n in found.rejects.items())
    typer.echo(f"set aside within a day: {aside or 'nothing'}")
    for c in found.failed_checks:
        typer.echo(f"does not hold ({c['severity']}): {c['table']}.{c['expectation']}: {c['detail']}")
    sizes = ", ".join(f"{name} {n / 1e9:.1f} GB" for name, n in found.disk.items())
    typer.echo(f"disk: {sizes}")
    if found.runs:
        columns = ("started", "flow", "status", "seconds", "fetched", "articles", "set aside")
        rows = [
            (f"{r['started_at']:%Y-%m-%d %H:%M}", r["flow"], r["status"], r["seconds"], r["fetched"], r["articles"], r["rejects"]) for r in found.runs
        ]
        print_table(columns, rows, title="Last runs (UTC)")
    if found.sources:
        print_table(("source", "state", "last success", "failures", "next poll"), [list(s.values()) for s in found.sources], title="Sources")
