"""Where the claim of a German verb of saying stands: before it, after it, around it, or as its object."""

from __future__ import annotations

from transforms.extract.claims.acts import reported_act
from transforms.extract.claims.clauses import Piece, has_verb, is_complement, is_infinitive, is_relative, subjunctive_at
from transforms.extract.claims.cues import Lexicon
from transforms.extract.claims.frames import Found, Frame, ends_clause, is_parted, only_quotes, sentence_start
from transforms.extract.claims.phrases import is_capital, noun_phrase
from transforms.extract.claims.sentences import POINT, QUOTE, WORD, Sentence
from transforms.extract.claims.subjects import subject_after

_NO_INFINITIVE = frozenset(
    "sagen betonen meinen schreiben berichten erklären erläutern kritisieren begrüßen loben kommentieren beschreiben schildern zeigen".split()
)
"""Verbs that an infinitive clause after a noun does not depend on: "betont die Fähigkeit, Trends zu setzen"."""
_PERCEIVED = frozenset("sehen zeigen".split())
_QUESTION_WORDS = frozenset("wer wem wen was wie wo wann woher wohin warum weshalb ob welche welcher welches welchen welchem".split())
_PASSIVE_FORMS = frozenset("wird wurde werden wurden".split())
_NOT_REFLEXIVE = frozenset("melden finden zeigen sehen halten ergeben befinden".split())


def german_claim(f: Frame) -> Found | None:
    """Token spans of the claim, the rule that found them, and whether the claim stands before its verb; None for no claim."""
    s, p, cue, lexicon, pieces, n = f.s, f.piece, f.cue, f.lexicon, f.pieces, f.n
    can_clause = cue.takes("clause") or f.hearsay
    end = s.last
    if f.is_wie:
        words = {s.lows[i] for i in range(p.start, p.end)}
        if not can_clause or words & lexicon.negations or (words & _PASSIVE_FORMS and f.auxiliary is None and "es" not in words):
            return None
        first = f.wie_from
        before = (sentence_start(f), pieces[first - 1].end) if first > 0 else None
        after = (pieces[n + 1].start, end) if n + 1 < len(pieces) else None
        if before and after:
            short = pieces[first - 1]
            if first > 1 and len(short) <= 4 and (s.lows[short.start] in lexicon.relatives or s.lows[short.end - 1] in lexicon.conjunctions):
                # "der in Wirklichkeit, wie er berichtet, eine Physikerin ist": only the clause around it
                return [after], "wie", True
            return [before, after], "wie", True
        side = before or after
        return ([side], "wie", True) if side else None
    if "sich" in s.lows[cue.at + 1 : cue.at + 3] and cue.verb.lemma in _NOT_REFLEXIVE:
        return None
    if cue.verb.lemma in ("halten", "stehen") and ((p.end < len(s) and s.lows[p.end - 1] == "fest") or s.lows[p.start] == "fest"):
        return None  # "hält an ihrem Plan fest", "der Sieger stand fest"
    if cue.verb.lemma == "erfahren":
        return None  # "mussten erfahren, dass": he heard it
    opens = f.fronted or (f.auxiliary is not None and f.auxiliary == p.start and ends_clause(s, p, cue.at, lexicon))
    if opens and n > 0 and f.prefix_is_claim() and p.mark in (",", "–", "—") and can_clause and not _is_apposed(f) and not _is_subject_clause(f):
        spans = [(sentence_start(f), pieces[n - 1].end)]
        rest = _continuation(f)
        if rest:
            spans.append(rest)
        return None if only_quotes(s, spans[0]) else (spans, "post", True)
    if opens and can_clause and is_parted(f):
        return [(sentence_start(f), pieces[0].end), (pieces[2].start, s.last)], "post", True
    if f.auxiliary is not None and (bare := _bare_infinitive(f)) is not None:
        return [bare], "pre", False
    q = _clause_after(f)
    if q is not None and cue.verb.lemma in _PERCEIVED and s.lows[pieces[q].start] in _QUESTION_WORDS:
        return None  # "wer bucht, sieht künftig, wem sie gezeigt wird": nobody says it
    if q is not None:
        start = pieces[q].start
        stop = _claim_stop(f, q)
        if only_quotes(s, (start, stop)):
            # "weist den Vorwurf zurück: „…“": an act and a quotation
            return reported_act(f) if pieces[q].mark == ":" and cue.takes("object") else None
        return [(start, stop)], "colon" if pieces[q].mark == ":" else "pre", False
    return reported_act(f) if cue.takes("object") else None


