"""Indirect speech: clauses that depend on a verb of saying or on a phrase of attribution, and reported acts of speech."""

from __future__ import annotations

from presslake.schema import SpeechType
from transforms.extract.claims.attributions import Attribution
from transforms.extract.claims.clauses import Piece, has_verb, is_complement, is_infinitive, is_relative, split_pieces, subjunctive_at
from transforms.extract.claims.cues import Cue, Lexicon
from transforms.extract.claims.drafts import Draft, chars, phrase_chars
from transforms.extract.claims.phrases import is_capital, noun_phrase
from transforms.extract.claims.sentences import POINT, QUOTE, WORD, Sentence
from transforms.extract.claims.subjects import (
    Phrase,
    apposed,
    auxiliary_before,
    extend_apposition,
    is_passive,
    main_subject,
    source_phrase,
    subject_after,
    subject_before,
    verb_final_subject,
)

_FIRST_PERSON = frozenset("ich wir du ihr i we you i'd i’d".split())
"""Who says "ich sage" is the author, who needs no claim."""
_NO_INFINITIVE = frozenset(
    "sagen betonen meinen schreiben berichten erklären erläutern kritisieren begrüßen loben kommentieren beschreiben schildern zeigen".split()
)
"""Verbs that an infinitive clause after a noun does not depend on: "betont die Fähigkeit, Trends zu setzen"."""
_THAT = frozenset("dass daß that".split())
_PASSIVE_FORMS = frozenset("wird wurde werden wurden".split())
_NOT_REFLEXIVE = frozenset("melden finden zeigen sehen halten".split())
_TIME = frozenset("on in at during after before via late early last this yesterday today".split())


