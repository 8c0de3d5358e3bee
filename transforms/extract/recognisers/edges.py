"""Where a name begins and ends: what German and English spelling says about it, where the tagger cut too early or too late.

One piece of text at a time; every rule looks at a few tokens beside a name, so the whole is linear.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from presslake.schema import EntityKind
from transforms.extract.recognisers.words import FLAGS, Lexicon

NO_END = frozenset("„“”\"'»«›‹‚‘’(,;:-–—?&/@#*")
NO_BEGIN = NO_END | frozenset(").!")
"""Signs that the model may take into a name, but that never begin or end one."""
_NOUN = 1 << FLAGS.index("noun") | 1 << FLAGS.index("known")
_PLACE = sum(1 << FLAGS.index(flag) for flag in ("city", "town", "country", "place"))
_FORENAME = 1 << FLAGS.index("forename")

_TITLES = frozenset("Dr Mr Mrs Ms Miss Prof Sir Herr Herrn Frau Mag Ing Dipl".split())
_LETTERS = frozenset("SC BL QC KC MP MdB MdL MBE OBE CBE PhD".split())
"""What stands behind a person's name and is no part of it."""
_PARTICLES = frozenset("von van de der den del della di da du la le ten ter zu zur vom y al el bin ibn mac".split())
_OPEN = frozenset("„“\"»«›‹‚‘'(")
_CLOSE = frozenset("“”\"«»‹›‘’')")
_FORMS = """
e . V .|e . V|eV|GmbH & Co . KGaA|GmbH & Co . KG|GmbH & Co KG|AG & Co . KGaA|AG & Co . KG|GmbH i . G .|GmbH|gGmbH|mbH|AG|KG|KGaA|OHG|UG|SE|eG|e . G .
mbB|PartG mbB|& Co . KG|& Co .|& Cie .|& Cie|Inc .|Inc|Corp .|Ltd .|Ltd|LLC|plc|PLC|Co .|S . A .|N . V .|B . V .|S . p . A .|Oy|Oyj|ApS|A / S|AB
"""
_LEGAL = sorted((tuple(form.split()) for form in _FORMS.strip().replace("\n", "|").split("|")), key=len, reverse=True)
_LEGAL_STARTS = frozenset(form[0] for form in _LEGAL)
_SURELY_LEGAL = frozenset("GmbH gGmbH AG KG KGaA OHG Inc Corp Ltd LLC plc".split())
_LINKS = frozenset("für und der des of and for zur".split())
"""Words inside the names of bodies, after which they go on: "Institut für Kognition und"."""
_ANDS = frozenset(("und", "and", "&"))
_OWNERS = frozenset((("der",), ("des",), ("at",), ("at", "the"), ("of", "the"), ("an", "der")))
"""Between two bodies that are one: "Institut für Forensik der Universität Albtal"."""
_BODY_ENDS = tuple(
    "stiftung institut akademie schule gymnasium gesellschaft verband universität klinik klinikum verein betriebe werke bank archiv".split()
)
_CLUBS = frozenset("FC SC FSV VfL SV BC FFC HFC".split())
_CLASS = """
agentur app firma konzern dienst netzwerk plattform portal marke gewerkschaft magazin händler kette börse band rockband label anbieter hersteller
café unternehmen beratung vereinigung
"""
_CLASS_NOUNS = frozenset(_CLASS.split())
"""Nouns that say what a name is and are no part of it: "die Gewerkschaft Gemeinsinn". Bodies ("Verband", "Institut") are part of theirs."""
_CLASS_ENDS = tuple("agentur konzern händler kette recherchebüro gesellschaft hersteller anbieter plattform netzwerk portal dienst".split())


