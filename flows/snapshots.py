"""Snapshots that are there: list, compare, verify, go back, keep only so many. Reads Parquet and JSON, never the warehouse."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from flows.manifest import Manifest, as_json
from flows.snapshotfiles import file_hash, part_of_file, write_whole
from flows.warehouse import memory
from presslake import schema
from presslake.errors import PublishError

POINTER = "latest.json"
ASIDE = ".writing-"
"""Prefix of a folder that a publish is still writing."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """What ``latest.json`` says."""

    snapshot_id: str
    path: str
    """Relative to the folder of ``latest.json``."""
    schema_version: str
    manifest_sha256: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class SnapshotInfo:
    """One snapshot on disk."""

    snapshot_id: str
    path: Path
    created_at: str
    run_id: str
    schema_version: str
    rows: dict[str, int]
    byte_count: int
    is_latest: bool


def snapshots_dir(data_dir: Path) -> Path:
    """Where snapshots are."""
    return data_dir / "snapshots"


def read_pointer(root: Path) -> Pointer | None:
    """The pointer, or None where nothing was published yet. Raises PublishError for a damaged one."""
    path = root / POINTER
    try:
        return Pointer(**{k: str(v) for k, v in json.loads(path.read_text(encoding="utf-8")).items()})
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, AttributeError) as e:
        raise PublishError(f"{path}: damaged; `presslake snapshots rollback <id>` writes it anew, `presslake snapshots list` shows the ids") from e


def read_manifest(folder: Path) -> Manifest:
    """``manifest.json`` of the snapshot in ``folder``."""
    manifest: Any = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    if not isinstance(manifest, dict) or "tables" not in manifest:
        raise ValueError(f"{folder / 'manifest.json'}: not a manifest")
    return manifest


def list_snapshots(data_dir: Path) -> list[SnapshotInfo]:
    """All whole snapshots, newest first; a folder whose manifest cannot be read is passed over."""
    root = snapshots_dir(data_dir)
    try:
        latest = read_pointer(root)
    except PublishError:
        latest = None
    found = []
    for folder in root.glob("snp_*"):
        try:
            m = read_manifest(folder)
            tables = m["tables"]
            found.append(
                SnapshotInfo(
                    snapshot_id=m["snapshot_id"],
                    path=folder,
                    created_at=m["created_at"],
                    run_id=m["run_id"],
                    schema_version=m["schema_version"],
                    rows={t: facts["rows"] for t, facts in tables.items()},
                    byte_count=sum(f["bytes"] for facts in tables.values() for f in facts["files"]),
                    is_latest=latest is not None and latest.path == folder.name,
                )
            )
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return sorted(found, key=lambda s: (s.created_at, s.snapshot_id), reverse=True)


def find_snapshot(data_dir: Path, snapshot_id: str) -> Path:
    """Folder of a snapshot by id, the first letters of one, or ``latest``. Raises PublishError where it is not there or not clear."""
    root = snapshots_dir(data_dir)
    if snapshot_id == "latest":
        pointer = read_pointer(root)
        if pointer is None:
            raise PublishError(f"{root}: nothing was published yet; `presslake run` or `presslake publish` does")
        return root / pointer.path
    hits = [s for s in list_snapshots(data_dir) if s.snapshot_id == snapshot_id] or [
        s for s in list_snapshots(data_dir) if s.snapshot_id.removeprefix("snp_").startswith(snapshot_id.removeprefix("snp_"))
    ]
    if len(hits) != 1:
        what = "no snapshot" if not hits else f"{len(hits)} snapshots"
        raise PublishError(f"{root}: {what} called {snapshot_id!r}; `presslake snapshots list` shows the ids")
    return hits[0].path


def verify_snapshot(folder: Path, *, deep: bool = True) -> list[str]:
    """What is wrong with the snapshot in ``folder``, in words; nothing where it is whole. ``deep`` also reads every row back."""
    try:
        manifest = read_manifest(folder)
    except (OSError, ValueError) as e:
        return [f"manifest.json cannot be read: {e}"]
    problems = []
    listed = {"manifest.json", "datapackage.json", "report.html", "explorer.html"}
    con = memory()
    try:
        for table, facts in manifest["tables"].items():
            files = [*facts["files"], *([facts["delta"]] if facts.get("delta") else [])]
            for f in files:
                listed.add(f["path"])
                problem = _problem(folder / f["path"], f)
                is_comparable = deep and "content" in f and manifest["schema_version"] == schema.SCHEMA_VERSION
                if problem is None and is_comparable and part_of_file(con, table, folder / f["path"]) != (f["rows"], f["content"]):
                    problem = "its rows are not those that were published"
                if problem:
                    problems.append(f"{f['path']}: {problem}")
    finally:
        con.close()
    for f in manifest.get("consumer_files", ()):
        listed.add(f["path"])
        if problem := _problem(folder / f["path"], f):
            problems.append(f"{f['path']}: {problem}")
    report = manifest.get("report")
    if report and (problem := _problem(folder / report["path"], report)):
        problems.append(f"{report['path']}: {problem}")
    if "datapackage_sha256" in manifest and _hash_or_none(folder / "datapackage.json") != manifest["datapackage_sha256"]:
        problems.append("datapackage.json: is missing or was changed")
    strays = sorted({str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()} - listed)
    return problems + [f"{p}: does not belong to the snapshot" for p in strays]


def _problem(path: Path, facts: dict[str, Any]) -> str | None:
    if not path.is_file():
        return "is missing"
    if path.stat().st_size != facts["bytes"]:
        return f"has {path.stat().st_size} bytes instead of {facts['bytes']}"
    return None if file_hash(path) == facts["sha256"] else "was changed (another SHA-256)"


def _hash_or_none(path: Path) -> str | None:
    return file_hash(path) if path.is_file() else None


def rollback(data_dir: Path, snapshot_id: str) -> Pointer:
    """Point ``latest.json`` at an earlier snapshot, after verifying it. The warehouse is not changed: the next publish goes forward again.

    Raises PublishError where the snapshot is not there or not whole.
    """
    folder = find_snapshot(data_dir, snapshot_id)
    problems = verify_snapshot(folder)
    if problems:
        raise PublishError(f"{folder}: not whole, so latest.json stays as it is: {'; '.join(problems[:3])}; choose another snapshot")
    manifest = read_manifest(folder)
    pointer = Pointer(manifest["snapshot_id"], folder.name, manifest["schema_version"], file_hash(folder / "manifest.json"))
    write_whole(snapshots_dir(data_dir) / POINTER, as_json(pointer.as_dict()))
    return pointer


def retain(root: Path, keep: int) -> tuple[str, ...]:
    """Delete all but the ``keep`` newest snapshots and the one that ``latest.json`` names; returns the ids of those that went."""
    snapshots = list_snapshots(root.parent)
    gone = [s for s in snapshots[max(keep, 1) :] if not s.is_latest]
    for s in gone:
        trash = root / f".trash-{s.path.name}"
        s.path.rename(trash)  # gone at once for whoever lists, then slowly from the disk
        shutil.rmtree(trash, ignore_errors=True)
    return tuple(s.snapshot_id for s in gone)
