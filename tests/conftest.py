"""Isolation for every test: no configuration of the machine leaks in; and a small press of our own."""

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for key in list(os.environ):
        if key.startswith("PRESSLAKE_"):
            monkeypatch.delenv(key)


@pytest.fixture
def unconfigured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, on an account that has never configured the flow engine."""
    for key in ("PREFECT_API_URL", "PREFECT_PROFILE", "PREFECT_PROFILES_PATH", "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE"):
        monkeypatch.delenv(key, raising=False)
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def synthetic() -> ModuleType:
    """``tests/flows/synthetic.py``: makes presses and writes them as snapshots. Tests have no packages to import it from."""
    spec = importlib.util.spec_from_file_location("synthetic_press", Path(__file__).parent / "flows" / "synthetic.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def snapshot(synthetic: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot of 60 articles. Tests read it and never write to it."""
    return synthetic.write_snapshot(tmp_path_factory.mktemp("snapshot"), synthetic.press())
