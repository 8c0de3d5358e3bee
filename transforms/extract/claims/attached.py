"""Indirect speech beside the clauses of verbs: nouns that introduce it, phrases of attribution, sentences that point back, semicolons."""

from __future__ import annotations

from presslake.schema import Modality, SpeechType
from transforms.extract.claims.attributions import Attribution
from transforms.extract.claims.clauses import Piece, has_verb, is_complement, is_infinitive, is_relative, split_pieces, subjunctive_at
from transforms.extract.claims.cues import HEARSAY, Cue, Lexicon
from transforms.extract.claims.drafts import Draft, chars, phrase_chars
from transforms.extract.claims.frames import Frame, only_quotes
from transforms.extract.claims.phrases import is_capital
from transforms.extract.claims.sentences import POINT, QUOTE, Sentence
from transforms.extract.claims.subjects import Phrase, main_subject, source_phrase, subject_after, subject_before

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
        if cue is None or QUOTE in s.kinds or any(_is_told(s, q, lexicon) for q in pieces[1:]):
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


def _is_told(s: Sentence, p: Piece, lexicon: Lexicon) -> bool:
    """Whether a piece is itself what is said, so that "dazu" does not point back."""
    return p.mark == ":" or is_complement(s, p, lexicon) or subjunctive_at(s, p.start, p.end, lexicon) is not None


def noun_drafts(s: Sentence, index: int, pieces: list[Piece], taken: list[Draft], lexicon: Lexicon) -> list[Draft]:
    """ "vertritt die Auffassung, dass …", "ist zuversichtlich, …": a noun or adjective before the comma introduces the clause."""
    out: list[Draft] = []
    if lexicon.saying_nouns.isdisjoint(s.lows):
        return out
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


_DONE = frozenset("haben sein".split())


def hearsay_draft(s: Sentence, index: int, pieces: list[Piece], found: list[Draft], lexicon: Lexicon) -> Draft | None:
    """ "Der Mann soll Gelder veruntreut haben": what the writer has from others; "soll bis Mai wachsen" is a plan."""
    if lexicon.code != "de" or found or HEARSAY.isdisjoint(s.lows) or any(q.mark == ":" for q in pieces):
        return None
    for p in pieces:
        k = next((i for i in range(p.start, p.end) if s.lows[i] in HEARSAY), None)
        if k is None:
            continue
        end = next((q for q in pieces if q.start >= p.start and _is_perfect(s, q)), None)
        if end is None or is_relative(s, p, lexicon) or s.lows[p.start] in lexicon.subordinators:
            return None
        low = p.start if s.lows[p.start] not in ("und", "aber") else p.start + 1
        return Draft(
            spans=[chars(s, low, s.last if end is pieces[-1] else end.end)],
            speech_type=SpeechType.INDIRECT,
            rule="hearsay",
            sentence=index,
            block=s.block,
            modality=Modality.ALLEGED,
            facts={"words": float(end.end - low), "first": float(p is pieces[0])},
        )
    return None


def _is_perfect(s: Sentence, p: Piece) -> bool:
    """Ends in a perfect infinitive: "veruntreut haben", "gegangen sein", "verletzt worden sein"."""
    return (
        len(p) > 1
        and s.lows[p.end - 1] in _DONE
        and s.kinds[p.end - 2] == 0
        and s.lows[p.end - 2].endswith(("t", "en"))
        and not is_capital(s, p.end - 2)
    )


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
        spans = _around(s, pieces, a, lexicon)
        if not spans or all(only_quotes(s, x) for x in spans):
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


