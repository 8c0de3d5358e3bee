"""The pages that speed is measured on are as large as real ones, unlike each other, and articles."""

import datetime as dt
import hashlib

from benchmarks.pages import SIZE, make_page
from transforms.parse import parse_page
from transforms.records import Document, Page


def parse(number: int) -> Document:
    body = make_page(number)
    page = Page(
        url=f"https://a.example/{number}", body=body, raw_sha256=hashlib.sha256(body).hexdigest(), fetched_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    )
    document = parse_page(page)
    assert isinstance(document, Document), document
    return document


def test_the_same_number_gives_the_same_page_of_the_size_asked_for():
    assert make_page(3) == make_page(3)
    assert all(0.9 * SIZE < len(make_page(n)) < 1.1 * SIZE for n in range(28))
    assert 0.9 * 60_000 < len(make_page(3, 60_000)) < 1.1 * 60_000


def test_pages_of_one_template_have_different_texts():
    first, second = (set(parse(n).body_text.split(". ")) for n in (0, 14))
    assert len(first & second) < 0.3 * len(first)


def test_what_surrounds_the_article_stays_out_of_it():
    document = parse(8)
    assert document.title.startswith("YouTube to pay small channels more")
    assert 300 < len(document.body_text.split()) < 1000
