from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.extract.recognisers.builtin import load_builtin

SCRAPS = [
    "Anna Berg",
    "TikTok",
    "SPD",
    "sagte",
    "X",
    "–",
    "„",
    '"',
    "\n",
    "\u2028",
    "😀",
    "שלום",
    "Nutzer*innen",
    "ß",
    "İ",
    "\ud800",
    "\x00",
    "a" * 200,
    "1.",
    "@x",
    "'s",
]


@given(st.lists(st.one_of(st.sampled_from(SCRAPS), st.text(max_size=12)), max_size=60).map(" ".join), st.sampled_from(["de", "en", "und", "ru"]))
@settings(max_examples=60, deadline=None)
def test_any_text_gives_sorted_names_within_it(text: str, language: str) -> None:
    names = load_builtin().recognise(text, language)
    ends = [0, *(n.end for n in names)]
    for end, name in zip(ends, names, strict=False):
        assert end <= name.start < name.end <= len(text)
        assert not text[name.start].isspace()
        assert not text[name.end - 1].isspace()
        assert 0 <= name.confidence <= 1


@pytest.mark.parametrize("text", ["", " \n\n ", "!?", "und die der das " * 50, "Nutzer*innen und Kund:innen teilen Videos."])
def test_text_without_names_gives_none(text: str) -> None:
    assert load_builtin().recognise(text, "de") == ()


def test_a_paragraph_of_a_megabyte_without_punctuation() -> None:
    text = "heute sprach Maren Holtkamp über TikTok und die Folgen " * 4_000
    names = load_builtin().recognise(text, "de")
    surfaces = [text[n.start : n.end] for n in names]
    assert surfaces.count("Maren Holtkamp") > 3_800  # a text without a full stop is cut somewhere
    assert surfaces.count("TikTok") == 4_000


def test_the_same_names_whatever_came_before() -> None:
    text = "Jana Wolters leitet die Bundesnetzagentur."
    before = load_builtin().recognise(text, "de")
    load_builtin().recognise("Etwas ganz anderes mit Paul Beck und der Charité. " * 50, "de")
    assert load_builtin().recognise(text, "de") == before


def test_capitals_are_read_in_normal_case() -> None:
    text = "MAREN HOLTKAMP SPRICHT IN BERLIN ÜBER TIKTOK UND DIE ZUKUNFT DER VIDEOS"
    assert [text[n.start : n.end] for n in load_builtin().recognise(text, "de")] == ["MAREN HOLTKAMP", "TIKTOK"]


def test_many_texts_give_what_each_gives_alone_and_in_any_order() -> None:
    recogniser = load_builtin()
    body = "Maren Holtkamp kam.\n\nDie Bundesnetzagentur prüft TikTok, sagte Holtkamp der Zeitung.\n\nEs regnete."
    title = "Bundesnetzagentur prüft TikTok"
    both = recogniser.recognise_many((body, title), "de")
    assert both[0] == recogniser.recognise(body, "de")
    assert [n.start for n in both[1]] == [0, 24]
    assert recogniser.recognise_many((title, body), "de") == both[::-1]