def _is_subject_clause(f: Frame) -> bool:
    """ "Wer nach dem Dorf sucht, findet nichts", "bestätigt den Effekt, warnt aber vor Übertreibung": what stands before is not said."""
    s = f.s
    if not f.cue.takes("object"):
        return False
    subject = subject_after(s, f.cue.at, f.piece.end, f.lexicon)
    if subject is None:
        return f.auxiliary is None and reported_act(f) is not None
    return f.n == 1 and s.lows[f.pieces[0].start] == "wer"


def _is_apposed(f: Frame) -> bool:
    """ "Granier, der Gouverneur, sagte: …": no subject after the verb, and a clause follows."""
    nxt = f.n + 1
    if f.hearsay or subject_after(f.s, f.cue.at, f.piece.end, f.lexicon) is not None:
        return False
    return nxt < len(f.pieces) and f.pieces[nxt].mark in (",", ":")


def _continuation(f: Frame) -> tuple[int, int] | None:
    """What follows the cue's clause and goes on with the claim."""
    s, pieces, lexicon = f.s, f.pieces, f.lexicon
    for m in range(f.n + 1, len(pieces)):
        p = pieces[m]
        if is_relative(s, p, lexicon) and m == f.n + 1 and subjunctive_at(s, p.start, p.end, lexicon) is None:
            continue
        if p.mark == ";" or (s.kinds[p.start] == QUOTE):
            return None
        if is_complement(s, p, lexicon) or subjunctive_at(s, p.start, p.end, lexicon, likely=True) is not None or is_infinitive(s, p, lexicon):
            return p.start, s.last
        if s.lows[p.start] in ("weil", "wenn", "da", "sondern", "solange", "aber") and has_verb(s, p.start, p.end, lexicon):
            return p.start, s.last
    return None


def _clause_after(f: Frame) -> int | None:
    """Index of the piece that begins the claim after its cue."""
    s, pieces, lexicon, cue = f.s, f.pieces, f.lexicon, f.cue
    strong = cue.takes("clause") or f.hearsay
    for m in range(f.n + 1, len(pieces)):
        p = pieces[m]
        if p.mark == ":":
            return m if has_verb(s, p.start, s.last, lexicon) or s.last - p.start > 3 else None
        if p.mark == ";":
            return None
        if is_complement(s, p, lexicon) and not (s.lows[p.start] == "wie" and not has_verb(s, p.start, p.end, lexicon)):
            return m
        if is_infinitive(s, p, lexicon):
            if cue.verb.lemma in ("stehen", "sehen"):
                return None
            if m == f.n + 1 and cue.verb.lemma in _NO_INFINITIVE and (p.start < 2 or is_capital(s, p.start - 2)):
                return None
            return m
        if is_relative(s, p, lexicon) and subjunctive_at(s, p.start, p.end, lexicon) is None:
            if m > f.n + 1 or _introduces(f, p):
                return None
            continue
        if subjunctive_at(s, p.start, p.end, lexicon) is not None and s.lows[p.start] not in ("und", "oder"):
            return m
        if s.lows[p.start] in lexicon.verbs and s.kinds[p.start] == WORD and p.start != 0:
            return None
        if not strong or f.is_subordinate or f.is_relative_clause:
            if s.lows[p.start] in ("wenn", "falls", "sobald", "solange") and m + 1 < len(pieces) and strong:
                return m
            continue
        if s.lows[p.start] in ("wenn", "falls", "sobald", "solange", "weil", "nachdem") and m + 1 < len(pieces):
            if subjunctive_at(s, p.start, s.last, lexicon, likely=True) is not None:
                return m
            continue
        if s.lows[p.start] in lexicon.conjunctions or s.lows[p.start] in lexicon.subordinators:
            continue
        if m == f.n + 1 and noun_phrase(s, p.start, p.end, lexicon) == p.end:
            continue
        if (
            any(s.lows[i] in lexicon.verbs and not is_capital(s, i) and s.kinds[i] == WORD for i in range(p.start + 1, p.end - 1))
            and QUOTE in s.kinds[p.start : p.end]
        ):
            return None  # the next one speaks: "A nannte es „x“, B sprach von „y“"
        if has_verb(s, p.start, p.end, lexicon):
            # "lobt die Offenheit, die Gewerkschaft fragt nach dem Lohn": the verb has its object, the next clause another subject
            is_next = cue.takes("object") and p.mark == "," and subjunctive_at(s, p.start, s.last, lexicon, likely=True) is None
            return None if is_next and reported_act(f) is not None else m
    return None


