"""The notebook of ``examples/`` runs on a snapshot and finds what is in it."""

import json
import runpy
from pathlib import Path

import pytest

from presslake.views import snapshot_sql

NOTEBOOK = Path(__file__).parents[2] / "examples" / "notebook.py"


@pytest.fixture
def snapshots(snapshot, tmp_path):
    folder = tmp_path / "snp_test"
    folder.mkdir()
    tables = {d.name: [f"{d.name}/{f.name}" for f in sorted(d.glob("*.parquet"))] for d in snapshot.iterdir() if d.is_dir()}
    for name in tables:
        (folder / name).symlink_to(snapshot / name)
    (folder / "views.sql").write_text(snapshot_sql({t: files for t, files in tables.items() if files}), encoding="utf-8")
    (tmp_path / "latest.json").write_text(json.dumps({"path": folder.name}), encoding="utf-8")
    return tmp_path


def test_notebook_shows_who_is_heard_and_where(snapshots, monkeypatch):
    monkeypatch.setenv("PRESSLAKE_SNAPSHOTS", str(snapshots))
    _, found = runpy.run_path(str(NOTEBOOK))["app"].run()
    counts = [claims for _, claims, _ in found["voices"]]
    assert len(counts) == 10
    assert counts == sorted(counts, reverse=True)
    assert dict(found["platforms"])["tiktok"] > 0
    assert all(speaker for _, _, speaker, _ in found["newest"])
