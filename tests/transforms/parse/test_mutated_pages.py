"""A bounded fuzz: our own pages, cut, doubled and sprinkled with odd bytes, still give a sound result."""

import datetime as dt
import hashlib
import random
from pathlib import Path

import pytest

from transforms.parse import parse_page
from transforms.records import Document, Page

PAGES = sorted((Path(__file__).parents[2] / "pages").glob("*/*.html"))
ODD = (b"\x00", b"<", b">", b"\xff", b"&#0;", b"</div>", b"<table>", b'"', b"<!--", b"\xc3", b"<script>", b"&#xD800;", b"<br>", b"{")


@pytest.mark.parametrize("path", PAGES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_mutated_page(path: Path) -> None:
    body = path.read_bytes()
    dice = random.Random(path.stem)
    for _ in range(15):
        changed = bytearray(body)
        for _ in range(dice.randint(1, 12)):
            at = dice.randrange(len(changed) + 1)
            match dice.randrange(3):
                case 0:
                    changed[at:at] = dice.choice(ODD)
                case 1:
                    del changed[at : at + dice.randrange(200)]
                case _:
                    changed[at:at] = changed[at : at + dice.randrange(300)]
        raw = bytes(changed)
        fetched = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        result = parse_page(Page(url="https://a.example/b", body=raw, raw_sha256=hashlib.sha256(raw).hexdigest(), fetched_at=fetched))
        if isinstance(result, Document):
            assert "\n\n".join(result.body_text[b.start : b.end] for b in result.blocks) == result.body_text
            assert "\x00" not in result.body_text
        else:
            assert result.expectation
            assert result.reason
