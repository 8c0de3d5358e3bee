"""Where words of a text stand as whole words: by plain search, which for the few words of one article is quicker than a pattern made for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def stands_alone(text: str, start: int, end: int, before: str = "", after: str = "") -> bool:
    """Whether neither a letter nor a digit touches ``text[start:end]``, nor a character of ``before`` its begin or one of ``after`` its end."""
    return not (start > 0 and _touches(text[start - 1], before)) and not (end < len(text) and _touches(text[end], after))


def _touches(char: str, glued: str) -> bool:
    return char.isalnum() or char == "_" or char in glued


def places_of(words: Iterable[str], text: str) -> Iterator[tuple[int, str]]:
    """Start and word of every occurrence of ``words``, alone or inside longer words; in order, at one place the longest."""
    found = [(at, -len(word), word) for word in words for at in _starts(word, text)]
    last = -1
    for at, _, word in sorted(found):
        if at > last:
            yield at, word
            last = at


def _starts(word: str, text: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)
