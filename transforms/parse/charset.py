"""Which charset the bytes are in: decided from the bytes, with the declarations as evidence.

Order: byte order mark, UTF-8 if all bytes are valid UTF-8, the declaration of the header or the page, detection.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
META = re.compile(rb"""<(?:meta\b[^>]{0,300}?charset\s*=|\?xml\b[^>]{0,100}?encoding\s*=)\s*["']?\s*([a-z0-9_:.\-]{2,40})""", re.I)
HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.\-]{2,40})", re.I)
# What UTF-8 read as Windows-1252 (or Latin-1) looks like: a lead byte followed by continuation bytes, all seen as characters.
CONTINUATION = (
    "\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013\u2014\u2018-\u201a\u201c-\u201e"
    "\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122"
)
DOUBLE = re.compile(f"(?:[\u00c2-\u00df][{CONTINUATION}]|[\u00e0-\u00ef][{CONTINUATION}]{{2}}|[\u00f0-\u00f4][{CONTINUATION}]{{3}})+")
LEADS = "\u00c3\u00e2\u00c2"


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text, the charset that was used and the one that was declared (None if none was)."""

    text: str
    charset: str
    declared: str | None
    utf8: bytes | None = None
    """The text in UTF-8 where the page's own bytes are just that."""


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """Decode any bytes; undecodable ones become U+FFFD, never an exception."""
    declared = declared_charset(body, content_type)
    for bom, name in BOMS:
        if body.startswith(bom):
            return Decoded(_undouble(body.decode(name, "replace").lstrip("\ufeff")), name, declared)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        fixed = _undouble(text)
        return Decoded(fixed, "utf-8", declared, body) if fixed is text else Decoded(fixed, "utf-8, twice", declared)
    for guess in (declared, _mostly_utf8(body), _detected(body), "windows-1252"):
        decoded = _try(body, guess)
        if decoded is not None and guess is not None:
            return Decoded(decoded, _web_name(guess), declared)
    return Decoded(body.decode("latin-1"), "latin-1", declared)


def declared_charset(body: bytes, content_type: str | None) -> str | None:
    """The charset that the header, else the page declares; None if neither does or Python does not know it."""
    header = HEADER.search(content_type or "")
    meta = META.search(body[:4096])
    for raw in (header.group(1) if header else None, meta.group(1).decode("ascii") if meta else None):
        if raw:
            try:
                return codecs.lookup(raw).name
            except LookupError:
                continue
    return None


def _web_name(name: str) -> str:
    """Browsers read Latin-1 and ASCII as Windows-1252, and so do we."""
    return "windows-1252" if name in {"iso8859-1", "ascii", "cp1252", "latin-1"} else name


def _try(body: bytes, name: str | None) -> str | None:
    if name is None:
        return None
    if name == "utf-8":  # declared but not strictly valid: only a few damaged bytes are forgiven
        text = body.decode("utf-8", "replace")
        return text if text.count("\ufffd") <= 3 + len(text) // 2000 else None
    if name.startswith(("utf-16", "utf-32")):  # without a mark the declaration is wrong far more often than right
        return None
    try:
        return body.decode(_web_name(name), "strict" if name != "windows-1252" else "replace")
    except (UnicodeError, LookupError):
        return None


def _mostly_utf8(body: bytes) -> str | None:
    return "utf-8" if _try(body, "utf-8") is not None and re.search(rb"[\xc3\xe2][\x80-\xbf]", body) else None


def _detected(body: bytes) -> str | None:
    import cchardet

    try:
        name = cchardet.detect(body[:200_000]).get("encoding")
        return codecs.lookup(name).name if name else None
    except (LookupError, ValueError):
        return None


def _undouble(text: str) -> str:
    """Undo one encoding too many ("Ã¼" for "ü") where the page is full of it; the very same object otherwise."""
    start = text[:200_000]
    if all(lead not in start for lead in LEADS) or sum(map(start.count, LEADS)) < 3:  # looking for them is much quicker than counting
        return text
    good = sum(map(text.count, "äöüßéèàçñ’“”„–"))
    if len(DOUBLE.findall(text)) <= good:
        return text
    return DOUBLE.sub(_undouble_run, text)


def _undouble_run(match: re.Match[str]) -> str:
    run = match.group()
    try:
        return b"".join(c.encode("cp1252") if ord(c) > 0x9F else c.encode("latin-1") for c in run).decode("utf-8")
    except UnicodeError:
        return run
