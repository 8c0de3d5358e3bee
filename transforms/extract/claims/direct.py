"""Direct speech: which quotations are somebody's words, and whose; the others are scare quotes, titles and slogans."""

from __future__ import annotations

import re
from dataclasses import dataclass

from presslake.schema import SpeechType
from transforms.extract.claims.attributions import Attribution
from transforms.extract.claims.clauses import Piece, has_verb, is_relative, split_pieces
from transforms.extract.claims.cues import Cue, Lexicon, find_cues
from transforms.extract.claims.drafts import Draft, chars, phrase_chars
from transforms.extract.claims.frames import Frame
from transforms.extract.claims.phrases import noun_phrase
from transforms.extract.claims.sentences import BRACKET, POINT, QUOTE, WORD, Sentence
from transforms.extract.claims.subjects import Phrase, main_subject, subject_before

_NO_SPEAKERS = frozenset(
    "titel untertitel name motto slogan hashtag überschrift schlagzeile unterzeichnet betreff aufschrift kostprobe beispiel stichwort anzeige "
    "title slogan headline caption hashtag".split()
)
"""What stands before a colon and gives the word to nobody."""
_SENTENCE_END = ".!?…,–"


@dataclass(slots=True)
class _Found:
    """A quotation with the words that claim it."""

    token: int
    rule: str
    cue: Cue | None = None
    cue_tokens: tuple[int, int] | None = None
    speaker: Phrase | None = None
    inherits: bool = False
    source: tuple[int, int] | None = None
    """Characters of a source in brackets."""


def direct_drafts(s: Sentence, index: int, pieces: list[Piece], cues: list[Cue], attributions: list[Attribution], lexicon: Lexicon) -> list[Draft]:
    """Claims of direct speech in a sentence; a quotation split by its verb is one claim with two spans."""
    quotes = [i for i in range(len(s)) if s.kinds[i] == QUOTE]
    out: list[Draft] = []
    by_cue: dict[int, Draft] = {}
    for q in quotes:
        found = _claimed(s, pieces, cues, attributions, q, lexicon)
        if found is None:
            continue
        span = chars(s, q, q + 1)
        key = found.cue.at if found.cue is not None else found.cue_tokens[0] if found.cue_tokens else -1
        earlier = by_cue.get(key) if key >= 0 else None
        if earlier is not None and found.rule != "inline" and _continues(s, earlier, q, key):
            earlier.spans.append(span)
            earlier.facts["pieces"] = earlier.facts.get("pieces", 1.0) + 1
            continue
        draft = Draft(
            spans=[span],
            speech_type=SpeechType.DIRECT,
            rule=found.rule,
            sentence=index,
            block=s.block,
            cue=None,
            lemma=found.cue.verb.lemma if found.cue else "",
            speaker=found.source or phrase_chars(s, found.speaker),
            inherits=found.inherits or (found.speaker is None and found.source is None),
            facts=quote_facts(s, q, lexicon),
        )
        if found.cue is not None:
            draft.cue = (s.starts[found.cue.at], s.ends[found.cue.at])
            draft.modality = found.cue.verb.modality if found.cue.verb.modality != "planned" else draft.modality
        elif found.cue_tokens is not None:
            draft.cue = chars(s, *found.cue_tokens)
        out.append(draft)
        if key >= 0:
            by_cue[key] = draft
    return out


def _continues(s: Sentence, earlier: Draft, q: int, key: int) -> bool:
    """The second half of a quotation split by its verb, or two quotations joined before one verb."""
    return q - 1 >= 0 and s.words[q - 1] != ":"


def quote_facts(s: Sentence, q: int, lexicon: Lexicon) -> dict[str, float]:
    """What a quotation looks like: features of its confidence."""
    inner = s.words[q].strip("\"'„“”»«‚‘’›‹")
    words = inner.split()
    first = inner[:1]
    return {
        "words": float(min(len(words), 60)),
        "upper": float(first.isupper()),
        "ended": float(inner.rstrip()[-1:] in _SENTENCE_END and bool(inner)),
        "outside": float(sum(1 for k in s.kinds if k == WORD)),
        "single": float(s.words[q][0] in "'‚‘›‹"),
        "initial": float(q == 0),
    }


