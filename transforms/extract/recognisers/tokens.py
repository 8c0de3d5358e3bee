"""Text → tokens and pieces: what the built-in tagger looks at.

A token is a run of word characters (gender forms such as Nutzer*innen and Kund:innen stay whole) or one other character. Hyphenated words fall
into their parts, because in "TikTok-Chef" only the first part is a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

TOKEN = re.compile(r"\w+(?:[*:_/·]innen\b|[*:_/·]in\b)?|[^\w\s]")
LINE = re.compile(r"[^\n\r\u2028\u2029]+")
SOFT_LIMIT = 48
"""Tokens after which a piece ends with the next sentence-final mark."""
HARD_LIMIT = 96
"""Tokens after which a piece ends wherever it is, so that a megabyte without punctuation stays linear."""

Piece = tuple[list[str], list[int]]
"""Tokens and their offsets."""


def pieces(text: str) -> Iterator[Piece]:
    """Yield the text as pieces of at most HARD_LIMIT tokens that never cross a line break.

    >>> [words for words, _ in pieces("TikTok-Chef Chew.\\nEnde")]
    [['TikTok', '-', 'Chef', 'Chew', '.'], ['Ende']]
    """
    for line in LINE.finditer(text):
        words: list[str] = []
        starts: list[int] = []
        for match in TOKEN.finditer(text, line.start(), line.end()):
            word = match.group()
            words.append(word)
            starts.append(match.start())
            if len(words) >= SOFT_LIMIT and (word in ".!?" or len(words) >= HARD_LIMIT):
                yield words, starts
                words, starts = [], []
        if words:
            yield words, starts
