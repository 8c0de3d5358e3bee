"""What the scores of a page's pieces say of each other."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.parse import tree
from transforms.parse.features import build
from transforms.parse.second_look import FAR, NAMES, look_again
from transforms.parse.survey import survey

SENTENCE = "Der Ausschuss hat am Montag lange beraten, und am Ende stand ein Beschluss."
PAGE = f"""<html><head><title>Ein Beschluss</title></head><body><main><h1>Ein Beschluss am Montag</h1><p>{SENTENCE}</p><p>{SENTENCE} Ja.</p>
<h2>Streit im Rat</h2><p>{SENTENCE} Nein.</p></main><div><h2>Mehr aus dem Kreis</h2><p>{SENTENCE} Mehr.</p></div></body></html>"""
ROOT = tree.parse_tree(PAGE)
assert ROOT is not None
SEEN = survey(ROOT)
ROWS = build(SEEN.pieces, SEEN.nodes, SEEN.evidence, SEEN.title)
TEXTS = [p.text for p in SEEN.pieces]


def look(scores: list[float]) -> dict[str, np.ndarray]:
    found = look_again(SEEN.pieces, ROWS, np.array(scores, np.float32))
    return {name: found[:, i] for i, name in enumerate(NAMES)}


def test_a_piece_is_seen_among_those_that_were_taken() -> None:
    assert len(TEXTS) == 7
    seen = look([0.1, 0.9, 0.9, 0.4, 0.9, 0.1, 0.3])
    assert list(seen["since_sure"]) == [FAR, FAR, 1, 1, 2, 1, 2]
    assert list(seen["until_sure"]) == [1, 1, 2, 1, FAR, FAR, FAR]
    assert seen["taken_before"][1] == 0.0 < seen["taken_before"][2] < seen["taken_before"][4] < seen["taken_before"][6] == 1.0
    assert seen["taken_after"][0] == 1.0
    assert seen["taken_after"][4] == 0.0
    assert np.allclose(seen["heading_score"], [-1, 0.1, 0.1, 0.1, 0.4, 0.4, 0.1])


def test_the_parent_of_the_text_tells_for_its_children() -> None:
    seen = look([0.1, 0.9, 0.9, 0.4, 0.2, 0.1, 0.2])
    assert seen["share_parent"][4] == 1.0
    assert seen["share_parent"][6] == 0.0
    assert seen["others_parent"][4] > 0.7 > 0.2 > seen["others_parent"][6]


def test_a_stretch_ends_where_many_words_were_not_taken() -> None:
    seen = look([0.1, 0.9, 0.1, 0.1, 0.1, 0.1, 0.9])
    assert list(seen["stretch"]) == [0] * 7  # 40 words lie between
    long = [SEEN.pieces[0], SEEN.pieces[1], *[SEEN.pieces[2]] * 8, SEEN.pieces[6]]
    rows = ROWS[[0, 1, *[2] * 8, 6]]
    stretch = look_again(long, rows, np.array([0.1, 0.9, *[0.1] * 8, 0.9], np.float32))[:, NAMES.index("stretch")]
    assert list(stretch) == [-1.0] * 10 + [0.0]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([0.0, 0.01, 0.25, 0.5, 0.7, 0.99, 1.0]), min_size=7, max_size=7))
def test_any_scores_give_numbers(scores: list[float]) -> None:
    found = look_again(SEEN.pieces, ROWS, np.array(scores, np.float32))
    assert found.shape == (7, len(NAMES))
    assert np.isfinite(found).all()


def test_no_pieces_give_no_rows() -> None:
    assert look_again([], ROWS[:0], np.zeros(0, np.float32)).shape == (0, len(NAMES))
