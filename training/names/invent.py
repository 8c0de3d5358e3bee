"""Invent names of organisations and people, in the forms that German and English press uses."""

from __future__ import annotations

import random

from transforms.extract.recognisers.tokens import TOKEN

SYLLABLES = (
    "ba be bi bo bra cha cla cli da de do dra el fa fi flo fra ga gli go gra ha he ho in ja jo ka ki kla ko kra la le li lo lu ma "
    "me mi mo mu na ne ni no nu o pa pe pi pla po pra pu ra re ri ro ru sa se si sna so spa sta su ta te ti to tra tri tu u va ve "
    "vi vo wa we wi wo xa ya yo za ze zi zo"
).split()
ENDS = "n r s x l t k m ra ro la lo ly fy io ia ix on um us er el en a o y o os is ex ify ster gram zon nia tec med lux".split()
PARTS = (
    "Social Media Video Clip Chat Post Feed Snap Play Data Net Web Cloud Pay Shop Buy Sound Voice Stream Tube Book Face Click "
    "Link Light Bright Blue Green Red Black White Gold Silver North South Nord Süd West Ost Stern Licht Blick Klar Weit Fein Gut "
    "Neu Jung Alt Frei Stadt Land Haus Hof Markt Welt Zeit Ton Bild Wort Wert Kraft Werk Bau Tech Soft Hard Star Sun Moon Sky Sea "
    "River Stone Wood Field Hill Lake Fox Wolf Bear Bird Owl Bee Lion Tiger Quick Smart Fast Deep Open Safe True Good Kind Happy "
    "Lucky Pixel Byte Loop Wave Spark Flame Storm Wind Cube Ring Bridge Gate Tower Spot Dot Box Lab Hub Nest Den Corner Room Yard"
).split()
FORMS_DE = [
    "GmbH",
    "AG",
    "KG",
    "GmbH & Co. KG",
    "SE",
    "e. V.",
    "e.V.",
    "eG",
    "UG",
    "gGmbH",
    "Holding",
    "Gruppe",
    "KGaA",
    "OHG",
    "mbB",
    "& Cie.",
    "& Co.",
]
FORMS_EN = [
    "Inc.",
    "Ltd",
    "LLC",
    "Corp.",
    "plc",
    "Group",
    "Holdings",
    "& Co.",
    "Limited",
    "Company",
    "Partners",
    "Technologies",
    "Media",
    "Labs",
    "Studios",
]
BODIES_DE = (
    "Verband Bundesverband Verein Gesellschaft Stiftung Institut Initiative Bündnis Vereinigung Zentrum Landesanstalt "
    "Landesverband Dachverband Netzwerk Allianz Genossenschaft Bundesamt Landesamt Zentralstelle Beratungsstelle Kompetenzzentrum "
    "Forum Arbeitskreis Rat Bundesanstalt Behörde Akademie Hochschule Agentur Kommission Interessengemeinschaft Gewerkschaft "
    "Kammer Forschungsstelle Ministerium Bundesministerium"
).split()
NEUTER = ("Institut", "Bündnis", "Zentrum", "Netzwerk", "Bundesamt", "Landesamt", "Kompetenzzentrum", "Forum", "Ministerium", "Bundesministerium")
THINGS_DE = (
    "Medien|Jugend|Kultur|Familie|Bildung|Digitales|Verbraucherschutz|Datenschutz|Recht|Technik|Wirtschaft|Handel|Werbung|Film|"
    "Fernsehen|Internet|Sicherheit|Gesundheit|Wissenschaft|Forschung|Kommunikation|Energie|Umwelt|Verkehr|Landwirtschaft|Sport|"
    "Musik|Journalismus|Suchtforschung|Jugendschutz|Demokratie|Menschenrechte|Grundrechte|Finanzen|Inneres|Justiz|Arbeit|Soziales|"
    "Migration|Statistik|Meinungsfreiheit|Medienkompetenz|Plattformaufsicht|Kinderschutz"
).split("|")
ADJECTIVES_DE = (
    "digitale deutsche freie europäische angewandte politische soziale kommunale unabhängige evangelische katholische öffentliche neue".split()
)
PEOPLE_DE = (
    "Verleger|Händler|Apotheker|Lehrer|Eltern|Ärzte|Künstler|Zeitungsverleger|Verbraucher|Studierender|Gemeinden|Städte|"
    "Unternehmer|Journalisten|Blogger|Kanäle|Creator|Filmproduzenten|Spediteure|Winzer|Köche|Pflegekräfte|Mieter|Psychologen|"
    "Kinderärzte|Influencer|Gründer"
).split("|")
BODIES_EN = (
    "Council Association Institute Authority Agency Commission Foundation Alliance Coalition Society Federation Union Centre "
    "Center Office Board Network Trust Committee Department Ministry Bureau Service College University School Museum Hospital "
    "Library Church Club"
).split()
THINGS_EN = (
    "Media|Consumer Protection|Online Safety|Digital Rights|Education|Health|Trade|Competition|Communications|Culture|Technology|"
    "Science|Advertising|Privacy|Family|Youth|Justice|Transport|Energy|Agriculture|Statistics|Human Rights|Free Speech|Internet|"
    "Broadcasting|Public Policy|Child Safety|Security|Labor"
).split("|")
ADJECTIVES_EN = (
    "National|Australian|British|European|American|Federal|Royal|International|Digital|Open|Public|Canadian|German|Irish|Indian|"
    "Swedish|Central|State|New|Global"
).split("|")
PAPER_DE = (
    "Anzeiger Zeitung Tageblatt Nachrichten Bote Kurier Rundschau Allgemeine Morgenpost Abendblatt Volksblatt Presse Stimme Magazin Echo Merkur"
).split()
PAPER_EN = (
    "Times Herald Post Gazette Tribune Chronicle Observer Ledger Journal News Star Echo Examiner Wire Review Dispatch Courier Standard Mail"
).split()
CLUBS = (
    "FC SV VfB VfL TSV SC FSV TuS SpVgg SG TSG BC HSG MTV KSV Eintracht Borussia Fortuna Union Viktoria Alemannia Germania Dynamo Lokomotive"
).split()
FORMS_CLUB = "AS AC FK SK IF RC CD Sporting Olympique Motor Lok Preußen Rot-Weiß Waldhof Kickers Concordia".split()
QUALITIES = "Freie Freies Neue Neues Junge Offene Offenes Gute Gutes Helle Stille Blaue Rotes Grüne Kleine Großes Alte Schöne Wilde Frohe".split()
PARTICLES = ["von", "von der", "van", "van der", "de", "del", "zu", "di", "al-", "el-", "Mc", "O'", "ten", "da"]


