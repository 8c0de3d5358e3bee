"""Names of the watch list in a text: certain ones wherever they stand, ambiguous ones ("X", "Meta", "Wired") only in context.

One pass of an Aho-Corasick automaton, then checks that look at a fixed window around each hit: linear in the text.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from presslake.schema import OrganisationKind
from presslake.watchlist import Entry, load_watchlist

_WINDOW = 60


@dataclass(frozen=True, slots=True)
class Hit:
    """A watch-list name in the text; ``end`` includes a genitive s ("TikToks"), never "'s" or the rest of a compound."""

    start: int
    end: int
    slug: str
    is_certain: bool
    in_compound: bool
    """Part of a hyphenated word: "TikTok-Community"."""


def find_aliases(text: str, organisations: Iterable[tuple[int, int]] = (), people: Iterable[tuple[int, int]] = ()) -> list[Hit]:
    """Watch-list names in ``text``, in order, not overlapping.

    ``organisations`` and ``people`` are spans that a recogniser saw: they decide what an ambiguous name is.
    """
    certain: list[Hit] = []
    open_hits: list[Hit] = []
    entries = load_watchlist().entries
    for last, (slug, name, is_certain) in _automaton().iter_long(text):
        hit = _bounded(text, last + 1 - len(name), last + 1, slug, is_certain)
        if hit is not None:
            (certain if is_certain else open_hits).append(hit)
    if not open_hits:
        return certain
    seen = set(organisations)
    named = set(people)
    context = _Context(text, certain, {h.slug for h in certain})
    accepted = [h for h in open_hits if (h.start, h.end) in seen or ((h.start, h.end) not in named and context.supports(h, entries[h.slug]))]
    context.known |= {h.slug for h in accepted}
    sure = {h.start for h in accepted}
    accepted += [h for h in open_hits if h.start not in sure and (h.start, h.end) not in named and context.continues(h, entries[h.slug])]
    return sorted([*certain, *accepted], key=lambda h: h.start)


@functools.cache
def _automaton() -> Any:
    import ahocorasick

    automaton = ahocorasick.Automaton()
    for entry in load_watchlist().entries.values():
        for name in entry.ambiguous:
            automaton.add_word(name, (entry.slug, name, False))
        for name in entry.certain_names:
            for form in {name, name.upper()} if len(name) > 4 else {name}:
                if form not in automaton:
                    automaton.add_word(form, (entry.slug, form, True))
    automaton.make_automaton()
    return automaton


def _bounded(text: str, start: int, end: int, slug: str, is_certain: bool) -> Hit | None:
    before = text[start - 1] if start else " "
    if before.isalnum() or before in "@#_\\" or (before == "." and start > 1 and text[start - 2].isalnum()):
        return None
    if before == "-" and not is_certain:
        return None
    if before == "/" and _IN_ADDRESS.search(text[max(0, start - 30) : start]):
        return None
    after = text[end : end + 2] + "  "
    if after[0] == "s" and not after[1].isalnum() and text[end - 1] not in "sxzß":
        end += 1
        after = text[end : end + 2] + "  "
    if after[0].isalnum() or after[0] == "_" or (after[0] in "*:" and after[1].islower()) or (after[0] == "." and after[1].islower()):
        return None
    return Hit(start, end, slug, is_certain, in_compound=after[0] in "-‑" and after[1].isalpha())


_IN_ADDRESS = re.compile(r"[.:/@#][^\s]*/$|^\S*$")

# ------------------------------------------------------------------ context of ambiguous names

_HEADS = (
    "chef|ceo|boss|konto|kont|account|nutzer|user|post|profil|kanal|beitrag|beiträg|eigentümer|besitzer|inhaber|gründer|app|"
    "algorithmus|community|plattform|video|"
    "feed|sprecher|mutter|konzern|aktie|tochter|manager|mitarbeiter|vorstand|ableger|konkurrent|rivale|dienst|server|gruppe|"
    "chat|link|timeline|hashtag|thread"
)
_COMPOUND = re.compile(rf"[-‑](?:{_HEADS})", re.I)
_MEDIA_COMPOUND = re.compile(
    r"[-‑](?:bericht|interview|redakt|report|journalist|autor|gespräch|informationen|umfrage|chef|kolumn|"
    r"artikel|recherche|titel|leser|online|verlag)",
    re.I,
)
_NO_NAME = re.compile(
    r"[-‑](?:achs|analys|eben|studi|dat|tag|physik|beschreib|kritik|regel|them|diskuss|strahl|bein|"
    r"chromosom|fakt|mal|bert|box|factor|men\b|files|wing|rays?)|"
    r"\s?(?:%|prozent|euro|mal|achse|factor|files|men|games|judg\w+|elections?|decisions?|polls?|bare)\b|\)?\s?[=+×*]|,\s[YZ]\b",
    re.I,
)
_NOUN = (
    r"(?:plattform|kurznachrichtendienst|kurzbotschaftendienst|kurznachrichten-?plattform|"
    r"online-?netzwerk|netzwerk|online-?dienst|online-?plattform|dienst|"
    r"messenger(?:-?dienst)?|portal|app|platform|network|service|site|streaming-?dienst|nachfolger|"
    r"konkurrent(?:en)?|"
    r"rivalen?|rival|ableger|alternative)"
)
_BEFORE_PLATFORM = re.compile(
    rf"(?:(?<!\w){_NOUN}|-{_NOUN}|(?<!\w)(?:auf|bei|via|on|jetzt|now|heute|dann|namens|musks|musk['’]s)|"
    r"(?<!\w)(?:umbenannt|renamed|rebranded)(?: in| as| to)?)"
    r"\s+[„\"“'‚»«]?$",
    re.I,
)
_BEFORE_COMPANY = re.compile(
    r"(?:konzern|mutter|unternehmen|firma|riesen?|konkurrent(?:en)?|company|giant|parent|owner|group|"
    r"maker|bei|von|at|by|laut|firm|aktie|gegen|nach angaben von|"
    r"according to|told|mutterkonzern|mutterfirma|mutterunternehmen|-firma|-mutter|-konzern|-betreiber|-riesen?)\s+[„\"“'‚»«]?$",
    re.I,
)
_BEFORE_MEDIA = re.compile(
    r"(?:interview|gespräch|talk|chat)\s+(?:mit|with|in|von|by|für|for)\s+(?:der|dem|the)?\s*[„\"“'‚»«]?$|"
    r"(?:magazins?|zeitung|zeitschrift|wochenzeitung|blatts?|boulevardblatts?|nachrichtenmagazins?|"
    r"technikmagazins?|magazine|newspaper|sender|agentur|outlet|"
    r"nachrichtendienst|nachrichtenagentur|agency|branchenmagazins?|fachzeitschrift)\s+[„\"“'‚»«]?$|"
    r"(?:laut|told|gegenüber|according to|reported by|berichtete?n?|schrieb|schreibt|sagte|quoted by|says|wie)\s+(?:die|der|dem|the)?\s*[„\"“'‚»«]?$",
    re.I,
)
_QUOTED_LEFT = re.compile(r"(?:mit|dem|der|des|laut|von|im|in|gegenüber|with|to|told|by|the|zur|zum)\s+[„\"“'‚»«‘]$", re.I)
_CLOSING = re.compile(r"^[“”\"'’‘«»]")
_DETERMINER = re.compile(
    r"(?<!\w)(?:ein|eine|einen|einem|einer|eines|kein\w*|das|dies\w*|jed\w+|sein\w*|ihr\w*|unser\w*|the|an?|his|her|this|that|no)\s+$", re.I
)
_PARTY_LEFT = re.compile(r"(?:(?<!\w)(?:die|der|den)\s+|\()$", re.I)
_LIST_GAP = re.compile(r"\s*(?:,|/|&|und|oder|and|or|sowie|as well as|wie|, und|, and|, or)\s*(?:auch |auf |on |bei )?[„\"“'‚»«]?\s*$", re.I)
_FORMER = re.compile(
    r"^\s*[,(–-]*\s*(?:das |the |dem |den )?(?:früher\w*|ehemal\w*|vormal\w*|vorher|einst\w*|formerly|ex-|"
    r"previously|bis 2023)\s*(?:unter dem namen\s|known as\s|als\s)?[„\"]?twitter",
    re.I,
)
_BEFORE_ACRONYM = re.compile(
    r"(?:(?<!\w)(?:das|dem|des|beim|vom|die|der|the|agentur|nachrichtenagentur|aufsicht|börsenaufsicht|told|by)\s+|\()$", re.I
)
_ADJECTIVE = re.compile(r"(?<!\w)[a-zäöü]+(?:e|en|er)\s+$")
_FORENAME = re.compile(
    r"(?<!\w)(?:Malcolm|Doctor|Dr|Model|Modell|Generation|Liga|Punkt|Frau|Herrn?|Mr|Tag|Fall|Variante|Person|Firma|Gruppe|Project|Projekt|Nikola)\.?\s+$"
)
_UNION = re.compile(r"(?:gewerkschaft|dienstleistungsgewerkschaft|union|laut|von|bei)\s+$", re.I)

_DOCUMENT_WIDE = frozenset(
    {"x", "meta", "snap", "threads", "wired", "bloomberg", "tesla", "oracle", "uber", "clubhouse", "bumble", "vk", "the-information", "alphabet"}
)
"""Names that, once certain in a text, mean the same in all of it: hardly a word of either language in that writing."""


_PLAIN = frozenset({"x", "threads", "clubhouse", "vk"})


class _Context:
    def __init__(self, text: str, certain: list[Hit], known: set[str]) -> None:
        self._text = text
        self.known = known
        entries = load_watchlist().entries
        platforms = [h for h in certain if entries[h.slug].is_platform or entries[h.slug].kind is OrganisationKind.COMPANY]
        self._ends = {h.end: h for h in platforms}
        self._starts = {h.start: h for h in platforms}
        self._has_musk = "Musk" in text or "Twitter" in text
        self._has_platform = any(entries[h.slug].is_platform for h in certain)

    def supports(self, hit: Hit, entry: Entry) -> bool:
        """Whether what stands around the hit says that it is the organisation."""
        left = self._text[max(0, hit.start - _WINDOW) : hit.start]
        right = self._text[hit.end : hit.end + _WINDOW]
        if _NO_NAME.match(right):
            return False
        if entry.kind is OrganisationKind.PLATFORM:
            if hit.slug in _PLAIN and self._is_plain(hit, left, right):
                return True
            return bool(
                _BEFORE_PLATFORM.search(left)
                or (hit.in_compound and _COMPOUND.match(right))
                or _FORMER.match(right)
                or self._in_list(hit, left, right)
            )
        if entry.kind is OrganisationKind.COMPANY:
            return self._is_company(hit, left, right)
        if entry.kind in (OrganisationKind.MEDIA, OrganisationKind.AGENCY):
            quoted = _QUOTED_LEFT.search(left) and _CLOSING.match(right)
            named = _BEFORE_MEDIA.search(left) and (_CLOSING.match(right) or not hit.in_compound)
            return bool(quoted or named or _MEDIA_COMPOUND.match(right) or (self._is_acronym(hit) and _BEFORE_ACRONYM.search(left)))
        if entry.kind is OrganisationKind.PARTY:
            return bool(_PARTY_LEFT.search(left) or hit.in_compound or " " in self._text[hit.start : hit.end])
        if entry.slug in self.known:
            return True
        return bool(_UNION.search(left) or (self._is_acronym(hit) and _BEFORE_ACRONYM.search(left)))

    def continues(self, hit: Hit, entry: Entry) -> bool:
        """Whether the hit follows a certain mention of the same organisation in the text."""
        left = self._text[max(0, hit.start - _WINDOW) : hit.start]
        right = self._text[hit.end : hit.end + _WINDOW]
        return hit.slug in self.known and hit.slug in _DOCUMENT_WIDE and not _NO_NAME.match(right) and not _DETERMINER.search(left)

    def _is_plain(self, hit: Hit, left: str, right: str) -> bool:
        """A name that is hardly a word, in a text about platforms, where nothing makes it a word."""
        about = self._has_platform or (hit.slug == "x" and self._has_musk)
        determined = _DETERMINER.search(left) and not (hit.slug == "x" and left.endswith("das "))
        return about and not hit.in_compound and not (determined or _ADJECTIVE.search(left) or _FORENAME.search(left))

    def _is_company(self, hit: Hit, left: str, right: str) -> bool:
        if _DETERMINER.search(left) or _FORENAME.search(left):
            return False
        if hit.in_compound:
            return bool(_COMPOUND.match(right))
        return bool(hit.slug == "meta" or self._has_platform or _BEFORE_COMPANY.search(left) or self._in_list(hit, left, right))

    def _in_list(self, hit: Hit, left: str, right: str) -> bool:
        """Beside a certain platform or company in a list: "Facebook, X und TikTok"."""
        if gap := _LIST_GAP.search(left):
            end = hit.start - len(left) + gap.start()
            if any(e in self._ends for e in (end, end - 1)):
                return True
        gap = re.match(r"[“”\"'’«»]?\s*(?:,|/|&|und|oder|and|or|sowie)\s*(?:auf |on |bei )?[„\"“'‚»«]?", right)
        return bool(gap and hit.end + gap.end() in self._starts)

    def _is_acronym(self, hit: Hit) -> bool:
        word = self._text[hit.start : hit.end]
        return word.isupper() and len(word) > 1
