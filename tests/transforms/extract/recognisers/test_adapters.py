from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import sys
from pathlib import Path

import pytest

from presslake.errors import ModelError
from transforms.extract import extract_article
from transforms.extract.recognise import load_recogniser
from transforms.extract.recognisers.spacy import slices
from transforms.parse import parse_page
from transforms.records import Page, Rejected

STUB = """
class GLiNER:
    @classmethod
    def from_pretrained(cls, model, local_files_only):
        if not local_files_only or "missing" in model:
            raise OSError("no such file")
        return cls()

    def predict_entities(self, text, labels, threshold, flat_ner):
        return [dict(f, start=text.index(f["surface"]), end=text.index(f["surface"]) + len(f["surface"])) for f in FOUND if f["surface"] in text]
"""


def fake_gliner(monkeypatch: pytest.MonkeyPatch, folder: Path, found: list[dict[str, object]]) -> None:
    """A package ``gliner`` on the path with the library's interface and no model: the real one needs PyTorch, which is no dependency."""
    (folder / "gliner").mkdir()
    (folder / "gliner" / "__init__.py").write_text(f"FOUND = {found!r}\n{STUB}", encoding="utf-8")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setitem(sys.modules, "gliner", None)  # so that what is imported next is forgotten after the test
    del sys.modules["gliner"]
    load_recogniser.cache_clear()


def test_gliner_keeps_the_surer_of_two_names_at_one_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = [
        {"surface": "Anna Berg", "label": "person", "score": 0.9},
        {"surface": "Anna", "label": "organization", "score": 0.6},
        {"surface": "Zalando", "label": "organization", "score": 0.8},
    ]
    fake_gliner(monkeypatch, tmp_path, found)
    recogniser = load_recogniser("gliner:/models/small")
    assert recogniser.name == "gliner:small"
    texts = ("Anna Berg von Zalando", "Zalando wächst")
    given = [[(t[n.start : n.end], n.kind.value) for n in names] for t, names in zip(texts, recogniser.recognise_many(texts, "de"), strict=True)]
    assert given == [[("Anna Berg", "person"), ("Zalando", "organisation")], [("Zalando", "organisation")]]


def test_gliner_reads_a_long_text_in_parts_and_keeps_its_offsets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake_gliner(monkeypatch, tmp_path, [{"surface": "Anna Berg", "label": "person", "score": 0.9}])
    text = "Es regnet weiter. " * 200 + "Anna Berg kam."
    (name,) = load_recogniser("gliner:/models/small").recognise(text, "de")
    assert text[name.start : name.end] == "Anna Berg"


def test_a_gliner_model_that_does_not_load_names_the_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake_gliner(monkeypatch, tmp_path, [])
    with pytest.raises(ModelError, match="download the model first"):
        load_recogniser("gliner:missing")


def test_the_real_library_loads_a_model_from_its_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A tiny model with weights of chance: what it finds means nothing, but loading, labels, offsets and scores are those of any GLiNER model."""
    reason = "GLiNER needs PyTorch, neither is among the dependencies"
    gliner = pytest.importorskip("gliner", reason=reason)
    transformers = pytest.importorskip("transformers", reason=reason)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    letters = "abcdefghijklmnopqrstuvwxyz."
    encoder = tmp_path / "encoder"
    encoder.mkdir()
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{c}" for c in letters)]
    (encoder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    transformers.BertTokenizerFast(vocab_file=str(encoder / "vocab.txt")).save_pretrained(encoder)
    shape = transformers.BertConfig(vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64)
    transformers.BertModel(shape).save_pretrained(encoder)
    config = gliner.GLiNERConfig(model_name=str(encoder), hidden_size=32, max_width=3)
    gliner.GLiNER.from_config(config, backbone_from_pretrained=True).save_pretrained(tmp_path / "tiny")
    monkeypatch.setattr("transforms.extract.recognisers.gliner.THRESHOLD", 0.0)
    load_recogniser.cache_clear()
    recogniser = load_recogniser(f"gliner:{tmp_path / 'tiny'}")
    text = "Anna Berg arbeitet bei Zalando. " * 60
    names = recogniser.recognise(text, "de")
    assert recogniser.name == "gliner:tiny"
    assert len(names) > 60
    assert names[-1].start > 1200
    assert all(text[n.start : n.end].strip() == text[n.start : n.end] and 0 <= n.confidence <= 1 for n in names)
    assert all(before.end <= after.start for before, after in itertools.pairwise(names))


TRAINING = (
    ("Anna Berg arbeitet bei Zalando .", [(0, 9, "PER"), (23, 30, "ORG")]),
    ("Paul Kern kam nach Kiel .", [(0, 9, "PER"), (19, 23, "LOC")]),
    ("Bei Lumeo sprach Ida Roth .", [(4, 9, "ORG"), (17, 25, "PER")]),
    ("Der Regen fällt auf Kiel .", [(20, 24, "LOC")]),
)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small pipeline that learned a handful of sentences, saved as a user would have it."""
    spacy = pytest.importorskip("spacy")
    from spacy.training import Example

    spacy.util.fix_random_seed(1)
    pipeline = spacy.blank("de")
    pipeline.add_pipe("ner")
    examples = [Example.from_dict(pipeline.make_doc(text), {"entities": entities}) for text, entities in TRAINING]
    optimizer = pipeline.initialize(lambda: examples)
    for _ in range(40):
        pipeline.update(examples, sgd=optimizer)
    folder = tmp_path_factory.mktemp("spacy") / "model"
    pipeline.meta["name"], pipeline.meta["version"] = "press", "1.2.3"
    pipeline.to_disk(folder)
    return folder


def test_a_trained_spacy_pipeline_finds_people_and_organisations(trained: Path) -> None:
    recogniser = load_recogniser(f"spacy:{trained}")
    assert recogniser.name == "spacy:de_press/1.2.3"
    texts = [text for text, _ in TRAINING]
    kinds = {"PER": "person", "ORG": "organisation"}
    expected = [[(s, e, kinds[label]) for s, e, label in entities if label in kinds] for _, entities in TRAINING]
    assert [[(n.start, n.end, n.kind.value) for n in names] for names in recogniser.recognise_many(texts, "de")] == expected
    assert [(n.start, n.end) for n in recogniser.recognise(texts[0], "de")] == [(0, 9), (23, 30)]


def test_a_trained_spacy_pipeline_serves_a_whole_article(trained: Path) -> None:
    body = "Zalando wächst\n\n" + "\n\n".join(text for text, _ in TRAINING for _ in range(3))
    page = Page(
        url="file:///a.txt",
        body=body.encode(),
        raw_sha256=hashlib.sha256(body.encode()).hexdigest(),
        fetched_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    )
    document = parse_page(page)
    assert not isinstance(document, Rejected)
    extraction = extract_article(document, load_recogniser(f"spacy:{trained}"))
    assert {"Anna Berg", "Ida Roth"} <= {e.name for e in extraction.entities}
    assert extraction.extractor.endswith("+spacy:de_press/1.2.3")


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
