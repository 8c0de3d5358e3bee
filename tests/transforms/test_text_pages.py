"""Texts of our own in ``tests/pages/uferbote``, each beside the records that it must become: hard cases 1, 3, 12, 20 and 22."""

import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from presslake.schema import SpeechType
from transforms.extract import extract_article
from transforms.extract.recognise import Recogniser, load_recogniser
from transforms.parse import parse_page
from transforms.records import Document, Extraction, Page
from transforms.resolve.clusters import is_near_duplicate, sign_article
from transforms.resolve.groups import is_same_claim, words_of

PAGES = Path(__file__).parents[1] / "pages" / "uferbote"
NAMES = sorted(p.stem for p in PAGES.glob("*.txt"))


@cache
def recogniser() -> Recogniser:
    return load_recogniser()


@cache
def read(name: str) -> tuple[Document, Extraction]:
    body = (PAGES / f"{name}.txt").read_bytes()
    page = Page(url=f"file:///{name}.txt", body=body, raw_sha256="0" * 64, fetched_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    document = parse_page(page)
    assert isinstance(document, Document)
    return document, extract_article(document, recogniser())


def expected(name: str) -> dict[str, Any]:
    return json.loads((PAGES / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_document(name: str):
    document, _ = read(name)
    want = expected(name)
    got = {
        "title": document.title,
        "kicker": document.kicker,
        "article_type": str(document.article_type),
        "language": document.language,
        "published": document.published.at.date().isoformat() if document.published else None,
        "authors": list(document.authors),
        "agency": document.agency,
    }
    assert {k: got[k] for k in want["document"]} == want["document"]
    assert [str(b.role) for b in document.blocks] == want["roles"]
    assert not [words for words in want.get("absent", []) if words in document.body_text]


@pytest.mark.parametrize("name", NAMES)
def test_interview_answers(name: str):
    document, extraction = read(name)
    answers = [
        [None if c.speaker is None else extraction.entities[c.speaker].name, document.body_text[c.spans[0].start : c.spans[-1].end]]
        for c in extraction.claims
        if c.speech_type is SpeechType.INTERVIEW_ANSWER
    ]
    assert answers == expected(name)["answers"]


@pytest.mark.parametrize("name", NAMES)
def test_quantities(name: str):
    document, extraction = read(name)
    got = {
        document.body_text[q.start : q.end]: (None if q.value is None else float(q.value), q.currency or str(q.unit_kind), str(q.qualifier))
        for q in extraction.quantities
    }
    for raw, value, unit, qualifier in expected(name)["quantities"]:
        assert got.get(raw) == (value, unit, qualifier), raw


@pytest.mark.parametrize("name", NAMES)
def test_the_same_story_is_one_cluster_and_its_quotations_one_group(name: str):
    twin = expected(name).get("same_story_as")
    for other in NAMES:
        if other != name:
            one, two = (sign_article(read(n)[0].body_text) for n in (name, other))
            assert is_near_duplicate(one, two) is (other == twin)
    if twin:
        quotes = {n: [words_of(t) for t in quotations(n)] for n in (name, twin)}
        assert quotes[name]
        assert all(any(is_same_claim(one, other) for other in quotes[twin]) for one in quotes[name])


def quotations(name: str) -> list[str]:
    document, extraction = read(name)
    return [document.body_text[c.spans[0].start : c.spans[-1].end] for c in extraction.claims if c.speech_type is SpeechType.DIRECT]
