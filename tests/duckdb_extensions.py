"""Extensions of DuckDB from their Python packages, installed where DuckDB looks for them: what ``INSTALL`` would download."""

from __future__ import annotations

import importlib
from pathlib import Path

import duckdb
import pytest


def install(names: tuple[str, ...], home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install the extensions ``names`` for everybody whose home is ``home``, as everybody's is from now on."""
    home.mkdir(exist_ok=True)
    monkeypatch.setenv("HOME", str(home))
    with duckdb.connect() as con:
        for name in names:
            package = importlib.import_module(f"duckdb_extension_{name}")
            con.execute(f"INSTALL '{next(Path(str(package.__file__)).parent.rglob('*.duckdb_extension'))}'")
