"""Who is what and where, as written: "Orlina Miller, Marketing Managerin Europe bei TikTok"."""

from __future__ import annotations

from collections.abc import Sequence

from transforms.records import Affiliation, Block, Entity, Mention


def find_affiliations(text: str, blocks: Sequence[Block], entities: list[Entity], mentions: list[Mention], language: str) -> list[Affiliation]:
    """Affiliations by offset."""
    return []
