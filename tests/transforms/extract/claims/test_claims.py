"""Who says what, on texts of our own: the hard cases of claims."""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from presslake.schema import EntityKind, MentionKind, Modality, OrganisationKind, Resolution, SpeakerKind, SpeakerVia
from transforms.extract.claims import find_claims
from transforms.records import Block, Claim, Entity, Mention, Role


@dataclass
class Read:
    text: str
    claims: tuple[Claim, ...]
    entities: list[Entity]

    def rows(self) -> list[tuple[str, str, str | None]]:
        """(type, words, speaker as written) of every claim."""
        out = []
        for c in self.claims:
            words = " … ".join(self.text[s.start : s.end] for s in c.spans)
            out.append((str(c.speech_type), words, self.text[c.speaker_span.start : c.speaker_span.end] if c.speaker_span else None))
        return out

    def names(self) -> list[str | None]:
        """The entity that speaks, per claim."""
        return [None if c.speaker is None else self.entities[c.speaker].name for c in self.claims]


def read(
    *paragraphs: str, people: tuple[str, ...] = (), organisations: tuple[str, ...] = (), language: str = "de", roles: tuple[Role, ...] = ()
) -> Read:
    text, blocks, start = "\n\n".join(paragraphs), [], 0
    for n, paragraph in enumerate(paragraphs):
        blocks.append(Block(roles[n] if roles else Role.PARAGRAPH, start, start + len(paragraph)))
        start += len(paragraph) + 2
    entities, mentions = [], []
    for kind, names in ((EntityKind.PERSON, people), (EntityKind.ORGANISATION, organisations)):
        for name in names:
            slug = name.lower() if name in ("TikTok", "Instagram") else None
            entities.append(Entity(kind=kind, name=name, watchlist=slug, organisation_kind=OrganisationKind.PLATFORM if slug else None))
            for form in {name, name.split()[-1]} if kind is EntityKind.PERSON else {name}:
                at = text.find(form)
                while at >= 0:
                    if form == name or not text[: at + len(form)].endswith(name):
                        mentions.append(
                            Mention(
                                start=at,
                                end=at + len(form),
                                kind=kind,
                                mention_kind=MentionKind.NAME,
                                entity=len(entities) - 1,
                                resolution=Resolution.RESOLVED,
                            )
                        )
                    at = text.find(form, at + 1)
    return Read(text, find_claims(text, blocks, entities, mentions, language), entities)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a quotation split by its verb is one claim
        ("„Wir prüfen das“, sagte Hanna Voss, „und zwar gründlich.“", [("direct", "„Wir prüfen das“ … „und zwar gründlich.“", "Hanna Voss")]),
        ("Hanna Voss sagte am Montag: »Das war knapp.«", [("direct", "»Das war knapp.«", "Hanna Voss")]),
        ('„Das ist der Anfang", erklärte die Ministerin.', [("direct", '„Das ist der Anfang"', "die Ministerin")]),
        ("„Sie rief ‚Halt‘ und lief davon“, erzählt der Nachbar.", [("direct", "„Sie rief ‚Halt‘ und lief davon“", "der Nachbar")]),
        # phrases of attribution
        ("Laut TikTok sind es 20 Millionen Menschen.", [("indirect", "sind es 20 Millionen Menschen", "TikTok")]),
        ("Nach Angaben von Lumeo stieg der Umsatz um elf Prozent.", [("indirect", "stieg der Umsatz um elf Prozent", "Lumeo")]),
        ("Dem Verband zufolge fehlen 300 Kräfte.", [("indirect", "fehlen 300 Kräfte", "Dem Verband")]),
        ("Die Zahlen seien falsch, so die Sprecherin weiter.", [("indirect", "Die Zahlen seien falsch", "die Sprecherin")]),
        ("Wie das Amt am Dienstag mitteilte, ist der Dienst gesperrt.", [("indirect", "ist der Dienst gesperrt", "das Amt")]),
        ("Der Dienst sei gesperrt, hieß es aus dem Ministerium.", [("indirect", "Der Dienst sei gesperrt", "dem Ministerium")]),
        # clauses
        ("Der Betreiber teilte mit, dass die App abgeschaltet wird.", [("indirect", "dass die App abgeschaltet wird", "Der Betreiber")]),
        (
            "Hanna Voss, die Leiterin des Amtes, sagte, man prüfe den Fall.",
            [("indirect", "man prüfe den Fall", "Hanna Voss, die Leiterin des Amtes")],
        ),
        ("Am Mittwoch kündigte der Konzern an, die Gebühren zu senken.", [("indirect", "die Gebühren zu senken", "der Konzern")]),
        # reported acts
        ("Der Verband forderte strengere Regeln.", [("reported", "strengere Regeln", "Der Verband")]),
        ("Lumeo wies die Vorwürfe zurück.", [("reported", "die Vorwürfe", "Lumeo")]),
        ("Der Verband beruft sich auf die Verträge.", [("reported", "die Verträge", "Der Verband")]),
        ("Lumeo kündigte Berufung an.", [("reported", "Berufung", "Lumeo")]),
        ("Die Aufsicht empfiehlt einen Fonds.", [("reported", "einen Fonds", "Die Aufsicht")]),
        (
            "Die Leiterin wies den Vorwurf zurück: „Das ist alles geprüft worden.“",
            [("reported", "den Vorwurf", "Die Leiterin"), ("direct", "„Das ist alles geprüft worden.“", "Die Leiterin")],
        ),
        # an attribution inside a clause claims that clause
        (
            "In der Stadt gibt es eine Umweltzone, die nach Einschätzung des Amtes die Luft verbessert.",
            [("indirect", "die … die Luft verbessert", "des Amtes")],
        ),
        ("Nach Angaben der Polizei, die den Fall prüft, fehlen 300 Räder.", [("indirect", "fehlen 300 Räder", "der Polizei")]),
        # a noun of saying introduces its clause alone
        ("Der Sprecher ist der Meinung, dass der Dienst sicher ist.", [("indirect", "dass der Dienst sicher ist", "Der Sprecher")]),
        # reported speech goes on over a plural whose subjunctive looks like the past, if more of it follows
        (
            "Die Zahl sei gestiegen, sagte der Sprecher. Auf Instagram entfielen neun Prozent. In zwölf Fällen sei das Verfahren eingestellt worden.",
            [
                ("indirect", "Die Zahl sei gestiegen", "der Sprecher"),
                ("indirect", "Auf Instagram entfielen neun Prozent. In zwölf Fällen sei das Verfahren eingestellt worden.", "der Sprecher"),
            ],
        ),
        ("Die Zahl sei gestiegen, sagte der Sprecher. Die Fähren hielten in Husum.", [("indirect", "Die Zahl sei gestiegen", "der Sprecher")]),
        # hearsay
        ("Der Kassierer soll Gelder veruntreut haben.", [("indirect", "Der Kassierer soll Gelder veruntreut haben", None)]),
        ("Der Verein soll bis Mai wachsen.", []),
        # two who say it
        (
            "Laut TikTok sagte der Minister, dass zehn Millionen Euro fehlen.",
            [
                ("indirect", "sagte der Minister, dass zehn Millionen Euro fehlen", "TikTok"),
                ("indirect", "dass zehn Millionen Euro fehlen", "der Minister"),
            ],
        ),
        # acts without words
        ("Die Feier ist für den August geplant.", []),
        ("Der Sturm forderte zwölf Todesopfer.", []),
        ("Die Läuferin verteidigte ihren Titel.", []),
        ("Am Abend begann die seit Tagen erwartete Sitzung.", []),
        ("Sollte das nicht gelingen, endet der Vertrag.", []),
        # none of these is somebody's words
        ("Der Slogan „Für alle“ steht seit Jahren auf jedem Plakat.", []),
        ("Der Film „Das weite Feld der Wünsche“ läuft ab Donnerstag.", []),
        ("Die Kampagne „Offline ist das neue Online“ endet im Mai.", []),
        ("Das Haus steht am Ufer, und die Fähre geht um acht.", []),
        ("Nutzer*innen, Kund:innen und Leser_innen kamen ins Haus.", []),
    ],
)
def test_german_forms(text: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert read(text).rows() == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“We are late,” said Fintan Hale.", [("direct", "“We are late,”", "Fintan Hale")]),
        ("“We are late,” she said. “We are also sorry.”", [("direct", "“We are late,” … “We are also sorry.”", "she")]),
        (
            "Sunniva Hale, a lawyer for the firm, said the order had been lost.",
            [("indirect", "the order had been lost", "Sunniva Hale, a lawyer for the firm")],
        ),
        ("A lawyer for the women said her clients wanted names.", [("indirect", "her clients wanted names", "A lawyer for the women")]),
        ("The union said at least 31 pages were fake.", [("indirect", "at least 31 pages were fake", "The union")]),
        ("According to the union, 300 people lost their jobs.", [("indirect", "300 people lost their jobs", "the union")]),
        ("A spokesperson for Lumeo said that the app was safe.", [("indirect", "that the app was safe", "A spokesperson for Lumeo")]),
        ("The ministry rejected the findings.", [("reported", "the findings", "The ministry")]),
        ("The band played “Time to Say Goodbye” twice.", []),
    ],
)
def test_english_forms(text: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert read(text, language="en").rows() == expected


def test_subjunctive_goes_on_with_the_speaker_before() -> None:
    found = read(
        "Die Zahlen seien geprüft, sagte Hanna Voss. Man habe Fehler gefunden. Sie würden bis Mai behoben.",
        people=("Hanna Voss",),
    )
    assert [r[1] for r in found.rows()] == ["Die Zahlen seien geprüft", "Man habe Fehler gefunden. Sie würden bis Mai behoben."]
    assert found.names() == ["Hanna Voss", "Hanna Voss"]
    assert found.claims[1].speaker_via == SpeakerVia.INHERITED
    assert found.claims[1].cue is None


def test_list_of_quotations_belongs_to_whom_the_introduction_names_first() -> None:
    found = read(
        "Drei Sätze",
        "Hier drei Zitate von Hanna Voss aus ihrem Gespräch mit Jonas Brandt:",
        '1. Über den Anfang: "Wir hatten nichts, nicht einmal einen Drucker."',
        '2. Zur Konkurrenz: "Die schlafen gut. Das ist ihr Fehler."',
        '3. Über Jonas Brandt: "Er fragt, bis man antwortet."',
        people=("Hanna Voss", "Jonas Brandt"),
        roles=(Role.TITLE, Role.PARAGRAPH, Role.LIST_ITEM, Role.LIST_ITEM, Role.LIST_ITEM),
    )
    assert [r[:2] for r in found.rows()] == [
        ("direct", '"Wir hatten nichts, nicht einmal einen Drucker."'),
        ("direct", '"Die schlafen gut. Das ist ihr Fehler."'),
        ("direct", '"Er fragt, bis man antwortet."'),
    ]
    assert found.names() == ["Hanna Voss"] * 3


def test_quotation_over_several_paragraphs_is_one_claim() -> None:
    found = read(
        "Hanna Voss schrieb:",
        "„Ich gehe. Das ist keine Flucht.",
        "„Ich komme wieder, wenn es sich lohnt.“",
        "Danach war es still.",
        people=("Hanna Voss",),
    )
    assert found.rows() == [("direct", "„Ich gehe. Das ist keine Flucht. … „Ich komme wieder, wenn es sich lohnt.“", "Hanna Voss")]


def test_captions_and_about_boxes_give_no_claim() -> None:
    words = "„Das war knapp“, sagte Hanna Voss."
    assert read(words, words, words, roles=(Role.CAPTION, Role.ABOUT, Role.BYLINE)).claims == ()


def test_interview_answers_are_claims_and_questions_are_none() -> None:
    found = read(
        "Im Gespräch mit Hanna Voss",
        "Frau Voss, was heißt „Reichweite“?",
        "Voss: Wir zählen Menschen, keine Klicks. Das ist ein Unterschied.",
        people=("Hanna Voss",),
        roles=(Role.TITLE, Role.QUESTION, Role.ANSWER),
    )
    assert [r[0] for r in found.rows()] == ["interview_answer"]
    assert found.names() == ["Hanna Voss"]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("„Wir müssen jetzt handeln“", [("headline", "„Wir müssen jetzt handeln“", None)]),
        ("Hanna Voss: „Wir müssen handeln“", [("headline", "„Wir müssen handeln“", "Hanna Voss")]),
        ("Gericht: Betreiber muss Daten herausgeben", [("headline", "Betreiber muss Daten herausgeben", "Gericht")]),
        ("Kinder schlafen schlechter, sagt Hanna Voss", [("headline", "Kinder schlafen schlechter", "Hanna Voss")]),
        ("Wetter: Es bleibt nass und kühl", []),
        ("TikTok: Wie man Kurzvideos dreht", []),
        ("Drei Cafés schließen am Markt", []),
    ],
)
def test_headlines(title: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert read(title, people=("Hanna Voss",), organisations=("TikTok",), roles=(Role.TITLE,)).rows() == expected


def test_speakers_become_entities() -> None:
    found = read(
        "Der Konzern senkt die Gebühren, sagte Hanna Voss. Sie betont, dass im Mai alles steht.",
        "Eine Sprecherin von TikTok sagte, man prüfe den Fall.",
        "TikTok teilte mit, die App sei sicher.",
        "Irgendwer sagte: „Das wird nichts.“",
        people=("Hanna Voss",),
        organisations=("TikTok",),
    )
    kinds = [c.speaker_kind for c in found.claims]
    assert kinds == [SpeakerKind.PERSON, SpeakerKind.PERSON, SpeakerKind.UNNAMED, SpeakerKind.ORGANISATION, SpeakerKind.UNNAMED]
    assert found.names() == ["Hanna Voss", "Hanna Voss", "TikTok", "TikTok", None]
    assert found.claims[1].speaker_via == SpeakerVia.PRONOUN


def test_role_nouns_mean_the_person_who_was_called_so() -> None:
    found = read(
        "„Das war knapp“, sagte Anwalt Jonas Brandt. „Es reicht“, sagte Hanna Voss, Leiterin des Amtes.",
        "„Wir gehen in Berufung“, sagte der Anwalt.",
        "Man prüfe das, sagte die Leiterin.",
        "„Davon weiß ich nichts“, sagte der Hausmeister.",
        people=("Jonas Brandt", "Hanna Voss"),
    )
    assert found.names() == ["Jonas Brandt", "Hanna Voss", "Jonas Brandt", "Hanna Voss", None]
    assert found.claims[-1].speaker_kind == SpeakerKind.UNNAMED


def test_nobody_is_invented() -> None:
    found = read("„Das wird nichts werden, niemals.“", people=())
    assert [c.speaker_kind for c in found.claims] == [SpeakerKind.UNKNOWN]
    assert [c.speaker for c in found.claims] == [None]
    assert [c.speaker_span for c in found.claims] == [None]


def test_modality_negation_platforms_and_addressee() -> None:
    found = read(
        "TikTok bestritt, Daten verkauft zu haben.",
        "Hanna Voss sagte dem Reporter Jonas Brandt, Instagram sei nicht sicher.",
        people=("Hanna Voss", "Jonas Brandt"),
        organisations=("TikTok", "Instagram"),
    )
    denied, told = found.claims
    assert denied.modality == Modality.DENIED
    assert told.is_negated
    assert not denied.is_negated
    assert told.platforms == ("instagram",)
    assert told.addressee is not None
    assert found.entities[told.addressee].name == "Jonas Brandt"


@pytest.mark.parametrize(
    ("text", "language", "modality"),
    [
        ("Am Mittwoch kündigte der Konzern an, die Gebühren zu senken.", "de", Modality.PLANNED),
        ("Der Konzern wies die Vorwürfe zurück.", "de", Modality.DENIED),
        ("Der Verein behauptet, die Zahlen seien falsch.", "de", Modality.ALLEGED),
        ("Die Behörde erklärte, die Zahlen seien richtig.", "de", Modality.ASSERTED),
        ("„Wann kommt der Zug?“, fragte Hanna Voss.", "de", Modality.QUESTION),
        ("The company denied that it had sold any data.", "en", Modality.DENIED),
        ("The company promised that it would pay by May.", "en", Modality.PLANNED),
    ],
)
def test_modality_is_that_of_the_verb(text: str, language: str, modality: Modality) -> None:
    assert [c.modality for c in read(text, language=language).claims] == [modality]


def test_every_claim_has_a_confidence() -> None:
    found = read("„Das ist der Anfang“, sagte Hanna Voss. Der Verband forderte mehr Geld.")
    assert len(found.claims) == 2
    assert all(c.confidence is not None and 0.4 <= c.confidence <= 1 for c in found.claims)


@pytest.mark.parametrize("language", ["fr", "und", "ja"])
def test_other_languages_give_no_claims(language: str) -> None:
    assert read("« Das ist gut », sagte Anna. „Ja“, sagte Otto.", language=language).claims == ()


BAD = {
    "open": "„Wort und ",
    "mixed": "Wort „a »b “c ‚d ' ",
    "closing": "Wort“ und” da« ",
    "quotations": "„Das ist gut“, sagte Anna Müller. ",
    "one sentence": "und das Haus sagte dass er, ",
    "brackets": "(a ",
    "attribution": "laut Anna ",
    "subjunctive": "Man habe das gewusst. ",
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("piece", BAD.values(), ids=BAD.keys())
def test_a_megabyte_of_one_thing_is_read_to_its_end(piece: str) -> None:
    """Quadratic work on this length would not end within the limit."""
    text = piece * (400_000 // len(piece))
    claims = find_claims(text, [Block(Role.PARAGRAPH, 0, len(text))], [], [], "de")
    assert all(c.speaker is None for c in claims)
    assert sum(s.end - s.start for c in claims for s in c.spans) <= 2 * len(text)


@pytest.mark.timeout(60)
def test_ten_thousand_items_of_a_list_are_read_to_their_end() -> None:
    item = "„Wort und so.“"
    text = "\n\n".join([item] * 10_000)
    step = len(item) + 2
    blocks = [Block(Role.LIST_ITEM, n * step, n * step + len(item)) for n in range(10_000)]
    claims = find_claims(text, blocks, [], [], "de")
    assert len(claims) == 10_000
    assert {c.speaker_kind for c in claims} == {SpeakerKind.UNKNOWN}


WORDS = [
    "sagte",
    "Anna",
    "Müller",
    "„",
    "“",
    ",",
    ".",
    ":",
    "dass",
    "laut",
    "habe",
    "sei",
    "so",
    "die",
    "Sprecherin",
    "wie",
    "mitteilte",
    "–",
    "(",
    ")",
    "?",
    "„Ja“",
]


@settings(max_examples=120, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=40), st.sampled_from(["de", "en"]))
def test_any_order_of_words_gives_sound_claims(words: list[str], language: str) -> None:
    text = " ".join(words)
    claims = find_claims(text, [Block(Role.PARAGRAPH, 0, len(text))] if text else [], [], [], language)
    for c in claims:
        assert c.spans
        assert all(0 <= s.start < s.end <= len(text) for s in c.spans)
        assert all(a.end <= b.start for a, b in zip(c.spans, c.spans[1:], strict=False))
        assert all(text[s.start : s.end].strip() == text[s.start : s.end] for s in c.spans)
    assert list(claims) == sorted(claims, key=lambda c: (c.spans[0].start, -c.spans[-1].end))


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_without_an_exception(text: str) -> None:
    find_claims(text, [Block(Role.PARAGRAPH, 0, len(text))] if text else [], [], [], "de")


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Maren Holtkamp musste einräumen, dass die Zahlen alt sind.", "dass die Zahlen alt sind"),
        ("Maren Holtkamp ließ im Rundfunk verbreiten, der Termin sei geplatzt.", "der Termin sei geplatzt"),
        ("Das Ministerium erklärte, von solchen Absprachen nichts zu wissen.", "von solchen Absprachen nichts zu wissen"),
    ],
)
def test_what_was_said_under_a_modal_verb_or_in_an_infinitive(sentence: str, words: str) -> None:
    assert [(kind, said) for kind, said, _ in read(sentence, people=("Maren Holtkamp",)).rows()] == [("indirect", words)]


