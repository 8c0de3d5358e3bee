"""Blocks cut into sentences of tokens, with every quotation and bracket as one token, so that a full stop inside ends nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from presslake.languages import Language
from transforms.extract.claims.quotes import Quotation

_TOKEN = re.compile(r"(\w+(?:(?:[-'’.*:_/&]|’?-|(?<=\d),(?=\d))\w+)*)(\.)?|([(\[])|(\.\.\.|[^\w\s])")
"""The last group tells the kind: a word, a word and a full stop, a bracket, another mark."""
_PLAIN, _STOPPED, _BRACKET = 1, 2, 3
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
    last: int = 0
    """Index after the last token that is not the final punctuation; set when the sentence is complete."""

    def __len__(self) -> int:
        return len(self.kinds)

    @property
    def start(self) -> int:
        return self.starts[0]

    @property
    def end(self) -> int:
        return self.ends[-1]


def split_sentences(text: str, start: int, end: int, quotations: list[Quotation], block: int, language: Language) -> list[Sentence]:
    """Sentences of ``text[start:end]``; ``quotations`` are those of this block, sorted."""
    is_german = language.code == "de"
    row = Sentence(block, is_german)
    at = start
    for q in quotations:
        if q.depth == 0:
            _add_plain(text, at, q.start, row)
            _add(row, QUOTE, q.start, q.end, text[q.start : q.end], "")
            at = q.end
    _add_plain(text, at, end, row)
    kinds, words, n = row.kinds, row.words, len(row.kinds)
    if not n:
        return []
    cuts = [0]
    for i in range(1, n):
        if kinds[i - 1] != WORD and _is_boundary(kinds[i - 1], words[i - 1], i - cuts[-1], kinds[i], words[i], is_german):
            cuts.append(i)
    if len(cuts) == 1:
        return [_complete(row)]
    cuts.append(n)
    return [_complete(Sentence(block, is_german, kinds[a:b], words[a:b], row.lows[a:b], row.starts[a:b], row.ends[a:b])) for a, b in pairwise(cuts)]


def _complete(sentence: Sentence) -> Sentence:
    n = len(sentence.kinds)
    while n and sentence.kinds[n - 1] == POINT and sentence.words[n - 1] in ".!?…;:":
        n -= 1
    sentence.last = n
    return sentence


def _add(row: Sentence, kind: int, start: int, end: int, word: str, low: str) -> None:
    row.kinds.append(kind)
    row.starts.append(start)
    row.ends.append(end)
    row.words.append(word)
    row.lows.append(low)


def _add_plain(text: str, at: int, end: int, row: Sentence) -> None:
    """Tokens of text without quotations."""
    closed, opened = at, at
    kinds, starts, ends, words, lows = row.kinds.append, row.starts.append, row.ends.append, row.words.append, row.lows.append
    for found in _TOKEN.finditer(text, at, end):
        a, b = found.span()
        if a < closed:
            continue  # inside a bracket
        group = found.lastindex
        if group == _PLAIN or (group == _STOPPED and _is_abbreviation(text, a, b, end, row.is_german or a == opened)):
            word = found[0]
            kinds(WORD)
            starts(a)
            ends(b)
            words(word)
            lows(word.lower())
        elif group == _STOPPED:
            word = found.group(1)
            _add(row, WORD, a, b - 1, word, word.lower())
            _add(row, POINT, b - 1, b, ".", ".")
        elif group == _BRACKET and (close := text.find(_CLOSING[text[a]], a, min(end, a + _MAX_BRACKET))) > 0:
            _add(row, BRACKET, a, close + 1, text[a : close + 1], "")
            closed = close + 1
        else:
            mark = found.group()
            kinds(POINT)
            starts(a)
            ends(b)
            words(mark)
            lows(mark)


def _is_abbreviation(text: str, a: int, b: int, end: int, ordinals: bool) -> bool:
    if _ABBREVIATION.fullmatch(text, a, b):
        return True
    return ordinals and b - a <= 3 and b < end and text[a : b - 1].isdigit()


def _is_boundary(last_kind: int, last: str, length: int, kind: int, word: str, is_german: bool) -> bool:
    """Whether a sentence of ``length`` tokens, the last one no word, ends before the token ``word``."""
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
        return kind == WORD and word[0].isupper() and (last[-2] == "." or length > 1 or is_german)
    if last_kind == BRACKET:
        return len(last) > 2 and last[-2] in ".!?" and kind == WORD and word[0].isupper() and length > 1
    return False
