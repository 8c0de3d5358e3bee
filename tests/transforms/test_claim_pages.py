"""Pages of our own in ``tests/pages/hafenbote``, each beside the claims that it must become: hard cases 4 to 8."""

import datetime as dt
import json
from pathlib import Path

import pytest

from transforms.extract import extract_article
from transforms.extract.recognise import load_recogniser
from transforms.parse import parse_page
from transforms.records import Document, Page

PAGES = Path(__file__).parents[1] / "pages" / "hafenbote"
NAMES = sorted(p.stem for p in PAGES.glob("*.html"))


def claims_of(name: str) -> list[dict[str, object]]:
    """Type, words and speaker of every claim of a page, and the verb that introduces it."""
    url = f"https://www.hafenbote.example/netz/{name}.html"
    page = Page(url=url, body=(PAGES / f"{name}.html").read_bytes(), raw_sha256="0" * 64, fetched_at=dt.datetime(2026, 4, 1, tzinfo=dt.UTC))
    document = parse_page(page)
    assert isinstance(document, Document)
    extraction = extract_article(document, load_recogniser())
    text = document.body_text
    return [
        {
            "type": str(c.speech_type),
            "spans": [text[s.start : s.end] for s in c.spans],
            "speaker": None if c.speaker is None else extraction.entities[c.speaker].name,
            "cue": text[c.cue.start : c.cue.end] if c.cue else None,
        }
        for c in extraction.claims
    ]


@pytest.mark.parametrize("name", NAMES)
def test_page_gives_exactly_these_claims(name: str) -> None:
    assert claims_of(name) == json.loads((PAGES / f"{name}.json").read_text(encoding="utf-8"))["claims"]