def test_what_must_or_may_be_said_is_no_claim() -> None:
    assert read("Maren Holtkamp will bald mitteilen, dass die Zahlen alt sind.", people=("Maren Holtkamp",)).claims == ()


def test_what_somebody_was_called_is_quoted_without_the_thing() -> None:
    got = read("Die Gewerkschaft nannte die Pläne „ein Armutszeugnis“.").rows()
    assert got == [("direct", "„ein Armutszeugnis“", "Die Gewerkschaft")]


def test_a_quotation_inside_a_quotation_stands_beside_it() -> None:
    text = "„Mein Sohn hat gefragt: ‚Warum darf Oma das?‘ Darauf wusste ich keine Antwort“, erzählte Maren Holtkamp."
    assert [words for _, words, _ in read(text, people=("Maren Holtkamp",)).rows()] == [text.split(", erz")[0], "‚Warum darf Oma das?‘"]


def test_a_quotation_on_its_own_is_of_the_person_the_sentence_before_tells_of() -> None:
    article = read(
        "„Es wird eng“, sagt Hanna Voss. Das Amt zählt mit. Jan Ohm zuckt mit den Schultern. „Wir warten ab.“", people=("Hanna Voss", "Jan Ohm")
    )
    assert article.rows()[-1] == ("direct", "„Wir warten ab.“", "Jan Ohm")
    asked = read("Der Verein klagt seit Mai. Und was sagt Jan Ohm? „Dazu äußere ich mich nicht.“", people=("Jan Ohm",))
    assert asked.rows()[-1] == ("direct", "„Dazu äußere ich mich nicht.“", "Jan Ohm")
    after_speech = read("„Es wird eng“, sagt Hanna Voss. „Wir warten ab.“", people=("Hanna Voss",))
    assert after_speech.names() == ["Hanna Voss", "Hanna Voss"]
    assert after_speech.rows()[-1][2] is None


