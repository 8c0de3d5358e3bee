"""Train the built-in recogniser: a small convolutional tagger with a CRF on top of hashed word features."""

from __future__ import annotations

import argparse
import collections
import importlib.util
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
from transforms.extract.recognisers.words import load_lexicon, word_features  # noqa: E402

NT = len(TAGS)
IDENTITY = ("w=", "l=")


class Vocabulary:
    """Words → feature ids; features seen in few words are left out."""

    def __init__(self, known: dict[int, int] | None = None) -> None:
        self.lexicon = load_lexicon()
        self.ids: dict[str, int] = {}
        self.rows: list[list[int]] = []
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
            self.rows.append([self.ids[f] for f in word_features(word, self.lexicon) if f in self.ids] or [0])
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
        self.out = torch.nn.Linear(h, NT)
        self.trans = torch.nn.Parameter(torch.zeros(NT, NT))
        self.start = torch.nn.Parameter(torch.zeros(NT))
        self.drop = torch.nn.Dropout(0.4)
        bad = torch.zeros(NT, NT)
        first = torch.zeros(NT)
        for j, tag in enumerate(TAGS):
            if tag.startswith("I-"):
                first[j] = -1e4
                for i, before in enumerate(TAGS):
                    if before[2:] != tag[2:]:
                        bad[i, j] = -1e4
        self.register_buffer("bad", bad)
        self.register_buffer("first", first)

    def emit(self, x: Tensor, mask: Tensor, dom: Tensor) -> Tensor:
        x = x + self.dom(dom)[:, None]
        x = self.drop(x) * mask[..., None]
        h = torch.relu(self.c1(x.transpose(1, 2))) * mask[:, None]
        h = self.drop(h)
        h = torch.relu(self.c2(h)) + h
        return self.out(self.drop(h.transpose(1, 2)))

    def forward_score(self, e: Tensor, mask: Tensor) -> Tensor:
        t = self.trans + self.bad
        a = e[:, 0] + self.start + self.first
        for i in range(1, e.shape[1]):
            n = torch.logsumexp(a[:, :, None] + t[None], 1) + e[:, i]
            a = torch.where(mask[:, i, None] > 0, n, a)
        return torch.logsumexp(a, 1)

    def loss(self, e: Tensor, mask: Tensor, allowed: Tensor, crf: bool) -> Tensor:
        if not crf:  # per token: much faster, and the transitions are learnt afterwards
            p = torch.logsumexp(e, 2) - torch.logsumexp(e.masked_fill(~allowed, -1e4), 2)
            return (p * mask).sum()
        return (self.forward_score(e, mask) - self.forward_score(e.masked_fill(~allowed, -1e4), mask)).sum()


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
    rows = [vocabulary.rows[i] if i >= 0 else [0] for i in unique]
    flat = torch.tensor([f for r in rows for f in r])
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


def viterbi(model: Tagger, e: Tensor, mask: Tensor) -> np.ndarray:
    t = model.trans + model.bad
    a = e[:, 0] + model.start + model.first
    back = []
    for i in range(1, e.shape[1]):
        s, b = (a[:, :, None] + t[None]).max(1)
        keep = mask[:, i, None] > 0
        a = torch.where(keep, s + e[:, i], a)
        back.append(torch.where(keep, b, torch.arange(NT)[None]))
    best = a.argmax(1)
    path = [best]
    for b in reversed(back):
        best = b.gather(1, best[:, None])[:, 0]
        path.append(best)
    return torch.stack(path[::-1], 1).numpy()


def decode_rows(model: Tagger, vocabulary: Vocabulary, rows: list[dict], domain: int, o_bias: float = 0.0) -> list[list[tuple]]:
    from transforms.extract.recognisers.tokens import pieces

    model.eval()
    todo = []
    for r, row in enumerate(rows):
        for words, starts in pieces(row["text"]):
            p = Piece(words, [1] * len(words), 0, row["lang"])
            p.at = (r, starts)
            todo.append(p)
    todo.sort(key=lambda p: len(p.words))
    out = [[] for _ in rows]
    with torch.no_grad():
        for group, ids, _ in batches(todo, vocabulary, 256, None):
            x = embed(model, vocabulary, ids)
            mask = torch.from_numpy(ids >= 0).float()
            e = model.emit(x, mask, torch.full((len(group),), domain))
            e[..., 0] += o_bias
            tags = viterbi(model, e, mask)
            for p, t in zip(group, tags, strict=True):
                r, starts = p.at
                cur = None
                for w, s, tag in [*zip(p.words, starts, t, strict=False), ("", 0, 0)]:
                    name = TAGS[tag]
                    if cur and (not name.startswith("I-")):
                        out[r].append(tuple(cur))
                        cur = None
                    if name.startswith("B-"):
                        cur = [s, s + len(w), name[2:]]
                    elif cur:
                        cur[1] = s + len(w)
    return out