_NAMED_BY = ("Stiftung", "stiftung", "Meldestelle", "Beratungsstelle", "beratungsstelle", "Vereinigung")
"""Nouns that are part of the name behind them, as good as always."""
_ENGLISH_BODIES = frozenset(
    """
    Service Services Union Court Authority Agency Association Committee Commission Council Society Department Foundation Federation Institute Fund
    Trust Board Bureau Alliance Observatory Network Forum Coalition Centre Center Group League Party
    """.split()
)
_ENGLISH_LINKS = frozenset(("of", "and", "for"))
_ENGLISH_WORDS = frozenset("the of and to said for is was with that by on its at from who has have".split())
_GERMAN_WORDS = frozenset("der die das und den dem des ist von mit ein eine zu im auf sich für nicht".split())
_OPENERS = frozenset("The A An In At On By For This That His Her Its Their But As From With To He She It They We After Before When While".split())


@dataclass(frozen=True, slots=True)
class Found:
    """A name: tokens ``first`` to ``last`` of a piece."""

    first: int
    last: int
    kind: EntityKind
    confidence: float


class _Piece:
    def __init__(self, words: list[str], starts: list[int], lexicon: Lexicon) -> None:
        self.words, self.starts, self._lexicon = words, starts, lexicon

    def word(self, i: int) -> str:
        return self.words[i] if 0 <= i < len(self.words) else ""

    def joined(self, i: int) -> bool:
        """Whether token ``i`` follows the one before without a blank."""
        return 0 < i < len(self.words) and self.starts[i] == self.starts[i - 1] + len(self.words[i - 1])

    def capital(self, i: int) -> bool:
        return self.word(i)[:1].isupper()

    def flags(self, i: int) -> int:
        return self._lexicon[self.word(i)].flags

    def is_word(self, i: int) -> bool:
        """Whether either language knows the word; acronyms in small letters are too short to be sure."""
        entry = self._lexicon[self.word(i)]
        return len(self.word(i)) > 4 and bool(entry.de_rarity or entry.en_rarity)

    def is_english(self) -> bool:
        return sum(w in _ENGLISH_WORDS for w in self.words) > sum(w in _GERMAN_WORDS for w in self.words)

    def ordinary(self, i: int) -> bool:
        """Whether the token is an ordinary English word with a capital, as in names of bodies."""
        return self.capital(i) and 0 < self._lexicon[self.word(i).lower()].en_rarity <= 10 and self.word(i) not in _OPENERS

    def common(self, i: int) -> bool:
        return bool(self.flags(i) & _NOUN)


def fit(words: list[str], starts: list[int], names: list[Found], lexicon: Lexicon) -> list[Found]:
    """``names`` of one piece, in order, with their ends put right; without overlap."""
    piece = _Piece(words, starts, lexicon)
    out: list[Found] = []
    for i, name in enumerate(names):
        low = out[-1].last + 1 if out else 0
        if name.first < low:
            continue
        high = names[i + 1].first if i + 1 < len(names) else len(words)
        if name.kind is EntityKind.PERSON and _SURELY_LEGAL.intersection((words[name.last], piece.word(name.last + 1))):
            name = replace(name, kind=EntityKind.ORGANISATION)  # "Luka Inc.", whatever Luka is
        shaped = _stripped(piece, (_person if name.kind is EntityKind.PERSON else _organisation)(piece, name, low, high))
        if shaped is None:
            continue
        if out and (whole := _nicknamed(piece, out[-1], shaped) or _compound(piece, out[-1], shaped) or _owned(piece, out[-1], shaped)):
            out[-1] = whole
        else:
            out.append(shaped)
    return out


def _stripped(piece: _Piece, name: Found) -> Found | None:
    first, last = name.first, name.last
    while first <= last and piece.words[last] in NO_END:
        last -= 1
    while first <= last and piece.words[first] in NO_BEGIN:
        first += 1
    if first > last or (first == last and piece.words[first] in _TITLES):
        return None
    if name.kind is EntityKind.ORGANISATION and all(piece.words[i].islower() for i in range(first, last + 1)) and piece.is_word(first):
        return None  # "digitaler", unlike a brand that writes itself small
    return replace(name, first=first, last=last)


