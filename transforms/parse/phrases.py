"""How people talk to and about each other in interviews: the phrases that tell who asks, who answers and where the talk ends."""

from __future__ import annotations

import re

INTERVIEW_WORD = re.compile(
    r"""\b(?:interview | streitgespräch | \w*gespräch | nachgefragt | kurz\ gefragt | (?:fragen|antworten)\ an | (?:drei|fünf
        |\d+)\ (?:minuten\ mit|fragen)
    | fragen?\ stellten? | moderation | gesprächsleitung | fragerunde | sprach(?:en)?\ mit | mit\ .{3,60}\ sprach(?:en)? | erzählt\ sie | erzählt\ er
    | talks\ to | (?:in|the)\ conversation | transcript | q\ ?(?:&|and)\ ?a | minutes\ with | asked\ (?:her|him|them)\ how
        | interviewed)\b | \bprotokoll:""",
    re.IGNORECASE | re.VERBOSE,
)
"""Words in headline, lead or credits that announce an interview."""

QUOTED_PERSON = re.compile(r"""[„»«“‘"'][^„“”«»‘"\n]{0,90}\b(?:[Ii]ch|[Ww]ir|[Mm]eine?[mnr]?|I|[Ww]e|[Mm]y)\b""")
"""A quotation in the first person, as headlines of interviews have it."""

ASKED_BY = re.compile(
    r"""(?: fragen\s+stellten? | (?:interview|gespräch|streitgespräch)\s+(?:führten?|moderierten?|zeichneten?) | moderierten? | moderation
    | gesprächsleitung | interview | protokoll | aufgezeichnet\s+von
    | interviewer(?:in)? | interviewt\s+von | sprach(?:en)? | asked\s+(?:her|him|them) | talks?\s+to
    | interviewed\s+by | (?<=\n)(?:von|by) )\s*:?\s+""",
    re.IGNORECASE | re.VERBOSE,
)
"""What stands before the name of who asked."""

ASKS = re.compile(
    r"(.{3,60}?)\s+(?:asks? the questions|stellte?n? die fragen|führte?n? das (?:interview|gespräch)|asked (?:her|him|them))",
    re.IGNORECASE,
)
"""The name of who asked before its verb."""

ASKS_VERB = re.compile(r"asks? the|stellte?n? die|führte?n? das|asked h|asked them", re.IGNORECASE)
"""Stands in all that ``ASKS`` finds, which is slow where there is nothing to find."""

ADDRESS = re.compile(
    r"""(?:\d{1,2}[.)–-]*\s+)?(?:(?:frau|herr|mr\.?|mrs\.?|ms\.?)\s+)?(?:(?:dr\.|prof\.|professor|professorin|commissioner|minister|senator)\s+)*
    (?P<who>[^\W\d_][\w’'.-]+(?:\s+[^\W\d_][\w’'.-]+){0,3}),\s(?!(?:your|ihre?|deine?|eure?|who|the|der|die|das|ein|eine)\b)""",
    re.IGNORECASE | re.VERBOSE,
)
"""A turn that opens by calling somebody: "Frau Dul, …", "Meltem, …"."""

FORMAL = re.compile(
    r"^(?:\d{1,2}[.)]?\s+)?(?:und |and )?(?:frau|herr|mr\.?|mrs\.?|ms\.?|dr\.?|prof\.?|professor)\s+[^\W\d_][^,?]{1,50},",
    re.IGNORECASE,
)
"""The same, formally: nobody but an interviewer does it."""

YOU = re.compile(
    r"\b(?:Sie|Ihnen|Ihre[mnrs]?|Ihr|[Dd]u|[Dd]ich|[Dd]ir|[Dd]ein(?:e[mnrs]?)?|ihr|[Ee]uch|[Ee]ure?[mnrs]?|[Yy]ou|[Yy]our)\b",
)
ME = re.compile(
    r"\b(?:[Ii]ch|mich|mir|[Mm]ein(?:e[mnrs]?)?|[Ww]ir|uns|[Uu]nser(?:e[mnrs]?)?|I|I[’']m|[Ww]e|[Mm]y|[Oo]ur|me|us)\b",
)

THANKS = re.compile(
    r"""^(?: (?:vielen|herzlichen|besten|ganz\ herzlichen)\ dank\b
    | danke?\b.{0,60}\b(?:gespräch|interview|zeit)\b
    | (?:many\ )?thank(?:s|\ you)\b.{0,60}\b(?:time|talking|interview|conversation|joining)\b
    | wir\ (?:danken|bedanken\ uns)\b )""",
    re.IGNORECASE | re.VERBOSE,
)

OUTRO = re.compile(
    r"""\b(?:interview|gespräch|protokoll|fragen|übersetzung|podcast|spendenkonto|telefon|weiterlesen|newsletter|stellen|erscheint|erstgespräch|gefördert)\b
    | ^(?:ihr|sein|her|his)\ (?:neues\ |new\ )?(?:buch|album|film|book|latest)\b | \bhilfe\ bei\b | ^(?:info|zur\ person|hinweis)\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""What the paragraphs below an interview speak of."""


def is_thanks(speech: str) -> bool:
    """True for a turn that only closes the talk: "Vielen Dank für das Gespräch!"."""
    return len(speech) <= 160 and THANKS.match(speech) is not None