class Frame:
    """One cue in its sentence: which piece it stands in, who its subject is, on which side the claim is."""

    def __init__(self, s: Sentence, pieces: list[Piece], n: int, cue: Cue, lexicon: Lexicon) -> None:
        self.s, self.pieces, self.n, self.cue, self.lexicon = s, pieces, n, cue, lexicon
        self.piece = pieces[n]
        p = self.piece
        self.fronted = all(s.lows[i] in lexicon.conjunctions or s.lows[i] in ("so", "auch") for i in range(p.start, cue.at))
        first = s.lows[p.start]
        self.is_wie = (first in lexicon.wie and cue.at > p.start and _ends_clause(s, p, cue.at, lexicon) and lexicon.code == "de") or (
            first in lexicon.wie and lexicon.code != "de" and cue.at >= p.end - 4 and cue.at > p.start + 1
        )
        self.wie_from = n
        if not self.is_wie and lexicon.code == "de" and n >= 2 and cue.at == p.start and _ends_clause(s, p, cue.at, lexicon):
            # "wie Alan Stern, Direktor der NASA, betont": an insertion parts the conjunction from its verb
            back = next((m for m in (n - 2, n - 3) if m >= 0 and s.lows[pieces[m].start] in lexicon.wie), None)
            if back is not None and not has_verb(s, pieces[back].start + 1, pieces[back].end, lexicon):
                self.is_wie, self.wie_from = True, back
        self.is_subordinate = (
            lexicon.code == "de" and first in lexicon.subordinators and not self.is_wie and (first != "als" or _ends_clause(s, p, cue.at, lexicon))
        )
        self.is_relative_clause = is_relative(s, p, lexicon) and cue.at > p.start
        self.auxiliary = auxiliary_before(s, p, cue, lexicon)
        self.passive = (
            self.auxiliary is not None and is_passive(s, p, cue.at) and s.lows[self.auxiliary] not in ("hat", "haben", "hatte", "hatten", "habe")
        )
        self.hearsay = is_hearsay(s, p, cue)
        self.gerund = (
            lexicon.code != "de" and s.lows[cue.at].endswith("ing") and not any(s.lows[i] in lexicon.auxiliaries for i in range(p.start, cue.at))
        )

    def prefix_is_claim(self) -> bool:
        """Whether what stands before the piece of a fronted cue is a clause or quotation, not the cue's own subject."""
        s, p = self.s, self.piece
        if p.start == 0 or p.mark == ":":
            return False
        before = self.pieces[self.n - 1]
        if any(s.kinds[i] == QUOTE and s.ends[i] - s.starts[i] > 12 for i in range(before.start, before.end)) and p.mark in (",", "–", "—", ""):
            return True
        if (
            is_relative(s, before, self.lexicon)
            and self.n >= 2
            and not has_verb(s, self.pieces[self.n - 2].start, self.pieces[self.n - 2].end, self.lexicon)
        ):
            return False
        return any(has_verb(s, q.start, q.end, self.lexicon) for q in self.pieces[: self.n])

    def subject(self, *, after_claim: bool) -> Phrase | None:
        """The subject phrase, None where the text has none or it cannot be told."""
        s, p, cue, lexicon = self.s, self.piece, self.cue, self.lexicon
        if cue.verb.lemma == "bekannt werden":
            return None
        if cue.verb.lemma == "zitieren":
            k = self.auxiliary if self.auxiliary is not None else cue.at
            return subject_before(s, p.start, k, lexicon) if self.auxiliary is not None else _object_phrase(s, k, p.end, lexicon)
        if self.passive or self.hearsay:
            source = source_phrase(s, p.start, p.end, lexicon)
            return None if source is None else extend_apposition(s, source, self.pieces, lexicon)
        if self.wie_from < self.n:
            q = self.pieces[self.wie_from]
            found = verb_final_subject(s, q, q.end, lexicon)
            return None if found is None else extend_apposition(s, found, self.pieces, lexicon)
        if self.is_wie or self.is_subordinate:
            return verb_final_subject(s, p, cue.at, lexicon)
        if self.is_relative_clause:
            return self._antecedent()
        if self.gerund and self.n > 0 and any(s.lows[i] in lexicon.verbs for i in range(self.pieces[self.n - 1].start, self.pieces[self.n - 1].end)):
            q = self.pieces[self.n - 1]
            teller = next(i for i in range(q.end - 1, q.start - 1, -1) if s.lows[i] in lexicon.verbs)
            found = subject_before(s, q.start, teller, lexicon) or apposed(s, self.pieces, self.n - 1, lexicon)
            if found is not None:
                return extend_apposition(s, found, self.pieces, lexicon)
        if self.gerund or (not after_claim and self._is_coordinated()):
            found = main_subject(s, self.pieces, lexicon)
            return None if found is None else extend_apposition(s, found, self.pieces, lexicon)
        k = cue.at if self.auxiliary is None else self.auxiliary
        limit = p.end if cue.particle_at is None else min(p.end, max(cue.particle_at, k + 1))
        if self.auxiliary is not None:
            limit = cue.at
        if lexicon.code == "de":
            if self.fronted or k == p.start:
                if after_claim or p.start == 0:
                    return self._after(k, limit)
                after, before = self._after(k, limit), apposed(s, self.pieces, self.n, lexicon)
                in_phrase = before is not None and before.start > 0 and s.lows[before.start - 1] in lexicon.prepositions
                is_pronoun = after is not None and s.lows[after.start] in lexicon.pronouns and s.lows[after.start] not in lexicon.articles
                return after if after is not None and (in_phrase or is_pronoun) else before or after
            before = subject_before(s, p.start, k, lexicon)
            if (
                before is not None
                and s.lows[before.start] == "der"
                and s.kinds[k + 1 : k + 3] == [WORD, WORD]
                and is_capital(s, k + 1)
                and is_capital(s, k + 2)
            ):
                return self._after(k, limit)  # "Der Zeitung sagte Filep Karma"
            if before is not None:
                return extend_apposition(s, before, self.pieces, lexicon)
            return self._after(k, limit) or source_phrase(s, p.start, p.end, lexicon)
        if k == p.start:
            if after_claim and not self._follows_name():
                return self._after(k, limit)
            return apposed(s, self.pieces, self.n, lexicon)
        before = subject_before(s, p.start, k, lexicon)
        if before is None and p.start > 0 and not after_claim:
            return apposed(s, self.pieces, self.n, lexicon)
        return before

    def _is_coordinated(self) -> bool:
        """A second verb of one subject: "begrüßte den Schritt, nannte ihn …", "sitzt im Keller und findet …"."""
        s, k, lexicon = self.s, self.cue.at, self.lexicon
        if lexicon.code != "de":
            return k > 0 and s.lows[k - 1] in ("and", "but") and self.n == 0
        joined = k > self.piece.start and s.lows[k - 1] in ("und", "aber")
        if not joined and not (self.n > 0 and k == self.piece.start and self.piece.mark == ","):
            return False
        return subject_after(s, k, self.piece.end, lexicon) is None and (k > 0 and has_verb(s, 0, k - 1, lexicon))

    def _follows_name(self) -> bool:
        """ "…," Svendsgaard, a spokeswoman, told: the subject stands before the insertion."""
        before = self.pieces[self.n - 1] if self.n else None
        return before is not None and not any(self.s.kinds[i] == QUOTE for i in range(before.start, before.end)) and self.n >= 2

    def _after(self, k: int, limit: int) -> Phrase | None:
        found = subject_after(self.s, k, limit, self.lexicon)
        return None if found is None else extend_apposition(self.s, found, self.pieces, self.lexicon)

    def _antecedent(self) -> Phrase | None:
        """The subject of a relative clause: its own ("von dem die Polizei glaubt"), else the phrase that it belongs to."""
        s, p, lexicon = self.s, self.piece, self.lexicon
        i = p.start
        governed = s.lows[i] in lexicon.prepositions or s.lows[i] in ("dem", "den", "denen", "dessen", "deren", "whom", "which", "that")
        i += 2 if s.lows[i] in lexicon.prepositions else 1
        while i < self.cue.at:
            low = s.lows[i]
            if low in lexicon.prepositions:
                i = i + 2 if s.lows[i + 1] == "anderem" else max(noun_phrase(s, i + 1, self.cue.at, lexicon), i + 1)
                continue
            j = noun_phrase(s, i, self.cue.at, lexicon)
            if j > i and (governed or low in lexicon.pronouns) and not (low in lexicon.articles and low in lexicon.oblique):
                return Phrase(i, j)
            i = max(j, i + 1)
        n = self.n - 1
        while n > 0 and self.pieces[n].mark == "," and s.lows[self.pieces[n].start] in lexicon.articles:
            n -= 1
        for q in (self.pieces[n], self.pieces[self.n - 1]) if self.n else ():
            for i in range(q.start, q.end):
                if s.kinds[i] != POINT and noun_phrase(s, i, q.end, lexicon) == q.end:
                    return Phrase(i, q.end)
        return None


