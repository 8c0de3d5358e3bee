"""What the recogniser saw and what the watch list knows, brought together: clean, non-overlapping spans of names."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from presslake.schema import EntityKind, OrganisationKind
from presslake.watchlist import load_watchlist
from transforms.extract.linking.aliases import Hit, find_aliases
from transforms.extract.linking.german import is_body_noun, kind_of
from transforms.extract.linking.roles import ENGLISH_ROLES, is_role
from transforms.names import SALUTATIONS, TITLES, without_legal_form
from transforms.records import Name

MAX_NAME = 120


@dataclass(frozen=True, slots=True)
class NameSpan:
    """A name in the text; ``slug`` where the watch list knows it."""

    start: int
    end: int
    kind: EntityKind
    slug: str | None = None
    confidence: float | None = None


def name_spans(text: str, names: Iterable[Name], language: str) -> list[NameSpan]:
    """All names of ``text`` in order, without overlap: bad ones dropped, titles and possessives cut off, watch-list names known."""
    clean = [s for n in sorted(names, key=lambda n: (n.start, n.end)) for s in _clean(text, n)]
    hits = find_aliases(
        text,
        organisations=((s.start, s.end) for s in clean if s.kind is EntityKind.ORGANISATION),
        people=((s.start, s.end) for s in clean if s.kind is EntityKind.PERSON),
    )
    spans = _merge(text, clean, hits)
    surfaces = [text[s.start : s.end] for s in spans]
    full = [n for s, n in zip(spans, surfaces, strict=True) if s.kind is EntityKind.PERSON and " " in n]
    in_full_names = frozenset(w for n in full for w in n.split())
    kept = [s for s, n in zip(spans, surfaces, strict=True) if s.slug or _is_name(text, s, n, in_full_names, language)]
    return sorted([*_rejoined(text, kept), *employers(text, kept)], key=lambda s: s.start)


def _rejoined(text: str, spans: Sequence[NameSpan]) -> list[NameSpan]:
    """Organisations that a recogniser cut behind their noun: "Instituts" and "Medienkompass"."""
    out: list[NameSpan] = []
    for span in spans:
        last = out[-1] if out else None
        if (
            last
            and last.kind is span.kind is EntityKind.ORGANISATION
            and not (last.slug or span.slug)
            and text[last.end : span.start] == " "
            and is_body_noun(text[last.start : last.end])
        ):
            out[-1] = replace(last, end=span.end)
        else:
            out.append(span)
    return out


def _is_name(text: str, span: NameSpan, surface: str, in_full_names: frozenset[str], language: str) -> bool:
    if text[max(0, span.start - 1) : span.start] in ("#", "@") or _IN_ADDRESS.search(text, max(0, span.start - 40), span.start):
        return False
    if span.kind is EntityKind.ORGANISATION:
        return _is_organisation(surface) and not _PART_OF_WORD.match(text, span.end)
    if language == "de" and surface not in in_full_names and surface.casefold() in ENGLISH_ROLES:
        return False  # "etablierte Player"
    return _is_person(surface, in_full_names)


_IN_ADDRESS = re.compile(r"(?:www\.|://|@)\S*$")
_PART_OF_WORD = re.compile(r"-\d|-\s(?:und|oder|bzw|and|or)\b|\.(?:com|de|at|ch|org|net|eu|io|tv)\b")
"""Behind what is no name by itself: COVID-19, "EU- und DE-Markt"."""


# ------------------------------------------------------------------ cleaning

_EDGE = " \t\n\r\u00a0.,;:!?…·•|/\\„“”\"‚‘’'»«›‹()[]{}<>*–—-"
_EDGE_RIGHT = _EDGE.replace(".", "").replace(")", "")
_POSSESSIVE = re.compile(r"['’]s$")
_BREAK = re.compile(r"\n|\s[|/•·]\s|\t")
_GLUE = re.compile(r"\s+(?:und|and|sowie|oder|or|&)\s+|,\s+|\s*/\s*")
_LEADING = re.compile(r"(?:der|die|das|dem|den|des|the|ein|eine|einer|eines|von|vom|bei|beim|a|an)\s+", re.I)
_NO_MENTION = (TITLES | SALUTATIONS) - {"lady", "dame", "papst", "pope", "imam"}
"""Words in front of a name that are no part of its mention."""
_PREFIX = re.compile(r"Meta[-‑](?:analys|eben|studi|dat|diskuss|kommunik|ethik|theor|regist|such)", re.I)
"""What is the first part of a word there and no company."""
_OPENING = re.compile(r"([\w.-]+)\s+")


def _clean(text: str, name: Name) -> list[NameSpan]:
    start, end = max(0, name.start), min(len(text), name.end)
    if not 0 < end - start <= MAX_NAME or _PREFIX.match(text, start):
        return []
    if brk := _BREAK.search(text, start, end):
        parts = [(start, brk.start()), (brk.end(), end)]
        return [s for a, b in parts for s in _clean(text, replace(name, start=a, end=b))]
    if name.kind is EntityKind.PERSON and (glue := _GLUE.search(text, start, end)):
        parts = [(start, glue.start()), (glue.end(), end)]
        return [s for a, b in parts for s in _clean(text, replace(name, start=a, end=b))]
    span = _trimmed(text, start, end)
    if span is None:
        return []
    start, end = span
    if name.kind is EntityKind.PERSON:
        start = _after_titles(text, start, end)
    elif (leading := _LEADING.match(text, start, end)) and (text[start].islower() or _is_article(text, start, leading.end(), end)):
        start = leading.end()
    return [NameSpan(start, end, name.kind, None, name.confidence)] if start < end else []


_SENTENCE_START = re.compile(r"(?:^|\n|[.!?:]['\"”“»«]?\s)\s*['\"“„»«]?$")
_BODIES = frozenset({"authority", "association", "university", "ngo", "party"})


def _is_article(text: str, start: int, rest: int, end: int) -> bool:
    """Whether a capital "The" only opens the sentence: "The Digital Rights Forum", unlike "The Guardian"."""
    return (
        text[start:rest].strip() in ("The", "Der", "Die", "Das")
        and kind_of(text[rest:end]) in _BODIES
        and bool(_SENTENCE_START.search(text, max(0, start - 6), start))
    )


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start] in _EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE_RIGHT:
        end -= 1
    while end > start and text[end - 1] == ")" and "(" not in text[start:end]:
        end -= 1
    if text.endswith(".", start, end) and not re.search(r"(?:\b\w|Inc|Corp|Ltd|Co|Cie|Jr|Sr|[IVX]+|e\. ?V|e\. ?G|i\. ?G|bzw)\.$", text[start:end]):
        end -= 1
    if possessive := _POSSESSIVE.search(text, start, end):
        end = possessive.start()
    return (start, end) if start < end else None


def _after_titles(text: str, start: int, end: int) -> int:
    while (word := _OPENING.match(text, start, end)) and (
        (bare := word.group(1).casefold().strip(".")) in _NO_MENTION or (word.group(1).endswith(".") and bare.split("-")[0] in TITLES)
    ):
        start = word.end()
    return start


# ------------------------------------------------------------------ organisations that a role reveals

_EMPLOYER = re.compile(
    r"(?:['’]s|s)?(?:\s\(\d{1,3}\))?,\s(?P<role>[^,.;:()\n]{3,70}?)(?:\s(?:bei|beim|at|@)\s|\s?[/|]\s)(?P<name>[A-ZÄÖÜ][A-ZÄÖÜ0-9&]{1,7}|[A-Z][a-z]+[A-Z]\w+)"
    r"(?=[\s,.;:)|/]|$)"
)


def employers(text: str, spans: Sequence[NameSpan]) -> list[NameSpan]:
    """Names written like a brand behind a person's role, where nobody marked them: "X, Director Marketing bei PHD"."""
    starts = [s.start for s in spans]
    out: dict[int, NameSpan] = {}
    for span in spans:
        match = _EMPLOYER.match(text, span.end, span.end + 140) if span.kind is EntityKind.PERSON else None
        if match and any(is_role(w) for w in match.group("role").split()):
            start, end = match.span("name")
            i = bisect_left(starts, start)
            if (i == len(spans) or spans[i].start >= end) and (i == 0 or spans[i - 1].end <= start):
                out[start] = NameSpan(start, end, EntityKind.ORGANISATION, None, 0.7)
    return list(out.values())


