"""Pages of our own in ``tests/pages/hafenbote``, each beside the records that it must become: hard cases 1 to 8."""

import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from presslake.schema import EntityKind
from transforms.extract import extract_article
from transforms.extract.recognise import load_recogniser
from transforms.parse import parse_page
from transforms.records import Document, Extraction, Page

PAGES = Path(__file__).parents[1] / "pages" / "hafenbote"
NAMES = sorted(p.stem for p in PAGES.glob("*.html"))


@cache
def read(name: str) -> tuple[Document, Extraction]:
    """The article of a page and what is found in it."""
    url = f"https://www.hafenbote.example/netz/{name}.html"
    page = Page(url=url, body=(PAGES / f"{name}.html").read_bytes(), raw_sha256="0" * 64, fetched_at=dt.datetime(2026, 4, 1, tzinfo=dt.UTC))
    document = parse_page(page)
    assert isinstance(document, Document)
    return document, extract_article(document, load_recogniser())


def expected(name: str) -> dict[str, Any]:
    record: dict[str, Any] = json.loads((PAGES / f"{name}.json").read_text(encoding="utf-8"))
    return record


@pytest.mark.parametrize("name", NAMES)
def test_page_gives_exactly_these_claims(name: str) -> None:
    document, extraction = read(name)
    text = document.body_text
    claims = [
        {
            "type": str(c.speech_type),
            "spans": [text[s.start : s.end] for s in c.spans],
            "speaker": None if c.speaker is None else extraction.entities[c.speaker].name,
            "cue": text[c.cue.start : c.cue.end] if c.cue else None,
        }
        for c in extraction.claims
    ]
    assert claims == expected(name)["claims"]


@pytest.mark.parametrize("name", [n for n in NAMES if "people" in expected(n)])
def test_page_is_of_this_type_and_speaks_of_these_people_and_organisations(name: str) -> None:
    document, extraction = read(name)
    want = expected(name)
    assert str(document.article_type) == want["article_type"]
    for key, kind in (("people", EntityKind.PERSON), ("organisations", EntityKind.ORGANISATION)):
        assert sorted(e.name for e in extraction.entities if e.kind is kind) == want[key]
