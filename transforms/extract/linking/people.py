"""The people of one article: full names gather their short forms; a surname of two people stays ambiguous."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from presslake.schema import EntityKind, MentionKind, Resolution
from transforms.extract.linking.missed import Free, missed_forms
from transforms.extract.linking.person import Person
from transforms.extract.linking.spans import NameSpan
from transforms.names import TITLES, PersonName, formal_names, parse_person, squash
from transforms.records import Block, Entity, Mention

Place = tuple[int, int]


@dataclass(slots=True)
class People:
    """The result: entities in order of appearance, their mentions by local index, and mentions that nobody can be found for."""

    entities: list[Entity]
    mentions: list[tuple[Mention, int | None]]


def link_people(
    text: str, blocks: Sequence[Block], spans: Sequence[NameSpan], taken: Sequence[Place], title: str | None, authors: Iterable[str]
) -> People:
    """Group the spans of people and find the short forms that a recogniser passed over.

    ``taken`` are spans of organisations, in order: no short form is looked for inside them. ``title`` and ``authors`` lend their full names to
    surnames of the text, but are no mentions themselves.
    """
    surfaces = [(s, text[s.start : s.end]) for s in spans]
    people = _full_people(surfaces, _lenders(title, authors, surfaces))
    open_spans = _attach(surfaces, people, text)
    free = Free([(s.start, s.end) for s in spans], taken)
    for start, end, person in missed_forms(text, blocks, people, free):
        person.places.append((start, end, MentionKind.SHORT_NAME, None))
    found = [p for p in people if p.places]
    found.sort(key=lambda p: min(p.places)[:2])
    mentions: list[tuple[Mention, int | None]] = []
    for index, person in enumerate(found):
        mentions += [(_mention(start, end, kind, index, confidence), index) for start, end, kind, confidence in person.places]
    mentions += [(_mention(s.start, s.end, MentionKind.SHORT_NAME, None, s.confidence), None) for s in open_spans]
    return People([_entity(p) for p in found], mentions)


def _mention(start: int, end: int, kind: MentionKind, entity: int | None, confidence: float | None) -> Mention:
    resolution = Resolution.AMBIGUOUS if entity is None else Resolution.RESOLVED
    return Mention(start=start, end=end, kind=EntityKind.PERSON, mention_kind=kind, entity=entity, resolution=resolution, confidence=confidence)


def _entity(person: Person) -> Entity:
    name = person.name.text
    return Entity(kind=EntityKind.PERSON, name=name, aliases=tuple(sorted(person.forms - {name})), honorific=person.honorific)


# ------------------------------------------------------------------ full names


def _full_people(surfaces: Sequence[tuple[NameSpan, str]], lenders: Sequence[PersonName]) -> list[Person]:
    """One person for each full name; "Shou Chew" is "Shou Zi Chew" where only one such is there."""
    counts: dict[str, int] = defaultdict(int)
    names: dict[str, PersonName] = {}
    for name in [*(parse_person(s) for _, s in surfaces), *lenders]:
        if name.is_full:
            base = _without_genitive(name, names)
            key = squash(base.text)
            names.setdefault(key, base)
            counts[key] += 1
    bases = {k: n for k, n in names.items() if not (k.endswith("s") and k[:-1] in names)}
    people: list[Person] = []
    by_core: dict[tuple[str, str], list[Person]] = defaultdict(list)
    for key in sorted(bases, key=lambda k: (-len(bases[k].given), k)):
        name = bases[key]
        given, family = name.core
        cores = [(given, family), *((f, family) for f in formal_names(given))]
        fitting = {id(p): p for c in cores for p in by_core[c] if _fits(name, p.name)}
        if len(fitting) != 1:
            person = Person(name)
            people.append(person)
            for core in cores:
                by_core[core].append(person)
    return people


def _without_genitive(name: PersonName, known: dict[str, PersonName]) -> PersonName:
    if name.family.endswith("s") and (bare := known.get(squash(name.text)[:-1])):
        return bare
    return name


def _fits(short: PersonName, long: PersonName) -> bool:
    """Whether a name with fewer forenames can be the longer one."""
    own, other = short.middle, long.middle
    return all(any(w == v or (len(w) == 1 and v.startswith(w)) for v in other) for w in own)


_CAPITALISED = re.compile(r"[A-ZÄÖÜ][\w'’-]+(?:\s+(?:(?:von|van|de|der|den|zu|al|bin|el)\s+)*[A-ZÄÖÜ][\w'’-]+)+")


def _lenders(title: str | None, authors: Iterable[str], surfaces: Sequence[tuple[NameSpan, str]]) -> list[PersonName]:
    """Full names outside the text whose surname or forename stands alone in it."""
    alone = {squash(s) for _, s in surfaces if " " not in s}
    alone |= {a[:-1] for a in alone if a.endswith("s")}
    names = [parse_person(a) for a in authors]
    for run in _CAPITALISED.findall((title or "")[:1000]):
        words = run.split()
        names += [
            parse_person(" ".join(words[i:j])) for j in range(2, len(words) + 1) for i in (j - 2, j - 3) if i >= 0 and squash(words[j - 1]) in alone
        ]
    longest: dict[str, PersonName] = {}
    for name in names:
        if name.is_full and squash(name.family) in alone:
            longest.setdefault(squash(name.family), name)
    return list(longest.values())


# ------------------------------------------------------------------ short forms


def _attach(surfaces: Sequence[tuple[NameSpan, str]], people: list[Person], text: str) -> list[NameSpan]:
    """Give every span to its person; new people for single names that fit nobody. Returns the spans that fit several."""
    by_text, by_family, by_given = _indexes(people)
    open_spans: list[NameSpan] = []
    for span, surface in surfaces:
        name = parse_person(surface)
        key = squash(name.text)
        found = by_text.get(key) or (by_text.get(key[:-1]) if key.endswith("s") else None) or _by_parts(name, people, by_family)
        kind = MentionKind.NAME
        if not found and not name.is_full:
            found = _short(key, name, by_family, by_given)
            kind = MentionKind.SHORT_NAME
        if not found:
            person = Person(name)
            people.append(person)
            found = by_text[key] = [person]
            by_family.setdefault(key, []).append(person)
            kind = MentionKind.NAME
        if len(found) > 1:
            open_spans.append(span)
            continue
        person = found[0]
        person.places.append((span.start, span.end, kind, span.confidence))
        person.forms.add(_form(surface, person))
        person.honorific = person.honorific or name.honorific or _title_before(text, span.start)
    return open_spans


def _form(surface: str, person: Person) -> str:
    """The surface without the genitive s that its person's name has not."""
    words = surface.split()
    own = {w for part in (*person.name.given, person.name.family) for w in part.split()}
    if words[-1] not in own and words[-1].rstrip("'’").endswith("s") and words[-1].rstrip("'’")[:-1] in own:
        words[-1] = words[-1].rstrip("'’")[:-1]
    return " ".join(words)


