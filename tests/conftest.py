"""Isolation for every test: no configuration of the machine leaks in."""

import os

import pytest


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for key in list(os.environ):
        if key.startswith("PRESSLAKE_"):
            monkeypatch.delenv(key)