def test_an_english_quotation_goes_on_after_a_short_attribution_and_begins_anew_after_a_long_one() -> None:
    short = read("“We tried it,” Jane Roe said. “It broke.”", people=("Jane Roe",), language="en")
    assert [words for _, words, _ in short.rows()] == ["“We tried it,” … “It broke.”"]
    long = read("“We tried it,” said Jane Roe, the director of the town’s museum. “It broke.”", people=("Jane Roe",), language="en")
    assert [words for _, words, _ in long.rows()] == ["“We tried it,”", "“It broke.”"]
    assert long.names() == ["Jane Roe", "Jane Roe"]


def test_two_quotations_inside_one_clause_are_two() -> None:
    rows = read("Hagen Ruf nannte den Erfolg in der „Neuen Warte“ „ein Unglück mit Ansage“.", people=("Hagen Ruf",)).rows()
    assert ("direct", "„ein Unglück mit Ansage“", "Hagen Ruf") in rows
    assert not any("…" in words for _, words, _ in rows)


def test_a_headline_without_a_name_is_of_who_says_the_same_below() -> None:
    article = read(
        "„Wir haben alle gewarnt“",
        "Die Halle bleibt zu. „Wir haben alle gewarnt, und keiner hat gehört“, sagte Hanna Voss. Jan Ohm sagte, das stimme.",
        people=("Hanna Voss", "Jan Ohm"),
        roles=(Role.TITLE, Role.PARAGRAPH),
    )
    assert (article.rows()[0][0], article.names()[0], article.claims[0].speaker_via) == ("headline", "Hanna Voss", SpeakerVia.INHERITED)
    interview = read(
        "„Ich lösche nichts“",
        "Hanna Voss leitet das Archiv.",
        "Was tun Sie?",
        "Hanna Voss: Ich hebe auf. Jeden Tag ein bisschen mehr.",
        people=("Hanna Voss",),
        roles=(Role.TITLE, Role.LEAD, Role.QUESTION, Role.ANSWER),
    )
    assert interview.names()[0] == "Hanna Voss"
    nobody = read("„Das wird ein Fest“", "Jan Ohm sagte, die Halle sei zu.", people=("Jan Ohm",), roles=(Role.TITLE, Role.PARAGRAPH))
    assert nobody.names()[0] is None


