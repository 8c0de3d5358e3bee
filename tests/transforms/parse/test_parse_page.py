"""What parse_page promises for any bytes, and for a plain press page."""

import datetime as dt
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.parse import parse_page
from transforms.records import Document, Page, Rejected, Role

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def page(body: bytes, url: str = "https://zeitung.example/politik/artikel-1.html", content_type: str | None = "text/html") -> Page:
    return Page(url=url, body=body, raw_sha256=hashlib.sha256(body).hexdigest(), fetched_at=NOW, content_type=content_type)


def check(result: Document | Rejected) -> None:
    """What holds for every result."""
    if isinstance(result, Rejected):
        assert result.expectation.replace("_", "").isalnum()
        assert len(result.reason) > 10
        return
    at = 0
    for block in result.blocks:
        assert at <= block.start < block.end <= len(result.body_text)
        assert result.body_text[at : block.start].strip() == ""
        assert result.body_text[block.start : block.end].strip() == result.body_text[block.start : block.end]
        at = block.end
    assert result.body_text[at:] == ""
    assert result.title


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_a_result(body: bytes) -> None:
    check(parse_page(page(body)))


FRAGMENTS = [
    "<p>",
    "</p>",
    "<div class=article-body>",
    "</div>",
    "<table><tr><td>",
    "<h1>",
    "</h1>",
    "<br>",
    "<b>",
    "&nbsp;",
    "&#x0;",
    "&bogus;",
    "<!--",
    "-->",
    "<![CDATA[",
    "<script type=application/ld+json>{",
    "}</script>",
    '<meta property="og:title" content="',
    '">',
    "Ein Satz mit mehreren Wörtern, der lang genug ist. ",
    "\x00",
    "<li>",
    "<ul>",
    "<",
    ">",
    "<a href='#'>",
    "<time datetime=2024-13-45>",
    "Von Anna Beispiel",
    "<html",
    "<body",
    "\n\n",
    "“",
    "ß",
]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40))
def test_any_markup_gives_a_result(parts: list[str]) -> None:
    check(parse_page(page("".join(parts).encode())))


@pytest.mark.parametrize(
    ("body", "expectation"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"%PDF-1.7 \x00\x01", "binary"),
        (b"\x00\x01\x02\x03" * 100, "binary"),
        (b"<html><body></body></html>", "empty"),
        (b"<html><head><title>Nichts</title></head><body><div id=app></div></body></html>", "no_article"),
        (b"<html><body><h1>Seite nicht gefunden</h1><p>Die Seite wurde nicht gefunden oder verschoben.</p></body></html>", "soft_404"),
    ],
)
def test_pages_without_an_article_say_why(body: bytes, expectation: str) -> None:
    result = parse_page(page(body))
    assert isinstance(result, Rejected)
    assert result.expectation in ({expectation, "no_article"} if expectation == "empty" else {expectation})


def test_a_plain_press_page() -> None:
    paragraphs = "".join(
        f"<p>Absatz {n}: Die Plattform hat im vergangenen Jahr nach eigenen Angaben viele neue Nutzerinnen und Nutzer gewonnen, teilte sie mit.</p>"
        for n in range(6)
    )
    html = (
        "<html lang=de><head><title>Neues von der Plattform | Beispielzeitung</title><meta property='og:site_name' content='Beispielzeitung'>"
        '<script type=\'application/ld+json\'>{"@type":"NewsArticle","headline":"Neues von der'
        ' Plattform","datePublished":"2024-03-05T14:05:00+01:00",'
        '"author":{"@type":"Person","name":"Anna Beispiel"}}</script></head><body><nav><ul><li><a href=/>Start</a></li><li><a'
        " href=/p>Politik</a></li></ul></nav>"
        f"<article><h1>Neues von der Plattform</h1><p class=byline>Von Anna Beispiel</p><div class=article-body>{paragraphs}</div></article>"
        "<footer><p>© Beispielzeitung. Alle Rechte vorbehalten.</p></footer></body></html>"
    )
    result = parse_page(page(html.encode()))
    assert isinstance(result, Document)
    check(result)
    assert result.title == "Neues von der Plattform"
    assert result.authors == ("Anna Beispiel",)
    assert result.published is not None
    assert result.published.at == dt.datetime(2024, 3, 5, 13, 5, tzinfo=dt.UTC)
    assert result.language == "de"
    assert [b.role for b in result.blocks] == [Role.PARAGRAPH] * 6
    assert "Rechte" not in result.body_text
    assert "Start" not in result.body_text


SENTENCE = "Ein Satz mit mehreren Wörtern, der lang genug ist, um als Absatz zu gelten. "


@pytest.mark.parametrize(
    "html",
    [
        "<html><body>" + "<div>" * 20_000 + SENTENCE,
        "<table><tr><td>" * 3000 + SENTENCE * 9,
        "<div " + " ".join(f'a{i}="x"' for i in range(20_000)) + "><p>" + SENTENCE * 9,
        '<script type="application/ld+json">' + "[" * 100_000 + "</script><p>" + SENTENCE * 9,
        "<title>" + " | ".join(["ab cd"] * 5000) + "</title><p>" + SENTENCE * 9,
        "<p>" + (SENTENCE + "<br>") * 3000,
        "<svg><script" * 20_000,
    ],
    ids=["deep", "tables", "attributes", "json", "separators", "breaks", "unclosed"],
)
@pytest.mark.timeout(20)
def test_hostile_pages_end_soon(html: str) -> None:
    """Each of these takes a naive parser minutes, or its whole stack."""
    check(parse_page(page(html.encode())))


def test_more_markup_than_an_article_can_have_is_refused() -> None:
    result = parse_page(page(("<p>" + SENTENCE + "</p>").encode() * 90_000))
    assert isinstance(result, Rejected)
    assert result.expectation == "too_large"
    assert "too large" in result.reason
