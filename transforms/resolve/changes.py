"""What kind of change leads from one text of an article to the next."""

from __future__ import annotations

import re

from presslake.schema import ChangeKind

_CORRECTION = re.compile(
    r"^\W*(?:Korrektur(?:hinweis)?|Berichtigung|Richtigstellung|Correction|Corrections|Clarification)\b\s*(?:[:(–—-]|$)"
    r"|\b(?:in einer (?:früheren|ersten|vorherigen) (?:Version|Fassung)|in einer früheren Fassung)\b"
    r"|\b(?:an earlier|a previous) version of this (?:article|story|report|post)\b"
    r"|\bthis (?:article|story|report|post) (?:has been|was) corrected\b",
    re.IGNORECASE | re.MULTILINE,
)
_MINOR = 0.98
"""Share of characters that stay in place."""


def change_kind(title_before: str, text_before: str, title: str, text: str) -> ChangeKind:
    """A correction where a correction note appears; minor where hardly a character changes; else an update.

    >>> change_kind("A", "Er sagte nichts.", "A", "Er sagte nichts. Korrektur: Sie sagte etwas.")
    <ChangeKind.UPDATE: 'update'>
    >>> change_kind("A", "Er sagte nichts.", "A", "Er sagte nichts.\\n\\nKorrektur: Er sagte etwas.")
    <ChangeKind.CORRECTION: 'correction'>
    """
    from rapidfuzz.distance import Indel

    if len(_CORRECTION.findall(text)) > len(_CORRECTION.findall(text_before)):
        return ChangeKind.CORRECTION
    before, after = f"{title_before}\n{text_before}", f"{title}\n{text}"
    if re.sub(r"\d", "", before) == re.sub(r"\d", "", after) and before != after:
        return ChangeKind.UPDATE  # another number is another statement
    return ChangeKind.MINOR if Indel.normalized_similarity(before, after, score_cutoff=_MINOR) else ChangeKind.UPDATE
