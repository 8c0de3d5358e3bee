"""Indirect speech: clauses that depend on a verb of saying, and reported acts of speech."""

from __future__ import annotations

from presslake.schema import SpeechType
from transforms.extract.claims.acts import reported_act
from transforms.extract.claims.clauses import Piece, has_verb, is_infinitive, subjunctive_at
from transforms.extract.claims.cues import Cue, Lexicon
from transforms.extract.claims.drafts import Draft, chars, phrase_chars
from transforms.extract.claims.english import english_claim
from transforms.extract.claims.frames import Found, Frame, is_hearsay
from transforms.extract.claims.german import german_claim
from transforms.extract.claims.phrases import is_capital
from transforms.extract.claims.sentences import Sentence

_FIRST_PERSON = frozenset("ich wir du ihr i we you i'd i’d".split())
"""Who says "ich sage" is the author, who needs no claim."""
_THAT = frozenset("dass daß that".split())


def clause_drafts(s: Sentence, index: int, pieces: list[Piece], cues: list[Cue], lexicon: Lexicon) -> list[Draft]:
    """Claims of indirect and reported speech that the verbs of a sentence introduce."""
    out: list[Draft] = []
    taken: list[tuple[int, int]] = []
    for cue in cues:
        n = next((m for m, p in enumerate(pieces) if p.start <= cue.at < p.end), None)
        if n is None:
            continue
        if not (cue.takes("clause") or cue.takes("marked") or cue.takes("object") or is_hearsay(s, pieces[n], cue)):
            continue
        frame = Frame(s, pieces, n, cue, lexicon)
        found = (german_claim if lexicon.code == "de" else english_claim)(frame)
        acts = [found] if found is not None else []
        if found is not None and lexicon.code == "de" and found[1] == "colon" and cue.takes("object"):
            acts += [act for act in (reported_act(frame),) if act]  # "wies die Vorwürfe zurück: Er habe …": an act and a clause
        out += [d for act in acts if (d := _draft(frame, index, act, taken)) is not None]
    return out


def _draft(frame: Frame, index: int, found: Found, taken: list[tuple[int, int]]) -> Draft | None:
    """The claim of ``found``; None for what is taken, or what the author says himself."""
    s, cue = frame.s, frame.cue
    spans, rule, after_claim = found
    spans = [(a, b) for a, b in spans if b > a]
    if not spans or any((a, b) in taken for a, b in spans):
        return None
    taken += spans
    subject = frame.subject(after_claim=after_claim)
    if subject is not None and any(a <= subject.start < b for a, b in spans):
        subject = None
    if subject is not None and subject.end == subject.start + 1 and s.lows[subject.start] in _FIRST_PERSON:
        return None
    return Draft(
        spans=[chars(s, a, b) for a, b in spans],
        speech_type=SpeechType.REPORTED if rule == "object" else SpeechType.INDIRECT,
        rule=rule,
        sentence=index,
        block=s.block,
        cue=(s.starts[cue.at], s.ends[cue.at]),
        lemma=cue.verb.lemma,
        speaker=phrase_chars(s, subject),
        inherits=frame.gerund or (subject is None and not frame.passive),
        modality=cue.verb.modality,
        facts=_facts(frame, spans, rule),
    )


def _facts(f: Frame, spans: list[tuple[int, int]], rule: str) -> dict[str, float]:
    s = f.s
    a, b = spans[0][0], spans[-1][1]
    words = sum(y - x for x, y in spans)
    return {
        "words": float(words),
        "subjunctive": float(subjunctive_at(s, a, b, f.lexicon) is not None),
        "likely": float(subjunctive_at(s, a, b, f.lexicon, likely=True) is not None),
        "that": float(s.lows[a] in _THAT),
        "question": float(s.lows[a] in f.lexicon.complementizers and s.lows[a] not in _THAT),
        "passive": float(f.passive),
        "subordinate": float(f.is_subordinate or f.is_relative_clause),
        "fronted": float(f.fronted),
        "participle": float(f.auxiliary is not None),
        "verb": float(any(has_verb(s, x, y, f.lexicon) for x, y in spans)),
        "infinitive": float(rule == "pre" and is_infinitive(s, Piece(a, b, ","), f.lexicon)),
        "after_noun": float(rule == "pre" and a > 1 and a - 2 > f.cue.at and is_capital(s, a - 2)),
        "skipped": float(rule == "pre" and sum(f.piece.end < p.start < a for p in f.pieces) > 0),
    }
