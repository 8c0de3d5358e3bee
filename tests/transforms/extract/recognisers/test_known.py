from __future__ import annotations

import pytest

from transforms.extract.recognisers.builtin import load_builtin
from transforms.extract.recognisers.known import SEVERAL, SINGLE, KnownNames, read_names
from transforms.extract.recognisers.words import load_lexicon


def found(text: str, *names: str) -> list[tuple[str, float]]:
    words = text.split()
    return [(" ".join(words[first:end]), odds) for first, end, odds in KnownNames(names, load_lexicon()).find(words)]


def test_the_longest_name_counts_and_none_within_it() -> None:
    assert found("Stoke City gegen Stoke City United", "Stoke City", "City United", "Stoke City United") == [
        ("Stoke City", SEVERAL),
        ("Stoke City United", SEVERAL),
    ]


@pytest.mark.parametrize("word", ["Spiegel", "Bremen", "Otto", "FC", "Signal"])
def test_a_word_that_means_something_else_too_says_nothing(word: str) -> None:
    assert found(f"heute {word} dort", word) == []


def test_an_unmistakable_word_counts() -> None:
    assert found("heute Nvidia und DGB", "Nvidia", "DGB") == [("Nvidia", SINGLE), ("DGB", SINGLE)]


def test_a_known_club_is_found_where_nothing_else_tells() -> None:
    text = "Danach ging er zu Stoke City."
    assert [text[n.start : n.end] for n in load_builtin().recognise(text, "de")] == ["Stoke City"]


def test_the_list_names_each_once_and_without_blanks_around() -> None:
    names = read_names()
    assert len(set(names)) == len(names) > 5_000
    assert all(name == " ".join(name.split()) for name in names)
