import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.parse.interview import is_interview, label_of, mark_turns
from transforms.parse.labels import find_label, label_means
from transforms.parse.structure import structure
from transforms.records import Block, Role

HEAD = "Gespräch\n\nMira Sandholz: „Ich lösche jeden Abend alles“\n\n{}\n\n"


def turns(text: str) -> str:
    """Q and A for the turns, other roles left out."""
    return "".join({Role.QUESTION: "Q", Role.ANSWER: "A"}.get(b.role, "") for b in structure(text))


LONG = "Das ist bei uns seit Jahren so, und ich sehe nicht, dass es anders wird. Wir haben es versucht, mehr als einmal."

CASES = {
    "surname, outlet in capitals": (
        "Die Forscherin Mira Sandholz über das Löschen. Die Fragen stellte Jo Brandis.",
        ["FUNKPOST: Frau Sandholz, warum löschen Sie alles?", f"Sandholz: {LONG}", LONG, "FUNKPOST: Und das hilft.", "Sandholz: Ja, meistens."],
        "QAAQA",
    ),
    "first names": (
        "Jo Brandis hat mit Mira Sandholz von Lurch gesprochen.",
        ["Jo: Warum löschst du alles?", f"Mira: {LONG}", "Jo: Was kostet das?", f"Mira: {LONG}", "Jo: Vielen Dank für das Gespräch, Mira!"],
        "QAQAQ",
    ),
    "initials": (
        "Die Forscherin Mira Sandholz im Interview mit dem Wochenblatt.",
        ["WB: Warum löschen Sie alles?", f"MS: {LONG}", "WB: Das klingt mühsam.", f"MS: {LONG}"],
        "QAQA",
    ),
    "frage and antwort": (
        "Ein Interview mit der Forscherin Mira Sandholz",
        ["Frage: Warum löschen Sie alles?", f"Antwort: {LONG}", LONG, "Frage: Hilft es?", "Antwort: Ja."],
        "QAAQA",
    ),
    "only answers labelled": (
        "Die Forscherin Mira Sandholz über das Löschen.",
        [
            "Frau Sandholz, warum löschen Sie alles?",
            f"Sandholz: {LONG}",
            "Das klingt mühsam.",
            f"Sandholz: {LONG}",
            "Und im Urlaub?",
            "Sandholz: Da auch.",
        ],
        "QAQAQA",
    ),
    "no labels at all": (
        "Die Forscherin Mira Sandholz über das Löschen. Ein Interview.",
        ["Frau Sandholz, warum löschen Sie alles?", LONG, LONG, "Wie lange schon?", LONG, "Und was raten Sie?", LONG],
        "QAAQAQA",
    ),
    "words for the roles": (
        "Ein Gespräch mit Mira Sandholz über das Löschen.",
        ["Interviewerin: Warum löschen Sie alles?", f"Sandholz: {LONG}", "Interviewerin: Das glaube ich nicht.", f"Sandholz: {LONG}"],
        "QAQA",
    ),
    "two guests": (
        "Mira Sandholz und Tilo Egge haben Lurch gegründet. Ein Gespräch.",
        ["Woher kennt ihr euch?", f"Mira: {LONG}", f"Tilo: {LONG}", "Und jetzt?", "Tilo: Machen wir weiter.", "Mira: Genau."],
        "QAAQAA",
    ),
    "english": (
        "The researcher Mira Sandholz talks to Jo Brandis about deleting.",
        [
            "Tide: Why do you delete everything?",
            "Sandholz: Because we can. I have done it for years.",
            "Tide: Does it help?",
            "Sandholz (laughs): It does.",
        ],
        "QAQA",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_turns_of_interviews(name: str):
    lead, said, expected = CASES[name]
    text = HEAD.format(lead) + "\n\n".join(said)
    assert turns(text) == expected
    assert is_interview(structure(text))


@pytest.mark.parametrize(
    "text",
    [
        (
            "Lurch wächst\n\nDer Dienst wächst. Das sagt er selbst.\n\nDie Frage lautet: Reicht das? Sandholz sagt: ja.\n\n"
            "Foto: Jo\n\nHinweis: Dieser Text wurde geändert."
        ),
        (
            "Drei Stimmen zu Lurch\n\nWas sagen die Leute?\n\nMira Sandholz, Forscherin: „Gut so.“\n\n"
            "Tilo Egge, Gründer: „Na ja.“\n\nOda Brinkmann, Sprecherin: „Kein Kommentar.“"
        ),
        "Neue Regeln\n\nNutzer:innen und Kund:innen sollen mehr Rechte haben.\n\nKund:innen können widersprechen.\n\nKund:innen können kündigen.",
        (
            "Was gilt ab März?\n\nSeit Montag gilt das neue Gesetz. Ein Überblick.\n\nWas ändert sich?\n\n"
            "Die Fristen werden länger. Das Amt prüft schneller.\n\nWer ist betroffen?\n\n"
            "Betroffen sind alle Anbieter. Ausnahmen gibt es nicht."
        ),
    ],
)
def test_what_is_no_interview(text: str):
    assert turns(text) == ""


GUIDE = "Sie wird aus vielen kleinen Teilen gebaut und hält bei guter Pflege mehrere Jahre. Der Hersteller gibt zwei Jahre Garantie."


@pytest.mark.parametrize(
    "said",
    [
        ["Was ist eine Lampe?", GUIDE, "Wie lange hält sie?", GUIDE, "Was kostet sie?", GUIDE, "Wo können Sie sie kaufen?", GUIDE],
        ["Lurch Eins", f"Vorteile: {GUIDE}", "Nachteile: Sie ist schwer.", "Lurch Zwei", f"Vorteile: {GUIDE}", "Nachteile: Sie ist teuer."],
        ["1. Was ist grün und klopft an die Tür?", "Ein Klopfsalat!", "2. Was ist weiß und stört beim Essen?", "Eine Lawine!"],
        ["What is a lamp?", "It is a tool that helps you see in the dark.", "How do you clean it?", "You wipe it with a cloth once a week."],
    ],
)
def test_answers_to_everybodys_questions_are_no_interview(said: list[str]):
    assert turns("Die besten Lampen des Jahres\n\nEin Überblick über Lampen, ihre Preise und ihre Pflege im Haushalt.\n\n" + "\n\n".join(said)) == ""


def test_paragraphs_after_the_talk_are_no_answers():
    lead, said, _ = CASES["surname, outlet in capitals"]
    text = HEAD.format(lead) + "\n\n".join([*said, "Das Interview führte: Jo Brandis", "Mira Sandholz, 41, forscht in Unna."])
    assert turns(text) == "QAAQA"


def test_questions_told_by_markup_carry_the_answers_between_them():
    parts = ["Erste Frage zum Anfang", LONG, LONG, "Zweite Frage", LONG]
    text = "\n\n".join(parts)
    blocks, at = [], 0
    for k, p in enumerate(parts):
        blocks.append(Block(Role.QUESTION if k in (0, 3) else Role.PARAGRAPH, at, at + len(p)))
        at += len(p) + 2
    marked = mark_turns(text, tuple(blocks), head="Ein Gespräch mit Mira Sandholz")
    assert [b.role for b in marked] == [Role.QUESTION, Role.ANSWER, Role.ANSWER, Role.QUESTION, Role.ANSWER]


def test_label_of_gives_label_and_start_of_speech():
    text = "x\n\nMira Sandholz (lacht): Nein."
    block = Block(Role.ANSWER, 3, len(text))
    start, end, speech = label_of(text, block)
    assert (text[start:end], text[speech:]) == ("Mira Sandholz", "Nein.")


@pytest.mark.parametrize(
    "text", ["Nutzer:innen sind gemeint", "Das heißt: nichts", "„Nein“: so hieß der Film", "10:30 Uhr: Es beginnt", "http://example.org", ""]
)
def test_no_label(text: str):
    assert find_label(text) is None


@pytest.mark.parametrize(
    ("label", "name", "same"),
    [
        ("Mira", "Mira Sandholz", True),
        ("Sandholz", "Dr. Mira Sandholz", True),
        ("M. Sandholz", "Mira Sandholz", True),
        ("MS", "Mira Sandholz", True),
        ("V.-D.", "Malou Vogel-Dahl", True),
        ("BOTE", "HOLM BOTE", True),
        ("Tilo", "Mira Sandholz", False),
        ("TS", "Mira Sandholz", False),
    ],
)
def test_labels_stand_for_names(label: str, name: str, same: bool):
    assert label_means(label, name) is same


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["Mira: ja?", "Jo: nein.", "Warum?", LONG, "Foto: x", "A: b", ":", "?"]), max_size=12))
def test_marking_keeps_the_blocks(parts: list[str]):
    text = "\n\n".join(parts)
    blocks, at = [], 0
    for p in parts:
        blocks.append(Block(Role.PARAGRAPH, at, at + len(p)))
        at += len(p) + 2
    marked = mark_turns(text, tuple(blocks))
    assert [(b.start, b.end) for b in marked] == [(b.start, b.end) for b in blocks]
    assert {b.role for b in marked} <= {Role.PARAGRAPH, Role.QUESTION, Role.ANSWER}


def test_an_announced_talk_with_impersonal_answers_is_an_interview():
    text = (
        "Interview mit Mira Sandholz\n\nMira Sandholz leitet das Amt für Gewässer in Unna und ist Fachfrau für Lurche.\n\n"
        "Frau Sandholz, was steht in dem neuen Gesetz?\n\nDas Gesetz regelt den Abstand von Straßen zu Teichen. Es gilt für alle Gemeinden.\n\n"
        "Wo gibt es Ausnahmen?\n\nAusnahmen gelten für alte Straßen. Dort werden Zäune gebaut, und zwar bis zum nächsten Frühjahr.\n\n"
        "Interview: Jo Brandis"
    )
    assert turns(text) == "QAQA"


def test_a_name_may_begin_with_a_small_von():
    found = find_label("von Dahlen: Es sind neun.")
    assert found is not None
    assert (found.text, found.speech) == ("von Dahlen", 12)
    assert find_label("von hier aus: Es sind neun.") is None
