"""Where the claim of an English verb of saying stands: before it, after it, around it, or as its object."""

from __future__ import annotations

from transforms.extract.claims.clauses import has_verb, is_relative
from transforms.extract.claims.cues import Lexicon
from transforms.extract.claims.frames import Found, Frame, is_parted, only_quotes, sentence_start
from transforms.extract.claims.phrases import is_capital, noun_phrase
from transforms.extract.claims.sentences import QUOTE, WORD, Sentence

_REACH = {"but": 4, "and": 4, "while": 9}
"""Words within which a second clause of telling names its verb: "…, while Tomasz Hargrove of Lindell Research noted"."""
_PLAINLY = frozenset("say insist argue admit believe claim think maintain reckon".split())
"""Verbs after which any clause is what is said."""
_TIME = frozenset("on in at during after before via late early last this yesterday today".split())


def english_claim(f: Frame) -> Found | None:
    """Token spans of the claim, the rule that found them, and whether the claim stands before its verb; None for no claim."""
    s, p, cue, lexicon, pieces, n = f.s, f.piece, f.cue, f.lexicon, f.pieces, f.n
    end = s.last
    k = cue.at
    if f.is_wie:
        before = (sentence_start(f), pieces[n - 1].end) if n > 0 else None
        after = (pieces[n + 1].start, end) if n + 1 < len(pieces) and (not before or pieces[n + 1].mark == ",") else None
        spans = [x for x in (before, after) if x]
        return (spans, "wie", True) if spans else None
    rest = _english_rest(f, k)
    if (
        n > 0
        and (rest >= p.end or _is_told_after(f, rest))
        and p.mark in (",", "–", "—")
        and f.prefix_is_claim()
        and not f.gerund
        and cue.takes("clause")
    ):
        start = sentence_start(f)
        spans = [(start, pieces[n - 1].end)]
        nxt = n + 1
        if (
            nxt < len(pieces)
            and pieces[nxt].mark != ";"
            and not is_relative(s, pieces[nxt], lexicon)
            and s.kinds[pieces[nxt].start] != QUOTE
            and not _gerund_piece(f, nxt)
            and has_verb(s, pieces[nxt].start, end, lexicon)
        ) and s.lows[pieces[nxt].start] not in ("who", "which"):
            spans.append((pieces[nxt].start, _english_stop(f, nxt)))
        if not only_quotes(s, spans[0]):
            return spans, "post", True
        return None
    if rest >= p.end and p.mark == "," and not f.gerund and cue.takes("clause") and is_parted(f):
        return [(sentence_start(f), pieces[0].end), (pieces[2].start, _english_stop(f, 2))], "post", True
    if rest < p.end:
        if s.kinds[rest] == QUOTE and only_quotes(s, (rest, p.end)):
            return None
        if s.lows[rest] in ("that", "whether", "if", "how", "why", "what") or (
            s.lows[rest] == "to" and cue.takes("quote") is not False and _infinitive_after(s, rest)
        ):
            return [(rest, _english_stop(f, n))], "pre", False
        if (acted := _acted_on(f, rest)) is not None:
            return [acted], "object", False
        opens = s.lows[rest] in _SUBJECTS or "’" in s.lows[rest][1:-1] or "'" in s.lows[rest][1:-1]
        plainly = cue.verb.lemma in _PLAINLY and p.end - rest > 3 and s.lows[rest] not in lexicon.conjunctions
        if cue.takes("clause") and (opens or plainly or has_verb(s, rest, p.end, lexicon)) and _begins_clause(s, rest, lexicon):
            return [(rest, _english_stop(f, n))], "pre", False
        if cue.takes("object") and s.lows[rest] not in lexicon.conjunctions:
            i = rest
            if s.lows[i] in lexicon.prepositions:
                i += 1
            if i < p.end and s.kinds[i] == WORD and s.lows[i] not in lexicon.prepositions:
                return [(i, _object_stop(f, i))], "object", False
        return None
    if n + 1 < len(pieces):
        q = n + 1
        while q < len(pieces) and is_relative(s, pieces[q], lexicon):
            q += 1
        if q < len(pieces):
            start = pieces[q].start
            if pieces[q].mark == ":" and not only_quotes(s, (start, end)):
                return [(start, end)], "colon", False
            if s.lows[start] in ("that", "whether") or (q > n + 1 and has_verb(s, start, end, lexicon)):
                return [(start, _english_stop(f, q))], "pre", False
    return None


_SUBJECTS = frozenset("he she it they you we i there this that these those".split())


def _is_told_after(f: Frame, rest: int) -> bool:
    """ "…, a committee recommends today in a report that …": the subject opens the piece, and what follows is an adverbial."""
    s, lexicon = f.s, f.lexicon
    start = f.piece.start
    if s.lows[rest] in lexicon.subordinators or s.lows[rest] not in lexicon.prepositions:
        return False
    return 0 < noun_phrase(s, start, f.cue.at, lexicon) - start == f.cue.at - start


