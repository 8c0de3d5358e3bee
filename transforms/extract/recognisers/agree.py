"""Agreement within a text: a name that is certain in one place decides the other places where it, or a part of it, stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from presslake.schema import EntityKind
from transforms.extract.recognisers.tokens import Piece
from transforms.extract.recognisers.words import FLAGS, Lexicon
from transforms.records import Name

CERTAIN = 0.75
"""Confidence from which a name speaks for its other places."""
LABEL_WORDS = 6
"""Tokens that a speaker label has at most."""
COMMON = 1 << FLAGS.index("noun") | 1 << FLAGS.index("known")
FORENAME = 1 << FLAGS.index("forename")
_NO_OUTLET = """
Frage Frager Fragen Interviewer Interviewerin Moderator Moderatorin Moderation Redaktion Publikum Reporter Reporterin Q F Question Host Und
"""
NO_OUTLET = frozenset(_NO_OUTLET.split())
"""Labels of questions that name nobody."""
ANSWERS = frozenset((word,) for word in ("Sie", "Er", "Ich", "She", "He"))
"""Labels of the answers of one who is not named."""
Form = tuple[str, ...]


def agree(batch: Iterable[Piece], names: list[Name], lexicon: Lexicon) -> tuple[Name, ...]:
    """``names`` found in ``batch``, with one kind per spelling and with the places that were missed. Linear in the text."""
    if not names:
        return ()
    pieces = list(batch)
    names = sorted(names, key=lambda n: n.start)
    names = sorted([*names, *_acronyms(pieces, names)], key=lambda n: n.start)
    forms = _forms(pieces, names)
    kinds = _kinds(names, forms, lexicon)
    out = []
    for name, form in zip(names, forms, strict=True):
        kind, confidence = kinds.get(form, (name.kind, name.confidence))
        out.append(name if kind is name.kind else Name(name.start, name.end, kind, confidence))
    out += _missed(pieces, names, kinds)
    label_forms = _label_forms(kinds)
    for outlet in _outlets(pieces, label_forms, lexicon):
        label_forms[outlet] = (EntityKind.ORGANISATION, CERTAIN)
    labels = list(_labels(pieces, label_forms))
    covered = {start for label in labels for start in range(label.start, label.end)}
    out = [n for n in out if n.start not in covered] + labels
    return tuple(sorted(out, key=lambda n: n.start))


def _acronyms(pieces: list[Piece], names: list[Name]) -> Iterator[Name]:
    """The short form in parentheses behind an organisation: "Verband der Kanäle (VDK)"."""
    organisations = {n.end: n for n in names if n.kind is EntityKind.ORGANISATION}
    starts_taken = {n.start for n in names}
    for words, starts in pieces:
        for i in range(1, len(words) - 2):
            if words[i] != "(" or words[i + 2] != ")" or starts[i + 1] in starts_taken:
                continue
            long = organisations.get(starts[i - 1] + len(words[i - 1]))
            short = words[i + 1]
            if long is not None and sum(map(str.isupper, short)) >= 2 and len(short) <= 8 and short.isalpha():
                yield Name(starts[i + 1], starts[i + 1] + len(short), EntityKind.ORGANISATION, long.confidence)


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
    """What every spelling means in this text: the votes of its places, and of the full names for their parts."""
    votes: dict[Form, dict[EntityKind, float]] = defaultdict(lambda: defaultdict(float))
    sure: dict[Form, float] = {}
    parts: dict[Form, float] = {}
    for name, form in zip(names, forms, strict=True):
        votes[form][name.kind] += name.confidence
        sure[form] = max(sure.get(form, 0.0), name.confidence)
        if name.kind is EntityKind.PERSON and 1 < len(form) < 6 and name.confidence >= CERTAIN:
            for part in (form[-1:], form[:1]):
                if len(part[0]) > 2 and part[0][0].isupper():
                    parts[part] = max(parts.get(part, 0.0), name.confidence)
    out = {}
    for form, count in votes.items():
        if sure[form] >= CERTAIN and _distinctive(form, lexicon):
            out[form] = (max(count, key=lambda kind: (count[kind], kind)), round(0.9 * sure[form], 4))
    for form, confidence in parts.items():
        if form in votes or _distinctive(form, lexicon):
            out[form] = (EntityKind.PERSON, round(0.9 * confidence, 4))
    for form, (kind, confidence) in list(out.items()):
        if (kind is EntityKind.PERSON or (len(form) == 1 and len(form[0]) > 3)) and not form[-1].endswith(("s", "ß", "x", "z")):
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


def _label_forms(kinds: dict[Form, tuple[EntityKind, float]]) -> dict[Form, tuple[EntityKind, float]]:
    """How an interview may label its speakers: in capitals, by initials, by one part of the name; only where it is unambiguous."""
    out: dict[Form, tuple[EntityKind, float]] = {}
    for form, (kind, confidence) in kinds.items():
        variants = {form, tuple(w.upper() for w in form)}
        if kind is EntityKind.PERSON:
            parts = [w for w in form if w[0].isalpha()]
            letters = [w[0] for w in parts if w[0].isupper()]
            if len(letters) > 1:
                variants |= {("".join(letters),), tuple(x for c in letters for x in (c, ".")), (letters[0] + letters[-1],)}
                words = [w[0] for before, w in zip(("", *form), form, strict=False) if w[0].isupper() and before != "-"]
                variants |= {("".join(words),)} if len(words) > 1 else set()  # DQ: Dietmar Quast-Oelmez
            variants |= {(w,) for w in parts if w[0].isupper()} | {(w.upper(),) for w in parts if w[0].isupper()}
        else:
            variants |= {tuple(w.lower() for w in form)}
        for variant in variants:
            if out.get(variant, (kind,))[0] is kind:
                out[variant] = (kind, confidence)
    return out


def _labels(pieces: list[Piece], forms: dict[Form, tuple[EntityKind, float]]) -> Iterator[Name]:
    """Speaker labels: a line that begins with a known form and a colon."""
    for words, starts in pieces:
        for length in range(1, min(LABEL_WORDS, len(words) - 1) + 1):
            if words[length] == ":" and (hit := forms.get(tuple(words[:length]))):
                yield Name(starts[0], starts[length - 1] + len(words[length - 1]), *hit)
                break


def _outlets(pieces: list[Piece], forms: dict[Form, tuple[EntityKind, float]], lexicon: Lexicon) -> list[Form]:
    """The label of an interview's questions, where the answers carry the label of a known person: "Stadtblatt: Und dann?"."""
    lines: dict[Form, int] = defaultdict(int)
    questions: dict[Form, int] = defaultdict(int)
    answers = 0
    for words, _ in pieces:
        length = next((i for i in range(1, min(4, len(words) - 1) + 1) if words[i] == ":"), 0)
        form = tuple(words[:length])
        if not form or not all(w[0].isalpha() or w == "&" for w in form):
            continue
        if form in ANSWERS or forms.get(form, (None,))[0] is EntityKind.PERSON:
            answers += 1
        elif form[0] not in NO_OUTLET and not lexicon[form[0]].flags & FORENAME:
            lines[form] += 1
            questions[form] += "?" in words
    if answers < 2:
        return []
    return [form for form, n in lines.items() if n > 1 and questions[form] >= 0.6 * n]


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
