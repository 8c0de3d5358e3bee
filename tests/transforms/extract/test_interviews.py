import re

from presslake.schema import EntityKind, MentionKind, Resolution, SpeakerKind, SpeakerVia, SpeechType
from transforms.extract.interviews import interview_claims
from transforms.parse.structure import structure
from transforms.records import Claim, Entity, Mention

LONG = "Das ist bei uns seit Jahren so, und ich sehe nicht, dass es anders wird. Wir haben es versucht, mehr als einmal."


def claims_of(text: str, *people: str) -> list[Claim]:
    """Claims with the given people as entities, mentioned by full name wherever they stand, but never by label."""
    entities = tuple(Entity(kind=EntityKind.PERSON, name=p) for p in people)
    mentions = tuple(
        Mention(start=m.start(), end=m.end(), kind=EntityKind.PERSON, mention_kind=MentionKind.NAME, entity=i, resolution=Resolution.RESOLVED)
        for i, p in enumerate(people)
        for m in re.finditer(re.escape(p) + r"\b(?!:)", text)
    )
    return list(interview_claims(text, structure(text), entities, mentions, "de"))


def said(text: str, claims: list[Claim], people: tuple[str, ...]) -> list[tuple[str | None, str]]:
    return [(None if c.speaker is None else people[c.speaker], text[c.spans[0].start : c.spans[0].end]) for c in claims]


def test_every_paragraph_of_an_answer_is_a_claim_of_the_guest_and_the_questions_are_none():
    people = ("Jo Brandis", "Mira Sandholz")
    text = (
        "Löschen als Beruf\n\nJo Brandis von der Agentur Kranz hat mit Mira Sandholz von Lurch gesprochen.\n\n"
        f"Jo: Warum löschst du alles?\n\nMira: {LONG}\n\nUnd noch etwas: Es tut nicht weh.\n\nJo: Was kostet das?\n\nMira: Nichts.\n\n"
        "Jo: Vielen Dank für das Gespräch, Mira!\n\nMira: Sehr gerne!\n\nÜber Lurch\n\nLurch ist ein Netzwerk. Es hat Sitz in Unna.\n\n"
        "Das Interview führte: Jo Brandis\n\nInterviewgast: Mira Sandholz"
    )
    claims = claims_of(text, *people)
    mira = "Mira Sandholz"
    assert said(text, claims, people) == [(mira, LONG), (mira, "Und noch etwas: Es tut nicht weh."), (mira, "Nichts.")]
    assert {c.speech_type for c in claims} == {SpeechType.INTERVIEW_ANSWER}
    assert [c.speaker_via for c in claims] == [SpeakerVia.LABEL, SpeakerVia.INHERITED, SpeakerVia.LABEL]
    span = claims[0].speaker_span
    assert span is not None
    assert text[span.start : span.end] == "Mira"
    assert claims[1].speaker_span is None


def test_without_labels_the_guest_is_whom_head_and_questions_name():
    people = ("Kalle Wirth", "Mira Sandholz")
    text = (
        "„Ich lösche alles“\n\nVon Kalle Wirth\n\nMira Sandholz forscht in Unna. Ein Interview über das Löschen.\n\n"
        f"Frau Sandholz, warum löschen Sie?\n\n{LONG}\n\nWie lange schon?\n\n{LONG}\n\nUnd jetzt?\n\n{LONG}"
    )
    assert [s for s, _ in said(text, claims_of(text, *people), people)] == ["Mira Sandholz"] * 3


def test_frage_and_antwort_give_the_one_guest():
    people = ("Mira Sandholz",)
    head = "Löschen\n\nEin Interview mit der Forscherin Mira Sandholz\n\n"
    text = head + f"Frage: Warum löschen Sie?\n\nAntwort: {LONG}\n\nFrage: Hilft es?\n\nAntwort: Ja."
    assert said(text, claims_of(text, *people), people) == [("Mira Sandholz", LONG), ("Mira Sandholz", "Ja.")]


def test_two_guests_are_told_apart_and_initials_resolve():
    people = ("Mira Sandholz", "Tilo Egge")
    text = (
        "Zwei Meinungen\n\nMira Sandholz und Tilo Egge haben Lurch gegründet. Ein Gespräch.\n\nWoher kennt ihr euch?\n\n"
        f"MS: {LONG}\n\nTE: {LONG}\n\nUnd jetzt?\n\nTE: Machen wir weiter.\n\nMS: Genau."
    )
    assert [s for s, _ in said(text, claims_of(text, *people), people)] == ["Mira Sandholz", "Tilo Egge", "Tilo Egge", "Mira Sandholz"]


def test_a_label_of_nobody_named_leaves_the_speaker_unknown():
    text = f"Löschen\n\nEin Interview über das Löschen, anonym.\n\nFrage: Warum?\n\nAntwort: {LONG}\n\nFrage: Hilft es?\n\nAntwort: Ja."
    claims = claims_of(text)
    assert [(c.speaker, c.speaker_kind) for c in claims] == [(None, SpeakerKind.UNKNOWN)] * 2


def test_two_people_of_one_surname_stay_apart_by_full_label():
    people = ("Ada Schön", "Emil Schön")
    text = (
        "Streitgespräch\n\n„Einer muss ja fragen“\n\nAda Schön und Emil Schön waren verheiratet. Moderation: Jo Brandis\n\nBrandis: Wer fängt an?\n\n"
        f"Ada Schön: {LONG}\n\nEmil Schön: {LONG}\n\nBrandis: Sondern?\n\nAda Schön: Nein.\n\nSchön: Doch."
    )
    assert [s for s, _ in said(text, claims_of(text, *people), people)] == ["Ada Schön", "Emil Schön", "Ada Schön", None]


def test_labels_in_lines_of_their_own_as_a_definition_list_gives_them():
    people = ("Jo Brandis", "Mira Sandholz")
    text = (
        "Löschen als Beruf\n\nJo Brandis hat mit Mira Sandholz gesprochen.\n\n"
        f"Jo\n\nWarum löschst du alles?\n\nMira\n\n{LONG}\n\nJo\n\nWas kostet das?\n\nMira\n\nNichts, sage ich immer."
    )
    assert said(text, claims_of(text, *people), people) == [("Mira Sandholz", LONG), ("Mira Sandholz", "Nichts, sage ich immer.")]


def test_a_text_without_answers_gives_nothing():
    text = "Lurch wächst\n\nDer Dienst wächst. Das sagte Mira Sandholz am Montag.\n\nMehr gibt es nicht."
    assert claims_of(text, "Mira Sandholz") == []
