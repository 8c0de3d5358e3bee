"""Names of people and organisations taken apart and made comparable: what linking and resolution both need.

Folding makes spellings equal that mean the same ("Müller", "Mueller"); a *sound* goes further and joins transliterations
("Selenskyj", "Zelensky"): it is evidence, never proof.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass

_TITLES = """
dr prof professor professorin dipl ing mag habil hc h.c med phil jur rer nat pol oec mult priv doz pd phd ph.d md mba llm ba ma msc bsc kr
sir dame lord lady baron baroness rev reverend fr father bischof kardinal papst pope imam rabbi
"""
_SALUTATIONS = "herr herrn frau mr mrs ms mx miss monsieur madame mme señor señora signor"
_PARTICLES = "von vom zu zum zur van de del della di da do dos das der den ter ten la le du des al el bin ibn ben bint abu abd af av st"
_SUFFIXES = "jr sr ii iii iv junior senior jun sen"
TITLES = frozenset(_TITLES.split())
SALUTATIONS = frozenset(_SALUTATIONS.split())
PARTICLES = frozenset(_PARTICLES.split())
SUFFIXES = frozenset(_SUFFIXES.split())

_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "æ": "ae", "å": "aa", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_NO_LETTER = re.compile(r"[\W_]+")
_DIGRAPH = re.compile(r"(?<=[aou])e")


@functools.lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """Lower case, umlauts spelled out, no accents or punctuation, single blanks.

    >>> fold("Müller-Lüdenscheidt, José")
    'mueller luedenscheidt jose'
    """
    text = unicodedata.normalize("NFKC", text).casefold().translate(_UMLAUTS)
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
    return _NO_LETTER.sub(" ", text).strip()


@functools.lru_cache(maxsize=50_000)
def squash(text: str) -> str:
    """Folded, with "ae, oe, ue" as the bare vowel and no blanks: "Müller", "Mueller" and "Muller" become one."""
    return _DIGRAPH.sub("", fold(text)).replace(" ", "")


_SOUNDS = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        ("tsch|tch|ch(?=$)", "k"),
        ("dsch|dzh|dj", "j"),
        ("sch|sh|zh", "s"),
        ("kh|ch|ck|c|q", "k"),
        ("ph", "f"),
        ("th", "t"),
        ("w", "v"),
        ("[jy]", "i"),
        ("z", "s"),
        ("x", "ks"),
        ("ou", "u"),
        ("ie|ii+", "i"),
        ("(?<=.)h", ""),
        (r"(.)\1+", r"\1"),
    )
)


@functools.lru_cache(maxsize=50_000)
def sound(text: str) -> str:
    """A coarse spelling that transliterations share.

    >>> sound("Selenskyj") == sound("Zelenskyy") == sound("Zelensky")
    True
    """
    out = squash(text)
    for pattern, to in _SOUNDS:
        out = pattern.sub(to, out)
    return out


_INITIALS = re.compile(r"\w\.?|(?:\w\.-?)+|[A-ZÄÖÜ]\.?-[A-ZÄÖÜ]\.?")


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person's name in its parts, as written."""

    given: tuple[str, ...]
    """Forenames in order; a hyphenated forename is one."""
    family: str
    """Surname with its particles; the whole name where there is only one word."""
    honorific: str | None = None
    suffix: str | None = None

    @property
    def is_full(self) -> bool:
        """Has a forename that is more than an initial."""
        return bool(self.given) and _INITIALS.fullmatch(self.given[0]) is None

    @property
    def text(self) -> str:
        return " ".join((*self.given, self.family, *((self.suffix,) if self.suffix else ())))

    @property
    def core(self) -> tuple[str, str]:
        """First forename and surname, squashed: what two forms of one name share.

        >>> parse_person("Shou Zi Chew").core == parse_person("Shou Chew").core
        True
        """
        return (squash(self.given[0].split("-")[0]) if self.given else "", squash(self.family))

    @property
    def middle(self) -> tuple[str, ...]:
        """The further forenames, squashed; the second half of "Hans-Peter" too."""
        words = [w for g in self.given for w in g.split("-") if w]
        return tuple(squash(w) for w in words[1:])


