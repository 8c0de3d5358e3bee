"""Role nouns that stand for somebody of the article: "der TikTok-CEO", "die Ministerin", "das Unternehmen"."""

from __future__ import annotations

from collections.abc import Sequence

from transforms.records import Affiliation, Block, Entity, Mention


def find_role_nouns(
    text: str, blocks: Sequence[Block], entities: Sequence[Entity], mentions: Sequence[Mention], affiliations: Sequence[Affiliation], language: str
) -> list[Mention]:
    """Mentions of kind ``role_noun`` for definite noun phrases that can mean only one person or organisation of the article."""
    return []