# ------------------------------------------------------------------ names that are none

_GENDERED = re.compile(r"\w[*:_·]in(?:nen)?\b|\w(?:In|Innen)\b")
_NO_PERSON = re.compile(r"[\d#@&%$€+=~^_{}<>*|\\]|https?:|www\.|\.(?:com|de|at|ch|org|net)\b")
_PERSON_WORD = re.compile(
    r"[\w-]*(?:fonds|challenge|festival|community|redaktion|plattform|stiftung|verband|universität\w*|straße|strasse)|"
    r"fund|awards?|team|live|apps?|tv|kanal|channel|gmbh|ag|inc|platz|stadt|street|avenue|city|county|islands?|university|college|school|hospital|"
    r"uhr|euro|dollar|prozent|foto|photo|bild|video|quelle|autor|autorin|interview|internet|online|social|media|heute|gestern|"
    r"the|und|and|oder|or|mit|with|für|for|ist|is|war|was|nicht|not",
    re.I,
)
_CALENDAR = """
montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag januar februar märz april mai juni juli august september oktober november
dezember monday tuesday wednesday thursday friday saturday sunday january february march may june july october december
"""
_CALENDAR_WORDS = frozenset(_CALENDAR.split())
_PLACES = """
deutschland österreich schweiz europa amerika usa berlin hamburg münchen köln frankfurt stuttgart düsseldorf leipzig dortmund essen bremen
dresden hannover nürnberg
wien graz linz salzburg innsbruck zürich genf basel bern london paris rom madrid brüssel brussels dublin moskau moscow kiew kyiv warschau
warsaw prag prague budapest
washington new york los angeles san francisco chicago boston seattle austin houston dallas miami mesa arizona kalifornien california texas
florida utah nevada
ohio georgia virginia oregon colorado montana kansas iowa maine vermont alabama alaska hawaii idaho illinois indiana kentucky louisiana
maryland massachusetts
michigan minnesota mississippi missouri nebraska oklahoma pennsylvania tennessee wisconsin wyoming delaware carolina dakota
singapur singapore china peking beijing shanghai hongkong tokio tokyo seoul mumbai delhi dubai jakarta sydney toronto kanada canada indien
india japan russland russia
ukraine frankreich france italien italy spanien spain portugal polen poland ungarn hungary tschechien türkei turkey israel iran irak iraq
syrien brasilien brazil
mexiko mexico großbritannien england schottland scotland wales irland ireland niederlande belgien belgium dänemark schweden sweden norwegen
norway finnland finland
griechenland greece rumänien bulgarien kroatien serbien australien australia afrika africa asien asia bayern hessen sachsen thüringen
brandenburg saarland
niedersachsen nordrhein westfalen rheinland pfalz schleswig holstein mecklenburg vorpommern tirol kärnten steiermark burgenland vorarlberg
silicon valley
menlo park mountain view cupertino ruhr nord süd ost west north south east
"""
_PLACE_WORDS = frozenset(_PLACES.split())
_NO_PLACE_ALONE = frozenset(
    "new york los angeles san francisco menlo park mountain view silicon valley north south east west nord süd ost virginia georgia".split(" ")
)


