"""What feeds, sitemaps and listings name, however they are written."""

import datetime as dt
import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.channels import Found, find_channels, german_stamp, parse_channel, parse_stamp

URL = "https://blatt.example/ressort/feed"
AT = dt.datetime(2024, 3, 5, 13, 5, tzinfo=dt.UTC)


def rss(item: str) -> str:
    return f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>x</title>{item}</channel></rss>"


FEEDS = {
    "rss": rss("<item><title>t</title><link>https://blatt.example/a?x=1&amp;y=2</link><pubDate>Tue, 05 Mar 2024 14:05:00 +0100</pubDate></item>"),
    "rss, German": rss("<item><link>https://blatt.example/a?x=1&amp;y=2</link><pubDate>Di, 05 März 2024 14:05:00 MEZ</pubDate></item>"),
    "rss, relative link": rss("<item><link>../a?x=1&amp;y=2</link><pubDate>Tue, 05 Mar 2024 13:05:00 GMT</pubDate></item>"),
    "rss, guid only": rss(
        "<item><guid isPermaLink='true'>https://blatt.example/a?x=1&amp;y=2</guid><pubDate>Tue, 05 Mar 2024 13:05:00 GMT</pubDate></item>"
    ),
    "rss, broken around": "\n\n"
    + rss("<item><link>https://blatt.example/a?x=1&amp;y=2</link><pubDate>2024-03-05T13:05:00Z</pubDate></item>")
    + "<p>Werbung",
    "atom": (
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>tag:1</id><link rel='alternate' href='https://blatt.example/a?x=1&amp;y=2'/>"
        "<published>2024-03-04T00:00:00Z</published><updated>2024-03-05T14:05:00+01:00</updated></entry></feed>"
    ),
    "json": '\ufeff{"version": "1.1", "items": [{"id": "1", "url": "/a?x=1&y=2", "date_published": "2024-03-05T13:05:00Z"}, 7]}',
}


@pytest.mark.parametrize("kind", FEEDS)
def test_feeds_of_all_kinds(kind: str) -> None:
    assert parse_channel("feed", FEEDS[kind].encode(), URL) == [Found("https://blatt.example/a?x=1&y=2", AT)]


def test_a_feed_in_another_charset() -> None:
    body = rss("<item><link>https://blatt.example/größe</link></item>").replace("utf-8", "iso-8859-1").encode("iso-8859-1")
    assert [f.url for f in parse_channel("feed", body, URL)] == ["https://blatt.example/gr%C3%B6%C3%9Fe"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Di, 05 Mär 2024 14:05:00 +0100", (2024, 3, 5, 13, 5)),
        ("Dienstag, 5. März 2024, 14:05 Uhr", (2024, 3, 5, 14, 5)),
        ("Do, 31 Okt 2024 23:30:00 MEZ", (2024, 10, 31, 22, 30)),
        ("Mo, 1. Jänner 2024 00:30:00 +0100", (2023, 12, 31, 23, 30)),
        ("3. Mai 2024", (2024, 5, 3, 0, 0)),
        ("31 Feb 2024 10:00:00 GMT", None),
        ("5 Foo 2024", None),
        ("", None),
    ],
)
def test_dates_with_german_months(text: str, expected: tuple | None) -> None:
    found = german_stamp(text)
    assert (tuple(found[:5]) if found else None) == expected


def test_sitemaps_index_news_gzip_and_text() -> None:
    ns = "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'"
    dated = "<news:news><news:publication_date>2024-03-05T13:05:00Z</news:publication_date></news:news>"
    news = f"<urlset {ns}><url><loc> https://b.example/1 </loc>{dated}</url>"
    news += "<url><loc>https://b.example/2</loc><lastmod>2024-03-05</lastmod></url><url><loc>mailto:x@y</loc></url><url/></urlset>"
    expected = [Found("https://b.example/1", AT), Found("https://b.example/2", dt.datetime(2024, 3, 5, tzinfo=dt.UTC))]
    assert parse_channel("sitemap", news.encode(), URL) == expected
    assert parse_channel("sitemap", gzip.compress(news.encode()), URL) == expected
    assert parse_channel("sitemap", news.replace(ns, "").replace("news:", "").encode(), URL) == expected
    index = f"<sitemapindex {ns}><sitemap><loc>https://b.example/s.xml</loc><lastmod>2024-03-05T14:05:00+01:00</lastmod></sitemap></sitemapindex>"
    assert parse_channel("sitemap", index.encode(), URL) == [Found("https://b.example/s.xml", AT, is_sitemap=True)]
    assert parse_channel("sitemap", b"\xef\xbb\xbfhttps://b.example/1\nhttps://b.example/1\nnope\n", URL) == [Found("https://b.example/1")]


def test_images_in_a_sitemap_are_no_pages() -> None:
    body = "<urlset><url><image><loc>https://b.example/x.jpg</loc></image><loc>https://b.example/1</loc></url></urlset>"
    assert [f.url for f in parse_channel("sitemap", body.encode(), URL)] == ["https://b.example/1"]


def test_entity_bombs_and_foreign_files_are_not_read(tmp_path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("https://b.example/geheim")
    bomb = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>" + "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(12)) + "]>"
    body = bomb + "<urlset><url><loc>https://b.example/&m;</loc></url></urlset>"
    assert all(len(f.url) < 100 for f in parse_channel("sitemap", body.encode(), URL))
    body = f"<!DOCTYPE x [<!ENTITY a SYSTEM '{secret.as_uri()}'>]><urlset><url><loc>&a;</loc></url></urlset>"
    assert "geheim" not in repr(parse_channel("sitemap", body.encode(), URL))
    assert "geheim" not in repr(parse_channel("feed", body.encode(), URL))


def test_a_listing_gives_what_its_pattern_wants() -> None:
    body = "<base href='https://blatt.example/neu/'><a href='artikel-1.html#k'>x</a><a href=artikel-1.html>y</a>"
    body += "<a href='/impressum'>z</a><a href='javascript:x'>"
    found = parse_channel("listing", body.encode(), URL, r"/artikel-\d+\.html$")
    assert [f.url for f in found] == ["https://blatt.example/neu/artikel-1.html"]


def test_feeds_that_a_page_announces() -> None:
    body = b"<link rel=alternate type='application/rss+xml' href='/rss'><link rel=alternate type='text/html' href=/amp><link rel=stylesheet href=x>"
    assert find_channels(body, URL) == {"feeds": ["https://blatt.example/rss"]}


@pytest.mark.parametrize("text", ["2024-03-05T13:05:00Z", "2024-03-05T14:05+01:00", " 2024-03-05T13:05:00.000+00:00 "])
def test_stamps_of_sitemaps(text: str) -> None:
    assert parse_stamp(text) == AT


@given(
    st.binary(max_size=400),
    st.sampled_from(["feed", "sitemap", "listing"]),
    st.sampled_from([b"", b"<urlset><url><loc>", b"<rss><item><link>", b"{"]),
)
@settings(max_examples=150, deadline=None)
def test_no_bytes_break_a_channel(body: bytes, kind: str, start: bytes) -> None:
    for found in parse_channel(kind, start + body, URL, "."):
        assert found.url.startswith(("http://", "https://"))
