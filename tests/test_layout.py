"""The house keeps its shape: names resolve here, generated documents are fresh, imports point one way."""

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from presslake.schema import markdown

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("name", ["presslake", "flows", "transforms", "expectations"])
def test_package_names_resolve_to_this_repository(name):
    assert ROOT in Path(importlib.import_module(name).__file__).resolve().parents


def test_documented_tables_are_those_of_the_schema():
    assert (ROOT / "docs/tables.md").read_text("utf-8") == markdown(), "run: make docs"


def test_no_file_names_a_package_registry_host():
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    hosts = re.compile(rb"pypi\.org|python" + rb"hosted\.org|registry\.npm" + rb"js|deb\.debian\." + rb"org")
    found = [f for f in files if f and (ROOT / f).is_file() and hosts.search((ROOT / f).read_bytes())]
    assert [f for f in found if f != "tests/test_layout.py"] == []


def test_help_answers_without_the_heavy_libraries():
    heavy = ("prefect", "great_expectations", "duckdb", "lxml", "numpy", "pyarrow")
    code = f"import sys; import flows.cli; print([m for m in {heavy} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"
