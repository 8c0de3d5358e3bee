"""The speakers of an interview: which labels mean the same person, and who of them asks."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from transforms.parse import phrases
from transforms.parse.labels import ANSWER_WORDS, ASKER_WORDS, Label, label_means, name_parts, same_speaker

MOST_SPEAKERS = 24
"""A text with more recurring labels is a list or a table, not a talk."""

_ROLE_WORDS = ASKER_WORDS | ANSWER_WORDS
_NAME = re.compile(r"[^\W\d_a-zß-öø-ÿ][\w’'-]*\.?(?: +(?:(?:von|van|de|der|den|al|mac|di|da|del|y|ibn) +)*[^\W\d_a-zß-öø-ÿ][\w’'.-]*){1,4}")


@dataclass(slots=True)
class Turn:
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

    @property
    def said(self) -> str:
        """Its words, without a label that holds or may still hold."""
        return self.text[self.label.speech :] if self.label else self.text


class Speakers:
    """Speakers of the labelled turns, numbered. Sets ``speaker`` of every turn whose label holds."""

    def __init__(self, turns: list[Turn], head: str) -> None:
        self._turns = turns
        self._head = head
        self._head_names = [m.group() for m in _NAME.finditer(head[:5000])]
        self.names: list[str] = []
        """One label for each speaker, the longest form."""
        self._number_labels()
        self._called = [(t.speaker, found["who"]) for t in turns if (found := phrases.ADDRESS.match(t.said))]
        self.askers = self._find_askers()

    def words(self) -> set[str]:
        """Parts of all names that labels and head give, to know whom a paragraph speaks of."""
        return {part for name in [*self.names, *self._head_names] for part in name_parts(name) if len(part) > 2}

    def is_person(self, speaker: int) -> bool:
        """True if the head names the speaker, another turn calls him, or his label is a word for asking or answering."""
        name = self.names[speaker]
        return self._is_known(name) or self._is_called(name, speaker)

    def _number_labels(self) -> None:
        """Give one number to all labels that mean the same speaker, and forget labels that nothing supports."""
        count = Counter(t.label.text for t in self._turns if t.label)
        held = {label for label in count if count[label] >= 2 or self._is_known(label)}
        held |= {label for label in count if label not in held and any(same_speaker(label, other) for other in sorted(held)[: MOST_SPEAKERS + 1])}
        if len(held) > MOST_SPEAKERS:
            return
        number = {t.label.text: self._number(t.label.text) for t in self._turns if t.label and t.label.text in held}
        for t in self._turns:
            if t.label and t.label.text in held and not (count[t.label.text] < 2 and t.said[:1] in _OPENING):
                t.speaker = number[t.label.text]

    def _is_known(self, label: str) -> bool:
        return label.casefold() in _ROLE_WORDS or any(label_means(label, n) for n in self._head_names)

    def _number(self, label: str) -> int:
        if label in self.names:
            return self.names.index(label)
        fits = [n for n, known in enumerate(self.names) if same_speaker(label, known)]
        if len(fits) == 1:
            self.names[fits[0]] = max(self.names[fits[0]], label, key=len)
            return fits[0]
        self.names.append(label)
        return len(self.names) - 1

    # -------------------------------------------------------------- who asks

    def _find_askers(self) -> set[int]:
        asked_by = _askers_named(self._head)
        used = sorted({t.speaker for t in self._turns if t.speaker is not None})
        first = next((t.speaker for t in self._turns if t.speaker is not None), None)
        scores = {n: self._asker_score(n, asked_by, n == first, len(used)) for n in used}
        askers = {n for n, score in scores.items() if score >= 2.0}
        if len(used) >= 2 and len(askers) == len(used):
            askers.discard(min(scores, key=lambda n: scores[n]))
        return askers

    def _asker_score(self, speaker: int, asked_by: tuple[str, ...], is_first: bool, count: int) -> float:
        """How much speaks for this speaker being the interviewer."""
        name = self.names[speaker]
        said = [t.said for t in self._turns if t.speaker == speaker]
        others = [t.said for t in self._turns if t.speaker not in (None, speaker)]
        score = 3.0 * sum(ends_with_question(s) for s in said) / max(1, len(said))
        score += 5.0 * (name.casefold() in ASKER_WORDS) - 5.0 * (name.casefold() in ANSWER_WORDS)
        score += 3.0 * any(label_means(name, n) for n in asked_by)
        score += 1.0 * (is_first and count > 1)
        score += 0.7 * bool(said and others and _mean_length(said) * 1.6 < _mean_length(others))
        is_outlet = name[0].islower() or "&" in name or name.isupper()
        score += 0.7 * (is_outlet and not any(label_means(name, n) for n in self._head_names))
        return score - 4.0 * self._is_called(name, speaker)

    def _is_called(self, name: str, speaker: int) -> bool:
        """True if another turn calls this speaker: "Frau Dul, was kostet …"."""
        return any(by != speaker and (label_means(name, who) or label_means(who, name)) for by, who in self._called)


_OPENING = ("„", "»", "“", '"')


def ends_with_question(said: str) -> bool:
    """True if the last sentence is a question."""
    return said.rstrip('“”"«»’) ').endswith("?")


def _mean_length(said: list[str]) -> float:
    return sum(map(len, said)) / len(said)


def _askers_named(head: str) -> tuple[str, ...]:
    """Names that head or credits give to who asked."""
    out = []
    for found in phrases.ASKED_BY.finditer(head):
        name = _NAME.match(head, found.end())
        out += [name.group()] if name else []
    for found in phrases.ASKS.finditer(head) if phrases.ASKS_VERB.search(head) else ():
        out += [m.group() for m in _NAME.finditer(found.group(1))][-1:]
    return tuple(out)
