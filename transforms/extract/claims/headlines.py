"""Headlines that say who said what: „Wir müssen handeln“; X warnt vor Y; Gericht: X muss zahlen; A, say insiders."""

from __future__ import annotations

from presslake.schema import SpeechType
from transforms.extract.claims.clauses import Piece, has_verb, split_pieces
from transforms.extract.claims.cues import Cue, Lexicon
from transforms.extract.claims.drafts import Draft, chars, phrase_chars
from transforms.extract.claims.indirect import Frame
from transforms.extract.claims.phrases import is_capital, noun_phrase
from transforms.extract.claims.sentences import POINT, QUOTE, WORD, Sentence
from transforms.extract.claims.subjects import Phrase

_MIN_QUOTE_WORDS = 3


def headline_drafts(s: Sentence, index: int, cues: list[Cue], lexicon: Lexicon) -> list[Draft]:
    """Claims of a title, at most one per sentence."""
    pieces = split_pieces(s)
    found = (
        _quoted(s, pieces, lexicon) or _verb_after(s, pieces, cues, lexicon) or _colon(s, pieces, lexicon) or _verb_before(s, pieces, cues, lexicon)
    )
    if found is None:
        return []
    span, speaker, cue, rule = found
    return [
        Draft(
            spans=[chars(s, *span)],
            speech_type=SpeechType.HEADLINE,
            rule=rule,
            sentence=index,
            block=s.block,
            cue=chars(s, cue, cue + 1) if cue is not None else None,
            speaker=phrase_chars(s, speaker),
            facts={"words": float(span[1] - span[0]), "quoted": float(s.kinds[span[0]] == QUOTE)},
        )
    ]


Found = tuple[tuple[int, int], Phrase | None, int | None, str]


def _quoted(s: Sentence, pieces: list[Piece], lexicon: Lexicon) -> Found | None:
    for q in range(len(s)):
        if s.kinds[q] != QUOTE:
            continue
        whole = q == 0 and (len(s) == 1 or s.kinds[1] == POINT or s.kinds[1] == WORD)
        colon = q > 0 and s.words[q - 1] == ":"
        words = len(s.words[q].split())
        if colon:
            i = 0
            j = noun_phrase(s, i, q, lexicon)
            return (q, q + 1), (Phrase(i, j) if j > i and _names(s, i, j, lexicon) else None), None, "title_quote"
        if whole and words >= _MIN_QUOTE_WORDS and (len(s) == 1 or s.kinds[1] == POINT):
            return (q, q + 1), None, None, "title_quote"
    return None


def _names(s: Sentence, i: int, j: int, lexicon: Lexicon) -> bool:
    return any(is_capital(s, k) for k in range(i, j))


def _verb_after(s: Sentence, pieces: list[Piece], cues: list[Cue], lexicon: Lexicon) -> Found | None:
    if len(pieces) < 2:
        return None
    p = pieces[-1]
    for cue in cues:
        if p.start <= cue.at < p.end and p.mark in (",", "–", "—"):
            frame = Frame(s, pieces, len(pieces) - 1, cue, lexicon)
            subject = frame.subject(after_claim=True)
            if subject is not None and len(p) <= 8:
                return (0, pieces[-2].end), subject, cue.at, "title_post"
    return None


def _colon(s: Sentence, pieces: list[Piece], lexicon: Lexicon) -> Found | None:
    for n, p in enumerate(pieces):
        if p.mark == ":" and n == 1 and pieces[0].start == 0:
            head = pieces[0]
            j = noun_phrase(s, 0, head.end, lexicon)
            if (
                j == head.end
                and len(head) <= 4
                and has_verb(s, p.start, s.last, lexicon)
                and any(s.lows[k] in lexicon.roles or s.lows[k].endswith(("minister", "ministerin")) for k in range(head.start, head.end))
            ):
                return (p.start, s.last), Phrase(0, j), None, "title_colon"
    return None


def _verb_before(s: Sentence, pieces: list[Piece], cues: list[Cue], lexicon: Lexicon) -> Found | None:
    for cue in cues:
        if s.lows[cue.at] not in lexicon.headline_verbs or cue.at == 0:
            continue
        n = next((m for m, p in enumerate(pieces) if p.start <= cue.at < p.end), None)
        if n is None:
            continue
        subject = Frame(s, pieces, n, cue, lexicon).subject(after_claim=False)
        if subject is None or subject.start > cue.at:
            continue
        i = cue.at + 1
        while i < s.last and (
            s.kinds[i] == POINT
            or s.lows[i] in lexicon.adverbs
            or s.lows[i] in ("vor", "auf", "gegen", "für", "of", "on", "over", "about", "against", "sich")
        ):
            i += 1
        end = s.last
        if cue.particle_at is not None and cue.particle_at < end:
            end = cue.particle_at
        if end > i:
            return (i, end), subject, cue.at, "title_verb"
    return None
