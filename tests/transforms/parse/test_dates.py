"""Dates as people and addresses write them; an order of day and month that nothing tells gives no date."""

import datetime as dt

import pytest

from transforms.parse.dates import read_date, url_date, writes_month_first


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("05/03/2024", "en-US", dt.date(2024, 5, 3)),
        ("05/03/2024", "en-GB", dt.date(2024, 3, 5)),
        ("05/03/2024", "fr", dt.date(2024, 3, 5)),
        ("05/03/2024", "en", None),
        ("05/03/2024", None, None),
        ("05-03-2024", "de-DE", dt.date(2024, 3, 5)),
        ("25/03/2024", "en", dt.date(2024, 3, 25)),
        ("03/25/2024", "de", dt.date(2024, 3, 25)),
        ("Published on 03/25/24", "en", dt.date(2024, 3, 25)),
        ("Folge 7/8/24", "de", None),
        ("1-02-03-2024-99", "de", None),
    ],
)
def test_order_of_day_and_month(text, language, day):
    found = read_date(text, "text", month_first=writes_month_first(language))
    assert (found.at.date() if found else None) == day


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/2024/03/05/thema.html", dt.date(2024, 3, 5)),
        ("/2024/3/5/thema", dt.date(2024, 3, 5)),
        ("/blog/2024/12/7", dt.date(2024, 12, 7)),
        ("/20240305-thema.html", dt.date(2024, 3, 5)),
        ("/2024/3/thema", None),
        ("/2024/13/5/thema", None),
        ("/akte/20241/3/5", None),
    ],
)
def test_day_in_the_address(path, day):
    found = url_date("https://kreisblatt.example" + path)
    assert (found.at.date() if found else None) == day
