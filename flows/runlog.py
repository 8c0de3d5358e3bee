"""The log of a run: one JSON object per line in ``<data-dir>/logs/``, each with the run, and the source and article where it is about one.

Stages log with :mod:`logging` under the name ``presslake`` and say what a line is about with :func:`about`; the handler writes the rest.
"""

from __future__ import annotations

import contextlib
import contextvars
import datetime as dt
import json
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

LOGGER: Final = logging.getLogger("presslake")
FOLDER = "logs"
IDS = ("run_id", "flow_run_id", "flow", "source_id", "article_id", "url")
_ids: contextvars.ContextVar[Mapping[str, str]] = contextvars.ContextVar("presslake_ids", default={})  # noqa: B039 - never changed in place


@contextlib.contextmanager
def about(**ids: str | None) -> Iterator[None]:
    """Every line that is logged inside is about these (``run_id``, ``source_id``, ``article_id`` …), also from what is called."""
    token = _ids.set({**_ids.get(), **{k: v for k, v in ids.items() if v is not None}})
    try:
        yield
    finally:
        _ids.reset(token)


class JsonLines(logging.Handler):
    """Writes one JSON object per record to ``stream``; ``extra`` fields of a record stand beside the ids."""

    def __init__(self, path: Path, level: int) -> None:
        super().__init__(level)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a", encoding="utf-8", buffering=1)  # line by line: a kill costs none that was written

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._file.write(json.dumps(as_line(record), ensure_ascii=False, default=str) + "\n")
        except Exception:  # a full disk must not end a run
            self.handleError(record)

    def close(self) -> None:
        self._file.close()
        super().close()


_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def as_line(record: logging.LogRecord) -> dict[str, Any]:
    """What a record says, for machines."""
    at = dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds")
    line: dict[str, Any] = {"at": at, "level": record.levelname.lower(), "message": record.getMessage(), **_ids.get()}
    line |= {k: v for k, v in vars(record).items() if k not in _OWN and v is not None and not k.startswith(("flow_run", "task_run"))}
    if record.exc_info and record.exc_info[1] is not None:
        line["error"] = f"{type(record.exc_info[1]).__name__}: {record.exc_info[1]}"
    return line


@contextlib.contextmanager
def kept(data_dir: Path, run_id: str, flow: str, started_at: dt.datetime, *, level: str = "info", keep: int = 200) -> Iterator[Path | None]:
    """Write what is logged inside to a file of this run; only the ``keep`` newest files stay. Nothing where ``level`` is ``off``."""
    if level == "off":
        with about(run_id=run_id, flow=flow):
            yield None
        return
    path = data_dir / FOLDER / f"{started_at:%Y%m%dT%H%M%SZ}-{flow}-{run_id}.jsonl"
    try:
        handler = JsonLines(path, getattr(logging, level.upper()))
    except OSError as e:
        LOGGER.warning("%s: no log can be written: %s", path, e.strerror)
        yield None
        return
    before = LOGGER.level
    LOGGER.setLevel(min(handler.level, before or logging.WARNING))
    LOGGER.addHandler(handler)
    try:
        with about(run_id=run_id, flow=flow):
            yield path
    finally:
        LOGGER.removeHandler(handler)
        LOGGER.setLevel(before)
        handler.close()
        for old in sorted(path.parent.glob("*.jsonl"), reverse=True)[keep:]:
            old.unlink(missing_ok=True)
