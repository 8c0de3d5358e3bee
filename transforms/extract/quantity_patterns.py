"""What tells numbers that are no quantities: dates, ages, clock times, paragraphs, telephone numbers, list numbers, names with a number.

Three looks at one number: :data:`SKIP` from its first character on, :data:`LED` at what stands before it, :data:`CLOCK_OR_AGE` for a number
that nothing is counted with. Each looks at a few characters only, so that a text costs time by its numbers and not by its length.
"""

from __future__ import annotations

import re

from transforms.extract.quantity_words import DE_WORD, EN_WORD

_MONTH_DE = (
    r"(?:Jan(?:uar|\.)|Jänner|Feb(?:ruar|\.)|März|Apr(?:il|\.)|Mai|Juni?|Juli?|Aug(?:ust|\.)|Sept?(?:ember|\.)|Okt(?:ober|\.)|"
    r"Nov(?:ember|\.)|Dez(?:ember|\.))"
)
_MONTH_EN = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_ZONE = r"(?:Uhr|h|[ap]\.?\s?m|AEST|AEDT|GMT|BST|EST|EDT|PST|PDT|CET|CEST|MESZ|MEZ|UTC|IST)\b"

_COMMON = rf"""
    \d{{1,2}}\.\s?\d{{1,2}}\.(?:\s?\d{{2,4}}\b)? | \d{{4}}-\d{{2}}-\d{{2}} | \d{{1,2}}/\d{{1,2}}/\d{{2,4}}\b | \d{{1,4}}/\d{{2,4}}\b
  | \d{{1,2}}[:.]\d{{2}}(?::\d{{2}})?\s?{_ZONE} | \d{{1,2}}\s?{_ZONE} | \d{{1,3}}:\d{{1,3}}\b
  | 0\d{{2,5}}\s?[\s/–-]\s?\d[\d\s/–-]{{2,20}}\d | 0\d{{2,}} | \d{{2,6}}(?:[ /-]\d{{2,6}}){{2,8}}(?!\d|\s?(?:Millionen|Euro|Prozent))
  | \d+[A-Za-z]*(?:\.\d+){{2,}} | \d{{2,3}}\.\s?\+\s?\d{{1,2}}\b
"""

SKIP = {
    "de": re.compile(
        rf"""(?:{_COMMON}
  | \d{{1,2}}\.(?:,?\s(?:und\s|bis\s|oder\s)?\d{{1,2}}\.){{0,4}}\s{_MONTH_DE}(?:\s\d{{4}})?
  | (?:\d{{1,3}}|(?i:{DE_WORD}))(?:(?:-|\sJahre)?\s?(?:bis|und|oder|–|-)\s?(?:zu\s)?(?:\d{{1,3}}|(?i:{DE_WORD})))?-?\s?[Jj]ährig\w*
  | (?:\d{{1,3}}|(?i:{DE_WORD}))(?:\s?(?:bis|und|–)\s?(?:\d{{1,3}}|(?i:{DE_WORD})))?\sJahren?\s(?:alt|jung)\w*
  | \d{{2,4}}er\b(?:[- ]Jahre\w*)?
  | (?:(?i:{DE_WORD})|\d{{1,2}})\s(?:Uhr|nachts|morgens|abends|früh)\b
)""",
        re.VERBOSE,
    ),
    "en": re.compile(
        rf"""(?:{_COMMON}
  | \d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH_EN}(?:,?\s\d{{4}})? | \d+(?:st|nd|rd|th)\b
  | (?:\d{{1,2}}|(?i:{EN_WORD}))\so[’']clock | \d{{4}}\s(?:GMT|BST|EST|CET|UTC|hours)\b
  | (?:\d{{1,3}}|(?i:{EN_WORD}))(?:(?:\s|-)?(?:to|and|or|–|-)(?:\s|-)?(?:\d{{1,3}}|(?i:{EN_WORD})))?[\s-]years?[\s-]olds?\b
  | (?:\d{{1,3}}|(?i:{EN_WORD}))-(?:year-old|page|part|point|storey|story|star|way|person|man|step|inch|mile|metre|figure|strong)s?(?:-\w+)?\b
  | \d{{2,4}}s\b
)""",
        re.VERBOSE,
    ),
}
"""Matched at a number: what follows makes it a date, an age, a time."""

SKIP_SPELLED = {
    "de": re.compile(
        r"""\w+(?:(?:-|\sJahre)?\s?(?:bis|und|oder|–|-)\s?(?:zu\s)?\w+)?-?\s?[Jj]ährig\w*
  | \w+(?:\s(?:bis|und)\s\w+)?\sJahren?\s(?:alt|jung)\w* | \w+\s(?:Uhr|nachts|morgens|abends|früh)\b""",
        re.VERBOSE,
    ),
    "en": re.compile(
        r"""[\w-]+(?:\s(?:to|and|or)\s[\w-]+)?[\s-]years?[\s-]olds?\b | \w+\so[’']clock
  | \w+-(?:year-old|page|part|point|storey|story|star|way|person|man|step|inch|mile|metre|figure|strong)s?(?:-\w+)?\b | (?:twenty|ten|quarter
      |five|half)\s(?:past|to)\s\w+""",
        re.VERBOSE,
    ),
}
"""The same for a number in words; tried only where one starts."""