def _indexes(people: list[Person]) -> tuple[dict[str, list[Person]], dict[str, list[Person]], dict[str, list[Person]]]:
    by_text: dict[str, list[Person]] = {}
    by_family: dict[str, list[Person]] = {}
    by_given: dict[str, list[Person]] = {}
    for person in people:
        by_text.setdefault(squash(person.name.text), []).append(person)
        for word in person.family:
            by_family.setdefault(word, []).append(person)
        for word in person.given:
            by_given.setdefault(word, []).append(person)
    return by_text, by_family, by_given


def _by_parts(name: PersonName, people: list[Person], by_family: dict[str, list[Person]]) -> list[Person] | None:
    """A full name that is written with fewer forenames, an initial or a nickname."""
    if not name.given:
        return None
    given, family = name.core
    bearers = by_family.get(family) or (by_family.get(family[:-1]) if family.endswith("s") else None) or []
    formal = set(formal_names(given))
    same = [
        p
        for p in bearers
        if p.name.core[0] == given or (len(given) == 1 and p.name.core[0].startswith(given)) or formal & set(formal_names(p.name.core[0]))
    ]
    return [p for p in same if _fits(name, p.name)] or None


def _short(key: str, name: PersonName, by_family: dict[str, list[Person]], by_given: dict[str, list[Person]]) -> list[Person] | None:
    last = squash(name.family.split()[-1])
    for index in (by_family, by_given):
        for form in (key, last):
            if found := index.get(form) or (index.get(form[:-1]) if form.endswith("s") else None):
                return found
    return None


_WORD_BEFORE = re.compile(r"(\S+)\s+$")


def _title_before(text: str, start: int) -> str | None:
    """Academic or noble titles in front of a name, as written."""
    titles: list[str] = []
    while word := _WORD_BEFORE.search(text, max(0, start - 24), start):
        bare = word.group(1).casefold().strip(".,(")
        if bare not in TITLES or not (word.group(1).endswith(".") or word.group(1)[0].isupper()):
            break
        titles.insert(0, word.group(1))
        start = word.start()
    return " ".join(titles) or None
