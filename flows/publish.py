"""DuckDB → Parquet snapshot: written aside, read back, fsynced, renamed; then the pointer ``latest.json``, last.

A reader resolves ``latest.json`` once and then sees one whole snapshot. A kill at any moment leaves the old pointer or the new one, and at most a
folder aside, which the next publish sweeps away. The id of a snapshot is the hash of its content: an unchanged warehouse publishes nothing.
"""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from flows.consumers import write_consumer_files
from flows.delta import Change, count_changes, write_deltas
from flows.manifest import Manifest, as_json, code_version, data_package, table_facts, text_hash
from flows.rights import settle_rights
from flows.snapshotfiles import Part, file_hash, find_parts, fsync, part_of_file, write_part, write_whole
from flows.snapshots import ASIDE, POINTER, Pointer, read_manifest, read_pointer, snapshots_dir
from flows.snapshots import retain as retain
from flows.warehouse import Connection, upsert
from presslake import schema
from presslake.errors import PublishError

Report = Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class PublishResult:
    """What a publish did."""

    snapshot_id: str
    path: Path
    """The snapshot's folder."""
    published: bool
    """False: the warehouse has not changed since it was published."""
    changes: dict[str, Change]
    """Per table against the previous snapshot."""
    removed: tuple[str, ...] = ()
    """Snapshots that were too old to keep."""
    warnings: tuple[str, ...] = ()


def publish(
    con: Connection,
    data_dir: Path,
    run_id: str,
    *,
    keep: int = 30,
    force: bool = False,
    rights: Mapping[str, str] | None = None,
    report: Report | None = None,
    now: dt.datetime | None = None,
) -> PublishResult:
    """Publish the warehouse ``con`` as a snapshot under ``<data_dir>/snapshots``, unless its content is that of the last one (or ``force``).

    ``rights`` says per source what of its text may leave the house (metadata, excerpt, full_text), before the table ``sources``; else excerpt.
    ``report`` writes ``report.html`` (and ``explorer.html``, where wanted) into the folder it is given;
    if it fails, the snapshot is published without one and says so.
    Raises PublishError with the remedy; the last snapshot stands then.
    """
    root = snapshots_dir(data_dir)
    now = now or dt.datetime.now(dt.UTC)
    with _reported(root):
        root.mkdir(parents=True, exist_ok=True)
        sweep_aside(root)
        settle_rights(con, rights or {})
        parts = find_parts(con)
        content = content_id(parts)
        latest = read_pointer(root)
        if latest and not force and latest.snapshot_id.split(".")[0] == content and _stands(root, latest):
            _note(con, root, latest)
            return PublishResult(latest.snapshot_id, root / latest.path, False, {t: Change(0, 0, 0) for t in schema.PUBLIC_TABLES})
        snapshot_id = _free_id(root, content, force)
        previous = latest if latest and (root / latest.path).is_dir() else None
        aside = root / f"{ASIDE}{snapshot_id}-{os.getpid()}"
        try:
            manifest, warnings = _write(con, aside, root, parts, snapshot_id, run_id, previous, now, report)
            _replace_folder(aside, root / snapshot_id)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
        pointer = Pointer(snapshot_id, snapshot_id, schema.SCHEMA_VERSION, file_hash(root / snapshot_id / "manifest.json"))
        write_whole(root / POINTER, as_json(pointer.as_dict()))
        _note(con, root, pointer)
        removed = retain(root, keep)
    changes = {t: Change(**facts["changes"]) for t, facts in manifest["tables"].items()}
    return PublishResult(snapshot_id, root / snapshot_id, True, changes, removed, tuple(warnings))


def is_published(con: Connection, data_dir: Path) -> bool:
    """Whether the warehouse holds exactly what this version of presslake published last: then it was checked, too."""
    root = snapshots_dir(data_dir)
    latest = read_pointer(root)
    if latest is None or not _stands(root, latest) or read_manifest(root / latest.path).get("code_version") != code_version():
        return False
    settle_rights(con, {})
    return latest.snapshot_id.split(".")[0] == content_id(find_parts(con))


