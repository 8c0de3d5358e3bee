"""Agreement within a text: a name that is certain in one place decides the other places where it, or its surname, stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from presslake.schema import EntityKind
from transforms.extract.recognisers.tokens import Piece
from transforms.extract.recognisers.words import FLAGS, Lexicon
from transforms.records import Name

CERTAIN = 0.75
"""Confidence from which a name speaks for its other places."""
COMMON = 1 << FLAGS.index("noun") | 1 << FLAGS.index("known")
Form = tuple[str, ...]


def agree(batch: Iterable[Piece], names: list[Name], lexicon: Lexicon) -> tuple[Name, ...]:
    """``names`` found in ``batch``, with one kind per spelling and with the places that were missed. Linear in the text."""
    if not names:
        return ()
    pieces = list(batch)
    names = sorted(names, key=lambda n: n.start)
    forms = _forms(pieces, names)
    kinds = _kinds(names, forms, lexicon)
    out = []
    for name, form in zip(names, forms, strict=True):
        kind, confidence = kinds.get(form, (name.kind, name.confidence))
        out.append(name if kind is name.kind else Name(name.start, name.end, kind, confidence))
    out += _missed(pieces, names, kinds)
    return tuple(sorted(out, key=lambda n: n.start))


def _forms(pieces: list[Piece], names: list[Name]) -> list[Form]:
    """The words of every name."""
    out: list[Form] = []
    at = iter(names)
    name = next(at, None)
    words: list[str] = []
    for tokens, starts in pieces:
        for word, start in zip(tokens, starts, strict=True):
            if name is None:
                return out
            if start >= name.start:
                words.append(word)
                if start + len(word) >= name.end:
                    out.append(tuple(words))
                    words = []
                    name = next(at, None)
    return out


def _kinds(names: list[Name], forms: list[Form], lexicon: Lexicon) -> dict[Form, tuple[EntityKind, float]]:
    """What every spelling means in this text: the votes of its places, and of the full names for their surnames."""
    votes: dict[Form, dict[EntityKind, float]] = defaultdict(lambda: defaultdict(float))
    sure: dict[Form, float] = {}
    surnames: dict[Form, float] = {}
    for name, form in zip(names, forms, strict=True):
        votes[form][name.kind] += name.confidence
        sure[form] = max(sure.get(form, 0.0), name.confidence)
        if name.kind is EntityKind.PERSON and 1 < len(form) < 6 and name.confidence >= CERTAIN and len(form[-1]) > 2 and form[-1][0].isupper():
            surnames[form[-1:]] = max(surnames.get(form[-1:], 0.0), name.confidence)
    out = {}
    for form, count in votes.items():
        if sure[form] >= CERTAIN and _distinctive(form, lexicon):
            out[form] = (max(count, key=lambda kind: (count[kind], kind)), round(0.9 * sure[form], 4))
    for form, confidence in surnames.items():
        if form in votes or _distinctive(form, lexicon):
            out[form] = (EntityKind.PERSON, round(0.9 * confidence, 4))
    for form, (kind, confidence) in list(out.items()):
        if kind is EntityKind.PERSON and not form[-1].endswith(("s", "ß", "x", "z")):
            out.setdefault((*form[:-1], form[-1] + "s"), (kind, confidence))
    return out


def _distinctive(form: Form, lexicon: Lexicon) -> bool:
    """Whether the spelling can hardly mean anything but the name."""
    if len(form) > 1:
        return True
    word = form[0]
    if len(word) < 3 or word.islower():
        return False
    return not lexicon[word].flags & COMMON and (word.isupper() or not lexicon[word.lower()].flags & COMMON)


def _missed(pieces: list[Piece], names: list[Name], kinds: dict[Form, tuple[EntityKind, float]]) -> Iterator[Name]:
    firsts: dict[str, list[Form]] = defaultdict(list)
    for form in kinds:
        firsts[form[0]].append(form)
    for forms in firsts.values():
        forms.sort(key=len, reverse=True)
    taken = iter(names)
    name = next(taken, None)
    for words, starts in pieces:
        free = 0
        for i, word in enumerate(words):
            while name is not None and name.end <= starts[i]:
                name = next(taken, None)
            if word not in firsts or i < free:
                continue
            for form in firsts[word]:
                last = i + len(form) - 1
                if last >= len(words) or tuple(words[i : last + 1]) != form:
                    continue
                end = starts[last] + len(words[last])
                if name is None or end <= name.start:
                    kind, confidence = kinds[form]
                    yield Name(starts[i], end, kind, confidence)
                    free = last + 1
                break
