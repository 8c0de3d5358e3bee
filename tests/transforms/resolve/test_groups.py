import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.resolve.groups import KeyedClaim, claim_keys, group_claims, group_id_of

QUOTE = "„Wir löschen jeden Abend alles, was niemand mehr braucht, und wir fangen am Morgen neu an“"


def claim(name: str, text: str, speaker: str | None = None, day: int = 1, language: str = "de") -> KeyedClaim:
    return KeyedClaim(
        claim_id=name,
        text=text,
        language=language,
        speaker=speaker,
        seen_at=dt.datetime(2026, 1, day, tzinfo=dt.UTC),
        keys=claim_keys(text, language),
    )


def groups(*claims: KeyedClaim) -> list[list[str]]:
    out: dict[str, list[str]] = {}
    for k, g in sorted(group_claims(claims).items()):
        out.setdefault(g, []).append(k)
    return sorted(out.values())


def test_the_same_words_in_other_marks_are_one_claim():
    assert groups(claim("a", QUOTE), claim("b", QUOTE.replace("„", "»").replace("“", ".«").upper())) == [["a", "b"]]


def test_small_cuts_and_small_changes_are_one_claim():
    cut = "»wir löschen jeden Abend alles, was niemand mehr braucht«"
    changed = QUOTE.replace("jeden Abend", "jeden Tag")
    assert groups(claim("a", QUOTE), claim("b", cut), claim("c", changed)) == [["a", "b", "c"]]


def test_other_numbers_negation_and_small_talk_are_other_claims():
    one = "Der Dienst wird im nächsten Jahr 30 neue Stellen schaffen, sagte der Vorstand"
    assert groups(claim("a", one), claim("b", one.replace("30", "40"))) == [["a"], ["b"]]
    assert groups(claim("a", one), claim("b", one.replace("wird", "wird nicht"))) == [["a"], ["b"]]
    assert groups(claim("a", "Das ist gut so"), claim("b", "Das ist gut so, wirklich")) == [["a"], ["b"]]


def test_two_speakers_of_the_same_words_are_two_groups_and_unknown_ones_go_with_the_most():
    got = groups(claim("a", QUOTE, "per_1"), claim("b", QUOTE, "per_2"), claim("c", QUOTE, "per_2"), claim("d", QUOTE))
    assert got == [["a"], ["b", "c", "d"]]


def test_languages_stay_apart():
    assert groups(claim("a", QUOTE), claim("b", QUOTE, language="en")) == [["a"], ["b"]]


def test_a_claim_alone_has_the_group_of_its_words_and_gives_it_to_later_ones():
    cut = "Wir löschen jeden Abend alles, was niemand mehr braucht"
    assert group_claims([claim("a", QUOTE)]) == {"a": group_id_of(QUOTE, "de")}
    assert set(group_claims([claim("z", QUOTE, day=1), claim("a", cut, day=2)]).values()) == {group_id_of(QUOTE, "de")}


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(8)))
def test_groups_do_not_depend_on_the_order(order: list[int]):
    texts = [QUOTE, QUOTE + " und so weiter", "Ganz etwas anderes sagt hier jemand zu diesem Thema", "Ja"]
    claims = [claim(f"c{i}", texts[i % 4], [None, "per_1", "per_2"][i % 3], day=1 + i) for i in range(8)]
    assert group_claims([claims[i] for i in order]) == group_claims(claims)


def test_thousands_of_similar_claims_stay_affordable():
    claims = [claim(f"c{i:05}", f"{QUOTE} in der Fassung {i} von vielen tausend") for i in range(2000)]
    assert len(group_claims(claims)) == 2000


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=100))
def test_any_text_has_keys_and_a_group(text: str):
    assert claim_keys(text, "de")
    assert len(group_claims([claim("a", text), claim("b", text)])) == 2
