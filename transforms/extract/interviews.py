"""Claims of interviews: every answer is one of the person whose turn it is, the interviewer's turns are none."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from presslake.schema import EntityKind, Span, SpeakerKind, SpeakerVia, SpeechType
from transforms.parse import phrases, shapes
from transforms.parse.interview import bare_label, label_of
from transforms.parse.labels import ANSWER_WORDS, ASKER_WORDS, label_means, same_speaker
from transforms.records import Block, Claim, Entity, Mention, Role

_COURTESY = re.compile(
    r"^(?:(?:sehr )?gerne?(?: geschehen)?|(?:ich )?danke(?: (?:ihnen|dir|euch))?(?: auch)?|ebenso|bitte(?: sehr)?|thank you|thanks|my pleasure"
    r"|you[’']re welcome)[.! ]*$",
    re.IGNORECASE,
)
_GUEST = re.compile(
    r"(?:^(?:interviewgast|gesprächspartner(?:in)?|interviewpartner(?:in)?|interviewee)\s*:\s*|^mit\s+"
    r"|\b(?:interview|gespräch|conversation|q&a) (?:mit|with)(?: (?:der|dem|the))?(?: [\w.-]+){0,3} |\bfragen an (?:[\w.-]+ ){0,3})$",
    re.IGNORECASE,
)
_PICTURE = re.compile(r"(?:foto|fotos|bild|photo|photograph|pictures?|credit|©)\s*:?\s*[^.]{0,60}$", re.IGNORECASE)
_HEAD = frozenset({Role.KICKER, Role.TITLE, Role.LEAD, Role.CAPTION})


def interview_claims(
    text: str, blocks: tuple[Block, ...], entities: tuple[Entity, ...], mentions: tuple[Mention, ...], language: str
) -> tuple[Claim, ...]:
    """One claim for each paragraph of role answer, without its label, in order; empty where there are none.

    The speaker is the entity that the label stands for. Without a label it is who spoke before, or after a question the one interviewee.
    ``speaker_span`` is the label where it is a name, else None. Closing courtesies are no claims. ``language`` is not looked at so far.
    """
    if not any(b.role is Role.ANSWER for b in blocks):
        return ()
    cast = _Cast(text, blocks, entities, mentions)
    turns = _turns(text, blocks, cast)
    named = {s.entity: s for t in turns if t.label and t.block.role is Role.ANSWER and (s := cast.speaker_of(t.label)).entity is not None}
    guest = next(iter(named.values())).later() if len(named) == 1 else cast.only_guest()
    out: list[Claim] = []
    before: _Speaker | None = None
    for turn in turns:
        if turn.block.role is Role.QUESTION:
            before = None
            continue
        speaker = cast.speaker_of(turn.label) if turn.label else before and before.later()
        before = speaker or guest
        claim = _claim(text, turn, before)
        out += [claim] if claim else []
    return tuple(out)


@dataclass(frozen=True, slots=True)
class _Turn:
    block: Block
    label: tuple[int, int] | None
    speech: int
    """Where the words start."""


@dataclass(frozen=True, slots=True)
class _Speaker:
    entity: int | None
    kind: SpeakerKind
    span: Span | None
    via: SpeakerVia
    confidence: float

    def later(self) -> _Speaker:
        """The same, in a paragraph without label."""
        return _Speaker(self.entity, self.kind, None, SpeakerVia.INHERITED, max(0.1, self.confidence - 0.05))


def _turns(text: str, blocks: tuple[Block, ...], cast: _Cast) -> list[_Turn]:
    """Questions and answers with the labels that hold: those that come again, that are generic, or all where there are hardly any."""
    found: list[_Turn] = []
    for i, b in enumerate(blocks):
        if b.role not in (Role.QUESTION, Role.ANSWER):
            continue
        label = label_of(text, b)
        above = blocks[i - 1] if i and blocks[i - 1].role is Role.HEADING and bare_label(text[blocks[i - 1].start : blocks[i - 1].end]) else None
        if label:
            found.append(_Turn(b, label[:2], label[2]))
        elif above:
            found.append(_Turn(b, (above.start, above.end), b.start))
        else:
            found.append(_Turn(b, None, b.start))
    labels = Counter(text[t.label[0] : t.label[1]] for t in found if t.label)
    return [
        t if t.label is None or cast.knows(t.label) or _holds(text[t.label[0] : t.label[1]], labels) else _Turn(t.block, None, t.block.start)
        for t in found
    ]


def _holds(label: str, labels: Counter[str]) -> bool:
    """True if ``label`` is a speaker's: it or another form of it comes twice, or it looks like a full name or a generic one."""
    if labels[label] >= 2 or label.casefold() in ASKER_WORDS | ANSWER_WORDS or shapes.looks_like_name(label):
        return True
    return len(labels) <= 2 or any(other != label and same_speaker(label, other) for other in labels)


