"""The nominative of an organisation's name as it is inflected in running text, and what kind of organisation a name tells of."""

from __future__ import annotations

import functools
import re

from presslake.schema import OrganisationKind

_MASCULINE = "verband|bund|rat|verein|konzern|club|klub|dienst|hof|ausschuss|rundfunk|sender|verlag|fonds|tag|kreis|ring|beirat|senat|zoll|funk"
_NEUTER = (
    "amt|institut|ministerium|zentrum|werk|netzwerk|kreuz|gericht|forum|komitee|haus|parlament|bündnis|präsidium|büro|kolleg|museum|klinikum|"
    "dezernat|archiv|referat|studio|team|radio|fernsehen|gymnasium|theater|orchester|hilfswerk|stift|bistum|kloster|rathaus"
)
_FEMININE = (
    "ung|schaft|keit|heit|ion|tät|bank|agentur|kammer|stiftung|gesellschaft|behörde|partei|liga|zentrale|schule|akademie|kasse|polizei|anwaltschaft|"
    "allianz|initiative|gruppe|kirche|anstalt|stelle|post|bahn|telekom|feuerwehr|presse|aufsicht|hilfe|börse|zeitung|rundschau|linke|wehr|armee|regierung"
)
_GENDERS = {gender: re.compile(rf"(?:{nouns})$", re.I) for gender, nouns in (("m", _MASCULINE), ("n", _NEUTER), ("f", _FEMININE))}
_ADJECTIVE = re.compile(
    r"(?:[A-ZÄÖÜ][a-zäöüß]*(?:isch|lich|ig|al|deutsch|iv|sam|ent|ant)|Deutsch|Rot|Grün|Blau|Weiß|Schwarz|Frei|Neu|Groß|Klein|Alt|Vereinigt|Vereint|"
    r"Evangelisch|Link|Bundesweit|Verband Prüfend|Prüfend|Unabhängig|Höher|Ober|Allgemein|Öffentlich|Gemeinsam|Jung)(e|en|er|es|em)"
)
_GENITIVE = re.compile(r"(?<!\w)(?:des|eines|dieses|jenes|ihres|seines|unseres)\s+(?:[a-zäöüß]+en\s+)?$")
_DATIVE = re.compile(r"(?<!\w)(?:dem|den|des|vom|beim|zum|im|am|ans?|ins|eines|einem|dieses|diesem)\s+(?:[a-zäöüß]+en\s+)?$")
_WEAK_LEFT = re.compile(r"(?<!\w)(?:der|das|dieser|dieses)\s+$", re.I)
_PLURAL_LEFT = re.compile(r"(?<!\w)die\s+$", re.I)
_DATIVE_PLURAL = re.compile(r"(?<!\w)(?:den|von|bei|mit|aus)\s+$", re.I)
_PLURAL = re.compile(r"(?:werken|diensten|betrieben|kreisen)$", re.I)
_WEAK_NOUN = re.compile(r"boten$", re.I)
_GENITIVE_ES = re.compile(r"(?:amt|verband|bund|gericht|rat|kreuz|dienst|haus|werk|hof|tag|ring|kreis)es$", re.I)
_STRONG = {"m": "er", "n": "es", "f": "e"}


def nominative(name: str, left: str) -> str:
    """The name in the nominative; ``left`` is the text before it.

    >>> nominative("Bundesgesundheitsministeriums", "nach Angaben des ")
    'Bundesgesundheitsministerium'
    >>> nominative("Deutschen Roten Kreuz", "vom ")
    'Deutsches Rotes Kreuz'
    >>> nominative("Technischen Hochschule Albtal", "von der ")
    'Technische Hochschule Albtal'
    """
    words = name.split(" ")
    adjectives = 0
    while adjectives < len(words) - 1 and _ADJECTIVE.fullmatch(words[adjectives]):
        adjectives += 1
    head = words[adjectives]
    if _GENITIVE.search(left):
        words[adjectives] = head = _without_genitive(head)
    if _WEAK_NOUN.search(head) and _DATIVE.search(left):
        words[adjectives] = head = head[:-1]
    if _PLURAL.search(head) and _DATIVE_PLURAL.search(left):
        words[adjectives] = head = head[:-1]
    oblique = words[0].endswith(("en", "em")) or (words[0].endswith("e") and _WEAK_LEFT.search(left))
    if adjectives and oblique:
        gender = _gender(head, left)
        for i in range(adjectives):
            if match := _ADJECTIVE.fullmatch(words[i]):
                words[i] = words[i][: match.start(1)] + ("e" if _PLURAL_LEFT.search(left) else _STRONG[gender])
    return " ".join(words)


