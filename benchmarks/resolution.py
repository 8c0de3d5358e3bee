"""How well people and organisations are resolved over articles: pairwise precision, recall and F1 on our own benchmark.

``python -m benchmarks.resolution [--errors] [FILE]``. The file (``resolution.txt`` beside this module) holds invented articles with every mention
marked; linking gets the marked spans as a perfect recogniser would give them, so the figures are those of linking and resolution alone.
A pair is two mentions; "across" counts only pairs in different articles.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from presslake.schema import ArticleEntity, EntityKind, make_id
from transforms.extract.link import link_names
from transforms.records import Affiliation, Block, Entity, Name, Role
from transforms.resolve.entities import block_keys, resolve_entities

DATA = Path(__file__).with_name("resolution.txt")
_MENTION = re.compile(r"\{([^{}|]+)\|([po]-[\w-]+\??)\}")
_NOON = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Marked:
    """An article of the benchmark: its text, and the spans with the id of who is meant."""

    number: int
    language: str
    text: str
    spans: tuple[tuple[int, int, str], ...]


def read_articles(path: Path = DATA) -> list[Marked]:
    """The articles of a benchmark file."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return [_article(number, line) for number, line in enumerate(lines)]


def _article(number: int, line: str) -> Marked:
    language, marked = line.split("\t")
    text, spans, end = "", [], 0
    for match in _MENTION.finditer(marked):
        text += marked[end : match.start()]
        truth = f"{match.group(2)}{number}" if match.group(2).endswith("?") else match.group(2)
        spans.append((len(text), len(text) + len(match.group(1)), truth))
        text += match.group(1)
        end = match.end()
    return Marked(number, language, text + marked[end:], tuple(spans))


@dataclass(frozen=True, slots=True)
class Judged:
    """One mention: where it stands, who is meant, and who it was resolved to (an id of its own where it stays open)."""

    article: int
    surface: str
    truth: str
    found: str


def resolve_articles(articles: Iterable[Marked]) -> list[Judged]:
    """Link and resolve the articles; every marked mention with its truth and its result."""
    rows: list[ArticleEntity] = []
    places: list[tuple[Marked, tuple[int, int, str], str | None]] = []
    for article in articles:
        names = [Name(s, e, EntityKind.PERSON if t.startswith("p-") else EntityKind.ORGANISATION, 1.0) for s, e, t in article.spans]
        block = Block(Role.PARAGRAPH, 0, len(article.text))
        entities, mentions, affiliations = link_names(article.text, [block], names, article.language)
        own = [_row(article, i, entities, affiliations) for i in range(len(entities))]
        rows += own
        by_end = {m.end: m.entity for m in mentions}  # a title in front is no part of a mention
        for span in article.spans:
            index = by_end.get(span[1])
            places.append((article, span, None if index is None else own[index].article_entity_id))
    found = resolve_entities(rows).assignments
    out = []
    for article, (start, end, truth), key in places:
        entity_id = found[key].entity_id if key else None
        out.append(Judged(article.number, article.text[start:end], truth, entity_id or f"open {article.number} {key or start}"))
    return out


def _row(article: Marked, index: int, entities: tuple[Entity, ...], affiliations: tuple[Affiliation, ...]) -> ArticleEntity:
    entity = entities[index]
    own = [a for a in affiliations if a.person == index]
    article_id = make_id("art", "benchmark", article.number)
    return ArticleEntity(
        article_entity_id=make_id("ent", article_id, entity.kind, entity.name),
        article_id=article_id,
        entity_kind=entity.kind,
        name=entity.name,
        aliases=entity.aliases,
        honorific=entity.honorific,
        roles=tuple(sorted({a.role for a in own if a.role})),
        organisations=tuple(sorted({entities[a.organisation].name for a in own if a.organisation is not None})),
        organisation_kind=entity.organisation_kind,
        watchlist=entity.watchlist,
        block_keys=block_keys(entity.name, entity.aliases, entity.kind, entity.watchlist),
        seen_at=_NOON + dt.timedelta(minutes=article.number),
        entity_id=None,
        is_current=True,
        raw_sha256="0" * 64,
    )


@dataclass(frozen=True, slots=True)
class Score:
    """Pairs that are right, wrongly joined and missed."""

    right: int
    joined: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.joined)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + self.joined + self.missed)


def score(judged: list[Judged], kind: str = "", *, across: bool = False) -> Score:
    """Pairwise score of the mentions whose truth begins with ``kind`` ("p", "o" or all)."""
    pairs = Counter((a.truth == b.truth, a.found == b.found) for a, b in _pairs(judged, kind, across=across))
    return Score(pairs[True, True], pairs[False, True], pairs[True, False])


def _pairs(judged: list[Judged], kind: str, *, across: bool) -> Iterator[tuple[Judged, Judged]]:
    chosen = [j for j in judged if j.truth.startswith(kind)]
    return ((a, b) for a, b in itertools.combinations(chosen, 2) if not across or a.article != b.article)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, default=DATA)
    parser.add_argument("--errors", action="store_true", help="print the pairs of mentions that are wrong")
    arguments = parser.parse_args()
    articles = read_articles(arguments.file)
    judged = resolve_articles(articles)
    languages = Counter(a.language for a in articles)
    print(f"{len(articles)} articles ({', '.join(f'{n} {lang}' for lang, n in sorted(languages.items()))}), {len(judged)} mentions")
    for label, kind in (("people", "p"), ("organisations", "o"), ("all", "")):
        for across in (False, True):
            s = score(judged, kind, across=across)
            print(f"{label:14} {'across' if across else 'pairs ':7} precision {s.precision:.3f}  recall {s.recall:.3f}  F1 {s.f1:.3f}")
    if arguments.errors:
        wrong = Counter(
            ("joined" if a.truth != b.truth else "missed", a.truth, b.truth, a.surface, b.surface)
            for a, b in _pairs(judged, "", across=False)
            if (a.truth == b.truth) != (a.found == b.found)
        )
        for (what, *who), count in wrong.most_common():
            print(f"{count:4} {what}  {who[0]} / {who[1]}  {who[2]!r} / {who[3]!r}")


if __name__ == "__main__":
    main()
