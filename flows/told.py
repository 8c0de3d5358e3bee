"""What the flow engine is told of a run beside the states of its tasks: events, artifacts, and that an earlier run died.

Nothing of it may fail a run: where the server went away, the run goes on, and its own records (the table ``runs``, the log, the metrics) say how it
ended.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.events import emit_event
from prefect.exceptions import ObjectNotFound
from prefect.runtime import flow_run
from prefect.settings import PREFECT_API_URL
from prefect.states import Completed, Crashed, Failed

from flows.runlog import LOGGER
from flows.server import answers
from flows.steps import CHECKS, Context
from flows.summary import RunSummary, as_markdown

SNAPSHOT_PUBLISHED, QUALITY_BLOCKED, SOURCE_SILENT, RUN_FAILED = "snapshot.published", "quality.blocked", "source.silent", "run.failed"
"""Names of events; :mod:`flows.automations` acts on them."""
UNTOLD = "untold.jsonl"
"""Below the data directory: runs whose end the server does not know."""


def flow_run_id() -> str | None:
    """The engine's own name for this run."""
    return str(flow_run.id) if flow_run.id else None


def is_heard() -> bool:
    """Whether the server is there: asking it takes no time, finding out by calls takes minutes of retries."""
    url = PREFECT_API_URL.value()
    return url is None or answers(url)


def tell(ctx: Context, summary: RunSummary) -> None:
    """Events and artifacts of a run that has ended."""
    if not is_heard():
        summary.warnings.append("the flow engine's server does not answer: this run does not show there as it ended, until the next one tells it")
        with contextlib.suppress(OSError), (ctx.data_dir / UNTOLD).open("a", encoding="utf-8") as f:
            f.write(json.dumps({"flow_run_id": flow_run_id(), "run_id": ctx.run_id, "status": summary.status}) + "\n")
        return
    with contextlib.suppress(Exception):
        for event, resource, payload in _events(ctx, summary):
            emit_event(event, resource={"prefect.resource.id": resource, "prefect.resource.name": resource.rpartition(".")[2]}, payload=payload)
    try:
        _artifacts(ctx, summary)
    except Exception as e:
        LOGGER.warning("artifacts could not be made: %s", e)


def _events(ctx: Context, summary: RunSummary) -> list[tuple[str, str, dict[str, Any]]]:
    run = {"run_id": ctx.run_id, "flow": ctx.flow, "data_dir": str(ctx.data_dir)}
    found = [(SOURCE_SILENT, f"presslake.source.{s.source_id}", run | s.as_dict()) for s in summary.silent]
    if summary.status == "published":
        changed = {
            "snapshot_id": summary.snapshot_id,
            "path": summary.snapshot_path,
            "changed": dict(summary.changed),
            "totals": dict(summary.totals),
        }
        found.append((SNAPSHOT_PUBLISHED, f"presslake.snapshot.{summary.snapshot_id}", run | changed))
    elif summary.status in ("blocked", "failed"):
        reason = {"reason": summary.warnings[-1] if summary.warnings else summary.status}
        found.append((QUALITY_BLOCKED if summary.status == "blocked" else RUN_FAILED, f"presslake.run.{ctx.run_id}", run | reason))
    return found


def _artifacts(ctx: Context, summary: RunSummary) -> None:
    create_markdown_artifact(key="run-summary", markdown=as_markdown(summary), description=f"{ctx.flow}: {summary.status}")
    if summary.failed:
        create_table_artifact(key="quality", table=summary.failed, description="expectations that do not hold")
    if summary.snapshot_path:
        folder = (ctx.data_dir / "snapshots" / summary.snapshot_path).resolve()
        create_link_artifact(key="snapshot", link=folder.as_uri(), link_text=summary.snapshot_path)
        create_link_artifact(key="report", link=(folder / "report.html").as_uri(), link_text="report")
    if (ctx.data_dir / CHECKS).exists():
        create_link_artifact(key="checks", link=(ctx.data_dir / CHECKS).resolve().as_uri(), link_text="expectations, one by one")


def catch_up(ctx: Context) -> None:
    """Tell the server how runs ended that could not tell it themselves."""
    path = ctx.data_dir / UNTOLD
    if not path.exists() or not is_heard():
        return
    with contextlib.suppress(Exception):
        for line in path.read_text(encoding="utf-8").splitlines():
            run = json.loads(line)
            message = f"It ended {run['status']}; the server was away then, and is told by run {ctx.run_id}."
            state: State[Any] = Failed(message=message) if run["status"] == "failed" else Completed(message=message)
            if run["flow_run_id"]:
                _set_state(run["flow_run_id"], state)
    path.unlink(missing_ok=True)


def bury(died: Mapping[str, Any], by: str) -> None:
    """Give the run whose process died with the lock in its hands the state Crashed; else it is shown as running for ever."""
    if died.get("flow_run_id") and is_heard():
        message = f"Its process {died['pid']} died; what it had archived was taken up by run {by}."
        with contextlib.suppress(Exception):
            _set_state(died["flow_run_id"], Crashed(message=message))


def _set_state(flow_run_id: str, state: State[Any]) -> None:
    """Unless it has ended for the server already, or is not known there."""
    with contextlib.suppress(ObjectNotFound), get_client(sync_client=True) as client:
        known = client.read_flow_run(UUID(flow_run_id))
        if known.state is None or not known.state.is_final():
            client.set_flow_run_state(known.id, state, force=True)