def test_a_report_between_two_speakers_is_the_first_ones() -> None:
    text = "Die Zahl steige, sagte Hanna Voss. Ein Grund sei der Preis. Das Netz habe Lücken, ergänzte Jan Ohm."
    article = read(text, people=("Hanna Voss", "Jan Ohm"))
    assert [(words, name) for (_, words, _), name in zip(article.rows(), article.names(), strict=True)] == [
        ("Die Zahl steige", "Hanna Voss"),
        ("Ein Grund sei der Preis.", "Hanna Voss"),
        ("Das Netz habe Lücken", "Jan Ohm"),
    ]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        # the verb has its object; the next clause has a subject of its own
        ("Der Verband lobt die Offenheit, die Gewerkschaft kommt im Mai.", "de", [("reported", "die Offenheit", "Der Verband")]),
        ("Wer nach dem Dorf sucht, findet eine Sängerin.", "de", []),
        ("„Hallenbaden“ heißt der Trend, auf Deutsch: Schwimmen.", "de", []),
        ("Auch auf Nachfrage musste Hanna Voss betonen, dass die Halle zu ist.", "de", [("indirect", "dass die Halle zu ist", "Hanna Voss")]),
        ("„Meine Tante hat Geld verloren“, so fing es an, erzählt Hanna Voss.", "de", [("direct", "„Meine Tante hat Geld verloren“", "Hanna Voss")]),
        ("Jane Roe will miss the race after a court found that she lied.", "en", [("indirect", "that she lied", "a court")]),
        ("The forum closed, according to its founder, Jane Roe.", "en", [("indirect", "The forum closed", "its founder, Jane Roe")]),
        (
            "Hanna Voss wies die Vorwürfe zurück: Die Halle sei sicher.",
            "de",
            [("reported", "die Vorwürfe", "Hanna Voss"), ("indirect", "Die Halle sei sicher", "Hanna Voss")],
        ),
        (
            "Hanna Voss begrüßte den Plan, warnte aber vor Übertreibung.",
            "de",
            [("reported", "den Plan", "Hanna Voss"), ("reported", "Übertreibung", "Hanna Voss")],
        ),
        # the telling stands inside what is told
        ("The crack, Jane Roe admits, was a fault in the mould.", "en", [("indirect", "The crack … was a fault in the mould", "Jane Roe")]),
        ("Der Riss, räumt Hanna Voss ein, sei ein Fehler.", "de", [("indirect", "Der Riss … sei ein Fehler", "Hanna Voss")]),
        (
            "Jane Roe told reporters that the hall was closed and thanked the staff.",
            "en",
            [("indirect", "that the hall was closed", "Jane Roe"), ("reported", "the staff", "Jane Roe")],
        ),
        ("A porter called Kim carried 400 posts.", "en", []),
        ("Der Club und der Verein sprechen von einem Dammbruch.", "de", [("reported", "einem Dammbruch", "Der Club und der Verein")]),
        (
            "Jane Roe welcomed the ruling but warned that it came late.",
            "en",
            [("reported", "the ruling", "Jane Roe"), ("indirect", "that it came late", "Jane Roe")],
        ),
        ("Jane Roe was told on Monday that the case was closed.", "en", [("indirect", "that the case was closed", None)]),
    ],
)
def test_clauses_have_their_own_subject(text: str, language: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert read(text, people=("Hanna Voss", "Jane Roe"), language=language).rows() == expected


def test_one_is_nobody() -> None:
    article = read("„Die Halle bleibt zu“, sagte Hanna Voss. Im Rathaus sagt man, die Zahl sei falsch.", people=("Hanna Voss",))
    assert article.names() == ["Hanna Voss", None]


def test_a_quotation_over_paragraphs_has_the_speaker_named_at_its_end() -> None:
    article = read("„Wir haben lange gewartet.", "„Das Wasser ist kalt.", "„Und es bleibt kalt“, schloss Hanna Voss.", people=("Hanna Voss",))
    (claim,) = article.claims
    assert (len(claim.spans), article.names(), article.rows()[0][2]) == (3, ["Hanna Voss"], "Hanna Voss")


def test_a_quotation_with_its_source_may_look_like_a_heading() -> None:
    article = read("Stimmen", "„Das Wasser hat 19 Grad, ich habe 37“ – Jan Ohm", people=("Jan Ohm",), roles=(Role.HEADING, Role.HEADING))
    assert article.rows() == [("direct", "„Das Wasser hat 19 Grad, ich habe 37“", "Jan Ohm")]


def test_a_lead_quotes_on_after_its_attribution() -> None:
    article = read("»Die Pumpe ist alt«, sagte Hanna Voss am Montag. »Sie stammt von 1974.«", people=("Hanna Voss",), roles=(Role.LEAD,))
    assert [words for _, words, _ in article.rows()] == ["»Die Pumpe ist alt«", "»Sie stammt von 1974.«"]


def test_items_about_something_are_of_whom_the_title_names() -> None:
    article = read(
        "Drei Sätze von Hanna Voss",
        "Sie sprach eine Stunde lang mit Jan Ohm.",
        "1. „Wir öffnen im Mai, komme was wolle.“",
        "2. Auf die Frage von Jan Ohm, ob die Pumpe hält, die der Hersteller eine „Diva“ nennt: „Nein.“",
        "3. „Das Wasser bleibt kalt, und das ist gut so.“",
        people=("Hanna Voss", "Jan Ohm"),
        roles=(Role.TITLE, Role.LEAD, Role.LIST_ITEM, Role.LIST_ITEM, Role.LIST_ITEM),
    )
    direct = [(words, name) for (kind, words, _), name in zip(article.rows(), article.names(), strict=True) if kind == "direct"]
    assert direct == [
        ("„Wir öffnen im Mai, komme was wolle.“", "Hanna Voss"),
        ("„Nein.“", "Hanna Voss"),
        ("„Das Wasser bleibt kalt, und das ist gut so.“", "Hanna Voss"),
    ]