def _without_genitive(head: str) -> str:
    if len(head) < 4 or not head.endswith("s") or head.endswith(("ss", "us", "is")) or not head[0].isupper() or head.isupper():
        return head
    bare = head[:-2] if _GENITIVE_ES.search(head) else head[:-1]
    return bare if _gender_of_noun(bare) in ("m", "n") else head


def _gender(head: str, left: str) -> str:
    known = _gender_of_noun(head)
    if known:
        return known
    return "m" if _DATIVE.search(left) else "f"


@functools.lru_cache(maxsize=10_000)
def _gender_of_noun(noun: str) -> str | None:
    found = [(len(m.group()), gender) for gender, pattern in _GENDERS.items() if (m := pattern.search(noun))]
    return max(found)[1] if found else None


def is_body_noun(word: str) -> bool:
    """Whether one word is a noun for a body, which a name may follow: "Institut", "Verbands".

    >>> is_body_noun("Instituts"), is_body_noun("Lumeo")
    (True, False)
    """
    return word.isalpha() and word[0].isupper() and (_gender_of_noun(word) or _gender_of_noun(_without_genitive(word))) is not None


_KINDS = tuple(
    (kind, re.compile(pattern, re.I))
    for kind, pattern in (
        (OrganisationKind.UNIVERSITY, r"\b(?:\w*universität|\w*hochschule|uni\b|university|college|institut\w* für|institute of|\w*akademie)"),
        (
            OrganisationKind.AUTHORITY,
            r"\w*(?:ministerium|amt\b|behörde|gericht|gerichtshof|staatsanwaltschaft|polizei|kommission|parlament|landtag|bundestag|senat\b|regierung|aufsicht|"
            r"präsidium|direktion\b|landesanstalt|kartellamt|netzagentur)|\b(?:ministry|court|police|department|commission|council|parliament|authority|"
            r"agency for|bureau|regulator|tribunal|office of)\b",
        ),
        (OrganisationKind.PARTY, r"\b\w*partei\b|\bparty\b|bürgerliste|\bfreie wähler\b"),
        (
            OrganisationKind.MEDIA,
            r"\b(?:\w*zeitung|\w*rundschau|\w*kurier|\w*anzeiger|\w*-bote|\w*tageblatt|radio|\w*funk|times|herald|gazette|post|news|magazin\w*|tv)\b",
        ),
        (OrganisationKind.AGENCY, r"\w*agentur\b|\bpressedienst\b|\bpress agency\b|\bnews agency\b"),
        (OrganisationKind.CLUB, r"\b(?:fc|sc|sv|tsv|tus|vfb|vfl|fk|bvb|fsv|ssv|rb|ac|afc)\b|\bfc$|\w*(?:sportverein|fußballclub|football club)"),
        (
            OrganisationKind.NGO,
            r"\w*stiftung\b|\w*hilfswerk|\bfoundation\b|\bcharity\b|\btrust\b|\brotes kreuz\b|\bred cross\b|\bcaritas\b|\bdiakonie\b",
        ),
        (OrganisationKind.FUND, r"\w*fonds\b|\bfund\b|\b(?:capital|ventures|invest|vc)$"),
        (
            OrganisationKind.ASSOCIATION,
            r"\w*(?:verband|bund\b|verein\b|vereinigung|gewerkschaft|kammer\b|zentrale\b|bündnis|initiative|allianz|netzwerk|forum\b)|\be\.\s?v\.|\b(?:association|"
            r"federation|union|alliance|society|institute|campaign)\b",
        ),
        (
            OrganisationKind.COMPANY,
            r"\b(?:gmbh|ag|se|kg|ohg|ug|inc|corp|ltd|llc|plc|co|limited|group|holding|gruppe)\b|\b(?:media|digital)$|\w*(?:konzern|bank\b|sparkasse|werke\b|versicherung)|&",
        ),
    )
)


@functools.lru_cache(maxsize=10_000)
def kind_of(name: str) -> OrganisationKind:
    """What the words of a name say it is; ``other`` where they say nothing.

    >>> kind_of("Landesgericht Linz").value, kind_of("Glimmerhaus GmbH").value, kind_of("Lumeo").value
    ('authority', 'company', 'other')
    """
    return next((kind for kind, pattern in _KINDS if pattern.search(name)), OrganisationKind.OTHER)
