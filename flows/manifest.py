"""``manifest.json`` and ``datapackage.json`` of a snapshot: what is in it, what it means, where it came from, how to check it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from decimal import Decimal
from typing import Any

from presslake import __version__, schema

Manifest = dict[str, Any]


def table_facts(table: str, files: list[dict[str, Any]]) -> dict[str, Any]:
    """What a manifest says of one table."""
    columns = schema.columns(table)
    target = schema.arrow_schema(table, published=True)
    return {
        "meaning": (schema.PUBLIC_TABLES[table].__doc__ or "").strip(),
        "primary_key": list(schema.primary_key(table)),
        "foreign_keys": [{"column": c.name, "references": c.col.ref} for c in columns if c.col.ref],
        "rows": sum(f["rows"] for f in files),
        "columns": [
            {
                "name": c.name,
                "type": str(f.type),
                "nullable": f.nullable,
                "meaning": c.col.meaning,
                **({"values": list(c.allowed)} if c.allowed else {}),
                **({"may_be_withheld": True} if c.col.withheld else {}),
            }
            for c, f in zip(columns, target, strict=True)
        ],
        "files": files,
    }


def as_json(value: Any) -> str:
    """Readable, with sorted keys where their order means nothing to a reader."""
    return json.dumps(value, ensure_ascii=False, indent=1, default=_plain) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    return str(value)


def text_hash(text: str) -> str:
    """SHA-256 of a text as written to disk."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


_FRICTIONLESS = {str: "string", int: "integer", float: "number", bool: "boolean", Decimal: "number", dt.datetime: "datetime", dt.date: "date"}


def data_package(manifest: Manifest) -> dict[str, Any]:
    """A Frictionless data package of the same files, for tools that read that."""
    resources = []
    for table, facts in manifest["tables"].items():
        fields = []
        for c, described in zip(schema.columns(table), facts["columns"], strict=True):
            kind = "array" if c.is_list else _FRICTIONLESS.get(c.python_type, "string")
            constraints: dict[str, Any] = {"required": True} if not described["nullable"] else {}
            if c.allowed and not c.is_list:
                constraints["enum"] = list(c.allowed)
            fields.append({"name": c.name, "type": kind, "description": c.col.meaning, **({"constraints": constraints} if constraints else {})})
        keys = [_foreign_key(k["column"], k["references"], table) for k in facts["foreign_keys"]]
        paths = [f["path"] for f in facts["files"]]
        resources.append(
            {
                "name": table.replace("_", "-"),
                "path": paths[0] if len(paths) == 1 else paths,
                "format": "parquet",
                "mediatype": "application/vnd.apache.parquet",
                "bytes": sum(f["bytes"] for f in facts["files"]),
                **({"hash": f"sha256:{facts['files'][0]['sha256']}"} if len(paths) == 1 else {}),
                "schema": {"fields": fields, "primaryKey": facts["primary_key"], **({"foreignKeys": keys} if keys else {})},
            }
        )
    return {
        "name": "presslake",
        "id": manifest["snapshot_id"],
        "title": "Press coverage of social platforms as traceable claims",
        "version": manifest["schema_version"],
        "created": manifest["created_at"],
        "resources": resources,
    }


def _foreign_key(column: str, references: str, table: str) -> dict[str, Any]:
    other, key = references.split(".")
    return {"fields": column, "reference": {"resource": "" if other == table else other.replace("_", "-"), "fields": key}}


def code_version() -> str:
    """Version of presslake that writes."""
    return __version__
