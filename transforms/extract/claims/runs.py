"""Reported speech that goes on without a cue: sentences in the subjunctive after one who was named."""

from __future__ import annotations

from presslake.schema import SpeechType
from transforms.extract.claims.clauses import Piece, is_relative, subjunctive_at
from transforms.extract.claims.cues import Lexicon
from transforms.extract.claims.drafts import Draft
from transforms.extract.claims.sentences import POINT, QUOTE, Sentence


def is_reported_sentence(s: Sentence, pieces: list[Piece], lexicon: Lexicon, *, in_speech: bool) -> bool:
    """Whether a main clause of the sentence is in the subjunctive; ``in_speech``: the sentence before was somebody's."""
    for p in pieces:
        if is_relative(s, p, lexicon) or s.lows[p.start] in lexicon.subordinators:
            continue
        at = subjunctive_at(s, p.start, p.end, lexicon)
        if at is None and in_speech:
            at = subjunctive_at(s, p.start, p.end, lexicon, likely=True)
        if at is not None:
            return True
    return False


def run_draft(s: Sentence, index: int) -> Draft:
    """A claim of one sentence; the reader lets it grow over the next ones."""
    end = len(s)
    return Draft(
        spans=[(_first(s), s.ends[end - 1])],
        speech_type=SpeechType.INDIRECT,
        rule="run",
        sentence=index,
        block=s.block,
        inherits=True,
        facts={"words": float(end), "quotes": float(sum(1 for k in s.kinds if k == QUOTE))},
    )


def _first(s: Sentence) -> int:
    i = 0
    while i < len(s) - 1 and s.kinds[i] == POINT:
        i += 1
    return s.starts[i]
