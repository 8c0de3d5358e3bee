"""Turns of interviews: which paragraphs ask and which answer.

Works on the blocks of any text, whether they come from bare text or from HTML, where the parser may already know questions by their markup.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

from transforms.parse import phrases, shapes
from transforms.parse.labels import Label, find_label, has_label
from transforms.parse.speakers import Speakers, Turn, ends_with_question
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


# ------------------------------------------------------------------ the talk


@dataclass(slots=True)
class _Talk:
    """What there is to decide on: the turns, who speaks, and what head and credits say."""

    title: str
    head: str
    turns: list[Turn]
    alone: dict[int, str]
    """Blocks that are nothing but a label."""
    speakers: Speakers

    @classmethod
    def of(cls, text: str, blocks: tuple[Block, ...], head: str) -> _Talk | None:
        """None where the text cannot be an interview at all."""
        turns: list[Turn] = []
        said = [head]
        alone = _labels_alone(text, blocks)
        above: tuple[int, Label] | None = None
        for i, b in enumerate(blocks):
            piece = text[b.start : b.end]
            is_turn = b.role in _TURN_ROLES and not shapes.is_credit(piece)
            own = find_label(piece) if is_turn else None
            if b.role in _HEAD_ROLES or i < 4 or shapes.is_credit(piece) or (i + 2 >= len(blocks) and len(piece) < 300):
                said.append(piece[own.speech if own else 0 :][:600])  # a label does not introduce itself
            if not is_turn:
                continue
            if i in alone:
                above = i, Label(0, 0, 0, alone[i])
                continue
            label = own or (above[1] if above and above[0] == i - 1 else None)
            if b.role is not Role.HEADING or label or piece.endswith("?"):
                turns.append(Turn(i, piece, b.role is Role.QUESTION, label))
        if len(turns) < 2:
            return None
        whole = "\n".join(said)
        title = "\n".join([head, *(text[b.start : b.end] for b in blocks if b.role is Role.TITLE)])
        talk = cls(title, whole, turns, alone, Speakers(turns, whole))
        if not talk.may_be_interview():
            return None
        for t in turns:
            t.score = _question_score(t)
        return talk

    # -------------------------------------------------------------- turns

    def roles(self) -> dict[int, Role]:
        """Role by block index for every turn; empty where the text is no interview."""
        if not self._is_interview():
            return {}
        first, last = self._region()
        if first is None or last is None or last <= first:
            return {}
        inside = self.turns[first : last + 1]
        asks = _best_path(self._emissions(inside), self._continues())
        if all(asks) or (not any(asks) and len({t.speaker for t in inside if t.speaker is not None}) < 2):
            return {}
        roles = {t.index: Role.QUESTION if q else Role.ANSWER for t, q in zip(inside, asks, strict=True)}
        return roles | dict.fromkeys(self.alone, Role.HEADING)

    def may_be_interview(self) -> bool:
        """False where no interview can be, whatever the turns sound like: nobody is labelled, announced, quoted in person or addressed."""
        return (
            sum(t.speaker is not None for t in self.turns) >= 2
            or phrases.INTERVIEW_WORD.search(self.head) is not None
            or phrases.QUOTED_PERSON.search(self.title) is not None
            or any(phrases.FORMAL.match(t.said) for t in self.turns)
        )

    def _is_interview(self) -> bool:
        """Labels that change between people and questions, or questions to somebody who answers in the first person.

        A page of answers to frequent questions has neither names nor "ich"; a table of "Preis: …" lines has labels but nobody asks.
        """
        labelled = [t for t in self.turns if t.speaker is not None]
        said = phrases.INTERVIEW_WORD.search(self.head) is not None
        if len(labelled) >= 2 and self._labels_talk(labelled, said):
            return True
        asks = [t.marked or t.score >= 1.5 for t in self.turns]
        followed = [b for a, b, q, again in zip(self.turns, self.turns[1:], asks, asks[1:], strict=False) if q and not again and not a.speaker]
        share = len(followed) / len(self.turns)
        in_person = sum(phrases.ME.search(t.said) is not None for t in followed) / max(1, len(followed))
        called = sum(phrases.FORMAL.match(t.said) is not None for t in self.turns) if len(followed) >= 2 else 0
        enough = len(followed) >= 2 and share >= 0.15
        quoted = phrases.QUOTED_PERSON.search(self.title) is not None
        return enough and ((called > 0 and (said or in_person >= 0.2)) or ((said or quoted) and in_person >= 0.33))

    def _labels_talk(self, labelled: list[Turn], said: bool) -> bool:
        """True if the labels are speakers': one of them is named or a word for asking or answering, and questions are asked."""
        if not any(self.speakers.is_person(t.speaker) for t in labelled if t.speaker is not None):
            return False
        quoted = sum(t.said[:1] in ("„", "»", "“", '"') for t in labelled)
        if quoted * 2 >= len(labelled) and not said:
            return False
        answers = [
            (before.said, t)
            for before, t in zip(self.turns, self.turns[1:], strict=False)
            if (t.speaker is not None or before.speaker is not None) and t.speaker not in self.speakers.askers and t.speaker != before.speaker
        ]
        asked = sum(ends_with_question(question) for question, _ in answers)
        return bool(answers) and asked >= 0.25 * len(answers) and (asked >= 2 or len(answers) <= 3)

    def _region(self) -> tuple[int | None, int | None]:
        """First and last turn, as positions in ``turns``."""
        labelled = [k for k, t in enumerate(self.turns) if t.speaker is not None]
        asking = [k for k, t in enumerate(self.turns) if t.speaker is None and (t.marked or t.score >= 1.5)]
        start = min(labelled[:1] + asking[:1], default=None)
        if start is None:
            return None, None
        if (
            labelled
            and start == labelled[0]
            and self.turns[start].speaker not in self.speakers.askers
            and start > 0
            and self.turns[start - 1].score > -0.5
        ):
            before = self.turns[start - 1]
            if before.index and self.turns[start - 1].score >= 0.5:
                start -= 1
        return start, self._last_turn(labelled, asking)

    def _last_turn(self, labelled: list[int], asking: list[int]) -> int:
        """Position of the last turn: paragraphs after it that speak of the people instead of by them are no answers."""
        last = max(labelled[-1:] + [min(k + 1, len(self.turns) - 1) for k in asking[-1:]])
        names = self.speakers.words()
        while last + 1 < len(self.turns) and _goes_on(self.turns[last + 1].text, names):
            last += 1
        return last

    def _continues(self) -> float:
        """How gladly an answer goes on in the next paragraph: more so where every question is labelled or marked."""
        askers = sum(t.speaker in self.speakers.askers for t in self.turns if t.speaker is not None)
        answers = sum(t.speaker not in self.speakers.askers for t in self.turns if t.speaker is not None)
        marked = sum(t.marked for t in self.turns)
        return 2.5 if (askers >= 2 and askers * 2 > answers) or marked >= 2 else 0.0

    def _emissions(self, turns: list[Turn]) -> list[float]:
        """For each turn, evidence that it asks (above zero) or answers."""
        answering = [t.speaker is not None and t.speaker not in self.speakers.askers for t in turns]
        mostly_labelled = sum(answering) * 2 >= len(turns) * 0.6
        boost = 2.0 if not self.speakers.askers or self._continues() == 0 else 0.5
        out = []
        for t, answered_next in zip(turns, [*answering[1:], False], strict=True):
            if t.speaker is not None:
                out.append(50.0 if t.speaker in self.speakers.askers else -50.0)
            elif t.marked:
                out.append(6.0)
            else:
                out.append(t.score + (boost if mostly_labelled and answered_next else 0.0))
        return out


def _question_score(turn: Turn) -> float:
    """How much the words of a turn sound like a question rather than an answer."""
    said = turn.text[turn.label.speech :] if turn.label and turn.speaker is not None else turn.text
    score = 2.2 if ends_with_question(said) else -0.8
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


def _best_path(emission: list[float], goes_on: float) -> list[bool]:
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
