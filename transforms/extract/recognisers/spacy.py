"""Adapter for spaCy pipelines that a user installed: ``spacy:<package or folder>``."""

from __future__ import annotations

from collections.abc import Sequence

from presslake.errors import ModelError
from presslake.schema import EntityKind
from transforms.records import Name

LABELS = {
    "PER": EntityKind.PERSON,
    "PERSON": EntityKind.PERSON,
    "ORG": EntityKind.ORGANISATION,
    "ORGANIZATION": EntityKind.ORGANISATION,
}
SLICE = 100_000
"""Characters per call: spaCy refuses texts of a million characters and its memory grows with the text."""


class SpacyRecogniser:
    """People and organisations as a spaCy pipeline sees them."""

    def __init__(self, model: str) -> None:
        try:
            import spacy
        except ImportError as e:
            raise ModelError(f"recogniser spacy:{model}: spaCy is not installed; run: pip install spacy") from e
        try:
            self._pipeline = spacy.load(model)
        except OSError as e:
            raise ModelError(
                f"recogniser spacy:{model}: no such model; install it (python -m spacy download {model}) or give the folder of a trained pipeline"
            ) from e
        if not {"ner", "entity_ruler", "span_ruler"} & set(self._pipeline.pipe_names):
            raise ModelError(f"recogniser spacy:{model}: the pipeline has no entity recogniser; choose a model with the component ner")
        meta = self._pipeline.meta
        self.name = f"spacy:{meta['lang']}_{meta['name']}/{meta['version']}"

    def recognise(self, text: str, language: str) -> tuple[Name, ...]:
        return self.recognise_many((text,), language)[0]

    def recognise_many(self, texts: Sequence[str], language: str) -> list[tuple[Name, ...]]:
        parts = ((part, (i, start)) for i, text in enumerate(texts) for start, part in slices(text, SLICE))
        names: list[list[Name]] = [[] for _ in texts]
        for document, (i, start) in self._pipeline.pipe(parts, as_tuples=True):
            for entity in document.ents:
                kind = LABELS.get(entity.label_.upper())
                if kind is not None:
                    names[i].append(Name(start + entity.start_char, start + entity.end_char, kind, 1.0))
        return [tuple(found) for found in names]


def slices(text: str, size: int) -> list[tuple[int, str]]:
    """``text`` in parts of at most ``size`` characters, cut at a line break or blank where there is one.

    >>> slices("Anna sah Paul", 9)
    [(0, 'Anna sah '), (9, 'Paul')]
    """
    out = []
    start = 0
    while start < len(text):
        end = start + size
        if end < len(text):
            cut = max(text.rfind("\n", start, end), text.rfind(" ", start, end))
            end = cut + 1 if cut > start else end
        out.append((start, text[start:end]))
        start = end
    return out
