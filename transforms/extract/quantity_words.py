"""Vocabulary of quantities in German and English: number words, scales, currencies, units, qualifiers, and nouns that count people."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from presslake.schema import Qualifier
from transforms.parse.shapes import words

# ------------------------------------------------------------------ numbers in words

_DE_DIGIT = "(?:ein|zwei|zwo|drei|vier|fünf|sechs|sieben|acht|neun)"
_DE_TEEN = "(?:zehn|elf|zwölf|dreizehn|vierzehn|fünfzehn|sechzehn|siebzehn|achtzehn|neunzehn)"
_DE_TENS = "(?:zwanzig|dreißig|dreissig|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig)"
_DE_100 = f"(?:(?:{_DE_DIGIT}und)?{_DE_TENS}|{_DE_TEEN}|{_DE_DIGIT})"
_DE_1000 = f"(?:{_DE_DIGIT}?hundert(?:und)?{_DE_100}?|{_DE_100})"
_DE_HALF = "(?:anderthalb|(?:ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun)einhalb)"
DE_WORD = rf"(?:{_DE_HALF}|{_DE_1000}?tausend(?:und)?{_DE_1000}?|{_DE_1000}|eins|eine[nmrs]?|null)"
"""Pattern of a number word; "ein" and its forms only count with a unit that follows."""

_EN_DIGIT = "(?:two|three|four|five|six|seven|eight|nine|one)"
_EN_TEEN = "(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)"
_EN_TENS = "(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
_EN_100 = f"(?:{_EN_TENS}(?:[- ]{_EN_DIGIT})?|{_EN_TEEN}|{_EN_DIGIT})"
EN_WORD = rf"(?:{_EN_100}(?:\shundred(?:\sand\s{_EN_100})?)?|half\sa|a|an)"

ONES = frozenset({"ein", "eine", "einen", "einem", "einer", "eines", "eins", "a", "an", "one", "half a"})
ONE_DE = frozenset({"ein", "eine", "einen", "einem", "einer", "eines", "eins"})
ONE_EN = frozenset({"a", "an", "one", "half a"})


@lru_cache(maxsize=4096)
def read_word(word: str, language: str) -> Decimal | None:
    """Value of a number word of ``language`` (de or en); None where it is none.

    >>> read_word("vierhundert", "de"), read_word("anderthalb", "de"), read_word("ninety-nine", "en")
    (Decimal('400'), Decimal('1.5'), Decimal('99'))
    """
    word = word.casefold()
    if word in ONE_DE or word in {"a", "an", "one"}:
        return Decimal(1)
    if word in {"a hundred", "a thousand"}:
        return Decimal(100 if word == "a hundred" else 1000)
    if word == "half a":
        return Decimal("0.5")
    if word == "anderthalb":
        return Decimal("1.5")
    if word.endswith("einhalb"):
        whole = read_word(word.removesuffix("einhalb"), language)
        return None if whole is None else whole + Decimal("0.5")
    from text_to_num import text2num

    try:
        return Decimal(int(text2num(word.replace("zwo", "zwei").replace("dreissig", "dreißig"), language)))
    except ValueError:
        return None


# ------------------------------------------------------------------ scales

_DE_SCALES = {
    "hundert": 2,
    "tausend": 3, "tsd.": 3, "tsd": 3,
    "million": 6, "millionen": 6, "mio.": 6, "mio": 6, "mill.": 6,
    "milliarde": 9, "milliarden": 9, "mrd.": 9, "mrd": 9, "mia.": 9,
    "billion": 12, "billionen": 12, "bio.": 12,
    "billiarde": 15, "billiarden": 15,
}  # fmt: skip
_EN_SCALES = {
    "hundred": 2, "thousand": 3, "k": 3,
    "lakh": 5, "lakhs": 5,
    "million": 6, "millions": 6, "mn": 6, "mln": 6, "m": 6,
    "crore": 7, "crores": 7,
    "billion": 9, "billions": 9, "bn": 9, "bln": 9, "b": 9,
    "trillion": 12, "tn": 12,
}  # fmt: skip
SCALES = {"de": _DE_SCALES, "en": _EN_SCALES}
DE_SCALE = (
    r"(?:hunderttausend|[Mm]illion(?:en)?|[Mm]illiarden?|[Bb]illion(?:en)?|[Bb]illiarden?|[Mm]io\b\.?|[Mm]rd\b\.?|[Tt]sd\b\.?|Bio\.|"
    r"Mia\.|Mill\.|[Tt]ausend\b)"
)
EN_SCALE = r"(?:hundred thousand|hundred|thousand|million|billion|trillion|lakhs?|crores?|mn\b|mln\b|bn\b|bln\b|tn\b|[mMbBkK]\b)"


def scale_of(word: str, language: str) -> int:
    """Power of ten that a scale word stands for: a German Billion is 12, an English one 9."""
    word = word.casefold()
    if word in {"hunderttausend", "hundred thousand"}:
        return 5
    return SCALES[language].get(word, SCALES[language].get(word.rstrip("."), 0))


# ------------------------------------------------------------------ currencies

CURRENCY_BEFORE = r"(?:US-?\$|A\$|AU\$|C\$|CA\$|NZ\$|HK\$|S\$|R\$|US-Dollar|EUR|USD|GBP|CHF|SFr\.|Fr\.|Rs\.?|INR|[$€£¥₹₽])"
CURRENCY_AFTER = (
    r"(?:Euros?\b|euros?\b|EUR\b|€(?!\d)|Cents?\b|cents?\b|Eurocents?\b|US-?\$|US-Dollars?\b|US[ -]dollars?\b|Dollars?\b|dollars?\b|USD\b|\$(?!\d)|"
    r"[Nn]aira\b|[Bb]aht\b|[Rr]inggit\b|[Tt]aka\b|[Ss]hekels?\b|Schekel\b|[Hh]ry[vw]nias?\b|"
    r"Pfund(?: Sterling)?\b(?! Fleisch)|"
    r"pounds?\b(?: sterling)?|GBP\b|£(?!\d)|pence\b|Schweizer Franken\b|Franken\b|francs?\b|CHF\b|Fr\.|Rappen\b|Yuan\b|yuan\b|Renminbi\b|Yen\b|"
    r"yen\b|Rupien\b|rupees?\b|rupiah\b|Rupiah\b|"
    r"Kronen\b|Złoty\b|Zloty\b|zloty\b|Rubel\b|roubles?\b|Lira\b|lira\b|Forint\b|Won\b|won\b|Rand\b|Real\b|[Rr]eais\b|Pesos?\b|pesos?\b|Hrywnja\b|Schilling\b|Mark\b|D-Mark\b)"
)
_CURRENCIES = {
    "€": "EUR", "euro": "EUR", "eur": "EUR", "cent": "EUR", "eurocent": "EUR",
    "$": "USD", "us$": "USD", "us-$": "USD", "usd": "USD", "dollar": "USD", "us-dollar": "USD", "us dollar": "USD",
    "a$": "AUD", "au$": "AUD", "c$": "CAD", "ca$": "CAD", "nz$": "NZD", "hk$": "HKD", "s$": "SGD", "r$": "BRL",
    "£": "GBP", "pfund": "GBP", "pfund sterling": "GBP", "pound": "GBP", "pound sterling": "GBP", "pounds sterling": "GBP", "gbp": "GBP",
    "pence": "GBP",
    "chf": "CHF", "fr.": "CHF", "sfr.": "CHF", "franken": "CHF", "schweizer franken": "CHF", "franc": "CHF", "rappen": "CHF",
    "¥": "JPY", "yen": "JPY", "yuan": "CNY", "renminbi": "CNY",
    "rs": "INR", "rs.": "INR", "inr": "INR", "₹": "INR", "rupee": "INR", "rupien": "INR", "rupiah": "IDR",
    "złoty": "PLN", "zloty": "PLN", "rubel": "RUB", "rouble": "RUB", "₽": "RUB", "lira": "TRY", "forint": "HUF", "won": "KRW", "rand": "ZAR",
    "real": "BRL", "reais": "BRL", "hrywnja": "UAH", "hryvnia": "UAH", "naira": "NGN", "baht": "THB", "ringgit": "MYR", "taka": "BDT",
    "shekel": "ILS", "schekel": "ILS", "mark": "DEM", "d-mark": "DEM", "schilling": "ATS",
}  # fmt: skip
HUNDREDTHS = frozenset({"cent", "cents", "eurocent", "eurocents", "rappen", "pence"})


def currency_of(word: str) -> str | None:
    """ISO 4217 code; None where a word names several currencies (Kronen, Peso)."""
    word = word.casefold()
    return _CURRENCIES.get(word) or _CURRENCIES.get(word.removesuffix("s"))


# ------------------------------------------------------------------ qualifiers

_QUALIFIERS = {
    Qualifier.ABOUT: """rund|etwa|ungefähr|circa|ca.|zirka|knapp|fast|beinahe|nahezu|gut|schätzungsweise|geschätzt|geschätzte|geschätzten
        |grob|um die|in etwa|
        about|around|roughly|approximately|some|nearly|almost|an estimated|close to|estimated at|average of""",
    Qualifier.MORE_THAN: """mehr als|über|mindestens|wenigstens|jenseits von|oberhalb von|more than|over|at least|upwards of|in excess of|above""",
    Qualifier.LESS_THAN: """weniger als|unter|keine|nicht einmal|less than|fewer than|under|below""",
    Qualifier.UP_TO: """bis zu|höchstens|maximal|bis|up to|as many as|as much as|at most|maximum of""",
}
_BY_WORDS = {w.strip(): q for q, ways in _QUALIFIERS.items() for w in ways.split("|")}
_FILLERS = frozenset({"die", "den", "der", "the", "a", "an", "jeweils", "zu", "ein", "eine", "einem", "einer", "das"})


def qualifier_before(before: str) -> Qualifier | None:
    """What the words right before a number say about how exact it is.

    >>> qualifier_before("Das sind mehr als "), qualifier_before("sie hat bis zu "), qualifier_before("es waren ")
    (<Qualifier.MORE_THAN: 'more_than'>, <Qualifier.UP_TO: 'up_to'>, None)
    """
    tokens = before.lower().split()[-3:]
    if tokens and not before[-1:].isspace():
        return None
    for _ in range(2):
        if not tokens:
            return None
        last = tokens[-1].lstrip('(„“"»«')
        found = _BY_WORDS.get(" ".join((*tokens[-2:-1], last))) or _BY_WORDS.get(last)
        if found or last not in _FILLERS:
            return found
        tokens.pop()
    return None


# ------------------------------------------------------------------ units

DURATION = (
    r"(?:(?:Sekunde|Minute|Stunde|Woche)n?\b|(?:Tag|Werktag|Monat|Jahr|Jahrzehnt|Jahrhundert|Quartal)(?:en|e|n|s|es)?\b|Nächten?\b|Wochenenden?\b|Millisekunden?\b|"
    r"(?:second|minute|hour|day|night|week|fortnight|month|year|decade)s?\b|centur(?:y|ies)\b)"
)
PERCENT = r"(?:%|Prozent(?:punkte?n?)?\b|v\.\s?H\.|percentage points?\b|percent\b|per cent\b|pc\b|Promille\b)"

SHARED_UNIT = re.compile(rf"\s(?:(?P<scale>{DE_SCALE})\s)?(?:(?P<percent>{PERCENT})|(?P<money>{CURRENCY_AFTER}))")
"""Scale and unit behind a bracket that two numbers share."""

_PEOPLE_DE = words("""
    abgeordnet abonnent aktionär aktivist angeklagt angestellt anhänger anrufer anwält arbeiter arzt ausländer auszubildende autor azubi
    babys beamt befragt begleiter bekannt beschuldigt beschäftigt besucher beteiligt betroffen bewerber bewohner blogger brüder bürger chef cousin
    creator
    delegiert demonstrant deutsch ehepaar ehrenamtlich einwohner eltern enkel entwickler erstwähler erwachsen expert fachkräft fahrer
    fahrgäst faktenprüfer familie familienmitglied fan feuerwehrleut feuerwehrmänner flüchtling follower forscher frau freiwillig freund
    gamer gefangen geflüchtet geldgeber geschwister geschädigt geschäftsführer gesellschafter gründer gäste handwerker haushalt hebamme
    helfer häftling händler hörer influencer ingenieur investor journalist jugendlich jungen jurist kandidat kind klient kolleg kreativ
    kräft kund kunde käufer köpfe köpfig künstler landwirt lehrer lehrkräft lehrling leser leute mann mensch minderjährig minister mitarbeit
    mitglied moderator moderatorin musiker mutter mädchen männer mütter nachahmer nachbar nutzend nutzer onkel opfer partner passagier
    patient person personen pfarrer pflegekräft pfleger pilger politiker polizist praktikant priester programmierer prüfer psycholog pädagog
    redakteur rentner richter sachverständig schwestern schüler senior senioren soldat spieler sportler stadträt statist stipendiat streamer student
    studentin studierende sänger söhne tanten teenager teens teilnehm tiktoker tote tänzer täter töchter unternehmer unterstützer user vater
    verdächtig verkäufer verletzt vermisst vertreter verwandt volontär vorständ väter wissenschaftler wähler youtuber zeug zuhörer zuschauer
    zwilling zwölfjährig ärzt
