"""A sentence cut at its commas, and what each piece can be."""

from __future__ import annotations

from dataclasses import dataclass

from transforms.extract.claims.cues import Lexicon
from transforms.extract.claims.phrases import is_capital
from transforms.extract.claims.sentences import POINT, QUOTE, WORD, Sentence

_DELIMITERS = frozenset(",;:–—")


@dataclass(frozen=True, slots=True)
class Piece:
    """Tokens ``start`` to ``end`` (exclusive) of a sentence, and the mark before them ("" for the first)."""

    start: int
    end: int
    mark: str

    def __len__(self) -> int:
        return self.end - self.start


def split_pieces(s: Sentence) -> list[Piece]:
    """Pieces between commas, colons, semicolons and dashes; a quotation that ends in a comma ends its piece."""
    out: list[Piece] = []
    begin, mark, n = 0, "", s.last
    for i in range(n):
        if s.kinds[i] == POINT and (s.words[i] in _DELIMITERS or (s.words[i] == "-" and _is_spaced(s, i))):
            if i > begin:
                out.append(Piece(begin, i, mark))
                mark = ""
            begin = i + 1
            mark = s.words[i] if not mark or s.words[i] != "," else mark
        elif s.kinds[i] == QUOTE and len(s.words[i]) > 3 and s.words[i][-2] in ",!?" and i + 1 < n and s.kinds[i + 1] != POINT:
            out.append(Piece(begin, i + 1, mark))
            begin, mark = i + 1, ","
    if n > begin:
        out.append(Piece(begin, n, mark))
    return out


def _is_spaced(s: Sentence, i: int) -> bool:
    return 0 < i < len(s) - 1 and s.ends[i - 1] < s.starts[i] and s.ends[i] < s.starts[i + 1]


def has_verb(s: Sentence, a: int, b: int, lexicon: Lexicon) -> bool:
    """Whether a finite verb may stand in tokens ``a`` to ``b``: known forms, or the endings of a lower-case word."""
    for i in range(a, b):
        if s.kinds[i] == QUOTE and i > a and s.words[i].count(" ") > 2:
            return True  # the verb may stand in the words quoted
        if s.kinds[i] != WORD:
            continue
        low = s.lows[i]
        if low in lexicon.auxiliaries or low in lexicon.sure or low in lexicon.likely:
            return True
        if is_capital(s, i) and (i > 0 or (lexicon.code == "de" and low not in lexicon.verbs)):
            continue
        if low in lexicon.verbs:
            return True
        if lexicon.code == "de":
            if (
                len(low) > 3
                and low.endswith(("t", "te", "ten", "en", "iere"))
                and low not in lexicon.function_words
                and low not in lexicon.no_verb
                and (low.endswith("t") or i + 1 >= b or not _noun_follows(s, i, b, lexicon))
            ):
                return True
        elif len(low) > 3 and low not in lexicon.function_words and (low.endswith("ed") or _is_third_person(s, i, b, lexicon)):
            return True
    return unlisted_subjunctive(s, a, b, lexicon) is not None and not _is_first_person(s, a)


def _is_third_person(s: Sentence, i: int, b: int, lexicon: Lexicon) -> bool:
    """An English verb in -s rather than a plural: after a noun and before an object or adverbial."""
    low = s.lows[i]
    if not low.endswith("s") or low.endswith(("ss", "'s", "’s")) or i == 0 or i + 1 >= b:
        return False
    before, after = s.lows[i - 1], s.lows[i + 1]
    if before in lexicon.articles or before in lexicon.prepositions or s.kinds[i - 1] == POINT:
        return False
    return after in lexicon.articles or after in lexicon.adverbs or after in ("to", "it", "them", "him", "her", "up", "out", "how", "what")


def _noun_follows(s: Sentence, i: int, b: int, lexicon: Lexicon) -> bool:
    for j in range(i + 1, min(b, i + 4)):
        if is_capital(s, j):
            return True
        if s.kinds[j] != WORD or s.lows[j][-1] not in "enrms" or s.lows[j] in lexicon.function_words:
            return False
    return False


