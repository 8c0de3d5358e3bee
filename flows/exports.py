"""A snapshot → tables of another format, for engines that want those: one function each, behind an extra of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.snapshots import read_manifest
from presslake.errors import ConfigError, PublishError

_NOTE = "presslake.snapshot_id"


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did with one table."""

    table: str
    version: int
    """Of the Delta table."""
    rows: int
    written: bool
    """False: it holds this snapshot's rows already."""


def export_delta(folder: Path, target: Path) -> list[Exported]:
    """Write every table of the snapshot ``folder`` as a Delta Lake table ``<target>/<table>``; each snapshot becomes one version of it.

    A table whose files have not changed since its last version gets none. Readers of a table see the version before or the new one; the tables
    follow each other, so read all of them by the ``snapshot_id`` of each version where they must agree. Raises PublishError with the remedy.
    """
    try:
        import deltalake
    except ImportError as e:
        raise ConfigError("an export to Delta Lake needs an extra: pip install 'presslake[delta]'") from e
    try:
        manifest = read_manifest(folder)
        target.mkdir(parents=True, exist_ok=True)
        return [_write_delta(deltalake, folder, target / table, table, manifest["snapshot_id"], facts) for table, facts in manifest["tables"].items()]
    except (OSError, ValueError) as e:
        remedy = "check that the folder can be written and holds nothing else, then export again"
        raise PublishError(f"{target}: {str(e).splitlines()[0] if str(e) else type(e).__name__}; {remedy}; the snapshot stands") from e
    except deltalake.exceptions.DeltaError as e:
        raise PublishError(f"{target}: {str(e).splitlines()[0]}; remove the folder, export again, and every table is written anew") from e


def _write_delta(deltalake: Any, folder: Path, place: Path, table: str, snapshot_id: str, facts: Mapping[str, Any]) -> Exported:
    import pyarrow.dataset as ds

    content = " ".join(sorted(f["content"] for f in facts["files"]))
    is_there = deltalake.DeltaTable.is_deltatable(str(place))
    if is_there:
        known = deltalake.DeltaTable(str(place))
        last = known.history(1)[0]
        if last.get("presslake.content") == content:
            return Exported(table, known.version(), facts["rows"], False)
    rows = ds.dataset([str(folder / f["path"]) for f in facts["files"]]).scanner(batch_size=20_000).to_reader()
    notes = {_NOTE: snapshot_id, "presslake.content": content}
    deltalake.write_deltalake(
        str(place),
        rows,
        mode="overwrite",
        schema_mode="overwrite" if is_there else None,
        name=table,
        description=facts["meaning"].splitlines()[0] if facts["meaning"] else None,
        commit_properties=deltalake.CommitProperties(custom_metadata=notes),
    )
    return Exported(table, deltalake.DeltaTable(str(place)).version(), facts["rows"], True)
