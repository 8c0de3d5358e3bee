"""Headlines that say who said what: „Wir müssen handeln“; X warnt vor Y; Gericht: X muss zahlen; A, say insiders."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from presslake.schema import EntityKind, SpeakerKind, SpeakerVia, SpeechType
from transforms.extract.claims.clauses import Piece, has_verb, split_pieces
from transforms.extract.claims.cues import Cue, Lexicon
from transforms.extract.claims.drafts import Draft, chars, phrase_chars
from transforms.extract.claims.frames import Frame
from transforms.extract.claims.phrases import noun_phrase
from transforms.extract.claims.sentences import POINT, QUOTE, Sentence
from transforms.extract.claims.speakers import Directory
from transforms.extract.claims.subjects import Phrase
from transforms.records import Claim

_MIN_QUOTE_WORDS = 3
_WORDS = re.compile(r"\w+")
QUOTED = frozenset({SpeechType.DIRECT, SpeechType.INTERVIEW_ANSWER})
_MIN_WORDS = 3
_SAME_WORDS = 0.8
"""Share of the words of a headline that the quotation it shortens must have."""


def headline_drafts(s: Sentence, index: int, cues: list[Cue], lexicon: Lexicon, directory: Directory) -> list[Draft]:
    """Claims of a title, at most one per sentence."""
    pieces = split_pieces(s)
    found = (
        _quoted(s, pieces, lexicon, directory)
        or _verb_after(s, pieces, cues, lexicon)
        or _colon(s, pieces, lexicon, directory)
        or _verb_before(s, pieces, cues, lexicon)
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
            lemma=s.lows[cue] if cue is not None else "",
            speaker=phrase_chars(s, speaker),
            facts={
                "words": float(span[1] - span[0]),
                "quoted": float(s.kinds[span[0]] == QUOTE),
                "verb": float(has_verb(s, *span, lexicon)),
                "question": float(s.words[-1] == "?"),
            },
        )
    ]


Found = tuple[tuple[int, int], Phrase | None, int | None, str]


def _quoted(s: Sentence, pieces: list[Piece], lexicon: Lexicon, directory: Directory) -> Found | None:
    for q in range(len(s)):
        if s.kinds[q] != QUOTE:
            continue
        words = len(s.words[q].split())
        if q > 0 and s.words[q - 1] == ":":
            return (q, q + 1), _label(s, q - 1, lexicon, directory), None, "title_quote"
        if q == 0 and words >= _MIN_QUOTE_WORDS and (len(s) == 1 or s.kinds[1] == POINT):
            return (q, q + 1), None, None, "title_quote"
    return None


def with_speaker(claim: Claim, title: str, claims: Sequence[Claim], body: str) -> Claim:
    """A headline that names nobody has the speaker of the quotation of the body that it shortens, or else the one interviewee."""
    if claim.speaker_kind != SpeakerKind.UNKNOWN or claim.cue is not None:
        return claim
    words = _words(claim, title)
    quoted = [c for c in claims if c.speaker is not None and c.speech_type in QUOTED]
    sources = [c for c in quoted if len(words) >= _MIN_WORDS and len(words & _words(c, body)) >= _SAME_WORDS * len(words)]
    if not sources:
        sources = [c for c in quoted if c.speech_type == SpeechType.INTERVIEW_ANSWER]
    if len({c.speaker for c in sources}) != 1:
        return claim
    return replace(claim, speaker=sources[0].speaker, speaker_kind=sources[0].speaker_kind, speaker_via=SpeakerVia.INHERITED)


def _words(claim: Claim, text: str) -> set[str]:
    return {w for s in claim.spans for w in _WORDS.findall(text[s.start : s.end].casefold())}


def _label(s: Sentence, end: int, lexicon: Lexicon, directory: Directory) -> Phrase | None:
    """Who stands before the colon of a headline: a person or a role; "Overtourism:" is a topic."""
    j = noun_phrase(s, 0, end, lexicon)
    if j == 0:
        return None
    named = directory.within(s.starts[0], s.ends[j - 1])
    if any(m.kind == EntityKind.PERSON for m in named) or any(_is_role(s.lows[k], lexicon) for k in range(j)):
        return Phrase(0, j)
    return None


_ROLE_ENDINGS = (
    "minister", "ministerin", "chef", "chefin", "gericht", "sprecher", "sprecherin", "pädagoge", "pädagogin", "forscher", "forscherin", "anwalt",
    "anwältin", "verband", "umfrage", "studie", "expertin", "experte", "berater", "beraterin", "leiter", "leiterin", "schützer", "schützerin",
    "präsident", "präsidentin", "stelle", "amt", "polizei", "behörde", "trainer", "trainerin", "psychologe", "psychologin",
)  # fmt: skip


def _is_role(low: str, lexicon: Lexicon) -> bool:
    return low in lexicon.roles or low.endswith(_ROLE_ENDINGS)


def _verb_after(s: Sentence, pieces: list[Piece], cues: list[Cue], lexicon: Lexicon) -> Found | None:
    if len(pieces) < 2:
        return None
    p = pieces[-1]
    for cue in cues:
        if not (p.start <= cue.at < p.end and p.mark in (",", "–", "—") and cue.takes("clause")):
            continue
        # "…, sagt X"; in German "… – X kritisiert" is a second statement and "Die Frau, die ruft" is none
        if lexicon.code != "de" or (p.mark == "," and cue.at == p.start):
            frame = Frame(s, pieces, len(pieces) - 1, cue, lexicon)
            subject = frame.subject(after_claim=True)
            if subject is not None and len(p) <= 8:
                return (0, pieces[-2].end), subject, cue.at, "title_post"
    return None


def _colon(s: Sentence, pieces: list[Piece], lexicon: Lexicon, directory: Directory) -> Found | None:
    """ "Gericht: X muss zahlen"; what the label says must be a statement, not a question."""
    if len(pieces) < 2 or pieces[1].mark != ":":
        return None
    head, p = pieces[0], pieces[1]
    label = _label(s, head.end, lexicon, directory)
    is_question = s.words[-1] == "?" or s.lows[p.start] in lexicon.complementizers
    if label is None or len(head) > 5 or is_question or s.last - p.start < 3:
        return None
    end = next((q.start - 1 for q in pieces[2:] if q.mark in ("–", "—")), s.last)
    return (p.start, end), label, None, "title_colon"


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