def scores(bench: Path, rows: list[dict], predicted: list[list[tuple]]) -> dict[str, tuple]:
    spec = importlib.util.spec_from_file_location("score_ner", bench / "score_ner.py")
    sc = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sc)
    tot = collections.Counter()
    for row, pred in zip(rows, predicted, strict=True):
        tot.update(sc.score_row(row, set(pred), ("PER", "ORG"), False)[0])
    return {t: tuple(round(100 * v, 1) for v in sc.prf(*[tot["names", t, k] for k in ("tp", "fp", "fn")])) for t in ("PER", "ORG")}


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--bench", type=Path, default=ROOT.parent / "shared/bench")
    ap.add_argument("--corpus", type=Path, default=ROOT.parent / "shared/corpus")
    ap.add_argument("--final", action="store_true", help="train on the held-out parts too")
    ap.add_argument("--epochs", type=int, default=8)
    ap.add_argument("--d", type=int, default=64)
    ap.add_argument("--h", type=int, default=160)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--lr", type=float, default=3e-3)
    ap.add_argument("--crf", type=float, default=0.0, help="share of the steps at the end with the loss of whole sequences")
    ap.add_argument("--forget", type=float, default=0.4, help="share of words whose identity is hidden")
    ap.add_argument("--augment", type=float, default=0.4)
    ap.add_argument("--out", type=Path, default=Path("names.pt"))
    a = ap.parse_args()
    random.seed(a.seed)
    torch.manual_seed(a.seed)
    np.random.seed(a.seed)
    torch.set_num_threads(2)
    ner = a.bench / "ner"
    sets = {
        "corpus": corpus_rows(a.corpus),
        "smartdata": read_rows(ner / "de.smartdata-train.jsonl"),
        "europeana": read_rows(ner / "de.europeana.jsonl"),
        "mobie": read_rows(ner / "de.mobie-train.jsonl"),
        "btc": read_rows(ner / "en.btc.jsonl"),
        "wikigold": read_rows(ner / "en.wikigold.jsonl"),
        "wnut": read_rows(ner / "en.wnut17-train.jsonl"),
    }
    sets["own"] = [*own_rows("de"), *own_rows("en")]
    dev = {"germeval": (read_rows(ner / "de.germeval14-dev.jsonl"), None), "smart": (read_rows(ner / "de.smartdata-dev.jsonl"), "smartdata")}
    held = lambda i: i % 5 == 0  # noqa: E731
    for name, label in (("corpus", "corpus"), ("wikigold", "wikigold"), ("btc", "btc"), ("wnut", "wnut")):
        dev[name] = ([r for i, r in enumerate(sets[name]) if held(zlib.crc32(r["id"].encode()) if name != "wikigold" else i // 20)], label)
        if not a.final:
            gone = {r["id"] for r in dev[name][0]}
            sets[name] = [r for r in sets[name] if r["id"] not in gone]
    train: list[Piece] = []
    weight = {"corpus": 3, "own": 3}
    for name, rows in sets.items():
        ps = [p for p in to_pieces(rows, name) if any(m != ANY for m in p.allowed)]
        train += ps * weight.get(name, 1)
        print(name, len(ps), "pieces", sum(len(p.words) for p in ps), "tokens")
    vocabulary = Vocabulary()
    augmenter = Augmenter(a.bench / "names", vocabulary.lexicon, train)
    vocabulary.count(train, 4)
    print(len(vocabulary.ids), "features")
    model = Tagger(len(vocabulary.ids), a.d, a.h)
    dense = [p for n, p in model.named_parameters() if not n.startswith("emb.")]
    optimisers = [torch.optim.SparseAdam([model.emb.weight], lr=a.lr), torch.optim.AdamW(dense, lr=a.lr, weight_decay=0.01)]
    mean, snapshots = None, 0
    rng = random.Random(a.seed)
    size = 64
    total = a.epochs * math.ceil(len(train) / size)
    step, t0 = 0, time.time()
    for epoch in range(a.epochs):
        model.train()
        run = 0.0
        data = [augmenter.change(p, rng) if rng.random() < a.augment else p for p in train]
        for group, ids, allowed in batches(data, vocabulary, size, rng):
            rate = a.lr * min(1, (step + 1) / 200) * (0.5 * (1 + math.cos(math.pi * step / total)) + 0.02)
            for o in optimisers:
                for g in o.param_groups:
                    g["lr"] = rate
                o.zero_grad(set_to_none=True)
            x = embed(model, vocabulary, ids, drop=a.forget)
            mask = torch.from_numpy(ids >= 0).float()
            dom = torch.tensor([p.domain if rng.random() > 0.25 else len(DOMAINS) for p in group])
            loss = model.loss(model.emit(x, mask, dom), mask, bits(allowed), step > total * (1 - a.crf)) / mask.sum()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(dense, 5.0)
            for o in optimisers:
                o.step()
            run += float(loss.detach())
            step += 1
            if step > total * 0.6 and step % (total // 40) == 0:  # the mean of late weights generalises better than the last
                state = model.state_dict()
                mean = {k: v.clone() for k, v in state.items()} if mean is None else {k: mean[k] + v for k, v in state.items()}
                snapshots += 1
        print(f"epoch {epoch} loss {run:.1f} {time.time() - t0:.0f}s", flush=True)
    ema = {k: v / snapshots for k, v in mean.items()}
    model.load_state_dict(ema)
    torch.save({"state": ema, "ids": vocabulary.ids, "d": a.d, "h": a.h}, a.out)
    for name, (rows, domain) in dev.items():
        for dom in [domain, "corpus", None] if name != "germeval" else ["corpus", "smartdata", "wikigold", None]:
            i = DOMAINS.index(dom) if dom else len(DOMAINS)
            print(
                name,
                dom,
                {b: scores(a.bench, rows, decode_rows(model, vocabulary, rows, i, b)) for b in ((0, -1.5) if name == "germeval" else (0,))},
                flush=True,
            )


if __name__ == "__main__":
    main()
