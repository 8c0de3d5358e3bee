"""Adapter for GLiNER models that a user installed: ``gliner:<folder or name in the local cache>``. Nothing is downloaded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from presslake.errors import ModelError
from presslake.schema import EntityKind
from transforms.extract.recognisers.spacy import slices
from transforms.records import Name

LABELS = {"person": EntityKind.PERSON, "organization": EntityKind.ORGANISATION}
SLICE = 1200
"""Characters per call: about what fits the 384 words of a GLiNER model."""
THRESHOLD = 0.5


class GlinerRecogniser:
    """People and organisations as a GLiNER model sees them."""

    def __init__(self, model: str) -> None:
        try:
            from gliner import GLiNER
        except ImportError as e:
            raise ModelError(f"recogniser gliner:{model}: GLiNER is not installed; run: pip install gliner") from e
        try:
            self._model: Any = GLiNER.from_pretrained(model, local_files_only=True)
        except Exception as e:  # the library lets errors of three other libraries through
            raise ModelError(f"recogniser gliner:{model}: cannot be loaded ({e}); download the model first and give its folder") from e
        self.name = f"gliner:{model.rstrip('/').rsplit('/', 1)[-1]}"

    def recognise(self, text: str, language: str) -> tuple[Name, ...]:
        found = []
        for start, part in slices(text, SLICE):
            for entity in self._model.predict_entities(part, list(LABELS), threshold=THRESHOLD, flat_ner=True):
                kind = LABELS[entity["label"]]
                found.append(Name(start + entity["start"], start + entity["end"], kind, round(float(entity["score"]), 4)))
        out: list[Name] = []
        for name in sorted(found, key=lambda n: (n.start, -n.confidence)):
            if name.start < name.end and (not out or name.start >= out[-1].end):
                out.append(name)
        return tuple(out)

    def recognise_many(self, texts: Sequence[str], language: str) -> list[tuple[Name, ...]]:
        return [self.recognise(text, language) for text in texts]
