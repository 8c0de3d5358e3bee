from __future__ import annotations

import pytest

from transforms.extract.recognisers.words import FLAGS, load_lexicon, shape, word_features


def flags(word: str) -> set[str]:
    return {name for i, name in enumerate(FLAGS) if load_lexicon()[word].flags >> i & 1}


def test_the_lexicon_knows_names_places_nouns_and_organisations() -> None:
    assert "forename" in flags("Anna")
    assert "surname" in flags("Müller")
    assert "city" in flags("Hamburg")
    assert "noun" in flags("Verordnung")
    assert "org_name" in flags("Greenpeace")
    assert not flags("Zwirblkrach")


def test_a_lines_capitals_become_the_usual_spelling() -> None:
    recase = load_lexicon().recase
    assert recase("DIE POLIZEI SUCHT ZEUGEN IN HAMBURG".split()) == "die Polizei sucht Zeugen in Hamburg".split()
    assert recase("Die SPD und die CDU streiten".split()) == "Die SPD und die CDU streiten".split()


@pytest.mark.parametrize(
    ("word", "expected"), [("Müllers", "gen-de="), ("BERLIN", "title-de="), ("Plattformaufsichtsbehörde", "tail"), ("Haus", "lcde=")]
)
def test_what_is_known_of_related_words_counts(word: str, expected: str) -> None:
    assert any(f.startswith(expected) for f in word_features(word, load_lexicon()))


@pytest.mark.parametrize(
    ("word", "expected"), [("Chew", "Aa"), ("TikTok", "AaAa"), ("NDR", "A"), ("2027", "0"), ("Nutzer*innen", "Aa*a"), ("北京", "x")]
)
def test_shape(word: str, expected: str) -> None:
    assert shape(word) == expected


def test_features_of_anything_are_strings() -> None:
    for word in ("\ud800", "İ", "ß", "#", "é" * 500, "a\u0301"):
        assert word_features(word, load_lexicon())
