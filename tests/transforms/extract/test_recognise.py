from __future__ import annotations

import pytest

from presslake.errors import ModelError
from presslake.schema import EntityKind
from transforms.extract.recognise import load_recogniser


def found(text: str, language: str = "de") -> list[tuple[str, str]]:
    return [(text[n.start : n.end], n.kind.value) for n in load_recogniser().recognise(text, language)]


def test_people_and_organisations_of_press_text() -> None:
    text = "„Wir wollen mehr“, sagte Maren Holtkamp, Europachefin von TikTok. Die Bundesnetzagentur prüft nun auch Instagram."
    assert found(text) == [
        ("Maren Holtkamp", "person"),
        ("TikTok", "organisation"),
        ("Bundesnetzagentur", "organisation"),
        ("Instagram", "organisation"),
    ]


def test_english() -> None:
    assert found("The European Commission fined TikTok, said spokeswoman Karen Ellison.", "en") == [
        ("European Commission", "organisation"),
        ("TikTok", "organisation"),
        ("Karen Ellison", "person"),
    ]


def test_in_a_compound_only_the_name_counts() -> None:
    assert ("TikTok", "organisation") in found("Der TikTok-Chef Jan Weber reist nach Brüssel.")


@pytest.mark.parametrize("spec", ["", "builtin:x", "spacy", "spacy:", "gliner:", "bert:large"])
def test_an_unknown_spec_names_what_is_allowed(spec: str) -> None:
    with pytest.raises(ModelError, match=r"builtin, spacy:<model>, gliner:<model>"):
        load_recogniser(spec)


@pytest.mark.parametrize(("spec", "remedy"), [("spacy:no_such_model", "install"), ("gliner:/no/such/model", "install|download")])
def test_a_missing_package_or_model_names_the_remedy(spec: str, remedy: str) -> None:
    with pytest.raises(ModelError, match=remedy):
        load_recogniser(spec)


def test_the_recogniser_tells_its_name_and_version() -> None:
    kind, version = load_recogniser("builtin").name.split("/")
    assert kind == "builtin"
    assert version


def test_kinds_are_of_the_schema() -> None:
    assert {n.kind for n in load_recogniser().recognise("Jana Wolters von der SPD.", "de")} == {EntityKind.PERSON, EntityKind.ORGANISATION}


@pytest.mark.parametrize("language", ["de", "en", "es", "und"])
def test_a_wrongly_detected_language_costs_no_name(language: str) -> None:
    text = "„Wir wollen mehr“, sagte Maren Holtkamp, Europachefin von TikTok. The European Commission fined TikTok, said Karen Ellison."
    assert [name for name, _ in found(text, language)] == ["Maren Holtkamp", "TikTok", "European Commission", "TikTok", "Karen Ellison"]