""")
PEOPLE_EN = words("""
    academics accountants actors adult adults artist artists athlete athletes attendees authors boy boys brother brothers buyers candidates child
    children citizen citizens claimants colleagues councillors counsellor counsellors counselor counselors creator creators customer
    customers dads daughter daughters defendants developers director directors doctor doctors driver drivers editors employee employees
    engineer engineers entrepreneurs families family fan fans farmers fathers follower followers founders friend friends gamers girl girls
    grandchildren guest guests head heads household households influencer influencers inhabitants investors jobs journalist journalists
    jurors kid kids lads lawmakers lawyer lawyers listener listeners man manager managers matchmakers member members men men's migrants
    minister ministers moderator moderators mothers mps mums neighbors neighbours nurse nurses officer officers official officials owner
    owners parent parents participant participants passenger passengers patient patients peers people person persons player players
    practitioners principals prisoners pupil pupils reader readers refugees researcher researchers resident residents respondent respondents
    scholars scientist scientists sellers senators shareholders signatories singers sister sisters soldiers son sons souls staff stranger strangers
    streamer streamers student students subscriber subscribers suspects teacher teachers teen teenager teenagers teens traders user users
    veterans victim victims viewer viewers visitor visitors volunteer volunteers voter voters witnesses woman women worker workers writers
    youngsters youth youths
