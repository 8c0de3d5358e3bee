"""The built-in recogniser: word vectors → three convolutions → tags, in numpy, with every word's vector cached; the mean of a few such nets.

Trained by ``training/names/train.py``; what it was trained on and how well it does stands in ``training/names/MODEL_CARD.md``.
"""

from __future__ import annotations

import functools
import importlib.resources
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from presslake.schema import EntityKind
from transforms.extract.recognisers.agree import agree
from transforms.extract.recognisers.decode import Decoder
from transforms.extract.recognisers.edges import Found, fit
from transforms.extract.recognisers.known import KnownNames, read_names
from transforms.extract.recognisers.net import FAR, Net, around
from transforms.extract.recognisers.tokens import Piece, pieces
from transforms.extract.recognisers.words import Lexicon, load_lexicon, word_features
from transforms.records import Name

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

MODEL = "names.npz"
CACHED_WORDS = 60_000
"""Words whose vectors are kept; then the cache starts anew, so that memory stays bounded over millions of articles."""
BATCH_TOKENS = 4_000
GAP = FAR
"""Empty rows between pieces, so that the convolutions never look from one into another."""
SETTLED = 8.0
"""Lead of "outside" over every other tag, of a word standing alone, from which it is no part of a name unless a doubtful word is near."""
NEAR = 2
"""Words: so far from a doubtful one the tags are computed. With SETTLED at 6, a half of a percent of the organisations' F1 would go."""
SENTENCE, ARTICLE = 0, 1
"""Registers, by what the nets were trained on: sentences of any origin, articles of the press."""
LEAST = {EntityKind.PERSON: 0.5, EntityKind.ORGANISATION: 0.65}
"""Confidence below which a find is dropped: a wrong name in the tables hurts more than a missing one."""
KINDS = {"PER": EntityKind.PERSON, "ORG": EntityKind.ORGANISATION}