def _object_phrase(s: Sentence, k: int, limit: int, lexicon: Lexicon) -> Phrase | None:
    """Whom "zitiert einen Augenzeugen" names."""
    j = noun_phrase(s, k + 1, limit, lexicon)
    return Phrase(k + 1, j) if j > k + 1 else None


def is_hearsay(s: Sentence, p: Piece, cue: Cue) -> bool:
    """ "heißt es", "es hieß": the speaker is in a phrase beside it, if anywhere."""
    return s.lows[cue.at] in ("heißt", "hieß", "verlautete") and (
        s.lows[cue.at] == "verlautete" or any(s.lows[i] == "es" for i in range(max(p.start, cue.at - 2), min(p.end, cue.at + 3)))
    )


def _ends_clause(s: Sentence, p: Piece, k: int, lexicon: Lexicon) -> bool:
    """The verb stands last, or only adverbials and auxiliaries follow."""
    i = k + 1
    while i < p.end:
        low = s.lows[i]
        if s.kinds[i] == WORD and (low in lexicon.auxiliaries or low in lexicon.have or low in lexicon.adverbs):
            i += 1
        elif low in lexicon.prepositions and i + 1 < p.end:
            i = max(noun_phrase(s, i + 1, p.end, lexicon), i + 1)
        else:
            return False
    return True


