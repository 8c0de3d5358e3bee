"""The lexicon of saying, compiled from ``presslake/languages/*.toml`` for quick lookup by word form."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from presslake.languages import SpeechVerb, load_language
from transforms.extract.claims.sentences import POINT, WORD, Sentence


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words of one language as sets and tables; every word in lower case unless it says otherwise."""

    code: str
    verbs: dict[str, tuple[tuple[SpeechVerb, str], ...]]
    """Form → verbs with the particle that has to stand elsewhere ("teilte" → mit-teilen, "mit")."""
    articles: frozenset[str]
    indefinite: frozenset[str]
    oblique: frozenset[str]
    pronouns: frozenset[str]
    prepositions: frozenset[str]
    attaching: frozenset[str]
    conjunctions: frozenset[str]
    subordinators: frozenset[str]
    complementizers: frozenset[str]
    relatives: frozenset[str]
    adverbs: frozenset[str]
    reflexives: frozenset[str]
    auxiliaries: frozenset[str]
    have: frozenset[str]
    modals: frozenset[str]
    negations: frozenset[str]
    no_verb: frozenset[str]
    """Words that end like a verb and are none."""
    particles: tuple[str, ...]
    """Separable prefixes: "an" in "anzukündigen"."""
    function_words: frozenset[str]
    sure: frozenset[str]
    likely: frozenset[str]
    roles: frozenset[str]
    honorifics: frozenset[str]
    before: tuple[tuple[str, ...], ...]
    after: frozenset[str]
    so: frozenset[str]
    wie: frozenset[str]
    therefore: frozenset[str]
    own: frozenset[str]
    attribution_words: frozenset[str]
    """Words that a phrase of attribution can begin with or be recognised by."""
    angaben_prepositions: frozenset[str]
    angaben: frozenset[str]
    angaben_suffixes: tuple[str, ...]
    headline_verbs: frozenset[str]
    saying_nouns: frozenset[str]
    """Nouns and adjectives that take a clause of saying: Auffassung, zuversichtlich."""
    signs: frozenset[str]
    """Words one of which a sentence has in which somebody speaks, unless it is quoted or in the subjunctive."""
    moods: frozenset[str]
    """Verbs in the subjunctive, sure and likely."""


HEARSAY = frozenset("soll sollen".split())
"""Modal verbs that tell what others say."""


@functools.lru_cache(maxsize=8)
def load_lexicon(code: str) -> Lexicon:
    """The lexicon of a language that has a file."""
    language = load_language(code)
    verbs: dict[str, list[tuple[SpeechVerb, str]]] = {}
    for verb in language.verbs:
        for form, particle in verb.forms:
            verbs.setdefault(form, []).append((verb, particle))
    g, s, speech = language.grammar, language.subjunctive, language.speech
    groups = ("articles", "prepositions", "conjunctions", "subordinators", "adverbs", "reflexives", "auxiliaries", "relatives", "pronouns")
    function_words = frozenset().union(*(g[key] for key in groups))
    sure = s["sure"] | ({_subjunctive(stem) for stem in s["stems"]} - function_words)
    attribution_words = frozenset(
        [*(w.split()[0] for w in speech["before"]), *speech["after"], *speech["so"], *speech["therefore"], *speech["angaben_prepositions"]]
        + (["seiner", "ihrer", "seinen", "ihren", "deren", "dessen", "meiner", "unserer"] if code == "de" else [])
    )
    saying_nouns = frozenset(w.lower() for w in speech["nouns"])
    return Lexicon(
        code=code,
        verbs={form: tuple(found) for form, found in verbs.items()},
        articles=g["articles"],
        indefinite=g["indefinite"],
        oblique=g["oblique"],
        pronouns=g["pronouns"],
        prepositions=g["prepositions"],
        attaching=g["attaching"],
        conjunctions=g["conjunctions"],
        subordinators=g["subordinators"],
        complementizers=g["complementizers"],
        relatives=g["relatives"],
        adverbs=g["adverbs"],
        reflexives=g["reflexives"],
        auxiliaries=g["auxiliaries"],
        have=g["have"],
        modals=g["modals"],
        negations=g["negations"],
        no_verb=g["no_verb"],
        particles=tuple(sorted(g["particles"])),
        function_words=function_words,
        sure=frozenset(sure),
        likely=s["likely"],
        roles=frozenset(w.lower() for w in speech["unnamed"]),
        honorifics=frozenset(language.honorifics),
        before=tuple(tuple(w.split()) for w in speech["before"]),
        after=frozenset(speech["after"]),
        so=frozenset(speech["so"]),
        wie=frozenset(speech["wie"]),
        therefore=frozenset(speech["therefore"]),
        own=frozenset(speech["own"]),
        attribution_words=attribution_words,
        angaben_prepositions=frozenset(speech["angaben_prepositions"]),
        angaben=frozenset(w.lower() for w in speech["angaben"]),
        angaben_suffixes=tuple(speech["angaben_suffixes"]),
        headline_verbs=frozenset(speech["headline_verbs"]),
        saying_nouns=saying_nouns,
        signs=frozenset(verbs) | attribution_words | saying_nouns | (HEARSAY if code == "de" else frozenset()),
        moods=frozenset(sure | s["likely"]),
    )


def _subjunctive(stem: str) -> str:
    """First subjunctive of the third person: ``betrag`` → ``betrage``, ``änder`` → ``ändere``."""
    return stem + "e"


@dataclass(frozen=True, slots=True)
class Cue:
    """A verb of saying in a sentence."""

    at: int
    """Index of its token."""
    verb: SpeechVerb
    verbs: tuple[SpeechVerb, ...]
    """All readings of the form."""
    particle_at: int | None
    """Index of the separated particle ("teilte … mit")."""

    def takes(self, what: str) -> bool:
        return any(what in v.takes for v in self.verbs)


