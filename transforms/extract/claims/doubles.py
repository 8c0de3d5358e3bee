"""Drafts that stand for the same words: of two the likelier stays, unless two people say them."""

from __future__ import annotations

from presslake.schema import SpeechType
from transforms.extract.claims.drafts import Draft

_SAME = 0.6
_PHRASES = frozenset({"laut", "angaben", "zufolge"})
_NAMING = frozenset({"nennen", "bezeichnen"})


def swallows(clause: Draft, quotation: Draft) -> bool:
    """Whether words quoted are a turn of phrase in a clause; "nannte die Pläne „ein Armutszeugnis“" quotes what was said, not about what."""
    if not clause.start <= quotation.start < clause.end:
        return False
    names = clause.cue == quotation.cue and clause.lemma in _NAMING and clause.speech_type == SpeechType.REPORTED
    return not (names and clause.end == quotation.spans[-1][1])


def without_doubles(drafts: list[Draft]) -> list[Draft]:
    """Of two drafts that share most of their words the likelier stays; quotations inside a clause may."""
    out: list[Draft] = []
    for d in drafts:
        rival = next((x for x in out[-4:] if _tells_alike(x, d) and _overlap(x, d) > _SAME), None)
        if rival is None:
            out.append(d)
        elif (d.confidence or 0) > (rival.confidence or 0):
            out[max(i for i in range(len(out) - 4, len(out)) if i >= 0 and out[i] is rival)] = d
    return out


def _tells_alike(a: Draft, b: Draft) -> bool:
    """Whether one of two drafts can be the other misread; what somebody quotes inside a quotation is a claim beside it."""
    if a.rule in _PHRASES and b.rule == "pre" and b.start > a.start:
        return False  # "Laut BBC sagte der Minister, dass …": two who say it
    return a.speech_type == b.speech_type and ("nested" in a.facts) == ("nested" in b.facts)


def _overlap(a: Draft, b: Draft) -> float:
    common = sum(max(0, min(ae, be) - max(as_, bs)) for as_, ae in a.spans for bs, be in b.spans)
    size = min(sum(e - s for s, e in a.spans), sum(e - s for s, e in b.spans))
    return common / size if size else 0.0
