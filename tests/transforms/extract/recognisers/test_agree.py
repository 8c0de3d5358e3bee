from __future__ import annotations

from presslake.schema import EntityKind
from transforms.extract.recognisers.agree import agree
from transforms.extract.recognisers.tokens import pieces
from transforms.extract.recognisers.words import load_lexicon
from transforms.records import Name

PERSON, ORGANISATION = EntityKind.PERSON, EntityKind.ORGANISATION


def agreed(text: str, *given: tuple[str, EntityKind, float]) -> list[tuple[str, EntityKind]]:
    names, at = [], 0
    for surface, kind, confidence in given:
        at = text.index(surface, at)
        names.append(Name(at, at + len(surface), kind, confidence))
        at += len(surface)
    return [(text[n.start : n.end], n.kind) for n in agree(list(pieces(text)), names, load_lexicon())]


def test_a_full_name_decides_its_surname() -> None:
    text = "Maren Holtkamp kam. Holtkamp ging, Holtkamps Koffer blieb."
    assert agreed(text, ("Maren Holtkamp", PERSON, 0.99)) == [("Maren Holtkamp", PERSON), ("Holtkamp", PERSON), ("Holtkamps", PERSON)]


def test_a_surname_that_is_also_a_word_is_not_carried_over() -> None:
    text = "Jan Haus kam. Das Haus brannte."
    assert agreed(text, ("Jan Haus", PERSON, 0.99)) == [("Jan Haus", PERSON)]


def test_the_kind_that_most_places_have_wins() -> None:
    text = "Zwirbel wächst. Zwirbel baut. Zwirbel lacht."
    given = [("Zwirbel", ORGANISATION, 0.95), ("Zwirbel", ORGANISATION, 0.9), ("Zwirbel", PERSON, 0.6)]
    assert agreed(text, *given) == [("Zwirbel", ORGANISATION)] * 3


def test_an_uncertain_name_decides_nothing() -> None:
    text = "Zwirbel wächst. Zwirbel baut."
    assert agreed(text, ("Zwirbel", ORGANISATION, 0.5)) == [("Zwirbel", ORGANISATION)]


def test_speaker_labels_are_the_people_whose_names_or_initials_they_give() -> None:
    text = "Interview mit Edith Lang-Berg und Bo Rask.\n\nELB: Ja.\nRASK: Nein.\nBo: Doch.\nEL: So.\nABC: Wer?"
    given = [("Edith Lang-Berg", PERSON, 0.99), ("Bo Rask", PERSON, 0.99)]
    assert agreed(text, *given)[2:] == [("ELB", PERSON), ("RASK", PERSON), ("Bo", PERSON), ("EL", PERSON)]


def test_a_short_form_in_parentheses_belongs_to_the_organisation_before_it() -> None:
    text = "Der Verband der Kanäle (VDK) klagt. Später gab der VDK nach. Das Gesetz (DSA) gilt."
    assert agreed(text, ("Verband der Kanäle", ORGANISATION, 0.9)) == [(w, ORGANISATION) for w in ("Verband der Kanäle", "VDK", "VDK")]


def test_the_label_of_the_questions_is_the_outlet() -> None:
    text = "Maren Holtkamp im Gespräch\nStadtblatt: Wie kam es?\nHoltkamp: Es kam so.\nStadtblatt: Und dann?\nHoltkamp: Dann war Ruhe."
    assert agreed(text, ("Maren Holtkamp", PERSON, 0.99)) == [
        ("Maren Holtkamp", PERSON),
        ("Stadtblatt", ORGANISATION),
        ("Holtkamp", PERSON),
        ("Stadtblatt", ORGANISATION),
        ("Holtkamp", PERSON),
    ]


def test_labels_of_questions_that_name_nobody_are_no_outlet() -> None:
    text = "Maren Holtkamp im Gespräch\nFrage: Wie kam es?\nHoltkamp: Es kam so.\nFrage: Und dann?\nHoltkamp: Dann war Ruhe."
    assert ("Frage", ORGANISATION) not in agreed(text, ("Maren Holtkamp", PERSON, 0.99))
