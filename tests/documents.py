"""What the documents show: their blocks by language, and the command lines in blocks of shell."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SHELL = ("bash", "sh", "console")


def blocks(*languages: str) -> list[tuple[str, str]]:
    """(document, text) of every block in one of the languages, in the order of the documents."""
    found = []
    for page in PAGES:
        found += [(str(page.relative_to(ROOT)), text) for language, text in BLOCK.findall(page.read_text(encoding="utf-8")) if language in languages]
    return found


def lines(block: str) -> list[str]:
    """Command lines of a block of shell, without comments; a quotation mark that is open at the end of a line goes on in the next."""
    found, pending = [], ""
    for line in block.replace("\\\n", " ").splitlines():
        pending = f"{pending}\n{line}" if pending else line
        try:
            words = shlex.split(pending, comments=True)
        except ValueError:
            continue
        if words:
            found.append(re.sub(r"\s+#\s[^\n]*$", "", pending).strip())
        pending = ""
    assert not pending, f"a quotation mark stays open: {pending}"
    return found


def command_lines() -> list[tuple[str, str]]:
    """(document, line) of every line of shell that the documents show."""
    return [(document, line) for document, block in blocks(*SHELL) for line in lines(block)]


def program(line: str) -> str:
    """What a line calls, without its folder."""
    return Path(shlex.split(line)[0]).name


def inline(first: str) -> list[tuple[str, str]]:
    """(document, code) of every code span in running text that begins with the word ``first`` and goes on."""
    found = []
    for page in PAGES:
        text = BLOCK.sub("", page.read_text(encoding="utf-8"))
        codes = {" ".join(code.split()) for code in re.findall(rf"`({first} [^`]+)`", text)}
        found += [(str(page.relative_to(ROOT)), code) for code in sorted(codes)]
    return found
