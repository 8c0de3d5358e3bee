"""The organisations of one article: watch-list entries, and names that gather their inflected, short and abbreviated forms."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from presslake.schema import EntityKind, MentionKind, Resolution
from presslake.watchlist import load_watchlist
from transforms.extract.linking.german import kind_of, nominative
from transforms.extract.linking.occurrences import places_of, stands_alone
from transforms.extract.linking.spans import COMPANY_WORDS, NameSpan
from transforms.names import is_acronym, organisation_key, without_legal_form
from transforms.records import Entity, Mention

Key = tuple[str, str]


@dataclass(slots=True)
class _Organisation:
    key: Key
    names: dict[str, int] = field(default_factory=dict)
    """Nominative form → how often."""
    short: set[str] = field(default_factory=set)
    """Nominatives of short forms."""
    acronyms: set[str] = field(default_factory=set)
    places: list[tuple[int, int, MentionKind, float | None]] = field(default_factory=list)

    @property
    def slug(self) -> str | None:
        return self.key[1] if self.key[0] == "watchlist" else None


def link_organisations(text: str, spans: Sequence[NameSpan], taken: Sequence[tuple[int, int]]) -> tuple[list[Entity], list[Mention]]:
    """Group the spans of organisations; ``taken`` are spans of people. Mentions refer to the entities by index."""
    bare = _bare_forms(text, spans)
    groups: dict[Key, _Organisation] = {}
    where: list[tuple[NameSpan, Key]] = []
    for span in spans:
        surface = text[span.start : span.end]
        form = bare.get(surface) or nominative(surface, text[max(0, span.start - 40) : span.start])
        slug = span.slug or load_watchlist().slug_of(form) if not is_ambiguous(form) else span.slug
        key = ("watchlist", slug) if slug else ("name", organisation_key(form))
        group = groups.setdefault(key, _Organisation(key))
        group.names[form] = group.names.get(form, 0) + 1
        where.append((span, key))
    spans_by_end = {s.end: k for s, k in where}
    acronyms = _introduced(text, where, groups, spans_by_end)
    owner = _owners(groups, acronyms)
    for span, key in where:
        target = groups[owner.get(key, key)]
        surface = text[span.start : span.end]
        target.places.append((span.start, span.end, _mention_kind(surface, target, key == target.key), span.confidence))
        if owner.get(key):
            target.short.update(groups[key].names)
    for start, end, key in _missed(text, spans, taken, acronyms):
        groups[owner.get(key, key)].places.append((start, end, MentionKind.ACRONYM, None))
    found = sorted((g for g in groups.values() if g.places), key=lambda g: min(g.places)[:2])
    mentions = [
        Mention(start=s, end=e, kind=EntityKind.ORGANISATION, mention_kind=kind, entity=i, resolution=Resolution.RESOLVED, confidence=c)
        for i, group in enumerate(found)
        for s, e, kind, c in group.places
    ]
    return [_entity(g) for g in found], mentions


def is_ambiguous(name: str) -> bool:
    """Whether the watch list takes the name only in context."""
    slug = load_watchlist().slug_of(name)
    return slug is not None and name in load_watchlist().entries[slug].ambiguous


def _entity(group: _Organisation) -> Entity:
    if group.slug:
        entry = load_watchlist().entries[group.slug]
        forms = set(group.names) | group.short | group.acronyms
        aliases = {f for f in forms if f != entry.name and not (f.endswith("s") and f[:-1] in (entry.name, *forms))}
        return Entity(
            kind=EntityKind.ORGANISATION, name=entry.name, aliases=tuple(sorted(aliases)), organisation_kind=entry.kind, watchlist=group.slug
        )
    best = min(
        group.names, key=lambda n: (is_acronym(n) and len(group.names) > 1, n.isupper() and len(n) > 6, -len(n.split()), -group.names[n], len(n), n)
    )
    name = without_legal_form(best)
    aliases = (set(group.names) | group.short | group.acronyms) - {name}
    return Entity(kind=EntityKind.ORGANISATION, name=name, aliases=tuple(sorted(aliases)), organisation_kind=kind_of(best))


def _mention_kind(surface: str, group: _Organisation, is_own: bool) -> MentionKind:
    if surface in group.acronyms or (is_acronym(surface) and group.slug and surface != load_watchlist().entries[group.slug].name):
        return MentionKind.ACRONYM
    return MentionKind.NAME if is_own else MentionKind.SHORT_NAME


def _bare_forms(text: str, spans: Sequence[NameSpan]) -> dict[str, str]:
    """Surfaces with a genitive s → the form without it, where the article shows that too."""
    surfaces = {text[s.start : s.end] for s in spans}
    return {s: s[:-1] for s in surfaces if s.endswith("s") and s[:-1] in surfaces}


# ------------------------------------------------------------------ acronyms

_PARENTHESIS = re.compile(r"\s\(\s?([A-Za-zÄÖÜäöü][\w&.-]{1,11})\)")
_BEFORE_PARENTHESIS = re.compile(r"\s?\($")


def _introduced(text: str, where: list[tuple[NameSpan, Key]], groups: dict[Key, _Organisation], ends: dict[int, Key]) -> dict[str, Key]:
    """Acronyms in brackets behind a name ("Deutsches Rotes Kreuz (DRK)"), or a name in brackets behind its acronym → the name's key."""
    out: dict[str, set[Key]] = defaultdict(set)
    for span, key in where:
        surface = text[span.start : span.end]
        match = _PARENTHESIS.match(text, span.end)
        if match and sum(c.isupper() for c in match.group(1)) > 1 and _abbreviates(match.group(1), surface):
            out[match.group(1)].add(key)
            groups[key].acronyms.add(match.group(1))
        elif is_acronym(surface) and (before := _BEFORE_PARENTHESIS.search(text, max(0, span.start - 2), span.start)):
            other = ends.get(before.start())
            if other and other != key and any(_abbreviates(surface, n) for n in groups[other].names):
                out[surface].add(other)
                groups[other].acronyms.add(surface)
    return {acronym: keys.pop() for acronym, keys in out.items() if len(keys) == 1}