_PARTICLE_REACH = 60


def find_cues(sentence: Sentence, lexicon: Lexicon) -> list[Cue]:
    """Verbs of saying outside quotations, in order."""
    out: list[Cue] = []
    verbs, lows, kinds = lexicon.verbs, sentence.lows, sentence.kinds
    for i in [i for i, low in enumerate(lows) if low in verbs]:
        low, found = lows[i], verbs[lows[i]]
        if kinds[i] != WORD or (i > 0 and lexicon.code == "de" and sentence.words[i][0].isupper() and i != _first_word(sentence)):
            continue
        if i > 0 and lexicon.code != "de" and (lows[i - 1] in lexicon.articles or lows[i - 1] in lexicon.prepositions) and lows[i - 1] != "to":
            continue  # a noun: "the report", "of claims"
        if lexicon.code != "de" and _is_english_noun(sentence, i):
            continue
        if _is_infinitive(sentence, i, lexicon) or (low == "gerufen" and lows[i - 1] == "leben"):
            continue
        if low == "ausgerechnet":
            continue  # "Ausgerechnet die Konkurrenz hilft"
        if lexicon.code == "de" and (_is_attribute(sentence, i, lexicon) or _is_aside(sentence, i, lexicon)):
            continue
        whole = tuple(v for v, particle in found if not particle)
        split = [(v, p) for v, p in found if particle_at(sentence, i, p) is not None] if len(whole) < len(found) else []
        if split:
            readings = tuple(v for v, _ in split) + whole
            out.append(Cue(i, split[0][0], readings, particle_at(sentence, i, split[0][1])))
        elif whole:
            out.append(Cue(i, whole[0], whole, None))
    return out


_MODALS = frozenset(
    "to would could should will can cannot may might must i'd i’d don't don’t doesn't doesn’t didn't didn’t won't won’t wouldn't wouldn’t "
    "can't can’t never not did do does let".split()
)


_SAID = frozenset("musste mussten ließ ließen lässt lassen".split())
"""Modal verbs under which something was said: "musste einräumen", "ließ verbreiten"."""


def _is_english_noun(s: Sentence, i: int) -> bool:
    """ "4,100 posts", "a porter called Kim": no verb that tells."""
    if i > 0 and s.words[i - 1][0].isdigit() and s.lows[i].endswith("s"):
        return True
    named = s.lows[i] in ("called", "named") and i + 1 < len(s) and s.kinds[i + 1] == WORD and s.words[i + 1][0].isupper()
    return named and i > 1 and s.lows[i - 2] in ("a", "an")


def _is_infinitive(s: Sentence, i: int, lexicon: Lexicon) -> bool:
    """ "muss das sagen", "to say": nobody has said it."""
    if lexicon.code != "de":
        return i > 0 and s.lows[i - 1] in _MODALS and not s.lows[i].endswith(("ed", "said", "told"))
    if not s.lows[i].endswith("en") or i == 0:
        return False
    if s.lows[i - 1] == "zu":
        return True
    if i + 1 < len(s) and s.kinds[i + 1] != POINT and s.lows[i + 1] not in lexicon.modals and s.lows[i + 1] not in ("noch", "oder"):
        return False
    return any(s.lows[j] in lexicon.modals and s.lows[j] not in _SAID for j in range(max(0, i - 25), min(len(s), i + 2)))


def _is_attribute(s: Sentence, i: int, lexicon: Lexicon) -> bool:
    """ "die seit Tagen erwartete Offensive": a participle between an article and its noun."""
    if i == 0 or i + 1 >= len(s) or s.kinds[i + 1] != WORD or not s.words[i + 1][0].isupper() or not s.lows[i].endswith(("te", "ten", "ene", "enen")):
        return False
    k = i - 1
    while k > 0 and s.kinds[k] == WORD:
        low = s.lows[k]
        if s.words[k][0].isupper():
            if s.lows[k - 1] not in lexicon.prepositions:
                return False
            k -= 2
        elif low in lexicon.articles:
            return True
        elif low in lexicon.pronouns or low in lexicon.verbs or low in lexicon.auxiliaries or low in lexicon.conjunctions:
            return False
        else:
            k -= 1
    return s.kinds[k] == WORD and s.lows[k] in lexicon.articles


def _is_aside(s: Sentence, i: int, lexicon: Lexicon) -> bool:
    """ "wie geplant", "Zebroide, auch Zebra-Pferde genannt, sind …": a participle without a subject."""
    low = s.lows[i]
    if i > 0 and s.lows[i - 1] in ("wie", "als") and low.startswith("ge"):
        return True
    if low not in ("genannt", "bezeichnet") or i + 1 >= len(s) or s.words[i + 1] not in ",)":
        return False
    k = i - 1
    while k >= 0 and s.kinds[k] != POINT:
        if s.lows[k] in lexicon.have or s.lows[k] in lexicon.auxiliaries:
            return False
        k -= 1
    return k >= 0


def particle_at(sentence: Sentence, cue: int, particle: str) -> int | None:
    """Where the separated particle of a verb stands: before a boundary of its clause."""
    if not particle:
        return None
    if cue > 0 and sentence.lows[cue - 1] == particle:
        return cue - 1
    n = len(sentence)
    for i in range(cue + 1, min(n, cue + _PARTICLE_REACH)):
        if sentence.lows[i] == particle and (
            i + 1 >= n or sentence.kinds[i + 1] == POINT or sentence.kinds[i + 1] == 2 or sentence.lows[i + 1] in ("und", "oder") or i == cue + 1
        ):
            return i
    return None


def _first_word(sentence: Sentence) -> int:
    for i, kind in enumerate(sentence.kinds):
        if kind == WORD:
            return i
    return 0
