"""Short forms of an article's people that a recogniser passed over: surnames, forenames as labels, initials."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from transforms.extract.linking.occurrences import places_of, stands_alone
from transforms.extract.linking.person import Person
from transforms.extract.linking.roles import is_role
from transforms.names import SALUTATIONS, TITLES, squash
from transforms.records import Block, Role

Place = tuple[int, int]


class Free:
    """Whether a place is outside all known spans."""

    def __init__(self, *spans: Sequence[Place]) -> None:
        self._spans = sorted(s for group in spans for s in group)

    def __call__(self, start: int, end: int) -> bool:
        i = bisect_right(self._spans, (start, end))
        before = self._spans[i - 1] if i else None
        after = self._spans[i] if i < len(self._spans) else None
        return not (before and before[1] > start) and not (after and after[0] < end)


_DETERMINED = re.compile(
    r"(?<!\w)(?:der|die|das|dem|den|des|ein\w{0,2}|kein\w{0,2}|jed\w+|dies\w+|sein\w{0,2}|ihr\w{0,2}|unser\w{0,2}|mein\w{0,2}|im|am|vom|zum|zur|beim|"
    r"in|aus|nach|namens|named|called|the|an?|his|her|my|our) +$"
)
_MORE_NAME = re.compile(r" +[A-ZÄÖÜ][\w-]+")
_CAPITAL_BEFORE = re.compile(r"(?:^|[\s(„“\"‚'»«›‹‘])([A-ZÄÖÜ][\w.-]*) +$")


def missed_forms(text: str, blocks: Sequence[Block], people: list[Person], free: Free) -> list[tuple[int, int, Person]]:
    """Start, end and person of every short form that can mean only one of ``people``, in order."""
    out = [*_missed_labels(text, blocks, people, free), *_missed_surnames(text, people, free)]
    first: dict[int, tuple[int, int, Person]] = {}
    for found in out:
        first.setdefault(found[0], found)
    return [first[start] for start in sorted(first)]


def _missed_surnames(text: str, people: list[Person], free: Free) -> list[tuple[int, int, Person]]:
    owners: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        word = person.name.family.split()[-1]
        if person.name.is_full and len(word) > 2 and word[0].isupper():
            owners[word].append(person)
    single = {w: p[0] for w, p in owners.items() if len(p) == 1}
    if not single:
        return []
    found: list[tuple[int, int, Person]] = []
    common: set[str] = set()
    for start, end, word in _surnames(single, text):
        if not free(start, end):
            continue
        left = text[max(0, start - 30) : start]
        inflected = end > start + len(word)
        if _DETERMINED.search(left):
            common.add(word)
        elif not _is_part(text, end, inflected, left) and (inflected or _in_clause(text, end, left)):
            found.append((start, end, single[word]))
    lower = {w for w in single if any(stands_alone(text, a, a + len(w)) for a, _ in places_of((w.lower(),), text))} if found else set()
    return [f for f in found if text[f[0] : f[1]] not in lower | common and text[f[0] : f[1] - 1] not in lower | common]


def _surnames(words: Iterable[str], text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and surname of every whole word that is one of ``words`` or its genitive."""
    known = frozenset(words)
    for start, end, word in _whole([w + s for w in words for s in ("s", "")], text):
        yield start, end, word if word in known else word[:-1]


def _whole(words: Iterable[str], text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and word of every one of ``words`` that is no part of an address, a hashtag or a longer word."""
    for start, word in places_of(words, text):
        end = start + len(word)
        if stands_alone(text, start, end, "@#./-", "@-"):
            yield start, end, word


def _is_part(text: str, end: int, inflected: bool, left: str) -> bool:
    """Whether the word belongs to a longer name: "Anna Koch", "Koch Industries"."""
    before = _CAPITAL_BEFORE.search(left)
    if before and before.group(1).casefold().strip(".") not in TITLES | SALUTATIONS and not is_role(before.group(1)):
        return True
    return not inflected and bool(_MORE_NAME.match(text, end))


_VERB_BEFORE = re.compile(r"(?<!\w)(?!und |oder |and |or )[a-zäöüß]+ $")
_VERB_AFTER = re.compile(r" (?!und\b|oder\b|and\b|or\b)[a-zäöüß]+\b")


def _in_clause(text: str, end: int, left: str) -> bool:
    """Whether a plain word stands beside the name, as verbs do; a member of a list of nouns has none."""
    return bool(_VERB_BEFORE.search(left) or _VERB_AFTER.match(text, end) or is_role(left.rsplit(" ", 2)[-2] if " " in left else ""))


_NAME_FOLLOWS = re.compile(r"\s+[A-ZÄÖÜ]")
_LABEL = re.compile(r"([A-ZÄÖÜ][\w'’.-]*(?: [A-ZÄÖÜ][\w'’.-]*){0,3})\s*:")


def _missed_labels(text: str, blocks: Sequence[Block], people: list[Person], free: Free) -> list[tuple[int, int, Person]]:
    """Labels of speakers by forename or initials, and, where forenames are labels, the forenames elsewhere."""
    given: dict[str, list[Person]] = defaultdict(list)
    initials: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        if person.name.is_full:
            given[person.name.given[0]].append(person)
            for form in person.initials:
                initials[form].append(person)
    out: list[tuple[int, int, Person]] = []
    labels: dict[str, Person] = {}
    for block in blocks:
        if block.role in (Role.TITLE, Role.KICKER, Role.HEADING):
            continue
        if not (label := _LABEL.match(text, block.start, min(block.end, block.start + 60))):
            continue
        word = label.group(1)
        named = given.get(word, [])
        bearers = named or (initials.get(squash(word), []) if word.isupper() else [])
        if len(bearers) == 1 and free(label.start(1), label.end(1)):
            out.append((label.start(1), label.end(1), bearers[0]))
        if len(named) == 1:
            labels[word] = named[0]
    if labels:
        whole = ((start, end, word) for start, end, word in _whole(labels, text) if not _NAME_FOLLOWS.match(text, end))
        out += [(start, end, labels[word]) for start, end, word in whole if free(start, end)]
    return out
