"""``presslake serve``: schedules, their server and its page on one machine, in one command.

The schedules are those of ``prefect.yaml``, which is for servers and workers on machines of their own.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flows.engine import ENVIRONMENT
from flows.ports import SERVE
from flows.server import RunServer, is_configured
from presslake.errors import ConfigError
from presslake.settings import load_config


def serve_schedules(
    data_dir: Path,
    config: Path,
    *,
    hourly: str,
    nightly: str,
    time_zone: str,
    port: int = SERVE,
    webhook: str | None = None,
    say: Callable[[str], None] = lambda text: None,
) -> None:
    """Start a server on loopback unless one is configured, and run what is due until interrupted. Raises ConfigError for a wrong schedule.

    ``webhook`` (or that of the settings) is told of blocks, silent sources, failed runs and snapshots.
    """
    webhook = webhook or load_config(config).settings.webhook
    is_ours, url = not is_configured(), f"http://127.0.0.1:{port}/api"
    for key, value in (ENVIRONMENT | ({"PREFECT_API_URL": url} if is_ours else {})).items():
        os.environ.setdefault(key, value)  # before the engine is imported, which reads them once
    check_schedules(time_zone, {"--hourly": hourly, "--nightly": nightly})
    server = RunServer(port=port, environment={"PREFECT__SERVER_FINAL": "1", "PREFECT_UI_API_URL": url}) if is_ours else None
    try:
        from prefect import serve

        if server:
            server.wait()
            say(f"runs and schedules: http://127.0.0.1:{port}/  (Ctrl-C stops)")
        if webhook:
            from flows import automations

            automations.apply(webhook)
        serve(*deployments(data_dir, config, hourly=hourly, nightly=nightly, time_zone=time_zone), print_starting_message=False)
    finally:
        if server:
            server.stop()


def deployments(data_dir: Path, config: Path, *, hourly: str, nightly: str, time_zone: str) -> list[Any]:
    """What is served: ``daily/hourly`` and ``rebuild/nightly-rebuild``, each unless its schedule is empty."""
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows import pipeline

    parameters = {"data_dir": str(data_dir.resolve()), "config": str(config.resolve())}
    return [
        flow.to_deployment(
            name=name,
            schedule=Cron(cron, timezone=time_zone),
            parameters=parameters,
            tags=["presslake"],
            concurrency_limit=1,
            # by its module: by its file it would be imported a second time, under another name
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        for flow, name, cron in ((pipeline.daily, "hourly", hourly), (pipeline.rebuild, "nightly-rebuild", nightly))
        if cron
    ]


def check_schedules(time_zone: str, schedules: dict[str, str]) -> None:
    """Raise ConfigError naming option and value where one is wrong, or none is left."""
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError) as e:
        raise ConfigError(f"--time-zone: {time_zone!r} is not an IANA time zone, for example Europe/Berlin") from e
    if not any(schedules.values()):
        raise ConfigError(f"{', '.join(schedules)}: all are empty, so there is nothing to serve; give at least one schedule")
    from prefect.client.schemas.schedules import CronSchedule

    for option, cron in schedules.items():
        try:
            if cron:
                CronSchedule(cron=cron, timezone=time_zone)
        except ValueError as e:
            raise ConfigError(f"{option}: {cron!r} is not a cron schedule: minute hour day month weekday, for example '7 5-22 * * *'") from e
