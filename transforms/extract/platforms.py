"""Which platforms an article covers, and whether they are its subject."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from presslake.schema import RelevanceKind
from presslake.watchlist import load_watchlist
from transforms.extract.linking.aliases import find_aliases
from transforms.records import Entity, Mention

_TITLE_WEIGHT = 5
_EARLY_WEIGHT = 2
_EARLY = 600
"""Code points that count as the beginning of an article: about the lead and a paragraph."""


def platforms_of(text: str, title: str | None, entities: Sequence[Entity], mentions: Sequence[Mention]) -> tuple[tuple[str, ...], RelevanceKind]:
    """Slugs of the platforms that are named, the main ones first, and their relevance.

    A platform is the subject where the title names it, or where platforms are named early and again, or often for the length of the text.
    """
    watchlist = load_watchlist()

    def is_platform(slug: str | None) -> bool:
        return slug is not None and watchlist.entries[slug].is_platform

    weight: Counter[str] = Counter()
    first: dict[str, int] = {}
    count = early = 0
    for mention in mentions:
        slug = entities[mention.entity].watchlist if mention.entity is not None else None
        if slug is not None and is_platform(slug):
            count += 1
            is_early = mention.start < _EARLY
            early += is_early
            weight[slug] += _EARLY_WEIGHT if is_early else 1
            first.setdefault(slug, mention.start)
    in_title = {h.slug for h in find_aliases(title or "") if is_platform(h.slug)}
    in_title |= {slug for slug in weight if any(n in (title or "").split() for n in watchlist.entries[slug].ambiguous)}
    for slug in in_title:
        weight[slug] += _TITLE_WEIGHT
    slugs = tuple(sorted(weight, key=lambda s: (-weight[s], first.get(s, -1), s)))
    if not slugs:
        return (), RelevanceKind.NONE
    often = count >= 3 and count * 1500 >= len(text)
    return slugs, RelevanceKind.SUBJECT if in_title or often or (early and count >= 2) else RelevanceKind.PASSING
