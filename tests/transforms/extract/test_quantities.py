from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from presslake.schema import Qualifier, UnitKind
from transforms.extract.quantities import find_quantities, read_number


def brief(text: str, language: str = "de") -> list[tuple[str, object, str]]:
    """Words, value, and unit or currency of each quantity."""
    return [
        (text[q.start : q.end], q.value if q.value is None else q.value + 0, q.currency or q.unit_kind.value) for q in find_quantities(text, language)
    ]


D = Decimal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Der Fonds umfasst 50 Millionen US-Dollar.", [("50 Millionen US-Dollar", D(50_000_000), "USD")]),
        ("Er kostet 5 Mio. €, der andere 1,5 Mrd. Euro.", [("5 Mio. €", D(5_000_000), "EUR"), ("1,5 Mrd. Euro", D(1_500_000_000), "EUR")]),
        ("eine Spende von fünf Millionen Euro", [("fünf Millionen Euro", D(5_000_000), "EUR")]),
        ("Sie zahlt 400'000 Franken.", [("400'000 Franken", D(400_000), "CHF")]),
        ("Umsatz: 1,1 Billionen Yuan", [("1,1 Billionen Yuan", D(1_100_000_000_000), "CNY")]),
        ("Das kostet 99 Cent.", [("99 Cent", D("0.99"), "EUR")]),
        ("Es waren 1.500 Nutzer:innen dabei.", [("1.500", D(1500), "people")]),
        ("Es waren 640 000 Mitglieder dabei.", [("640 000", D(640_000), "people")]),
        ("Dort arbeiten vierhundert Leute.", [("vierhundert", D(400), "people")]),
        ("Rund 12 Prozent sind es.", [("12 Prozent", D(12), "percent")]),
        ("Das Lied lief 260.000 Mal.", [("260.000 Mal", D(260_000), "count")]),
        ("binnen 24 Stunden gelöscht", [("24 Stunden", D(24), "duration")]),
        ("Jeder dritte Jugendliche sieht das.", [("Jeder dritte", D("33.3"), "percent")]),
        ("Zwei Drittel sind dagegen, die Hälfte schweigt.", [("Zwei Drittel", D("66.7"), "percent"), ("die Hälfte", D(50), "percent")]),
        ("Der Umsatz stieg von 2,9 auf 4,6 Mio. Euro.", [("2,9", D(2_900_000), "EUR"), ("4,6 Mio. Euro", D(4_600_000), "EUR")]),
        ("Die Zahl der Beschäftigten stieg auf 112.", [("112", D(112), "people")]),
        ("Es kamen 2480 Hinweise und 900 Fehler.", [("2480", D(2480), "count"), ("900", D(900), "count")]),
    ],
)
def test_german_quantities(text: str, expected: list[tuple[str, Decimal, str]]):
    assert brief(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It lost £1.2bn last year.", [("£1.2bn", D(1_200_000_000), "GBP")]),
        ("They paid $50 million for it.", [("$50 million", D(50_000_000), "USD")]),
        ("a £250k deal", [("£250k", D(250_000), "GBP")]),
        ("A fine of Rs 10 lakh was paid.", [("Rs 10 lakh", D(1_000_000), "INR")]),
        ("It has 12,000 followers.", [("12,000", D(12_000), "people")]),
        ("It is two billion views.", [("two billion", D(2_000_000_000), "count")]),
        ("Half of them left, one in five stayed.", [("Half", D(50), "percent"), ("one in five", D(20), "percent")]),
        ("some 34 per cent of them", [("34 per cent", D(34), "percent")]),
        ("It has 30m users.", [("30m", D(30_000_000), "people")]),
    ],
)
def test_english_quantities(text: str, expected: list[tuple[str, Decimal, str]]):
    assert brief(text, "en") == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Am 27.05.2020 um 14:05 Uhr, am 3. März 2024 und im Jahr 2019.", "de"),
        ("Die 18-Jährige und der 41 Jahre alte Mann, Mira Sandholz, 39, und Jo Brandis (40).", "de"),
        ("Nach § 3 und Artikel 5, Seite 12, Folge 4, Telefon 0341 555 12-40.", "de"),
        ("Sie gewannen 2:1 gegen den 1. FC auf Platz 3.", "de"),
        ("Ab 14 Jahren ist es erlaubt, unter 16 Jahren nicht.", "de"),
        ("1. Erstens\n2. Zweitens", "de"),
        ("Wir treffen uns um neun.", "de"),
        ("Das machen eine Frau und ein Mann.", "de"),
        ("Vgl. (Abb. 4) und J Med. 2006;16(3):188–90.", "de"),
        ("2015 hatte der Verein Glück.", "de"),
        ("On Dec. 21 he had type 2 diabetes.", "en"),
        ("On 9 November 2024 at 5.30pm a 14-year-old, Ada Lind, 39, called Article 7 of the code.", "en"),
        ("One of them said no one was there in the 1990s.", "en"),
    ],
)
def test_what_is_no_quantity(text: str, language: str):
    assert brief(text, language) == []


