import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.report.words import both, clip, counted, day, number, percent, safe_url, short_day


@pytest.mark.parametrize(
    ("value", "digits", "german", "english"),
    [(0, 0, "0", "0"), (1234, 0, "1.234", "1,234"), (1234567.891, 2, "1.234.567,89", "1,234,567.89"), (-5000, 0, "-5.000", "-5,000")],
)
def test_numbers_follow_the_language(value, digits, german, english):
    assert (number(value, digits).de, number(value, digits).en) == (german, english)


def test_shares():
    assert percent(1, 3).de == "33\u202f%"
    assert percent(1, 30).en == "3.3%"
    assert percent(1, 0).en == "–"


def test_dates():
    assert day(dt.date(2024, 3, 3)).de == "3. März 2024"
    assert day(dt.date(2024, 3, 3)).en == "3 March 2024"
    assert short_day(dt.date(2024, 3, 3)).de == "03.03.2024"
    assert day(None).de == "–"


def test_a_text_takes_its_values_in_its_language():
    text = both("{n} von {m}", "{n} of {m}", n=number(1000), m=counted(1, ("Artikel", "article"), ("Artikel", "articles")))
    assert (text.de, text.en) == ("1.000 von 1 Artikel", "1,000 of 1 article")


@pytest.mark.parametrize("url", ["https://a.example/x?y=1#z", "http://a.example"])
def test_web_addresses_become_links(url):
    assert safe_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "JaVaScript:alert(1)",
        "java\nscript:alert(1)",
        " https://a.example",
        "//a.example",
        "/x",
        "urn:x:y",
        "file:///x",
        "https://",
        "http://[",
        "data:text/html,x",
    ],
)
def test_other_addresses_do_not(url):
    assert safe_url(url) is None


@given(st.text(), st.integers(2, 60))
def test_clip_never_exceeds_its_length_and_stays_on_one_line(text, length):
    out = clip(text, length)
    assert len(out) <= length
    assert "\n" not in out
    assert clip(out, length) == out