def is_sentence_like(s: Sentence, q: int) -> bool:
    """Long enough, and written as a sentence of its own."""
    inner = s.words[q].strip("\"'„“”»«‚‘’›‹")
    return bool(inner) and (inner[-1] in ".!?…" or (inner[0].isupper() and len(inner.split()) >= 5))


def _claimed(s: Sentence, pieces: list[Piece], cues: list[Cue], attributions: list[Attribution], q: int, lexicon: Lexicon) -> _Found | None:
    n = next((m for m, p in enumerate(pieces) if p.start <= q < p.end), None)
    if n is None:
        return None
    quoting = [c for c in cues if c.takes("quote") and not _is_naming(s, pieces[n], c)]
    found = _after(s, pieces, quoting, attributions, q, n, lexicon)
    if found is None:
        found = _before(s, pieces, quoting, attributions, q, n, lexicon)
    if found is None:
        found = _inline(s, pieces, quoting, attributions, q, n, lexicon)
    if found is None and _stands_alone(s, q):
        found = _Found(q, "alone", inherits=True)
        source = _source_after(s, q, lexicon)
        if source is not None:
            found = _Found(q, "source", source=source)
    if found is None and q > 0:
        source_of = next((a for a in attributions if a.speaker is not None), None)
        if source_of is not None:
            return _Found(q, "bare", cue_tokens=source_of.cue, speaker=source_of.speaker)
        return _Found(q, "bare", speaker=main_subject(s, pieces, lexicon), inherits=True)
    return found


def _is_naming(s: Sentence, p: Piece, cue: Cue) -> bool:
    """ "„Death Diving“ heißt der Trend": a name, not somebody's words."""
    if cue.verb.lemma != "heißen" or "es" in s.lows[max(0, cue.at - 3) : cue.at + 3]:
        return False
    return (s.kinds[0] == QUOTE and cue.at == 1) or ":" not in s.words[cue.at :]


def _touches(s: Sentence, q: int, side: int) -> str:
    """The mark between a quotation and its neighbour: "," ":" "–" or "" for none."""
    i = q + side
    if not 0 <= i < len(s):
        return "|"
    if s.kinds[i] == POINT:
        return s.words[i]
    return ""


def _after(s: Sentence, pieces: list[Piece], cues: list[Cue], attributions: list[Attribution], q: int, n: int, lexicon: Lexicon) -> _Found | None:
    """„A“, sagte X. “A,” X said. „A“, so X."""
    piece = pieces[n]
    before = [i for i in range(piece.start, q) if s.kinds[i] != POINT]
    joined = n > 0 and all(s.kinds[i] == QUOTE or s.lows[i] in ("und", "and") for i in before)
    if before and not joined and (len(before) > 1 or s.lows[before[0]] not in lexicon.conjunctions):
        return None
    nxt = n + 1
    if q + 1 < piece.end:
        # no mark after the quotation: „A“ sagte X
        for cue in cues:
            if cue.at == q + 1 or (lexicon.code != "de" and q < cue.at < piece.end and cue.at - q <= 12):
                return _with_frame(s, pieces, n, cue, q, "post", lexicon)
        return None
    if nxt >= len(pieces) or pieces[nxt].mark not in (",", "–", "—", ""):
        return None
    p = pieces[nxt]
    for a in attributions:
        if a.start == p.start and a.kind in ("so", "laut", "angaben", "zufolge"):
            return _Found(q, "so", cue_tokens=a.cue, speaker=a.speaker)
    for cue in cues:
        if not p.start <= cue.at < p.end:
            if lexicon.code == "de" and s.lows[p.start] == "so" and nxt + 1 < len(pieces) and cue.at == pieces[nxt + 1].start:
                return _with_frame(s, pieces, nxt + 1, cue, q, "post", lexicon)  # "„A“, so fing es an, erzählt X"
            if lexicon.code != "de" and nxt + 2 < len(pieces) and cue.at == pieces[nxt + 2].start and pieces[nxt + 1].mark == ",":
                return _with_frame(s, pieces, nxt + 2, cue, q, "post", lexicon)
            continue
        frame = Frame(s, pieces, nxt, cue, lexicon)
        if cue.at == p.start or frame.fronted or frame.is_wie or lexicon.code != "de":
            return _with_frame(s, pieces, nxt, cue, q, "post", lexicon)
        if frame.auxiliary == p.start:
            return _with_frame(s, pieces, nxt, cue, q, "post", lexicon)
        if s.lows[p.start] in ("das", "dies", "so", "solches") or has_verb(s, p.start, p.start + 1, lexicon):
            return _with_frame(s, pieces, nxt, cue, q, "post", lexicon)
    return None