def clause_drafts(s: Sentence, index: int, pieces: list[Piece], cues: list[Cue], lexicon: Lexicon) -> list[Draft]:
    """Claims of indirect and reported speech that the verbs of a sentence introduce."""
    out: list[Draft] = []
    taken: list[tuple[int, int]] = []
    for cue in cues:
        n = next((m for m, p in enumerate(pieces) if p.start <= cue.at < p.end), None)
        if n is None:
            continue
        if not (cue.takes("clause") or cue.takes("marked") or cue.takes("object") or is_hearsay(s, pieces[n], cue)):
            continue
        frame = Frame(s, pieces, n, cue, lexicon)
        found = (_german if lexicon.code == "de" else _english)(frame)
        if found is None:
            continue
        spans, rule, after_claim = found
        spans = [(a, b) for a, b in spans if b > a]
        if not spans or any(a < y and x < b for a, b in spans for x, y in taken if (x, y) == (a, b)):
            continue
        taken += spans
        subject = frame.subject(after_claim=after_claim)
        if subject is not None and any(a <= subject.start < b for a, b in spans):
            subject = None
        if subject is not None and subject.end == subject.start + 1 and s.lows[subject.start] in _FIRST_PERSON:
            continue
        is_reported = rule == "object"
        out.append(
            Draft(
                spans=[chars(s, a, b) for a, b in spans],
                speech_type=SpeechType.REPORTED if is_reported else SpeechType.INDIRECT,
                rule=rule,
                sentence=index,
                block=s.block,
                cue=(s.starts[cue.at], s.ends[cue.at]),
                lemma=cue.verb.lemma,
                speaker=phrase_chars(s, subject),
                inherits=frame.gerund or (subject is None and not frame.passive),
                modality=cue.verb.modality,
                facts=_facts(frame, spans, rule),
            )
        )
    return out


def _facts(f: Frame, spans: list[tuple[int, int]], rule: str) -> dict[str, float]:
    s = f.s
    a, b = spans[0][0], spans[-1][1]
    words = sum(y - x for x, y in spans)
    return {
        "words": float(words),
        "subjunctive": float(subjunctive_at(s, a, b, f.lexicon) is not None),
        "likely": float(subjunctive_at(s, a, b, f.lexicon, likely=True) is not None),
        "that": float(s.lows[a] in _THAT),
        "question": float(s.lows[a] in f.lexicon.complementizers and s.lows[a] not in _THAT),
        "passive": float(f.passive),
        "subordinate": float(f.is_subordinate or f.is_relative_clause),
        "fronted": float(f.fronted),
        "participle": float(f.auxiliary is not None),
        "verb": float(any(has_verb(s, x, y, f.lexicon) for x, y in spans)),
        "infinitive": float(rule == "pre" and is_infinitive(s, Piece(a, b, ","), f.lexicon)),
        "after_noun": float(rule == "pre" and a > 1 and a - 2 > f.cue.at and is_capital(s, a - 2)),
        "skipped": float(rule == "pre" and sum(f.piece.end < p.start < a for p in f.pieces) > 0),
    }


Found = tuple[list[tuple[int, int]], str, bool]


def _german(f: Frame) -> Found | None:
    s, p, cue, lexicon, pieces, n = f.s, f.piece, f.cue, f.lexicon, f.pieces, f.n
    can_clause = cue.takes("clause") or f.hearsay
    end = s.last
    if f.is_wie:
        words = {s.lows[i] for i in range(p.start, p.end)}
        if not can_clause or words & lexicon.negations or (words & _PASSIVE_FORMS and f.auxiliary is None and "es" not in words):
            return None
        first = f.wie_from
        before = (_sentence_start(f), pieces[first - 1].end) if first > 0 else None
        after = (pieces[n + 1].start, end) if n + 1 < len(pieces) else None
        if before and after:
            short = pieces[first - 1]
            if first > 1 and len(short) <= 4 and (s.lows[short.start] in lexicon.relatives or s.lows[short.end - 1] in lexicon.conjunctions):
                # "der in Wirklichkeit, wie er berichtet, eine Physikerin ist": only the clause around it
                return [after], "wie", True
            return [before, after], "wie", True
        side = before or after
        return ([side], "wie", True) if side else None
    opens = f.fronted or (f.auxiliary is not None and f.auxiliary == p.start and _ends_clause(s, p, cue.at, lexicon))
    if opens and n > 0 and f.prefix_is_claim() and p.mark in (",", "–", "—") and can_clause and not _is_apposed(f):
        spans = [(_sentence_start(f), pieces[n - 1].end)]
        rest = _continuation(f)
        if rest:
            spans.append(rest)
        return None if _only_quotes(s, spans[0]) else (spans, "post", True)
    if s.lows[cue.at + 1 : cue.at + 2] == ["sich"] and cue.verb.lemma in _NOT_REFLEXIVE:
        return None
    q = _clause_after(f)
    if q is not None:
        start = pieces[q].start
        stop = _claim_stop(f, q)
        if _only_quotes(s, (start, stop)):
            return None
        return [(start, stop)], "colon" if pieces[q].mark == ":" else "pre", False
    if f.auxiliary is not None and (bare := _bare_infinitive(f)) is not None:
        return [bare], "pre", False
    return _object(f) if cue.takes("object") else None