class _Cast:
    """Who takes part in an interview, and as what."""

    def __init__(self, text: str, blocks: tuple[Block, ...], entities: tuple[Entity, ...], mentions: tuple[Mention, ...]) -> None:
        self._text = text
        self._entities = entities
        self._at = {m.start: m.entity for m in mentions if m.entity is not None}
        self._weight = self._weigh(text, blocks, mentions)
        self._cache: dict[str, int | None] = {}

    def knows(self, label: tuple[int, int]) -> bool:
        """True if a label is the name of an entity."""
        return label[0] in self._at or self._resolve(self._text[label[0] : label[1]].rstrip(": ")) is not None

    def speaker_of(self, label: tuple[int, int]) -> _Speaker:
        """The speaker that a label stands for; of unknown identity where it stands for nobody named."""
        name = self._text[label[0] : label[1]].rstrip(": ")
        if name.casefold() in ANSWER_WORDS:
            guest = self.only_guest()
            return guest or _Speaker(None, SpeakerKind.UNKNOWN, None, SpeakerVia.LABEL, 0.5)
        entity = self._at.get(label[0])
        if entity is None:
            entity = self._resolve(name)
        kind = _kind(self._entities[entity]) if entity is not None else SpeakerKind.UNKNOWN
        return _Speaker(entity, kind, Span(label[0], label[0] + len(name)), SpeakerVia.LABEL, 0.97 if entity is not None else 0.6)

    def only_guest(self) -> _Speaker | None:
        """The interviewee where no label tells: the person that head and questions speak of; None where nobody stands out."""
        people = sorted(((w, -i) for i, w in self._weight.items() if w > 0), reverse=True)
        if not people or (len(people) > 1 and people[0][0] == people[1][0]):
            return None
        sure = len(people) == 1 or people[0][0] >= 2 * people[1][0]
        return _Speaker(-people[0][1], SpeakerKind.PERSON, None, SpeakerVia.INHERITED, 0.9 if sure else 0.7)

    def _resolve(self, label: str) -> int | None:
        """The person that a label means: by full name, first name, surname or initials; the one the head speaks of where several fit."""
        if label not in self._cache:
            fits = [
                i
                for i, e in enumerate(self._entities)
                if e.kind is EntityKind.PERSON and (label_means(label, e.name) or any(label.casefold() == a.casefold() for a in e.aliases))
            ]
            fits.sort(key=lambda i: (-self._weight.get(i, 0.0), i))
            same = len(fits) > 1 and self._weight.get(fits[0], 0.0) == self._weight.get(fits[1], 0.0)
            self._cache[label] = None if not fits or same else fits[0]
        return self._cache[label]

    def _weigh(self, text: str, blocks: tuple[Block, ...], mentions: tuple[Mention, ...]) -> dict[int, float]:
        """How much speaks for each person being interviewed; below zero for who asks, writes or takes pictures."""
        weight: dict[int, float] = {}
        heads = {i for i, b in enumerate(blocks) if b.role in _HEAD or i < 2}
        at = 0
        for m in sorted(mentions, key=lambda m: m.start):
            while at < len(blocks) and blocks[at].end <= m.start:
                at += 1
            if at == len(blocks):
                break
            if m.entity is None or m.start < blocks[at].start or self._entities[m.entity].kind is not EntityKind.PERSON:
                continue
            weight[m.entity] = weight.get(m.entity, 0.0) + _mention_weight(text, blocks[at], m, at in heads)
        called = Counter(
            found["who"] for b in blocks if b.role is Role.QUESTION and (found := phrases.ADDRESS.match(text[b.start : min(b.end, b.start + 200)]))
        )
        for who, times in called.most_common(40):
            for i, e in enumerate(self._entities):
                if e.kind is EntityKind.PERSON and label_means(who, e.name):
                    weight[i] = weight.get(i, 0.0) + 3 * times
        return weight


def _mention_weight(text: str, block: Block, m: Mention, in_head: bool) -> float:
    """What one mention says about its person's part in the interview."""
    before = text[max(block.start, m.start - 60) : m.start]
    piece = text[block.start : block.end]
    if _GUEST.search(before):
        return 4.0
    if block.role is Role.BYLINE or shapes.is_byline(piece):
        return -6.0
    asks = any(f.end() == len(before) for f in phrases.ASKED_BY.finditer(before)) or phrases.ASKS.match(text[m.start : m.end + 60])
    if asks or shapes.is_credit(piece):
        return -5.0
    if block.role is Role.CAPTION:
        return -3.0 if _PICTURE.search(before) else 1.0
    if in_head:
        return 2.0
    return {Role.ABOUT: 1.0, Role.ANSWER: -0.3, Role.QUESTION: 0.2}.get(block.role, 0.3)


_ASIDE = re.compile(r"[^„“»«\"‚‘’]{3,60}[.:] (?=[„“»«\"‚‘])")


def _spoken(text: str, start: int, end: int) -> tuple[int, int]:
    """The answer without what is told before its quotation: 'She laughs. “It is.”'."""
    if text[end - 1 : end] in "“”«»\"’'" and (aside := _ASIDE.match(text, start, end)):
        return aside.end(), end
    return start, end


def _kind(entity: Entity) -> SpeakerKind:
    return SpeakerKind.PERSON if entity.kind is EntityKind.PERSON else SpeakerKind.ORGANISATION


def _claim(text: str, turn: _Turn, speaker: _Speaker | None) -> Claim | None:
    start, end = _spoken(text, turn.speech, turn.block.end)
    words = text[start:end]
    if not any(c.isalnum() for c in words) or phrases.is_thanks(words) or _COURTESY.match(words):
        return None
    return Claim(
        spans=(Span(start, end),),
        speech_type=SpeechType.INTERVIEW_ANSWER,
        cue=None,
        speaker_kind=speaker.kind if speaker else SpeakerKind.UNKNOWN,
        speaker=speaker.entity if speaker else None,
        speaker_span=speaker.span if speaker else None,
        speaker_via=speaker.via if speaker and (speaker.entity is not None or speaker.span) else None,
        confidence=round(speaker.confidence, 2) if speaker else 0.5,
    )
