"""A verb of saying in its sentence: its clause, its subject, and on which side of it the claim stands."""

from __future__ import annotations

from transforms.extract.claims.clauses import Piece, has_verb, is_relative
from transforms.extract.claims.cues import Cue, Lexicon
from transforms.extract.claims.phrases import is_capital, noun_phrase
from transforms.extract.claims.sentences import POINT, QUOTE, WORD, Sentence
from transforms.extract.claims.subjects import (
    Phrase,
    apposed,
    auxiliary_before,
    extend_apposition,
    is_english_passive,
    is_passive,
    main_subject,
    source_phrase,
    subject_after,
    subject_before,
    verb_final_subject,
)


class Frame:
    """One cue in its sentence: which piece it stands in, who its subject is, on which side the claim is."""

    def __init__(self, s: Sentence, pieces: list[Piece], n: int, cue: Cue, lexicon: Lexicon) -> None:
        self.s, self.pieces, self.n, self.cue, self.lexicon = s, pieces, n, cue, lexicon
        self.piece = pieces[n]
        p = self.piece
        self.fronted = all(s.lows[i] in lexicon.conjunctions or s.lows[i] in ("so", "auch") for i in range(p.start, cue.at))
        first = s.lows[p.start]
        self.is_wie = (first in lexicon.wie and cue.at > p.start and ends_clause(s, p, cue.at, lexicon) and lexicon.code == "de") or (
            first in lexicon.wie and lexicon.code != "de" and cue.at >= p.end - 4 and cue.at > p.start + 1
        )
        self.wie_from = n
        inserted = cue.at == p.start or noun_phrase(s, p.start, cue.at, lexicon) == cue.at
        if not self.is_wie and lexicon.code == "de" and n >= 1 and inserted and ends_clause(s, p, cue.at, lexicon):
            # "wie Alan Stern, Direktor der NASA, betont": an insertion parts the conjunction from its verb
            reach = (n - 2, n - 3) if cue.at == p.start else (n - 1,)
            back = next((m for m in reach if m >= 0 and s.lows[pieces[m].start] in lexicon.wie), None)
            if back is not None and not has_verb(s, pieces[back].start + 1, pieces[back].end, lexicon):
                self.is_wie, self.wie_from = True, back
        self.is_subordinate = (
            lexicon.code == "de" and first in lexicon.subordinators and not self.is_wie and (first != "als" or ends_clause(s, p, cue.at, lexicon))
        )
        self.is_relative_clause = is_relative(s, p, lexicon) and cue.at > p.start
        self.auxiliary = auxiliary_before(s, p, cue, lexicon)
        self.passive = (
            self.auxiliary is not None and is_passive(s, p, cue.at) and s.lows[self.auxiliary] not in ("hat", "haben", "hatte", "hatten", "habe")
        )
        if lexicon.code != "de":
            self.passive = is_english_passive(s, p, cue.at, lexicon)
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
        return any(has_verb(s, q.start, q.end, self.lexicon) for q in self.pieces[: self.n]) and not self._is_long_subject()

    def _is_long_subject(self) -> bool:
        """ "Der Entwurf, der im Herbst, nach der Pause, beraten wird, sieht …": a phrase with clauses that hang on it, without a verb of its own."""
        s, pieces, lexicon = self.s, self.pieces, self.lexicon
        if lexicon.code != "de" or self.n < 3 or has_verb(s, pieces[0].start, pieces[0].end, lexicon) or not is_relative(s, pieces[1], lexicon):
            return False
        return not any(s.lows[q.start] in lexicon.auxiliaries or s.lows[q.start] in lexicon.sure for q in pieces[2 : self.n])

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


def is_parted(f: Frame) -> bool:
    """ "The crack, Jane Roe admits, was a fault in the mould": the telling stands between the subject of what is told and its verb."""
    s, pieces, lexicon = f.s, f.pieces, f.lexicon
    if f.n != 1 or len(pieces) < 3 or pieces[1].mark != "," or pieces[2].mark != ",":
        return False
    first, rest = pieces[0], pieces[2]
    start = next((i for i in range(first.start, first.end) if s.kinds[i] == WORD), first.end)
    low = s.lows[rest.start]
    if s.kinds[rest.start] != WORD or is_capital(s, rest.start) or noun_phrase(s, start, first.end, lexicon) != first.end:
        return False
    return low in lexicon.auxiliaries or low in lexicon.sure or (lexicon.code != "de" and low.endswith("s") and low not in lexicon.function_words)


def ends_clause(s: Sentence, p: Piece, k: int, lexicon: Lexicon) -> bool:
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


Found = tuple[list[tuple[int, int]], str, bool]


def only_quotes(s: Sentence, span: tuple[int, int]) -> bool:
    """Whether the tokens are quotations and what joins them, which are direct speech."""
    return all(s.kinds[i] in (QUOTE, POINT) or s.lows[i] in ("und", "and", "oder", "or") for i in range(*span))


def sentence_start(f: Frame) -> int:
    """Where a claim that precedes its cue begins: after a semicolon, a colon or an earlier cue's clause."""
    for m in range(f.n - 1, 0, -1):
        if f.pieces[m].mark in (";",):
            return f.pieces[m].start
    i = f.pieces[0].start
    while i < f.piece.start and f.s.kinds[i] == POINT:
        i += 1
    return i
