import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.resolve.groups import SKETCH, is_same_claim, sign_claim, words_of

QUOTE = "„Wir löschen jeden Abend alles, was niemand mehr braucht, und wir fangen am Morgen neu an“"
NEWS = "Der Dienst wird im nächsten Jahr 30 neue Stellen schaffen, sagte der Vorstand"


def same(one: str, other: str) -> bool:
    assert is_same_claim(words_of(one), words_of(other)) is is_same_claim(words_of(other), words_of(one))
    return is_same_claim(words_of(one), words_of(other))


def test_the_same_words_in_other_marks_are_one_text():
    assert sign_claim(QUOTE, "de") == sign_claim(QUOTE.replace("„", "»").replace("“", ".«").upper(), "de")


@pytest.mark.parametrize("other", ["»wir löschen jeden Abend alles, was niemand mehr braucht«", QUOTE.replace("jeden Abend", "jeden Tag")])
def test_small_cuts_and_small_changes_are_one_claim_and_meet_by_a_key(other: str):
    assert same(QUOTE, other)
    assert set(sign_claim(QUOTE, "de").keys) & set(sign_claim(other, "de").keys)


@pytest.mark.parametrize(
    ("one", "other"),
    [(NEWS, NEWS.replace("30", "40")), (NEWS, NEWS.replace("wird", "wird nicht")), ("Das ist gut so", "Das ist gut so, wirklich")],
)
def test_other_numbers_negation_and_small_talk_are_other_claims(one: str, other: str):
    assert not same(one, other)


def test_languages_stay_apart():
    de, en = sign_claim(QUOTE, "de"), sign_claim(QUOTE, "en")
    assert (de.text_key, de.group_id) != (en.text_key, en.group_id)
    assert not set(de.keys) & set(en.keys)


def test_signatures_stay_as_warehouses_keep_them():
    made = sign_claim(QUOTE, "de")
    assert (made.text_key, made.word_count, made.keys[0], made.group_id) == (11867814919816402936, 16, 110580892677748189, "grp_02de8c062e248a300fc0")


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=100))
def test_any_text_has_a_signature(text: str):
    made = sign_claim(text, "de")
    assert len(made.keys) <= SKETCH
    assert all(0 <= key < 1 << 64 for key in (*made.keys, made.text_key))
    assert is_same_claim(words_of(text), words_of(text))
