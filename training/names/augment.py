"""Replace names in annotated pieces by others, so that the tagger learns contexts and not the names of its training texts."""

from __future__ import annotations

import importlib
import random
from collections import defaultdict
from pathlib import Path

from training.names.data import TAGS, Piece
from training.names.invent import FORMS_DE, PARTICLES, QUALITIES, brand, organisation, tokens
from training.names.lexicon import FLAGS, companies, lookups, names_by_country, places, read_list
from transforms.extract.recognisers.known import read_names
from transforms.extract.recognisers.words import Lexicon

LOCALES = "de_DE de_AT de_CH en_US en_GB fr_FR it_IT nl_NL pl_PL tr_TR es_ES sv_SE da_DK".split()


def _single(words: object) -> list[str]:
    return [w for w in words if isinstance(w, str) and w.isalpha() and len(w) > 2 and w[0].isupper()] if words else []  # type: ignore[attr-defined]


class Augmenter:
    def __init__(self, names: Path, lexicon: Lexicon, train: list[Piece]) -> None:
        first, last = set(), set()
        for locale in LOCALES:
            provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
            first.update(_single(list(getattr(provider, "first_names", ()) or ())))
            last.update(_single(list(getattr(provider, "last_names", ()) or ())))
        first.update(w for w in names_by_country(names, "forenames") if w.isalpha() and w.isascii() + 1)
        last.update(w for w in names_by_country(names, "surnames") if w.isalpha())
        latin = lambda ws: sorted(w for w in ws if all(ord(c) < 0x250 for c in w))  # noqa: E731
        self.first, self.last = latin(first | set(read_list("forenames"))), latin(last | set(read_list("surnames")))
        cluster = lookups("de", "cluster")
        probs = lookups("de", "prob")
        wide = {cluster[w] for w in ("Merkel", "Peter", "Angela")}
        people = [
            w for w, c in cluster.items() if c in wide and w.isalpha() and len(w) > 3 and w[0].isupper() and w[1:].islower() and probs[w] > -17.6
        ]
        self.first += sorted(w for w in people if cluster[w] != cluster["Merkel"] and probs[w] > -15)
        self.wide = sorted(w for w in people if cluster[w] == cluster["Merkel"] and w.lower() not in probs)
        self.cities = sorted(c for c in places()[0] if c.isalpha() and all(ord(x) < 0x180 for x in c))
        noun = 1 << FLAGS.index("noun")
        names_too = sum(1 << FLAGS.index(f) for f in ("forename", "surname", "city", "country", "org_name", "org_start"))
        self.nouns: dict[int, list[str]] = defaultdict(list)
        self.cluster_of: dict[str, int] = {}
        for w in sorted(cluster):
            if w[0].isupper() and len(w) > 3 and w[1:].islower() and w.isalpha() and probs[w] > -16.5:
                entry = lexicon[w]
                if entry.flags & noun and not entry.flags & names_too and cluster[w]:
                    self.nouns[cluster[w]].append(w)
                    self.cluster_of[w] = cluster[w]
        self.stems = [w for w in self.cluster_of if len(w) < 9]
        self.words = [w for w in self.cluster_of if len(w) < 10]
        pools: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        for p in train:
            for s, e, label in spans(p):
                if label == "ORG" and e - s <= 4:
                    pools[kind(p.words[s:e])].add(tuple(p.words[s:e]))
        for name in [*read_names(), *companies()]:
            words = tuple(tokens(name))
            pools[kind(words)].add(words)
        self.pools = {k: sorted(v) for k, v in pools.items()}
        print(len(self.first), len(self.last), len(self.wide), {k: len(v) for k, v in self.pools.items()})

    def common(self, piece: Piece, rng: random.Random) -> Piece:
        """The piece with some German nouns replaced by others of their kind or by compounds: no noun is a name for being unknown."""
        if piece.language != "de":
            return piece
        words = list(piece.words)
        for i, word in enumerate(words):
            if piece.allowed[i] & 1 and word in self.cluster_of and rng.random() < 0.12:
                other = rng.choice(self.nouns[self.cluster_of[word]])
                if rng.random() < 0.35:
                    other = rng.choice(self.stems) + other.lower()
                words[i] = other
        return Piece(words, piece.allowed, piece.domain, piece.language)

    def noun(self, rng: random.Random) -> str:
        """A German noun or a compound of two: what associations, bands and magazines are called."""
        word = rng.choice(self.words)
        return word if rng.random() < 0.4 else rng.choice(self.stems) + word.lower()

    def phrase(self, rng: random.Random) -> list[str]:
        """A name of several words that are all ordinary."""
        word, other = self.noun(rng), rng.choice(self.words)
        forms = [
            f"{rng.choice(QUALITIES)} {word}",
            f"{word} & {other}",
            f"{word} und {other}",
            f"{word} {rng.choice(self.cities)}",
            f"{word} {rng.choice(FORMS_DE)}",
            f"{word} für alle",
            f"{word} {rng.choice(self.last)}",
        ]
        return tokens(rng.choice(forms))

    def surname(self, rng: random.Random, plain: float = 0.0) -> str:
        """Now and then, with the odds of ``plain``, a word that means something else."""
        if rng.random() < plain:
            return rng.choice(self.words)
        return rng.choice(self.last if rng.random() < 0.5 else self.wide)

    def change(self, piece: Piece, rng: random.Random) -> Piece:
        found = spans(piece)
        if not found:
            return piece
        words, allowed, at = [], [], 0
        for s, e, label in found:
            words += piece.words[at:s]
            allowed += piece.allowed[at:s]
            old = piece.words[s:e]
            new = self.other(old, label, piece.language, rng)
            b = TAGS.index("B-" + label)
            words += new
            allowed += [1 << b] + [1 << b + 1] * (len(new) - 1)
            at = e
        return Piece(words + piece.words[at:], allowed + piece.allowed[at:], piece.domain, piece.language)

    def other(self, old: list[str], label: str, language: str, rng: random.Random) -> list[str]:
        if label == "PER":
            return self.person(old, rng)
        r = rng.random()
        if r < 0.25 and (pool := self.pools.get(kind(old))):
            return list(rng.choice(pool))
        if r < 0.45:
            if len(old) == 1:
                word = self.noun(rng) if language == "de" and rng.random() < 0.3 else brand(rng)
                return [word + ("s" if old[0].endswith("s") and rng.random() < 0.3 else "")]
            if language == "de" and rng.random() < 0.2:
                return self.phrase(rng)
            return organisation(rng, language, self.cities, self.last)
        return old

    def person(self, old: list[str], rng: random.Random) -> list[str]:
        plain = all(w.isalpha() and len(w) > 1 and not w.isupper() for w in old) and old[0][0].isupper()
        if not plain or len(old) > 4 or rng.random() < 0.3:
            return old
        if len(old) == 1:
            genitive = "s" if old[0].endswith("s") and rng.random() < 0.5 else ""
            word = self.surname(rng) if rng.random() < 0.75 else rng.choice(self.first)
            return [word + genitive] if rng.random() < 0.94 else [word, "-", self.surname(rng) + genitive]
        head = [rng.choice(self.first)]
        r = rng.random()
        if r < 0.06:
            head += ["-", rng.choice(self.first)]
        elif r < 0.10:
            head += [rng.choice(self.first)]
        elif r < 0.14:
            head += [rng.choice("ABCDEFGHJKLMNPRSTW"), "."]
        elif r < 0.17:
            head = [rng.choice("ABCDEFGHJKLMNPRSTW"), "."]
        tail = [self.surname(rng, plain=0.08)]
        r = rng.random()
        if r < 0.02:
            head += ["„", rng.choice(self.words), "“"]
        elif r < 0.12:
            tail += ["-", self.surname(rng)]
        elif r < 0.22:
            tail = tokens(rng.choice(PARTICLES)) + tail
        elif r < 0.24:
            tail = [tail[0][0], "."]
        return head + tail


def kind(words: tuple[str, ...] | list[str]) -> str:
    return f"{len(words)}{'A' if words[0].isupper() else 'a'}"


def spans(piece: Piece) -> list[tuple[int, int, str]]:
    out: list[list] = []
    for i, mask in enumerate(piece.allowed):
        if mask & (mask - 1) or mask == 1:
            continue
        tag = TAGS[mask.bit_length() - 1]
        if tag.startswith("B-"):
            out.append([i, i + 1, tag[2:]])
        elif out and out[-1][1] == i:
            out[-1][1] = i + 1
    return [(s, e, label) for s, e, label in out if label in ("PER", "ORG")]
