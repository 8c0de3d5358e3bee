import hashlib
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.resolve.clusters import is_near_duplicate, sign_article

WORDS = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in ("rt", "nd", "ll", "m", "st", "tz")]


def story(seed: int, length: int = 240) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=length))


def test_agency_copy_with_small_cuts_is_the_same_story_and_other_stories_are_not():
    text = story(1)
    words = text.split()
    original = sign_article(text)
    for copy in (" ".join(words[:200]), "Kopf davor: " + " ".join(words[:120] + words[130:]) + " (dpa)", text.upper().replace(" ", ",  ")):
        signed = sign_article(copy)
        assert is_near_duplicate(original, signed)
        assert set(original.band_keys) & set(signed.band_keys)
    for other in (2, 3):
        assert not is_near_duplicate(original, sign_article(story(other)))


def test_signatures_stay_as_warehouses_keep_them():
    made = sign_article(" ".join(f"Wort{n} folgt{n % 7}" for n in range(60)))
    kept = (
        5297059462387366341,
        "dd3e4101e7545901",
        118,
        1558020625381573386,
    )
    assert (made.text_key, made.minhash[:8].hex(), made.shingle_count, made.band_keys[0]) == kept
    assert hashlib.sha256(made.minhash).hexdigest()[:16] == "a98fad79ac2bfe01"


def test_a_long_article_that_quotes_a_paragraph_of_another_is_not_its_copy():
    shared = story(4, 60)
    assert not is_near_duplicate(sign_article(story(5) + " " + shared), sign_article(story(6) + " " + shared))


def test_short_texts_are_the_same_only_if_equal():
    a, b, c, empty = (sign_article(t) for t in ("Nur ein Satz.", "Nur ein Satz!", "Nur zwei Sätze.", ""))
    assert is_near_duplicate(a, b)
    assert not is_near_duplicate(a, c)
    assert not is_near_duplicate(empty, empty)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=200))
def test_any_text_can_be_signed(text: str):
    s = sign_article(text)
    assert s == sign_article(text)
    assert all(0 <= key < 1 << 64 for key in (*s.band_keys, s.text_key or 0))