def _person(piece: _Piece, name: Found, low: int, high: int) -> Found:
    first, last = _within_sentence(piece, name)
    if last > first and piece.words[last] in _LETTERS:
        last -= 1
    while last > first and piece.words[last] in _PARTICLES and last + 1 < high and (piece.capital(last + 1) or piece.words[last + 1] in _PARTICLES):
        last += 1  # "Margarethe von"
    while last + 2 < high and piece.words[last + 1] == "-" and piece.joined(last + 1) and piece.joined(last + 2) and piece.capital(last + 2):
        if last == first and piece.common(last + 2):
            break  # "Merkel-Besuch", unlike "Delphine Okonkwo-Strand"
        last += 2
    if first - 2 >= low and piece.words[first - 1] == "-" and piece.joined(first) and piece.capital(first - 2) and not piece.common(first - 2):
        first -= 2  # "Ha-eun Baek"
    return replace(name, first=first, last=last)


def _within_sentence(piece: _Piece, name: Found) -> tuple[int, int]:
    """The part of a name before or behind the end of a sentence inside it: Basile. Spaghettieis."""
    for i in range(name.first + 1, name.last):
        if piece.words[i] == "." and len(piece.words[i - 1]) > 4 and piece.words[i - 1].isalpha() and not piece.joined(i + 1):
            if name.kind is EntityKind.ORGANISATION and piece.common(i - 1) and not piece.common(i + 1):
                return i + 1, name.last
            return name.first, i - 1
    return name.first, name.last


def _nicknamed(piece: _Piece, before: Found, name: Found) -> Found | None:
    """A forename and a surname around a name in quotation marks: Finn „Keks“ Darbo."""
    if before.kind is not EntityKind.PERSON or name.kind is not EntityKind.PERSON:
        return None
    gap = range(before.last + 1, name.first)
    if 3 <= len(gap) <= 5 and piece.word(gap[0]) in _OPEN and piece.word(gap[-1]) in _CLOSE and not piece.joined(name.first):
        return replace(name, first=before.first)
    return None


def _compound(piece: _Piece, before: Found, name: Found) -> Found | None:
    """Two organisations with a hyphen between them are one: IFB-Starter Hansa GmbH."""
    hyphen = name.first - 1
    if before.kind is name.kind is EntityKind.ORGANISATION and before.last + 1 == hyphen and piece.words[hyphen] == "-":
        return replace(name, first=before.first) if piece.joined(hyphen) and piece.joined(name.first) else None
    return None


def _owned(piece: _Piece, before: Found, name: Found) -> Found | None:
    """A body and whose it is: "Börsenverein des Deutschen Buchhandels", "Centre for Media at Albtal College"."""
    if before.kind is not name.kind or name.kind is not EntityKind.ORGANISATION:
        return None
    if tuple(piece.words[before.last + 1 : name.first]) not in _OWNERS:
        return None
    is_body = _links(piece, before) or (before.first == before.last and piece.common(before.first))
    return replace(name, first=before.first) if is_body else None


def _links(piece: _Piece, name: Found) -> bool:
    return any(w in ("für", "of", "for") for w in piece.words[name.first : name.last + 1])


