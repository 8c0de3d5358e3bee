"""Which links lead to the rest of an article, and what its pages become: pages of our own outlets."""

import dataclasses
import datetime as dt
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from presslake.schema import UrlKind
from transforms.parse import parse_page
from transforms.parse.joining import find_links, further_page, join_pages, page_number, parse_pages
from transforms.records import Document, Page, Role

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
URL = "https://www.blatt.example/netz/videodienst-regeln-123.html"
SENTENCES = [
    f"Absatz {n}: Die Plattform erklärte am Dienstag vor Gericht zum {n}. Mal, dass sie ihre Regeln für Werbung bald ändern werde." for n in range(12)
]


def page(body: str, url: str = URL, *, head: str = "", html: str = "html lang=de", title: str = "Videodienst ändert seine Regeln") -> Page:
    raw = (
        f"<!doctype html><{html}><head><meta charset=utf-8><title>{title}</title>{head}</head>"
        f"<body><article><h1>{title}</h1>{body}</article></body></html>"
    ).encode()
    return Page(
        url=url, body=raw, raw_sha256=hashlib.sha256(raw).hexdigest(), fetched_at=NOW, content_type="text/html", source_id="blatt", run_id="r"
    )


def text(*numbers: int) -> str:
    return "".join(f"<p>{SENTENCES[n]}</p>" for n in numbers)


@pytest.mark.parametrize(
    ("url", "links", "following"),
    [
        (URL, "<a rel=next href='?page=2'>weiter</a>", f"{URL}?page=2"),
        (URL, "<nav><a href='/netz/videodienst-regeln-123-2.html'>2</a></nav>", "https://www.blatt.example/netz/videodienst-regeln-123-2.html"),
        (URL, "<a href='/netz/videodienst-regeln-123/seite-2'>Seite 2</a>", "https://www.blatt.example/netz/videodienst-regeln-123/seite-2"),
        (
            URL,
            "<a href='/netz/videodienst-regeln-123,seite2.html'>Nächste Seite »</a>",
            "https://www.blatt.example/netz/videodienst-regeln-123,seite2.html",
        ),
        ("https://blog.example/2024/03/rules/", "<a class=post-page-numbers href='/2024/03/rules/2/'>2</a>", "https://blog.example/2024/03/rules/2/"),
        # the page after that counts from nought
        (URL, "<a rel=next href='?page=1'>weiter</a>", f"{URL}?page=1"),
        # not the same article
        ("https://blog.example/serie/teil-1", "<a rel=next href='/serie/teil-4'>weiter</a>", None),
        (URL, "<a rel=next href='/netz/anderes-thema-124.html'>Nächster Artikel</a>", None),
        ("https://blog.example/2024/03/rules/", "<link rel=next href='/2024/03/another-post/'>", None),
        # of the same address, but not of the text
        (URL, "<a href='?page=2#c' class=comments-next>2</a>", None),
        (URL, "<a href='/netz/videodienst-regeln-123.html/comment-page-2/'>2</a>", None),
        (URL, "<a href='/netz/videodienst-regeln-123-2.html'>Ähnlicher Artikel über Regeln</a>", None),
        (URL, "<a href='?page=3'>3</a>", None),
        (URL, "<a href='https://andere.example/netz/videodienst-regeln-123-2.html'>2</a>", None),
    ],
)
def test_the_next_page_is_declared_and_of_the_same_address(url, links, following):
    assert find_links(page(text(0, 1) + links, url)).following == following


def test_later_pages_lead_on_by_their_number_only():
    second = page(text(2) + "<a rel=prev href='?page=1'>1</a><a href='?page=2'>2</a><a href='?page=3'>3</a>", f"{URL}?page=2")
    assert find_links(second, URL).following == f"{URL}?page=3"
    assert page_number(f"{URL}?page=3&utm_source=rss", URL) == 3
    assert page_number("https://www.blatt.example/netz/anderes-124.html?page=3", URL) is None


