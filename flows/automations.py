"""What the flow engine does on events of presslake, as code: it tells a webhook, and gives up runs whose process died.

``presslake automations --webhook URL`` puts them on the server that ``PREFECT_API_URL`` names, ``presslake serve --webhook URL`` on its own;
both replace what they put there before.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from flows.told import QUALITY_BLOCKED, RUN_FAILED, SNAPSHOT_PUBLISHED, SOURCE_SILENT

PREFIX = "presslake: "
BLOCK = "presslake-webhook"
TOLD = (QUALITY_BLOCKED, SOURCE_SILENT, RUN_FAILED, SNAPSHOT_PUBLISHED)
"""Events that may be told, the most pressing first."""
_BODY = '{"event": {{ event.event | tojson }}, "at": {{ event.occurred | string | tojson }}, "resource": {{ event.resource.id | tojson }}, \
"details": {{ event.payload | tojson }}}'
_HEARTBEATS = 4
"""So many in a row have to be missing before a run is given up."""


def apply(webhook: str, events: tuple[str, ...] = TOLD) -> list[str]:
    """Put the automations on the server, in place of ours that are there; gives their names."""
    from prefect.automations import Automation
    from prefect.blocks.webhook import Webhook

    block = Webhook.model_validate({"url": webhook, "headers": {"Content-Type": "application/json"}})
    block_id = block.save(BLOCK, overwrite=True)
    remove()
    wanted = automations(block_id, events)
    for automation in wanted:
        Automation(**automation.model_dump()).create()
    return [a.name for a in wanted]


def remove() -> list[str]:
    """Take our automations off the server; gives their names."""
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        ours = [a for a in client.request("POST", "/automations/filter", json={"limit": 200}).json() if a["name"].startswith(PREFIX)]
        for automation in ours:
            client.request("DELETE", "/automations/{id}", path_params={"id": automation["id"]})
    return [a["name"] for a in ours]


def automations(block_id: Any, events: tuple[str, ...] = TOLD) -> list[Any]:
    """One automation per event that calls the webhook, and one that gives up runs without a heartbeat."""
    from prefect.client.schemas.objects import StateType
    from prefect.events import AutomationCore, EventTrigger, Posture, ResourceSpecification
    from prefect.events.actions import CallWebhook, ChangeFlowRunState

    found = [
        AutomationCore(
            name=f"{PREFIX}tell of {event}",
            description=f"Calls the webhook on every {event}.",
            trigger=EventTrigger(
                expect={event},
                match=ResourceSpecification.model_validate({"prefect.resource.id": "presslake.*"}),
                posture=Posture.Reactive,
                threshold=1,
                within=dt.timedelta(0),
            ),
            actions=[CallWebhook(block_document_id=block_id, payload=_BODY)],
        )
        for event in events
    ]
    ends = {f"prefect.flow-run.{state}" for state in ("Completed", "Failed", "Cancelled", "Crashed")}
    zombies = EventTrigger(
        after={"prefect.flow-run.heartbeat"},
        expect={"prefect.flow-run.heartbeat"} | ends,
        match=ResourceSpecification.model_validate({"prefect.resource.id": "prefect.flow-run.*"}),
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        threshold=1,
        within=dt.timedelta(seconds=_heartbeat() * _HEARTBEATS),
    )
    message = "No heartbeat any more: its process is dead. The next run takes up its work."
    given_up = ChangeFlowRunState(name=None, state=StateType.CRASHED, message=message, force=False)
    return [*found, AutomationCore(name=f"{PREFIX}give up dead runs", description="After missing heartbeats.", trigger=zombies, actions=[given_up])]


def _heartbeat() -> int:
    from prefect.settings import get_current_settings

    return get_current_settings().flows.heartbeat_frequency or 180
