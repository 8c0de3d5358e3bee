"""Quotation marks: which closes which.

German and English styles, nested, mixed and mismatched ("„…\\"", "„…”"), with apostrophes left alone. One pass over the marks of a block with a
short stack, so that a page of unbalanced marks costs no more than a good one. A mark without its partner gives no quotation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

MARKS = re.compile("[\"'„“”»«‚‘’›‹]")
_MAX_DEPTH = 12
_ALWAYS_OPEN = "„‚"
_NO_OPEN = "”"
_BEFORE_OPEN = " \t\n\u00a0\u202f([{–—-/…:\"'„“»«‚‘›‹"
_APOSTROPHES = "'’‘‚"


@dataclass(frozen=True, slots=True)
class Quotation:
    """A pair of marks with what is between them; offsets include the marks."""

    start: int
    end: int
    depth: int


def pair_marks(text: str, start: int, end: int, marks: Mapping[str, tuple[str, ...]]) -> list[Quotation]:
    """Quotations in ``text[start:end]``, sorted by start; nested ones have a higher ``depth``.

    >>> [(q.start, q.end, q.depth) for q in pair_marks('„A ‚b‘ c“ d', 0, 11, {"„": ("“",), "‚": ("‘",)})]
    [(0, 9, 0), (3, 6, 1)]
    """
    stack: list[tuple[int, str]] = []
    pairs: list[tuple[int, int]] = []
    for found in MARKS.finditer(text, start, end):
        at, mark = found.start(), found.group()
        before = text[at - 1] if at > start else " "
        after = text[at + 1] if at + 1 < end else " "
        closed = _closes(stack, mark, before, after, marks)
        if closed is not None:
            pairs.append((stack[closed][0], at + 1))
            del stack[closed:]
        elif mark in marks and _opens(mark, before, after):
            if len(stack) == _MAX_DEPTH:
                del stack[0]
            stack.append((at, mark))
    pairs.sort(key=lambda p: (p[0], -p[1]))
    out: list[Quotation] = []
    ends: list[int] = []
    for a, b in pairs:
        while ends and ends[-1] <= a:
            ends.pop()
        out.append(Quotation(a, b, len(ends)))
        ends.append(b)
    return out


def _opens(mark: str, before: str, after: str) -> bool:
    if after.isspace():
        return False
    if mark in _NO_OPEN:
        return False
    if mark in _ALWAYS_OPEN:
        return True
    return before in _BEFORE_OPEN


def _closes(stack: list[tuple[int, str]], mark: str, before: str, after: str, marks: Mapping[str, tuple[str, ...]]) -> int | None:
    """Index in the stack of the mark that this one closes."""
    if mark in _ALWAYS_OPEN or not stack or before.isspace():
        return None
    if after.isalnum() and (mark in _APOSTROPHES or mark in '"“'):
        return None
    for i in range(len(stack) - 1, max(-1, len(stack) - 4), -1):
        if mark in marks[stack[i][1]]:
            return i
    return None