@pytest.mark.parametrize(
    ("links", "whole"),
    [
        ("<a href='?page=2'>2</a><a href='?page=all'>Alles</a>", f"{URL}?page=all"),
        (
            "<a href='/netz/videodienst-regeln-123/komplettansicht'>Auf einer Seite lesen</a>",
            "https://www.blatt.example/netz/videodienst-regeln-123/komplettansicht",
        ),
        ("<a href='/alle-artikel'>Auf einer Seite lesen</a>", None),
        ("<a href='?page=all'>Alles</a>", None),
    ],
)
def test_a_view_of_the_whole_article_is_one_of_its_own_address(links, whole):
    assert find_links(page(text(0, 1) + links)).whole == whole


def test_a_print_view_is_asked_for_only_where_the_article_has_pages():
    head = "<link rel=alternate media=print href='/drucken/123'>"
    assert find_links(page(text(0, 1), head=head)).whole is None
    assert find_links(page(text(0, 1) + "<a href='?page=2'>2</a>", head=head)).whole == "https://www.blatt.example/drucken/123"


@pytest.mark.parametrize(
    ("html", "url", "canonical", "stands_for"),
    [
        ("html amp lang=de", "https://www.blatt.example/amp/regeln-123", URL, URL),
        ("html ⚡ lang=de", "https://amp.example.com/regeln-123", "https://www.example.com/regeln-123", "https://www.example.com/regeln-123"),
        ("html ⚡", "https://www-blatt-example.cache.example/c/s/www.blatt.example/regeln-123", URL, URL),
        ("html amp", "https://www.blatt.example/amp/regeln-123", "https://boese.example/falle", None),
        ("html lang=de class=champ", "https://www.blatt.example/amp/regeln-123", URL, None),
    ],
)
def test_an_amp_page_stands_for_its_canonical_one(html, url, canonical, stands_for):
    assert find_links(page(text(0, 1), url, html=html, head=f"<link rel=canonical href='{canonical}'>")).canonical == stands_for


@pytest.mark.parametrize(("number", "first"), [(2, URL), (1, None), (0, None)])
def test_a_later_page_names_the_first_by_its_canonical_address(number, first):
    links = find_links(page(text(2, 3) + "<a href='?page=3'>3</a>", f"{URL}?page={number}", head=f"<link rel=canonical href='{URL}'>"))
    assert links.first == first


def test_an_amp_page_beside_the_article_gives_its_address_and_the_text_only_where_there_is_no_other():
    head = f"<link rel=canonical href='{URL}'>"
    amp_url = "https://www.blatt.example/amp/regeln-123"
    amp = dataclasses.replace(page(text(0), amp_url, html="html amp lang=de", head=head), tdm_reserved=True)
    first, second = page(text(0, 1) + "<a href='?page=2'>2</a>"), page(text(2), f"{URL}?page=2")
    origin, document = parse_pages([first, amp, second])
    plain = parse_pages([first, second])
    assert (document.body_text, origin.raw_sha256) == (plain[1].body_text, plain[0].raw_sha256)
    assert (UrlKind.REQUESTED, amp_url) in document.urls
    assert (origin.tdm_reserved, document.tdm_reserved) == (True, True), "what one of them reserves is reserved"
    empty = page("<p>Weiter</p>", title="x")
    assert not isinstance(parse_page(empty), Document)
    origin, document = parse_pages([empty, amp])
    assert (document.body_text, document.url, origin.url) == (SENTENCES[0], URL, amp_url)


def check_offsets(document: Document) -> None:
    at = 0
    for block in document.blocks:
        assert document.body_text[at : block.start].strip() == ""
        assert document.body_text[block.start : block.end].strip()
        at = block.end
    assert at == len(document.body_text)


def test_pages_become_one_article_in_order_whatever_order_they_come_in():
    first = page(text(0, 1, 2) + "<a href='?page=2'>2</a>")
    second = page("<p>Seite 2 von 3</p>" + text(2, 3, 4) + "<a href='?page=3'>3</a>", f"{URL}?page=2")
    third = page(text(5, 6), f"{URL}?page=3")
    origin, document = parse_pages([first, third, second])
    assert isinstance(document, Document)
    assert document.body_text == "\n\n".join(SENTENCES[n] for n in range(7)), "what a later page repeats stands once"
    check_offsets(document)
    assert [r for r, _ in document.urls if r is UrlKind.REQUESTED] == [UrlKind.REQUESTED] * 3
    assert document.url == parse_page(first).url
    assert origin.raw_sha256 == hashlib.sha256("\n".join(p.raw_sha256 for p in (first, second, third)).encode()).hexdigest()
    assert (origin.url, origin.fetched_at, origin.run_id) == (first.url, first.fetched_at, first.run_id)
    assert parse_pages([first, second, third])[1] == document