def _is_apposed(f: Frame) -> bool:
    """ "Granier, der Gouverneur, sagte: …": no subject after the verb, and a clause follows."""
    nxt = f.n + 1
    if f.hearsay or subject_after(f.s, f.cue.at, f.piece.end, f.lexicon) is not None:
        return False
    return nxt < len(f.pieces) and f.pieces[nxt].mark in (",", ":")


def _only_quotes(s: Sentence, span: tuple[int, int]) -> bool:
    return all(s.kinds[i] in (QUOTE, POINT) or s.lows[i] in ("und", "and", "oder", "or") for i in range(*span))


def _sentence_start(f: Frame) -> int:
    """Where a claim that precedes its cue begins: after a semicolon, a colon or an earlier cue's clause."""
    for m in range(f.n - 1, 0, -1):
        if f.pieces[m].mark in (";",):
            return f.pieces[m].start
    i = f.pieces[0].start
    while i < f.piece.start and f.s.kinds[i] == POINT:
        i += 1
    return i


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
            if m == f.n + 1 and cue.verb.lemma in _NO_INFINITIVE and (p.start < 2 or is_capital(s, p.start - 2)):
                return None
            return m
        if is_relative(s, p, lexicon) and subjunctive_at(s, p.start, p.end, lexicon) is None:
            if m > f.n + 1:
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
            return m
    return None


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


_GOVERNED = frozenset("vor auf für gegen von zu zum zur um an über".split())


def _object(f: Frame) -> Found | None:
    """A reported act: "forderte mehr Personal", "warnte vor Betrug", "hat mehr Mittel gefordert"."""
    s, p, cue, lexicon = f.s, f.piece, f.cue, f.lexicon
    if f.passive or f.is_relative_clause:
        return None
    if f.auxiliary is not None:
        k, stop = f.auxiliary, cue.at
    elif f.is_subordinate or f.is_wie:
        return None
    else:
        k, stop = cue.at, p.end
        if cue.particle_at is not None and cue.particle_at < stop:
            stop = cue.particle_at
    subject = f.subject(after_claim=False)
    i = k + 1
    if subject is not None and subject.start >= i:
        i = subject.end
    while i < stop:
        low = s.lows[i]
        if s.kinds[i] == POINT:
            return None
        if low in lexicon.adverbs or low in lexicon.reflexives or s.kinds[i] == 3:
            i += 1
        elif low in _ADVERBIAL and not _governs(cue, low):
            i = max(noun_phrase(s, i + 1, stop, lexicon), i + 1)
        else:
            break
    if i < stop and s.lows[i] in lexicon.prepositions and _governs(cue, s.lows[i]):
        i += 1
    if i >= stop or s.kinds[i] == QUOTE:
        return None
    j = i + 1 if s.lows[i] in lexicon.prepositions else noun_phrase(s, i, stop, lexicon)
    if j == i:
        return None
    if any(v.lemma in _NEEDS for v in cue.verbs) and not any(s.lows[m] in _NEEDS[cue.verb.lemma] for m in range(i, stop) if cue.verb.lemma in _NEEDS):
        return None
    end = stop
    while end > j and (s.kinds[end - 1] == POINT or s.lows[end - 1] in lexicon.adverbs):
        end -= 1
    return [(i, end)], "object", False