def _is_person(name: str, forenames: frozenset[str]) -> bool:
    words = name.split()
    if not 1 <= len(words) <= 7 or len(name) < 2 or _NO_PERSON.search(name) or _GENDERED.search(name):
        return False
    if any(_PERSON_WORD.fullmatch(w) for w in words) or not any(w[0].isupper() for w in words):
        return False
    folded = [w.casefold().strip(",.") for part in words for w in part.split("-")]
    if len(folded) == 1:
        alone = folded[0] in _CALENDAR_WORDS or (folded[0] in _PLACE_WORDS and folded[0] not in _NO_PLACE_ALONE)
        return not alone or name in forenames
    return not (all(w in _CALENDAR_WORDS for w in folded) or all(w in _PLACE_WORDS for w in folded))


_ABBREVIATIONS = """
USP PR KI AI IT PC TV CEO CFO CMO COO CTO ROI KPI SEO SEM API DSGVO GDPR DSA DMA AGB PIN FAQ SMS URL USB WLAN VPN US USA UK COVID CSR DIY
VIP NFT VR AR B2B B2C DACH UGC CPM
TKP LGBT LGBTQ GPS PDF HTML APP CD DVD HD QR ID OK OMG LOL FYP ASMR POV BIP MINT ESG HR CRM SaaS NetzDG JMStV UrhG BGB StGB BDSG TMG
ePrivacy MeToo Q1 Q2 Q3 Q4
"""
_NO_ORGANISATION = frozenset(_ABBREVIATIONS.split())


def _is_organisation(name: str) -> bool:
    if name in _NO_ORGANISATION:
        return False
    if _GENDERED.search(name) or name.startswith(("#", "@")) or not any(c.isalpha() for c in name):
        return False
    return len(name) > 1 and "://" not in name


# ------------------------------------------------------------------ watch list and recogniser

