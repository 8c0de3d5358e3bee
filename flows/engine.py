"""Run a flow from the command line: the flow engine's environment, then the flow.

By default the engine starts its own server for the run; where ``PREFECT_API_URL`` (or a profile) names one, that is used.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flows.summary import RunSummary

ENVIRONMENT = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
}
"""Defaults for the engine; what the user set stands."""


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

        if server:
            server.wait()
        summary: RunSummary = getattr(pipeline, name)(**parameters)
        return summary