_ADVERBIAL = frozenset("am im in ins beim bei nach vor gegenüber während seit zum zur".split())
_NEEDS = {
    "halten": ("für",), "bezeichnen": ("als",), "rechnen": ("mit",), "begründen": ("mit",), "sehen": ("als", "in", "darin", "noch"),
    "schätzen": ("auf",), "zurückführen": ("auf",),
}  # fmt: skip
"""Verbs whose object counts only with its preposition: "hält die Zahl für richtig"."""
_PREPOSITIONS_OF = {
    "warnen": "vor", "verweisen": "auf", "aufrufen": "zu zum zur", "auffordern": "zu zum zur", "bitten": "um", "drohen": "mit", "sprechen": "von",
    "hinweisen": "auf", "pochen": "auf", "berichten": "von über", "protestieren": "gegen", "plädieren": "für", "dringen": "auf", "anregen": "",
}  # fmt: skip


def _governs(cue: Cue, preposition: str) -> bool:
    return any(preposition in _PREPOSITIONS_OF.get(v.lemma, "").split() for v in cue.verbs)


def _english(f: Frame) -> Found | None:
    s, p, cue, lexicon, pieces, n = f.s, f.piece, f.cue, f.lexicon, f.pieces, f.n
    end = s.last
    k = cue.at
    if f.is_wie:
        before = (_sentence_start(f), pieces[n - 1].end) if n > 0 else None
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
        start = _sentence_start(f)
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
        if not _only_quotes(s, spans[0]):
            return spans, "post", True
        return None
    if rest < p.end:
        if s.kinds[rest] == QUOTE and _only_quotes(s, (rest, p.end)):
            return None
        if s.lows[rest] in ("that", "whether", "if", "how", "why", "what") or (
            s.lows[rest] == "to" and cue.takes("quote") is not False and _infinitive_after(s, rest)
        ):
            return [(rest, _english_stop(f, n))], "pre", False
        opens = s.lows[rest] in _SUBJECTS or "’" in s.lows[rest][1:-1] or "'" in s.lows[rest][1:-1]
        if cue.takes("clause") and (opens or has_verb(s, rest, p.end, lexicon)) and s.lows[rest] not in lexicon.prepositions:
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
            if pieces[q].mark == ":" and not _only_quotes(s, (start, end)):
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
        # inverted: "said Fintan Hale on Tuesday"
        i = max(noun_phrase(s, i, p.end, lexicon), i)
    while i < p.end:
        low = s.lows[i]
        if s.kinds[i] == 3 or (low in lexicon.adverbs and low not in ("there", "here")) or low in ("me", "us", "him", "them"):
            i += 1
        elif told and low not in ("that", "to", "whether", "how", "why", "if"):
            j = noun_phrase(s, i, p.end, lexicon)
            if is_capital(s, i):
                j = i
                while j < p.end and is_capital(s, j):
                    j += 1
            told = False
            if j > i:
                i = j
        elif low in _TIME or (low == "to" and f.cue.verb.lemma in ("say", "write", "explain")):
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
    for q in range(m + 1, len(pieces)):
        p = pieces[q]
        low = s.lows[p.start]
        if p.mark == ";" or _gerund_piece(f, q) or low in ("according",):
            return pieces[q - 1].end
        if low in ("but", "and", "while") and p.mark == "," and any(s.lows[i] in f.lexicon.verbs for i in range(p.start, min(p.end, p.start + 4))):
            return pieces[q - 1].end
    return s.last


def _object_stop(f: Frame, i: int) -> int:
    p = f.piece
    for m in range(i + 1, p.end - 1):
        if f.s.lows[m] in ("but", "and") and f.s.lows[m + 1] in f.lexicon.verbs:
            return m
    return p.end


_BACKWARD = frozenset("das dies darauf davon dazu".split())
_RESULT = frozenset("ergebnis schluss schluß fazit urteil".split())


