"""Sentences with gaps for names, filled anew in every epoch: what stands beside a name tells what it is, even where the name is an ordinary word.

``{o}`` any organisation, ``{c}`` and ``{k}`` a noun that says what the name behind it is and is no part of it ("die Gewerkschaft
Gemeinsinn"), ``{b}`` and ``{m}`` a body whose noun is part of its name ("Volksbank Oberwald"), ``{p}`` a person, ``{s}`` a surname, ``{l}``
a place, ``{n}`` a noun that is no name.
"""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

from training.names.data import DOMAINS, TAGS, Piece
from training.names.invent import FORMS_DE, FORMS_EN, brand, organisation, tokens

if TYPE_CHECKING:
    from training.names.augment import Augmenter

PER_EPOCH = {"de": 1200, "en": 500}
CLASSES_DE = """
App Dating-App Lern-App Plattform Videoplattform Firma Agentur Werbeagentur Influencer-Agentur Modekette Supermarktkette Marke Modemarke
Initiative Gewerkschaft Band Rockband Gruppe Kanzlei Beratung Beratungsgesellschaft Verwertungsgesellschaft Bürgerinitiative Fraktion
Ticketbörse Suchmaschine Redaktion Zeitschrift Fluggesellschaft Brauerei Uhrenmanufaktur Organisation Nichtregierungsorganisation Kette
Reederei Produktionsfirma Mediaagentur Disco Eisdiele
""".split()
CLASSES_DE_MN = """
Verein Dienst Zahlungsdienst Lieferdienst Anbieter Hersteller Händler Möbelhändler Onlinehändler Konzern Verlag Sender Netzbetreiber
Freizeitpark Club Chor Störungsmelder Branchendienst Finanzierer Vermarkter Mittelständler Zulieferer Portal Nachrichtenportal
Wirtschaftsportal Magazin Digitalmagazin Stadtmagazin Unternehmen Start-up Netzwerk Label Recherchebüro Ensemble Orchester Bündnis Kollektiv
Restaurant Café Projekt Blatt Labor Modehaus Reisebüro Ingenieurbüro
""".split()
BODIES = """
Volksbank Sparkasse Drogerie Bäckerei Stiftung Bürgerliste Berghilfe Wirtschaftsförderung Wettbewerbszentrale Verbraucherzentrale
Handwerkskammer Landesanstalt Medienanstalt Fachhochschule Hochschule Universität Uni Grundschule Realschule Stadtbibliothek Stadtverwaltung
Feuerwehr Polizeidirektion Kreisverwaltung Meldestelle Beratungsstelle Musikschule Volkshochschule Winzergenossenschaft Buchhandlung
Apotheke Kulturstiftung Kartellbehörde Caritas Landjugend
""".split()
BODIES_MN = """
Gymnasium Bistum Jugendamt Landratsamt Amtsgericht Landgericht Arbeitsgericht Klinikum Stadttheater Kunstmuseum Institut Zentrum
Kinderhilfswerk Landeskriminalamt Tierheim Jugendzentrum Studierendenwerk Bankhaus Autohaus Landesverband Kreisverband Verband Bundesverband
Heimatverein Sportverein Mieterverein Mieterbund Kulturverein Stadtrat Bezirksausschuss Landesmuseum Stadtarchiv Forschungszentrum
Kammerchor Schachklub
""".split()
DE = """
Die {c} {o} lehnte das ab.
Die Betreiber der {c} {o} sollen ein Bußgeld zahlen.
Streit um die {c} {o}
{c} {o} wächst kräftig
{l}: {n} verklagt {c} {o}
Das teilte die {c} {o} am Montag mit.
{p} arbeitet seit Mai für die {c} {o} in {l}.
{p}, Sprecherin der {c} {o}, widersprach.
{p} von der {c} {o} sieht das anders.
Der {k} {o} kündigte eine Klage an.
Das berichtete der {k} {o} am Dienstag.
Eine Umfrage des {k} {o} ergab ein anderes Bild.
Nachrichten, die angeblich vom {k} {o} stammen, sind falsch.
Beim {k} {o} liefen bis zum Abend 4.000 Meldungen ein.
{p}, Gründer des {k} {o}, hofft auf mehr.
Laut dem {k} {o} sind es 40 Prozent.
{p} vom {k} {o} nannte keine Zahlen.
Die {b} wirbt um Kunden.
Die Leiterin der {b}, {p}, hat es eilig.
Ein Sprecher der {b} sagte am Freitag, man prüfe das.
Das Geld kommt von der {b} und der {b}.
An der {b} forscht {p} zu {n}.
Der Betrag geht an die {b}.
Bei der {b} gab es keine Beanstandung.
Das {m} beobachtet die Sache.
Seit September sind am {m} die Handys verboten.
{p}, Direktor des {m}, freute sich.
Der Fall liegt beim {m}.
Wie das {m} mitteilte, wird geprüft.
{o} kündigte Widerspruch an.
{o} steigerte den Umsatz um acht Prozent.
{o} bestreitet das.
{o} verlangt 1,2 Prozent vom Umsatz.
{o} wies die Vorwürfe zurück.
{o} gaben 1,6 Prozent nach, {o} 0,4 Prozent.
{o} und {o} wollen zusammen werben.
Wie {o} berichtet, ist der Vertrag unterschrieben.
Im Interview mit {o} zieht sie Bilanz.
Konkurrenten wie {o}, {o} und {o} verlangen mehr.
Aus dem Ärger wurde {o}, ein Dienst für {n}.
Die Unternehmen, unter ihnen {o}, wurden nicht belangt.
{p}, Gründerin von {o}: „Wir haben gelernt.“
{p}, Geschäftsführer bei {o} in {l}, kennt das.
{s} ist Partner bei {o} und lehrt an der {b}.
{p} ({o}) gewann vor {p} ({o}).
Dazu kommen {o} und die {b}.
Das Buch erscheint bei {o}, {l} 1994.
Quelle: {o}
Foto: {p}/{o}
Redaktion: {p}, {o}
{o}: Frau {s}, wie kam es dazu?
{o}: Und was sagt {s}?
{o}: Ihr Rat?
Die Aktie von {o} fiel um vier Prozent, die von {o} stieg.
{o} ({l}) und {o} ({l}) fusionieren.
Das Duo wechselte von {o} zu {o}.
{o} empfängt am Samstag {o}.
Gegen {o} fehlt {s}, gegen {o} auch {s}.
{l} ({o}) – Der Rat tagt am Dienstag.
Das {n} der Stadt und die {n} kosten Geld.
Weil die Plattform {n} sammelt, klagt die Firma.
Die Agentur prüft {n}, der Verein fordert {n}.
Bilder von {n}, {n} und {n} füllen die Seite.
Rubrik {n}: {n} und {n}
{n} statt {n}
Frau {s} nennt es {n}, Herr {s} nicht.
Sagt {p}, {n} sei nicht alles.
{p}, {s} und {s} sind sich einig.
{s} klemmt sich das Handy unter den Arm.
Sein früherer Partner {p} sagt, das sei {n}.
"""
EN = """
{o} said it would appeal.
{o}, a smaller rival, did not respond.
{o} was founded in {l} in 1998.
{o} and {o} launch a scheme for {x}
Shares in {o} fell 4 per cent, those of {o} rose.
{p}, chief executive of {o}, said the plan was sound.
{p} of {o} called it a start.
{p}, who leads the {e}, agreed.
The {e} warned of delays.
The {e} said it had found 23 cases.
The clip raised £23,000 for the {e}.
The complaint, filed by the {e}, names {o}.
A spokesperson for the {e} said: “We expect answers.”
By {p}, {o}
Picture: {o}
According to a memo seen by {o}, talks have begun.
The app {o} and the start-up {o} raised money.
Law firm {o} advised {o}.
The magazine {o} broke the story.
{o}: Why did you leave?
{p} told {o} that {s} had left.
{s} did not name {o}.
She reads {o} and shops at {o}.
Services such as {o}, {o} and {o} were fined.
We love {o}! The staff at {o} were rude.
{o} beat {o} 3-1 in {l}.
He signed with {o} after two seasons at {o}.
{p} and {p} met in {l}.
The show opens in {l} on Monday.
The {x} was on the table, the {x} on the floor.
Two years later the {x} closed.
"""
GAP = re.compile(r"\{(\w)\}")
ENGLISH_NOUNS = (
    "garden letter kettle hall market river office fund council station school union board service clip village choir meeting bread parade".split()
)
CAPITAL_ENGLISH = """
Connect Garden Lantern Harbour Kettle Junction Works Collective Live Loop Arena Pocket Anchor Radish Kitchen Lane Corner Signal Orchard
Paper Circle Honeycomb Bronze Larkspur Hearth Rumble Beacon Thistle Copper Maple Velvet Anvil Meadow Quarry Index Compass
""".split()


