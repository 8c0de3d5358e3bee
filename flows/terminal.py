"""Colours on the terminal: as it can show them, and none where ``NO_COLOR`` is set (https://no-color.org)."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def is_plain() -> bool:
    """Whether no colours are wanted, whatever the terminal can show."""
    return bool(os.environ.get("NO_COLOR"))


def console(*, stderr: bool = False) -> Console:
    """Where tables and summaries are printed: colours and bold on a terminal that knows them, plain text in pipes and under ``NO_COLOR``."""
    from rich.console import Console

    return Console(stderr=stderr, color_system=None if is_plain() else "auto")


def printable(text: str) -> str:
    """``text`` from outside, of the same length, without characters that would steer the terminal."""
    return _STEERING.sub("\ufffd", text)