def content_id(parts: Sequence[Part]) -> str:
    """Id of a snapshot: hash over the content of all parts."""
    text = "\n".join(f"{p.table}\x1f{p.name}\x1f{p.content}" for p in sorted(parts))
    return "snp_" + hashlib.sha256(f"{schema.SCHEMA_VERSION}\n{text}".encode()).hexdigest()[:20]


def sweep_aside(root: Path) -> int:
    """Delete what publishes left aside when they were killed; return how many folders and files."""
    left = [*root.glob(f"{ASIDE}*"), *root.glob(".trash-*"), *root.glob(".*.tmp")]
    for path in left:
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    return len(left)


@contextmanager
def _reported(root: Path) -> Iterator[None]:
    """Turn what a disk says into a PublishError with the way out."""
    try:
        yield
    except OSError as e:
        stands = "the last snapshot stands"
        if e.errno in (errno.ENOSPC, errno.EDQUOT):
            raise PublishError(f"{root}: the disk is full; make room (`presslake snapshots` shows what can go) and publish again; {stands}") from e
        if e.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise PublishError(f"{root}: may not be written ({e.strerror}); check the permissions of the folder; {stands}") from e
        raise PublishError(f"{root}: {e.strerror or e}; {stands}") from e
    except duckdb.IOException as e:  # its own words for what a disk says
        said = str(e).strip().splitlines()[0]
        raise PublishError(f"{root}: {said}; make room on the disk or check the permissions, and publish again; the last snapshot stands") from e


def _stands(root: Path, pointer: Pointer) -> bool:
    """The snapshot that the pointer names is there, with the manifest it promises and every file in its size."""
    try:
        if file_hash(root / pointer.path / "manifest.json") != pointer.manifest_sha256:
            return False
        manifest = read_manifest(root / pointer.path)
        return all((root / pointer.path / f["path"]).stat().st_size == f["bytes"] for t in manifest["tables"].values() for f in t["files"])
    except (OSError, ValueError, KeyError):
        return False


def _free_id(root: Path, content: str, force: bool) -> str:
    """The content's id; with a number where that folder is taken and a new one was asked for or it is damaged."""
    if not (root / content).exists():
        return content
    if not force:
        manifest = root / content / "manifest.json"
        if manifest.exists() and _stands(root, Pointer(content, content, schema.SCHEMA_VERSION, file_hash(manifest))):
            return content
    number = 2
    while (root / f"{content}.{number}").exists():
        number += 1
    return f"{content}.{number}"


def _replace_folder(aside: Path, final: Path) -> None:
    if final.exists():  # published before, whole: a warehouse that went back to an earlier state
        shutil.rmtree(aside)
    else:
        aside.rename(final)
    fsync(final.parent)


def _write(
    con: Connection,
    aside: Path,
    root: Path,
    parts: Sequence[Part],
    snapshot_id: str,
    run_id: str,
    previous: Pointer | None,
    now: dt.datetime,
    report: Report | None,
) -> tuple[Manifest, list[str]]:
    """The whole snapshot into ``aside``, verified and on the disk."""
    if aside.exists():
        shutil.rmtree(aside)
    aside.mkdir(parents=True)
    before = _previous_files(root, previous)
    files: dict[str, list[dict[str, Any]]] = {t: [] for t in schema.PUBLIC_TABLES}
    for part in parts:
        files[part.table].append(_place(con, part, aside, root, before))
    changes = count_changes(con, parts, before, root)
    deltas = write_deltas(con, aside, changes)
    warnings: list[str] = []
    manifest: Manifest = {
        "snapshot_id": snapshot_id,
        "schema_version": schema.SCHEMA_VERSION,
        "created_at": now,
        "run_id": run_id,
        "code_version": code_version(),
        "previous_snapshot_id": previous.snapshot_id if previous else None,
        "tables": {t: table_facts(t, files[t]) | {"changes": changes[t].as_dict(), "delta": deltas.get(t)} for t in schema.PUBLIC_TABLES},
        "rights": _rights(con),
        "expectation_results": _expectation_results(con, run_id),
        "consumer_files": write_consumer_files(aside, files),
    }
    _write_json(aside / "manifest.json", manifest)  # the report reads it
    if report:
        try:
            report(aside)
            path = aside / "report.html"
            fsync(path)
            manifest["report"] = {"path": "report.html", "bytes": path.stat().st_size, "sha256": file_hash(path)}
        except Exception as e:
            warnings.append(f"the report could not be written: {type(e).__name__}: {e}")
            for name in ("report.html", "explorer.html"):
                (aside / name).unlink(missing_ok=True)
            manifest["report"] = None
    _write_json(aside / "datapackage.json", data_package(json.loads(as_json(manifest))))
    manifest["datapackage_sha256"] = file_hash(aside / "datapackage.json")
    _write_json(aside / "manifest.json", manifest)
    for folder in (*(p for p in aside.iterdir() if p.is_dir()), aside):
        fsync(folder)
    return manifest, warnings


