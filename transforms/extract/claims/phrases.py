"""Noun phrases without a parser: where the words that can name a speaker begin and end."""

from __future__ import annotations

from transforms.extract.claims.cues import Lexicon
from transforms.extract.claims.sentences import BRACKET, POINT, QUOTE, WORD, Sentence

_MAX_WORDS = 14
_ADJECTIVE_REACH = 7
_NAME_LINKS = frozenset("von van de der den zu zur di da del la le al bin ibn und & -".split())
_QUANTIFIERS = frozenset("one another some many both several most others all two three".split())
_NAME_CHARS = frozenset("&-–+/'’")


def noun_phrase(sentence: Sentence, i: int, limit: int, lexicon: Lexicon, *, attach: bool = True) -> int:
    """Index after the noun phrase that starts at token ``i``; ``i`` itself where none does.

    With ``attach`` it takes genitives and prepositional attributes ("der Sprecher des Verbands", "eine Sprecherin von TikTok").
    """
    j = _core(sentence, i, limit, lexicon)
    if j == i or not attach:
        return j
    return _attributes(sentence, i, j, limit, lexicon)


def _core(s: Sentence, i: int, limit: int, lexicon: Lexicon) -> int:
    if i >= limit or s.kinds[i] not in (WORD, QUOTE):
        return i
    return _german(s, i, limit, lexicon) if lexicon.code == "de" else _english(s, i, limit, lexicon)


def _german(s: Sentence, i: int, limit: int, lexicon: Lexicon) -> int:
    j = i
    has_article = s.lows[j] in lexicon.articles
    if has_article:
        j += 1
    elif s.lows[j] in lexicon.pronouns:
        return j + 1
    elif s.kinds[j] == WORD and s.lows[j] in lexicon.function_words and j > 0 and not _is_capital(s, j):
        return i
    k = j
    reach = min(limit, j + _ADJECTIVE_REACH)
    is_bare = not has_article and i > 0 and s.lows[i - 1] not in lexicon.prepositions
    while k < reach and s.kinds[k] == WORD and not _is_capital(s, k) and _may_precede_noun(s, k, lexicon, has_article):
        if is_bare and s.lows[k].endswith("en"):
            break  # a verb: "laut der Studie blieben 51 Prozent"; an adjective in -en needs an article or a preposition
        k += 1
    if has_article and k < reach and (past := _past_bracket(s, k, limit, lexicon)) is not None:
        k = past
    if k < limit and (s.kinds[k] == QUOTE or _is_capital(s, k)) and not (k == i == 0 and s.lows[k] in lexicon.function_words):
        return _nouns(s, k, limit, lexicon)
    if has_article and s.lows[i] in lexicon.pronouns:
        return i + 1
    return i


_BRACKET_ENDS = ("te", "ten", "ter", "tes", "ene", "enen", "ener", "ende", "enden", "ige", "igen")


def _past_bracket(s: Sentence, k: int, limit: int, lexicon: Lexicon) -> int | None:
    """After the attribute that parts an article from its noun: "eine am Freitag veröffentlichte Umfrage", "der für das Kosovo zuständige Mann"."""
    if s.lows[k] not in lexicon.prepositions:
        return None
    for m in range(k + 2, min(limit - 1, k + 6)):
        if s.kinds[m] != WORD:
            return None
        if not _is_capital(s, m) and s.lows[m].endswith(_BRACKET_ENDS) and _is_capital(s, m + 1) and _is_capital(s, m - 1):
            return m + 1
    return None


def _may_precede_noun(s: Sentence, k: int, lexicon: Lexicon, has_article: bool) -> bool:
    low = s.lows[k]
    if low in lexicon.reflexives or low in lexicon.relatives:
        return False
    if low in lexicon.verbs or low in lexicon.auxiliaries or low in lexicon.conjunctions:
        return low in lexicon.conjunctions and low == "und" and has_article
    if low in lexicon.prepositions or low in lexicon.articles or low in lexicon.adverbs:
        return has_article and (low in ("für", "in", "von") or low in lexicon.adverbs) and _adjective_follows(s, k)
    return low[-1] in "enrmst0123456789" or low.isdigit()


def _adjective_follows(s: Sentence, k: int) -> bool:
    """ "der für das Kosovo zuständige Minister": a bracketing attribute."""
    return any(
        not s.words[m][0].isupper() and s.lows[m].endswith(("ige", "igen", "iger", "ende", "enden", "te", "ten"))
        for m in range(k + 1, min(len(s), k + 5))
    )