def test_ambiguous_numbers_keep_their_place_without_a_value():
    assert brief("It fell by 1.500 points of something odd", "en")[0][1] is None
    assert brief("The tower is 30m high.", "en") == [("30m", None, "count")]
    assert read_number("1.500", "de") == 1500
    assert read_number("1,500", "en") == 1500
    assert read_number("1,500", "de") is None


@pytest.mark.parametrize(
    ("text", "qualifier"),
    [
        ("Es sind rund 300 Menschen.", Qualifier.ABOUT),
        ("Es sind mehr als 300 Menschen.", Qualifier.MORE_THAN),
        ("Es sind weniger als 300 Menschen.", Qualifier.LESS_THAN),
        ("Es sind bis zu 300 Menschen.", Qualifier.UP_TO),
        ("Es sind 300 Menschen.", Qualifier.EXACT),
        ("Es sind etwa zwei Drittel.", Qualifier.ABOUT),
    ],
)
def test_qualifiers(text: str, qualifier: Qualifier):
    assert [q.qualifier for q in find_quantities(text, "de")] == [qualifier]


@pytest.mark.parametrize(
    ("text", "language", "low", "high", "unit"),
    [
        ("zwischen 10 und 15 Prozent", "de", D(10), D(15), UnitKind.PERCENT),
        ("5-10 Prozent", "de", D(5), D(10), UnitKind.PERCENT),
        ("10 bis 12 Milliarden Dollar", "de", D(10_000_000_000), D(12_000_000_000), UnitKind.MONEY),
        ("sechs bis sieben Millionen Nutzer", "de", D(6_000_000), D(7_000_000), UnitKind.PEOPLE),
        ("2000 bis 3000 Nutzer*innen", "de", D(2000), D(3000), UnitKind.PEOPLE),
        ("between $600m and $700m", "en", D(600_000_000), D(700_000_000), UnitKind.MONEY),
        ("$64bn to $72bn", "en", D(64_000_000_000), D(72_000_000_000), UnitKind.MONEY),
    ],
)
def test_ranges(text: str, language: str, low: Decimal, high: Decimal, unit: UnitKind):
    (q,) = find_quantities(text, language)
    assert (q.value, q.value_high, q.unit_kind, q.qualifier) == (low, high, unit, Qualifier.RANGE)
    assert text[q.start : q.end] in text.removeprefix("zwischen ").removeprefix("between ")


def test_what_is_counted_is_named():
    (q,) = find_quantities("über 620 zahlende Kund:innen", "de")
    assert (q.noun, q.unit_kind) == ("Kund:innen", UnitKind.PEOPLE)


def test_a_dollar_sign_means_the_country_that_the_article_is_about():
    assert brief("In Melbourne and Sydney it cost $5.", "en")[-1][2] == "AUD"
    assert brief("In Melbourne it cost US$5, in New York $6.", "en")[-1][2] == "USD"


TEXTS = st.text(alphabet=st.sampled_from("0123456789.,-–€$%/: \n'’aEinzwebsMioro"), max_size=200) | st.text(max_size=120)


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.sampled_from(["de", "en", "und"]))
def test_any_text_gives_ordered_quantities_inside_it(text: str, language: str):
    last = 0
    for q in find_quantities(text, language):
        assert last <= q.start < q.end <= len(text)
        assert q.value is None or q.value_high is None or q.value < q.value_high
        last = q.end


