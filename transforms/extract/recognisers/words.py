"""Word → features: everything the built-in tagger knows of a word by itself.

A feature is a string that depends on the one word only, so a word's vector is computed once and cached (the vocabulary of the press is Zipfian).
"""

from __future__ import annotations

import functools
import importlib.resources
import re
import zlib
from array import array
from bisect import bisect_left
from typing import Any, NamedTuple

FLAGS = ("forename", "surname", "city", "town", "country", "noun", "known", "org_start", "org_inner", "org_name", "person", "title", "place")
"""Bits of ``Entry.flags``; order as in ``training/names/lexicon.py``."""


class Entry(NamedTuple):
    """What the lexicon knows of a spelling: clusters (0: none) and rarity (0: unknown, 1 frequent … 15 rare) per language, and the FLAGS."""

    de_cluster: int
    en_cluster: int
    de_rarity: int
    en_rarity: int
    flags: int


UNKNOWN = Entry(0, 0, 0, 0, 0)


class Lexicon:
    """Words by the CRC-32 of their spelling: 1.2 million of them in a few sorted arrays."""

    def __init__(self, tables: Any, semantics: Any) -> None:
        import numpy as np

        self.keys = _integers(np.cumsum(tables["keys"], dtype=np.uint32))
        self._semantic_keys = _integers(np.cumsum(semantics["keys"], dtype=np.uint32))
        self._codes = semantics["codes"]
        self.columns = [_integers(tables[name]) for name in ("de_cluster", "en_cluster", "de_rarity", "en_rarity", "flags")]
        self.paths = {language: tables[f"{language}_paths"].tolist() for language in ("de", "en")}

    def __getitem__(self, word: str) -> Entry:
        i = _find(self.keys, word)
        return UNKNOWN if i is None else Entry(*[column[i] for column in self.columns])

    def meaning(self, word: str) -> list[int]:
        """Codes of the word's place in a semantic space; none for a rare word."""
        i = _find(self._semantic_keys, word)
        return [] if i is None else self._codes[i].tolist()

    def recase(self, words: list[str]) -> list[str]:
        """Words of a line in capitals in the spelling that is most usual; any other line as it is."""
        letters = [w for w in words if len(w) > 1 and w[0].isalpha()]
        if len(letters) < 4 or sum(map(str.isupper, letters)) < 0.8 * len(letters):
            return words
        return [self._usual(w) if w.isupper() and len(w) > 1 else w for w in words]

    def _usual(self, word: str) -> str:
        forms = [word.lower(), word.capitalize(), word]
        best = min(forms, key=lambda w: min((r for r in self[w][2:4] if r), default=99))
        return best if any(self[best][2:4]) else word.capitalize()


def _integers(numbers: Any) -> array[int]:
    """A numpy column in the form that gives single numbers fastest."""
    out = array("I")
    out.frombytes(numbers.astype("uint32").tobytes())
    return out


def _find(keys: array[int], word: str) -> int | None:
    key = zlib.crc32(word.encode("utf-8", "replace"))
    i = bisect_left(keys, key)
    return i if i < len(keys) and keys[i] == key else None


@functools.cache
def load_lexicon() -> Lexicon:
    """Read the packaged lexicon once per process."""
    import numpy as np

    folder = importlib.resources.files("transforms.extract.models")
    with (folder / "lexicon.npz").open("rb") as words, (folder / "semantics.npz").open("rb") as meanings:
        return Lexicon(np.load(words), np.load(meanings))


class _Classes(dict[int, str]):
    """Code points → the class of their character, each looked at once."""

    def __missing__(self, code: int) -> str:
        c = chr(code)
        kind = "a" if c.islower() else "A" if c.isupper() else "0" if c.isdigit() else "x" if c.isalpha() else c
        self[code] = kind
        return kind


_CLASSES = _Classes()
_REPEATED = re.compile(r"(.)\1+", re.S)


def shape(word: str) -> str:
    """The word with its letters, digits and signs reduced to classes.

    >>> shape("McKinsey"), shape("3D-Film"), shape("DAX")
    ('AaAa', '0A-Aa', 'A')
    """
    return _REPEATED.sub(r"\1", word[:24].translate(_CLASSES))


def word_features(word: str, lexicon: Lexicon) -> list[str]:
    """All features of one token."""
    low = word.lower()
    out = ["w=" + word, "l=" + low, "h=" + shape(word), f"n={min(len(word), 12)}"]
    if not word[0].isalpha():
        return out
    out += [f"s{n}=" + low[-n:] for n in (2, 3, 4, 5) if len(word) > n]
    out += [f"p{n}=" + low[:n] for n in (2, 3, 4) if len(word) > n]
    if len(word) > 1 and word.isupper():
        out.append("upper")
    entry = lexicon[word]
    out += _known("", entry, lexicon)
    out += [f"m{i}={code}" for i, code in enumerate(lexicon.meaning(word) or lexicon.meaning(low) or lexicon.meaning(low.capitalize()))]
    if word != low:
        lower = lexicon[low]
        out += _cluster("lc", lower, lexicon)
        out.append(f"de-case={_gap(entry.de_rarity, lower.de_rarity)}")
        out.append(f"en-case={_gap(entry.en_rarity, lower.en_rarity)}")
    out += _variants(word, low, entry, lexicon)
    return out


def _gap(rarity: int, other: int) -> str:
    if not rarity or not other:
        return "neither" if rarity == other else "only" if rarity else "other"
    return str(max(-4, min(4, other - rarity)))


def _cluster(prefix: str, entry: Entry, lexicon: Lexicon) -> list[str]:
    out: list[str] = []
    if entry.de_cluster:
        out += _path(prefix + "de", lexicon.paths["de"][entry.de_cluster])
    if entry.en_cluster:
        out += _path(prefix + "en", lexicon.paths["en"][entry.en_cluster])
    return out


@functools.lru_cache(maxsize=20_000)
def _path(prefix: str, path: int) -> tuple[str, ...]:
    """A cluster and the wider ones that it lies in."""
    return f"{prefix}={path}", *(f"{prefix}{bits}={path & ((1 << bits) - 1)}" for bits in (4, 7))


@functools.lru_cache(maxsize=4_000)
def _flags(prefix: str, flags: int) -> tuple[str, ...]:
    return tuple(f"{prefix}{name}" for i, name in enumerate(FLAGS) if flags >> i & 1)


def _known(prefix: str, entry: Entry, lexicon: Lexicon) -> list[str]:
    return [f"{prefix}de-r={entry.de_rarity}", f"{prefix}en-r={entry.en_rarity}", *_cluster(prefix, entry, lexicon), *_flags(prefix, entry.flags)]


def _variants(word: str, low: str, entry: Entry, lexicon: Lexicon) -> list[str]:
    """What is known of the word without its genitive s, in normal case, and of the last part of a compound."""
    out: list[str] = []
    if len(word) > 3 and low.endswith("s") and word != low:
        out += _known("gen-", lexicon[word[:-1]], lexicon)
    if len(word) > 1 and word.isupper():
        out += _known("title-", lexicon[word.capitalize()], lexicon)
    if entry.de_rarity == 0 and len(word) > 7 and word[1:].islower():
        for start in range(3, len(word) - 3):
            tail = lexicon[low[start:].capitalize()]
            if tail.flags >> FLAGS.index("noun") & 1 and 0 < tail.de_rarity < 13:
                return [*out, "tail", *_cluster("tail-", tail, lexicon)]
        out.append("no-tail")
    return out
