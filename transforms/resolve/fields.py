"""Roles as written ("Marketing Managerin Europe", "chief executive") → the field of work, for telling namesakes apart."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

_FIELDS = {
    "business": "ceo|cfo|coo|cto|chief|chef(?!red|arzt|ärzt)|vorstand|vorständ|geschäftsführ|managing|manager|director|founder|gründer|unternehmer|"
    "entrepreneur|investor|inhaber|eigentümer|owner|vice president|aufsichtsrat|prokurist|milliardär|billionaire|head of|leiter|leader|partner",
    "politics": "minister|kanzler|abgeordnete|senator|congress|kommissar(?!in der)|commissioner|bürgermeister|mayor|staatssekretär|fraktion|"
    "parteichef|präsident der|us-präsident|president of|premier|governor|gouverneur|stadtrat|stadträt|councillor|landrat|"
    "landrät|politiker|politician|mdb|mep|"
    r"\bmp\b|lawmaker|secretary of state|republikaner|demokrat",
    "media": "journalist|redakteur|reporter|autor|author|moderator|presenter|editor|kolumnist|columnist|korrespondent|correspondent|"
    "herausgeber|publizist|kritiker",
    "arts": "sänger|singer|schauspiel|actor|actress|regisseur|regie|filmmaker|musiker|musician|rapper|künstler|artist|fotograf|"
    "photographer|komiker|comedian|"
    "schriftsteller|novelist|dichter|poet|maler|painter|designer|model|komponist|composer|tänzer|dancer|kabarett",
    "creator": "influencer|creator|youtuber|tiktoker|streamer|blogger|podcaster|instagram(mer|star)",
    "science": "professor|forscher|wissenschaft|researcher|scientist|psycholog|soziolog|ökonom|economist|historiker|historian|"
    "informatiker|physiker|biolog|"
    "dozent|lecturer|pädagog|jurist|philosoph",
    "law": "anwalt|anwält|richter|judge|lawyer|attorney|solicitor|barrister|verteidiger|notar|counsel|prosecutor",
    "police": "polizei|police|kommissar|detective|sheriff|ermittler|officer(?! of)|inspektor|inspector|superintendent",
    "medicine": "arzt|ärzt|doctor|physician|surgeon|chirurg|pfleger|nurse|krankenschwester|hebamme|therapeut|apotheker|dermatolog",
    "education": "lehrer|teacher|schüler|pupil|student|schulleiter|auszubildende|azubi|apprentice|erzieher|rektor",
    "sports": "trainer|coach|fußball|spieler|player|footballer|torwart|goalkeeper|stürmer|nationalspieler|athlet|läufer|runner|tennis|"
    "schiedsrichter|schwimmer|boxer",
    "church": "pfarrer|pastor|bischof|bishop|priest|kaplan|vicar",
    "trade": "bäcker|baker|landwirt|farmer|wirtin|gastwirt|busfahrer|driver|handwerk|tischler|friseur|feuerwehr|wehrführer|bibliothek|"
    "librarian|verkäufer|rentner",
    "leadership": "präsident|president|vorsitzend|chair|generalsekretär|secretary.general|obmann|obfrau",
    "speaker": "sprecher|spokes|pressechef|press officer",
}
_PATTERNS = {name: re.compile(pattern) for name, pattern in _FIELDS.items()}

LOCAL_FIELDS = frozenset({"law", "police", "medicine", "education", "church", "trade", "sports"})
"""Work that one rarely changes for business, politics, media, science or the stage, and back: a field that tells namesakes apart."""


def fields_of(roles: Iterable[str]) -> frozenset[str]:
    """All fields that the roles belong to; none for roles that say nothing ("Experte", "Nachbarin").

    >>> sorted(fields_of(["Marketing Managerin Europe", "Polizeisprecherin"]))
    ['business', 'police', 'speaker']
    """
    return frozenset().union(*map(_fields_of_role, roles))


@functools.lru_cache(maxsize=20_000)
def _fields_of_role(role: str) -> frozenset[str]:
    role = role.casefold()
    return frozenset(name for name, pattern in _PATTERNS.items() if pattern.search(role))
