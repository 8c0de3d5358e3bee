"""What the rules hand on: a claim with its speaker as words, before the speaker is known as an entity."""

from __future__ import annotations

from dataclasses import dataclass, field

from presslake.schema import Modality, SpeechType
from transforms.extract.claims.sentences import Sentence
from transforms.extract.claims.subjects import Phrase


@dataclass(slots=True)
class Draft:
    """A claim in the making. Offsets are characters of the text."""

    spans: list[tuple[int, int]]
    speech_type: SpeechType
    rule: str
    """Which rule found it; a feature of its confidence."""
    sentence: int
    """Index of the sentence it starts in."""
    block: int
    cue: tuple[int, int] | None = None
    lemma: str = ""
    speaker: tuple[int, int] | None = None
    inherits: bool = False
    """The speaker is that of the claim or sentence before."""
    is_unmarked: bool = False
    """No words of the text stand for the speaker of this quotation; who it is follows from the context."""
    modality: Modality = Modality.ASSERTED
    addressee: tuple[int, int] | None = None
    confidence: float | None = None
    facts: dict[str, float] = field(default_factory=dict)
    """Features of the learned layer."""

    @property
    def start(self) -> int:
        return self.spans[0][0]

    @property
    def end(self) -> int:
        return self.spans[-1][1]


def chars(s: Sentence, a: int, b: int) -> tuple[int, int]:
    """Character range of tokens ``a`` to ``b`` (exclusive)."""
    return s.starts[a], s.ends[b - 1]


def phrase_chars(s: Sentence, phrase: Phrase | None) -> tuple[int, int] | None:
    """Character range of a phrase; None for none."""
    return None if phrase is None else chars(s, phrase.start, phrase.end)
