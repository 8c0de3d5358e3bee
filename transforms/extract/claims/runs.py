"""Reported speech that goes on without a cue: sentences in the subjunctive after one who was named."""

from __future__ import annotations

import re

from presslake.schema import SpeechType
from transforms.extract.claims.clauses import Piece, has_verb, is_relative, subjunctive_at, unlisted_subjunctive
from transforms.extract.claims.cues import Lexicon
from transforms.extract.claims.drafts import Draft
from transforms.extract.claims.phrases import is_capital
from transforms.extract.claims.sentences import POINT, QUOTE, WORD, Sentence

_FIRST_PERSON = frozenset("ich wir mich mir uns du dich dir".split())
_SURE = frozenset("sei seien habe werde könne müsse solle wolle dürfe möge".split())


def reported_from(s: Sentence, pieces: list[Piece], lexicon: Lexicon, *, in_speech: bool) -> int | None:
    """Token at which reported speech begins if a main clause of the sentence is in the subjunctive, else None.

    ``in_speech``: the sentence before was somebody's, so that weaker signs count.
    """
    if not _FIRST_PERSON.isdisjoint(s.lows):
        return None
    is_first = True
    for p in pieces:
        if p is not pieces[0] and p.mark == ":":
            pass
        elif is_relative(s, p, lexicon) or s.lows[p.start] in lexicon.subordinators:
            continue
        at = subjunctive_at(s, p.start, p.end, lexicon)
        if at is not None and s.lows[at : at + 2] == ["sei", "denn"]:
            continue
        if s.lows[p.start] in _CONDITIONAL:
            return None  # "Sollte das nicht gelingen, …"
        if at == 0 and s.lows[0] not in _SURE:
            return None  # an imperative: "Vereinbare jetzt …"
        if at is None and in_speech and is_first:
            at = subjunctive_at(s, p.start, p.end, lexicon, likely=True)
            if at is None:
                at = unlisted_subjunctive(s, p.start, p.end, lexicon)
        if at is not None:
            return p.start if p.mark == ":" else 0
        is_first = is_first and not has_verb(s, p.start, p.end, lexicon)
        if not in_speech and has_verb(s, p.start, p.end, lexicon) and not any(q.mark == ":" for q in pieces):
            return None
    return None


_CONDITIONAL = frozenset("sollte sollten wollte wollten".split())
_INDICATIVE = frozenset(
    "ist sind war waren hat hatte hatten wird wurde wurden kann können konnte konnten muss müssen musste mussten will soll darf dürfen "
    "gibt gab gaben".split()
)
_PAST_LIKE_SUBJUNCTIVE = re.compile(r"\w+ten$|\w*ie\w{1,3}en$|\w*(?:ging|fing|hing|griff|litt|ritt|glich|wich)en$")


def may_be_told(s: Sentence, pieces: list[Piece], lexicon: Lexicon, *, in_speech: bool) -> bool:
    """Whether the sentence is told if the next one is.

    Its main clause has a second subjunctive, or after speech a plural whose subjunctive looks like the past ("Auf Instagram entfielen neun Prozent").
    """
    if lexicon.code != "de" or QUOTE in s.kinds or not _FIRST_PERSON.isdisjoint(s.lows) or any(q.mark == ":" for q in pieces):
        return False
    p = next((p for p in pieces if not is_relative(s, p, lexicon) and s.lows[p.start] not in lexicon.subordinators), None)
    if p is None:
        return False
    if subjunctive_at(s, p.start, p.end, lexicon, likely=True) is not None:
        return True
    verbs = [s.lows[i] for i in range(p.start, p.end) if s.kinds[i] == WORD and not is_capital(s, i) and s.lows[i] not in lexicon.function_words]
    return in_speech and _INDICATIVE.isdisjoint(s.lows[p.start : p.end]) and any(_PAST_LIKE_SUBJUNCTIVE.match(w) for w in verbs)


def run_draft(s: Sentence, index: int, first: int = 0) -> Draft:
    """A claim of one sentence; the reader lets it grow over the next ones."""
    end = len(s)
    return Draft(
        spans=[(_first(s, first), s.ends[end - 1])],
        speech_type=SpeechType.INDIRECT,
        rule="run",
        sentence=index,
        block=s.block,
        inherits=True,
        facts={"words": float(end), "sentences": 1.0, "quotes": float(sum(1 for k in s.kinds if k == QUOTE))},
    )


def _first(s: Sentence, i: int) -> int:
    while i < len(s) - 1 and s.kinds[i] == POINT:
        i += 1
    return s.starts[i]
