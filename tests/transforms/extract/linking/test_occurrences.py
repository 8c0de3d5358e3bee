import re

from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.extract.linking.occurrences import places_of, stands_alone

WORDS = ("Ohm", "Ohms", "Ohm-Rau", "Rau")


def test_the_longest_word_is_taken_where_several_begin():
    assert list(places_of(("Ohm", "Ohm-Rau"), "Ohm-Rau und Ohm")) == [(0, "Ohm-Rau"), (12, "Ohm")]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from([*WORDS, " ", "-", "_", "@", "x", "ß", ".", "1"]), max_size=12).map("".join))
def test_whole_words_are_those_of_a_pattern(text: str):
    pattern = re.compile(rf"(?<![\w@-])(?:{'|'.join(sorted(map(re.escape, WORDS), key=len, reverse=True))})(?![\w@-])")
    mine = [(start, word) for start, word in places_of(WORDS, text) if stands_alone(text, start, start + len(word), "@-", "@-")]
    assert mine == [(m.start(), m.group()) for m in pattern.finditer(text)]