def _with_frame(s: Sentence, pieces: list[Piece], n: int, cue: Cue, q: int, rule: str, lexicon: Lexicon) -> _Found:
    frame = Frame(s, pieces, n, cue, lexicon)
    speaker = frame.subject(after_claim=rule == "post")
    if speaker is None and rule == "post" and lexicon.code != "de":
        speaker = subject_before(s, max(q + 1, pieces[n].start), cue.at, lexicon)
    return _Found(q, rule, cue=cue, speaker=speaker, inherits=speaker is None)


def _before(s: Sentence, pieces: list[Piece], cues: list[Cue], attributions: list[Attribution], q: int, n: int, lexicon: Lexicon) -> _Found | None:
    """X sagte: „A“. X sagte, „A“. X: „A“. …, sagte X, „B“."""
    piece = pieces[n]
    if piece.start != q and not all(s.kinds[i] == QUOTE or s.lows[i] in lexicon.conjunctions for i in range(piece.start, q)):
        return None
    if n == 0:
        return None
    if lexicon.code == "de" and piece.mark == "," and q + 1 < piece.end and s.kinds[q + 1] == WORD and len(s.words[q].split()) <= 3:
        return None  # "behauptet, „organische Reichweite“ rechne sich": the clause goes on
    left = [c for c in cues if c.at < piece.start]
    if piece.mark == ":":
        if left:
            cue = left[-1]
            m = next(m for m, p in enumerate(pieces) if p.start <= cue.at < p.end)
            return _with_frame(s, pieces, m, cue, q, "colon", lexicon)
        if not _NO_SPEAKERS.isdisjoint(s.lows[max(0, piece.start - 6) : piece.start]):
            return None  # "Titel der Ausstellung: „Das Meer“"
        label = _label(s, pieces, n, lexicon)
        for a in attributions:
            if a.end <= piece.start and a.speaker is not None:
                return _Found(q, "colon", cue_tokens=a.cue, speaker=a.speaker)
        return _Found(q, "label", speaker=label, inherits=label is None)
    for a in attributions:
        if a.end <= piece.start and n > 0 and pieces[n - 1].start <= a.start < pieces[n - 1].end and a.kind == "so":
            return _Found(q, "so", cue_tokens=a.cue, speaker=a.speaker)
    near = [c for c in left if any(pieces[m].start <= c.at < pieces[m].end for m in range(max(0, n - 2), n))]
    if near:
        cue = near[-1]
        m = next(m for m, p in enumerate(pieces) if p.start <= cue.at < p.end)
        if (
            m == n - 1
            or (lexicon.code != "de" and s.lows[pieces[n - 1].start].endswith("ing"))
            or is_relative(s, pieces[n - 1], lexicon)
            or noun_phrase(s, pieces[n - 1].start, pieces[n - 1].end, lexicon) == pieces[n - 1].end
        ):
            first_quote = any(s.kinds[i] == QUOTE for i in range(0, pieces[m].start))
            return _with_frame(s, pieces, m, cue, q, "post" if first_quote else "pre", lexicon)
    return None


