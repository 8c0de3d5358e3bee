"""The same claim in several articles: agency copy, a repeated quotation, small cuts.

:func:`sign_claim` names what claims must share to be worth comparing; the warehouse keeps it. Two claims say the same if their words are the same,
but for marks, case, small cuts and small changes: :func:`is_same_claim`. Which pairs are compared, and how groups grow from them and part by speaker,
is the business of ``flows/duplicates.py``.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

from rapidfuzz import fuzz

from presslake.schema import make_id

SKETCH = 8
"""Keys of a claim: the smallest hashes of its runs of four words."""

CUT = 0.5
"""A claim that stands word for word in another is the same if it is at least this part of it …"""

ALIKE = 88
"""… and one that is not, if they are alike to this many percent (rapidfuzz ratio over words)."""

SHORT = 5
"""Claims of fewer words are only the same if their words are equal: "Das ist gut" is said by many."""

_WORD = re.compile(r"\w+")
_64 = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class ClaimSignature:
    """What is kept of a claim's text to compare it: follows from text and language alone."""

    text_key: int
    """64 bits that claims of the same words in the same language share."""
    words: str
    """Its words in lower case, one blank between them."""
    word_count: int
    keys: tuple[int, ...]
    """Only different texts that share one can be the same claim; none for short ones."""
    group_id: str
    """Group of a claim that stands alone, and of every group whose earliest claim has these words."""


def words_of(text: str) -> tuple[str, ...]:
    """What of a claim's text counts: its words in lower case.

    >>> words_of('„Wir wachsen“, sagte')
    ('wir', 'wachsen', 'sagte')
    """
    return tuple(_WORD.findall(text.casefold()))


def sign_claim(text: str, language: str) -> ClaimSignature:
    """Signature of a claim."""
    words = words_of(text)
    joined = " ".join(words)
    whole = hashlib.blake2b(f"{language}\x1f{joined}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    keys = _run_keys(words, language) if len(words) >= SHORT else ()
    return ClaimSignature(int.from_bytes(whole, "little"), joined, len(words), keys, make_id("grp", language, *words))


def _run_keys(words: Sequence[str], language: str) -> tuple[int, ...]:
    h = [crc32(w.encode("utf-8", "surrogatepass")) for w in words]
    seed = crc32(language.encode())
    runs = set()
    for a, b, c, d in zip(h, h[1:], h[2:], h[3:], strict=False):
        x = (((seed * 0x9E3779B1 + a) * 0x85EBCA77 + b) * 0xC2B2AE3D + c) & _64
        x = ((x ^ (x >> 29)) * 0x9E3779B97F4A7C15 + d) & _64
        x = ((x ^ (x >> 32)) * 0xD6E8FEB86659FD93) & _64
        runs.add(x ^ (x >> 29))
    return tuple(sorted(runs)[:SKETCH])


def is_same_claim(one: Sequence[str], other: Sequence[str]) -> bool:
    """True if the words of two claims of one language are the same but for a small cut at either end or a small change."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < SHORT or len(shorter) < CUT * len(longer):
        return shorter == longer
    if f" {' '.join(shorter)} " in f" {' '.join(longer)} ":
        return True
    if fuzz.ratio(shorter, longer, score_cutoff=ALIKE) < ALIKE:
        return False
    # "nicht" or another number makes another claim
    return Counter(w for w in shorter if w in _NEGATION or w.isdigit()) == Counter(w for w in longer if w in _NEGATION or w.isdigit())


_NEGATION = frozenset(("nicht", "kein", "keine", "keinen", "keinem", "keiner", "nie", "niemals", "not", "no", "never", "none", "t"))