_LED_COMMON = r"""
    [#@][\w.]*$ | §{1,2}\s?$ | \bhttps?://\S*$ | \bwww\.\S*$ | \+[\d\s()/-]*$ | \(0\d{2,5}\)[\s-]?$
  | \b(?:Web|Windows|iPhone|iOS|Android|Galaxy|GPT|Covid|COVID|Version|v\.|Formel|Formula|Top|TOP|Vol\.|Abb\.|Abbildung|Tab\.|Tabelle|Fig\.
      |Table|[Tt]ype|Typ|Form|Art\.|Abs\.|Nr\.|No\.|S\.|Az\.
      |Tel\.|Kap\.|HRB|VR|IBAN|BLZ|PLZ)[\s-]?$
"""

LED = {
    "de": re.compile(
        rf"""(?:{_LED_COMMON}
  | \b(?:Paragra(?:f|ph)|Artikel|Absatz|Seiten?|Kapitel|Folge|Episode|Staffel|Heft|Ausgabe|Tag|Platz|Rang|Level|Runde|Zimmer|Raum|Hörsaal
      |Saal|Studio|Linie|Halle
      |Stufe|Punkt|Frage|Teil|Nummer|Klasse|Hausnummer|Gleis|Ziffer|Satz|Band|Akt|Senat|Kammer|Klick|Tisch|Stand|Feld|Bundesstraße|Autobahn|Jahrgang|Baujahr|FC|TSV|SV|Bayern
      |Telefon|Mobil|Fax|Mobilfunk|Kontonummer|Aktenzeichen|Kummer\sunter|Bestellung\sunter|Postfach)\s?:?\s?$
  | \b(?:geboren|gestorben|Alter|Alters)\s(?:von|ab|zwischen|bis)?\s?(?:etwa\s|rund\s)?$ | \bMindestalters?\s(?:von|auf|bei|ab)\s$
      | \b(?:Mitte|Anfang|Ende)\s$
  | \b(?:minus|plus|auf\sallen|Beklagten?\szu|Klägerin\szu)\s$ | \b[ABDKLU]\s$
)""",
        re.VERBOSE,
    ),
    "en": re.compile(
        rf"""(?:{_LED_COMMON}
  | \b{_MONTH_EN}\s$ | \b(?:Article|Section|section|Rule|[Pp]ages?|[Cc]hapter|Part|[Ee]pisode|[Ss]eason|[Ii]ssue|Day|Level|Round|Room|Route
      |Channel|Gate|Phase|Stage|Track|Title|Figure
      |Grade|Year|[Nn]umber|Band|Bay|Ward|Unit|Platform|UPDATE|[Pp]hone|Tel|Mobile|Fax|Call|call|Class|Clause|Schedule)\s?:?\s?$
  | \b(?:[Aa]ged?|[Aa]ges|born(?:\sin)?|turn(?:ed|ing|s))\s(?:of\s|between\s)?$
)""",
        re.VERBOSE,
    ),
}
"""Searched in what stands before a number, up to its end."""

AGE_GROUP = {
    "de": re.compile(r"\b(?:[Uu]nter|[Üü]ber|[Aa]b|[Zz]wischen|[Bb]is|[Mm]it|[Vv]on)\s(?:\d{1,2}\sund\s)?$"),
    "en": re.compile(r"\b(?:under|over|below|above|between|from|(?:older|younger)\sthan|at)\s(?:the\sage\sof\s)?$"),
}
"""Before a bare number from 6 to 99: it may be an age."""

MONTH_BEFORE = re.compile(rf"\b{_MONTH_DE}\s$")
"""Before four digits: a year."""

CLOCK_OR_AGE = {
    "de": re.compile(
        r"""(?:\b(?:[Uu]m|[Gg]egen|kurz\s(?:vor|nach)|halb|viertel\s(?:vor|nach)|[Pp]unkt)
          | (?<!\b[Ee]s\s)\b(?:ist|war|bin|bist|wird|werde|wurde|warst)(?:\s(?:heute|jetzt|erst|gerade|schon|auch|mal|damals|noch|ich|er
              |sie|inzwischen))*
          | \bschon\smit)\s$""",
        re.VERBOSE,
    ),
    "en": re.compile(r"\b(?:at|by|until|past|before|after|is|was|am|turned|aged|I’m|I'm|he’s|she’s)(?:\s(?:only|just|now|still))*\s$"),
}
"""Before a small number in words that nothing is counted with: a time of day or an age."""

CLOCK_DIGITS = re.compile(r"(?:^|\n|\b(?:[Aa]t|[Bb]y|[Uu]ntil|from|[Uu]m|[Gg]egen|[Bb]is|[Aa]b)\s)$")
"""Before "14.32": a time of day."""

LIST_NOUN = re.compile(
    r"\s(?:\w+(?:e|en|er)\s)?(?:Fragen|Zitate|Stimmen|Antworten|Sätze|Tipps|Gründe|Dinge|Meinungen|Fakten|Thesen|Lehren|Regeln|Wege|Schritte|things|quotes|questions|ways|reasons|tips|takeaways|lessons|facts)\b"
)
"""What a headline counts up: "Fünf Zitate von …"."""
