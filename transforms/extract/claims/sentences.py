"""Blocks cut into sentences of tokens, with every quotation and bracket as one token, so that a full stop inside ends nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from presslake.languages import Language
from transforms.extract.claims.quotes import Quotation

_TOKEN = re.compile(r"\w+(?:(?:[-'’.*:_/&]|’?-|(?<=\d),(?=\d))\w+)*\.?|\.\.\.|\(|\[|[^\w\s]")
_ABBREVIATION = re.compile(
    r"(?:\w|\w\.\w|Dr|Prof|Mr|Mrs|Ms|St|Nr|Abs|Art|Az|bzw|ca|etc|usw|vgl|Mio|Mrd|Tsd|Bd|Hrsg|Jr|Sr|Sen|Rep|Gov|Gen|Col|Lt|Rev|Inc|Ltd|Co|Corp|No|vs|"
    r"Mag|Ing|Dipl|Jan|Feb|Mär|Apr|Jun|Jul|Aug|Sept|Sep|Okt|Oct|Nov|Dez|Dec|Str|Tel|inkl|evtl|ggf|sog|geb|gest|ehem|stellv|approx|est|Chr|St|u\.a|z\.B|d\.h|"
    r"a\.m|p\.m|i\.e|e\.g|U\.S|U\.K|e\.V|z\.T)\."
)
_CLOSING = {"(": ")", "[": "]"}
_MAX_BRACKET = 300
WORD, POINT, QUOTE, BRACKET = 0, 1, 2, 3
_TERMINAL = frozenset(".!?…") | {"..."}


@dataclass(slots=True)
class Sentence:
    """Tokens of one sentence. ``kinds``: WORD, POINT (punctuation), QUOTE (a whole quotation), BRACKET (a whole bracket)."""

    block: int
    is_german: bool = True
    kinds: list[int] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    lows: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.kinds)

    @property
    def start(self) -> int:
        return self.starts[0]

    @property
    def end(self) -> int:
        return self.ends[-1]

    @property
    def last(self) -> int:
        """Index after the last token that is not the final punctuation."""
        n = len(self.kinds)
        while n and self.kinds[n - 1] == POINT and self.words[n - 1] in ".!?…;:":
            n -= 1
        return n


def split_sentences(text: str, start: int, end: int, quotations: list[Quotation], block: int, language: Language) -> Iterator[Sentence]:
    """Sentences of ``text[start:end]``; ``quotations`` are those of this block, sorted."""
    sentence = Sentence(block, language.code == "de")
    for kind, a, b in _tokens(text, start, end, quotations):
        word = text[a:b]
        if len(sentence) and _is_boundary(sentence, kind, word, text):
            yield sentence
            sentence = Sentence(block, language.code == "de")
        sentence.kinds.append(kind)
        sentence.words.append(word)
        sentence.lows.append(word.lower() if kind == WORD else word if kind == POINT else "")
        sentence.starts.append(a)
        sentence.ends.append(b)
    if len(sentence):
        yield sentence


def _tokens(text: str, start: int, end: int, quotations: list[Quotation]) -> Iterator[tuple[int, int, int]]:
    top = [q for q in quotations if q.depth == 0]
    at = start
    for q in top:
        yield from _plain_tokens(text, at, q.start)
        yield QUOTE, q.start, q.end
        at = q.end
    yield from _plain_tokens(text, at, end)


def _plain_tokens(text: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    at = start
    while True:
        for found in _TOKEN.finditer(text, at, end):
            a, b = found.span()
            first = text[a]
            if first in "([":
                close = text.find(_CLOSING[first], a, min(end, a + _MAX_BRACKET))
                if close > 0:
                    yield BRACKET, a, close + 1
                    at = close + 1
                    break
                yield POINT, a, b
            elif b - a > 1 and text[b - 1] == "." and first != ".":
                if _ABBREVIATION.fullmatch(text, a, b) or (first.isdigit() and text[a : b - 1].isdigit() and b - a <= 3 and b < end):
                    yield WORD, a, b
                else:
                    yield WORD, a, b - 1
                    yield POINT, b - 1, b
            elif first.isalnum() or first == "_":
                yield WORD, a, b
            else:
                yield POINT, a, b
        else:
            return


def _is_boundary(sentence: Sentence, kind: int, word: str, text: str) -> bool:
    last_kind, last = sentence.kinds[-1], sentence.words[-1]
    if last_kind == POINT:
        if last not in _TERMINAL:
            return False
        if kind == POINT:
            return word in "-–—•" and len(word) == 1
        return kind != WORD or not word[0].islower()
    if last_kind == QUOTE:
        if len(last) < 3 or last[-2] not in ".!?…":
            return False
        if kind == QUOTE:
            return True
        return kind == WORD and word[0].isupper() and (last[-2] == "." or len(sentence) > 1 or sentence.is_german)
    if last_kind == BRACKET:
        return len(last) > 2 and last[-2] in ".!?" and kind == WORD and word[0].isupper() and len(sentence) > 1
    return False
