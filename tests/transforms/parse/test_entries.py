"""Entries of a live blog carry their time; what the page does not tell stays open."""

import datetime as dt
import hashlib

from transforms.parse import parse_page
from transforms.records import Document, Page, SourceHints

HEAD = """<html lang="de"><head><title>Liveticker: Anhörung zur Jugendplattform</title>
<meta property="article:published_time" content="2024-05-03T09:00:00+02:00"></head><body><main><article>
<h1>Liveticker: Anhörung zur Jugendplattform</h1>
<time datetime="2024-05-03T09:00:00+02:00">3. Mai 2024, 9 Uhr</time>
<p class="lead">Der Ausschuss des Landtags hört heute die Vertreter der Plattformen an. Wir berichten hier fortlaufend.</p>"""
CLOSING = "Die Vorsitzende Gesa Vollmert schließt die Sitzung und dankt den Gästen für ihre Antworten auf alle Fragen."
SKEPTICAL = "Die Abgeordneten bleiben skeptisch und fragen nach den Zahlen, die der Ausschuss im Winter verlangt hatte."
NUMBERS = "Auch die Zahlen liegen nun vor, sie sollen in der kommenden Woche veröffentlicht werden, sagt das Ministerium."
MONEY = "Der Jugendschutz kommt zu Wort, und die Leiterin der Stelle verlangt mehr Geld für ihre Arbeit in den Schulen des Landes."
ENTRIES = (
    f'<div><time datetime="2024-05-03T14:05:00+02:00">14:05 Uhr</time><h2>Die Sitzung ist beendet</h2><p>{CLOSING}</p></div>',
    f'<div><span class="time">13:20 Uhr</span><h2>Snapchat verteidigt sich</h2><p>{SKEPTICAL}</p><p>{NUMBERS}</p></div>',
    f"<div><p><strong>12.45 Uhr:</strong> {MONEY}</p></div>",
)


def times_of(entries, zone="Europe/Berlin"):
    body = (HEAD + "".join(entries) + "</article></main></body></html>").encode()
    page = Page(
        url="https://kreisblatt.example/ticker.html",
        body=body,
        raw_sha256=hashlib.sha256(body).hexdigest(),
        fetched_at=dt.datetime(2024, 5, 4, tzinfo=dt.UTC),
    )
    document = parse_page(page, SourceHints(time_zone=zone))
    assert isinstance(document, Document)
    return {
        key: next(b.entry_at and b.entry_at.strftime("%H:%M") for b in document.blocks if key in document.body_text[b.start : b.end])
        for key in ("fortlaufend", CLOSING, SKEPTICAL, NUMBERS, MONEY)
    }


def test_every_paragraph_has_the_time_of_its_entry():
    assert times_of(ENTRIES) == {"fortlaufend": None, CLOSING: "12:05", SKEPTICAL: "11:20", NUMBERS: "11:20", MONEY: "10:45"}


def test_a_second_fetch_leaves_the_entries_that_stood():
    before, after = times_of(ENTRIES[1:] + ENTRIES[:1]), times_of(ENTRIES)
    assert {k: before[k] for k in (SKEPTICAL, NUMBERS)} == {k: after[k] for k in (SKEPTICAL, NUMBERS)}


def test_a_clock_without_a_zone_tells_no_time():
    assert times_of(ENTRIES[1:] + ENTRIES[:1], zone=None)[MONEY] is None
