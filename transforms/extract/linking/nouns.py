"""Role nouns that stand for somebody of the article: "der TikTok-CEO", "die Ministerin", "das Unternehmen".

A noun is only tied to a person or organisation named before it, and only where nobody else of the article fits; the rest is left alone.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from presslake.schema import EntityKind, MentionKind, OrganisationKind, Resolution
from transforms.extract.linking.roles import is_role
from transforms.names import squash
from transforms.records import Affiliation, Block, Entity, Mention, Role

_GERMAN = re.compile(r"(?<![\w-])(?:der|die|das|dem|den|des|Der|Die|Das|Dem|Den|Des|vom|beim)\s(?:[a-zäöüß]+(?:e|en|er)\s){0,2}([A-ZÄÖÜ\d][\w‑-]+)")
_ENGLISH = re.compile(r"(?<![\w-])[Tt]he\s(?=(\w[\w’'-]*)(?:\s([a-z][\w-]*))?(?:\s([a-z][\w-]*))?)")
_SENTENCE = re.compile(r"[.!?…]['\"“”»«]?\s+(?=[A-ZÄÖÜ„“\"»])|\n")

_LEADERS = re.compile(
    r"ceo|chef(?:in)?|boss|geschäftsführer(?:in)?|vorsitzende[rn]?|vorständ\w*|vorstand\w*|präsident(?:in)?|direktor(?:in)?|leiter(?:in)?|gründer(?:in)?|"
    r"executive|chief|president|chair\w*|director|head|founder|intendant(?:in)?",
    re.I,
)
_COMPANIES = frozenset({OrganisationKind.COMPANY, OrganisationKind.PLATFORM, OrganisationKind.OTHER})
_GENERIC: tuple[tuple[re.Pattern[str], frozenset[OrganisationKind], re.Pattern[str] | None], ...] = tuple(
    (re.compile(noun, re.I), frozenset(kinds), re.compile(name, re.I) if name else None)
    for noun, kinds, name in (
        (r"unternehmens?|konzerns?|firma|start-?ups?|company|firm", _COMPANIES, None),
        (
            r"plattform|app|netzwerks?|dienst(?:e?s)?|kurznachrichtendienst(?:e?s)?|videoplattform|platform|network|messengers?",
            {OrganisationKind.PLATFORM},
            None,
        ),
        (r"behörde|amts?|amtes|regulator|watchdog|authority|agency|aufsicht|kommission", {OrganisationKind.AUTHORITY}, None),
        (r"ministeriums?|ministry|department", set(), r"ministeri|ministry|department"),
        (r"gerichts?|court", set(), r"gericht|\bcourt\b"),
        (r"verband(?:e?s)?|verbands|association|federation|trade body", {OrganisationKind.ASSOCIATION}, None),
        (r"vereins?|klubs?|clubs?", {OrganisationKind.CLUB, OrganisationKind.ASSOCIATION}, r"verein|club|^(?:fc|sv|sc|tsv|tus)\b"),
        (r"gewerkschaft|union", set(), r"gewerkschaft|union|verdi|bund der"),
        (r"stiftung|foundation|charity", {OrganisationKind.NGO}, r"stiftung|foundation"),
        (r"partei|party", {OrganisationKind.PARTY}, None),
        (r"hochschule|universität|university|instituts?|institute", {OrganisationKind.UNIVERSITY}, r"institut|hochschule|universit"),
        (r"agentur", set(), r"agentur|agency"),
        (r"senders?|zeitung|magazins?|blatte?s?|broadcaster|newspaper|magazine", {OrganisationKind.MEDIA}, None),
    )
)
_TRADE_WORDS = "media tech technology social video messaging streaming communications data privacy competition internet parent digital online"
_TRADES = frozenset(_TRADE_WORDS.split())
_FEMININE = re.compile(r"(?:in|frau|ende|ete|gte|kraft)$")
_TITLED = re.compile(r"\s+(?:Dr\.|Prof\.|Frau\b|Herrn?\b|[A-Z]\.)")
_SAID = re.compile(r"[“”\"«»’‘',]\s+(?:so|[a-zäöüß]{3,}(?:t|te|en|lt))\s+$")
_AGE = re.compile(r"(\d{1,2})-?[Jj]ährigen?")
_AGE_BEHIND = re.compile(r"\s*[,(]\s*(\d{1,2})\s*(?:Jahre)?[,)]")
_AGE_BEFORE = re.compile(r"(\d{1,2})-?jährigen?\s+(?:\S+\s+)?$")


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    entity: int
    confidence: float


def find_role_nouns(
    text: str, blocks: Sequence[Block], entities: Sequence[Entity], mentions: Sequence[Mention], affiliations: Sequence[Affiliation], language: str
) -> list[Mention]:
    """Mentions of kind ``role_noun`` for definite noun phrases that can mean only one person or organisation of the article."""
    if not entities:
        return []
    cast = _Cast(text, entities, mentions, affiliations)
    commission = next((i for i, e in enumerate(entities) if e.watchlist == "eu-commission"), None)
    titles = [(b.start, b.end) for b in blocks if b.role in (Role.TITLE, Role.KICKER, Role.HEADING, Role.BYLINE)]
    out: list[Mention] = []
    for start, end, noun_start in _phrases(text, language):
        if out and out[-1].end > start:
            continue
        if cast.is_free(noun_start, end) and not any(s <= start < e for s, e in titles[:8]) and (found := cast.resolve(start, end, noun_start)):
            out.append(_noun(entities, found, start if language == "de" else noun_start))
    if commission is not None:
        seats = (m for m in _BRUSSELS.finditer(text) if cast.is_free(m.start(), m.end()) and cast.was_named(commission, m.start()))
        out += [_noun(entities, _Found(m.start(), m.end(), commission, 0.6), m.start()) for m in seats]
    return out


_BRUSSELS = re.compile(
    r"(?<![\w-])(?<!in )(?<!In )(?<!aus )(?<!Aus )(?<!nach )(?<!bei )(?<!from )(?<!to )(?<!From )"
    r"(?:Brüssel|Brussels)(?=\s(?:[a-zäöü]{2,}(?:t|te|s)|will|has)\b)"
)
"""The seat as the Commission, where it does something: "Brüssel prüft"."""


def _noun(entities: Sequence[Entity], found: _Found, start: int) -> Mention:
    return Mention(
        start=start,
        end=found.end,
        kind=entities[found.entity].kind,
        mention_kind=MentionKind.ROLE_NOUN,
        entity=found.entity,
        resolution=Resolution.RESOLVED,
        confidence=found.confidence,
    )


def _phrases(text: str, language: str) -> Iterator[tuple[int, int, int]]:
    """Start, end and start of the noun of every definite noun phrase that may be one."""
    if language == "en":
        for match in _ENGLISH.finditer(text):  # "the regulator", "the media regulator", "the TikTok chief executive"
            for group in (1, 2, 3):
                if match.group(group) and _may_mean(match.group(group)):
                    yield match.start(), match.end(group), match.start(1)
    else:
        for match in _GERMAN.finditer(text):
            if _may_mean(match.group(1)):
                yield match.start(), match.end(), match.start(1)


class _Cast:
    """Who is in the article, by what they are."""

    def __init__(self, text: str, entities: Sequence[Entity], mentions: Sequence[Mention], affiliations: Sequence[Affiliation]) -> None:
        self._text, self._entities = text, entities
        self._spans = sorted((m.start, m.end) for m in mentions)
        self._starts = [s for s, _ in self._spans]
        self._named = [m for m in mentions if m.entity is not None]
        self._named_starts = [m.start for m in self._named]
        self._first: dict[int, int] = {}
        for m in self._named:
            self._first.setdefault(m.entity or 0, m.start)
        self._organisation_at = {m.end: m.entity for m in self._named if m.kind is EntityKind.ORGANISATION}
        self._by_noun: dict[str, set[int]] = defaultdict(set)
        self._leaders: dict[int, set[int]] = defaultdict(set)
        for a in affiliations:
            words = [w for w in (a.role or "").split() if is_role(w) and w.casefold() != "vorstand"]
            for word in words:
                for tail in _tails(_stem(word)):
                    self._by_noun[tail].add(a.person)
            if a.organisation is not None and any(_LEADERS.search(w) for w in words):
                self._leaders[a.organisation].add(a.person)
        self._ages = _ages(text, self._named)

    def is_free(self, start: int, end: int) -> bool:
        """No name inside the noun (but for its first part: "TikTok-CEO"), and none right behind it."""
        i = bisect_right(self._starts, start - 1)
        while i < len(self._spans) and self._spans[i][0] < end + 2:
            if not (self._spans[i][0] == start and self._spans[i][1] < end and self._text[self._spans[i][1]] in "-‑ "):
                return False
            i += 1
        return i == 0 or self._spans[i - 1][1] <= end

    def was_named(self, entity: int, before: int) -> bool:
        return self._first.get(entity, before) < before

    def resolve(self, start: int, end: int, noun_start: int) -> _Found | None:
        """Who the phrase means, if only one can be meant."""
        noun = self._text[noun_start : min(end, noun_start + 80)]
        if age := _AGE.fullmatch(noun):
            return self._one(self._ages.get(age.group(1), set()), start, end, 0.9)
        cut = max(noun.rfind("-"), noun.rfind("‑")) if " " not in noun else noun.find(" ")
        organisation = self._organisation_at.get(noun_start + cut) if cut > 0 else None
        if organisation is not None:
            return (
                self._one(self._leaders[organisation], start, end, 0.9)
                if _LEADERS.fullmatch(noun.rsplit(" ", 1)[-1][-(len(noun) - cut - 1) :])
                else None
            )
        word = noun.rsplit(" ", 1)[-1]
        if " " in noun and _generic(word) and not set(noun.casefold().split()[:-1]) <= _TRADES:
            return None  # "the same bus company" is another one
        if (organisations := self._organisations(word, start)) is not None:
            return self._one(organisations, start, end, 0.7)
        if not is_role(word[0].upper() + word[1:]) or self._is_plural(word, start) or _TITLED.match(self._text, end):
            return None
        if found := self._one(self._by_noun.get(_stem(word), set()), start, end, 0.85):
            return found
        return self._leader_of_kind(word, start, end) or self._last_speaker(start, end)

    def _is_plural(self, word: str, start: int) -> bool:
        """ "die Minister", "der vier Ministerinnen": "die" before a role that is no feminine."""
        return word.endswith("innen") or (self._text.startswith(("die ", "Die "), start) and not _FEMININE.search(word))

    def _last_speaker(self, start: int, end: int) -> _Found | None:
        """Behind the words of somebody ("…“, sagt die Sängerin") a role that was not told yet means the one person just named."""
        if not _SAID.search(self._text, max(0, start - 40), start):
            return None
        people = {i for i in self._near(start) if self._entities[i].kind is EntityKind.PERSON}
        return self._one(people, start, end, 0.6)

    def _one(self, candidates: set[int], start: int, end: int, confidence: float) -> _Found | None:
        """The one candidate, if it was named before."""
        if len(candidates) != 1:
            return None
        (entity,) = candidates
        return _Found(start, end, entity, confidence) if self._first.get(entity, end) < start else None

    def _leader_of_kind(self, word: str, start: int, end: int) -> _Found | None:
        """ "Verbandschef": who leads the one association of the article."""
        leader = _LEADERS.search(word)
        if leader is None or not leader.start() or leader.end() != len(word):
            return None
        organisations = self._organisations(word[: leader.start()].rstrip("s-") or word, start)
        people = set().union(*(self._leaders[o] for o in organisations or ())) if organisations and len(organisations) == 1 else set()
        return self._one(people, start, end, 0.8)

    def _organisations(self, word: str, before: int) -> set[int] | None:
        """Organisations named so far that a generic noun can mean; the nearest if it stands alone in the last two sentences. None for other words."""
        rule = _generic(word)
        if rule is None:
            return None
        kinds, name = rule
        fitting = {
            i
            for i, first in self._first.items()
            if first < before
            and (e := self._entities[i]).kind is EntityKind.ORGANISATION
            and (e.organisation_kind in kinds or (name is not None and name.search(e.name)))
        }
        if len(fitting) < 2:
            return fitting
        near = self._near(before)
        return fitting & near

    def _near(self, before: int) -> set[int]:
        """Who was named in this sentence and the one before it."""
        begin = max(0, before - 400)
        ends = [m.end() for m in _SENTENCE.finditer(self._text, begin, before)]
        begin = ends[-2] if len(ends) > 1 else begin
        i, j = bisect_right(self._named_starts, begin - 1), bisect_right(self._named_starts, before - 1)
        return {m.entity for m in self._named[i:j] if m.entity is not None}


@functools.lru_cache(maxsize=10_000)
def _generic(word: str) -> tuple[frozenset[OrganisationKind], re.Pattern[str] | None] | None:
    return next(((kinds, name) for noun, kinds, name in _GENERIC if noun.fullmatch(word)), None)


@functools.lru_cache(maxsize=20_000)
def _may_mean(word: str) -> bool:
    """Whether a word can mean anybody at all: a quick look before the places around it are looked at."""
    return len(word) < 80 and (word[0].isdigit() or "-" in word or "‑" in word or _generic(word) is not None or is_role(word[0].upper() + word[1:]))


def _stem(word: str) -> str:
    """A role word without gender and case: "Ministerin", "Ministern" → "minister"."""
    stem = squash(word)
    for ending in ("innen", "in", "en", "ern", "es", "er", "n", "e", "s"):
        if stem.endswith(ending) and len(stem) - len(ending) >= 4:
            return stem[: -len(ending)]
    return stem


def _tails(stem: str) -> Iterator[str]:
    """The stem and its ends of five letters and more: "jugendminist" is found as "minist" too."""
    for i in range(max(1, min(len(stem) - 4, 30))):
        yield stem[i:]


def _ages(text: str, named: Sequence[Mention]) -> dict[str, set[int]]:
    """Age as written with a name → people of that age."""
    out: dict[str, set[int]] = defaultdict(set)
    for mention in named:
        if mention.kind is EntityKind.PERSON and mention.entity is not None:
            behind = _AGE_BEHIND.match(text, mention.end, mention.end + 14)
            before = _AGE_BEFORE.search(text, max(0, mention.start - 40), mention.start)
            for match in (behind, before):
                if match:
                    out[match.group(1)].add(mention.entity)
    return out
