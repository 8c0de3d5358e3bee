import datetime as dt
import hashlib

import pytest

from presslake.schema import SpeakerKind, SpeechType
from transforms.extract import extract_article
from transforms.extract.recognise import load_recogniser
from transforms.parse import parse_page
from transforms.records import Page, Rejected


def extract(text: str):
    body = text.encode()
    page = Page(url="file:///a.txt", body=body, raw_sha256=hashlib.sha256(body).hexdigest(), fetched_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    document = parse_page(page)
    assert not isinstance(document, Rejected)
    return document, extract_article(document, load_recogniser("builtin"))


QUOTATION = "Wir stehen nicht im Wettbewerb um Aufmerksamkeit"


def article(title: str) -> str:
    return (
        f"{title}\n\nDie Plattform Pinterest will in Europa wachsen und stellt in Lindenau hundert Menschen ein. Das sagte die Firma am Montag.\n\n"
        f"„{QUOTATION}, sondern um Pläne“, sagte Folasade Adeyemi, Europachefin von Pinterest. Sie führt das Geschäft seit einem Jahr.\n\n"
        "Der Verband Offene Netze sieht das anders. „Das glaubt doch niemand“, sagte Verbandschef Tarek Lindner am Dienstag in Lindenau.\n"
    )


@pytest.mark.parametrize(
    ("title", "speaker"),
    [
        (f"„{QUOTATION}“", "Folasade Adeyemi"),
        ("„Das glaubt doch niemand mehr im Land“", None),
        ("„Niemand hat die Absicht, Daten zu verkaufen“", None),
    ],
)
def test_a_headline_has_the_speaker_of_the_quotation_it_shortens_and_nobody_else(title, speaker):
    document, extraction = extract(article(title))
    assert document.title == title
    (claim,) = extraction.title_claims
    assert claim.speech_type == SpeechType.HEADLINE
    assert (extraction.entities[claim.speaker].name if claim.speaker is not None else None) == speaker
    assert (claim.speaker_kind == SpeakerKind.PERSON) == (speaker is not None)


def test_numbers_belong_to_the_claim_they_stand_in():
    text = article("Pinterest wächst").replace("Das glaubt doch niemand", "Das kostet zehn Millionen Euro")
    document, extraction = extract(text)
    (money,) = [q for q in extraction.quantities if q.currency == "EUR"]
    claim = extraction.claims[money.claim]
    assert document.body_text[claim.spans[0].start : claim.spans[0].end] == "„Das kostet zehn Millionen Euro“"
    assert money.value == 10_000_000


def test_a_text_in_another_language_gives_no_claims():
    text = (
        "TikTok ouvre un bureau à Lyon\n\nLa plateforme TikTok a ouvert lundi un bureau à Lyon. « Nous sommes très heureux d’être ici », "
        "a déclaré la directrice Camille Morel devant une centaine d’invités venus de toute la région.\n\n"
        "Le bureau accueillera deux cents personnes dès le mois de septembre, selon l’entreprise, qui promet d’autres annonces.\n"
    )
    document, extraction = extract(text)
    assert document.language == "fr"
    assert extraction.claims == extraction.title_claims == ()
    assert extraction.platforms == ("tiktok",)
