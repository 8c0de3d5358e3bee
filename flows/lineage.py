"""OpenLineage events of a run (https://openlineage.io, RunEvent 2-0-2): START, and COMPLETE, FAIL or ABORT with what was read and written.

``settings.lineage`` is a file, to which they are appended as lines, or the address that takes them (Marquez: ``http://host:5000/api/v1/lineage``).
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from pathlib import Path
from typing import Any, Literal

from flows.runlog import LOGGER
from flows.summary import RunSummary
from presslake import __version__, schema

PRODUCER = f"https://presslake.example/{__version__}"
_SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
_FACETS = "https://openlineage.io/spec/facets"
_NAMESPACE = "presslake"
_ENDS: dict[str, Literal["COMPLETE", "FAIL", "ABORT"]] = {"published": "COMPLETE", "unchanged": "COMPLETE", "stopped": "ABORT"}
_TIMEOUT = 5


def started(run_id: str, flow: str, data_dir: Path, at: dt.datetime) -> dict[str, Any]:
    """The event of a run that begins."""
    return _event("START", run_id, flow, at, [_dataset(data_dir, "raw")], [])


def ended(summary: RunSummary, data_dir: Path, at: dt.datetime) -> dict[str, Any]:
    """The event of a run that has ended: its inputs are the sources asked and the archive, its outputs the tables of its snapshot."""
    kind = _ENDS.get(summary.status, "FAIL")
    facets = {}
    if kind == "FAIL":
        message = summary.warnings[-1] if summary.warnings else summary.status
        facets["errorMessage"] = _facet("1-0-1/ErrorMessageRunFacet", message=message, programmingLanguage="Python")
    outputs = [_table(data_dir, t, summary) for t in schema.PUBLIC_TABLES] if summary.status == "published" else []
    inputs = [_dataset(data_dir, "raw"), *({"namespace": _NAMESPACE, "name": f"source.{s}"} for s in sorted(summary.sources))]
    return _event(kind, summary.run_id, summary.flow, at, inputs, outputs, facets)


def emit(event: dict[str, Any], place: str) -> None:
    """Append to a file or send to an address. What goes wrong is logged: a run does not depend on who watches it."""
    try:
        if place.startswith(("http://", "https://")):
            import requests

            requests.post(place, json=event, timeout=_TIMEOUT).raise_for_status()
        else:
            Path(place).parent.mkdir(parents=True, exist_ok=True)
            with Path(place).open("a", encoding="utf-8") as f:
                f.write(json.dumps(event, ensure_ascii=False) + "\n")
    except OSError as e:  # those of requests are OSErrors too
        LOGGER.warning("lineage could not be sent: %s", type(e).__name__)


def _event(
    kind: str, run_id: str, flow: str, at: dt.datetime, inputs: list[Any], outputs: list[Any], facets: dict[str, Any] | None = None
) -> dict[str, Any]:
    engine = _facet("1-1-1/ProcessingEngineRunFacet", name="presslake", version=__version__)
    return {
        "eventType": kind,
        "eventTime": at.isoformat(),
        "producer": PRODUCER,
        "schemaURL": _SCHEMA,
        "run": {"runId": str(uuid.uuid5(uuid.NAMESPACE_URL, f"presslake:{run_id}")), "facets": {"processing_engine": engine, **(facets or {})}},
        "job": {"namespace": _NAMESPACE, "name": flow},
        "inputs": inputs,
        "outputs": outputs,
    }


def _dataset(data_dir: Path, name: str) -> dict[str, Any]:
    return {"namespace": "file", "name": str(data_dir.resolve() / name)}


def _table(data_dir: Path, table: str, summary: RunSummary) -> dict[str, Any]:
    fields = [{"name": c.name, "type": schema.sql_type(c)} for c in schema.columns(table)]
    facets = {
        "schema": _facet("1-2-0/SchemaDatasetFacet", fields=fields),
        "version": _facet("1-0-1/DatasetVersionDatasetFacet", datasetVersion=summary.snapshot_id),
    }
    rows = _facet("1-0-2/OutputStatisticsOutputDatasetFacet", rowCount=summary.totals.get(table, 0))
    return _dataset(data_dir, f"snapshots/{table}") | {"facets": facets, "outputFacets": {"outputStatistics": rows}}


def _facet(kind: str, **values: Any) -> dict[str, Any]:
    version, name = kind.split("/")
    return {"_producer": PRODUCER, "_schemaURL": f"{_FACETS}/{version}/{name}.json#/$defs/{name}", **values}