def _organisation(piece: _Piece, name: Found, low: int, high: int) -> Found:
    first, last = _within_sentence(piece, name)
    while last > first and piece.words[first] in _TITLES:
        first += 1
    while last > first and piece.capital(first + 1) and _is_class(piece.words[first].lower()):
        first += 1
    last = _linked(piece, last, high)
    if _links(piece, name):
        last = _listed(piece, last, high)
    while last + 2 < high and piece.words[last + 1] == "&" and piece.capital(last + 2):
        last += 2
    while (
        last + 2 < high and piece.words[last + 1] == "-" and piece.joined(last + 1) and piece.joined(last + 2) and _continues(piece, first, last + 2)
    ):
        last += 2  # "Volksbank Isartal-Dorfen", unlike "Lumeo-Chef"
    if (
        first - 3 >= low
        and piece.words[first - 1] in _ANDS
        and piece.words[first - 2] == "-"
        and piece.joined(first - 2)
        and piece.capital(first - 3)
    ):
        first -= 3  # "Lesben- und Schwulenverband"
    if first - 2 >= low and piece.words[first - 1] == "-" and piece.joined(first) and piece.common(first) and piece.capital(first - 2):
        first -= 2  # "Creator-Vertretung Westland", cut before the noun
    if first - 2 >= low and piece.words[first - 1] == "&" and piece.capital(first - 2):
        first -= 2
    if first - 2 >= low and piece.words[first] in _CLUBS and piece.words[first - 1] == "." and piece.words[first - 2] == "1":
        first -= 2
    if first - 1 >= low and piece.word(first - 1).endswith(_NAMED_BY) and piece.capital(first - 1):
        first -= 1  # "Stiftung Ahrwasser"
    first, last = _english(piece, first, last, low, high)
    return replace(name, first=first, last=_legal(piece, last, high))


def _english(piece: _Piece, first: int, last: int, low: int, high: int) -> tuple[int, int]:
    """The whole of an English body that was cut: "Department of Health and Social" Care, Media and "Law Studies Association"."""
    if not piece.is_english():
        return first, last
    if not _ENGLISH_LINKS.isdisjoint(piece.words[first : last + 1]) or piece.word(last + 1) in _ENGLISH_BODIES:
        while last + 1 < high and piece.capital(last + 1) and piece.word(last + 1).isalpha():
            last += 1
    if piece.words[last] in _ENGLISH_BODIES and first - 2 >= low and piece.words[first - 1] in _ANDS and piece.ordinary(first - 2):
        first -= 2
        while first - 1 >= low and piece.ordinary(first - 1):
            first -= 1
    return first, last


def _continues(piece: _Piece, first: int, i: int) -> bool:
    """Whether the part of a compound belongs to the name: a body, the rest of a body's place, a place behind a name of several words."""
    if not piece.capital(i) or piece.words[i].isupper():
        return False
    if piece.words[i].lower().endswith(_BODY_ENDS):
        return True  # "Rhein-Erft-Verkehrsgesellschaft"
    is_place = piece.flags(i) & _PLACE and not piece.common(i)
    return i - 2 > first and (bool(is_place) or piece.words[first].lower().endswith((*_BODY_ENDS, "verbund", "kasse")))


def _is_class(word: str) -> bool:
    return word in _CLASS_NOUNS or (word.endswith(_CLASS_ENDS) and word not in ("gesellschaft", "dienst", "netzwerk"))


def _linked(piece: _Piece, last: int, high: int) -> int:
    """Past a word that cannot be the last of a name: "Institut für Kognition und" Medien."""
    while piece.words[last] in _LINKS and last + 1 < high and piece.capital(last + 1):
        last += 1
    return last


def _listed(piece: _Piece, last: int, high: int) -> int:
    """To the end of a list that belongs to the name: "Ministerium für Soziales", Jugend, Urheber- und Medienrecht."""
    i = last
    while i + 1 < high:
        if piece.words[i + 1] == "-" and piece.word(i + 2) in _ANDS and piece.capital(i + 3) and i + 3 < high:
            return i + 3
        if piece.words[i + 1] in _ANDS and piece.capital(i + 2) and i + 2 < high:
            return i + 3 if piece.capital(i + 3) and piece.words[i + 1] == "and" and i + 3 < high else i + 2
        if piece.words[i + 1] != "," or not piece.capital(i + 2) or i > last + 16:
            break
        i += 2
    return last


def _legal(piece: _Piece, last: int, high: int) -> int:
    """The end of the legal form that begins behind or within the last two tokens."""
    for begin in (last - 1, last, last + 1):
        if piece.word(begin) not in _LEGAL_STARTS:
            continue
        for form in _LEGAL:
            end = begin + len(form) - 1
            if last <= end < high and tuple(piece.words[begin : end + 1]) == form:
                return end
    return last
