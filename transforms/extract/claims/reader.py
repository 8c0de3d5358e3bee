"""Reads an article block by block and keeps what a reader keeps in mind: who spoke last, and of whom the text speaks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from presslake.languages import load_language
from presslake.schema import Modality, Span, SpeakerKind, SpeakerVia, SpeechType
from transforms.extract.claims.acceptance import load_weights, probability
from transforms.extract.claims.attached import attribution_drafts, backward_draft, hearsay_draft, noun_drafts, semicolon_run
from transforms.extract.claims.attributions import find_attributions
from transforms.extract.claims.blocks import ListSpeakers, LongQuotation, long_quotations, quotation_blocks
from transforms.extract.claims.clauses import Piece, split_pieces, subjunctive_at
from transforms.extract.claims.cues import find_cues, load_lexicon
from transforms.extract.claims.direct import direct_drafts, introduced
from transforms.extract.claims.doubles import swallows, without_doubles
from transforms.extract.claims.drafts import Draft
from transforms.extract.claims.features import draft_features
from transforms.extract.claims.finish import finish_claim
from transforms.extract.claims.headlines import headline_drafts, with_speaker
from transforms.extract.claims.indirect import clause_drafts
from transforms.extract.claims.naming import is_of_another, name_actor, name_source, teller_of
from transforms.extract.claims.quotes import Quotation, pair_marks
from transforms.extract.claims.runs import may_be_told, reported_from, run_draft
from transforms.extract.claims.sentences import QUOTE, Sentence, split_sentences
from transforms.extract.claims.speakers import UNKNOWN, Directory, Speaker
from transforms.extract.interviews import interview_claims
from transforms.records import NO_PROSE, Block, Claim, Entity, Mention, Role

_SKIPPED = NO_PROSE | {Role.QUESTION}
THRESHOLD = 0.47
"""Drafts below it are dropped: where the F1 of the cross-validation is best."""
_DIRECT_THRESHOLD = 0.7
"""The same for direct speech: putting a slogan into somebody's mouth is the worse error."""
_SELF = frozenset("ich wir du sie ihr man i we you".split())
"""Who, said in an answer, is the interviewee himself or those he speaks to."""
_RECENT = 12
"""Speakers kept in mind for pronouns and role nouns."""
_DATELINE = re.compile(
    r"(?:[A-ZÄÖÜ][\w.-]+[ /]?){1,3}(?:, \d{1,2}\.? \w+ \d{4})? ?(?:\([^()\n]{1,40}\) ?[.–—-]\s+|[–—-]\s+)(?=[A-ZÄÖÜ\"„»“])",
)
""" "Leipzig (dpa) – ", "LONDON – ": where the report was written."""
_WEAK = frozenset({"inline", "bare"})
"""Rules for words quoted inside a clause: most are a turn of phrase."""
_LONG_QUOTE = 8
"""Words from which on a quotation inside indirect speech is a claim of its own: below, it is a turn of phrase."""
_LONG_ATTRIBUTION = 7
"""Words of an attribution with an apposition from which on the next quotation is a claim of its own."""
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
        self.items: frozenset[int] = frozenset()

    def read(self) -> tuple[Claim, ...]:
        self.collect()
        self.accept()
        answers = interview_claims(self.text, tuple(self.blocks), tuple(self.entities), tuple(self.mentions), self.code)
        told = (c for c in self._claims() if self._says_something(c))
        claims = sorted((*told, *answers), key=lambda c: (c.spans[0].start, -c.spans[-1].end))
        named = (with_speaker(c, self.text, claims, self.text) if c.speech_type == SpeechType.HEADLINE else c for c in claims)
        return tuple(finish_claim(c, self.text, self.directory, self.entities, self.lexicon) for c in named)

    def _says_something(self, claim: Claim) -> bool:
        """A single word outside quotation marks ("sie", "das") stands for what was said and does not say it."""
        quoted = claim.speech_type in (SpeechType.DIRECT, SpeechType.HEADLINE)
        words = [w for s in claim.spans for w in self.text[s.start : s.end].split()]
        return quoted or len(words) > 1 or (claim.speech_type == SpeechType.REPORTED and len(words[0]) > 3 and words[0][0].isupper())

    def collect(self) -> list[Draft]:
        """Drafts of all blocks, in order."""
        marks = self.language.quotes
        pairs = [pair_marks(self.text, b.start, b.end, marks) for b in self.blocks]
        self.items = quotation_blocks(self.text, self.blocks, pairs)
        self.list_speakers = ListSpeakers(self.text, self.blocks, self.items, self.directory)
        long = {q.first: q for q in long_quotations(self.text, self.blocks, pairs, marks)}
        filled = {n: q.spans[i + 1][1] for q in long.values() for i, n in enumerate(range(q.first + 1, q.last + 1))}
        for number, block in enumerate(self.blocks):
            if block.role in _SKIPPED:
                continue
            start, end = filled.get(number, block.start), block.end
            if number in long and number not in filled:
                end = long[number].spans[0][0]
            quotations = [q for q in pairs[number] if q.start >= start and q.end <= end]
            if block.role == Role.TITLE:
                self._title(number, block, quotations)
            elif start < end:
                self._prose(number, Block(block.role, start, end), quotations)
                self._nested(number, quotations)
            if number in long:
                self._long(number, long[number])
        self.drafts.sort(key=lambda d: (d.start, d.end))
        return self.drafts

    def _nested(self, number: int, quotations: list[Quotation]) -> None:
        """What others say inside a quotation: "„Ein Mädchen hat mir erzählt: ‚Ich hatte Angst.‘ Da war ich still.“"."""
        for outer, inner in _by_outer(quotations):
            if not inner:
                continue
            for s in split_sentences(self.text, outer.start + 1, outer.end - 1, inner, number, self.language):
                if len(s) > _MAX_SENTENCE:
                    continue
                self.sentences.append(s)
                pieces, cues = split_pieces(s), find_cues(s, self.lexicon)
                for d in direct_drafts(s, len(self.sentences) - 1, pieces, cues, [], self.lexicon):
                    if d.cue is not None and d.rule in ("colon", "pre", "post"):
                        d.facts["nested"] = 1.0
                        self.drafts.append(d)

    def _long(self, number: int, quotation: LongQuotation) -> None:
        intro = self.sentences[-1] if self.sentences else None
        draft = Draft(
            spans=list(quotation.spans),
            speech_type=SpeechType.DIRECT,
            rule="paragraphs",
            sentence=len(self.sentences) - 1,
            block=number,
            inherits=True,
            facts={"words": 60.0},
        )
        if intro is not None and number - intro.block <= 1 and intro.words[-1] == ":":
            cue, speaker = introduced(intro, self.lexicon)
            draft.cue, draft.speaker = cue, speaker
        else:
            draft.cue, draft.speaker = self._closing(quotation)
        self.drafts.append(draft)

    def _closing(self, quotation: LongQuotation) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
        """Cue and speaker behind a quotation over several paragraphs: "… und das bleibt so“, schloss Voss."."""
        start, end = quotation.spans[-1]
        last = split_sentences(self.text, start, self.blocks[quotation.last].end, [Quotation(start, end, 0)], quotation.last, self.language)[0]
        if len(last) > _MAX_SENTENCE:
            return None, None
        found = direct_drafts(last, 0, split_pieces(last), find_cues(last, self.lexicon), [], self.lexicon)
        return (found[0].cue, found[0].speaker) if found and found[0].rule == "post" else (None, None)

    def _title(self, number: int, block: Block, quotations: list[Quotation]) -> None:
        for s in split_sentences(self.text, block.start, block.end, quotations, number, self.language):
            if len(s) <= _MAX_SENTENCE:
                self.sentences.append(s)
                self.drafts += headline_drafts(s, len(self.sentences) - 1, find_cues(s, self.lexicon), self.lexicon, self.directory)

    def _prose(self, number: int, block: Block, quotations: list[Quotation]) -> None:
        run: Draft | None = None
        if dateline := _DATELINE.match(self.text, block.start, block.end):
            block = Block(block.role, dateline.end(), block.end)
        in_speech = False
        before: Sentence | None = None
        doubtful: Sentence | None = None
        for s in split_sentences(self.text, block.start, block.end, quotations, number, self.language):
            self.sentences.append(s)
            if len(s) > _MAX_SENTENCE:
                before = None
                continue
            may_be_told_of = self._has_mood(s, in_speech=in_speech)
            if not may_be_told_of and QUOTE not in s.kinds and self.lexicon.signs.isdisjoint(s.lows):
                # nobody speaks in it, as one look at its words tells: most sentences of an article
                run, doubtful, in_speech, before = None, None, False, s if block.role != Role.ANSWER else None
                continue
            index = len(self.sentences) - 1
            pieces = split_pieces(s)
            found = self._sentence(s, index, pieces, before)
            if block.role == Role.ANSWER:
                self.drafts += [d for d in found if self._is_named(d)]
                continue
            if in_speech and self._is_told_on(s, pieces, found):
                found = []
            if may_be_told_of and not any(
                d.speech_type == SpeechType.INDIRECT or (d.speech_type == SpeechType.DIRECT and d.rule not in _WEAK) for d in found
            ):
                first = reported_from(s, pieces, self.lexicon, in_speech=in_speech and doubtful is None)
                if first is not None:
                    if run is not None and first == 0:
                        run.spans[0] = (run.spans[0][0], s.end)
                        run.facts["words"] += len(s)
                        run.facts["sentences"] += 1
                    else:
                        run = run_draft(s, index, first)
                        run.facts["after_speech"] = float(in_speech)
                        run.speaker = teller_of(s, pieces, first, before if not in_speech and self._may_tell(before, number) else None, self.lexicon)
                        self.drafts.append(run)
                        if first == 0 and doubtful is not None:
                            run.spans[0] = (doubtful.start, s.end)
                    in_speech, before, doubtful = True, s, None
                    continue
                if not found and doubtful is None and may_be_told(s, pieces, self.lexicon, in_speech=in_speech):
                    doubtful = s  # the next sentence tells whether it was
                    continue
            closes = (
                run is not None and found and found[0].rule == "post" and found[0].start == s.start and found[0].speech_type == SpeechType.INDIRECT
            )
            if run is not None and closes and not is_of_another(run, found[0], self.drafts, self.directory):
                # "A sei so. B sei anders, sagte X.": the cue closes the run
                found[0].spans[0] = (run.start, found[0].spans[0][1])
                del self.drafts[next(i for i in range(len(self.drafts) - 1, -1, -1) if self.drafts[i] is run)]
            run, doubtful, teller = None, None, before
            after_speech, in_speech, before = in_speech, bool(found), s
            found = self._go_on(found, s)
            name_source(found, teller, self.directory, self.lexicon)
            if not after_speech:
                name_actor(found, teller, self.directory, self.lexicon)
            elif found and found[0].rule == "alone":
                found[0].facts["after_speech"] = 1.0
            if block.role == Role.HEADING:
                found = [d for d in found if d.cue is not None or d.rule == "source"]
            for d in found:
                # in German a quotation without a verb of saying leaves its speaker to the reader: no words stand for him
                d.is_unmarked = d.rule == "demnach" or (d.rule == "alone" and d.speaker is None and number not in self.items and self.code == "de")
            self.drafts += found

    def _has_mood(self, s: Sentence, *, in_speech: bool) -> bool:
        """Whether the sentence can be told without a verb of saying: it follows speech, or has a verb in the subjunctive."""
        return self.code == "de" and (in_speech or not self.lexicon.moods.isdisjoint(s.lows) or self.text.find("iere", s.start, s.end) >= 0)

    def _is_told_on(self, s: Sentence, pieces: list[Piece], found: list[Draft]) -> bool:
        """ "Der Mann habe geglaubt, sein Geld sei weg": the telling is itself told, so the sentence goes on with the speaker before."""
        if self.code != "de" or not found or any(d.rule not in ("pre", "object", *_WEAK) for d in found):
            return False
        return subjunctive_at(s, pieces[0].start, pieces[0].end, self.lexicon) is not None

    def _go_on(self, found: list[Draft], s: Sentence) -> list[Draft]:
        """ "“A,” she said. “B.”": in English the comma before the attribution says that the quotation goes on after it."""
        last = self.drafts[-1] if self.drafts else None
        if self.code == "de" or last is None or not found or found[0].rule != "alone" or found[0].start != s.start:
            return found
        goes_on = last.sentence == found[0].sentence - 1 and last.block == s.block and last.rule == "post"
        if goes_on and self._is_long_attribution(last.spans[-1][1], found[0].start):
            return found
        if goes_on and last.speech_type == SpeechType.DIRECT and self.text[last.spans[-1][0] : last.spans[-1][1]].rstrip("\"'”’»")[-1:] in ",?!":
            last.spans += found[0].spans
            last.facts["pieces"] = float(len(last.spans))
            return found[1:]
        return found

    def _is_long_attribution(self, start: int, end: int) -> bool:
        """ "“A,” said Jane Roe, the director of the trust. “B.”": after so much the writer begins anew."""
        words = self.text[start:end]
        return "," in words and len(words.split()) >= _LONG_ATTRIBUTION

    def _has_spoken(self, number: int) -> bool:
        """Whether somebody has spoken in this block already."""
        return bool(self.drafts) and self.drafts[-1].block == number

    def _may_tell(self, before: Sentence | None, number: int) -> bool:
        """Whether the sentence before a report can name who it is of: it has a verb of saying, or nobody has spoken in the block yet."""
        return before is not None and (not self._has_spoken(number) or bool(find_cues(before, self.lexicon)))

    def _is_named(self, d: Draft) -> bool:
        """In an answer only what the interviewee says of others counts, with a cue and a speaker that is not himself."""
        if d.cue is None or d.speaker is None or d.rule in _WEAK:
            return False
        return self.text[d.speaker[0] : d.speaker[1]].lower() not in _SELF

    def _sentence(self, s: Sentence, index: int, pieces: list[Piece], before: Sentence | None) -> list[Draft]:
        cues = find_cues(s, self.lexicon)
        has_quote = QUOTE in s.kinds
        attributions = [] if self.lexicon.attribution_words.isdisjoint(s.lows) else find_attributions(s, pieces, self.lexicon)
        if not cues and not has_quote and not attributions and self.lexicon.saying_nouns.isdisjoint(s.lows):
            told = hearsay_draft(s, index, pieces, [], self.lexicon)
            return [] if told is None else [self._of_others(told, before)]
        out = direct_drafts(s, index, pieces, cues, attributions, self.lexicon) if has_quote else []
        used = {d.cue for d in out if d.rule not in _WEAK}
        indirect = clause_drafts(s, index, pieces, cues, self.lexicon) if cues else []
        if before is not None:
            back = backward_draft(s, index, pieces, cues, before, self.lexicon)
            if back is not None:
                indirect = [d for d in indirect if d.cue != back.cue] + [back]
                while self.drafts and self.drafts[-1].sentence == index - 1 and self.drafts[-1].rule == "run":
                    self.drafts.pop()
        indirect += attribution_drafts(s, index, pieces, attributions, self.lexicon)
        indirect = [d for d in indirect if d.cue not in used or d.speech_type == SpeechType.REPORTED]
        out = [d for d in out if d.rule not in _WEAK or d.facts["words"] >= _LONG_QUOTE or not any(swallows(x, d) for x in indirect)]
        indirect = [
            d for d in indirect if d.speech_type != SpeechType.REPORTED or not any(x.cue == d.cue and d.start <= x.start < d.end for x in out)
        ]
        indirect += noun_drafts(s, index, pieces, indirect, self.lexicon)
        told = hearsay_draft(s, index, pieces, out + indirect, self.lexicon)
        if told is not None:
            return [self._of_others(told, before)]
        more = semicolon_run(s, index, pieces, out + indirect, self.lexicon)
        return out + indirect + ([more] if more else [])

    def _of_others(self, told: Draft, before: Sentence | None) -> Draft:
        """Hearsay with the speaker of the sentence before, if that one was told; else nobody is named."""
        told.inherits = before is not None and bool(self.drafts) and self.drafts[-1].sentence == told.sentence - 1
        told.facts["after_speech"] = float(told.inherits)
        return told

    def scored(self) -> list[tuple[Draft, list[str]]]:
        """Drafts with the features that the learned layer looks at."""
        out = []
        for d in self.drafts:
            s = self.sentences[d.sentence]
            role = self.blocks[d.block].role
            out.append((d, draft_features(d, s, role, self.directory, self.lexicon, is_item=d.block in self.items)))
        return out

    def accept(self) -> None:
        """Keep the drafts that are likely claims, each with its confidence; of two for the same words the likelier."""
        weights = load_weights()
        if not weights:
            return
        kept: list[Draft] = []
        for d, features in self.scored():
            d.confidence = probability(features, weights)
            if d.confidence >= (_DIRECT_THRESHOLD if d.speech_type == SpeechType.DIRECT else THRESHOLD):
                kept.append(d)
        self.drafts = without_doubles(kept)

    def _claims(self) -> tuple[Claim, ...]:
        out: list[Claim] = []
        recent: list[Speaker] = []
        last_block = -9
        for d in self.drafts:
            speaker = self._speaker(d, recent, last_block)
            if speaker.kind != SpeakerKind.UNKNOWN or speaker.span is not None:
                recent = [*recent[-_RECENT:], speaker]
                last_block = d.block
            if d.is_unmarked and speaker.via == SpeakerVia.INHERITED:
                speaker = replace(speaker, span=None)
            out.append(self._claim(d, speaker))
        return tuple(out)

    def _speaker(self, d: Draft, recent: list[Speaker], last_block: int) -> Speaker:
        is_topic = d.block in self.items and d.speech_type == SpeechType.DIRECT and self._has_topic(d)
        if d.speaker is not None and not is_topic:
            return self.directory.speaker(d.speaker, recent)
        if d.block in self.items and d.speech_type == SpeechType.DIRECT:
            span = self.list_speakers.of(d.block)
            return self.directory.speaker(span, recent) if span is not None else UNKNOWN
        if d.inherits and recent and d.block - last_block <= 1:
            before = recent[-1]
            return Speaker(before.kind, before.entity, before.span, SpeakerVia.INHERITED, before.confidence * 0.8)
        return UNKNOWN

    def _has_topic(self, d: Draft) -> bool:
        """The item begins with what it is about, not with who says it: "4. Über seinen Investor: „…“"."""
        s = self.sentences[d.sentence]
        first = next((low for low, word in zip(s.lows, s.words, strict=True) if low and not word.rstrip(".)").isdigit() and word != "."), "")
        return first in self.lexicon.prepositions and s.start < d.start

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
            confidence=d.confidence,
        )


def _by_outer(quotations: list[Quotation]) -> list[tuple[Quotation, list[Quotation]]]:
    """Outermost quotations with those inside them, one level up."""
    out: list[tuple[Quotation, list[Quotation]]] = []
    for q in quotations:
        if q.depth == 0:
            out.append((q, []))
        elif out and q.end < out[-1][0].end:
            out[-1][1].append(Quotation(q.start, q.end, q.depth - 1))
    return out