def subjunctive_at(s: Sentence, a: int, b: int, lexicon: Lexicon, *, likely: bool = False) -> int | None:
    """Index of a verb in the first subjunctive (with ``likely`` also the second) among tokens ``a`` to ``b``."""
    if lexicon.code != "de":
        return None
    for i in range(a, b):
        low = s.lows[i]
        if not low or s.kinds[i] != WORD:
            continue
        if low in lexicon.sure or (low.endswith("iere") and len(low) > 6 and not is_capital(s, i)):
            if (s.words[i][0].isupper() and i > 0) or _is_first_person(s, i):
                continue
            if (
                low in ("sei", "seien", "habe", "werde", "könne", "müsse", "solle", "wolle", "dürfe", "möge", "wisse")
                or not _noun_follows(s, i, b, lexicon)
                or i == a
            ):
                return i
            if i + 1 < b and is_capital(s, i + 1) and i > a and (is_capital(s, i - 1) or s.lows[i - 1] in lexicon.pronouns):
                return i
        elif likely and low in lexicon.likely:
            return i
    return None


def unlisted_subjunctive(s: Sentence, a: int, b: int, lexicon: Lexicon) -> int | None:
    """Index of a word in second place that ends like a first subjunctive and is followed by no noun: "verkaufe künftig", "zähle die Studie"."""
    if lexicon.code != "de":
        return None
    for i in range(a + 1, min(b, a + 8)):
        low = s.lows[i]
        if s.kinds[i] != WORD or low in lexicon.function_words or is_capital(s, i):
            continue
        if len(low) > 3 and low.endswith("e") and not low.endswith(("liche", "ische", "ige", "ere", "ste", "te")):
            after = s.lows[i + 1] if i + 1 < b else ""
            if not after or after in lexicon.function_words or after in lexicon.negations:
                return i if is_capital(s, i - 1) or s.lows[i - 1] in lexicon.pronouns or i == a + 1 else None
        if low.endswith(("t", "te", "ten")):
            return None
    return None


_FIRST_PERSON = frozenset({"ich"})


def _is_first_person(s: Sentence, i: int) -> bool:
    """ "ich habe", "habe ich": an indicative."""
    return any(s.lows[j] in _FIRST_PERSON for j in range(max(0, i - 3), min(len(s), i + 3)))


def is_complement(s: Sentence, p: Piece, lexicon: Lexicon) -> bool:
    """Starts like a complement clause: dass, ob, wie, w-words; after an adverb or preposition too ("vor allem dass")."""
    low = s.lows[p.start]
    if low in lexicon.complementizers:
        return True
    return len(p) > 2 and s.lows[p.start + 1] in ("dass", "daß", "welche", "welchen", "welcher") and low not in lexicon.relatives


def is_infinitive(s: Sentence, p: Piece, lexicon: Lexicon) -> bool:
    """An infinitive clause: "zu" with an infinitive near the end."""
    if lexicon.code != "de":
        return s.lows[p.start] == "to"
    if s.lows[p.start] in ("um", "ohne", "statt", "anstatt"):
        return False
    for i in range(p.start, p.end):
        low = s.lows[i]
        if low == "zu" and i + 1 < p.end and s.kinds[i + 1] == WORD and s.lows[i + 1].endswith("n") and not is_capital(s, i + 1):
            return True
        if len(low) > 6 and "zu" in low[2:-3] and low.endswith("n") and not is_capital(s, i) and _has_zu(low, lexicon):
            return True
    return False


def _has_zu(low: str, lexicon: Lexicon) -> bool:
    return any(low.startswith(p + "zu") for p in lexicon.particles)


def is_relative(s: Sentence, p: Piece, lexicon: Lexicon) -> bool:
    """Starts like a relative clause: der/die/das …, in dem …, who …; verb at its end in German."""
    if p.mark != ",":
        return False
    low = s.lows[p.start]
    if lexicon.code != "de":
        return low in ("who", "which", "whose", "whom", "where")
    second = s.lows[p.start + 1] if len(p) > 1 else ""
    first = low in lexicon.relatives or (low in lexicon.prepositions and second in lexicon.relatives)
    if not first or len(p) < 2:
        return False
    if second in lexicon.sure:
        return False
    if low in ("der", "die", "das", "den", "dem") and (is_capital(s, p.start + 1) or second in lexicon.auxiliaries):
        # "die Zahlen seien falsch" against "die Zahlen nennt": a verb at the end and none in second place
        return (
            _verb_like(s, p.end - 1, lexicon)
            and subjunctive_at(s, p.start, p.end - 1, lexicon, likely=True) is None
            and not has_verb(s, p.start + 1, p.end - 2, lexicon)
        )
    return _verb_like(s, p.end - 1, lexicon)


def _verb_like(s: Sentence, i: int, lexicon: Lexicon) -> bool:
    low = s.lows[i]
    return (
        bool(low)
        and not is_capital(s, i)
        and (low in lexicon.auxiliaries or low in lexicon.verbs or low.endswith(("t", "te", "ten", "en", "e", "ß")))
    )
