"""Near-duplicate articles: agency copy with small cuts, syndication, one story under several addresses.

:func:`sign_article` makes a signature of a text once; it is kept in the operations table ``article_signatures``. :func:`cluster_articles` groups
signed articles. Two articles are the same story if most of the shorter one stands in the longer one, estimated from MinHash; clusters are the
connected components. Only articles that share a band key are compared, so the result is exact for any input that is closed under shared band
keys: pass the touched articles, and all that can be reached from them over shared keys. It does not depend on the order of the input, and ids
stay when later articles join.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import operator
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from presslake.schema import make_id
from transforms.resolve.unions import Unions

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

PERMUTATIONS = 96
ROWS = 3
"""Hash values in a band: with 32 bands, texts that share half of their shingles meet with a probability of 0.98, a quarter 0.4."""

MIN_SHINGLES = 20
"""Shorter texts are only the same if they are equal."""

CONTAINED = 0.72
"""Share of the shorter text that must stand in the longer one …"""

RESEMBLANCE = 0.3
"""… and of both together: a paragraph of boilerplate does not make two articles one."""

BUCKET = 60
"""In a bucket with more distinct texts than this, each is compared with its next neighbours by length only, to stay linear."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Signature:
    """What is kept of a text to compare it: reconstructible from the text alone."""

    minhash: str
    """Hexadecimal, 8 digits for each permutation."""
    shingle_count: int
    band_keys: tuple[str, ...]
    """Sorted; only articles that share one can be near-duplicates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedArticle:
    """One article as :func:`cluster_articles` sees it."""

    article_id: str
    signature: Signature
    seen_at: dt.datetime
    """First fetch: what makes cluster ids stable."""
    published_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Clustered:
    """Where an article belongs."""

    cluster_id: str | None
    """None for an article that stands alone."""
    is_lead: bool
    """The earliest published of its cluster; true where it stands alone."""


def sign_article(text: str) -> Signature:
    """Signature of an article's text over runs of three words, case and punctuation left out.

    A text of less than twenty runs has one key, its own hash.
    """
    words = _WORD.findall(text.casefold())
    shingles = {" ".join(words[i : i + 3]) for i in range(len(words) - 2)}
    if len(shingles) < MIN_SHINGLES:
        key = hashlib.sha256(" ".join(words).encode("utf-8", "surrogatepass")).hexdigest()[:16]
        return Signature("", len(shingles), (f"t{key}",) if words else ())
    values = _minhash(shingles)
    keys = (f"{band}:{_hash_of(values[band * ROWS : (band + 1) * ROWS])}" for band in range(PERMUTATIONS // ROWS))
    return Signature("".join(f"{v:08x}" for v in values), len(shingles), tuple(sorted(keys)))


@functools.cache
def _permutations() -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """Factors, odd, and summands of the permutations h → a·h + b modulo 2³²: drawn once and for all."""
    import numpy as np

    draw = np.random.RandomState(1)  # numpy promises that this stream never changes
    factors = draw.randint(0, 1 << 31, PERMUTATIONS, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    return factors, draw.randint(0, 1 << 32, PERMUTATIONS, dtype=np.uint32)


def _minhash(shingles: Iterable[str]) -> list[int]:
    """The smallest value of all shingles under each permutation.

    The numbers are those of datasketch 2 (affine32), without its import of 1.5 s; and signatures that a warehouse keeps must
    not change with a library, as they did from its version 1 to 2.
    """
    import numpy as np

    h = np.array([_hash(s.encode("utf-8", "surrogatepass")) for s in shingles], dtype=np.uint32).reshape(-1, 1)
    h ^= h >> np.uint32(16)  # the finalizer of MurmurHash3
    h *= np.uint32(0x85EBCA6B)
    h ^= h >> np.uint32(13)
    h *= np.uint32(0xC2B2AE35)
    h ^= h >> np.uint32(16)
    factors, summands = _permutations()
    return [int(v) for v in (h * factors + summands).min(axis=0)]


def _hash(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=4).digest(), "little")


def _hash_of(values: list[int]) -> str:
    return hashlib.blake2b(",".join(map(str, values)).encode(), digest_size=6).hexdigest()


def cluster_articles(articles: Iterable[SignedArticle]) -> dict[str, Clustered]:
    """Cluster and lead by article id, for every article given."""
    by_id = {a.article_id: a for a in articles}
    unions = Unions(sorted(by_id))
    for same in _equal_texts(by_id.values()).values():
        for other in same[1:]:
            unions.join(same[0], other)
    for bucket in _buckets(by_id.values()):
        _compare(bucket, unions)
    out: dict[str, Clustered] = {}
    for members in unions.groups():
        if len(members) == 1:
            out[members[0]] = Clustered(None, True)
            continue
        cluster_id = make_id("clu", min((by_id[m].seen_at, m) for m in members)[1])
        lead = min((by_id[m].published_at or by_id[m].seen_at, by_id[m].seen_at, m) for m in members)[2]
        out |= {m: Clustered(cluster_id, m == lead) for m in members}
    return out


def _equal_texts(articles: Iterable[SignedArticle]) -> dict[tuple[str, tuple[str, ...]], list[str]]:
    """Ids of articles with the same signature, sorted; articles without words are never equal."""
    out: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for a in sorted(articles, key=lambda a: a.article_id):
        if a.signature.band_keys:
            out[a.signature.minhash, a.signature.band_keys].append(a.article_id)
    return out


def _buckets(articles: Iterable[SignedArticle]) -> list[list[SignedArticle]]:
    """Articles that share a band key, one for each distinct signature, by length."""
    distinct = {}
    for a in sorted(articles, key=lambda a: a.article_id, reverse=True):
        if a.signature.minhash:
            distinct[a.signature.minhash] = a
    out: dict[str, list[SignedArticle]] = defaultdict(list)
    for a in sorted(distinct.values(), key=lambda a: (a.signature.shingle_count, a.article_id)):
        for key in a.signature.band_keys:
            out[key].append(a)
    return [out[key] for key in sorted(out) if len(out[key]) > 1]


def _compare(bucket: list[SignedArticle], unions: Unions) -> None:
    reach = len(bucket) if len(bucket) <= BUCKET else 8
    for i, a in enumerate(bucket):
        for b in bucket[i + 1 : i + 1 + reach]:
            if not unions.joined(a.article_id, b.article_id) and is_near_duplicate(a.signature, b.signature):
                unions.join(a.article_id, b.article_id)


def is_near_duplicate(one: Signature, other: Signature) -> bool:
    """True if most of the shorter text stands in the longer one, as far as their signatures tell."""
    if not one.minhash or not other.minhash:
        return one.band_keys == other.band_keys and bool(one.band_keys)
    a, b = (memoryview(bytes.fromhex(s.minhash)).cast("I") for s in (one, other))
    resemblance: float = sum(map(operator.eq, a, b)) / len(a)
    shared = resemblance * (one.shingle_count + other.shingle_count) / (1 + resemblance)
    return resemblance >= RESEMBLANCE and shared >= CONTAINED * min(one.shingle_count, other.shingle_count)
