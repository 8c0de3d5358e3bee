"""How many people of the annotated press corpus are tied to their organisation: ``python -m benchmarks.affiliations [training/corpus]``.

Linking gets the names as they are annotated. The corpus gives for a person one organisation, also where the article only implies it, so recall has a
ceiling; a tie counts as right if it is to that organisation, of people for whom one is given.
"""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET  # our own files
from collections import Counter, defaultdict
from pathlib import Path

from presslake.schema import EntityKind
from training.corpus_reader import Article, read_article
from transforms.extract.link import link_names
from transforms.records import Name

FOLDER = Path("training/corpus")


def ties(article: Article) -> dict[int, set[int]]:
    """Person → organisations, by their numbers among the annotated entities."""
    names = [Name(m.start, m.end, m.kind, 1.0) for m in sorted(article.mentions, key=lambda m: m.start)]
    _, mentions, affiliations = link_names(article.text, article.blocks, names, article.language)
    truth = {(m.start, m.end): m.entity for m in article.mentions}
    votes: dict[int, Counter[int]] = defaultdict(Counter)
    for mention in mentions:
        entity = truth.get((mention.start, mention.end))
        if entity is not None and mention.entity is not None:
            votes[mention.entity][entity] += 1
    known = {found: count.most_common(1)[0][0] for found, count in votes.items()}
    out: dict[int, set[int]] = defaultdict(set)
    for a in affiliations:
        if a.person in known and a.organisation in known:
            out[known[a.person]].add(known[a.organisation])
    return out


def main() -> None:
    """Print recall and precision."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    given = right = found = 0
    for path in sorted(folder.rglob("*.xml")):
        article = read_article(path)
        elements = [e for e in ET.parse(path).getroot().iter() if e.tag in ("person", "organisation")]  # our own files
        number = {i: n for n, i in enumerate(sorted(e.get("id", "") for e in elements))}
        named = {m.entity for m in article.mentions if m.kind is EntityKind.PERSON}
        tied = ties(article)
        for element in elements:
            person, organisation = number[element.get("id", "")], number.get(element.get("org", ""))
            if organisation is not None and person in named:
                given += 1
                right += organisation in tied[person]
                found += len(tied[person])
    print(f"{given} people with an organisation: recall {right / given:.3f}, precision {right / found:.3f}")


if __name__ == "__main__":
    main()
