"""Train the members of the built-in recogniser: small convolutional taggers on sums of word features."""

from __future__ import annotations

import argparse
import collections
import math
import random
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
from training.names.augment import Augmenter  # noqa: E402
from training.names.data import ANY, DOMAINS, TAGS, Piece, corpus_rows, own_rows, read_rows, to_pieces  # noqa: E402
from training.names.patterns import PER_EPOCH, Patterns  # noqa: E402
from transforms.extract.recognisers.words import load_lexicon, word_features  # noqa: E402

NT = len(TAGS)
IDENTITY = ("w=", "l=")
NOTHING = np.zeros(1, dtype=np.int64)
"""Features of the empty place beside a piece."""
FAR = 3
"""Words between the three that the last convolution looks at."""


class Vocabulary:
    """Words → feature ids; features seen in few words are left out."""

    def __init__(self, known: dict[int, int] | None = None) -> None:
        self.lexicon = load_lexicon()
        self.ids: dict[str, int] = {}
        self.rows: list[np.ndarray] = []
        self.word: dict[str, int] = {}
        self.counts: collections.Counter[str] = collections.Counter()

    def count(self, pieces: list[Piece], minimum: int) -> None:
        seen = collections.Counter(w for p in pieces for w in p.words)
        counts: collections.Counter[str] = collections.Counter()
        for w, n in seen.items():
            for f in word_features(w, self.lexicon):
                counts[f] += n if f.startswith(IDENTITY) else 1
        self.ids = {f: i + 1 for i, f in enumerate(sorted(f for f, n in counts.items() if n >= minimum))}
        self.identity = torch.tensor([False] + [f.startswith(IDENTITY) for f in self.ids])

    def __getitem__(self, word: str) -> int:
        i = self.word.get(word)
        if i is None:
            i = self.word[word] = len(self.rows)
            self.rows.append(np.array([self.ids[f] for f in word_features(word, self.lexicon) if f in self.ids] or [0]))
        return i


class Tagger(torch.nn.Module):
    def __init__(self, features: int, d: int, h: int) -> None:
        super().__init__()
        self.emb = torch.nn.EmbeddingBag(features + 1, d, mode="sum", sparse=True)
        torch.nn.init.normal_(self.emb.weight, std=0.1)
        self.dom = torch.nn.Embedding(len(DOMAINS) + 1, d)
        torch.nn.init.zeros_(self.dom.weight)
        self.c1 = torch.nn.Conv1d(d, h, 5, padding=2)
        self.c2 = torch.nn.Conv1d(h, h, 3, padding=1)
        self.c3 = torch.nn.Conv1d(h, h, 3, padding=FAR, dilation=FAR)
        self.out = torch.nn.Linear(h, NT)
        self.drop = torch.nn.Dropout(0.4)

    def emit(self, x: Tensor, mask: Tensor, dom: Tensor) -> Tensor:
        x = x + self.dom(dom)[:, None]
        x = self.drop(x) * mask[..., None]
        h = torch.relu(self.c1(x.transpose(1, 2))) * mask[:, None]
        h = self.drop(h)
        h = (torch.relu(self.c2(h)) + h) * mask[:, None]
        h = torch.relu(self.c3(h)) + h
        return self.out(self.drop(h.transpose(1, 2)))

    def loss(self, e: Tensor, mask: Tensor, allowed: Tensor) -> Tensor:
        """Per token the log odds of the tags that the annotation allows."""
        return ((torch.logsumexp(e, 2) - torch.logsumexp(e.masked_fill(~allowed, -1e4), 2)) * mask).sum()


