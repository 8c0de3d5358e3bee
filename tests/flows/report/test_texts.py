"""Articles to be read in the report: claims marked where they stand, each voice in a colour, no more text than the snapshot carries."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.report import texts
from flows.report.figures import read_figures
from flows.report.page import render
from flows.report.texts import Claim, mark


def claim(number, *spans, colour=0):
    return Claim(number, "", "Orlina Miller", "person", None, None, "direct", "asserted", colour, spans, is_marked=True)


def shown(paragraphs):
    """Pieces as text with brackets: <colour:words>numbers of claims that end."""
    return ["".join(p.text if p.colour is None else f"<{p.colour}:{p.text}>{','.join(map(str, p.ends))}" for p in pieces) for pieces in paragraphs]


def test_claims_are_cut_out_of_the_text_where_they_stand():
    text = "„Ja“, sagte sie.\n\nEr sagte: „Nein.“"
    assert shown(mark(text, 0, [claim(1, (0, 4)), claim(2, (28, 35), colour=1)])) == ["<0:„Ja“>1, sagte sie.", "Er sagte: <1:„Nein.“>2"]


def test_a_claim_in_two_parts_ends_once_and_one_inside_another_keeps_its_colour():
    text = "„Ja“, sagte sie, „und ‚nein‘ dazu“."
    found = mark(text, 0, [claim(1, (0, 4), (17, 34)), claim(2, (22, 28), colour=3)])
    assert shown(found) == ["<0:„Ja“>, sagte sie, <0:„und ><3:‚nein‘>2<0: dazu“>1."]
    assert [p.begins for p in found[0] if p.begins] == [(1,), (2,)]


def test_a_text_that_begins_later_in_the_body_is_marked_by_its_own_count():
    assert shown(mark("Er sagte: „Nein.“", 18, [claim(1, (28, 35))])) == ["Er sagte: <0:„Nein.“>1"]


@given(
    st.lists(st.text("ab „“\u202e👩\n", max_size=20), max_size=4),
    st.lists(st.tuples(st.integers(0, 90), st.integers(1, 40)), max_size=6),
    st.integers(0, 50),
)
def test_marking_loses_no_character_whatever_overlaps(paragraphs, spans, offset):
    text = "\n\n".join(paragraphs)
    claims = [claim(n, (a, a + length)) for n, (a, length) in enumerate(spans, 1)]
    found = mark(text, offset, claims)
    assert "".join(p.text for pieces in found for p in pieces) == "".join(text.split("\n\n")).replace("\u202e", " ")
    ends = [n for pieces in found for p in pieces for n in p.ends]
    assert len(ends) == len(set(ends))


@pytest.fixture
def press(synthetic):
    return synthetic.press(articles=8)


def articles(synthetic, press, tmp_path):
    return read_figures(synthetic.write_snapshot(tmp_path / "s", press)).articles


def test_one_voice_has_one_colour_and_every_claim_its_number(synthetic, press, tmp_path):
    for article in articles(synthetic, press, tmp_path):
        assert article.extent == "text"
        assert [c.number for c in article.claims] == list(range(1, len(article.claims) + 1))
        colours = {(c.speaker_kind, c.speaker): c.colour for c in article.claims}
        assert all(c.colour == colours[c.speaker_kind, c.speaker] for c in article.claims)
        assert all(c.colour == texts.COLOURS for c in article.claims if c.speaker_kind == "unknown")
        marked = {p.text: p.colour for pieces in article.paragraphs for p in pieces if p.colour is not None}
        assert marked == {c.text: c.colour for c in article.claims}


def test_no_more_of_a_text_is_shown_than_the_snapshot_carries(synthetic, press, tmp_path):
    for i, article in enumerate(press.tables["articles"]):
        press.replace("articles", i, body_text=None, lead=article.lead if i % 2 else None)
    found = articles(synthetic, press, tmp_path)
    assert {a.extent for a in found} == {"lead", "none"}
    for article in found:
        words = " ".join(p.text for pieces in article.paragraphs for p in pieces)
        assert words == ("Was bisher bekannt ist und wer dazu spricht." if article.extent == "lead" else "")
        assert article.claims
        assert not any(c.is_marked for c in article.claims)
    html = render(read_figures(tmp_path / "s"))
    assert "the rights of the source do not allow more of the text" in html
    assert "The rights of the source do not allow this article’s text" in html
    assert ", sagte " not in html


def test_a_claim_in_the_lead_is_marked_where_only_the_lead_may_be_shown(synthetic, press, tmp_path):
    first = press.tables["claims"][0]
    (at,) = [i for i, a in enumerate(press.tables["articles"]) if a.article_id == first.article_id]
    said, block = "Was bisher bekannt ist", press.tables["blocks"][0]
    assert block.article_id == first.article_id
    press.replace("articles", at, body_text=None)
    press.replace("claims", 0, text=said, char_start=0, char_end=len(said), spans=(type(first.spans[0])(0, len(said)),))
    (article,) = [a for a in articles(synthetic, press, tmp_path) if a.article_id == first.article_id]
    assert article.claims[0].is_marked
    assert shown(article.paragraphs) == [f"<{article.claims[0].colour}:{said}>1 und wer dazu spricht."]


def test_texts_come_before_what_has_none_and_no_outlet_crowds_out_the_others(synthetic, tmp_path):
    press = synthetic.press(articles=60)
    withheld = {a.article_id for a in press.tables["articles"][:40]}
    for i in range(40):
        press.replace("articles", i, body_text=None)
    found = articles(synthetic, press, tmp_path)
    assert len(found) == texts.MOST
    assert not any(a.article_id in withheld for a in found)
    first = [a.outlet for a in found[:6]]
    assert max(first.count(o) for o in first) <= texts.PER_OUTLET
    assert all(a.published_on and a.published_on <= dt.date(2024, 8, 1) for a in found)


def test_long_texts_and_many_claims_are_cut_and_said_to_be(synthetic, press, tmp_path):
    long = "\n\n".join("wort & <b> 👩 " * 80 for _ in range(400))
    for i, article in enumerate(press.tables["articles"]):
        press.replace("articles", i, body_text=article.body_text + "\n\n" + long)
    one, n = press.tables["claims"][0], len(press.tables["claims"])
    for k in range(200):
        press.tables["claims"].append(type(one)(**{f: getattr(one, f) for f in one.__dataclass_fields__} | {"claim_id": f"clm_{k:020d}"}))
    found = articles(synthetic, press, tmp_path)
    assert all(a.is_cut for a in found)
    (crowded,) = [a for a in found if a.article_id == one.article_id]
    assert len(crowded.claims) == texts.MOST_CLAIMS
    assert crowded.further_claims > 100
    html = render(read_figures(tmp_path / "s"))
    assert n > 0
    assert len(html.encode()) < 700_000
    assert "The text goes on" in html
    assert "more claims in the table claims" in html
    assert "<b> 👩" not in html