def _write_json(path: Path, value: Any) -> None:
    with path.open("w", encoding="utf-8") as f:
        f.write(as_json(value))
        f.flush()
        os.fsync(f.fileno())


def _previous_files(root: Path, previous: Pointer | None) -> dict[str, dict[str, Any]]:
    """Content hash → file facts of the previous snapshot, with its folder."""
    if previous is None:
        return {}
    try:
        manifest = read_manifest(root / previous.path)
    except (OSError, ValueError):
        return {}
    if manifest.get("schema_version") != schema.SCHEMA_VERSION:
        return {}
    return {f["content"]: f | {"table": t, "folder": previous.path} for t, facts in manifest["tables"].items() for f in facts["files"]}


def _place(con: Connection, part: Part, aside: Path, root: Path, before: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The part's file: linked from the previous snapshot where it is the same and intact, else written and read back."""
    target = aside / part.path
    target.parent.mkdir(parents=True, exist_ok=True)
    known = before.get(part.content)
    if known:
        source = root / known["folder"] / known["path"]
        if source.exists() and source.stat().st_size == known["bytes"] and file_hash(source) == known["sha256"]:
            _link(source, target)
            return _facts(part, known["bytes"], known["sha256"])
    write_part(con, part, target)
    if part_of_file(con, part.table, target) != (part.rows, part.content):
        raise PublishError(f"{target.name}: what was written is not what was read back; check the disk and publish again, the last snapshot stands")
    return _facts(part, target.stat().st_size, file_hash(target))


def _facts(part: Part, size: int, sha256: str) -> dict[str, Any]:
    return {"path": part.path, "rows": part.rows, "bytes": size, "sha256": sha256, "content": part.content, "part": part.name}


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        shutil.copyfile(source, target)
        fsync(target)


def _rights(con: Connection) -> dict[str, dict[str, Any]]:
    """Per source what of its text the snapshot carries."""
    rows = con.execute("""
        SELECT a.source_id, coalesce(any_value(s.rights), 'excerpt'), count(*), count(*) FILTER (a.tdm_reserved)
        FROM articles a LEFT JOIN _rights s USING (source_id) GROUP BY 1 ORDER BY 1""").fetchall()
    return {source: {"rights": rights, "articles": n, "tdm_reserved": reserved} for source, rights, n, reserved in rows}


def _expectation_results(con: Connection, run_id: str) -> list[dict[str, Any]]:
    rows = con.execute(
        """SELECT table_name, expectation, severity, is_success, unexpected_count, detail FROM expectation_results
        WHERE run_id = ? ORDER BY is_success, table_name, expectation""",
        [run_id],
    ).fetchall()
    names = ("table_name", "expectation", "severity", "is_success", "unexpected_count", "detail")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _note(con: Connection, root: Path, pointer: Pointer) -> None:
    """The row in ``snapshots``; also where an earlier publish was killed before it could write it."""
    known = con.execute("SELECT manifest_sha256 FROM snapshots WHERE snapshot_id = ?", [pointer.snapshot_id]).fetchone()
    if known == (pointer.manifest_sha256,):
        return
    manifest = read_manifest(root / pointer.path)
    upsert(
        con,
        "snapshots",
        [
            schema.Snapshot(
                snapshot_id=pointer.snapshot_id,
                path=pointer.path,
                schema_version=pointer.schema_version,
                created_at=dt.datetime.fromisoformat(manifest["created_at"]),
                run_id=manifest["run_id"],
                previous_snapshot_id=manifest["previous_snapshot_id"],
                manifest_sha256=pointer.manifest_sha256,
            )
        ],
    )


__all__ = ["Change", "PublishResult", "publish", "text_hash"]