def batches(items: list[Any], vocabulary: Vocabulary, size: int, rng: random.Random | None) -> Iterator[tuple[list[Any], np.ndarray, np.ndarray]]:
    """Pieces of like length side by side, shuffled if there is an ``rng``: (pieces, word ids or -1, allowed tags)."""
    items = list(items)
    if rng is not None:
        rng.shuffle(items)
        chunks = [sorted(items[i : i + size * 20], key=lambda p: len(p.words)) for i in range(0, len(items), size * 20)]
        groups = [c[i : i + size] for c in chunks for i in range(0, len(c), size)]
        rng.shuffle(groups)
    else:
        groups = [items[i : i + size] for i in range(0, len(items), size)]
    for group in groups:
        length = max(len(p.words) for p in group)
        ids = np.full((len(group), length), -1)
        allowed = np.full((len(group), length), 1)
        for k, p in enumerate(group):
            ids[k, : len(p.words)] = [vocabulary[w] for w in p.words]
            allowed[k, : len(p.words)] = p.allowed
        yield group, ids, allowed


def embed(model: Tagger, vocabulary: Vocabulary, ids: np.ndarray, drop: float = 0.0) -> Tensor:
    unique, inverse = np.unique(ids, return_inverse=True)
    rows = [vocabulary.rows[i] if i >= 0 else NOTHING for i in unique]
    flat = torch.from_numpy(np.concatenate(rows))
    lens = torch.tensor([len(r) for r in rows])
    weights = None
    if drop:
        owner = torch.repeat_interleave(torch.arange(len(rows)), lens)
        lose = torch.rand(len(rows)) < drop
        weights = (~(lose[owner] & vocabulary.identity[flat]) & (torch.rand(len(flat)) > 0.1)).float()
    offsets = torch.cat([torch.zeros(1, dtype=torch.long), lens.cumsum(0)[:-1]])
    x = model.emb(flat, offsets, per_sample_weights=weights)
    return x[torch.from_numpy(inverse.reshape(ids.shape))]


def bits(allowed: np.ndarray) -> Tensor:
    return torch.from_numpy((allowed[..., None] >> np.arange(NT)) & 1).bool()


WEIGHT = {"corpus": 3, "own": 3, "wikigold": 2, "europeana": 0.5, "btc": 0.5, "mobie": 0.5}
"""How often the pieces of a source are seen in an epoch; once where not named."""
HELD_OUT = ("corpus", "wikigold")
"""Sources of which members that are trained to be measured leave out a fifth."""
FOLDS = 5


def read_sources(bench: Path, corpus: Path) -> dict[str, list[dict]]:
    ner = bench / "ner"
    return {
        "corpus": corpus_rows(corpus),
        "smartdata": read_rows(ner / "de.smartdata-train.jsonl"),
        "europeana": read_rows(ner / "de.europeana.jsonl"),
        "mobie": read_rows(ner / "de.mobie-train.jsonl"),
        "btc": read_rows(ner / "en.btc.jsonl"),
        "wikigold": read_rows(ner / "en.wikigold.jsonl"),
        "wnut": read_rows(ner / "en.wnut17-train.jsonl"),
        "own": [*own_rows("de"), *own_rows("en")],
    }


