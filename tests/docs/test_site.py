"""The documents build without a broken link, need no network to be read, and their reference is what the code says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from flows.reference import pages

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_every_document_is_a_page(site):
    written = {p.relative_to(ROOT / "docs").with_suffix(".html") for p in (ROOT / "docs").rglob("*.md")}
    assert {p for p in written if not (site / p).is_file()} == set()


def test_a_page_loads_nothing_from_the_network(site):
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        loaded = re.findall(r"<(?:script|img|iframe)[^>]+src=[\"']?(?:https?:)?//", text) + re.findall(
            r"<link[^>]+stylesheet[^>]+href=[\"']?(?:https?:)?//", text
        )
        assert loaded == [], page
        assert "mermaid" not in text, f"{page}: its diagrams would be drawn by a script from the network"


@pytest.mark.parametrize("name", sorted(pages()))
def test_reference_is_what_the_code_says(name):
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == pages()[name], "run: make docs"