def _abbreviates(acronym: str, name: str) -> bool:
    """Whether the letters of the acronym stand in the name in this order, from its first letter on."""
    letters = [c for c in acronym.casefold() if c.isalnum()]
    rest = iter(name.casefold())
    return len(name) > len(acronym) + 2 and all(c in rest for c in letters)


def _missed(text: str, spans: Sequence[NameSpan], taken: Sequence[tuple[int, int]], acronyms: dict[str, Key]) -> list[tuple[int, int, Key]]:
    """Acronyms that the article introduced and nobody marked."""
    if not acronyms:
        return []
    busy = {p for s in spans for p in (s.start,)} | {start for start, _ in taken}
    covered = [(s.start, s.end) for s in spans]
    out = []
    i = 0
    for start, word in places_of(acronyms, text):
        end = start + len(word)
        if not stands_alone(text, start, end, "@#-", "@"):
            continue
        while i < len(covered) and covered[i][1] <= start:
            i += 1
        inside = i < len(covered) and covered[i][0] < end
        if not inside and start not in busy:
            out.append((start, end, acronyms[word]))
    return out


# ------------------------------------------------------------------ short forms


def _owners(groups: dict[Key, _Organisation], acronyms: dict[str, Key]) -> dict[Key, Key]:
    """Key of a short form → key of the one organisation whose name begins or ends with it, or whose acronym it is."""
    by_acronym = _initials(groups) | {a.casefold(): k for a, k in acronyms.items()}
    pieces: dict[str, set[Key]] = defaultdict(set)
    tails: dict[str, set[Key]] = defaultdict(set)
    wanted = {key[1] for key in groups if key[0] == "name" and len(key[1]) > _SHORTEST_TAIL and " " not in key[1]}
    lengths = sorted({len(w) for w in wanted})
    for key, group in groups.items():
        for words in _word_lists(key, group):
            for i in range(1, len(words)):
                if not all(w in _BRANCH for w in words[i:]):
                    pieces[" ".join(words[:i])].add(key)
                pieces[" ".join(words[i:])].add(key)
            for word in words:
                for length in lengths:
                    if length < len(word) - 1 and word[-length:] in wanted:
                        tails[word[-length:]].add(key)
    out: dict[Key, Key] = {}
    for key, group in groups.items():
        if key[0] != "name":
            continue
        target = next((by_acronym[n.casefold()] for n in group.names if n.casefold() in by_acronym), None)
        if target is None:
            target = _only(pieces, key, group) or _only_compound(tails, key)
        if target is not None and target != key:
            out[key] = target
    return {k: _end(k, out) for k in out}


_SHORTEST_TAIL = 4
_BRANCH = frozenset(organisation_key(w) for w in COMPANY_WORDS)
"""Words that make another company of a name: "Loopio Ireland" is not Loopio."""


def _only(pieces: dict[str, set[Key]], key: Key, group: _Organisation) -> Key | None:
    others = pieces.get(key[1], set()) - {key}
    is_long = any(len(n) > 3 or is_acronym(n) for n in group.names)
    return next(iter(others)) if len(others) == 1 and is_long else None


def _only_compound(tails: dict[str, set[Key]], key: Key) -> Key | None:
    """The one name that has the short form as the end of a compound: "Ministerium" of "Sozialministerium"."""
    others = tails.get(key[1], set()) - {key}
    return next(iter(others)) if len(others) == 1 else None


def _initials(groups: dict[Key, _Organisation]) -> dict[str, Key]:
    """Initials of several capitalised words → the one organisation that has them."""
    out: dict[str, set[Key]] = defaultdict(set)
    for key, group in groups.items():
        for name in group.names:
            letters = "".join(w[0] for w in re.split(r"[\s-]+", name) if w[0].isupper())
            if len(letters) > 1 and not is_acronym(name):
                out[letters.casefold()].add(key)
    return {letters: keys.pop() for letters, keys in out.items() if len(keys) == 1}


def _end(key: Key, owner: dict[Key, Key]) -> Key:
    seen = {key}
    while (following := owner.get(key)) and following not in seen:
        key = following
        seen.add(key)
    return key


def _word_lists(key: Key, group: _Organisation) -> list[list[str]]:
    if group.slug:
        entry = load_watchlist().entries[group.slug]
        return [organisation_key(n).split() for n in (entry.name, *entry.aliases) if len(n.split()) > 1]
    return [key[1].split()]
