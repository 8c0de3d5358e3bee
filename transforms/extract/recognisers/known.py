"""Organisations known by name: how much more likely their spelling makes a name than its words and its neighbours alone say.

The list, ``models/organisations.txt``, was written down by us: parties, authorities, companies, media, clubs, universities, bands. A spelling
that also is a common word, a place or a personal name says nothing; of those the net decides by what stands around them.
"""

from __future__ import annotations

import functools
import importlib.resources
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from transforms.extract.recognisers.tokens import TOKEN
from transforms.extract.recognisers.words import FLAGS, Lexicon

LIST = "organisations.txt"
SINGLE, SEVERAL = 2.0, 6.0
"""Log odds that a known name of one word, and of several, adds to being an organisation."""
SHORTEST = 3
"""Letters; shorter abbreviations mean too many things."""
_ELSE = sum(1 << FLAGS.index(flag) for flag in ("noun", "known", "city", "town", "country", "forename", "surname"))
_WORD = 1 << FLAGS.index("noun") | 1 << FLAGS.index("known")

Form = tuple[str, ...]


class KnownNames:
    """Names by their first word."""

    def __init__(self, names: Iterable[str], lexicon: Lexicon) -> None:
        self._by_first: dict[str, list[Form]] = defaultdict(list)
        for name in names:
            form = tuple(TOKEN.findall(name))
            if len(form) > 1 or _means_nothing_else(name, lexicon):
                self._by_first[form[0]].append(form)
        for forms in self._by_first.values():
            forms.sort(key=len, reverse=True)

    def find(self, words: Sequence[str]) -> Iterator[tuple[int, int, float]]:
        """(first, end, log odds) of every known name in ``words``, the longest where several begin; none within another."""
        end = 0
        for i, word in enumerate(words):
            if i < end or word not in self._by_first:
                continue
            for form in self._by_first[word]:
                if tuple(words[i : i + len(form)]) == form:
                    end = i + len(form)
                    yield i, end, SEVERAL if len(form) > 1 else SINGLE
                    break


def _means_nothing_else(word: str, lexicon: Lexicon) -> bool:
    if len(word) < SHORTEST:
        return False
    if word.isupper():
        return True
    return not lexicon[word].flags & _ELSE and not lexicon[word.lower()].flags & _WORD


@functools.cache
def read_names() -> tuple[str, ...]:
    """The packaged list."""
    text = (importlib.resources.files("transforms.extract.models") / LIST).read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))