def tokens(name: str) -> list[str]:
    return TOKEN.findall(name)


def brand(rng: random.Random) -> str:
    """A name of one word that no list knows."""
    r = rng.random()
    if r < 0.35:
        word = "".join(rng.choice(SYLLABLES) for _ in range(rng.randint(1, 3))) + rng.choice(ENDS)
        word = word.capitalize()
    elif r < 0.65:
        word = rng.choice(PARTS) + rng.choice(PARTS).lower()
    elif r < 0.8:
        word = rng.choice(PARTS) + rng.choice(PARTS)
    elif r < 0.92:
        word = "".join(rng.choice("ABCDEFGHIKLMNOPRSTUVWZ") for _ in range(rng.randint(2, 5)))
    else:
        word = rng.choice(PARTS)
    return word


def organisation(rng: random.Random, language: str, cities: list[str], surnames: list[str]) -> list[str]:
    """The tokens of an invented organisation of more than one word."""
    city, name = rng.choice(cities), rng.choice(surnames)
    if language == "de":
        body, thing, who = rng.choice(BODIES_DE), rng.choice(THINGS_DE), rng.choice(PEOPLE_DE)
        adjective = rng.choice(ADJECTIVES_DE)
        forms = [
            f"{body} für {thing}",
            f"{body} für {adjective} {thing}",
            f"{body} für {thing} und {rng.choice(THINGS_DE)}",
            f"{body} für {thing} {city}",
            f"{body} {adjective if adjective.endswith('r') else adjective + 'r'} {who}",
            f"{body} der {who}",
            f"{body} {adjective.capitalize()}{'s' if body in NEUTER else 'r' if body.endswith(('rband', 'rein')) else ''} {thing}",
            f"{adjective.capitalize()} {body} für {thing}",
            f"{body} {thing}",
            f"{body} {brand(rng)}",
            f"Universität {city}",
            f"Hochschule {city}",
            f"{city}er {rng.choice(PAPER_DE)}",
            f"{thing}-{rng.choice(PAPER_DE)}",
            f"{rng.choice(CLUBS)} {city}",
            f"{city} {rng.choice(['96', '04', '05', '1899', 'II'])}",
            f"1. {rng.choice(['FC', 'SC', 'FSV', 'VfL'])} {city}",
            f"{rng.choice(FORMS_CLUB)} {city}",
            f"{brand(rng)} {rng.choice(FORMS_DE)}",
            f"{name} {rng.choice(FORMS_DE)}",
            f"{name} & {rng.choice(surnames)}",
            f"{name} & Söhne",
            f"{brand(rng)} {rng.choice(PARTS)}",
            f"{brand(rng)} Deutschland",
            f"Agentur {brand(rng)}",
            f"Verlag {rng.choice(PARTS)}",
            f"{name}-Stiftung",
            f"{name}-Institut",
            f"Amtsgericht {city}",
            f"Landgericht {city}",
            f"Staatsanwaltschaft {city}",
            f"Polizei {city}",
            f"Stadtwerke {city}",
            f"Sparkasse {city}",
            f"{rng.choice(THINGS_DE)} und {rng.choice(THINGS_DE)}",
        ]
    else:
        body, thing, adjective = rng.choice(BODIES_EN), rng.choice(THINGS_EN), rng.choice(ADJECTIVES_EN)
        forms = [
            f"{adjective} {body} for {thing}",
            f"{adjective} {thing} {body}",
            f"{body} of {thing}",
            f"{body} for {thing}",
            f"{adjective} {body}",
            f"{thing} {body}",
            f"{city} {body}",
            f"University of {city}",
            f"{city} {rng.choice(PAPER_EN)}",
            f"The {city} {rng.choice(PAPER_EN)}",
            f"The {rng.choice(PARTS)} {rng.choice(PAPER_EN)}",
            f"{name} {rng.choice(FORMS_EN)}",
            f"{brand(rng)} {rng.choice(FORMS_EN)}",
            f"{brand(rng)} {rng.choice(PARTS)}",
            f"{name} & {rng.choice(surnames)}",
            f"{name} {body}",
            f"Bank of {city}",
            f"{city} Police Department",
            f"{city} {rng.choice(['United', 'City', 'Rovers', 'Tigers', 'Bears', 'Eagles', 'Giants', 'Kings', 'Rangers', 'Wolves'])}",
            f"Coalition of {rng.choice(['Parents', 'Teachers', 'Writers', 'Creators'])} for {thing}",
            f"{name}'s",
        ]
    return tokens(rng.choice(forms))
