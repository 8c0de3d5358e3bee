"""A source's own selectors: what they match goes before the generic way, what they miss leaves it as it was."""

import datetime as dt
import hashlib

import pytest

from transforms.parse import parse_page
from transforms.records import Document, Page, Role, SourceHints

TEXT = [
    "Die Gemeinde Auenfeld hat am Montag beschlossen, ihren Auftritt bei TikTok vorerst ruhen zu lassen und die Kanäle zu prüfen.",
    "Bürgermeisterin Ilka Dornbach sagte, man habe zu wenig Personal, um auf alle Kommentare der Leute zu antworten, und wolle das ändern.",
    "Im Herbst soll der Rat noch einmal beraten; bis dahin bleibt der Kanal sichtbar, aber ohne neue Beiträge und ohne Antworten.",
]
ASIDE = "Unsere Leser haben in der vergangenen Woche vor allem über die neue Brücke gestritten, die im Mai gebaut werden soll."
HTML = f"""<html lang="de"><head><title>Auenfeld pausiert bei TikTok | Auenbote</title><meta name="author" content="Redaktion">
<meta property="article:published_time" content="2024-03-01T08:00:00+01:00"></head><body>
<article><div class="dz">Netz und Rat</div><h1>Auenfeld pausiert bei TikTok</h1><p class="vs">Der Rat will erst Personal finden.</p>
<div class="wer">Von <span>Jette Brandmüller</span> und <span>Ole Kranich</span></div>
<time class="wann" datetime="2024-03-02T09:30:00+01:00">Samstag</time>
<div class="txt"><p>{TEXT[0]}</p><p>{TEXT[1]}</p><div class="kasten"><p>{ASIDE}</p></div><p>{TEXT[2]}</p></div></article>
<section class="zwei"><h2>Auenfelds zweite Geschichte</h2><p>Ein ganz anderer Absatz.</p></section></body></html>"""


def parse(selectors: dict[str, str], html: str = HTML) -> Document:
    body = html.encode()
    page = Page(
        url="https://auenbote.example/netz/tiktok.html",
        body=body,
        raw_sha256=hashlib.sha256(body).hexdigest(),
        fetched_at=dt.datetime(2024, 6, 1, tzinfo=dt.UTC),
    )
    found = parse_page(page, SourceHints(selectors=selectors))
    assert isinstance(found, Document), found
    return found


def paragraphs(document: Document) -> list[str]:
    return [document.body_text[b.start : b.end] for b in document.blocks]


def test_body_takes_all_that_is_in_it_and_nothing_else():
    assert paragraphs(parse({"body": "div.txt"})) == [TEXT[0], TEXT[1], ASIDE, TEXT[2]]
    assert paragraphs(parse({"body": ".kasten"})) == [ASIDE]


def test_remove_takes_out_of_the_body():
    assert paragraphs(parse({"body": "div.txt", "remove": "div.kasten, h2"})) == TEXT


def test_remove_keeps_the_text_behind_it():
    html = HTML.replace("hat am Montag", "<em class=weg>(Anzeige)</em>hat am Montag")
    assert paragraphs(parse({"body": "div.txt", "remove": ".weg, .kasten"}, html)) == TEXT


def test_a_body_of_an_inline_element_is_read_too():
    html = HTML.replace('<div class="txt">', '<span class="txt">').replace(f"<p>{TEXT[2]}</p></div>", f"<p>{TEXT[2]}</p></span>")
    assert paragraphs(parse({"body": "span.txt", "remove": ".kasten"}, html)) == TEXT


def test_fields_are_read_and_are_no_text():
    selectors = {"body": "article", "title": "h2", "kicker": ".dz", "lead": ".vs", "authors": ".wer span", "published": ".wann", "remove": ".kasten"}
    found = parse(selectors)
    assert found.title == "Auenfelds zweite Geschichte"
    assert found.kicker == "Netz und Rat"
    assert found.lead == "Der Rat will erst Personal finden."
    assert found.authors == ("Jette Brandmüller", "Ole Kranich")
    assert found.published is not None
    assert (found.published.at, found.published.method) == (dt.datetime(2024, 3, 2, 8, 30, tzinfo=dt.UTC), "selector")
    assert paragraphs(found)[0] == found.lead
    assert found.blocks[0].role is Role.LEAD
    assert not any("Brandmüller" in p or p == "Netz und Rat" for p in paragraphs(found)[1:])


@pytest.mark.parametrize("css", ["div.gibt-es-nicht", "div..kaputt", "", ":hover", "h1::text"])
def test_a_selector_without_a_match_leaves_the_generic_way(css):
    keys = ("body", "title", "kicker", "lead", "authors", "published", "remove")
    assert parse(dict.fromkeys(keys, css)) == parse({})


def test_a_date_that_cannot_be_read_leaves_the_declared_one():
    found = parse({"published": ".dz"})
    assert found.published is not None
    assert found.published.method == "meta"


def test_removing_everything_gives_no_crash():
    body = HTML.encode()
    page = Page(url="https://auenbote.example/a", body=body, raw_sha256="0", fetched_at=dt.datetime(2024, 6, 1, tzinfo=dt.UTC))
    assert not isinstance(parse_page(page, SourceHints(selectors={"remove": "*"})), Document)


def test_a_selector_that_matches_everything_is_bounded():
    html = HTML.replace("</article>", "<span>Name Nachname</span>" * 3000 + "</article>")
    assert len(parse({"authors": "span", "lead": "span"}, html).authors) <= 20
