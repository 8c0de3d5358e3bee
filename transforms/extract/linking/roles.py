"""Words for what people are: "Jugendminister", "Marketing Managerin", "chief executive"."""

from __future__ import annotations

import functools
import re

_GERMAN = """
chef vorstand vorständ vorsitzend vorsteher präsident direktor geschäftsführer leiter leitung manager gründer unternehmer inhaber eigentümer
besitzer betreiber partner investor prokurist
sprecher pressesprecher beauftragt referent sekretär staatssekretär minister kanzler senator abgeordnet bürgermeister landrat landrät stadtrat
stadträt gemeinderat dezernent kommissar
politiker fraktionschef obmann obfrau gouverneur botschafter diplomat könig prinz
journalist redakteur reporter autor moderator kolumnist korrespondent herausgeber publizist kritiker verleger blogger influencer creator youtuber
tiktoker streamer podcaster
fotograf kameramann kamerafrau regisseur schauspieler sänger musiker rapper künstler komiker comedian schriftsteller dichter maler designer
komponist tänzer kabarettist
professor forscher wissenschaftler psycholog soziolog ökonom historiker informatiker physiker biolog chemiker mathematiker politolog pädagog
philosoph jurist theolog linguist dozent
experte expertin fachmann fachfrau analyst berater gutachter trainer coach spieler fußballer torwart torhüter stürmer athlet läufer schiedsrichter
anwalt anwält richter staatsanwalt staatsanwält verteidiger notar justiziar ermittler polizist beamt kommissarin inspektor detektiv offizier general

arzt ärzt mediziner chirurg pfleger hebamme therapeut apotheker lehrer schüler student studierend rektor erzieher auszubildend azubi praktikant
lehrling
pfarrer pastor bischof kardinal rabbiner imam bäcker bauer landwirt wirt wirtin gastwirt fahrer handwerker tischler friseur verkäufer händler koch
köchin winzer
ingenieur techniker entwickler programmierer architekt gestalter planer organisator veranstalter kurator bibliothekar archivar
mitarbeiter angestellt geschäftspartner gesellschafter aktionär mitglied teilnehmer ehrenamtlich aktivist gewerkschafter betriebsrat
betriebsrät
anwohner rentner

beobachter zeugin kläger klägerin angeklagt beschuldigt verwalter makler buchhalter controller strateg texter lektor übersetzer
dolmetscher
intendant bürgerrechtler kandidat schützer koordinator produzent kommentator prüfer bassist gitarrist schlagzeuger pianist meister amtsinhaber
verantwortlich ansprechpartner pressekontakt geschäftsträger amtsleiter schriftführer referendar hausmeister kommandant stratege kapitän
pilot wehrführer feuerwehrmann sozialarbeiter sozialpädagog streetworker pionier milliardär millionär interviewer
kreativdirektor geschäftsleiter geiger violinist cellist organist konservator restaurator
teilhaber konditor helfer personaler kreisrat studienrat ministerialrat kommerzialrat aufsichtsrat hofrat augenzeuge kassenwart platzwart medienwart
jugendwart hauswart zeugwart rätin ceo cfo coo cto cmo cio director officer specialist executive founder owner editor
developer evangelist vp
"""
_GERMAN_STEMS = tuple(sorted(set(_GERMAN.split()), key=len, reverse=True))
_GERMAN_PERSON = re.compile(
    r"[A-ZÄÖÜ][\w-]{2,}(?:(?:er|ist|olog|ant|ent|or|eur|ärzt|rät|wält|iker|ör|grafi?|ekt|ekar|är)in|rechtler|iker|ologe|vertreter|wächter|züchter|erfinder|urg)"
)
"""Nouns that are people by their ending alone: "Kinderrechtlerin", "Virologe"."""
_GERMAN_ROLE = re.compile(
    rf"(?:.*[a-zäöüß-])?(?:{'|'.join(_GERMAN_STEMS)})(?:in|innen|er|e|en|es|s|n|r|ern|erin|ist|istin|ern|ischer?)?(?:[*:_/]in)?", re.I
)
_ENGLISH = """
chief executive officer ceo cfo coo cto chair chairman chairwoman chairperson president director manager founder co-founder cofounder owner head
boss leader partner investor entrepreneur
spokesman spokeswoman spokesperson minister secretary senator congressman congresswoman mp mep lawmaker mayor councillor councilor commissioner
governor chancellor ambassador sheriff
journalist reporter editor author columnist correspondent presenter host broadcaster publisher critic blogger influencer creator youtuber tiktoker
streamer podcaster vlogger
photographer filmmaker actor actress singer musician rapper artist comedian writer novelist poet painter designer model composer dancer
professor lecturer researcher scientist psychologist sociologist economist historian physicist biologist philosopher academic fellow expert analyst
adviser advisor consultant strategist
coach player footballer goalkeeper striker athlete runner referee captain lawyer attorney solicitor barrister judge prosecutor counsel detective
inspector superintendent
constable officer policeman policewoman investigator doctor physician surgeon nurse therapist psychiatrist dermatologist paediatrician pediatrician
teacher headteacher student pupil graduate trainee apprentice
priest pastor bishop vicar farmer baker driver engineer developer programmer architect librarian curator
employee member volunteer activist campaigner organiser organizer trustee treasurer shareholder resident
 pensioner
 witness plaintiff defendant accountant agent
administrator moderator
candidate co-author coordinator producer commentator bassist guitarist drummer master leader billionaire tycoon star legend pioneer
translator interviewer superintendent trader shopkeeper landlord technician specialist executive matchmaker
"""
ENGLISH_ROLES = frozenset(_ENGLISH.split())
_NO_ROLE = frozenset(
    {
        "rat",
        "general",
        "star",
        "model",
        "wirt",
        "lead",
        "head",
        "partner",
        "meister",
        "lautsprecher",
        "klassiker",
        "orientierin",
        "vorläufer",
        "autopilot",
        "trichter",
    }
)


def is_role(word: str) -> bool:
    """Whether one word names a role, in German or English; German ones as nouns are written in running text.

    >>> [is_role(w) for w in ("Jugendministerin", "TikTok-Chef", "spokeswoman", "Vorsitzende", "Kanal", "Rathaus")]
    [True, True, True, True, False, False]
    """
    return len(word) <= 60 and _is_role(word)


@functools.lru_cache(maxsize=20_000)
def _is_role(word: str) -> bool:
    bare = word.strip(".,;:()„“”\"'’»«")
    folded = bare.casefold()
    if not bare or folded in _NO_ROLE:
        return folded in ENGLISH_ROLES and folded != "star"
    if folded in ENGLISH_ROLES:
        return True
    last = folded.rsplit("-", 1)[-1]
    return bare[0].isupper() and (last in ENGLISH_ROLES or _GERMAN_ROLE.fullmatch(bare) is not None or _GERMAN_PERSON.fullmatch(bare) is not None)