def _label(s: Sentence, pieces: list[Piece], n: int, lexicon: Lexicon) -> Phrase | None:
    """Who a colon without a verb of saying gives the word to: the first phrase of its clause; "Über Island:" is a topic."""
    first = next((i for i in range(pieces[n].start) if s.kinds[i] == WORD and not s.words[i].rstrip(".").isdigit()), None)
    if first is None or s.lows[first] in lexicon.prepositions:
        return None
    if lexicon.code == "de" and any(s.lows[i] in lexicon.auxiliaries or s.lows[i].endswith("te") for i in range(first, pieces[n].start)):
        return main_subject(s, pieces[:n], lexicon)
    for i in range(0, pieces[n].start):
        if s.kinds[i] == WORD and s.lows[i] not in lexicon.prepositions and s.lows[i] not in lexicon.adverbs:
            j = noun_phrase(s, i, pieces[n].start, lexicon)
            if j > i and (i == 0 or s.lows[i - 1] not in lexicon.prepositions):
                return Phrase(i, j)
    return None


def introduced(s: Sentence, lexicon: Lexicon) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
    """Cue and speaker of a sentence that ends in a colon and gives the word to a quotation in the next block."""
    pieces = split_pieces(s)
    cues = [c for c in find_cues(s, lexicon) if c.takes("quote")]
    if not pieces:
        return None, None
    if cues:
        cue = cues[-1]
        n = next((m for m, p in enumerate(pieces) if p.start <= cue.at < p.end), None)
        if n is not None:
            speaker = Frame(s, pieces, n, cue, lexicon).subject(after_claim=False)
            return (s.starts[cue.at], s.ends[cue.at]), phrase_chars(s, speaker)
    return None, phrase_chars(s, main_subject(s, pieces, lexicon))


def _inline(s: Sentence, pieces: list[Piece], cues: list[Cue], attributions: list[Attribution], q: int, n: int, lexicon: Lexicon) -> _Found | None:
    """sprach von „A“; nannte es „A“; said it was “A”; laut X „A“: words quoted inside a clause."""
    piece = pieces[n]
    near = [c for c in cues if piece.start <= c.at < piece.end]
    if near:
        cue = min(near, key=lambda c: abs(c.at - q))
        if s.lows[q - 1] in lexicon.articles and lexicon.code == "de" and len(s.words[q].split()) < 3:
            pass
        return _with_frame(s, pieces, n, cue, q, "inline", lexicon)
    return None


def _stands_alone(s: Sentence, q: int) -> bool:
    """Nothing but quotations, numbers and marks before it in the sentence, and it is a sentence."""
    for i in range(0, q):
        if s.kinds[i] == WORD and not s.words[i].rstrip(".").isdigit():
            return False
    words = sum(1 for i in range(q + 1, len(s)) if s.kinds[i] == WORD)
    return words == 0 or _touches(s, q, 1) in ("–", "—", "-", "|")


def _source_after(s: Sentence, q: int, lexicon: Lexicon) -> tuple[int, int] | None:
    """„A“ (Mina, 15); “A” – Pinterest spokesman Ulrik Tembo."""
    i = q + 1
    if i < len(s) and s.kinds[i] == BRACKET and is_name_like(s.words[i][1:-1]):
        return _name_in_bracket(s, i)
    if i + 1 < len(s) and s.kinds[i] == POINT and s.words[i] in "–—-" and s.kinds[i + 1] == WORD:
        j = noun_phrase(s, i + 1, len(s), lexicon)
        return chars(s, i + 1, j) if j > i + 1 else None
    return None


def _name_in_bracket(s: Sentence, i: int) -> tuple[int, int]:
    """ "(Mina, 15)" → Mina."""
    inner = s.words[i][1:-1]
    name = re.split(r",| auf | über | on | at | in | zu ", inner, maxsplit=1)[0].rstrip()
    skipped = len(name) - len(re.sub(r"^(?:[a-zäöü]\S* )+", "", name))
    return s.starts[i] + 1 + skipped, s.starts[i] + 1 + len(name)


def is_name_like(text: str) -> bool:
    """Whether words in brackets can be a source: a name among few words, not a year."""
    words = text.split(",")[0].split()
    return 0 < len(words) <= 12 and any(w[0].isupper() for w in words) and not text[:4].isdigit()
