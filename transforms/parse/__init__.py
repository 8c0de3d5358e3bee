"""Page bytes → Document."""

from __future__ import annotations

import re

from transforms.parse.charset import decode
from transforms.records import Document, Page, Rejected, SourceHints

__all__ = ["parse_page"]

_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\ufffd]")
"""What a text does not hold: a few of them are damage, many are an image."""
MAX_BYTES = 60_000_000
MAGIC = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"RIFF",
    b"\x00\x00\x00\x18ftyp",
    b"\x00\x00\x00 ftyp",
    b"ID3",
    b"\x7fELF",
    b"OggS",
    b"Rar!",
    b"\x00asm",
)


def parse_page(page: Page, hints: SourceHints | None = None) -> Document | Rejected:
    """The article on the page, or why there is none. Any bytes will do; nothing is raised."""
    from transforms.parse.article import parse_html, reject
    from transforms.parse.text import parse_text
    from transforms.parse.tree import has_markup

    hints = hints or SourceHints()
    body = page.body
    if not body.strip():
        return reject(page, "empty", "The page holds no bytes.")
    if len(body) > MAX_BYTES:
        return reject(page, "too_large", f"{len(body)} bytes are too many for an article; nothing was parsed.")
    if body.startswith(MAGIC):
        return reject(page, "binary", "The bytes are no text (an image, a PDF, an archive or a film).")
    decoded = decode(body, page.content_type)
    sample = decoded.text[:20_000]
    if len(_NO_TEXT.findall(sample)) * 50 > len(sample):
        return reject(page, "binary", "Too many bytes are no text in any charset.")
    if not has_markup(decoded.text):
        return parse_text(page, decoded.text, hints, charset=decoded.charset, charset_declared=decoded.declared)
    return parse_html(page, decoded, hints)
