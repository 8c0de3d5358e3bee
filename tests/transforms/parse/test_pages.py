"""Every page of ``tests/pages`` becomes the record beside it. Floors on text over all of them, below which extraction may not fall."""

import datetime as dt
import hashlib
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from presslake.schema import UrlKind
from transforms.parse import parse_page
from transforms.records import Document, Page, Rejected, Role

PAGES = Path(__file__).parents[2] / "pages"
CASES = sorted(p for p in PAGES.glob("*/*.html") if "url" in json.loads(p.with_suffix(".json").read_text(encoding="utf-8")))
ROLES = {
    "captions": Role.CAPTION,
    "questions": Role.QUESTION,
    "answers": Role.ANSWER,
    "headings": Role.HEADING,
    "list_items": Role.LIST_ITEM,
    "quotes": Role.QUOTE,
}
PLAIN = (
    "title",
    "kicker",
    "lead",
    "section",
    "outlet",
    "language",
    "agency",
    "charset",
    "is_paywalled",
    "is_truncated",
    "is_correction",
    "article_type",
)


def read(path: Path) -> tuple[Document | Rejected, dict[str, Any]]:
    record = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    body = path.read_bytes()
    fetched = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    page = Page(url=record["url"], body=body, raw_sha256=hashlib.sha256(body).hexdigest(), fetched_at=fetched, content_type="text/html")
    return parse_page(page), record


def texts(document: Document, role: Role) -> list[str]:
    return [document.body_text[b.start : b.end] for b in document.blocks if b.role is role]


@pytest.mark.parametrize("path", CASES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_page_becomes_its_record(path: Path) -> None:
    document, record = read(path)
    if "rejected" in record:
        assert isinstance(document, Rejected), document
        assert document.expectation == record["rejected"]
        return
    assert isinstance(document, Document), document
    assert {k: getattr(document, k) for k in PLAIN if k in record} == {k: record[k] for k in PLAIN if k in record}
    if "authors" in record:
        assert list(document.authors) == record["authors"]
    for key in ("published", "modified"):
        if key in record:
            date = getattr(document, key)
            assert date is not None
            assert date.at.isoformat() == record[key]
    if "precision" in record:
        assert document.published is not None
        assert document.published.precision == record["precision"]
    if "canonical" in record:
        assert document.url == record["canonical"]
        assert (UrlKind.REQUESTED, record["url"]) in document.urls
    if "paragraphs" in record:
        assert texts(document, Role.PARAGRAPH) == record["paragraphs"]
    for key, role in ROLES.items():
        if key in record:
            assert texts(document, role) == record[key]
    assert [x for x in record.get("contains", ()) if x not in document.body_text] == []
    assert [x for x in record.get("absent", ()) if x in document.body_text] == []


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text))


def test_text_stays_above_the_floor() -> None:
    scores = []
    for path in CASES:
        document, record = read(path)
        if "paragraphs" not in record:
            continue
        got = words(document.body_text) if isinstance(document, Document) else Counter()
        wanted = words("\n".join([record.get("lead") or "", *record["paragraphs"], *record.get("captions", ())]))
        scores.append(2 * (got & wanted).total() / (got.total() + wanted.total()))
    assert len(scores) >= 4
    assert sum(scores) / len(scores) >= 0.97
    assert min(scores) >= 0.9