def backward_draft(s: Sentence, index: int, pieces: list[Piece], cues: list[Cue], before: Sentence, lexicon: Lexicon) -> Draft | None:
    """ "A. Das teilte X mit.": the claim is the sentence before; "Zu diesem Ergebnis kommt X" the same."""
    if lexicon.code != "de":
        return None
    p = pieces[0] if pieces else None
    if p is None or len(p) < 3 or subjunctive_at(s, p.start, p.end, lexicon, likely=True) is not None:
        return None
    first = s.lows[p.start]
    cue_at: int | None = None
    subject: Phrase | None = None
    if first in _BACKWARD:
        cue = next((c for c in cues if (p.start < c.at < p.end and c.takes("clause")) or (c.takes("marked") and p.start < c.at < p.end)), None)
        if cue is None or any(is_complement(s, q, lexicon) or q.mark == ":" for q in pieces[1:]) or any(k == QUOTE for k in s.kinds):
            return None
        frame = Frame(s, pieces, 0, cue, lexicon)
        k = frame.auxiliary if frame.auxiliary is not None else cue.at
        if k != p.start + 1:
            return None
        if frame.passive:
            return None
        subject = subject_after(s, k, p.end, lexicon)
        if cue.verb.lemma in ("hervorgehen", "gehen") or subject is None:
            subject = source_phrase(s, k, p.end, lexicon)
        cue_at = cue.at
    elif first in ("zu", "zum") and any(s.lows[i] in _RESULT for i in range(p.start, min(p.end, p.start + 4))):
        verb = next((i for i in range(p.start, p.end) if s.lows[i] in ("kommt", "kommen", "kam", "kamen")), None)
        if verb is None:
            return None
        subject = subject_after(s, verb, p.end, lexicon)
        cue_at = verb - 1
    if cue_at is None or subject is None:
        return None
    colon = next((p.start for p in split_pieces(before) if p.mark == ":"), 0)
    return Draft(
        spans=[chars(before, colon, before.last)],
        speech_type=SpeechType.INDIRECT,
        rule="backward",
        sentence=index,
        block=s.block,
        cue=chars(s, cue_at, cue_at + 1),
        speaker=phrase_chars(s, subject),
        facts={"words": float(len(before))},
    )


def noun_drafts(s: Sentence, index: int, pieces: list[Piece], taken: list[Draft], lexicon: Lexicon) -> list[Draft]:
    """ "vertritt die Auffassung, dass …", "ist zuversichtlich, …": a noun or adjective before the comma introduces the clause."""
    out: list[Draft] = []
    for n in range(1, len(pieces)):
        p, before = pieces[n], pieces[n - 1]
        k = before.end - 1
        while k > before.start and s.lows[k] in _LIGHT_VERBS:
            k -= 1
        if p.mark != "," or s.lows[k] not in lexicon.saying_nouns:
            continue
        clause = is_complement(s, p, lexicon) or is_infinitive(s, p, lexicon)
        if not clause and subjunctive_at(s, p.start, p.end, lexicon) is None:
            continue
        span = chars(s, p.start, s.last)
        if any(d.spans[0][0] < span[1] and span[0] < d.spans[-1][1] for d in taken):
            continue
        subject = main_subject(s, pieces[:n], lexicon)
        if subject is not None and subject.start <= k < subject.end:
            subject = source_phrase(s, before.start, before.end, lexicon)
        out.append(
            Draft(
                spans=[span],
                speech_type=SpeechType.INDIRECT,
                rule="noun",
                sentence=index,
                block=s.block,
                cue=chars(s, k, k + 1),
                lemma=s.lows[k],
                speaker=phrase_chars(s, subject),
                inherits=subject is None,
                facts={
                    "words": float(s.last - p.start),
                    "subjunctive": float(subjunctive_at(s, p.start, p.end, lexicon) is not None),
                    "complement": float(is_complement(s, p, lexicon)),
                    "infinitive": float(is_infinitive(s, p, lexicon)),
                },
            )
        )
        break
    return out