def _introduces(f: Frame, p: Piece) -> bool:
    """Whether a relative clause has a verb of saying, so that what follows is its claim: "eine Erklärung, in der es heißt, sie habe …"."""
    s, verbs = f.s, f.lexicon.verbs
    return any(s.kinds[i] == WORD and any("clause" in v.takes for v, _ in verbs.get(s.lows[i], ())) for i in range(p.start + 1, p.end))


def _claim_stop(f: Frame, q: int) -> int:
    """Where a claim after its cue ends: the sentence, or the next clause of telling."""
    s, pieces, lexicon = f.s, f.pieces, f.lexicon
    for m in range(q, len(pieces)):
        p = pieces[m]
        if m > q and (f.is_subordinate or f.is_relative_clause) and _starts_main(s, p, lexicon):
            return pieces[m - 1].end
        if m > q and p.mark == ";" and subjunctive_at(s, p.start, p.end, lexicon, likely=True) is None:
            return pieces[m - 1].end
        if (
            m > q
            and s.lows[p.start] in ("und", "aber", "doch")
            and len(p) > 1
            and s.lows[p.start + 1] in lexicon.verbs
            and subjunctive_at(s, p.start, p.end, lexicon) is None
        ):
            return pieces[m - 1].end
        if m > q and s.lows[p.start] in lexicon.verbs and s.kinds[p.start] == WORD and p.mark == "," and subject_after(s, p.start, p.end, lexicon):
            return pieces[m - 1].end
        if m > q and _tells_on_its_own(f, q, m):
            return pieces[m - 1].end
        if m > q and s.lows[p.start] == "so" and p.end - p.start <= 8 and not has_verb(s, p.start, p.end, lexicon):
            return pieces[m - 1].end
        for i in range(p.start + 1, p.end - 1):
            if s.lows[i] == "und" and s.lows[i + 1] in lexicon.verbs and not is_capital(s, i + 1) and s.lows[p.start] in lexicon.complementizers:
                return i
    end = s.last
    particle = f.cue.particle_at
    if particle is not None and particle > pieces[q].start:
        end = min(end, particle)
        while end > pieces[q].start and s.kinds[end - 1] == POINT:
            end -= 1
    return end


def _tells_on_its_own(f: Frame, q: int, m: int) -> bool:
    """After "dass …" or "… zu …" a main clause in the indicative is the writer's: "hofft, dass etwas abfällt, denn bisher gibt es nichts"."""
    s, pieces, lexicon = f.s, f.pieces, f.lexicon
    p = pieces[m]
    opens = s.lows[pieces[q].start] in ("dass", "daß", "ob") or is_infinitive(s, pieces[q], lexicon)
    if not opens or p.mark != "," or s.lows[p.start] not in _OWN or len(p) < 3:
        return False
    k = p.start + 1 if s.lows[p.start] not in ("denn", "doch", "aber") else p.start + 2
    return any(s.lows[i] in _INDICATIVE for i in range(k, min(k + 2, p.end)))


_OWN = frozenset("denn doch dafür dabei dennoch trotzdem daher deshalb dort dies das allerdings jedoch".split())
_INDICATIVE = frozenset("ist sind war waren bin hat hatte habe wird wurde kann konnte muss gibt gab".split())


def _starts_main(s: Sentence, p: Piece, lexicon: Lexicon) -> bool:
    """The main clause after a subordinate one begins with its verb: "Nachdem …, hatte dieser …"."""
    low = s.lows[p.start]
    return s.kinds[p.start] == WORD and not is_capital(s, p.start) and (low in lexicon.auxiliaries or low in lexicon.verbs)


def _bare_infinitive(f: Frame) -> tuple[int, int] | None:
    """ "hat angekündigt bei der Wahl anzutreten": no comma before the infinitive."""
    start = (f.cue.particle_at or f.cue.at) + 1
    rest = Piece(start, f.piece.end, ",")
    if len(rest) < 4 or not is_infinitive(f.s, rest, f.lexicon):
        return None
    for i in range(f.piece.end - 1, start + 1, -1):
        if f.s.lows[i - 1] == "zu" or is_infinitive(f.s, Piece(i, i + 1, ","), f.lexicon):
            return start, i + 1
    return None
