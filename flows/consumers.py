"""Files of a snapshot for those who read it: ``views.sql`` and ``snapshot.duckdb``, which show its Parquet under the names of the cookbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flows.snapshotfiles import file_hash, fsync
from presslake.views import snapshot_sql, write_database


def write_consumer_files(folder: Path, files: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """Write them into the snapshot ``folder``, which holds the Parquet ``files`` per table already; returns what the manifest says of them."""
    sql = snapshot_sql({table: [str(f["path"]) for f in found] for table, found in files.items()})
    (folder / "views.sql").write_text(sql, encoding="utf-8")
    write_database(folder / "snapshot.duckdb", folder, sql)
    out = []
    for name in ("views.sql", "snapshot.duckdb"):
        fsync(folder / name)
        out.append({"path": name, "bytes": (folder / name).stat().st_size, "sha256": file_hash(folder / name)})
    return out