def _nouns(s: Sentence, k: int, limit: int, lexicon: Lexicon) -> int:
    j = k + 1
    while j < limit and j - k < _MAX_WORDS:
        if s.kinds[j] == BRACKET:
            j += 1
            continue
        if s.kinds[j] == QUOTE:
            if s.words[j][1:2].islower():
                break  # "der Staatsanwaltschaft Krefeld „ganz besonders sorgfältig“ geprüft": no name
            j += 1
            continue
        if s.kinds[j] == POINT:
            if s.words[j] in _NAME_CHARS and j + 1 < limit and _is_capital(s, j + 1) and s.words[j] != "–":
                j += 2
                continue
            if s.words[j] == "-" and j + 2 < limit and s.lows[j + 1] == "und" and _is_capital(s, j + 2):
                j += 3
                continue
            break
        if _is_capital(s, j):
            j += 1
            continue
        if s.lows[j] in _NAME_LINKS and j + 1 < limit and _is_capital(s, j + 1) and s.lows[j] not in ("und", "von", "der", "den", "zu", "zur"):
            j += 2
            continue
        if s.words[j].isdigit() and not (j + 1 < limit and _is_capital(s, j + 1)):
            j += 1
            continue
        if s.lows[j] == "e.v.":
            j += 1
            continue
        break
    return j


def _english(s: Sentence, i: int, limit: int, lexicon: Lexicon) -> int:
    j = i
    if s.lows[j] in lexicon.pronouns and s.lows[j] not in lexicon.articles:
        return j + 1
    has_article = s.lows[j] in lexicon.articles
    if has_article:
        j += 1
    k, seen = j, False
    while k < limit and k - j < 8:
        if s.kinds[k] == BRACKET:
            k += 1
            continue
        if s.kinds[k] == POINT:
            if s.words[k] in _NAME_CHARS and k + 1 < limit and s.kinds[k + 1] == WORD and s.words[k] not in "–'’":
                k += 2
                continue
            break
        if s.kinds[k] == QUOTE:
            if not has_article:
                break
            k += 1
            continue
        low = s.lows[k]
        if seen and s.words[k] in lexicon.honorifics and not _is_capital(s, k - 1) and i > 0 and s.lows[i - 1] in lexicon.prepositions:
            break  # "outside court Ms Hale said"
        if not _is_capital(s, k) or k == 0:
            if (
                low in lexicon.verbs
                or low in lexicon.auxiliaries
                or low in lexicon.function_words
                or (low.endswith("ed") and seen and not has_article)
            ):
                break
        elif low in lexicon.function_words and low not in lexicon.roles and k == 0:
            break
        seen = True
        k += 1
    if not seen:
        if has_article and s.lows[i] in _QUANTIFIERS:
            return j
        return j if has_article and s.lows[i] in lexicon.pronouns else i
    if not has_article and not any(_is_capital(s, m) or s.lows[m] in lexicon.roles for m in range(j, k) if s.kinds[m] == WORD):
        return i
    return k


def _attributes(s: Sentence, i: int, j: int, limit: int, lexicon: Lexicon) -> int:
    for _ in range(4):
        if j >= limit or j - i > 24 or s.kinds[j] != WORD:
            break
        low = s.lows[j]
        if low in ("namens", "named", "called") and j + 1 < limit and _is_capital(s, j + 1):
            j = _core(s, j + 1, limit, lexicon)
            continue
        if low in ("und", "and") and i < j and _plural_continues(s, j, limit, lexicon):
            j = _core(s, j + 1, limit, lexicon)
            continue
        if low not in lexicon.attaching:
            break
        genitive = low in lexicon.articles
        if s.lows[i] in lexicon.pronouns and s.lows[i] not in lexicon.articles:
            break
        if low in ("am", "im", "in", "with") and not _place_follows(s, j):
            break
        k = _core(s, j if genitive else j + 1, limit, lexicon)
        if k <= j + 1 - genitive:
            break
        j = k
    return j


def _place_follows(s: Sentence, j: int) -> bool:
    """A place belongs to the phrase ("Airbus im französischen Toulouse"); a day or an occasion does not."""
    return False


def _plural_continues(s: Sentence, j: int, limit: int, lexicon: Lexicon) -> bool:
    k = _core(s, j + 1, limit, lexicon)
    return k > j + 1 and (
        k >= limit or s.kinds[k] in (POINT, QUOTE) or s.lows[k] in lexicon.verbs or s.lows[k] in lexicon.auxiliaries or s.lows[k] in lexicon.adverbs
    )


def _is_capital(s: Sentence, k: int) -> bool:
    if s.kinds[k] != WORD:
        return False
    word = s.words[k]
    return (
        word[0].isupper()
        or (len(word) > 2 and word[1].isupper())
        or (not word.isalpha() and not word.isdigit() and any(c.isalpha() for c in word) and any(c.isdigit() for c in word))
    )


is_capital = _is_capital
