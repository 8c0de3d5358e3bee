from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest

from presslake.errors import ModelError
from transforms.extract.recognise import load_recogniser
from transforms.extract.recognisers.spacy import slices


def fake_gliner(monkeypatch: pytest.MonkeyPatch, found: list[dict[str, object]]) -> None:
    class GLiNER:
        @classmethod
        def from_pretrained(cls, model: str, local_files_only: bool) -> GLiNER:
            if not local_files_only or "missing" in model:
                raise OSError("no such file")
            return cls()

        def predict_entities(self, text: str, labels: list[str], threshold: float, flat_ner: bool) -> list[dict[str, object]]:
            return [f for f in found if str(f["surface"]) in text]

    monkeypatch.setitem(sys.modules, "gliner", types.SimpleNamespace(GLiNER=GLiNER))


def test_gliner_keeps_the_surer_of_two_names_at_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_gliner(
        monkeypatch,
        [
            {"surface": "Anna Berg", "start": 0, "end": 9, "label": "person", "score": 0.9},
            {"surface": "Anna Berg", "start": 0, "end": 4, "label": "organization", "score": 0.6},
            {"surface": "Zalando", "start": 14, "end": 21, "label": "organization", "score": 0.8},
        ],
    )
    recogniser = load_recogniser("gliner:/models/small")
    assert recogniser.name == "gliner:small"
    assert [(n.start, n.end, n.kind.value) for n in recogniser.recognise("Anna Berg von Zalando", "de")] == [
        (0, 9, "person"),
        (14, 21, "organisation"),
    ]


def test_a_gliner_model_that_does_not_load_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_gliner(monkeypatch, [])
    with pytest.raises(ModelError, match="download the model first"):
        load_recogniser("gliner:missing")


def test_spacy_loads_a_pipeline_from_disk_and_maps_its_labels(tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy")
    pipeline = spacy.blank("de")
    ruler = pipeline.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "PER", "pattern": "Anna Berg"}, {"label": "ORG", "pattern": "Zalando"}, {"label": "LOC", "pattern": "Kiel"}])
    pipeline.to_disk(tmp_path / "model")
    recogniser = load_recogniser(f"spacy:{tmp_path / 'model'}")
    text = "Anna Berg zog von Kiel zu Zalando."
    assert [(text[n.start : n.end], n.kind.value) for n in recogniser.recognise(text, "de")] == [("Anna Berg", "person"), ("Zalando", "organisation")]
    assert recogniser.name.startswith("spacy:de_")


def test_a_spacy_pipeline_without_entities_is_refused(tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy")
    spacy.blank("de").to_disk(tmp_path / "model")
    with pytest.raises(ModelError, match="no entity recogniser"):
        load_recogniser(f"spacy:{tmp_path / 'model'}")


def test_slices_cover_the_text_and_cut_at_blanks() -> None:
    text = "eins zwei drei " * 40 + "x" * 300
    parts = slices(text, 100)
    assert "".join(part for _, part in parts) == text
    assert all(text.startswith(part, start) and len(part) <= 100 for start, part in parts)
    assert parts[0][1].endswith(" ")