def fold_of(source: str, i: int, row: dict) -> int:
    """Articles fall into folds by their id, sentences of an encyclopaedia by the run of twenty that they stand in."""
    return (i // 20 if source == "wikigold" else zlib.crc32(row["id"].encode())) % FOLDS


def training_pieces(sources: dict[str, list[dict]], fold: int | None) -> list[Piece]:
    out: list[Piece] = []
    for name, rows in sources.items():
        kept = [r for i, r in enumerate(rows) if name not in HELD_OUT or fold_of(name, i, r) != fold]
        pieces = [p for p in to_pieces(kept, name) if any(m != ANY for m in p.allowed)]
        share = WEIGHT.get(name, 1)
        out += pieces * int(share) if share >= 1 else pieces[:: round(1 / share)]
    return out


def train(model: Tagger, vocabulary: Vocabulary, augmenter: Augmenter, data: list[Piece], args: argparse.Namespace, seed: int) -> dict[str, Tensor]:
    """Train ``model`` in place; the mean of its late weights, which generalises better than the last ones."""
    rng = random.Random(seed)
    dense = [p for n, p in model.named_parameters() if not n.startswith("emb.")]
    optimisers = [torch.optim.SparseAdam([model.emb.weight], lr=args.lr), torch.optim.AdamW(dense, lr=args.lr, weight_decay=0.01)]
    patterns = Patterns(augmenter)
    total = args.epochs * math.ceil((len(data) + sum(PER_EPOCH.values())) / args.batch)
    mean: dict[str, Tensor] = {}
    snapshots = step = 0
    begin = time.time()
    for epoch in range(args.epochs):
        model.train()
        sum_of_losses = 0.0
        changed = [augmenter.common(augmenter.change(p, rng) if rng.random() < args.augment else p, rng) for p in data]
        changed += patterns.draw(rng) if args.patterns else []
        for group, ids, allowed in batches(changed, vocabulary, args.batch, rng):
            rate = args.lr * min(1, (step + 1) / 100) * (0.5 * (1 + math.cos(math.pi * step / total)) + 0.02)
            for optimiser in optimisers:
                for parameters in optimiser.param_groups:
                    parameters["lr"] = rate
                optimiser.zero_grad(set_to_none=True)
            x = embed(model, vocabulary, ids, drop=args.forget)
            mask = torch.from_numpy(ids >= 0).float()
            domain = torch.tensor([p.domain if p.is_invented or rng.random() > 0.25 else len(DOMAINS) for p in group])
            loss = model.loss(model.emit(x, mask, domain), mask, bits(allowed)) / mask.sum()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(dense, 5.0)
            for optimiser in optimisers:
                optimiser.step()
            sum_of_losses += float(loss.detach())
            step += 1
            if step > total * 0.6 and step % max(1, total // 40) == 0:
                state = model.state_dict()
                mean = {k: mean[k] + v if mean else v.clone() for k, v in state.items()}
                snapshots += 1
        print(f"seed {seed} epoch {epoch} loss {sum_of_losses:.1f} {time.time() - begin:.0f}s", flush=True)
    return {k: v / snapshots for k, v in mean.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", type=Path, default=ROOT.parent / "shared/bench")
    parser.add_argument("--corpus", type=Path, default=ROOT / "training/corpus")
    parser.add_argument("--out", type=Path, required=True, help="folder for names-<seed>.pt")
    parser.add_argument("--seeds", type=int, nargs="+", required=True, help="of the members, each an own one")
    parser.add_argument("--fold", type=int, choices=range(FOLDS), help="fifth of the press corpus and of Wikigold to leave out; none if not given")
    parser.add_argument("--epochs", type=int, default=9)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--d", type=int, default=64, help="size of word vectors")
    parser.add_argument("--h", type=int, default=128, help="size of the hidden layers")
    parser.add_argument("--lr", type=float, default=3e-3)
    parser.add_argument("--forget", type=float, default=0.4, help="share of words whose identity is hidden")
    parser.add_argument("--augment", type=float, default=0.5, help="share of pieces whose names are replaced")
    parser.add_argument("--patterns", action=argparse.BooleanOptionalAction, default=True, help="whether sentences of patterns.py are added")
    args = parser.parse_args()
    torch.set_num_threads(1)
    args.out.mkdir(parents=True, exist_ok=True)
    sources = read_sources(args.bench, args.corpus)
    data = training_pieces(sources, args.fold)
    vocabulary = Vocabulary()
    augmenter = Augmenter(args.bench / "names", vocabulary.lexicon, data)
    vocabulary.count(data, 4)
    print(len(data), "pieces", sum(len(p.words) for p in data), "tokens", len(vocabulary.ids), "features", flush=True)
    for seed in args.seeds:
        torch.manual_seed(seed)
        model = Tagger(len(vocabulary.ids), args.d, args.h)
        state = train(model, vocabulary, augmenter, data, args, seed)
        torch.save({"state": state, "ids": vocabulary.ids, "patterns": args.patterns}, args.out / f"names-{seed}.pt")


if __name__ == "__main__":
    main()
