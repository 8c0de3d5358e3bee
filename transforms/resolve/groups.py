"""The same claim in several articles: agency copy, a repeated quotation, small cuts.

:func:`claim_keys` names what claims must share to be compared; the keys are kept in the operations table ``claim_keys``.
:func:`group_claims` gives every claim its group. Two claims are the same if their words are, but for marks, case, small cuts and small changes, and
if no two different speakers are known. As with clusters, the result is exact for any input that is closed under shared keys and does not depend on
the order of the input.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from presslake.schema import make_id
from transforms.resolve.unions import Unions

SKETCH = 8
"""Keys of a claim beside its whole text: the smallest hashes of its runs of four words."""

CUT = 0.5
"""A claim that stands word for word in another is the same if it is at least this part of it …"""

ALIKE = 88
"""… and one that is not, if they are alike to this many percent (rapidfuzz ratio over words)."""

SHORT = 5
"""Claims of fewer words are only the same if their words are equal: "Das ist gut" is said by many."""

BUCKET = 60
"""In a bucket with more distinct texts than this, each is compared with its next neighbours by length only, to stay linear."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedClaim:
    """One claim as :func:`group_claims` sees it."""

    claim_id: str
    text: str
    language: str
    speaker: str | None
    """person_id or organisation_id; None where it is not known."""
    seen_at: dt.datetime
    """First fetch of its article: what makes group ids stable."""
    keys: tuple[str, ...]


def words_of(text: str) -> tuple[str, ...]:
    """What of a claim's text counts: its words in lower case.

    >>> words_of('„Wir wachsen“, sagte')
    ('wir', 'wachsen', 'sagte')
    """
    return tuple(_WORD.findall(text.casefold()))


def claim_keys(text: str, language: str) -> tuple[str, ...]:
    """Sorted keys of a claim: only claims that share one can be the same."""
    words = words_of(text)
    whole = _hash(language, *words)
    if len(words) < SHORT:
        return (whole,)
    runs = {_hash(language, *words[i : i + 4]) for i in range(len(words) - 3)}
    return tuple(sorted({whole, *sorted(runs)[:SKETCH]}))


def _hash(*words: str) -> str:
    return hashlib.blake2b("\x1f".join(words).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def group_id_of(text: str, language: str) -> str:
    """Group of a claim that stands alone: it only depends on its words, so equal claims of different articles share it from the start."""
    return make_id("grp", language, *words_of(text))


def group_claims(claims: Iterable[KeyedClaim]) -> dict[str, str]:
    """Group id by claim id, for every claim given.

    A group has the id that its earliest claim has alone. Where one statement has several known speakers, each gets a group of its own, and
    claims without speaker go with the speaker who has most.
    """
    by_id = {c.claim_id: c for c in claims}
    words = {c.claim_id: words_of(c.text) for c in by_id.values()}
    unions = Unions(sorted(by_id))
    texts: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for claim_id in sorted(by_id):
        texts[by_id[claim_id].language, words[claim_id]].append(claim_id)
    for same in texts.values():
        for other in same[1:]:
            unions.join(same[0], other)
    firsts = [by_id[same[0]] for same in texts.values()]
    for bucket in _buckets(firsts, words):
        _compare(bucket, words, unions)
    out: dict[str, str] = {}
    for members in unions.groups():
        out |= _name_groups([by_id[m] for m in members])
    return out


def _buckets(claims: list[KeyedClaim], words: dict[str, tuple[str, ...]]) -> list[list[KeyedClaim]]:
    """Claims of different words that share a key, by length."""
    out: dict[str, list[KeyedClaim]] = defaultdict(list)
    for c in sorted(claims, key=lambda c: (len(words[c.claim_id]), words[c.claim_id], c.claim_id)):
        if len(words[c.claim_id]) >= SHORT:
            for key in c.keys:
                out[key].append(c)
    return [out[key] for key in sorted(out) if len(out[key]) > 1]


def _compare(bucket: list[KeyedClaim], words: dict[str, tuple[str, ...]], unions: Unions) -> None:
    reach = len(bucket) if len(bucket) <= BUCKET else 8
    for i, a in enumerate(bucket):
        for b in bucket[i + 1 : i + 1 + reach]:
            if a.language == b.language and not unions.joined(a.claim_id, b.claim_id) and is_same_claim(words[a.claim_id], words[b.claim_id]):
                unions.join(a.claim_id, b.claim_id)


def is_same_claim(shorter: tuple[str, ...], longer: tuple[str, ...]) -> bool:
    """True if the words of two claims are the same but for a small cut at either end or a small change. ``shorter`` has no more words."""
    if len(shorter) < SHORT or len(shorter) < CUT * len(longer):
        return shorter == longer
    if f" {' '.join(shorter)} " in f" {' '.join(longer)} ":
        return True
    if fuzz.ratio(shorter, longer, score_cutoff=ALIKE) < ALIKE:
        return False
    # "nicht" or another number makes another claim
    return Counter(w for w in shorter if w in _NEGATION or w.isdigit()) == Counter(w for w in longer if w in _NEGATION or w.isdigit())


_NEGATION = frozenset(("nicht", "kein", "keine", "keinen", "keinem", "keiner", "nie", "niemals", "not", "no", "never", "none", "t"))


def _name_groups(members: list[KeyedClaim]) -> dict[str, str]:
    """Group ids of claims of the same words: one for each known speaker."""
    count = Counter(c.speaker for c in members if c.speaker)
    main = min(count, key=lambda s: (-count[s], s)) if count else None
    by_speaker: dict[str | None, list[KeyedClaim]] = defaultdict(list)
    for claim in members:
        by_speaker[claim.speaker or main].append(claim)
    out: dict[str, str] = {}
    for speaker, mine in by_speaker.items():
        first = min(mine, key=lambda c: (c.seen_at, c.claim_id))
        group = group_id_of(first.text, first.language)
        if speaker != main:
            group = make_id("grp", speaker, group)
        out |= {c.claim_id: group for c in mine}
    return out
