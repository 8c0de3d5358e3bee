"""Who stands beside a verb of saying: the subject of its clause, before or after it, without a parser."""

from __future__ import annotations

from dataclasses import dataclass

from transforms.extract.claims.clauses import Piece
from transforms.extract.claims.cues import Cue, Lexicon
from transforms.extract.claims.phrases import is_capital, noun_phrase
from transforms.extract.claims.sentences import BRACKET, POINT, QUOTE, WORD, Sentence

_PASSIVE = frozenset("wird wurde wurden werden worden was were been is are being".split())
_SOURCE = frozenset("aus von vom bei beim in im auf nach seitens by from at".split())
_ADVERBIAL_ENDINGS = ("isch", "ischer", "ig", "iger", "lich", "licher", "los", "sam", "bar", "end", "weise", "ähnlich", "deutlich")
_MAX_HOPS = 16
_FOCUS = frozenset("auch nur sogar selbst zwar doch aber".split())
""" "Auch die Allianz fordert": a word before the subject."""
_NO_SUBJECT = frozenset("dem den einem einen ihm ihn ihnen ihren ihrem seinen seinem keinen keinem diesen diesem".split())


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens ``start`` to ``end`` of a sentence that name a speaker."""

    start: int
    end: int


def subject_after(s: Sentence, k: int, limit: int, lexicon: Lexicon) -> Phrase | None:
    """The subject after a verb: "sagte am Dienstag der Sprecher", "said Fintan Hale"."""
    i = k + 1
    stop = min(limit, i + _MAX_HOPS)
    while i < stop:
        if s.kinds[i] == POINT or s.kinds[i] == QUOTE:
            return None
        low = s.lows[i]
        if s.kinds[i] == BRACKET or low in lexicon.reflexives or (low in lexicon.adverbs and not is_capital(s, i)):
            i += 1
        elif low in ("von", "van") and i == k + 1 and i + 1 < limit and is_capital(s, i + 1):
            return Phrase(i, noun_phrase(s, i + 1, limit, lexicon))  # a name: "sagte von Malchow"
        elif low in lexicon.prepositions and not is_capital(s, i):
            i = max(noun_phrase(s, i + 1, limit, lexicon), i + 1)
        elif low in lexicon.oblique and low in lexicon.articles and low not in ("einer", "eines"):
            i = max(noun_phrase(s, i, limit, lexicon), i + 1)
        else:
            j = noun_phrase(s, i, limit, lexicon)
            if j > i:
                return Phrase(i, j)
            i += 1
    return None


def subject_before(s: Sentence, a: int, k: int, lexicon: Lexicon) -> Phrase | None:
    """The subject between the start of a clause and its verb."""
    i = a
    while i < k and (s.lows[i] in lexicon.conjunctions or s.kinds[i] == POINT):
        i += 1
    if i >= k:
        return None
    if lexicon.code == "de":
        return _german_before(s, i, k, lexicon)
    return _english_before(s, i, k, lexicon)


def _german_before(s: Sentence, i: int, k: int, lexicon: Lexicon) -> Phrase | None:
    while s.lows[i] in _FOCUS and i + 1 < k:
        i += 1
    low = s.lows[i]
    if low in lexicon.prepositions or (low in lexicon.adverbs and low not in lexicon.articles):
        return None
    if low in _NO_SUBJECT:
        return None
    if low.endswith(_ADVERBIAL_ENDINGS) and i + 1 < k + 1 and not is_capital(s, i + 1):
        return None  # "Skeptisch zeigte sich der Anwalt"
    j = noun_phrase(s, i, k, lexicon)
    return Phrase(i, j) if j > i else None


_EMBEDS = frozenset("while after because before when although though but whereas if".split())


def _english_before(s: Sentence, i: int, k: int, lexicon: Lexicon) -> Phrase | None:
    for m in range(k - 2, i, -1):
        # "will miss five matches after a tribunal found": the verb's own clause
        if s.kinds[m] == WORD and s.lows[m] in _EMBEDS and noun_phrase(s, m + 1, k, lexicon) == k:
            return Phrase(m + 1, k)
    while i < k:
        low = s.lows[i]
        if s.kinds[i] != WORD or low in lexicon.adverbs or low in lexicon.subordinators or low in lexicon.conjunctions:
            i += 1
        elif low in lexicon.prepositions:
            i = max(noun_phrase(s, i + 1, k, lexicon, attach=False), i + 1)
        else:
            j = noun_phrase(s, i, k, lexicon)
            if j > i and s.lows[j : j + 1] and s.lows[j] in ("later", "ago", "earlier", "before") and j < k:
                i = j + 1
            elif j > i:
                return Phrase(i, j)
            else:
                i += 1
    last = s.lows[k - 1]
    return Phrase(k - 1, k) if last.endswith("s") and len(last) > 4 and last not in lexicon.function_words else None


def verb_final_subject(s: Sentence, p: Piece, k: int, lexicon: Lexicon) -> Phrase | None:
    """The subject of "wie das Unternehmen am Montag mitteilte": the first phrase after the conjunction."""
    i = p.start + 1
    while i < k:
        low = s.lows[i]
        if s.kinds[i] == WORD and (low in lexicon.reflexives or (low in lexicon.adverbs and low not in lexicon.articles)):
            i += 1
        elif low in lexicon.prepositions and low not in ("aus",):
            i = max(noun_phrase(s, i + 1, k, lexicon), i + 1)
        elif low == "aus":
            j = noun_phrase(s, i + 1, k, lexicon)
            return Phrase(i + 1, j) if j > i + 1 else None
        else:
            j = noun_phrase(s, i, k, lexicon)
            if j > i:
                return Phrase(i, j)
            i += 1
    return None


def source_phrase(s: Sentence, a: int, b: int, lexicon: Lexicon) -> Phrase | None:
    """Whom "hieß es aus dem Ministerium" or "wurde von der Polizei vermutet" names."""
    for i in range(a, b - 1):
        if s.lows[i] in _SOURCE:
            j = noun_phrase(s, i + 1, b, lexicon)
            if j > i + 1:
                return Phrase(i + 1, j)
    return None


def apposed(s: Sentence, pieces: list[Piece], n: int, lexicon: Lexicon) -> Phrase | None:
    """The subject before an insertion: "Andres Granier, der Gouverneur, sagte", "her lawyer, Fintan Hale, told"."""
    first = n - 2
    while first > 0 and pieces[first].mark in ",–—" and _is_insertion(s, pieces[first], lexicon):
        before = pieces[first - 1]
        if any(s.kinds[i] == QUOTE for i in range(before.start, before.end)) or s.lows[before.start] in lexicon.prepositions | lexicon.subordinators:
            break
        first -= 1
    if first < 0:
        return None
    p = pieces[first]
    i = p.start
    while i < p.end and (s.lows[i] in lexicon.conjunctions or (s.kinds[i] == WORD and s.lows[i] in lexicon.adverbs and not is_capital(s, i))):
        i += 1
    # the phrase that touches the comma: an earlier one is an object or an adverbial
    best: Phrase | None = None
    while i < p.end:
        j = noun_phrase(s, i, p.end, lexicon)
        if j == p.end or (i < j < p.end and s.lows[j] in ("in", "im", "aus", "at") and noun_phrase(s, j + 1, p.end, lexicon) == p.end):
            best = Phrase(i, p.end)
            break
        i = max(j, i + 1)
    if best is None:
        return None
    end = best.end
    nxt = pieces[first + 1]
    if nxt.start < pieces[n].start and noun_phrase(s, nxt.start, nxt.end, lexicon) == nxt.end:
        end = nxt.end
    return Phrase(best.start, end)


def _is_insertion(s: Sentence, p: Piece, lexicon: Lexicon) -> bool:
    return s.lows[p.start] in lexicon.relatives or noun_phrase(s, p.start, p.end, lexicon) > p.start


def extend_apposition(s: Sentence, phrase: Phrase, pieces: list[Piece], lexicon: Lexicon) -> Phrase:
    """Takes the apposition after the subject: "sagte Granier, der Gouverneur von Tabasco"."""
    for n, p in enumerate(pieces):
        if p.start <= phrase.start < p.end:
            if n + 1 >= len(pieces):
                return phrase
            if phrase.end != p.end and not (
                s.lows[phrase.end] in ("in", "im", "aus", "at", "of") and noun_phrase(s, phrase.end + 1, p.end, lexicon) == p.end
            ):
                return phrase
            nxt = pieces[n + 1]
            if nxt.mark == "," and noun_phrase(s, nxt.start, nxt.end, lexicon) == nxt.end and s.kinds[nxt.start] == WORD:
                return Phrase(phrase.start, nxt.end)
            return phrase
    return phrase


_SAID_UNDER = frozenset("musste mussten".split())


def _modal_before(s: Sentence, p: Piece, k: int) -> int | None:
    """ "Auch auf Nachfrage musste er betonen": the modal verb that the infinitive at ``k`` hangs on."""
    return next((i for i in range(p.start, k) if s.lows[i] in _SAID_UNDER), None)


def auxiliary_before(s: Sentence, p: Piece, cue: Cue, lexicon: Lexicon) -> int | None:
    """Index of the auxiliary that a participle cue belongs to ("hat … gesagt")."""
    if lexicon.code == "de":
        if s.lows[cue.at].endswith("en") and cue.at + 1 >= p.end and (modal := _modal_before(s, p, cue.at)) is not None:
            return modal
        if not s.lows[cue.at].endswith(("t", "en")) or cue.particle_at not in (None, cue.at - 1):
            return None
        for i in range(p.start, cue.at):
            if s.lows[i] in lexicon.have:
                return i
        return None
    return None


def is_passive(s: Sentence, p: Piece, k: int) -> bool:
    """Whether the verb at ``k`` is a passive participle: nobody is its subject."""
    return any(s.lows[i] in _PASSIVE for i in range(p.start, min(p.end, k + 3)) if i != k)


_BE = frozenset("is are was were been being be isn’t aren’t wasn’t weren’t isn't aren't wasn't weren't".split())
_PARTICIPLES = frozenset("told said thought understood known heard".split())


def is_english_passive(s: Sentence, p: Piece, k: int, lexicon: Lexicon) -> bool:
    """ "was told on Thursday that", "are thought to": somebody else says it."""
    if not (s.lows[k].endswith("ed") or s.lows[k] in _PARTICIPLES):
        return False
    i = k - 1
    while i > p.start and s.kinds[i] == WORD and s.lows[i] in lexicon.adverbs:
        i -= 1
    return i >= p.start and s.lows[i] in _BE


def main_subject(s: Sentence, pieces: list[Piece], lexicon: Lexicon) -> Phrase | None:
    """The subject of the sentence's main clause: who a participle or a second verb goes on with."""
    for p in pieces:
        i = p.start
        while i < p.end and (s.kinds[i] == POINT or s.lows[i] in lexicon.conjunctions):
            i += 1
        if i >= p.end or s.kinds[i] != WORD:
            continue
        if lexicon.code != "de":
            if s.lows[i] in lexicon.subordinators or (s.lows[i] in lexicon.prepositions and p is not pieces[-1] and len(p) < 9):
                continue
            return _english_before(s, i, p.end, lexicon)
        if s.lows[i] in lexicon.subordinators:
            continue
        found = _german_before(s, i, p.end, lexicon)
        if found is not None:
            return found
        k = next((m for m in range(i, p.end) if s.lows[m] in lexicon.auxiliaries or (s.lows[m] in lexicon.verbs and s.kinds[m] == WORD)), None)
        if k is None:
            k = next((m for m in range(i + 1, p.end) if s.kinds[m] == WORD and not is_capital(s, m) and s.lows[m].endswith(("t", "te", "ten"))), None)
        return subject_after(s, k, p.end, lexicon) if k is not None else None
    return None