class Patterns:
    """The sentences, and the words that fill them."""

    def __init__(self, augmenter: Augmenter) -> None:
        self._augmenter = augmenter
        self._lines = {"de": DE.strip().splitlines(), "en": EN.strip().splitlines()}

    def draw(self, rng: random.Random) -> list[Piece]:
        """The pieces of one epoch."""
        return [self._fill(rng.choice(self._lines[language]), language, rng) for language, n in PER_EPOCH.items() for _ in range(n)]

    def _fill(self, line: str, language: str, rng: random.Random) -> Piece:
        words: list[str] = []
        allowed: list[int] = []
        at = 0
        for gap in GAP.finditer(line):
            plain = tokens(line[at : gap.start()])
            words += plain
            allowed += [1] * len(plain)
            new, label = self._word(gap.group(1), language, rng)
            if words[-1:] == ["des"] and not new[0].endswith("s"):
                new[0] += "s"
            words += new
            first = 1 << TAGS.index("B-" + label) if label else 1
            allowed += [first] + [first << 1 if label else 1] * (len(new) - 1)
            at = gap.end()
        rest = tokens(line[at:])
        return Piece(words + rest, allowed + [1] * len(rest), DOMAINS.index("corpus"), language, is_invented=True)

    def _word(self, gap: str, language: str, rng: random.Random) -> tuple[list[str], str]:
        a = self._augmenter
        match gap:
            case "o":
                return self._organisation(language, rng), "ORG"
            case "c":
                return tokens(rng.choice(CLASSES_DE)), ""
            case "k":
                return tokens(rng.choice(CLASSES_DE_MN)), ""
            case "b" | "m":
                return tokens(rng.choice(BODIES if gap == "b" else BODIES_MN)) + self._behind_body(rng), "ORG"
            case "e":
                return organisation(rng, "en", a.cities, a.last), "ORG"
            case "p":
                return [rng.choice(a.first), *self._surname(rng)], "PER"
            case "s":
                return self._surname(rng), "PER"
            case "l":
                return [rng.choice(a.cities)], "LOC"
            case "x":
                return [rng.choice(ENGLISH_NOUNS)], ""
        return [a.noun(rng) if rng.random() < 0.5 else rng.choice(a.words)], ""

    def _surname(self, rng: random.Random) -> list[str]:
        a = self._augmenter
        word = a.surname(rng, plain=0.15)
        return [word, "-", a.surname(rng, plain=0.15)] if rng.random() < 0.12 else [word]

    def _behind_body(self, rng: random.Random) -> list[str]:
        a = self._augmenter
        r = rng.random()
        if r < 0.45:
            return [rng.choice(a.cities)]
        if r < 0.6:
            return [rng.choice(a.cities), "-", rng.choice(a.cities if rng.random() < 0.5 else "Nord Süd West Ost Mitte".split())]
        if r < 0.75:
            return [a.noun(rng)]
        if r < 0.85:
            return [rng.choice(a.last)]
        return tokens(f"für {rng.choice(a.words)} und {rng.choice(a.words)}") if rng.random() < 0.5 else [brand(rng)]

    def _organisation(self, language: str, rng: random.Random) -> list[str]:
        a = self._augmenter
        r = rng.random()
        first, second = rng.choice(a.last), rng.choice(a.last)
        if language == "en":
            word = rng.choice(CAPITAL_ENGLISH)
            if r < 0.45:
                return [word if rng.random() < 0.3 else brand(rng)]
            if r < 0.65:
                return [brand(rng) if rng.random() < 0.5 else rng.choice(CAPITAL_ENGLISH), word]
            if r < 0.8:
                return tokens(rng.choice([f"{first} {second}", f"{first} & {second}", f"{brand(rng)} {rng.choice(FORMS_EN)}"]))
            return organisation(rng, "en", a.cities, a.last)
        if r < 0.4:
            return [brand(rng)]
        if r < 0.6:
            return [a.noun(rng)]
        if r < 0.78:
            return a.phrase(rng)
        if r < 0.88:
            return tokens(rng.choice([f"{first} {second}", f"{brand(rng)} {rng.choice(FORMS_DE)}", f"{first} & {second}"]))
        return [first] if r < 0.93 else organisation(rng, "de", a.cities, a.last)