_LIGHT_VERBS = frozenset(
    "vertreten gemacht geäußert erteilt unterbreitet erhoben laut gewesen an gebracht gegeben bekräftigt zurückgewiesen hat haben".split()
)


def semicolon_run(s: Sentence, index: int, pieces: list[Piece], found: list[Draft], lexicon: Lexicon) -> Draft | None:
    """ "A sei so, sagte er; B sei anders.": after the semicolon the speaker goes on."""
    if not found or lexicon.code != "de":
        return None
    for p in pieces[1:]:
        if p.mark == ";" and s.starts[p.start] >= max(d.end for d in found) and subjunctive_at(s, p.start, s.last, lexicon, likely=True) is not None:
            return Draft(
                spans=[chars(s, p.start, s.last)],
                speech_type=SpeechType.INDIRECT,
                rule="run",
                sentence=index,
                block=s.block,
                inherits=True,
                facts={"words": float(s.last - p.start), "semicolon": 1.0, "after_speech": 1.0},
            )
    return None


def attribution_drafts(s: Sentence, index: int, pieces: list[Piece], found: list[Attribution], lexicon: Lexicon) -> list[Draft]:
    """Claims of "laut X", "X zufolge", "…, so X": the sentence around the phrase."""
    out: list[Draft] = []
    for a in found:
        spans = _around(s, pieces, a, found, lexicon)
        if not spans or all(_only_quotes(s, x) for x in spans):
            continue
        speaker = a.speaker
        if a.kind == "own":
            speaker = _sentence_subject(s, pieces, a, lexicon)
        words = sum(y - x for x, y in spans)
        out.append(
            Draft(
                spans=[chars(s, x, y) for x, y in spans],
                speech_type=SpeechType.INDIRECT,
                rule=a.kind,
                sentence=index,
                block=s.block,
                cue=chars(s, *a.cue),
                lemma=a.kind,
                speaker=phrase_chars(s, speaker),
                inherits=a.kind == "demnach",
                facts={
                    "words": float(words),
                    "two": float(len(spans) > 1),
                    "initial": float(a.start == 0),
                    "subjunctive": float(any(subjunctive_at(s, x, y, lexicon) is not None for x, y in spans)),
                    "verb": float(any(has_verb(s, x, y, lexicon) for x, y in spans)),
                },
            )
        )
    return out


def _around(s: Sentence, pieces: list[Piece], a: Attribution, others: list[Attribution], lexicon: Lexicon) -> list[tuple[int, int]]:
    low, high = 0, s.last
    for p in pieces:
        if p.mark == ";":
            if p.start <= a.start:
                low = p.start
            else:
                high = min(high, p.start - 1)
    for o in others:
        if o.kind in ("laut", "zufolge", "angaben", "so") and o is not a and o.end <= a.start and a.kind != "so":
            low = max(low, low)
    spans = []
    for x, y in ((low, a.start), (a.end, high)):
        while x < y and (s.kinds[x] == POINT and s.words[x] not in "(["):
            x += 1
        while y > x and s.kinds[y - 1] == POINT:
            y -= 1
        if y > x:
            spans.append((x, y))
    if len(spans) == 2 and a.kind != "so" and spans[0][1] - spans[0][0] == 1 and s.lows[spans[0][0]] in lexicon.conjunctions:
        spans = spans[1:]
    if len(spans) == 2 and a.kind == "so" and s.lows[spans[1][0]] not in lexicon.complementizers and not has_verb(s, *spans[1], lexicon):
        spans = spans[:1]
    return spans


def _sentence_subject(s: Sentence, pieces: list[Piece], a: Attribution, lexicon: Lexicon) -> Phrase | None:
    p = next((q for q in pieces if q.start <= a.start < q.end), pieces[0])
    for i in range(p.start, p.end):
        if (s.lows[i] in lexicon.auxiliaries or s.lows[i] in lexicon.verbs or has_verb(s, i, i + 1, lexicon)) and not is_capital(s, i):
            if i > p.start and not (a.start <= p.start < a.end):
                return subject_before(s, p.start, i, lexicon)
            return subject_after(s, i, p.end, lexicon)
    return None
