"""Quantities and block roles against the press corpus: python -m benchmarks.quantities CORPUS_DIR

CORPUS_DIR holds the annotated XML articles (training/corpus/train). A quantity is right if it overlaps an annotated number and has its value, unit
and currency; a block is right if it has the annotated offsets and role. Prints precision, recall and F1, and milliseconds for 600 words.
"""

from __future__ import annotations

import re
import sys
import time
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

from transforms.extract.quantities import find_quantities
from transforms.parse.structure import structure

ROLES = {"kicker": "kicker", "title": "title", "byline": "byline", "h": "heading"}
Number = tuple[int, int, float, str, str | None]


def read(path: Path) -> tuple[str, str, list[Number], list[tuple[int, int, str]]]:
    """Text, language, annotated numbers and blocks of one article."""
    root = ET.parse(path).getroot()
    parts: list[str] = []
    numbers: list[Number] = []
    blocks: list[tuple[int, int, str]] = []

    def put(piece: str | None) -> None:
        piece = re.sub(r"\s+", " ", piece or "")
        if piece and (not parts or parts[-1][-1:].isspace()):
            piece = piece.lstrip()
        if piece:
            parts.append(piece)

    def at() -> int:
        return sum(map(len, parts))

    def walk(element: ET.Element) -> None:
        start = at()
        put(element.text)
        for child in element:
            walk(child)
            put(child.tail)
        if element.tag == "num":
            numbers.append((start, at(), float(element.attrib["v"]), element.attrib["u"], element.get("cur")))

    for block in root:
        if block.tag == "entities":
            continue
        start = at()
        walk(block)
        blocks.append((start, start + len("".join(parts)[start:].rstrip()), ROLES.get(block.tag) or block.get("role", "paragraph")))
        parts.append("\n\n")
    return "".join(parts).rstrip(), root.attrib["lang"], sorted(numbers), blocks


def main() -> None:
    """Score every article and print one line per unit and role."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    paths = sorted(Path(sys.argv[1]).rglob("*.xml"))
    gold, found, right = Counter[str](), Counter[str](), Counter[str]()
    seconds, words = 0.0, 0
    for path in paths:
        text, language, numbers, blocks = read(path)
        start = time.process_time()
        quantities = find_quantities(text, language)
        seconds += time.process_time() - start
        words += len(text.split())
        used: set[int] = set()
        for g in numbers:
            gold[g[3]] += 1
            hit = next((k for k, q in enumerate(quantities) if q.start < g[1] and g[0] < q.end and k not in used), None)
            if hit is None:
                continue
            used.add(hit)
            q = quantities[hit]
            right[g[3]] += q.value is not None and abs(float(q.value) - g[2]) < 0.051 and str(q.unit_kind) == g[3] and q.currency == g[4]
        found.update(str(q.unit_kind) for q in quantities)
        roles = {(b.start, b.end): str(b.role) for b in structure(text)}
        for begin, end, role in blocks:
            gold[f"block {role}"] += 1
            right[f"block {role}"] += roles.get((begin, end)) == role
        found.update(f"block {role}" for role in roles.values())
    for kinds, name in (([k for k in gold if not k.startswith("block")], "quantities"), ([k for k in gold if k.startswith("block")], "blocks")):
        for kind in sorted(kinds):
            show(kind, right[kind], found[kind], gold[kind])
        show(f"all {name}", sum(right[k] for k in kinds), sum(found[k] for k in kinds), sum(gold[k] for k in kinds))
    print(f"{len(paths)} articles; quantities take {seconds / words * 600 * 1000:.2f} ms for 600 words")


def show(name: str, right: int, found: int, gold: int) -> None:
    """One line of the table."""
    p, r = right / max(1, found), right / max(1, gold)
    print(f"{name:18} P {p:.3f}  R {r:.3f}  F1 {2 * p * r / max(1e-9, p + r):.3f}  of {gold}")


if __name__ == "__main__":
    main()
