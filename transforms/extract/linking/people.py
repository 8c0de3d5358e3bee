"""The people of one article: full names gather their short forms; a surname of two people stays ambiguous."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from presslake.schema import EntityKind, MentionKind, Resolution
from transforms.extract.linking.missed import Free, missed_forms
from transforms.extract.linking.person import Index, Person
from transforms.extract.linking.spans import NameSpan
from transforms.frequency import is_common_word
from transforms.names import PARTICLES, TITLES, PersonName, formal_names, parse_person, squash
from transforms.records import Block, Entity, Mention

Place = tuple[int, int]


@dataclass(slots=True)
class People:
    """The result: entities in order of appearance, their mentions by local index, and mentions that nobody can be found for."""

    entities: list[Entity]
    mentions: list[tuple[Mention, int | None]]


def link_people(
    text: str, blocks: Sequence[Block], spans: Sequence[NameSpan], taken: Sequence[Place], language: str, title: str | None, authors: Iterable[str]
) -> People:
    """Group the spans of people and find the short forms that a recogniser passed over.

    ``taken`` are spans of organisations, in order: no short form is looked for inside them. ``title`` and ``authors`` lend their full names to
    surnames of the text, but are no mentions themselves.
    """
    surfaces = [(s, _bare(text, s, language)) for s in spans]
    people, index = _full_people(surfaces, _lenders(title, authors, surfaces))
    open_spans = _attach(surfaces, people, index, text)
    free = Free([(s.start, s.end) for s in spans], taken)
    for start, end, person in missed_forms(text, blocks, people, free):
        person.places.append((start, end, MentionKind.SHORT_NAME, None))
    found = [p for p in people if p.places]
    found.sort(key=lambda p: min(p.places)[:2])
    mentions: list[tuple[Mention, int | None]] = []
    for number, person in enumerate(found):
        mentions += [(_mention(start, end, kind, number, confidence), number) for start, end, kind, confidence in person.places]
    mentions += [(_mention(s.start, s.end, MentionKind.SHORT_NAME, None, s.confidence), None) for s in open_spans]
    return People([_entity(p) for p in found], mentions)


_POSSESSED = re.compile(r" [A-ZÄÖÜ][a-zäöüß]")


def _bare(text: str, span: NameSpan, language: str) -> str:
    """The surface; capitals alone made small, no genitive s where a full German name stands before a noun ("Priska Gantenbeins Beiträge")."""
    surface = text[span.start : span.end]
    if surface.isupper() and " " in surface and len(surface) > 7:
        words = surface.casefold().split()
        return " ".join(w if i and w in PARTICLES else w.title() for i, w in enumerate(words))
    if language == "de" and surface.endswith("s") and " " in surface and not surface.endswith(("ss", "us", "is", "as", "os", "es")):
        family = squash(surface.rsplit(" ", 1)[1])
        if not is_common_word(family) and _POSSESSED.match(text, span.end):
            return surface[:-1]
    return surface


def _mention(start: int, end: int, kind: MentionKind, entity: int | None, confidence: float | None) -> Mention:
    resolution = Resolution.AMBIGUOUS if entity is None else Resolution.RESOLVED
    return Mention(start=start, end=end, kind=EntityKind.PERSON, mention_kind=kind, entity=entity, resolution=resolution, confidence=confidence)


def _entity(person: Person) -> Entity:
    name = person.name.text
    return Entity(kind=EntityKind.PERSON, name=name, aliases=tuple(sorted(person.forms - {name})), honorific=person.honorific)


# ------------------------------------------------------------------ full names


def _full_people(surfaces: Sequence[tuple[NameSpan, str]], lenders: Sequence[PersonName]) -> tuple[list[Person], Index]:
    """One person for each full name; "Shou Chew" is "Shou Zi Chew" where only one such is there."""
    alone = {squash(s) for _, s in surfaces if " " not in s}
    full = [n for n in (*(parse_person(s) for _, s in surfaces), *lenders) if n.is_full]
    texts = {squash(n.text) for n in full}
    bases: dict[str, PersonName] = {}
    for name in (_without_genitive(n, texts, alone) for n in full):
        bases.setdefault(squash(name.text), name)
    people: list[Person] = []
    index = Index()
    for name in sorted(bases.values(), key=lambda n: (-len(n.text.split()), n.core[0] not in formal_names(n.core[0]), n.text)):
        if len(index.variants(name)) != 1 and len(index.find("piece", _words(name))) != 1:
            person = Person(name)
            people.append(person)
            index.add(person)
    return people, index


def _words(name: PersonName) -> str:
    return " ".join(squash(w) for w in name.text.split())


def _without_genitive(name: PersonName, texts: set[str], alone: set[str]) -> PersonName:
    """The name without a genitive s, where the article shows the name or the surname without it."""
    if name.family.endswith("s"):
        bare = squash(name.family)[:-1]
        if squash(name.text)[:-1] in texts or (bare in alone and squash(name.family) not in alone):
            return dataclasses.replace(name, family=name.family[:-1])
    return name


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


def _attach(surfaces: Sequence[tuple[NameSpan, str]], people: list[Person], index: Index, text: str) -> list[NameSpan]:
    """Give every span to its person; new people for single names that fit nobody. Returns the spans that fit several."""
    open_spans: list[NameSpan] = []
    for span, surface in surfaces:
        name = parse_person(surface)
        found, kind = _bearers(surface, name, index)
        if not found:
            found, kind = [Person(name)], MentionKind.NAME
            people += found
            index.add(found[0])
        if len(found) > 1:
            open_spans.append(span)
            continue
        person = found[0]
        person.places.append((span.start, span.end, kind, span.confidence))
        person.forms.add(_form(surface, person))
        person.honorific = person.honorific or name.honorific or _title_before(text, span.start)
    return open_spans


def _bearers(surface: str, name: PersonName, index: Index) -> tuple[list[Person], MentionKind]:
    if found := index.find("text", squash(name.text)) or index.variants(name):
        return found, MentionKind.NAME
    found = index.find("piece", _words(name)) if name.is_full else index.short(name)
    if not found and surface.isupper() and len(squash(surface)) <= 4:
        return index.find("initials", squash(surface)), MentionKind.ACRONYM
    return found, MentionKind.SHORT_NAME


def _form(surface: str, person: Person) -> str:
    """The surface without the genitive s that its person's name has not."""
    words = surface.split()
    own = {w for part in (*person.name.given, person.name.family) for w in part.split()}
    if words[-1] not in own and words[-1].rstrip("'’").endswith("s") and words[-1].rstrip("'’")[:-1] in own:
        words[-1] = words[-1].rstrip("'’")[:-1]
    return " ".join(words)


_WORD_BEFORE = re.compile(r"(\S+)\s+$")


def _title_before(text: str, start: int) -> str | None:
    """Academic or noble titles in front of a name, as written."""
    titles: list[str] = []
    line = text.rfind("\n", 0, start) + 1  # what ends the paragraph before is no title of this one
    while word := _WORD_BEFORE.search(text, max(line, start - 24), start):
        bare = word.group(1).casefold().strip(".,(")
        if bare not in TITLES or not (word.group(1).endswith(".") or word.group(1)[0].isupper()):
            break
        titles.insert(0, word.group(1))
        start = word.start()
    return " ".join(titles) or None