@pytest.mark.parametrize("piece", ["9", "1.000", "eine Million ", "5 Mio. ", "1-", "12:", "Jahr 3 bis ", "ein Drittel ", "3 und "])
def test_long_texts_of_one_kind_do_not_blow_up(piece: str):
    assert len(find_quantities(piece * (60_000 // len(piece)), "de")) < 60_000


def test_a_jury_of_five_is_five_people() -> None:
    (five,) = find_quantities("Über die Vergabe entscheidet eine fünfköpfige Jury.", "de")
    assert (five.value, five.unit_kind) == (5, UnitKind.PEOPLE)


@pytest.mark.parametrize(
    "text",
    [
        "Der Steg steht dreihundert Meter weiter.",
        "Die Agentur Kogge 7 GmbH zog um.",
        "Der Heimatverein Mainka 1284 e. V. lud ein.",
        "Das Lied »Drei Kugeln Nuss« läuft überall.",
        "Sie kam mit neun Jahren nach Kiel.",
    ],
)
def test_lengths_company_names_and_ages_are_no_quantities(text: str) -> None:
    assert find_quantities(text, "de") == ()


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Im Gesamtjahr waren es 80 (Vorjahr: 71) Millionen Euro.", "de", [(D(80_000_000), "EUR"), (D(71_000_000), "EUR")]),
        ("Die Quote lag bei 12 (Vormonat: 9) Prozent.", "de", [(D(12), "percent"), (D(9), "percent")]),
        ("Sie machten 60 Fotos am Tag, vor zwei Jahren waren es acht.", "de", [(D(60), "count"), (D(2), "duration"), (D(8), "count")]),
        ("5,2 Millionen: So viele Menschen sehen zu.", "de", [(D(5_200_000), "people")]),
        ("Die Liste zählt nicht sechs, sondern 16 Mitglieder.", "de", [(D(6), "people"), (D(16), "people")]),
        ("Von 19 sind elf geblieben.", "de", [(D(19), "count"), (D(11), "count")]),
        ("Alle 70 zusammen bringen 20 Euro.", "de", [(D(70), "count"), (D(20), "EUR")]),
        ("Es kamen null Anfragen.", "de", [(D(0), "count")]),
        ("Die Seite fiel binnen einer Stunde aus.", "de", [(D(1), "duration")]),
        ("Es bekam eine Auflage von 1700.", "de", [(D(1700), "count")]),
        ("Fünf Urkunden gingen an sechs Häuser.", "de", [(D(5), "count"), (D(6), "count")]),
        ("They keep 91 percent of sales, against more than 85 at Klipp.", "en", [(D(91), "percent"), (D(85), "percent")]),
        ("Die Kommission schickt 19 Fragen\n\nSie will Antworten.", "de", [(D(19), "count")]),
        ("Auf Rosa entfielen 12 Prozent, danach waren es 71.", "de", [(D(12), "percent"), (D(71), "percent")]),
        ("Wie viele es sind? So 40 bis 45.", "de", [(D(40), "count")]),
        ("She is a mother of four.", "en", [(D(4), "people")]),
        ("She sent 30,000 naira and 40 baht.", "en", [(D(30_000), "NGN"), (D(40), "THB")]),
        ("They followed 900 scholars.", "en", [(D(900), "people")]),
        ("Complaints are down by half.", "en", [(D(50), "percent")]),
    ],
)
def test_neighbours_lend_unit_and_scale(text: str, language: str, expected: list[tuple[Decimal, str]]) -> None:
    assert [(value, unit) for _, value, unit in brief(text, language)] == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("»Ich war auch mal 17«, sagt sie.", "de"),
        ("Sie ist siebzehn.", "de"),
        ("Es geht um Kinder zwischen 11 und 13.", "de"),
        ("Ihr Kurs ist für Menschen über siebzig.", "de"),
        ("Meine Eltern haben mir mit elf das Rad verboten.", "de"),
        ("Er will die Altersgrenze für Foren, Spiele und Chats auf 15 Jahre festlegen.", "de"),
        ("Sie steigen in die 4.", "de"),
        ("Das Haus steht zwischen zwei Bäumen.", "de"),
        ("Zwei Städte, ein Rätsel\n\nDer Streit dauert an.", "de"),
        ("90.+3: Schluss!", "de"),
        ("Messages he posted at seventeen broke the rules.", "en"),
        ("Users had to be 18 to send gifts.", "en"),
        ("Rate us five stars.", "en"),
    ],
)
def test_ages_places_and_plays_on_words_are_no_quantities(text: str, language: str) -> None:
    assert brief(text, language) == []
