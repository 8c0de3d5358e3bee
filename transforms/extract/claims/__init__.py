"""Who said what: direct, indirect and reported speech, interview answers and headlines, with cue and speaker.

:func:`find_claims` works on any text with blocks. Languages without a file in ``presslake/languages`` give no claims.
"""

from __future__ import annotations

from collections.abc import Sequence

from presslake.languages import LANGUAGES
from transforms.extract.claims.reader import Reader
from transforms.records import Block, Claim, Entity, Mention


def find_claims(text: str, blocks: Sequence[Block], entities: Sequence[Entity], mentions: Sequence[Mention], language: str) -> tuple[Claim, ...]:
    """Claims of a text, sorted by start; speakers are indices into ``entities``.

    ``blocks`` may include a title, whose claims are ``headline``; captions, about boxes, bylines and kickers give none.
    """
    if language not in LANGUAGES:
        return ()
    return Reader(text, blocks, entities, mentions, language).read()
