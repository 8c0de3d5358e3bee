import doctest
import importlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.names import fold, is_acronym, organisation_key, parse_person, sound, without_legal_form

MODULES = ("transforms.names", "transforms.resolve.fields", "transforms.extract.linking.german", "transforms.extract.linking.roles")


@pytest.mark.parametrize("module", MODULES)
def test_examples_in_the_documentation_hold(module):
    result = doctest.testmod(importlib.import_module(module))
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize(
    ("name", "given", "family", "honorific"),
    [
        ("Ursula von der Leyen", ("Ursula",), "von der Leyen", None),
        ("Prof. Dr. Ilse Brandau", ("Ilse",), "Brandau", "Prof. Dr."),
        ("Frau Brandau", (), "Brandau", None),
        ("Brandau, Ilse", ("Ilse",), "Brandau", None),
        ("Karl Otto Meier jr.", ("Karl", "Otto"), "Meier", None),
        ("Insa „Krintstuut“ Feddersen", ("Insa",), "Feddersen", None),
        ("Rezo", (), "Rezo", None),
        ("Dr.", (), "Dr.", None),
    ],
)
def test_names_come_apart(name, given, family, honorific):
    parsed = parse_person(name)
    assert (parsed.given, parsed.family, parsed.honorific) == (given, family, honorific)


@pytest.mark.parametrize(
    ("name", "full"), [("Ilse Brandau", True), ("I. Brandau", False), ("K.-H. Osterhage", False), ("Brandau", False), ("Jo Brandau", True)]
)
def test_an_initial_is_no_full_name(name, full):
    assert parse_person(name).is_full is full


@pytest.mark.parametrize("pair", [("Juri Sokolow", "Yuri Sokolov"), ("Anzhelika Morosowa", "Anzhelika Morozova"), ("Müller", "Mueller")])
def test_transliterations_sound_alike(pair):
    assert len({tuple(map(sound, p.split())) for p in pair}) == 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Glimmerhaus GmbH", "Glimmerhaus", True),
        ("The Marsh Lights", "Marsh Lights", True),
        ("Hollweg & Söhne", "Hollweg und Söhne", True),
        ("Landgericht Linz", "Landgericht Graz", False),
        ("AG", "GmbH", False),
    ],
)
def test_spellings_of_an_organisation_share_a_key(one, other, same):
    assert (organisation_key(one) == organisation_key(other)) is same


@pytest.mark.parametrize(
    ("word", "expected"), [("DRK", True), ("BKartA", True), ("BaFin", False), ("Lumeo", False), ("Deutsches Rotes Kreuz", False), ("X", False)]
)
def test_acronyms(word, expected):
    assert is_acronym(word) is expected


@pytest.mark.parametrize("text", ["Müller-Lüdenscheidt", "José Ångström", "ŁÓDŹ", "𝓐nna", "ﬁnn"])
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)
    assert fold(text).isascii()


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_read(text):
    parsed = parse_person(text)
    assert parsed.text.strip() or not text.strip()
    assert fold(text.upper()).isascii() or not text.isascii()
    assert not any(c.isupper() for c in fold(text))
    assert without_legal_form(text) or not text.strip()
    assert isinstance(organisation_key(text), str)
    assert isinstance(sound(text), str)
