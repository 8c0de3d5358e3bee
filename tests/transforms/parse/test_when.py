"""Which date is the publication's, which one a change's, and which one neither."""

import datetime as dt
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from presslake.schema import DatePrecision
from transforms.parse import parse_page
from transforms.parse.relative import read_relative
from transforms.records import Document, Page, SourceHints

FETCHED = dt.datetime(2024, 5, 4, 10, 20, 45, tzinfo=dt.UTC)
BODY = "".join(
    f"<p>{text}</p>"
    for text in (
        "Der Kreis Lindau will die Werbung für Glücksspiel auf Instagram nicht länger dulden und hat dafür eine Stelle geschaffen.",
        "Landrätin Gesa Vollmert sagte, man werde jede Meldung prüfen und die Konten der Anbieter an die Aufsicht weitergeben.",
        "Bisher gab es dafür niemanden; die Beschwerden der Eltern blieben liegen, und keine der Firmen hat je geantwortet.",
    )
)


def parse(line: str, head: str = "") -> Document:
    html = f"""<html lang="de"><head><title>Kreis geht gegen Werbung vor</title>{head}</head><body><article><h1>Kreis geht gegen Werbung vor</h1>
    <div class="info">{line}</div>{BODY}</article></body></html>"""
    body = html.encode()
    page = Page(url="https://kreisblatt.example/werbung.html", body=body, raw_sha256=hashlib.sha256(body).hexdigest(), fetched_at=FETCHED)
    found = parse_page(page, SourceHints(time_zone="Europe/Berlin"))
    assert isinstance(found, Document), found
    return found


@pytest.mark.parametrize(
    ("text", "at", "precision"),
    [
        ("vor 2 Stunden", "2024-05-04T08:20:00+00:00", "minute"),
        ("vor einer Stunde", "2024-05-04T09:20:00+00:00", "minute"),
        ("Vor 35 Min.", "2024-05-04T09:45:00+00:00", "minute"),
        ("Posted 2 hours ago", "2024-05-04T08:20:00+00:00", "minute"),
        ("an hour ago", "2024-05-04T09:20:00+00:00", "minute"),
        ("vor 3 Tagen", "2024-05-01T00:00:00+00:00", "day"),
        ("1 week ago", "2024-04-27T00:00:00+00:00", "day"),
    ],
)
def test_times_told_from_the_fetch(text, at, precision):
    found = read_relative(text, FETCHED)
    assert found is not None
    assert (found.at.isoformat(), found.precision, found.method) == (at, DatePrecision(precision), "text_relative")


@pytest.mark.parametrize("text", ["vor dem 2. Mai", "vor 2 Jahren", "2 hours", "long ago", "davor 2 Stunden", "vor 12345 Stunden", ""])
def test_what_tells_no_time(text):
    assert read_relative(text, FETCHED) is None


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=60))
def test_any_text_gives_a_date_in_the_past_or_none(text):
    found = read_relative(text, FETCHED)
    assert found is None or found.at <= FETCHED


def test_a_page_that_only_tells_how_long_ago():
    found = parse("vor 2 Stunden").published
    assert found is not None
    assert (found.at, found.method) == (dt.datetime(2024, 5, 4, 8, 20, tzinfo=dt.UTC), "text_relative")


def test_a_date_goes_before_how_long_ago():
    found = parse("vor 2 Stunden", '<meta property="article:published_time" content="2024-05-03T07:00:00+02:00">').published
    assert found is not None
    assert found.method == "meta"


def test_updated_a_while_ago_is_the_change():
    found = parse("Aktualisiert vor 2 Stunden")
    assert found.published is None
    assert found.modified is not None
    assert found.modified.at == dt.datetime(2024, 5, 4, 8, 20, tzinfo=dt.UTC)


@pytest.mark.parametrize("label", ["Stand:", "Aktualisiert:", "Zuletzt aktualisiert am", "Stand: Freitag,", "Updated on"])
def test_a_bare_update_is_no_publication(label):
    found = parse(f"{label} 3. Mai 2024")
    assert found.published is None
    assert found.modified is not None
    assert found.modified.at.date() == dt.date(2024, 5, 3)


def test_publication_and_update_in_one_line():
    found = parse("Veröffentlicht am 1. Mai 2024, aktualisiert am 3. Mai 2024")
    assert found.published is not None
    assert found.modified is not None
    assert (found.published.at.day, found.modified.at.day) == (1, 3)


@pytest.mark.parametrize(("date", "is_taken"), [("2024-05-03T10:00:00Z", True), ("2024-05-05T09:00:00Z", True), ("2024-05-06T10:00:00Z", False)])
def test_what_lies_after_the_fetch_is_no_publication(date, is_taken):
    found = parse("", f'<meta property="article:published_time" content="{date}">')
    assert (found.published is not None) is is_taken


def test_a_declared_publication_stands_beside_a_visible_update():
    ld = '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2024-04-19T08:00:00Z"}</script>'
    found = parse("Updated 3 May 2024", ld)
    assert found.published is not None
    assert found.published.at.date() == dt.date(2024, 4, 19)


def test_a_date_that_only_its_style_parts_from_the_author():
    assert parse("<span>Gesa Vollmert</span><span>3.5.2024</span>").published.at.date() == dt.date(2024, 5, 3)


def test_numbers_are_read_in_the_order_of_the_language():
    assert parse("<span>Veröffentlicht: 02/05/2024</span>").published.at.date() == dt.date(2024, 5, 2)


@pytest.mark.parametrize(
    "line",
    [
        '<div itemprop="datePublished" content="2024-05-02T08:15:00+02:00"></div>',
        '<span property="dc:date dc:created" content="2024-05-02T08:15:00+02:00"/>',
    ],
)
def test_a_date_in_an_attribute_of_any_element(line):
    found = parse(line).published
    assert found is not None
    assert found.at == dt.datetime(2024, 5, 2, 6, 15, tzinfo=dt.UTC)


def test_a_date_that_is_declared_twice_goes_before_one_that_is_shown():
    stated = '"datePublished":"2024-05-02T08:15:00+02:00","dateModified":"2024-05-03T09:00:00+02:00"'
    ld = f'{{"@type":"NewsArticle","headline":"Kreis geht gegen Werbung vor",{stated}}}'
    head = f'<script type="application/ld+json">{ld}</script><meta property="article:published_time" content="2024-05-02T08:15:00+02:00">'
    found = parse("Veröffentlicht am 3. Mai 2024", head)
    assert found.published is not None
    assert found.modified is not None
    assert (found.published.at.day, found.modified.at.day) == (2, 3)