_QUOTED = re.compile(r"\s[„\"“‚'»«‘][^„“”\"‚'»«’]{1,40}[“”\"‘’'«»](?=\s)")
"""A nickname in quotation marks inside a name."""


@functools.lru_cache(maxsize=50_000)
def parse_person(name: str) -> PersonName:
    """Take a name apart. Anything gives a result; a name of titles alone is its own surname.

    >>> parse_person("Prof. Dr. Ursula von der Leyen")
    PersonName(given=('Ursula',), family='von der Leyen', honorific='Prof. Dr.', suffix=None)
    """
    if name.count(",") == 1:
        family, given = (p.strip() for p in name.split(","))
        if family and given and given.casefold().strip(". ") not in SUFFIXES:
            name = f"{given} {family}"
    words = _QUOTED.sub(" ", name).replace(",", " ").split()
    i = 0
    titles: list[str] = []
    while i < len(words) - 1 and (kind := _title(words[i])):
        if kind == "title":
            titles.append(words[i])
        i += 1
    words = words[i:]
    suffix = None
    if len(words) > 2 and words[-1].casefold().strip(".") in SUFFIXES:
        suffix = words.pop()
    if not words:
        return PersonName((), name.strip())
    first = len(words) - 1
    while first > 1 and words[first - 1] in PARTICLES:
        first -= 1
    if first == 1 and len(words) > 1 and words[0] in PARTICLES:
        first = 0
    return PersonName(tuple(words[:first]), " ".join(words[first:]), " ".join(titles) or None, suffix)


def _title(word: str) -> str:
    bare = word.casefold().strip(".,()")
    if bare in SALUTATIONS:
        return "salutation"
    return "title" if bare in TITLES or (word.endswith(".") and bare.split("-")[0] in TITLES) else ""


_NICKNAMES = """
alexander alex sascha sasha lex|alexandra alex sandra sascha|andreas andi andy|andrew andy drew|anthony tony|antonia toni|barbara babsi barb
benjamin ben benni benny|brigitte gitte gitti|catherine katherine kate cathy kathy katie kathryn|charles charlie chuck|christian chris
christina christine chris tina|christopher chris kit|daniel dan danny dani|david dave|deborah debbie deb|dominik domi|donald don|edward ed eddie ted
elisabeth elizabeth liz lizzy lisa beth betty eliza lisbeth|fabian fabi|franziska franzi|friedrich fritz fred friedl|frederick fred freddie
gabriele gabi gaby|gerhard gerd|gregory greg|heinrich heinz heiner heini|isabella bella isa|jacob jakob jake|james jim jimmy jamie
jennifer jen jenny|jessica jess jessie|johannes hannes hans johann jo|john johnny jack|jonathan jon jonny|joseph josef joe sepp pepi joey
joshua josh|katharina kathi katja kati|kenneth ken kenny|lawrence laurence larry|leonard leo len|leopold leo poldi|ludwig lutz wiggerl
magdalena lena leni|manfred manni|margaret maggie meg peggy|margarete grete gretl|matthew matt|matthias matze hias matti
maximilian max maxi|michael mike mick michi micha mickey|mohammed muhammad mohamed mohammad mehmet mo|nathaniel nate nathan|nicholas nick nicolas
nikolaus nikolas klaus niko nico|patricia pat patty tricia|patrick pat paddy|philipp philip phil|rebecca becky becca|richard rick rich dick richie
robert bob rob bobby robbie bert|ronald ron ronnie|rudolf rudi rudy|samantha sam|samuel sam sammy|sebastian basti seb|stefan stephan steffen
stephen steven steve stephanie|susanne susi susan suzanne sue|theodor theodore theo ted|thomas tom tommy|timothy tim timmy|tobias tobi|ulrich uli ulli
ulrike uli ulli|ursula uschi ulla|valentin vali|veronika vroni|victoria vicky tori viktoria|vincent vince vinzenz
vladimir wladimir volodymyr wolodymyr
walter walt|wilhelm willi willy helmut|william bill will billy willy|wolfgang wolf wolfi|zachary zach zack|jurij yuri juri yury iouri
alexej alexei aleksei alexey|sergej sergei sergey serhij serhiy|dmitri dmitrij dmitry dmytro|jewgeni yevgeny evgeny jewgenij
oleksandr alexander aleksandr
"""


