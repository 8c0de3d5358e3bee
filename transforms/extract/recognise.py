"""Who and what is named in a text: the recogniser interface and the choice of one by its spec.

``builtin`` is the tagger in :mod:`transforms.extract.recognisers.builtin`; ``spacy:<model>`` and ``gliner:<model>`` load what a user installed.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Protocol

from presslake.errors import ModelError
from transforms.records import Name

SPECS = "builtin, spacy:<model>, gliner:<model>"


class Recogniser(Protocol):
    """Finds people and organisations in text."""

    @property
    def name(self) -> str:
        """Name and version, for the provenance of rows."""
        ...

    def recognise(self, text: str, language: str) -> tuple[Name, ...]:
        """Names in ``text``, sorted by start and without overlap; ``language`` is an ISO 639-1 code or und.

        ``language`` is a hint for models that need one. The recognisers here do without it: the built-in net learned German and English
        together, so a quotation in the other language is read too, and a wrongly detected language costs no name; a spaCy or GLiNER model
        brings its languages with it.
        """
        ...

    def recognise_many(self, texts: Sequence[str], language: str) -> list[tuple[Name, ...]]:
        """The names of each of ``texts``, which belong together as body and headline do: one call where each alone would cost a start."""
        ...


@functools.lru_cache(maxsize=4)
def load_recogniser(spec: str = "builtin") -> Recogniser:
    """The recogniser that ``spec`` names, loaded once per process.

    Raises ModelError naming the remedy where the spec is unknown or its package or model is missing.
    """
    kind, _, model = spec.partition(":")
    if kind == "builtin" and not model:
        from transforms.extract.recognisers.builtin import load_builtin

        return load_builtin()
    if kind == "spacy" and model:
        from transforms.extract.recognisers.spacy import SpacyRecogniser

        return SpacyRecogniser(model)
    if kind == "gliner" and model:
        from transforms.extract.recognisers.gliner import GlinerRecogniser

        return GlinerRecogniser(model)
    raise ModelError(f"recogniser: {spec!r} is not known; allowed: {SPECS}")
