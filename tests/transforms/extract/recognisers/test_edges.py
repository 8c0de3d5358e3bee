"""Where names begin and end: what spelling decides, whatever the tagger cut."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presslake.schema import EntityKind
from transforms.extract.recognisers.edges import Found, fit
from transforms.extract.recognisers.tokens import TOKEN, pieces
from transforms.extract.recognisers.words import load_lexicon

PER, ORG = EntityKind.PERSON, EntityKind.ORGANISATION


def fitted(text: str, *marked: tuple[str, EntityKind]) -> list[str]:
    """The names after fitting, where ``marked`` are the words that a tagger gave."""
    ((words, starts),) = pieces(text)
    found = []
    for surface, kind in marked:
        at = text.index(surface)
        inside = [i for i, s in enumerate(starts) if at <= s < at + len(surface)]
        found.append(Found(inside[0], inside[-1], kind, 0.9))
    return [text[starts[n.first] : starts[n.last] + len(words[n.last])] for n in fit(words, starts, found, load_lexicon())]


@pytest.mark.parametrize(
    ("text", "marked", "expected"),
    [
        ("Das sagte Delphine Kuhn-Strand gestern.", "Delphine Kuhn", "Delphine Kuhn-Strand"),
        ("Nach dem Merkel-Besuch wurde es still.", "Merkel", "Merkel"),
        ("Darunter ist Margarethe von Uslar-Thum.", "Margarethe von", "Margarethe von Uslar-Thum"),
        ("Es kam Desmond Mulq SC zu Wort.", "Desmond Mulq SC", "Desmond Mulq"),
        ("So empörte sich Basilio. Spaghetti gab es nicht.", "Basilio. Spaghetti", "Basilio"),
    ],
)
def test_people(text: str, marked: str, expected: str) -> None:
    assert fitted(text, (marked, PER)) == [expected]


def test_a_legal_form_makes_a_personal_name_an_organisation() -> None:
    ((words, starts),) = pieces("Man fragte Luka Inc. in Oslo.")
    assert [n.kind for n in fit(words, starts, [Found(2, 2, PER, 0.9)], load_lexicon())] == [ORG]


@pytest.mark.parametrize(
    ("text", "marked", "expected"),
    [
        ("Der Verein Freie Sender e. V. klagt.", "Freie Sender e", "Freie Sender e. V."),
        ("Die Kiesel GmbH & Co. KG liefert.", "Kiesel", "Kiesel GmbH & Co. KG"),
        ("Analysten von Tolland & Grey warnen.", "Tolland", "Tolland & Grey"),
        ("Analysten von Tolland & Grey warnen.", "Grey", "Tolland & Grey"),
        ("Der 1. FC Kaltental gewann.", "FC Kaltental", "1. FC Kaltental"),
        ("Am Institut für Kognition und Medien wird geforscht.", "Institut für Kognition und", "Institut für Kognition und Medien"),
        ("Die Gewerkschaft Gemeinsinn lehnte ab.", "Gewerkschaft Gemeinsinn", "Gemeinsinn"),
        ("Der Bundesverband Digitale Kultur lobte das.", "Bundesverband Digitale Kultur", "Bundesverband Digitale Kultur"),
        ("Der Lumeo-Chef schweigt.", "Lumeo", "Lumeo"),
        ("Die Henri-Roth-Akademie lädt ein.", "Henri-Roth", "Henri-Roth-Akademie"),
        ("Die Volksbank Isartal-Dorfen lädt ein.", "Volksbank Isartal", "Volksbank Isartal-Dorfen"),
        ("Das Ministerium für Soziales, Jugend und Familie prüft.", "Ministerium für Soziales", "Ministerium für Soziales, Jugend und Familie"),
        ("Am Institut für Urheber- und Medienrecht lehrt er.", "Institut für Urheber", "Institut für Urheber- und Medienrecht"),
        ("Der Lesben- und Schwulenverband klagt.", "Schwulenverband", "Lesben- und Schwulenverband"),
        ("Die Stiftung Ahrtal zahlt.", "Ahrtal", "Stiftung Ahrtal"),
        ("The Department of Public Health Care said so.", "Department of Public Health", "Department of Public Health Care"),
        ("It was the Outback Medical Service that came.", "Outback Medical", "Outback Medical Service"),
        ("The Media and Law Studies Association met at noon.", "Law Studies Association", "Media and Law Studies Association"),
        ("The ruling on Nordwerk and the Law Association is out.", "Law Association", "Law Association"),
        ("Der Bank of Albion Chef ist gegangen, und die Aktie fiel.", "Bank of Albion", "Bank of Albion"),
        ("Von der digitalen Welt war die Rede.", "digitalen", None),
        ("So ist die Zukunft. Lumeo wächst.", "Zukunft. Lumeo", "Lumeo"),
    ],
)
def test_organisations(text: str, marked: str, expected: str | None) -> None:
    assert fitted(text, (marked, ORG)) == ([] if expected is None else [expected])


def test_two_names_that_are_one() -> None:
    assert fitted("Es zahlt Finn „Keks“ Darbo.", ("Finn", PER), ("Darbo", PER)) == ["Finn „Keks“ Darbo"]
    assert fitted("Die IFB-Starter Hansa GmbH zahlt.", ("IFB", ORG), ("Starter Hansa", ORG)) == ["IFB-Starter Hansa GmbH"]
    assert fitted("Das Institut für Forensik der Universität Albtal misst.", ("Institut für Forensik", ORG), ("Universität Albtal", ORG)) == [
        "Institut für Forensik der Universität Albtal"
    ]
    assert fitted("Anna Roth („Keks“ im Netz) und Ben Kuhn.", ("Anna Roth", PER), ("Ben Kuhn", PER)) == ["Anna Roth", "Ben Kuhn"]


def test_a_title_alone_is_nobody() -> None:
    assert fitted("Das sagte Dr. Anna Roth.", ("Dr", PER), ("Anna Roth", PER)) == ["Anna Roth"]


@given(st.text(alphabet="Ab. -&„“/1eVG", max_size=40), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 4), st.booleans()), max_size=5))
def test_names_stay_inside_the_piece_and_apart(text: str, marks: list[tuple[int, int, bool]]) -> None:
    tokens = list(TOKEN.finditer(text))
    words, starts = [t.group() for t in tokens], [t.start() for t in tokens]
    found: list[Found] = []
    for begin, more, person in sorted(marks):
        first = max(begin, found[-1].last + 1 if found else 0)
        if first + more < len(words):
            found.append(Found(first, first + more, PER if person else ORG, 0.8))
    out = fit(words, starts, found, load_lexicon())
    assert all(0 <= n.first <= n.last < len(words) for n in out)
    assert all(a.last < b.first for a, b in itertools.pairwise(out))