_COMPANY_WORDS = """
deutschland germany österreich austria schweiz switzerland europe europa ireland irland international global technology technologies holdings
holding group uk usa us india france platforms limited deutsche
"""
COMPANY_WORDS = frozenset(_COMPANY_WORDS.split())
"""Words that a company's branches add to its name."""
_PRODUCT = re.compile(
    r"(?:fund|fonds|challenge|festival|award|awards|programm|programme|program|community|livestream|live|lite|music|musik|studio|stories|story|reels?|shorts|feed|"
    r"account|accounts|video|videos|interview|star|stars|trend|trends|app|ads|premium|plus|verbot|ban|act|creator|creators|nutzer|user|users|konto|ceo|chef|chefin|"
    r"manager|managerin|sprecher|sprecherin|spokesperson|spokesman|spokeswoman|aktie|ableger|mutter|konzern|kanal|post|posts|gruppe|chats?|bot|kampagne)$",
    re.I,
)


def _merge(text: str, names: Sequence[NameSpan], hits: Sequence[Hit]) -> list[NameSpan]:
    starts = [h.start for h in hits]
    used: set[int] = set()
    out: list[NameSpan] = []
    last = 0
    for name in names:
        if name.start < last:
            continue
        first = bisect_left(starts, name.start)
        if first and hits[first - 1].end > name.start:
            first -= 1
        inside = list(range(first, bisect_left(starts, name.end)))
        for span in _decide(text, name, [hits[i] for i in inside], used, inside):
            out.append(span)
            last = max(last, span.end)
    out += [_of_hit(h) for i, h in enumerate(hits) if i not in used]
    out.sort(key=lambda s: (s.start, -s.end))
    kept: list[NameSpan] = []
    for span in out:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _of_hit(hit: Hit, confidence: float | None = None) -> NameSpan:
    return NameSpan(hit.start, hit.end, EntityKind.ORGANISATION, hit.slug, confidence)


def _decide(text: str, name: NameSpan, hits: list[Hit], used: set[int], indexes: list[int]) -> list[NameSpan]:
    """What a recogniser's name becomes that overlaps ``hits``; hits that are part of a longer name are used up."""
    if not hits:
        return [name]
    if any(h.start <= name.start and h.end >= name.end for h in hits):
        return []  # the watch list knows the name: the hit stands
    if name.kind is EntityKind.PERSON:
        if hits[0].start <= name.start and (word := re.compile(r"\S*\s+").match(text, hits[0].end, name.end)):
            return [replace(name, start=word.end())]  # "TikTok-Chefin Maren Holtkamp"
        used.update(indexes)  # "Fiona Apple"
        return [name]
    surface = text[name.start : name.end]
    words = [w for w in re.split(r"[\s,/|]+|-(?=[A-Za-zÄÖÜäöü])", surface) if w]
    rest = [w for w in words if not any(w in text[h.start : h.end].split() or w == text[h.start : h.end] for h in hits)]
    if len(hits) > 1 and all(w.casefold() in ("und", "and", "&", "oder", "or") for w in rest):
        return []  # "Facebook und Instagram"
    if any(_PRODUCT.search(w) for w in rest) or (
        all(h.in_compound for h in hits) and " " not in surface and kind_of(surface) is OrganisationKind.OTHER
    ):
        return []  # "TikTok Health Heroes Relief Fund": only the platform is named
    if hits[0].start == name.start and _is_owner(text, hits[0], surface):
        return []  # "TikToks Mission", "TikTok Health Heroes"
    used.update(indexes)
    bare = [w for w in without_legal_form(" " + surface).split() if w.casefold().strip(".,") not in COMPANY_WORDS]
    if len(hits) == 1 and len(bare) <= len(text[hits[0].start : hits[0].end].split()) and hits[0].start - name.start < 3:
        return [replace(name, slug=hits[0].slug)]
    return [name]


def _is_owner(text: str, hit: Hit, surface: str) -> bool:
    """Whether the name that opens with a watch-list name only says what belongs to it: in the genitive, or a platform's thing that is no body."""
    if kind_of(surface) is not OrganisationKind.OTHER:
        return False
    entry = load_watchlist().entries[hit.slug]
    owner = text[hit.start : hit.end]
    in_genitive = owner.endswith("s") and owner.removesuffix("s") in {entry.name, *entry.aliases}
    return in_genitive or (entry.kind is OrganisationKind.PLATFORM and len(surface.split()) > len(owner.split()))
