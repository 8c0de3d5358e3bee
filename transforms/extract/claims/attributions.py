"""Attribution without a verb of its own: laut X, X zufolge, nach Angaben von X, …, so X; according to X."""

from __future__ import annotations

from dataclasses import dataclass

from transforms.extract.claims.clauses import Piece
from transforms.extract.claims.cues import Lexicon
from transforms.extract.claims.phrases import is_capital, noun_phrase
from transforms.extract.claims.sentences import POINT, WORD, Sentence
from transforms.extract.claims.subjects import Phrase

_POSSESSIVES = frozenset("seiner ihrer seinen ihren deren dessen meiner unserer".split())


@dataclass(frozen=True, slots=True)
class Attribution:
    """Tokens ``start`` to ``end`` of the whole phrase, its cue and its speaker (None: the subject of the sentence, or whoever spoke before)."""

    start: int
    end: int
    cue: tuple[int, int]
    speaker: Phrase | None
    kind: str
    """laut, zufolge, angaben, own, so, demnach."""


def find_attributions(s: Sentence, pieces: list[Piece], lexicon: Lexicon) -> list[Attribution]:
    """All phrases of attribution in a sentence, in order, without overlap."""
    out: list[Attribution] = []
    n = s.last
    i = 0
    triggers = lexicon.attribution_words
    while i < n:
        found = _at(s, pieces, i, n, lexicon) if s.lows[i] in triggers and s.kinds[i] == WORD else None
        if found is not None and (not out or found.start >= out[-1].end):
            out.append(found)
            i = max(found.end, i + 1)
        else:
            i += 1
    return out


def _at(s: Sentence, pieces: list[Piece], i: int, n: int, lexicon: Lexicon) -> Attribution | None:
    low = s.lows[i]
    for words in lexicon.before:
        if low == words[0] and tuple(s.lows[i : i + len(words)]) == words:
            return _before(s, i, len(words), n, lexicon)
    if low in lexicon.after:
        return _after(s, pieces, i, lexicon)
    if low in lexicon.angaben_prepositions and lexicon.code == "de":
        return _angaben(s, i, n, lexicon)
    if low in lexicon.so:
        return _so(s, pieces, i, lexicon)
    if low in lexicon.therefore:
        return Attribution(i, i + 1, (i, i + 1), None, "demnach")
    if lexicon.code == "de" and low in _POSSESSIVES and i + 2 < n and s.lows[i + 1] in lexicon.angaben and s.lows[i + 2] in ("nach", "zufolge"):
        return Attribution(i, i + 3, (i + 2, i + 3), Phrase(i, i + 1), "angaben")
    return None


def _before(s: Sentence, i: int, words: int, n: int, lexicon: Lexicon) -> Attribution | None:
    k = i + words
    if k >= n or (s.lows[i] == "per" and not is_capital(s, k)):
        return None
    if lexicon.code == "de" and (i > 0 and s.lows[i - 1] in ("zu", "so", "sehr", "wie")):
        return None
    if s.lows[k] in lexicon.own or (k + 1 < n and s.lows[k] in ("den",) and s.lows[k + 1] in lexicon.own):
        return Attribution(i, k + 2, (i, k + 2), None, "own")
    angaben = _angaben(s, i, n, lexicon) if lexicon.code == "de" else None
    if angaben is not None:
        return angaben
    j = noun_phrase(s, k, n, lexicon)
    if j == k:
        if lexicon.code == "de" or s.lows[k] in lexicon.function_words:
            return None
        j = min(n, k + 3)
        while j > k and s.kinds[j - 1] == POINT:
            j -= 1
    end = _with_relative(s, j, n, lexicon)
    if lexicon.code != "de" and end < n and s.lows[end] in ("who", "which", "that", "familiar", "briefed", "released"):
        end = next((m for m in range(end, n) if s.words[m] == ","), n)
    speaker = Phrase(k, _with_name(s, k, j, n, lexicon))
    return Attribution(i, max(end, speaker.end), (i, k), speaker, "laut")


def _with_name(s: Sentence, k: int, j: int, n: int, lexicon: Lexicon) -> int:
    """ "according to its founder, Wendy Szabo": the name behind the role is whose words they are."""
    if lexicon.code == "de" or j + 1 >= n or s.words[j] != "," or is_capital(s, j - 1) or not is_capital(s, j + 1):
        return j
    end = noun_phrase(s, j + 1, n, lexicon)
    return end if end > j + 1 and (end == n or s.kinds[end] == POINT) else j


def _with_relative(s: Sentence, j: int, n: int, lexicon: Lexicon) -> int:
    """An apposition after the name belongs to the phrase: "laut Kašpar, der Leiterin, …"."""
    if j < n and s.kinds[j] == POINT and s.words[j] == ",":
        k = noun_phrase(s, j + 1, n, lexicon)
        if k > j + 1 and k < n and s.words[k] == ",":
            return k + 1
    return j


