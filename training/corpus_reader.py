"""Read the annotated press corpus of ``training/corpus`` (XML, one file per article; format in its README)."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET  # our own files
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from presslake.schema import EntityKind, MentionKind, Resolution
from transforms.parse.text import structure
from transforms.records import Block, Entity, Mention

BLOCKS = {"kicker", "title", "byline", "h", "p"}
TOKEN = re.compile(r"\w+(?:[*:_/]innen\b)?|[^\w\s]")


@dataclass(frozen=True, slots=True)
class GoldClaim:
    spans: tuple[tuple[int, int], ...]
    speech_type: str
    by: str
    speakers: tuple[tuple[int, int], ...]
    cues: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Article:
    name: str
    language: str
    text: str
    blocks: tuple[Block, ...]
    entities: tuple[Entity, ...]
    mentions: tuple[Mention, ...]
    claims: tuple[GoldClaim, ...]

    @property
    def tokens(self) -> list[tuple[int, int]]:
        return [m.span() for m in TOKEN.finditer(self.text)]


def read_articles(folder: Path) -> list[Article]:
    """Every article of a folder and its subfolders, sorted by name."""
    return [read_article(p) for p in sorted(folder.rglob("*.xml"))]


def read_article(path: Path) -> Article:
    root = ET.parse(path).getroot()  # our own files
    text, spans = _flatten(root)
    names = {e.get("id", ""): e for e in root.iter() if e.tag in ("person", "organisation")}
    order = {i: n for n, i in enumerate(sorted(names))}
    entities = tuple(
        Entity(kind=EntityKind.PERSON if names[i].tag == "person" else EntityKind.ORGANISATION, name=names[i].get("name", "")) for i in sorted(names)
    )
    mentions = tuple(
        Mention(
            start=a,
            end=b,
            kind=EntityKind.PERSON if tag == "per" else EntityKind.ORGANISATION,
            mention_kind=MentionKind.NAME,
            entity=order.get(e.get("id", "")),
            resolution=Resolution.RESOLVED,
        )
        for tag, a, b, e in sorted(spans, key=lambda s: (s[1], -s[2]))
        if tag in ("per", "org")
    )
    return Article(path.stem, root.get("lang", "und"), text, structure(text), entities, mentions, tuple(_claims(spans)))


Marked = tuple[str, int, int, ET.Element]


def _flatten(root: ET.Element) -> tuple[str, list[Marked]]:
    out: list[str] = []
    spans: list[Marked] = []
    n = 0

    def put(piece: str | None) -> None:
        nonlocal n
        piece = re.sub(r"\s+", " ", piece or "")
        if piece and (not out or out[-1][-1:].isspace()):
            piece = piece.lstrip()
        if piece:
            out.append(piece)
            n += len(piece)

    def walk(e: ET.Element) -> None:
        start = n
        put(e.text)
        for child in e:
            walk(child)
            put(child.tail)
        if e.tag not in BLOCKS:
            spans.append((e.tag, start, n, e))

    for block in root:
        if block.tag in BLOCKS:
            walk(block)
            out.append("\n\n")
            n += 2
    text = "".join(out)
    return text.rstrip(), [(tag, *_trim(text, a, b), e) for tag, a, b, e in spans]


def _trim(text: str, a: int, b: int) -> tuple[int, int]:
    while a < b and text[a].isspace():
        a += 1
    while b > a and text[b - 1].isspace():
        b -= 1
    return a, b


def _claims(spans: Iterable[Marked]) -> Iterable[GoldClaim]:
    pieces: dict[str, list[tuple[int, int]]] = {}
    kinds: dict[str, tuple[str, str]] = {}
    for tag, a, b, e in spans:
        if tag == "claim":
            pieces.setdefault(e.get("id", ""), []).append((a, b))
            kinds[e.get("id", "")] = e.get("type", ""), e.get("by", "unknown")
    for i, found in pieces.items():
        speakers = tuple((a, b) for _, a, b, e in spans if i in (e.get("says") or "").split())
        cues = tuple((a, b) for tag, a, b, e in spans if tag == "cue" and e.get("for") == i)
        yield GoldClaim(tuple(sorted(found)), *kinds[i], speakers, cues)
