"""The names of people who are to be forgotten, made unreadable in an article's texts before its rows are written.

Every letter becomes one block character, so that all offsets stay right.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Sequence

from presslake.schema import EntityKind, MentionKind, ResolutionJudgement
from transforms.names import parse_person, squash
from transforms.records import Document, Extraction
from transforms.resolve.judgements import is_forgotten

MASK = "█"
_LETTER = re.compile(r"\w")


def mask_forgotten(document: Document, extraction: Extraction, judgements: Sequence[ResolutionJudgement]) -> Document:
    """``document`` with the names of the forgotten masked in body, title, kicker and lead, and taken off the authors.

    ``extraction`` is what was found in the unmasked document; its offsets hold for the masked one. Unchanged where nobody is to be forgotten.
    """
    gone = {i for i, e in enumerate(extraction.entities) if e.kind is EntityKind.PERSON and is_forgotten(judgements, e.name, _tied(extraction, i))}
    kept = {parse_person(e.name).core for i, e in enumerate(extraction.entities) if e.kind is EntityKind.PERSON and i not in gone}
    authors = tuple(a for a in document.authors if parse_person(a).core in kept or not is_forgotten(judgements, a))
    if not gone and authors == document.authors:
        return document
    written = [document.body_text[m.start : m.end] for m in extraction.mentions if m.entity in gone and m.mention_kind is MentionKind.NAME]
    names = [*(extraction.entities[i].name for i in gone), *(a for a in document.authors if a not in authors), *written]
    pattern = _pattern(names)
    return dataclasses.replace(
        document,
        body_text=_masked(pattern, _mask_mentions(document.body_text, extraction, gone, names)),
        title=_masked(pattern, document.title),
        kicker=document.kicker and _masked(pattern, document.kicker),
        lead=document.lead and _masked(pattern, document.lead),
        authors=authors,
    )


def _tied(extraction: Extraction, person: int) -> list[str]:
    return [extraction.entities[a.organisation].name for a in extraction.affiliations if a.person == person and a.organisation is not None]


def _mask_mentions(text: str, extraction: Extraction, gone: set[int], names: Iterable[str]) -> str:
    """Mask what means the forgotten, and surnames that may mean them."""
    families = {squash(parse_person(n).family) for n in names}
    pieces: list[str] = []
    end = 0
    for m in extraction.mentions:
        may_mean = m.entity is None and m.kind is EntityKind.PERSON and squash(text[m.start : m.end]).removesuffix("s") in families
        if m.mention_kind is not MentionKind.ROLE_NOUN and m.start >= end and (m.entity in gone or may_mean):
            pieces += [text[end : m.start], _LETTER.sub(MASK, text[m.start : m.end])]
            end = m.end
    return "".join([*pieces, text[end:]])


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    """The full names and the surnames, with a genitive s."""
    forms = {f for n in names for f in (n, parse_person(n).text, parse_person(n).family) if len(f) > 2}
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(forms, key=lambda f: (-len(f), f)))) or '(?!)'})s?(?!\w)")


def _masked(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda m: _LETTER.sub(MASK, m.group()), text)
