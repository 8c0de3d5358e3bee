"""What a claim says of itself: negated, about which platforms, to whom."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from presslake.schema import EntityKind, SpeechType
from presslake.watchlist import load_watchlist
from transforms.extract.claims.cues import Lexicon
from transforms.extract.claims.speakers import Directory
from transforms.records import Claim, Entity

_WORD = re.compile(r"[\w’']+")
_CLAUSE_END = re.compile(r"[,;:.!?–—]\s")
_TOLD = {
    "de": re.compile(r"(?:\b(?:dem|der|den|gegenüber|gegenüber der|gegenüber dem)\s+(?:[\w-]+\s+){0,2})$"),
    "en": re.compile(r"^\s*(?:told|tells|tell|telling|informed|assured|to)\s+(?:[\w-]+\s+){0,3}$|\bto\s+(?:[\w-]+\s+){0,2}$"),
}
_REACH = 80


def finish_claim(claim: Claim, text: str, directory: Directory, entities: Sequence[Entity], lexicon: Lexicon) -> Claim:
    """The claim with negation, platforms and addressee filled in."""
    return replace(
        claim,
        is_negated=claim.is_negated or _is_negated(text[claim.spans[0].start : claim.spans[-1].end], lexicon),
        platforms=_platforms(claim, directory, entities),
        addressee=_addressee(claim, text, directory, lexicon),
    )


def _is_negated(words: str, lexicon: Lexicon) -> bool:
    """Whether the main clause, the first with three words, holds a negation."""
    start = 0
    for end in _CLAUSE_END.finditer(words):
        if len(words[start : end.start()].split()) >= 3:
            words = words[: end.start()]
            break
    return any(w.lower() in lexicon.negations for w in _WORD.findall(words))


def _platforms(claim: Claim, directory: Directory, entities: Sequence[Entity]) -> tuple[str, ...]:
    watchlist = load_watchlist()
    found: dict[str, None] = {}
    for span in claim.spans:
        for m in directory.within(span.start, span.end):
            slug = entities[m.entity].watchlist if m.entity is not None else None
            if slug is not None and slug in watchlist.entries and watchlist.entries[slug].is_platform:
                found[slug] = None
    return tuple(found)


def _addressee(claim: Claim, text: str, directory: Directory, lexicon: Lexicon) -> int | None:
    """The person that the words after the verb name: "sagte Müller der Reporterin Jana Wolters", "told Callum Hale"."""
    if claim.cue is None or claim.speech_type == SpeechType.HEADLINE:
        return None
    pattern = _TOLD.get(lexicon.code)
    spoken = claim.speaker_span
    for m in directory.within(claim.cue.end, claim.cue.end + _REACH):
        if m.kind != EntityKind.PERSON or m.entity is None or m.entity == claim.speaker:
            continue
        if spoken is not None and m.start < spoken.end and spoken.start < m.end:
            continue
        start = claim.cue.start if lexicon.code == "en" else max(claim.cue.end, m.start - 40)
        between = text[start : m.start]
        if pattern is not None and pattern.search(between) and not re.search(r"[,.:;„“”»«\"]", between):
            return m.entity
    return None
