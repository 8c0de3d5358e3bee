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
fotograf kameramann kamerafrau regisseur schauspieler sänger musiker rapper künstler komiker comedian schriftsteller dichter maler designer model
komponist tänzer kabarettist
professor forscher wissenschaftler psycholog soziolog ökonom historiker informatiker physiker biolog chemiker mathematiker politolog pädagog
philosoph jurist theolog linguist dozent
experte expertin fachmann fachfrau analyst berater gutachter trainer coach spieler fußballer torwart torhüter stürmer athlet läufer schiedsrichter
anwalt anwält richter staatsanwalt staatsanwält verteidiger notar justiziar ermittler polizist beamt kommissarin inspektor detektiv offizier general
oberst
arzt ärzt mediziner chirurg pfleger hebamme therapeut apotheker lehrer schüler student studierend rektor erzieher auszubildend azubi praktikant
lehrling
pfarrer pastor bischof kardinal rabbiner imam bäcker bauer landwirt wirt wirtin gastwirt fahrer handwerker tischler friseur verkäufer händler koch
köchin winzer
ingenieur techniker entwickler programmierer architekt gestalter planer organisator veranstalter kurator bibliothekar archivar
mitarbeiter angestellt kolleg geschäftspartner gesellschafter aktionär mitglied teilnehmer ehrenamtlich aktivist gewerkschafter betriebsrat
betriebsrät
nutzer kunde kundin leser bewohner anwohner rentner vater mutter bruder schwester sohn tochter ehemann ehefrau witwe enkel nachbar nachbarin freund
freundin
beobachter zeuge zeugin kläger klägerin angeklagt beschuldigt opfer verwalter makler buchhalter controller strateg texter lektor übersetzer
dolmetscher
kapitän pilot wehrführer feuerwehrmann sozialarbeiter sozialpädagog streetworker pionier milliardär millionär star legende ikone interviewer
kreativdirektor geschäftsleiter kreisrat rat rätin ceo cfo coo cto cmo cio head director officer lead specialist executive founder owner editor
developer evangelist vp
"""
_GERMAN_STEMS = tuple(sorted(set(_GERMAN.split()), key=len, reverse=True))
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
employee colleague member volunteer activist campaigner organiser organizer trustee treasurer shareholder user customer reader resident neighbour
neighbor pensioner
father mother brother sister son daughter husband wife widow grandmother grandfather uncle aunt friend witness plaintiff defendant accountant agent
administrator moderator
billionaire tycoon star legend pioneer translator interviewer superintendent trader shopkeeper landlord technician specialist executive matchmaker
"""
_ENGLISH_ROLES = frozenset(_ENGLISH.split())
_NO_ROLE = frozenset(
    {
        "rat",
        "general",
        "star",
        "model",
        "bauer",
        "koch",
        "richter",
        "wirt",
        "könig",
        "lead",
        "head",
        "partner",
        "rathaus",
        "verrat",
        "vorrat",
        "heirat",
    }
)


@functools.lru_cache(maxsize=20_000)
def is_role(word: str) -> bool:
    """Whether one word names a role, in German or English; only nouns as they are written in running text.

    >>> [is_role(w) for w in ("Jugendministerin", "TikTok-Chef", "spokeswoman", "Vorsitzende", "Kanal", "Rathaus")]
    [True, True, True, True, False, False]
    """
    bare = word.strip(".,;:()„“”\"'’»«")
    if not bare:
        return False
    folded = bare.casefold()
    if folded in _ENGLISH_ROLES:
        return True
    if folded in _NO_ROLE and folded not in ("richter", "könig", "bauer", "koch"):
        return False
    last = folded.rsplit("-", 1)[-1]
    return bare[0].isupper() and (last in _ENGLISH_ROLES or _GERMAN_ROLE.fullmatch(bare) is not None)