def _begins_clause(s: Sentence, i: int, lexicon: Lexicon) -> bool:
    return s.lows[i] not in lexicon.prepositions or s.lows[i : i + 2] == ["at", "least"]


def _is_verb(s: Sentence, i: int, lexicon: Lexicon) -> bool:
    low = s.lows[i]
    return (
        s.kinds[i] == WORD and not is_capital(s, i) and (low in lexicon.auxiliaries or low in lexicon.verbs or (low.endswith("ed") and len(low) > 4))
    )


def _infinitive_after(s: Sentence, i: int) -> bool:
    return i + 1 < len(s) and s.kinds[i + 1] == WORD and not is_capital(s, i + 1)


def _gerund_piece(f: Frame, m: int) -> bool:
    low = f.s.lows[f.pieces[m].start]
    return (low.endswith("ing") and low in f.lexicon.verbs) or low in ("adding", "pointing")


def _english_rest(f: Frame, k: int) -> int:
    """First token after the verb that can begin its claim: past adverbs, times and whom it was told."""
    s, p, lexicon = f.s, f.piece, f.lexicon
    i = k + 1
    told = s.lows[k] in ("told", "tell", "tells", "telling", "informed", "assured", "warned", "reminded", "asked", "urged", "advised")
    if f.cue.particle_at is not None and f.cue.particle_at == i:
        i += 1
    if (k == p.start or s.lows[k - 1] in ("and", "but")) and f.n > 0 and not f.gerund and f.prefix_is_claim():
        # inverted: "said Fintan Hale on Tuesday"; a verb after the noun makes it the subject of what is said: "said her clients wanted names"
        j = noun_phrase(s, i, p.end, lexicon)
        if j >= p.end or not _is_verb(s, j, lexicon):
            i = max(j, i)
    while i < p.end:
        low = s.lows[i]
        if s.kinds[i] == 3 or (low in lexicon.adverbs and low not in ("there", "here")) or low in ("me", "us", "him", "them"):
            i += 1
        elif told and (opens := next((m for m in range(i + 1, min(p.end, i + 4)) if s.lows[m] == "that"), None)) is not None:
            return opens  # "told reporters that"
        elif told and low not in ("that", "to", "whether", "how", "why", "if"):
            j = noun_phrase(s, i, p.end, lexicon)
            if is_capital(s, i):
                j = i
                while j < p.end and is_capital(s, j):
                    j += 1
            told = False
            if j > i:
                i = j
        elif (low in _TIME and s.lows[i + 1 : i + 2] != ["least"]) or (low == "to" and f.cue.verb.lemma in ("say", "write", "explain")):
            j = noun_phrase(s, i + 1, p.end, lexicon, attach=False)
            i = max(j, i + 1)
            if j == i:
                continue
        elif low in lexicon.prepositions and (that := next((m for m in range(i, min(p.end, i + 8)) if s.lows[m] == "that"), None)) is not None:
            return that
        else:
            break
    return i


def _english_stop(f: Frame, m: int) -> int:
    s, pieces = f.s, f.pieces
    for i in range(max(pieces[m].start, f.cue.at) + 3, pieces[m].end - 1):
        if s.lows[i] == "and" and s.lows[i + 1] in f.lexicon.verbs and s.lows[i + 1].endswith("ed") and s.lows[f.cue.at] in _PAST:
            return i  # "told reporters the doors were shut and thanked the staff"
    for q in range(m + 1, len(pieces)):
        p = pieces[q]
        low = s.lows[p.start]
        if p.mark == ";" or _gerund_piece(f, q) or low in ("according",):
            return pieces[q - 1].end
        if (
            low in ("but", "and", "while")
            and p.mark == ","
            and any(s.lows[i] in f.lexicon.verbs for i in range(p.start, min(p.end, p.start + _REACH[low])))
        ):
            return pieces[q - 1].end
    return s.last


_ENDS_OBJECT = frozenset("but and while".split())


def _acted_on(f: Frame, rest: int) -> tuple[int, int] | None:
    """ "welcomed the move but warned that …": the object of an act, and nothing of the next verb."""
    s, p = f.s, f.piece
    if not f.cue.takes("object"):
        return None
    end = noun_phrase(s, rest, p.end, f.lexicon)
    if end == rest or s.lows[rest] in f.lexicon.pronouns - f.lexicon.articles:
        return None
    return (rest, end) if end < p.end and s.lows[end] in _ENDS_OBJECT else None


_PAST = frozenset("said told wrote warned announced admitted argued claimed".split())


def _object_stop(f: Frame, i: int) -> int:
    p = f.piece
    for m in range(i + 1, p.end - 1):
        if f.s.lows[m] in ("but", "and") and f.s.lows[m + 1] in f.lexicon.verbs:
            return m
    return p.end
