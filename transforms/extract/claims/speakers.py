"""From the words that name a speaker to the entity: name, role noun, pronoun, inherited; abstains where the text does not say."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass

from presslake.languages import Language
from presslake.schema import EntityKind, MentionKind, SpeakerKind, SpeakerVia
from transforms.extract.claims.cues import Lexicon
from transforms.records import Entity, Mention


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks: kind, entity index, the words, and what ties them to the claim."""

    kind: SpeakerKind
    entity: int | None
    span: tuple[int, int] | None
    via: SpeakerVia | None
    confidence: float = 1.0


_LOOK_BACK = 40
"""Mentions before a role noun that may explain it."""
UNKNOWN = Speaker(SpeakerKind.UNKNOWN, None, None, None, 0.0)


class Directory:
    """The mentions of one article, by place."""

    def __init__(self, text: str, entities: Sequence[Entity], mentions: Sequence[Mention], language: Language, lexicon: Lexicon) -> None:
        self.text, self.entities = text, entities
        self.mentions = sorted(mentions, key=lambda m: (m.start, m.end))
        self._starts = [m.start for m in self.mentions]
        self._language, self._lexicon = language, lexicon

    def within(self, start: int, end: int) -> list[Mention]:
        """Mentions that overlap ``start`` to ``end``."""
        i = bisect.bisect_left(self._starts, start)
        out = []
        if i > 0 and self.mentions[i - 1].end > start:
            out.append(self.mentions[i - 1])
        while i < len(self.mentions) and self.mentions[i].start < end:
            out.append(self.mentions[i])
            i += 1
        return out

    def speaker(self, span: tuple[int, int], recent: Sequence[Speaker]) -> Speaker:
        """Who the words at ``span`` mean; ``recent`` are earlier speakers, the last one last."""
        words = self.text[span[0] : span[1]]
        lows = words.lower().split()
        if lows == ["man"]:
            return Speaker(SpeakerKind.UNKNOWN, None, span, SpeakerVia.PRONOUN, 0.3)
        if len(lows) == 1 and lows[0] in self._lexicon.pronouns:
            return self._pronoun(span, lows[0], recent)
        found = [m for m in self.within(*span) if m.entity is not None]
        people = [m for m in found if m.kind == EntityKind.PERSON]
        if people:
            first = people[0]
            via = SpeakerVia.NAME if first.mention_kind != MentionKind.ROLE_NOUN else SpeakerVia.APPOSITION
            return Speaker(SpeakerKind.PERSON, first.entity, span, via)
        organisations = [m for m in found if m.kind == EntityKind.ORGANISATION]
        if self._is_role(lows) or any(self.text[m.end : m.end + 1] == "-" for m in organisations[:1]):
            return self._role(span, lows, organisations, recent)
        if organisations:
            return Speaker(SpeakerKind.ORGANISATION, organisations[0].entity, span, SpeakerVia.NAME)
        return self._role(span, lows, [], recent)

    def _is_role(self, lows: list[str]) -> bool:
        roles = self._lexicon.roles
        return any(w.strip(".,") in roles or w.endswith(("sprecher", "sprecherin", "chef", "chefin", "leiter", "leiterin")) for w in lows[:4])

    def _role(self, span: tuple[int, int], lows: list[str], organisations: list[Mention], recent: Sequence[Speaker]) -> Speaker:
        """ "die Leiterin": who was called so before; "der CDU-Politiker": the person who spoke last; "ein Sprecher von TikTok": unnamed."""
        entity = organisations[0].entity if organisations else None
        unnamed = Speaker(SpeakerKind.UNNAMED, entity, span, SpeakerVia.APPOSITION, 0.8)
        is_definite = lows[0] in self._lexicon.articles and lows[0] not in self._lexicon.indefinite
        if not is_definite or len(lows) > 4:
            return unnamed
        head = lows[-1].strip(".,")
        known = self._called(head, span[0])
        if known is not None:
            return Speaker(SpeakerKind.PERSON, known, span, SpeakerVia.APPOSITION, 0.8)
        last = recent[-1] if recent else None
        if organisations and "-" in head and last is not None and last.kind == SpeakerKind.PERSON:
            return Speaker(last.kind, last.entity, span, SpeakerVia.APPOSITION, 0.7)
        return unnamed

    def _called(self, head: str, before: int) -> int | None:
        """The one person beside whose name the word stood earlier: "Anwalt Ayman Sheib", "Hanna Voss, Leiterin des Amtes"."""
        if len(head) < 4:
            return None
        found = set()
        at = bisect.bisect_left(self._starts, before)
        for m in self.mentions[max(0, at - _LOOK_BACK) : at]:
            if (
                m.kind == EntityKind.PERSON
                and m.entity is not None
                and head
                in self.text[max(0, m.start - 30) : m.start].lower().split()[-2:]
                + [w.strip(".,") for w in self.text[m.end : m.end + 60].lower().split()[:5] if self.text[m.end : m.end + 1] == ","]
            ):
                found.add(m.entity)
        return found.pop() if len(found) == 1 else None

    def _pronoun(self, span: tuple[int, int], low: str, recent: Sequence[Speaker]) -> Speaker:
        candidate = recent[-1] if recent else None
        before = [m for m in self.within(max(0, span[0] - 250), span[0]) if m.kind == EntityKind.PERSON and m.entity is not None]
        if candidate is not None and candidate.kind == SpeakerKind.PERSON and (not before or candidate.entity == before[-1].entity):
            return Speaker(candidate.kind, candidate.entity, span, SpeakerVia.PRONOUN, 0.9)
        people = {m.entity for m in before}
        if len(people) == 1:
            return Speaker(SpeakerKind.PERSON, before[-1].entity, span, SpeakerVia.PRONOUN, 0.8)
        if candidate is not None and candidate.kind == SpeakerKind.PERSON:
            return Speaker(candidate.kind, candidate.entity, span, SpeakerVia.PRONOUN, 0.6)
        return Speaker(SpeakerKind.UNKNOWN, None, span, SpeakerVia.PRONOUN, 0.3)