class BuiltinRecogniser:
    """The tagger with its weights."""

    def __init__(self, weights: Any, lexicon: Lexicon) -> None:
        import numpy as np

        self._lexicon = lexicon
        self._known = KnownNames(read_names(), lexicon)
        self._keys = np.append(np.cumsum(weights["keys"], dtype=np.uint32), np.uint32(2**32 - 1))
        self._vectors = np.concatenate([weights["vectors"], np.zeros((1, weights["vectors"].shape[1]), dtype=np.int8)])
        self._scale = weights["scale"].astype(np.float32)
        self._registers = weights["domain"].astype(np.float32)
        self._net = Net(weights)
        self._tags: list[str] = weights["tags"].tolist()
        self._begins, self._goes_on = self._tags.index("B-ORG"), self._tags.index("I-ORG")
        self._decoder = Decoder(weights["transitions"].astype(np.float32), weights["first"].astype(np.float32), self._tags)
        self._ids: dict[str, int] = {}
        self._table: Floats = np.zeros((1024, self._vectors.shape[1]), dtype=np.float32)
        self._doubtful = np.zeros(1024, dtype=np.bool_)
        self._looked_at = 0
        self.name = f"builtin/{weights['version'].item()}"

    def recognise(self, text: str, language: str) -> tuple[Name, ...]:
        return self.recognise_many((text,), language)[0]

    def recognise_many(self, texts: Sequence[str], language: str) -> list[tuple[Name, ...]]:
        parts = [list(pieces(text)) for text in texts]
        register = ARTICLE if any("\n" in text for text in texts) else SENTENCE
        names = iter(self._tagged([piece for part in parts for piece in part], register))
        return [agree(part, [n for _ in part for n in next(names)], self._lexicon) for part in parts]

    def _tagged(self, found: list[Piece], register: int) -> Iterator[list[Name]]:
        """The names of every piece."""
        begin = tokens = 0
        for end, (words, _) in enumerate(found, 1):
            tokens += len(words)
            if tokens >= BATCH_TOKENS or end == len(found):
                yield from self._names(found[begin:end], register)
                begin, tokens = end, 0

    def _names(self, batch: list[Piece], register: int) -> Iterator[list[Name]]:
        spellings = [self._lexicon.recase(words) for words, _ in batch]
        rows, at = self._rows(spellings)
        emissions = self._emissions(rows, register)
        self._add_known(emissions, spellings)
        found: dict[int, list[Found]] = defaultdict(list)
        for begin, end, tag, confidence in self._decoder.entities(emissions):
            kind = KINDS.get(tag)
            if kind is not None and confidence >= LEAST[kind]:
                piece, first = at[begin]
                found[piece].append(Found(first, first + end - begin - 1, kind, confidence))
        for i, (words, starts) in enumerate(batch):
            names = fit(words, starts, found[i], self._lexicon) if i in found else ()
            yield [Name(starts[n.first], starts[n.last] + len(words[n.last]), n.kind, n.confidence) for n in names]

    def _add_known(self, emissions: Floats, batch: list[list[str]]) -> None:
        """Raise the odds of organisations that are known by name."""
        row = GAP
        for words in batch:
            for first, end, odds in self._known.find(words):
                emissions[row + first, self._begins] += odds
                emissions[row + first + 1 : row + end, self._goes_on] += odds
            row += len(words) + GAP

    def _rows(self, batch: list[list[str]]) -> tuple[NDArray[np.intp], list[tuple[int, int]]]:
        """Word ids of all pieces in one column, GAP zeros around each; and for every row its piece and token."""
        import numpy as np

        if len(self._ids) > CACHED_WORDS:
            self._ids.clear()
            self._looked_at = 0
        if new := {word for words in batch for word in words if word not in self._ids}:
            self._learn(sorted(new))
        rows: list[int] = [0] * GAP
        at = [(0, 0)] * GAP
        for piece, words in enumerate(batch):
            rows += [self._ids[w] for w in words]
            rows += [0] * GAP
            at += [(piece, i) for i in range(len(words))]
            at += [(piece, 0)] * GAP
        return np.array(rows), at

    def _learn(self, words: list[str]) -> None:
        """Put the vectors of new words into the table."""
        import numpy as np

        first = len(self._ids) + 1
        last = first + len(words)
        while last > len(self._table):
            self._table = np.concatenate([self._table, np.zeros_like(self._table)])
            self._doubtful = np.concatenate([self._doubtful, np.zeros_like(self._doubtful)])
        keys: list[int] = []
        starts = []
        for word in words:
            starts.append(len(keys))
            keys += [zlib.crc32(f.encode("utf-8", "replace")) for f in word_features(word, self._lexicon)]
        wanted = np.array(keys, dtype=np.uint32)
        place = np.searchsorted(self._keys, wanted)
        place[self._keys[place] != wanted] = len(self._keys) - 1  # a feature that training never saw
        sums = np.add.reduceat(self._vectors[place], starts, axis=0, dtype=np.int32)
        self._table[first:last] = sums * self._scale
        self._ids.update(zip(words, range(first, last), strict=True))

    def _look_at_new(self) -> None:
        """Which of the words learned since the last time may be part of a name in an article, each looked at alone."""
        import numpy as np

        while self._looked_at < len(self._ids):
            first = self._looked_at + 1
            last = min(first + BATCH_TOKENS, len(self._ids) + 1)
            rows = np.zeros((last - first, 1 + GAP), dtype=np.intp)
            rows[:, 0] = np.arange(first, last)
            scores = self._score(np.concatenate([np.zeros(GAP, dtype=np.intp), rows.ravel()]), slice(GAP, None, 1 + GAP), ARTICLE)
            self._doubtful[first:last] = scores[:, 0] - scores[:, 1:].max(axis=1) < SETTLED
            self._looked_at = last - 1

    def _emissions(self, rows: NDArray[np.intp], register: int) -> Floats:
        """Score of every tag per row; rows between pieces, and in articles words far from any doubtful one, are surely outside."""
        import numpy as np

        near = rows > 0
        if register == ARTICLE:
            self._look_at_new()
            near &= around(self._doubtful[rows], 2 * NEAR + 1, 1)
        scores = np.broadcast_to(self._decoder.outside, (len(rows), len(self._tags))).copy()
        scores[near] = self._score(rows, near, register)
        return scores

    def _score(self, rows: NDArray[np.intp], wanted: Any, register: int) -> Floats:
        """Scores of the ``wanted`` (mask or slice) among ``rows``."""
        import numpy as np

        inside = rows > 0
        mask = np.zeros(len(rows), dtype=np.bool_)
        mask[wanted] = True
        vectors = self._table[rows]
        vectors += inside[:, None] * self._registers[register]
        return self._net.log_odds(vectors, inside, mask, register)


@functools.cache
def load_builtin() -> BuiltinRecogniser:
    """The packaged recogniser, loaded once per process."""
    import numpy as np

    with (importlib.resources.files("transforms.extract.models") / MODEL).open("rb") as f, np.load(f) as weights:
        return BuiltinRecogniser(dict(weights), load_lexicon())