""")
_PEOPLE_STEM = re.compile(
    r"\w*?(?:" + "|".join(sorted(_PEOPLE_DE, key=lambda w: (-len(w), w))) + r")(?:e?[nrsm]?|ern|innen|in|e[rnms]|s|nde[nrs]?)?$", re.IGNORECASE
)
_GENDERED = re.compile(r"\w+(?:[*:_]innen|innen|Innen)$")
_PARTICIPLE = re.compile(
    r"\w*(?:ier|arbeit|schau|wes|reis|lern|lehr|nutz|nehm|sprech|sitz|such|hör|les|pfleg|zieh|fahr|wohn|leb|sterb|dien|steh|wart)end(?:e[nrs]?)$",
    re.IGNORECASE,
)
_AGENT = re.compile(r"[A-ZÄÖÜ]\w{2,}(?:er|ler|ner|eur|ist|ent|ant)(?:n|en|e|s)?$")
_NO_AGENT = re.compile(
    r"\w*(?:fehler|computer|zimmer|bilder|lieder|länder|wörter|bücher|häuser|server|filter|sender|ticker|router|banner|letter|poster|trailer|meter|liter|fenster|messer|teller|koffer|"
    r"roller|container|cluster|ordner|eimer|dörfer|räder|blätter|felder|gelder|güter|schilder|kleider|monster|muster|marker|tracker|treiber|drucker|rechner|fernseher|semester|"
    r"orchester|theater|kater|register|finger|sommer|winter|ämter|hühner|eier|wälder|täler|(?<!ä)ufer|treffer|gitter|pflaster|folder|dollar|papier\w*|präsent\w*|dokument\w*|argument\w*|patent\w*|"
    r"moment\w*|segment\w*|element\w*|experiment\w*|instrument\w*|kommentar\w*|prozent|akzent\w*|talent|event|content|restaurant\w*|variant\w*|sticker|newsletter|flyer|teaser|"
    r"adapter|charakter|körper|namen?|nummer|kammer|steuer|mauer|feier|leiter|mutter|butter|wetter|cover|cookie|user-\w+|oper|zeilen|spieler-\w+|partner|kilometer|quadratmeter|hektar|"
    r"kandidat|artist|liste\w*|geist\w*|kiste\w*|viertel|zentner|böller|becher|löcher|fächer|bänder|ränder|gläser|dächer|nester|titel|schalter|kleber|wecker|stecker|absender|empfänger"
    r"|ausländer-\w+|follower-\w+|piste\w*|küste\w*|konten?|konsonant\w*|garant\w*|elefant\w*|laster|frachter|dampfer|bagger|wasser|sekunden?|minuten?|september|oktober|november|dezember|alter|kalender|donner|quadrant\w*|kölner|hamburger|wiener|zürcher|hubschrauber|kugelschreiber|lautsprecher|scheinwerfer|anbieter|hersteller|betreiber)"
    r"(?:n|s|en)?$",
    re.IGNORECASE,
)
NO_PEOPLE_DE = re.compile(
    r"\w*(?:häuser|urkunde|trichter|kopfhörer|plattenspieler|fankurve|kindergärten|mannschaft|personenwagen|konto|konten|freundschaft|elternabend|partnerschaft|quote|leserbrief|mitgliedschaft|mitgliedsfirm|wirtschaft|"
    r"ärzteblatt|kinderbuch|kinderbücher|jugendherberge|gesellschaft|bürgersteig|frauenhaus|frauenhäuser|mitgliedstaaten|mitgliedsstaaten|mitgliedsland|mitgliedsländer)\w*$",
    re.IGNORECASE,
)
EN_STOP = words("""
    a about across after against agreed also among an and are around as asked at be became because been before began being between but by
    called came can could did do does during for found from got had has have he held her here his i if in into is it its joined just kept
    left less made may more my near not now of on only or our over per posted replied said saw say says sent she signed since so than that
    the their then there these they this those through to told took under until voted was we went were when which while who will with within
    without would wrote you your broke ran won lost rose fell grew met stood arrive arrived fled