def _after(s: Sentence, pieces: list[Piece], i: int, lexicon: Lexicon) -> Attribution | None:
    a = next((p.start for p in pieces if p.start <= i < p.end), 0)
    if i > a and s.lows[i - 1] in ("ihm", "ihr", "ihnen"):
        return Attribution(i - 1, i + 1, (i, i + 1), Phrase(i - 1, i), "zufolge")
    for start in range(max(a, i - 14), i):
        if s.kinds[start] == POINT or (
            start > a and is_capital(s, start - 1) and is_capital(s, start) and s.lows[start - 1] not in lexicon.function_words
        ):
            continue
        if s.lows[start] in lexicon.prepositions:
            continue
        if noun_phrase(s, start, i, lexicon) == i:
            own = any(s.lows[m] in lexicon.own for m in range(start, i))
            head = s.lows[i - 1]
            speaker = Phrase(start, i)
            if own:
                return Attribution(start, i + 1, (start, i + 1), None, "own")
            for m in range(start, i):
                if s.lows[m] in lexicon.angaben and m + 1 < i:
                    speaker = Phrase(m + 2 if s.lows[m + 1] in ("von", "vom") else m + 1, i)
                    break
            del head
            return Attribution(start, i + 1, (i, i + 1), speaker, "zufolge")
    return None


def _angaben(s: Sentence, i: int, n: int, lexicon: Lexicon) -> Attribution | None:
    """nach (den) Angaben (von) X, nach einer Umfrage des Y, nach Polizeiangaben, aus Sicht von Z, nach eigenen Angaben."""
    k = i + 1
    while k < min(n, i + 6) and s.kinds[k] == WORD and not is_capital(s, k) and (s.lows[k] in lexicon.articles or s.lows[k][-1] in "nrmse"):
        k += 1
    if k >= n or not is_capital(s, k):
        return None
    head = s.lows[k]
    compound = head.endswith(lexicon.angaben_suffixes) and head not in lexicon.angaben
    if head not in lexicon.angaben and not compound:
        # "nach Medienangaben"; "nach dem BBC-Bericht" ends in a known head
        tail = head.rpartition("-")[2]
        if tail == head or tail not in lexicon.angaben:
            return None
    if s.lows[i] in ("aus", "unter") and head != "sicht":
        return None
    if any(s.lows[m] in lexicon.own for m in range(i + 1, k)):
        return Attribution(i, k + 1, (i, k + 1), None, "own")
    determined = i + 1 < k and s.lows[i + 1] in _POSSESSIVES
    j = k + 1
    if j < n and s.lows[j] in ("von", "vom", "bei", "in", "aus"):
        j += 1
    end = noun_phrase(s, j, n, lexicon) if s.kinds[min(j, n - 1)] != POINT and j < n else j
    if compound or _tail_is_head(head, lexicon):
        return Attribution(
            i, max(end, k + 1) if s.lows[k + 1 : k + 2] in (["der"], ["des"], ["von"]) else k + 1, (i, i + 1), Phrase(i + 1, k + 1), "angaben"
        )
    if determined:
        return Attribution(i, k + 1, (i, k + 1), Phrase(i + 1, i + 2), "angaben")
    if end > j and (j > k + 1 or s.lows[k + 1] in lexicon.articles or is_capital(s, k + 1) or s.lows[k + 1].endswith(("er", "en"))):
        return Attribution(i, _with_relative(s, end, n, lexicon), (i, k + 1), Phrase(j, end), "angaben")
    if head in ("experten", "augenzeugen", "medienberichten", "presseberichten", "berichten", "schätzungen", "informationen") or k > i + 1:
        return Attribution(i, k + 1, (i, i + 1), Phrase(i + 1, k + 1), "angaben")
    return None


def _tail_is_head(head: str, lexicon: Lexicon) -> bool:
    tail = head.rpartition("-")[2]
    return tail != head and tail in lexicon.angaben


def _so(s: Sentence, pieces: list[Piece], i: int, lexicon: Lexicon) -> Attribution | None:
    """A piece of its own: "…, so die Ministerin weiter."; nothing but the phrase and adverbs in it."""
    for n, p in enumerate(pieces):
        if p.start == i and n > 0:
            j = noun_phrase(s, i + 1, p.end, lexicon)
            if j == i + 1:
                return None
            k = j
            while k < p.end and (s.lows[k] in lexicon.adverbs or s.lows[k] in lexicon.prepositions):
                k = max(noun_phrase(s, k + 1, p.end, lexicon), k + 1) if s.lows[k] in lexicon.prepositions else k + 1
            if k < p.end:
                return None
            if any(
                s.lows[m] in lexicon.verbs or s.lows[m] in lexicon.auxiliaries
                for m in range(i + 1, p.end)
                if s.kinds[m] == WORD and not is_capital(s, m)
            ):
                return None
            return Attribution(i, p.end, (i, i + 1), Phrase(i + 1, j), "so")
    return None
