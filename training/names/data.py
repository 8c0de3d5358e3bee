"""Annotated texts → pieces with the tags that each token may have."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from presslake.schema import EntityKind
from training.corpus_reader import read_articles
from transforms.extract.recognisers.tokens import pieces

TAGS = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC")
ANY = (1 << len(TAGS)) - 1
O_LOC = 1 | 1 << 5 | 1 << 6
"""Where an annotation is silent or does not know places: anything but a person or organisation."""

DOMAINS = ("corpus", "smartdata", "europeana", "mobie", "btc", "wikigold", "wnut", "own")
NO_PLACES = {"corpus"}


def well_formed() -> tuple[np.ndarray, np.ndarray]:
    """Scores of (tag before, tag) and of the first tag: 0, or -10000 where an inside tag does not continue its own kind."""
    inside = [tag.startswith("I-") for tag in TAGS]
    between = [[-1e4 if inside[j] and before[2:] != tag[2:] else 0.0 for j, tag in enumerate(TAGS)] for before in TAGS]
    return np.array(between, dtype=np.float32), np.where(inside, -1e4, 0).astype(np.float32)


@dataclass
class Piece:
    words: list[str]
    allowed: list[int]
    """Bit mask of TAGS per token: one bit where annotated."""
    domain: int
    language: str
    is_invented: bool = False
    """Whether it speaks for its domain alone: the mean of all domains learns nothing from it."""


def read_rows(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def corpus_rows(folder: Path) -> list[dict]:
    """The press corpus in the scorer's form."""
    labels = {EntityKind.PERSON: "PER", EntityKind.ORGANISATION: "ORG"}
    return [
        {"id": a.name, "lang": a.language, "text": a.text, "ents": [[m.start, m.end, labels[m.kind]] for m in a.mentions], "ignore": []}
        for a in read_articles(folder)
    ]


def own_rows(language: str) -> list[dict]:
    """Our own sentences (``own.<language>.txt``) in the same form."""
    labels = {"P": "PER", "O": "ORG", "L": "LOC"}
    rows = []
    for line in (Path(__file__).parent / f"own.{language}.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        text, ents, at = "", [], 0
        for m in re.finditer(r"\{([POL]) ([^{}]+)\}", line):
            text += line[at : m.start()]
            ents.append([len(text), len(text) + len(m[2]), labels[m[1]]])
            text += m[2]
            at = m.end()
        rows.append({"id": f"own-{language}-{len(rows)}", "lang": language, "text": text + line[at:], "ents": ents, "ignore": []})
    return rows


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the quotation marks and punctuation that some annotations leave at its ends."""
    while start < end and text[start] in " „“”\"'»«›‹‚‘’(<*,;:-–—!?.":
        start += 1
    while start < end and text[end - 1] in " „“”\"'»«›‹‚‘(<>*,;:-–—?":
        end -= 1
    return start, end


def to_pieces(rows: list[dict], domain: str) -> list[Piece]:
    out = []
    silent = O_LOC if domain in NO_PLACES else 1
    for row in rows:
        text = row["text"]
        spans = sorted((*trimmed(text, s, e), label) for s, e, label in row["ents"] if label in ("PER", "ORG", "LOC"))
        ignore = [(s, e) for s, e in row["ignore"]]
        for words, starts in pieces(text):
            allowed = []
            k_prev = None
            for word, start in zip(words, starts, strict=True):
                end = start + len(word)
                hit = next((k for k, (s, e, _) in enumerate(spans) if s < end and start < e), None)
                if hit is None:
                    loose = any(s < end and start < e for s, e in ignore)
                    allowed.append(ANY if loose and domain == "btc" else O_LOC if loose else silent)
                else:
                    label = spans[hit][2]
                    surface = text[spans[hit][0] : spans[hit][1]]
                    if "@" in surface or "_" in surface or "#" in surface or text[start - 1 : start] in ("@", "#"):
                        allowed.append(ANY)
                    else:
                        b = TAGS.index("B-" + label)
                        allowed.append(1 << (b + 1 if hit == k_prev else b))
                k_prev = hit
            out.append(Piece(words, allowed, DOMAINS.index(domain), row["lang"]))
    return out