def _around(s: Sentence, pieces: list[Piece], a: Attribution, lexicon: Lexicon) -> list[tuple[int, int]]:
    """Token spans of the clause that a phrase of attribution stands in, before and after the phrase."""
    low, high = _clause_bounds(s, pieces, a, lexicon)
    spans = []
    for x, y in ((low, a.start), (_past_relative(s, pieces, a, lexicon), high)):
        while x < y and (s.kinds[x] == POINT and s.words[x] not in "(["):
            x += 1
        while y > x and s.kinds[y - 1] == POINT:
            y -= 1
        if y > x:
            spans.append((x, y))
    if len(spans) == 2 and a.kind != "so" and spans[0][1] - spans[0][0] == 1 and s.lows[spans[0][0]] in lexicon.conjunctions:
        spans = spans[1:]
    if len(spans) == 2 and a.kind == "so" and not _goes_on(s, pieces, spans[1], lexicon):
        spans = spans[:1]
    return spans


def _clause_bounds(s: Sentence, pieces: list[Piece], a: Attribution, lexicon: Lexicon) -> tuple[int, int]:
    """First token and end of the clause around a phrase: the sentence, less what a semicolon, a relative or a subordinate clause parts from it."""
    low, high = 0, s.last
    for p in pieces:
        if p.mark == ";":
            if p.start <= a.start:
                low = p.start
            else:
                high = min(high, p.start - 1)
    n = next((m for m, p in enumerate(pieces) if p.start <= a.start < p.end), None)
    if lexicon.code != "de" or n is None or n == 0 or a.kind == "so":
        return low, high
    p = pieces[n]
    if is_relative(s, p, lexicon) or (p.mark == "," and s.lows[p.start] in _SUBORDINATING and p.end - a.end > 1):
        end = n
        while end + 1 < len(pieces) and (is_complement(s, pieces[end + 1], lexicon) or is_infinitive(s, pieces[end + 1], lexicon)):
            end += 1
        return max(low, p.start), min(high, pieces[end].end)
    if s.lows[pieces[0].start] in lexicon.wie and n == 1 and p.mark == "," and a.kind != "own" and p.start < a.start:
        return max(low, p.start), high  # "Wie X mitteilte, ist das nach Auffassung der Y nötig"
    return low, high


_SUBORDINATING = frozenset("weil da obwohl nachdem während wobei weswegen weshalb wodurch sodass".split())


def _past_relative(s: Sentence, pieces: list[Piece], a: Attribution, lexicon: Lexicon) -> int:
    """End of the phrase with the relative clause that hangs on it: "nach Angaben der Zeitung, die sich auf Insider beruft, …"."""
    n = next((m for m, p in enumerate(pieces) if p.start >= a.end), None)
    opens = n is not None and 0 < n < len(pieces) - 1 and pieces[n].mark == "," and pieces[n].start == a.end + 1
    if lexicon.code == "de" and opens and a.kind in ("laut", "angaben") and n is not None and is_relative(s, pieces[n], lexicon):
        return pieces[n].end
    return a.end


def _goes_on(s: Sentence, pieces: list[Piece], span: tuple[int, int], lexicon: Lexicon) -> bool:
    """Whether what follows "…, so X," is more of the claim: not a clause about X, and not what came of it."""
    first = s.lows[span[0]]
    if lexicon.code == "de":
        p = next((p for p in pieces if p.start <= span[0] < p.end), None)
        if p is not None and is_relative(s, p, lexicon) and subjunctive_at(s, p.start, p.end, lexicon) is None:
            return False
    return first in lexicon.complementizers or has_verb(s, *span, lexicon)


def _sentence_subject(s: Sentence, pieces: list[Piece], a: Attribution, lexicon: Lexicon) -> Phrase | None:
    p = next((q for q in pieces if q.start <= a.start < q.end), pieces[0])
    for i in range(p.start, p.end):
        if (s.lows[i] in lexicon.auxiliaries or s.lows[i] in lexicon.verbs or has_verb(s, i, i + 1, lexicon)) and not is_capital(s, i):
            if i > p.start and not (a.start <= p.start < a.end):
                return subject_before(s, p.start, i, lexicon)
            return subject_after(s, i, p.end, lexicon)
    return None
