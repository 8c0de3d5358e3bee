"""Reads an article block by block and keeps what a reader keeps in mind: who spoke last, and of whom the text speaks."""

from __future__ import annotations

from collections.abc import Sequence

from presslake.languages import load_language
from presslake.schema import Modality, Span, SpeakerKind, SpeakerVia, SpeechType
from transforms.extract.claims.attributions import find_attributions
from transforms.extract.claims.clauses import split_pieces
from transforms.extract.claims.cues import find_cues, load_lexicon
from transforms.extract.claims.direct import direct_drafts
from transforms.extract.claims.drafts import Draft
from transforms.extract.claims.headlines import headline_drafts
from transforms.extract.claims.indirect import attribution_drafts, clause_drafts
from transforms.extract.claims.quotes import Quotation, pair_marks
from transforms.extract.claims.runs import is_reported_sentence, run_draft
from transforms.extract.claims.sentences import QUOTE, Sentence, split_sentences
from transforms.extract.claims.speakers import UNKNOWN, Directory, Speaker
from transforms.records import NO_PROSE, Block, Claim, Entity, Mention, Role

_SKIPPED = NO_PROSE | {Role.QUESTION}
_MAX_SENTENCE = 600
"""Tokens: beyond it a "sentence" is a list or a table, and is left alone so that time stays linear."""


class Reader:
    """One article; :meth:`read` gives its claims."""

    def __init__(self, text: str, blocks: Sequence[Block], entities: Sequence[Entity], mentions: Sequence[Mention], language: str) -> None:
        self.text, self.blocks, self.code = text, blocks, language
        self.entities, self.mentions = entities, mentions
        self.language, self.lexicon = load_language(language), load_lexicon(language)
        self.directory = Directory(text, entities, mentions, self.language, self.lexicon)
        self.sentences: list[Sentence] = []
        self.drafts: list[Draft] = []

    def read(self) -> tuple[Claim, ...]:
        self.collect()
        return self._claims()

    def collect(self) -> list[Draft]:
        """Drafts of all blocks, in order."""
        for number, block in enumerate(self.blocks):
            if block.role in _SKIPPED:
                continue
            quotations = pair_marks(self.text, block.start, block.end, self.language.quotes)
            if block.role == Role.TITLE:
                self._title(number, block, quotations)
            else:
                self._prose(number, block, quotations)
        self.drafts.sort(key=lambda d: (d.start, d.end))
        return self.drafts

    def _title(self, number: int, block: Block, quotations: list[Quotation]) -> None:
        for s in split_sentences(self.text, block.start, block.end, quotations, number, self.language):
            if len(s) <= _MAX_SENTENCE:
                self.sentences.append(s)
                self.drafts += headline_drafts(s, len(self.sentences) - 1, find_cues(s, self.lexicon), self.lexicon)

    def _prose(self, number: int, block: Block, quotations: list[Quotation]) -> None:
        run: Draft | None = None
        in_speech = False
        for s in split_sentences(self.text, block.start, block.end, quotations, number, self.language):
            self.sentences.append(s)
            if len(s) > _MAX_SENTENCE:
                continue
            index = len(self.sentences) - 1
            found = self._sentence(s, index)
            if not any(d.speech_type == SpeechType.INDIRECT or (d.speech_type == SpeechType.DIRECT and d.rule != "inline") for d in found):
                pieces = split_pieces(s)
                if is_reported_sentence(s, pieces, self.lexicon, in_speech=in_speech):
                    found = []
                    if run is not None:
                        run.spans[0] = (run.spans[0][0], s.end)
                        run.facts["words"] += len(s)
                    else:
                        run = run_draft(s, index)
                        self.drafts.append(run)
                    in_speech = True
                    continue
            run = None
            in_speech = bool(found)
            self.drafts += found

    def _sentence(self, s: Sentence, index: int) -> list[Draft]:
        cues = find_cues(s, self.lexicon)
        has_quote = QUOTE in s.kinds
        pieces = split_pieces(s)
        attributions = find_attributions(s, pieces, self.lexicon)
        if not cues and not has_quote and not attributions:
            return []
        out = direct_drafts(s, index, pieces, cues, attributions, self.lexicon) if has_quote else []
        used = {d.cue for d in out if d.rule != "inline"}
        indirect = clause_drafts(s, index, pieces, cues, self.lexicon) if cues else []
        indirect += attribution_drafts(s, index, pieces, list(attributions), self.lexicon)
        indirect = [d for d in indirect if d.cue not in used]
        out = [d for d in out if d.rule != "inline" or not any(x.start <= d.start < x.end for x in indirect)]
        indirect = [d for d in indirect if d.speech_type != SpeechType.REPORTED or not any(x.cue == d.cue for x in out)]
        return out + indirect

    def _claims(self) -> tuple[Claim, ...]:
        out: list[Claim] = []
        recent: list[Speaker] = []
        last_block = -1
        for d in self.drafts:
            speaker = self._speaker(d, recent, last_block)
            if speaker.kind != SpeakerKind.UNKNOWN or speaker.span is not None:
                recent.append(speaker)
                last_block = d.block
            out.append(self._claim(d, speaker))
        return tuple(out)

    def _speaker(self, d: Draft, recent: list[Speaker], last_block: int) -> Speaker:
        if d.speaker is not None:
            return self.directory.speaker(d.speaker, recent)
        if d.inherits and recent and d.block - last_block <= 1:
            before = recent[-1]
            return Speaker(before.kind, before.entity, before.span, SpeakerVia.INHERITED, before.confidence * 0.8)
        return UNKNOWN

    def _claim(self, d: Draft, speaker: Speaker) -> Claim:
        return Claim(
            spans=tuple(Span(a, b) for a, b in d.spans),
            speech_type=d.speech_type,
            cue=Span(*d.cue) if d.cue else None,
            speaker_kind=speaker.kind,
            speaker=speaker.entity,
            speaker_span=Span(*speaker.span) if speaker.span else None,
            speaker_via=speaker.via,
            modality=d.modality if isinstance(d.modality, Modality) else Modality.ASSERTED,
            confidence=None,
        )