""")


_NATION_EN = re.compile(r"[A-Z][a-z]+(?:icans|alians|adians|itons|ermans|opeans|ndians|wegians|ussians|ainians)(?:’)?$")


@lru_cache(maxsize=8192)
def is_people(noun: str, lang: str) -> bool:
    """True if ``noun`` counts people.

    >>> is_people("Nutzer*innen", "de"), is_people("Zöllner", "de"), is_people("Fehler", "de"), is_people("followers", "en")
    (True, True, False, True)
    """
    if lang == "en":
        word = noun.casefold().removesuffix("’s").removesuffix("’")
        return word in PEOPLE_EN or word.split("-")[-1] in PEOPLE_EN or _NATION_EN.match(noun) is not None
    last = noun.split("-")[-1]
    if _GENDERED.match(last):
        return True
    if _PEOPLE_STEM.match(last):
        return NO_PEOPLE_DE.match(last) is None
    return _NO_AGENT.match(last) is None and bool(_PARTICIPLE.match(last) or _AGENT.match(last))


DENOMINATOR = {"hälfte": 2, "drittel": 3, "viertel": 4, "fünftel": 5, "sechstel": 6, "siebtel": 7, "achtel": 8, "neuntel": 9,
"zehntel": 10, "zwanzigstel": 20,
               "hundertstel": 100, "half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
               "tenth": 10}  # fmt: skip
ORDINALS = {
    "half": 2,
    "zweite": 2, "dritte": 3, "vierte": 4, "fünfte": 5, "sechste": 6, "siebte": 7, "achte": 8, "neunte": 9, "zehnte": 10, "zwölfte": 12,
    "fünfzehnte": 15,
    "zwanzigste": 20, "fünfzigste": 50, "hundertste": 100, "tausendste": 1000,
}  # fmt: skip
