"""The built-in recogniser: word vectors → two convolutions → tags, in numpy, with every word's vector cached; the mean of a few such nets.

Trained by ``training/names/train.py``; what it was trained on and how well it does stands in ``training/names/MODEL_CARD.md``.
"""

from __future__ import annotations

import functools
import importlib.resources
import zlib
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from presslake.schema import EntityKind
from transforms.extract.recognisers.agree import agree
from transforms.extract.recognisers.decode import Decoder
from transforms.extract.recognisers.edges import Found, fit
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
SETTLED = 6.0
"""Lead of "outside" over every other tag, of a word standing alone, from which it is no part of a name unless a doubtful word is near."""
NEAR = 2
"""Words: so far from a doubtful one the tags are computed. On 120 articles 7 of 3,383 words of names lay beyond, at a third of the time."""
LEAST = {EntityKind.PERSON: 0.45, EntityKind.ORGANISATION: 0.55}
"""Confidence below which a find is dropped: a wrong name in the tables hurts more than a missing one."""
KINDS = {"PER": EntityKind.PERSON, "ORG": EntityKind.ORGANISATION}


class BuiltinRecogniser:
    """The tagger with its weights."""

    def __init__(self, weights: Any, lexicon: Lexicon) -> None:
        import numpy as np

        self._lexicon = lexicon
        self._feature = {int(k): i for i, k in enumerate(np.cumsum(weights["keys"], dtype=np.uint32))}
        self._vectors = weights["vectors"]
        self._scale = weights["scale"].astype(np.float32)
        self._domain = weights["domain"].astype(np.float32)
        self._net = Net(weights)
        self._tags: list[str] = weights["tags"].tolist()
        self._decoder = Decoder(weights["transitions"].astype(np.float32), weights["first"].astype(np.float32), self._tags)
        self._ids: dict[str, int] = {}
        self._table: Floats = np.zeros((1024, self._vectors.shape[1]), dtype=np.float32)
        self._doubtful = np.zeros(1024, dtype=np.bool_)
        self.name = f"builtin/{weights['version'].item()}"

    def recognise(self, text: str, language: str) -> tuple[Name, ...]:
        found = list(pieces(text))
        names: list[Name] = []
        begin = tokens = 0
        for end, (words, _) in enumerate(found, 1):
            tokens += len(words)
            if tokens >= BATCH_TOKENS or end == len(found):
                names += self._names(found[begin:end])
                begin, tokens = end, 0
        return agree(found, names, self._lexicon)

    def _names(self, batch: list[Piece]) -> list[Name]:
        rows, at = self._rows([self._lexicon.recase(words) for words, _ in batch])
        found: dict[int, list[Found]] = defaultdict(list)
        for begin, end, tag, confidence in self._decoder.entities(self._emissions(rows)):
            kind = KINDS.get(tag)
            if kind is not None and confidence >= LEAST[kind]:
                piece, first = at[begin]
                found[piece].append(Found(first, first + end - begin - 1, kind, confidence))
        out = []
        for piece, names in found.items():
            words, starts = batch[piece]
            out += [
                Name(starts[n.first], starts[n.last] + len(words[n.last]), n.kind, n.confidence) for n in fit(words, starts, names, self._lexicon)
            ]
        return out

    def _rows(self, batch: list[list[str]]) -> tuple[NDArray[np.intp], list[tuple[int, int]]]:
        """Word ids of all pieces in one column, GAP zeros around each; and for every row its piece and token."""
        import numpy as np

        if len(self._ids) > CACHED_WORDS:
            self._ids.clear()
        rows: list[int] = [0] * GAP
        at = [(0, 0)] * GAP
        known = len(self._ids)
        for piece, words in enumerate(batch):
            rows += [self._ids.get(w) or self._learn(w) for w in words]
            rows += [0] * GAP
            at += [(piece, i) for i in range(len(words))]
            at += [(piece, 0)] * GAP
        self._doubt(known + 1, len(self._ids) + 1)
        return np.array(rows), at

    def _learn(self, word: str) -> int:
        """Put the vector of a new word into the table; its row number."""
        import numpy as np

        row = len(self._ids) + 1
        if row >= len(self._table):
            self._table = np.concatenate([self._table, np.zeros_like(self._table)])
            self._doubtful = np.concatenate([self._doubtful, np.zeros_like(self._doubtful)])
        keys = (zlib.crc32(f.encode("utf-8", "replace")) for f in word_features(word, self._lexicon))
        known = [i for k in keys if (i := self._feature.get(k)) is not None]
        self._table[row] = self._vectors[known].sum(axis=0, dtype=np.float32) * self._scale + self._domain
        self._ids[word] = row
        return row

    def _doubt(self, begin: int, end: int) -> None:
        """Find the doubtful among new words, each looked at alone."""
        import numpy as np

        rows = np.zeros((end - begin, 1 + GAP), dtype=np.intp)
        rows[:, 0] = np.arange(begin, end)
        scores = self._score(np.concatenate([np.zeros(GAP, dtype=np.intp), rows.ravel()]), slice(GAP, None, 1 + GAP))
        self._doubtful[begin:end] = scores[:, 0] - scores[:, 1:].max(axis=1) < SETTLED

    def _emissions(self, rows: NDArray[np.intp]) -> Floats:
        """Score of every tag per row; rows between pieces and words far from any doubtful one are surely outside."""
        import numpy as np

        near = around(self._doubtful[rows], 2 * NEAR + 1, 1) & (rows > 0)
        scores = np.broadcast_to(self._decoder.outside, (len(rows), len(self._tags))).copy()
        scores[near] = self._score(rows, near)
        return scores

    def _score(self, rows: NDArray[np.intp], wanted: Any) -> Floats:
        """Scores of the ``wanted`` (mask or slice) among ``rows``."""
        import numpy as np

        mask = np.zeros(len(rows), dtype=np.bool_)
        mask[wanted] = True
        return self._net.log_odds(self._table[rows], rows > 0, mask)


@functools.cache
def load_builtin() -> BuiltinRecogniser:
    """The packaged recogniser, loaded once per process."""
    import numpy as np

    with (importlib.resources.files("transforms.extract.models") / MODEL).open("rb") as f, np.load(f) as weights:
        return BuiltinRecogniser(dict(weights), load_lexicon())
