"""One page as a person wants to see it: what ``presslake parse`` and ``presslake claims`` print."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flows import terminal
from presslake.errors import PresslakeError
from presslake.settings import Config, load_config
from transforms.records import Claim, Document, Extraction, Page, Rejected

COLOURS = ("cyan", "magenta", "green", "yellow", "blue", "red")


def read_document(page: str, config: Path) -> Document:
    """Parse a file or an address, with the further pages of its article. Raises PresslakeError where it gives no article, with the reason."""
    from flows.steps import hints_of
    from transforms.parse.joining import parse_pages

    loaded = load_config(config, required=False)
    pages = _fetch(page, loaded) if urlsplit(page).scheme in ("http", "https") else [_read(page)]
    _, found = parse_pages(pages, hints_of(loaded.sources).get(pages[0].source_id))
    if isinstance(found, Rejected):
        raise PresslakeError(f"{page}: {found.expectation}: {found.reason}")
    return found


def _read(page: str) -> Page:
    path = Path(page)
    try:
        body = path.read_bytes()
    except OSError as e:
        raise PresslakeError(f"{page}: cannot be read: {e.strerror}; name a file or an http(s) address") from e
    kind = "text/plain" if path.suffix.lower() in (".txt", ".text") else None
    return Page(
        url=path.resolve().as_uri(), body=body, raw_sha256=hashlib.sha256(body).hexdigest(), fetched_at=dt.datetime.now(dt.UTC), content_type=kind
    )


def _fetch(url: str, config: Config) -> list[Page]:
    """The page and the further pages of its article, as the pipeline would ask for them: robots.txt and address rules hold; nothing is kept."""
    from flows.archive import OWN_CHANNELS, read_page
    from flows.discover import url_targets
    from flows.follow import fetch_articles
    from flows.scratch import scratch_fetcher
    from flows.state import GOOD

    with scratch_fetcher(config.settings) as fetcher:
        rows = [f for f in fetch_articles(url_targets([url], config.sources), fetcher, config.sources) if f.channel not in OWN_CHANNELS]
        came = {f.url: f for f in rows if f.outcome in GOOD}
        if not rows or rows[0].url not in came:
            raise PresslakeError(f"{url}: {rows[-1].outcome}: {rows[-1].reason}" if rows else f"{url}: nothing came back")
        return [read_page(fetcher.archive.data_dir, f) for f in came.values()]


def extract(document: Document, config: Path) -> Extraction:
    """Everything the pipeline would find in it, with the recogniser of the settings."""
    from transforms.extract import extract_article
    from transforms.extract.recognise import load_recogniser

    return extract_article(document, load_recogniser(load_config(config, required=False).settings.recogniser))


def document_as_dict(document: Document) -> dict[str, Any]:
    """The document as plain data, every block with its text."""
    out = dataclasses.asdict(document)
    out["blocks"] = [{"role": str(b.role), "start": b.start, "end": b.end, "text": document.body_text[b.start : b.end]} for b in document.blocks]
    return out


def extraction_as_dict(document: Document, extraction: Extraction) -> dict[str, Any]:
    """Claims, people, organisations and numbers as plain data, with their words."""
    entities = [dataclasses.asdict(e) for e in extraction.entities]
    return {
        "title": document.title,
        "platforms": extraction.platforms,
        "relevance": str(extraction.relevance),
        "claims": _claims(document, extraction),
        "people": [e for e in entities if e["kind"] == "person"],
        "organisations": [e for e in entities if e["kind"] == "organisation"],
        "affiliations": [
            {
                "person": extraction.entities[a.person].name,
                "role": a.role,
                "organisation": None if a.organisation is None else extraction.entities[a.organisation].name,
            }
            for a in extraction.affiliations
        ],
        "quantities": [dataclasses.asdict(q) | {"text": document.body_text[q.start : q.end]} for q in extraction.quantities],
    }


def _claims(document: Document, extraction: Extraction) -> list[dict[str, Any]]:
    """Those of the headline first."""
    title = [_claim(c, document.title, extraction) for c in extraction.title_claims]
    return title + [_claim(c, document.body_text, extraction) for c in extraction.claims]


def _claim(claim: Claim, text: str, extraction: Extraction) -> dict[str, Any]:
    return {
        "text": " ".join(text[s.start : s.end] for s in claim.spans),
        "speech_type": str(claim.speech_type),
        "speaker": _speaker(claim, text, extraction),
        "speaker_kind": str(claim.speaker_kind),
        "cue": text[claim.cue.start : claim.cue.end] if claim.cue else None,
        "modality": str(claim.modality),
        "spans": [(s.start, s.end) for s in claim.spans],
        "confidence": claim.confidence,
    }


def _speaker(claim: Claim, text: str, extraction: Extraction) -> str | None:
    surface = text[claim.speaker_span.start : claim.speaker_span.end] if claim.speaker_span else None
    if claim.speaker is None:
        return surface
    name = extraction.entities[claim.speaker].name
    return f"{surface} ({name})" if claim.speaker_kind == "unnamed" and surface else name


def print_document(document: Document) -> None:
    """Metadata, then the body with a role before every block."""
    from rich.markup import escape

    console = terminal.console()
    date = document.published
    published = f"{date.at:%Y-%m-%d %H:%M} UTC ({date.precision}, {date.method})" if date else None
    for label, value in (
        ("kicker", document.kicker),
        ("title", document.title),
        ("authors", ", ".join(document.authors) or None),
        ("published", published),
        ("modified", document.modified and f"{document.modified.at:%Y-%m-%d %H:%M} UTC"),
        ("type", f"{document.article_type}, {document.language}" + (", paywalled" if document.is_paywalled else "")),
        ("outlet", " · ".join(x for x in (document.outlet, document.section, document.agency) if x) or None),
        ("url", document.url),
        ("charset", document.charset + (f" (declared {document.charset_declared})" if document.charset_declared else "")),
    ):
        if value:
            console.print(f"[dim]{label:>10}[/]  {escape(terminal.printable(str(value)))}", highlight=False)
    console.print()
    for block in document.blocks:
        console.print(f"[cyan]{block.role:>10}[/]  {escape(terminal.printable(document.body_text[block.start : block.end]))}", highlight=False)


def print_claims(document: Document, extraction: Extraction) -> None:
    """The text with its claims in the colour of their speaker, then a line for each."""
    from rich.text import Text

    console = terminal.console()
    rows = _claims(document, extraction)
    speakers = list(dict.fromkeys(r["speaker"] for r in rows))
    colour = {s: "dim" if s is None else COLOURS[i % len(COLOURS)] for i, s in enumerate(speakers)}
    body = Text(terminal.printable(document.body_text))
    for row, claim in zip(rows[len(extraction.title_claims) :], extraction.claims, strict=True):
        for span in claim.spans:
            body.stylize(colour[row["speaker"]], span.start, span.end)
        if claim.cue:
            body.stylize("underline", claim.cue.start, claim.cue.end)
    console.print(Text(terminal.printable(document.title), style="bold"))
    console.print(body, highlight=False)
    console.print()
    for row in rows:
        line = Text(f"{row['speech_type']:>16}  ", style="dim")
        line.append(row["speaker"] or "speaker unknown", style=colour[row["speaker"]])
        line.append(f"  {terminal.printable(row['text'][:90])}{'…' if len(row['text']) > 90 else ''}")
        console.print(line, highlight=False, soft_wrap=True)
    platforms = ", ".join(extraction.platforms) or "none"
    console.print(f"\n{len(rows)} claims, {len(extraction.quantities)} numbers, platforms: {platforms}", highlight=False)
