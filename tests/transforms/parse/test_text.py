import datetime as dt
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from presslake.schema import ArticleType, DatePrecision
from transforms.parse.text import find_dates, language_of, parse_text
from transforms.records import Document, Page, Rejected, Role, SourceHints

PAGE = Page(url="file:///x.txt", body=b"", raw_sha256="0" * 64, fetched_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))

COPIED = """Was Lurch anders macht
"Wir verkaufen keine Zeit"

Die Gründerin von Lurch erzählt, wie ihr Dienst Geld verdient und woran er sparen muss.

Von Jo Brandis

Auf der Messe in Unna plauderte Mira Sandholz über ihr Netzwerk für Freunde der Amphibien. Es wächst langsam, aber es wächst.

Klicke hier, um Ihren eigenen Text einzufügen

Stand: 3. März 2024, 14:05 Uhr

27.02.2024

lurchfunk.TV"""


def test_a_text_copied_from_a_page_gives_the_records_of_the_page():
    d = parse_text(PAGE, COPIED)
    assert isinstance(d, Document)
    assert (d.kicker, d.title) == ("Was Lurch anders macht", '"Wir verkaufen keine Zeit"')
    assert d.lead is not None
    assert d.lead.startswith("Die Gründerin")
    assert d.published is not None
    assert (d.published.at.date(), d.published.precision, d.published.raw) == (dt.date(2024, 2, 27), DatePrecision.DAY, "27.02.2024")
    assert d.modified is not None
    assert d.modified.at.date() == dt.date(2024, 3, 3)
    assert d.language == "de"
    assert [b.role for b in d.blocks][:1] == [Role.LEAD]
    assert not any(w in d.body_text for w in ("Klicke", "lurchfunk", "27.02.2024", "verkaufen keine Zeit"))


def test_a_clock_counts_only_with_a_time_zone():
    _, without = find_dates("Stand: 3. März 2024, 14:05 Uhr")
    _, berlin = find_dates("Stand: 3. März 2024, 14:05 Uhr", "Europe/Berlin")
    assert without is not None
    assert without.precision is DatePrecision.DAY
    assert berlin is not None
    assert berlin.at == dt.datetime(2024, 3, 3, 13, 5, tzinfo=dt.UTC)


def test_a_date_that_two_countries_read_differently_is_none():
    assert find_dates("05/03/2024") == (None, None)
    published, _ = find_dates("25/03/2024")
    assert published is not None
    assert published.at.date() == dt.date(2024, 3, 25)


def test_texts_without_an_article_are_rejected_with_the_reason():
    for text, expectation in [
        ("", "empty"),
        (" \n\t\n", "empty"),
        ("\ufffd" * 400, "unreadable"),
        ("1;2;3\n" * 40, "no_article"),
        ("Nur eine Überschrift", "no_article"),
        ("Lorem ipsum dolor sit amet, consectetur.\n\n{{headline}}\n\nKlicke hier, um Ihren eigenen Text einzufügen", "placeholder"),
    ]:
        result = parse_text(PAGE, text)
        assert isinstance(result, Rejected)
        assert result.expectation == expectation


def test_agency_and_authors_come_from_the_byline():
    d = parse_text(
        PAGE, "Sender starten Plattform\n\nHamburg (dpa/lno)\n\nMehrere Sender wollen bis Herbst eine Plattform für kurze Videos aufbauen, hieß es."
    )
    assert isinstance(d, Document)
    assert d.agency == "dpa"
    d = parse_text(PAGE, "Sender starten Plattform\n\nVon Jo Brandis und Mira Sandholz\n\nMehrere Sender wollen bis Herbst eine Plattform aufbauen.")
    assert isinstance(d, Document)
    assert d.authors == ("Jo Brandis", "Mira Sandholz")


def test_forms_of_journalism():
    def form(text: str) -> ArticleType:
        d = parse_text(PAGE, text)
        assert isinstance(d, Document)
        return d.article_type

    prose = "Mehrere Sender wollen bis Herbst eine Plattform für kurze Videos aufbauen, hieß es am Montag."
    assert form(f"Kommentar\n\nSo wird das nichts\n\n{prose}") is ArticleType.OPINION
    assert form(f"Die Lage im Liveblog\n\n{prose}\n\n10:30 Uhr\n\n{prose}\n\n10:20 Uhr\n\n{prose}\n\n10:10 Uhr\n\n{prose}") is ArticleType.LIVE_BLOG
    assert form(f"Vier Sätze über Lurch\n\n{prose}\n\n1. Eins davon.\n2. Zwei davon.\n3. Drei davon.\n4. Vier davon.") is ArticleType.LISTICLE
    assert form(f"Lurch wächst\n\n{prose}\n\n{prose}") is ArticleType.NEWS


def test_language_is_und_where_nothing_tells():
    assert language_of("Lurch") == "und"
    assert language_of("Lurch", expected="de") == "de"
    assert language_of("The service has doubled the number of its users, the company said on Friday in a statement.") == "en"


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300) | st.text(alphabet=st.sampled_from("ab .:?„“\nÄ1"), max_size=400))
def test_any_text_becomes_a_document_with_true_offsets_or_a_reject(text: str):
    d = parse_text(PAGE, text, SourceHints())
    if isinstance(d, Rejected):
        assert d.reason
        return
    assert d.title
    assert unicodedata.is_normalized("NFC", d.body_text)
    assert "\n\n".join(d.body_text[b.start : b.end] for b in d.blocks) == d.body_text


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("de", "Der Verband hat die Zahlen für das vergangene Jahr vorgelegt und sagt, dass eine Prüfung nicht mit Absicht verzögert wird. "),
        ("en", "The council said that it has presented the figures for the last year and that they are checked with care by the office. "),
        ("nl", "De vereniging heeft de cijfers van het afgelopen jaar gepresenteerd en zegt dat het onderzoek niet met opzet is vertraagd. "),
        ("da", "Foreningen har fremlagt tallene for det forgangne år og siger, at en undersøgelse ikke bliver forsinket med vilje af nogen. "),
        ("fr", "La commune a présenté les chiffres de la dernière année et dit que le contrôle n'est pas retardé par les services de la ville. "),
    ],
)
def test_long_texts_are_told_apart_as_short_ones_are(language, sentence):
    assert language_of(sentence * 6) == language_of(sentence) == language
