"""Progress of long work on the terminal: one bar per stage, nothing where nobody looks (pipes, ``--json``, CI)."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from flows.runlog import LOGGER

if TYPE_CHECKING:
    from rich.progress import Progress

_shown: Progress | None = None


@contextlib.contextmanager
def shown(wanted: bool) -> Iterator[None]:
    """Show bars on stderr while the context is open, if it is a terminal and ``wanted``."""
    global _shown
    if not wanted or not sys.stderr.isatty():
        yield
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    from flows import terminal

    columns = (SpinnerColumn(), TextColumn("{task.description:<28}"), BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=terminal.console(stderr=True), transient=True) as display:
        _shown = display
        try:
            yield
        finally:
            _shown = None


def say(what: str) -> None:
    """Name what is under way, without a count; the log has it too."""
    LOGGER.info(what)
    if _shown is not None:
        _close_open(_shown)
        _shown.add_task(what, total=None)


def bar(what: str, total: int | None) -> Callable[[int], None]:
    """A bar of ``total`` steps; call what comes back with the number of steps done."""
    LOGGER.info(what, extra={"count": total})
    display = _shown
    if display is None:
        return lambda n: None
    _close_open(display)
    task = display.add_task(what, total=total)
    return lambda n: display.advance(task, n)


def _close_open(display: Progress) -> None:
    for task in display.tasks:
        if task.total is None:
            display.remove_task(task.id)
