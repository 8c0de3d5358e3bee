import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from presslake.languages import load_language
from transforms.extract.claims.quotes import pair_marks

MARKS = load_language("de").quotes


def pairs(text: str) -> list[str]:
    return [text[q.start : q.end] for q in pair_marks(text, 0, len(text), MARKS)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Er sagte: „Ja.“", ["„Ja.“"]),
        ("Er sagte: »Ja.«", ["»Ja.«"]),
        ("Er sagte: «Ja.»", ["«Ja.»"]),
        ('Er sagte: „Ja."', ['„Ja."']),
        ("Er sagte: „Ja.”", ["„Ja.”"]),
        ('Er sagte: "Ja." Dann: "Nein."', ['"Ja."', '"Nein."']),
        ("„Sie rief ‚Halt‘ und lief“, sagte er.", ["„Sie rief ‚Halt‘ und lief“", "‚Halt‘"]),
        ("Das ist Andreas' Haus, geht's?", []),
        ("Er sagte: „Ja, und ging.", []),
        ("Ein Ende“ ohne Anfang.", []),
        ("Erst „offen, dann „zu“.", ["„zu“"]),
    ],
)
def test_marks_pair_as_a_reader_pairs_them(text: str, expected: list[str]) -> None:
    assert pairs(text) == expected


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab .,„“”\"»«'‚‘\n", max_size=200))
def test_pairs_are_nested_and_sorted(text: str) -> None:
    found = pair_marks(text, 0, len(text), MARKS)
    assert found == sorted(found, key=lambda q: (q.start, -q.end))
    for i, a in enumerate(found):
        for b in found[i + 1 :]:
            assert b.start >= a.end or b.end <= a.end, (text, a, b)