def test_only_the_first_page_has_a_lead():
    lead = "<p class=lead><strong>Der Dienst will bald anders werben als bisher, sagt er.</strong></p>"
    first, second = page(lead + text(0, 1) + "<a href='?page=2'>2</a>"), page(lead + text(2, 3), f"{URL}?page=2")
    _, document = parse_pages([first, second])
    assert isinstance(document, Document)
    assert [b.role for b in document.blocks].count(Role.LEAD) <= 1
    assert document.body_text.count("anders werben als bisher") == 1


def test_blocks_keep_the_time_of_their_entry():
    document = parse_page(page(text(0, 1)))
    more = parse_page(page(text(1, 2), f"{URL}?page=2"))
    assert isinstance(document, Document)
    assert isinstance(more, Document)
    timed = dataclasses.replace(more, blocks=tuple(dataclasses.replace(b, entry_at=NOW) for b in more.blocks))
    assert [b.entry_at for b in join_pages([document, timed]).blocks] == [None, None, NOW]


def test_the_same_text_above_other_comments_is_no_further_page():
    first = page(text(0, 1, 2) + "<a href='?page=2'>2</a>")
    again = page(text(0, 1, 2) + "<p>Ein Leser schreibt dazu noch etwas Kurzes, das nicht hierher gehört.</p>", f"{URL}?page=2")
    assert parse_pages([first, again]) == (first, parse_page(first))


def test_a_whole_view_gives_the_text_and_the_first_page_the_address():
    first = page(text(0, 1) + "<a href='?page=2'>2</a><a href='?page=all'>Auf einer Seite lesen</a>")
    whole = page(text(0, 1, 2, 3), f"{URL}?page=all")
    origin, document = parse_pages([first, whole])
    assert isinstance(document, Document)
    assert document.body_text == "\n\n".join(SENTENCES[:4])
    assert document.url == URL
    assert origin.raw_sha256 == whole.raw_sha256


def test_a_view_that_shows_something_else_is_left_alone():
    first = page(text(0, 1) + "<a href='?page=2'>2</a><a href='?page=all'>Auf einer Seite lesen</a>")
    other = page(text(8, 9, 10), f"{URL}?page=all")
    assert parse_pages([first, other]) == (first, parse_page(first))


@pytest.mark.parametrize(
    ("url", "canonical", "number"),
    [
        (f"{URL}?page=3", URL, 3),
        ("https://www.blatt.example/netz/videodienst-regeln-123/seite-2", URL, 2),
        (URL, URL, None),
        (f"{URL}?page=2", f"{URL}?page=2", None),
        (f"{URL}?page=all", URL, None),
        ("https://www.blatt.example/?p=12", URL, None),
    ],
)
def test_a_later_page_that_names_its_first_one_is_no_article_by_itself(url, canonical, number):
    later = page(text(2, 3), url, head=f"<link rel=canonical href='{canonical}'>")
    document = parse_page(later)
    assert isinstance(document, Document)
    rejected = further_page(later, document)
    assert (rejected is None) == (number is None)
    if rejected is not None:
        assert (rejected.expectation, rejected.raw_sha256) == ("further_page", later.raw_sha256)
        assert f"page {number} of {URL}" in rejected.reason


def test_further_pages_that_reserve_their_text_reserve_the_article():
    first = page(text(0, 1) + "<a href='?page=2'>2</a>")
    second = page(text(2, 3), f"{URL}?page=2", head="<meta name=tdm-reservation content=1>")
    _, document = parse_pages([first, second])
    assert isinstance(document, Document)
    assert document.tdm_reserved


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.text(max_size=80))
def test_nothing_breaks_the_reading_of_links(body, href):
    given_page = page(f"<a rel=next href='{href}'>2</a>", f"{URL}")
    find_links(given_page)
    find_links(Page(url=URL, body=b"<html>" + body, raw_sha256="0" * 64, fetched_at=NOW))
    page_number(href, URL)
