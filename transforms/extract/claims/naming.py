"""Who speaks where the words of a claim do not say it: what the sentence before tells of, and whose report ends at a new name."""

from __future__ import annotations

from collections.abc import Sequence

from presslake.schema import EntityKind
from transforms.extract.claims.clauses import Piece, split_pieces
from transforms.extract.claims.cues import Lexicon, find_cues
from transforms.extract.claims.drafts import Draft, phrase_chars
from transforms.extract.claims.sentences import Sentence
from transforms.extract.claims.speakers import Directory
from transforms.extract.claims.subjects import main_subject, subject_after


def _told_of(s: Sentence, lexicon: Lexicon) -> tuple[int, int] | None:
    """The subject of a sentence, as characters."""
    return phrase_chars(s, main_subject(s, split_pieces(s), lexicon))


def is_of_another(run: Draft, closing: Draft, drafts: Sequence[Draft], directory: Directory) -> bool:
    """ "A sei so, sagt X. B sei so. C sei so, ergänzt Y.": whether the report between is X's."""
    at = next(i for i in range(len(drafts) - 1, -1, -1) if drafts[i] is run)
    before = drafts[at - 1] if at and run.facts["after_speech"] else None
    if before is None or before.speaker is None or closing.speaker is None:
        return False
    earlier, later = (directory.speaker(span, ()) for span in (before.speaker, closing.speaker))
    return earlier.entity is not None and later.entity is not None and earlier.entity != later.entity


def name_source(found: Sequence[Draft], before: Sentence | None, directory: Directory, lexicon: Lexicon) -> None:
    """ "TikTok sperrte das Schlagwort. Solche Filme würden gelöscht, hieß es.": who "it" is stands in the sentence before."""
    for d in found:
        if d.speaker is None and d.inherits and d.cue is not None and directory.text[d.cue[0] : d.cue[1]] in ("hieß", "heißt") and before is not None:
            d.speaker = _told_of(before, lexicon)


def name_actor(found: Sequence[Draft], before: Sentence | None, directory: Directory, lexicon: Lexicon) -> None:
    """ "Anna Wieck zögert. „Nein.“": a quotation on its own is of the person whom the sentence before tells of."""
    first = found[0] if found else None
    if first is None or before is None or first.rule != "alone" or first.speaker is not None:
        return
    asked = before.words[-1] == "?" and next((c for c in find_cues(before, lexicon) if c.takes("quote")), None)
    span = phrase_chars(before, subject_after(before, asked.at, before.last, lexicon)) if asked else _told_of(before, lexicon)
    if span is not None and any(m.kind == EntityKind.PERSON or asked for m in directory.within(*span)):
        first.speaker = span


def teller_of(s: Sentence, pieces: Sequence[Piece], first: int, before: Sentence | None, lexicon: Lexicon) -> tuple[int, int] | None:
    """Whose report begins here: of the clause before the colon, or of the sentence before that told of somebody without his words."""
    if first > 0:
        return phrase_chars(s, main_subject(s, [p for p in pieces if p.end <= first], lexicon))
    return None if before is None else _told_of(before, lexicon)
