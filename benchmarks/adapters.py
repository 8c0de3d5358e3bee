"""The three callables that every scorer calls: thin over what the pipeline calls, with the default settings."""

from __future__ import annotations

import datetime as dt
import hashlib
from functools import cache
from typing import Any

from benchmarks.entities import annotator
from transforms.extract import extract_text
from transforms.extract.recognise import Recogniser, load_recogniser
from transforms.parse import parse_page
from transforms.parse.dates import local_day
from transforms.parse.text import structure
from transforms.records import Page, Rejected, Role

NOW = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
"""When a bare page was fetched is not known: later than any date on it, which must not be refused as one of the future."""


@cache
def recogniser() -> Recogniser:
    """The built-in default, loaded once."""
    return load_recogniser("builtin")


def extract(html: str, url: str) -> dict[str, Any]:
    """Title, authors, date and text of one page; the date of the last change where the page tells no other."""
    body = html.encode("utf-8", "replace")
    page = Page(url=url, body=body, raw_sha256=hashlib.sha256(body).hexdigest(), fetched_at=NOW, content_type="text/html; charset=utf-8")
    document = parse_page(page)
    if isinstance(document, Rejected):
        return {"title": None, "authors": [], "date": None, "text": ""}
    date = document.published or document.modified
    prose = [b for b in document.blocks if b.role not in (Role.CAPTION, Role.ABOUT)]
    return {
        "title": document.title,
        "authors": list(document.authors),
        "date": local_day(date).isoformat() if date and date.method != "text_relative" else None,
        "text": "\n\n".join(document.body_text[b.start : b.end] for b in prose),
    }


def annotate(text: str, lang: str) -> dict[str, list[tuple[int, int, str]]]:
    """People and organisations by name, with offsets."""
    return annotator(recogniser())(text, lang)


def claims(text: str, lang: str) -> list[dict[str, Any]]:
    """Claims of a bare text with cue, speaker and the quantities inside them; quantities outside claims come with quote None."""
    _, _, _, found, quantities = extract_text(text, structure(text), lang, recogniser())
    numbers: dict[int | None, list[dict[str, Any]]] = {}
    for q in quantities:
        value = None if q.value is None else float(q.value)
        high = None if q.value_high is None else float(q.value_high)
        item = {"start": q.start, "end": q.end, "value": value, "value_high": high, "unit": str(q.unit_kind), "currency": q.currency}
        numbers.setdefault(q.claim, []).append({**item, "qualifier": str(q.qualifier)})
    out: list[dict[str, Any]] = [
        {
            "quote": [(s.start, s.end) for s in c.spans],
            "speaker": (c.speaker_span.start, c.speaker_span.end) if c.speaker_span else None,
            "cue": (c.cue.start, c.cue.end) if c.cue else None,
            "type": str(c.speech_type),
            "quantities": numbers.get(i, []),
        }
        for i, c in enumerate(found)
    ]
    if None in numbers:
        out.append({"quote": None, "speaker": None, "cue": None, "type": None, "quantities": numbers[None]})
    return out