@functools.cache
def _nickname_groups() -> dict[str, tuple[str, ...]]:
    groups: dict[str, list[str]] = {}
    for line in _NICKNAMES.replace("\n", "|").split("|"):
        words = line.split()
        for word in words:
            groups.setdefault(squash(word), []).append(squash(words[0]))
    return {word: tuple(sorted(set(formal))) for word, formal in groups.items()}


def formal_names(given: str) -> tuple[str, ...]:
    """The forenames that a squashed forename may be short for; itself where there is none.

    >>> formal_names("bob"), formal_names("orlina")
    (('robert',), ('orlina',))
    """
    return _nickname_groups().get(given, (given,))


LEGAL_FORM = re.compile(
    r"[\s,]+(?:(?:GmbH|AG|SE|KG|KGaA|OHG|oHG|GbR|UG|e\.\s?V\.|eV|e\.\s?G\.|eG|gGmbH|gAG|mbH|m\.b\.H\.|mbB|PartG|OG|EU|Inc|Incorporated|Corp|Corporation|"
    r"LLC|LLP|L\.P\.|LP|Ltd|Limited|PLC|plc|Co|S\.A\.|SA|S\.à\s?r\.l\.|Sàrl|SARL|SAS|S\.p\.A\.|SpA|Srl|B\.V\.|BV|N\.V\.|NV|AB|ASA|A/S|Oy|Oyj|Pty|Cie|"
    r"\(haftungsbeschränkt\)|\(UG\))\.?(?=$|[\s,])|&(?=\s*(?:Co|Cie)\b))"
)
_ARTICLE = re.compile(r"(?:der|die|das|dem|den|des|the)\s+", re.I)
_ORG_ENDING = re.compile(r"(?<=\w{3})(?:es|en|er|em|e|s)$")


def without_legal_form(name: str) -> str:
    """The name without its legal form; the whole name where nothing else is left.

    >>> without_legal_form("Glimmerhaus GmbH & Co. KG")
    'Glimmerhaus'
    """
    out = LEGAL_FORM.sub("", name).strip(" ,&")
    return out or name


@functools.lru_cache(maxsize=50_000)
def organisation_key(name: str) -> str:
    """What the spellings of one organisation share: no legal form, article, inflection or accents.

    >>> organisation_key("Deutschen Roten Kreuzes") == organisation_key("das Deutsche Rote Kreuz")
    True
    >>> organisation_key("Nordwerk AG") == organisation_key("Nordwerk")
    True
    """
    bare = _ARTICLE.sub("", without_legal_form(name), count=1) if _ARTICLE.match(name) else without_legal_form(name)
    words = fold(bare.replace("&", " und ")).split()
    words = ["und" if w == "and" else w for w in words if w not in ("the",)]
    return " ".join(_ORG_ENDING.sub("", w) for w in words) or fold(name) or name


@functools.lru_cache(maxsize=50_000)
def is_acronym(name: str) -> bool:
    """Whether a name is written like an acronym: DRK, BKartA, RTR."""
    letters = [c for c in name if c.isalpha()]
    if not 2 <= len(letters) <= 8 or len(name.split()) > 1:
        return False
    upper = sum(c.isupper() for c in letters)
    return upper == len(letters) or upper >= 3 or (upper >= 2 and len(letters) <= 5 and name[0].isupper() and name[-1].isupper())
