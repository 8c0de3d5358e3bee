from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.extract.recognisers.tokens import HARD_LIMIT, pieces


@given(st.text(max_size=400))
@settings(max_examples=80, deadline=None)
def test_tokens_stand_where_they_say_and_nothing_is_lost(text: str) -> None:
    seen = ""
    for words, starts in pieces(text):
        assert 0 < len(words) <= HARD_LIMIT
        for word, start in zip(words, starts, strict=True):
            assert text[start : start + len(word)] == word
            seen += word
    assert seen == "".join(text.split())


def test_gender_forms_stay_whole_and_compounds_fall_apart() -> None:
    (words, _), *_ = pieces("Nutzer*innen, Kund:innen und TikTok-Chef:in")
    assert words == ["Nutzer*innen", ",", "Kund:innen", "und", "TikTok", "-", "Chef:in"]
