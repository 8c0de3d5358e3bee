"""Turns of interviews: which paragraphs ask and which answer.

Works on the blocks of any text, whether they come from bare text or from HTML, where the parser may already know questions by their markup.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from transforms.parse import phrases, shapes
from transforms.parse.labels import ANSWER_WORDS, ASKER_WORDS, Label, find_label, has_label, label_means, name_parts, same_speaker
from transforms.records import Block, Role

__all__ = ["bare_label", "has_label", "is_interview", "label_of", "mark_turns"]

_TURN_ROLES = frozenset({Role.LEAD, Role.PARAGRAPH, Role.HEADING, Role.QUESTION, Role.ANSWER, Role.QUOTE, Role.LIST_ITEM})
_HEAD_ROLES = frozenset({Role.KICKER, Role.TITLE, Role.BYLINE, Role.LEAD, Role.CAPTION})


def label_of(text: str, block: Block) -> tuple[int, int, int] | None:
    """Offsets in ``text`` of the speaker label that ``block`` starts with: its start, its end, and where the speech starts; None without one.

    Judged by shape alone; trust it on blocks of role question and answer.
    """
    label = find_label(text[block.start : block.end])
    if label is None:
        return None
    return block.start + label.start, block.start + label.end, block.start + label.speech


def is_interview(blocks: tuple[Block, ...]) -> bool:
    """True if most of the text is questions and answers. To be called on blocks that went through :func:`mark_turns`."""
    turns = sum(b.end - b.start for b in blocks if b.role in (Role.QUESTION, Role.ANSWER))
    prose = sum(b.end - b.start for b in blocks if b.role in (Role.PARAGRAPH, Role.QUOTE, Role.LIST_ITEM))
    return turns > prose


def mark_turns(text: str, blocks: tuple[Block, ...], head: str = "") -> tuple[Block, ...]:
    """``blocks`` with the paragraphs of an interview turned into questions and answers; as they came where the text is no interview.

    ``head`` is what the page says outside ``text``: title, kicker, byline, joined by line ends. Headings between the turns stay headings.
    """
    talk = _Talk.of(text, blocks, head)
    roles = talk.roles() if talk else {}
    return tuple(replace(b, role=roles[i]) if i in roles else b for i, b in enumerate(blocks)) if roles else blocks


def bare_label(piece: str) -> str | None:
    """The name in a block that is nothing but a speaker label ("Lisa", "ZEIT:"), as a definition list gives them; None for other blocks."""
    name = piece.rstrip(": ")
    return name if len(name) <= 40 and has_label(name + ": ") and not name.endswith((".", "!", "?")) else None


def _labels_alone(text: str, blocks: tuple[Block, ...]) -> dict[int, str]:
    """Blocks that are speaker labels in a line of their own: index and name. The same ones have to come again and again."""
    names = {i: name for i, b in enumerate(blocks) if b.end - b.start <= 42 and (name := bare_label(text[b.start : b.end]))}
    count = Counter(names.values())
    kept = {i: name for i, name in names.items() if count[name] >= 2}
    return kept if len(set(kept.values())) >= 2 else {}


# ------------------------------------------------------------------ what the text says about who talks

_NAME = re.compile(r"[^\W\d_a-zß-öø-ÿ][\w’'-]*\.?(?: +(?:(?:von|van|de|der|den|al|mac|di|da|del|y|ibn) +)*[^\W\d_a-zß-öø-ÿ][\w’'.-]*){1,4}")


def _askers_named(head: str) -> tuple[str, ...]:
    """Names that head or credits give to who asked."""
    out = []
    for found in phrases.ASKED_BY.finditer(head):
        name = _NAME.match(head, found.end())
        out += [name.group()] if name else []
    for found in phrases.ASKS.finditer(head):
        out += [m.group() for m in _NAME.finditer(found.group(1))][-1:]
    return tuple(out)


@dataclass(slots=True)
class _Turn:
    """A block that may be a turn, with what speaks for question or answer."""

    index: int
    text: str
    marked: bool
    """The markup says that it is a question."""
    label: Label | None = None
    speaker: int | None = None
    """Number of the speaker that its label stands for."""
    score: float = 0.0
    """Above zero for a question, below for an answer; labels not counted."""


@dataclass(slots=True)
class _Talk:
    head: str
    turns: list[_Turn]
    alone: dict[int, str] = field(default_factory=dict)
    """Blocks that are nothing but a label."""
    speakers: list[str] = field(default_factory=list)
    """One label for each speaker, the longest form."""
    askers: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, text: str, blocks: tuple[Block, ...], head: str) -> _Talk | None:
        """What there is to decide on; None where it cannot be an interview at all."""
        turns: list[_Turn] = []
        said = [head]
        alone = _labels_alone(text, blocks)
        above: tuple[int, Label] | None = None
        for i, b in enumerate(blocks):
            piece = text[b.start : b.end]
            if b.role in _HEAD_ROLES or shapes.is_credit(piece) or (i + 2 >= len(blocks) and len(piece) < 300):
                said.append(piece)
            if b.role not in _TURN_ROLES or shapes.is_credit(piece):
                continue
            if i in alone:
                above = i, Label(0, 0, 0, alone[i])
                continue
            label = find_label(piece) or (above[1] if above and above[0] == i - 1 else None)
            if b.role is not Role.HEADING or label or piece.endswith("?"):
                turns.append(_Turn(i, piece, b.role is Role.QUESTION, label))
        if len(turns) < 2:
            return None
        talk = cls("\n".join(said), turns, alone)
        talk._name_speakers()
        for t in turns:
            t.score = _question_score(t)
        return talk

    # -------------------------------------------------------------- labels

    def _name_speakers(self) -> None:
        """Give one number to all labels that mean the same speaker, and forget labels that nothing supports."""
        for t in self.turns:
            if t.label:
                t.speaker = self._number(t.label.text)
        count = Counter(t.speaker for t in self.turns if t.speaker is not None)
        names = [m.group() for m in _NAME.finditer(self.head[:5000])]
        for t in self.turns:
            if t.speaker is None:
                continue
            label = self.speakers[t.speaker]
            known = label.casefold() in ASKER_WORDS | ANSWER_WORDS or any(label_means(label, n) for n in names)
            if count[t.speaker] < 2 and not known:
                t.speaker = None
            elif t.label and t.text[t.label.speech : t.label.speech + 1] in ("„", "»", "“", '"') and count[t.speaker] < 2:
                t.speaker = None  # a list of quotations

    def _number(self, label: str) -> int:
        if label in self.speakers:
            return self.speakers.index(label)
        fits = [n for n, known in enumerate(self.speakers) if same_speaker(label, known)]
        if len(fits) == 1:
            self.speakers[fits[0]] = max(self.speakers[fits[0]], label, key=len)
            return fits[0]
        self.speakers.append(label)
        return len(self.speakers) - 1

    def _find_askers(self) -> None:
        """Decide which of the labelled speakers ask."""
        asked_by = _askers_named(self.head)
        used = sorted({t.speaker for t in self.turns if t.speaker is not None})
        first = next((t.speaker for t in self.turns if t.speaker is not None), None)
        scores = {n: self._asker_score(n, asked_by, n == first, len(used)) for n in used}
        self.askers = {n for n, score in scores.items() if score >= 2.0}
        if len(used) >= 2 and len(self.askers) == len(used):
            self.askers.discard(min(scores, key=lambda n: scores[n]))

    def _asker_score(self, speaker: int, asked_by: tuple[str, ...], is_first: bool, count: int) -> float:
        label = self.speakers[speaker]
        said = [t.text[t.label.speech :] for t in self.turns if t.speaker == speaker and t.label]
        score = 3.0 * sum(s.rstrip('“”"«»’ ').endswith("?") for s in said) / max(1, len(said))
        if label.casefold() in ASKER_WORDS:
            score += 5
        if label.casefold() in ANSWER_WORDS:
            score -= 5
        if any(label_means(label, n) for n in asked_by):
            score += 3
        if is_first and count > 1:
            score += 1
        others = [t.text for t in self.turns if t.speaker not in (None, speaker)]
        if said and others and sum(map(len, said)) / len(said) * 1.6 < sum(map(len, others)) / len(others):
            score += 0.7
        named = any(label_means(label, m.group()) for m in _NAME.finditer(self.head[:5000]))
        if not named and (label[0].islower() or "&" in label or label.isupper()):
            score += 0.7
        score -= 4.0 * self._is_addressed(label, speaker)
        return score

    def _is_addressed(self, label: str, speaker: int) -> bool:
        """True if another turn calls this speaker by name: "Frau Dul, was kostet …"."""
        for t in self.turns:
            if t.speaker == speaker:
                continue
            said = t.text[t.label.speech :] if t.label and t.speaker is not None else t.text
            found = phrases.ADDRESS.match(said)
            if found and label_means(label, found["who"]) | label_means(found["who"], label):
                return True
        return False

    # -------------------------------------------------------------- turns

    def roles(self) -> dict[int, Role]:
        """Role by block index for every turn; empty where the text is no interview."""
        self._find_askers()
        if not self._is_interview():
            return {}
        first, last = self._region()
        if first is None or last is None or last <= first:
            return {}
        inside = self.turns[first : last + 1]
        asks = _best_path(inside, [self._emission(inside, k) for k in range(len(inside))], self._continues())
        if all(asks) or (not any(asks) and len({t.speaker for t in inside if t.speaker is not None}) < 2):
            return {}
        roles = {t.index: Role.QUESTION if q else Role.ANSWER for t, q in zip(inside, asks, strict=True)}
        return roles | dict.fromkeys(self.alone, Role.HEADING)

    def _labelled(self) -> list[_Turn]:
        return [t for t in self.turns if t.speaker is not None]

    def _is_interview(self) -> bool:
        labelled = self._labelled()
        speakers = {t.speaker for t in labelled}
        said = bool(phrases.INTERVIEW_WORD.search(self.head))
        marked = sum(t.marked for t in self.turns)
        questions = sum(t.score >= 1.5 for t in self.turns)
        if len(labelled) >= 3 and (len(speakers) >= 2 or questions >= 2 or marked >= 2):
            quoted = sum(t.label is not None and t.text[t.label.speech : t.label.speech + 1] in ("„", "»", "“", '"') for t in labelled)
            return said or quoted * 2 < len(labelled)
        if len(labelled) >= 2 and (said or (self.askers and speakers - self.askers)):
            return True
        followed = sum(a.score >= 1.5 and b.score < 1.0 for a, b in zip(self.turns, self.turns[1:], strict=False))
        share = followed / max(1, len(self.turns))
        if marked >= 2:
            return said or (followed >= 2 and share >= 0.2)
        return (said and followed >= 2 and share >= 0.15) or (followed >= 3 and share >= 0.3)

    def _region(self) -> tuple[int | None, int | None]:
        """First and last turn, as positions in ``turns``."""
        labelled = [k for k, t in enumerate(self.turns) if t.speaker is not None]
        asking = [k for k, t in enumerate(self.turns) if t.speaker is None and (t.marked or t.score >= 1.5)]
        start = min(labelled[:1] + asking[:1], default=None)
        if start is None:
            return None, None
        if labelled and start == labelled[0] and self.turns[start].speaker not in self.askers and start > 0 and self.turns[start - 1].score > -0.5:
            before = self.turns[start - 1]
            if before.index and self.turns[start - 1].score >= 0.5:
                start -= 1
        return start, self._last_turn(labelled, asking)

    def _last_turn(self, labelled: list[int], asking: list[int]) -> int:
        """Position of the last turn: paragraphs after it that speak of the people instead of by them are no answers."""
        last = max(labelled[-1:] + [min(k + 1, len(self.turns) - 1) for k in asking[-1:]])
        names = {p for n in self.speakers + [m.group() for m in _NAME.finditer(self.head[:3000])] for p in name_parts(n) if len(p) > 2}
        while last + 1 < len(self.turns) and _goes_on(self.turns[last + 1].text, names):
            last += 1
        return last

    def _continues(self) -> float:
        """How gladly an answer goes on in the next paragraph: more so where every question is labelled or marked."""
        askers = sum(t.speaker in self.askers for t in self.turns if t.speaker is not None)
        answers = sum(t.speaker not in self.askers for t in self.turns if t.speaker is not None)
        marked = sum(t.marked for t in self.turns)
        return 2.5 if (askers >= 2 and askers * 2 > answers) or marked >= 2 else 0.0

    def _emission(self, turns: list[_Turn], k: int) -> float:
        """Evidence that turn ``k`` asks (above zero) or answers."""
        t = turns[k]
        if t.speaker is not None:
            return 50.0 if t.speaker in self.askers else -50.0
        if t.marked:
            return 6.0
        score = t.score
        answers_labelled = sum(x.speaker is not None and x.speaker not in self.askers for x in turns) * 2 >= len(turns) * 0.6
        if answers_labelled and k + 1 < len(turns) and turns[k + 1].speaker is not None and turns[k + 1].speaker not in self.askers:
            score += 2.0 if not self.askers or self._continues() == 0 else 0.5
        return score


def _question_score(turn: _Turn) -> float:
    """How much the words of a turn sound like a question rather than an answer."""
    said = turn.text[turn.label.speech :] if turn.label and turn.speaker is not None else turn.text
    bare = said.rstrip('“”"«»’) ')
    score = 2.2 if bare.endswith("?") else -0.8
    head = said[:600]
    if phrases.FORMAL.match(head):
        score += 2.5
    if phrases.YOU.search(head):
        score += 0.8
    me = len(phrases.ME.findall(said[:1500]))
    score -= min(1.5, 0.6 * me)
    if len(said) > 260:
        score -= 1.0 + min(1.5, (len(said) - 260) / 400)
    elif len(said) < 110:
        score += 0.3
    if re.match(r"\d{1,2}\s?[.)–-]", said) and len(said) < 160:
        score += 1.5
    if phrases.is_thanks(said):
        score += 3.0
    if said[:1] in ("„", "»", "“", '"') and said[-1:] in ("“", "«", "”", '"'):
        score -= 1.0
    return score


def _goes_on(text: str, names: set[str]) -> bool:
    """True if a paragraph after the last label can still be what was answered."""
    if len(text) <= 110 and shapes.is_heading(text):
        return False
    if phrases.OUTRO.search(text) or shapes.is_about(text):
        return False
    words = {w.casefold() for w in re.findall(r"[\w-]{3,}", text[:400])}
    if words & names:
        return bool(phrases.ME.search(text))
    return True


def _best_path(turns: list[_Turn], emission: list[float], goes_on: float) -> list[bool]:
    """The likeliest row of questions (True) and answers: two questions in a row are rare, answers of several paragraphs are not."""
    ask, answer = emission[0], -emission[0]
    back: list[tuple[bool, bool]] = []
    for e in emission[1:]:
        to_ask = (answer + 0.3, False) if answer + 0.3 >= ask - 2.0 else (ask - 2.0, True)
        stay = answer - 0.2 + goes_on
        to_answer = (ask + 1.0, True) if ask + 1.0 >= stay else (stay, False)
        back.append((to_ask[1], to_answer[1]))
        ask, answer = to_ask[0] + e, to_answer[0] - e
    asks = [ask > answer + 1.0]
    for to_ask_from, to_answer_from in reversed(back):
        asks.append(to_ask_from if asks[-1] else to_answer_from)
    return asks[::-1]
