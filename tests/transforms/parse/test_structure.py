from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.parse.structure import structure
from transforms.records import Role


def roles(text: str) -> list[tuple[str, str]]:
    return [(b.role.value, text[b.start : b.end]) for b in structure(text)]


NEWS = """Medien

Kurzvideos: Sender starten gemeinsame Plattform

Hamburg (dpa)

Mehrere Sender wollen bis Herbst eine eigene Plattform für kurze Videos aufbauen. Das kündigte der Senderverbund am Montag an.

„Wir fangen klein an“, sagte Sprecherin Oda Brinkmann.

Kritik aus der Politik

Aus den Ländern kam Widerspruch. Das Vorhaben sei zu teuer, hieß es in mehreren Staatskanzleien.

Oda Brinkmann stellt die Plattform vor. Foto: Kalle Wirth

27.05.2020

Klicke hier, um Ihren eigenen Text einzufügen

bildfunk.TV"""


def test_the_head_of_a_news_item_and_what_surrounds_it():
    assert [r for r, _ in roles(NEWS)] == ["kicker", "title", "byline", "lead", "paragraph", "heading", "paragraph", "caption"]
    assert not any("Klicke hier" in t or "bildfunk" in t or "27.05" in t for _, t in roles(NEWS))


def test_kicker_and_title_on_lines_without_blank_line_between_them():
    text = (
        "Was Lurch anders macht\n„Wir verkaufen keine Zeit“\n\n"
        "Die Gründerin von Lurch erzählt, wie ihr Dienst Geld verdient und woran er sparen muss."
    )
    assert roles(text)[:2] == [("kicker", "Was Lurch anders macht"), ("title", "„Wir verkaufen keine Zeit“")]


def test_a_text_without_headline_has_none():
    text = (
        "Bei einem Unfall auf der Bundesstraße sind am Sonntag zwei Menschen leicht verletzt worden. Ein Wagen kam aus ungeklärter Ursache von der "
        "Fahrbahn ab und stieß gegen einen Baum. Die Straße war für zwei Stunden gesperrt.\nDie Polizei sucht Zeugen. Sie hat ein Telefon geschaltet."
    )
    assert [r for r, _ in roles(text)] == ["paragraph", "paragraph"]


def test_lines_wrapped_at_a_fixed_width_are_one_paragraph():
    text = (
        "Verein zieht um\n\nDer Verein der Funkfreunde bezieht im Frühjahr neue Räume am alten\n"
        "Güterbahnhof. Die Stadt gibt dafür einen Zuschuss, der Rest kommt aus\nSpenden der Mitglieder."
    )
    assert [r for r, _ in roles(text)] == ["title", "lead"]


def test_numbered_quotations_are_list_items():
    text = (
        "Die Chefin\n\n"
        "Eine lange Geschichte über die Chefin und ihre Ziele, in einem Satz erzählt und mit Punkt beendet.\n\n"
        "Drei Zitate von Ina Holt:\n\n 1. Über Geld: „Es fehlt.“\n 2. Über Zeit: „Sie fehlt auch.“\n"
        " 3. „Mehr sage ich nicht.“"
    )
    assert [r for r, _ in roles(text)][-3:] == ["list_item"] * 3


def test_an_about_box_takes_what_belongs_to_it_and_ends_at_the_credits():
    text = (
        "Lurch wächst\n\nDer Dienst Lurch hat seine Nutzerzahl verdoppelt. Das teilte er am Freitag mit.\n\n"
        "Mehr Werbung soll es nicht geben. So steht es im Bericht.\n\n"
        "Über Lurch\n\nLurch ist ein Netzwerk für Amphibienfreunde. Es hat Sitz in Unna.\n\n"
        "Weitere Informationen unter: www.lurch.example\n\nText: Ada Lindner"
    )
    assert [r for r, _ in roles(text)] == ["title", "lead", "paragraph", "about", "about", "about", "paragraph"]


def test_a_heading_that_starts_with_über_is_no_about_box():
    text = (
        "Lurch wächst\n\nDer Dienst wächst weiter, und zwar schnell. Das sagt er selbst.\n\nÜber Geduld\n\n"
        "Wer wartet, gewinnt. So sieht es jedenfalls der Gründer.\n\nEr wartet noch."
    )
    assert "about" not in [r for r, _ in roles(text)]


TEXTS = st.text(alphabet=st.sampled_from("aB.:?!„“\n\n \t*-1Ä\u2028\ufeff(,"), max_size=300) | st.text(max_size=200)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_blocks_are_in_order_inside_the_text_and_without_white_space_around_them(text: str):
    last = 0
    for b in structure(text):
        assert last <= b.start < b.end <= len(text)
        assert text[b.start : b.end] == text[b.start : b.end].strip()
        assert isinstance(b.role, Role)
        last = b.end


def test_odd_texts_of_one_kind_are_read():
    for piece in ("Mira: Warum?\n\n", "Frau Lind, warum?\n\n", "Zeile\n", "„", "(", "Über Lurch\n\nLurch.\n\n", "x" * 60 + "\n", " "):
        text = piece * (60_000 // len(piece))
        assert all(b.end <= len(text) for b in structure(text))


def test_a_paragraph_in_which_somebody_speaks_is_no_box_about_him():
    told = "Halle bleibt zu\n\nDer Rat hat entschieden.\n\nJan Ohm (41) kontert: „Das war vorher klar. Uns fragt ja keiner.“"
    assert roles(told)[-1][0] == "paragraph"
    box = "Halle bleibt zu\n\nDer Rat hat entschieden.\n\nJan Ohm, 41, ist Hausmeister der Halle und lebt in Aarweil."
    assert roles(box)[-1][0] == "about"
