"""Run a flow from the command line: the flow engine's environment, then the flow.

By default the engine starts its own server for the run; where ``PREFECT_API_URL`` (or a profile) names one, that is used.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from flows.addresses import redact
from flows.server import answers
from presslake.errors import EngineError, PresslakeError

if TYPE_CHECKING:
    from flows.summary import RunSummary

ENVIRONMENT = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_LOGGING_EXTRA_LOGGERS": "presslake",
}
"""Defaults for the engine; what the user set stands."""

deserted = False
"""The engine's server is gone: at its exit the engine would try for minutes to send it what it still has to say."""
PATIENCE_SECONDS = 10.0
"""How long a run waits for a server that is configured and does not answer: it may be starting."""


def run_flow(name: str, *, verbose: bool, show_progress: bool, **parameters: Any) -> RunSummary:
    """Run the flow ``name`` of :mod:`flows.pipeline` and return its summary.

    A wrong configuration stops before anything is started. Raises what the flow raises; a blocking expectation is no exception here
    but the summary's status.
    """
    from flows import progress, steps

    for key, value in ENVIRONMENT.items():
        os.environ.setdefault(key, value)
    steps.begin(name, parameters["data_dir"], parameters["config"], required=name in ("daily", "backfill"), sources=parameters.get("sources"))
    if not verbose:  # the log still goes to the server; the terminal keeps to progress, summary and one message where something fails
        os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
        os.environ.setdefault("PREFECT_SERVER_LOGGING_LEVEL", "ERROR")
    from flows.server import start_server

    with progress.shown(show_progress and not verbose):
        progress.say("starting the flow engine")
        server = start_server()
        from flows import pipeline
        from flows.runners import without_pandas

        without_pandas()
        if server:
            server.wait()
        reach()
        try:
            summary: RunSummary = getattr(pipeline, name)(**parameters)
        except PresslakeError:
            raise
        except Exception as e:
            return _kept(pipeline.ended, e)
        return summary


def reach() -> None:
    """Wait a little for the server that is configured. Raises EngineError where it does not answer: nothing was begun then."""
    from prefect.settings import PREFECT_API_URL

    url, until = PREFECT_API_URL.value(), time.monotonic() + PATIENCE_SECONDS
    while url is not None and not answers(url):
        if time.monotonic() > until:
            raise EngineError(
                f"the flow engine's server at {redact(url)} does not answer; nothing was begun. Start it (prefect server start), "
                "or unset PREFECT_API_URL to run with a server of our own"
            )
        time.sleep(0.5)


def _kept(ended: list[RunSummary], error: Exception) -> RunSummary:
    """What a run did whose server went away on its way: its own record holds. Raises EngineError where it did not come to its end."""
    from prefect.settings import PREFECT_API_URL

    url = PREFECT_API_URL.value()
    if url is None or answers(url):
        raise error
    global deserted
    deserted = True
    if ended:
        return ended[-1]
    raise EngineError(
        f"the flow engine's server at {redact(url)} went away during the run: {error}; what was fetched is archived, the next run takes it up"
    ) from error
