"""A published snapshot → an S3-compatible object store: its files first, each read back; the pointer ``latest.json`` last, by compare-and-swap.

The store shows the same layout as ``<data-dir>/snapshots``. No object of a snapshot is ever overwritten: a snapshot is whole there or nothing
names it. A kill leaves objects that nothing points to; the next publish completes them. Credentials come from where every AWS client
looks (environment, profile, instance role); no message shows them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.manifest import Manifest, as_json
from flows.s3 import make_client, require, split_url
from flows.snapshotfiles import file_hash
from flows.snapshots import POINTER, Pointer, read_manifest
from presslake.errors import PublishError

_HASH = "presslake-sha256"
_THREADS = 8
_MISSING = frozenset({"404", "NoSuchKey", "NotFound"})
_TAKEN = frozenset({"412", "PreconditionFailed", "409", "ConditionalRequestConflict"})
_REFUSED = frozenset({"403", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken"})


CLAIMS = "claims/"
"""An object per snapshot id, written before its files: which manifest will stand there. So two houses that begin at one moment never mix theirs."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a publish to an object store did."""

    url: str
    """Of the snapshot."""
    moved: bool
    """False: the pointer named it already."""
    uploaded: int
    """Files whose bytes were sent."""
    copied: int
    """Files that the store copied from the previous snapshot."""
    removed: tuple[str, ...] = ()
    """Snapshots that were too old to keep."""


def publish_to_s3(folder: Path, target: str, *, endpoint: str | None = None, keep: int = 30) -> Sent:
    """Bring the local snapshot ``folder`` to ``target`` (``s3://bucket/prefix``) and let its ``latest.json`` name it.

    Does nothing where it is named already. Raises PublishError with the remedy; what the pointer named before then stands.
    """
    store = _Store(target, endpoint)
    with store.explained():
        found = store.read(POINTER)
        before = _pointer(store, found[0]) if found else None
        manifest_hash = file_hash(folder / "manifest.json")
        if before and before.manifest_sha256 == manifest_hash:
            return Sent(f"{store.url}/{before.path}", False, 0, 0)
        place = _place(store, folder, manifest_hash)
        uploaded, copied = _send_files(store, folder, place, _known_files(store, before))
        if not store.put_new(f"{place}/manifest.json", folder / "manifest.json"):
            _must_be(store, f"{place}/manifest.json", manifest_hash)
        manifest = read_manifest(folder)
        pointer = Pointer(manifest["snapshot_id"], place, manifest["schema_version"], manifest_hash)
        if not store.swap(POINTER, as_json(pointer.as_dict()), found[1] if found else None):
            raise PublishError(
                f"{store.url}/{POINTER}: another publisher moved it meanwhile, so it stays as that one left it; "
                "let one house publish to one target, or run `presslake publish` again if yours is the newer one"
            )
        removed = _retain(store, keep, place)
    return Sent(f"{store.url}/{place}", True, uploaded, copied, removed)


def _pointer(store: _Store, text: bytes) -> Pointer:
    try:
        return Pointer(**{k: str(v) for k, v in json.loads(text).items()})
    except (ValueError, TypeError, AttributeError) as e:
        raise PublishError(f"{store.url}/{POINTER}: damaged; remove the object and run `presslake publish`, which writes it anew") from e


def _place(store: _Store, folder: Path, manifest_hash: str) -> str:
    """Where the snapshot goes: under its id, or beside where another house (or a forced publish) put other bytes under it."""
    own = f"{folder.name}-{manifest_hash[:8]}"
    for name in ("manifest.json", "datapackage.json", "snapshot.duckdb", "report.html", "explorer.html"):
        path = folder / name
        if path.is_file() and store.hash_of(f"{folder.name}/{name}") not in (None, file_hash(path)):
            return own
    return folder.name if store.swap(f"{CLAIMS}{folder.name}", manifest_hash, None) else own


def _known_files(store: _Store, before: Pointer | None) -> dict[str, str]:
    """SHA-256 → key of the files of the snapshot that the pointer names."""
    found = store.read(f"{before.path}/manifest.json") if before else None
    if not before or not found:
        return {}
    try:
        manifest: Manifest = json.loads(found[0])
        return {f["sha256"]: f"{before.path}/{f['path']}" for facts in manifest["tables"].values() for f in facts["files"]}
    except (ValueError, KeyError, TypeError):
        return {}


def _send_files(store: _Store, folder: Path, place: str, known: Mapping[str, str]) -> tuple[int, int]:
    """Every file but the manifest: there already, copied within the store, or uploaded and read back. Counts the uploaded and the copied."""

    def send(path: Path) -> str:
        key, sha256 = f"{place}/{path.relative_to(folder).as_posix()}", file_hash(path)
        if store.is_there(key, sha256, path.stat().st_size):
            return "there"
        source = known.get(sha256)
        if source and store.copy(source, key, sha256, path.stat().st_size):
            return "copied"
        store.put_new(key, path)
        _must_be(store, key, sha256)
        return "uploaded"

    paths = sorted(p for p in folder.rglob("*") if p.is_file() and p != folder / "manifest.json")
    with ThreadPoolExecutor(_THREADS) as pool:
        done = list(pool.map(send, paths))
    return done.count("uploaded"), done.count("copied")


def _must_be(store: _Store, key: str, sha256: str) -> None:
    if store.content_hash(key) != sha256:
        raise PublishError(f"{store.url}/{key}: what was read back is not what was sent; remove the object and run `presslake publish` again")


def _retain(store: _Store, keep: int, current: str) -> tuple[str, ...]:
    """Delete whole snapshots beyond the ``keep`` newest, the manifest first, so that nobody takes the rest for a snapshot."""
    whole = sorted(((when, key.split("/")[0]) for key, when in store.keys("snp_") if key.endswith("/manifest.json")), reverse=True)
    gone = [place for _, place in whole[max(keep, 1) :] if place != current]
    for place in gone:
        store.delete([f"{place}/manifest.json"])
        store.delete([*(key for key, _ in store.keys(f"{place}/")), f"{CLAIMS}{place}"])
    return tuple(gone)


class _Store:
    """One bucket and prefix: keys are relative to it."""

    def __init__(self, target: str, endpoint: str | None) -> None:
        require("target")
        self.bucket, self._prefix = split_url(target)
        self._endpoint = endpoint
        self.url = f"s3://{self.bucket}/{self._prefix}".rstrip("/")
        with self.explained():
            self._client = make_client(endpoint, _THREADS)

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turn what the store says into a PublishError with the way out, without anything of the request."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            yield
        except ClientError as e:
            raise PublishError(self._words(_code(e))) from e
        except BotoCoreError as e:
            raise PublishError(self._words(type(e).__name__)) from e

    def _words(self, code: str) -> str:
        where = f" at {self._endpoint}" if self._endpoint else ""
        remedy = "see whether the store is well and run `presslake publish` again"
        if "Credentials" in code or "Profile" in code:
            remedy = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
        elif code == "NoRegionError":
            remedy = "set AWS_DEFAULT_REGION"
        elif code in _REFUSED:
            remedy = f"these credentials need s3:GetObject, PutObject, DeleteObject and ListBucket on {self.bucket}"
        elif code == "NoSuchBucket":
            remedy = "create the bucket or correct settings.target"
        elif code in ("EndpointConnectionError", "ConnectTimeoutError", "SSLError", "ConnectionClosedError", "ReadTimeoutError"):
            remedy = "see whether settings.target_endpoint is right and can be reached, then run `presslake publish` again"
        elif code == "EntityTooLarge":
            remedy = "one file is larger than the store takes at once (5 GB at AWS)"
        elif code in ("NotImplemented", "InvalidArgument"):
            remedy = "the store must know conditional writes (If-Match, If-None-Match); update it"
        return f"{self.url}{where}: {code}; {remedy}; what {POINTER} named there still stands, and the snapshot is whole in the data directory"

    def _try(self, call: Callable[[], Any], accept: frozenset[str]) -> Any:
        """The answer, or None where the store refuses with one of the codes ``accept``."""
        from botocore.exceptions import ClientError

        try:
            return call()
        except ClientError as e:
            if _code(e) in accept:
                return None
            raise

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self.bucket, "Key": self._prefix + key}

    def read(self, key: str) -> tuple[bytes, str] | None:
        """A small object and its ETag."""
        answer = self._try(lambda: self._client.get_object(**self._at(key)), _MISSING)
        return (answer["Body"].read(), answer["ETag"]) if answer else None

    def _head(self, key: str) -> Any:
        return self._try(lambda: self._client.head_object(**self._at(key)), _MISSING)

    def hash_of(self, key: str) -> str | None:
        """What the object was uploaded as; "" for one that others put there, None where there is none."""
        answer = self._head(key)
        return str(answer["Metadata"].get(_HASH, "")) if answer else None

    def is_there(self, key: str, sha256: str, size: int) -> bool:
        answer = self._head(key)
        return bool(answer) and answer["ContentLength"] == size and answer["Metadata"].get(_HASH) == sha256

    def content_hash(self, key: str) -> str:
        """SHA-256 of the object as it is read back."""
        digest = hashlib.sha256()
        for chunk in self._client.get_object(**self._at(key))["Body"].iter_chunks(1 << 20):
            digest.update(chunk)
        return digest.hexdigest()

    def put_new(self, key: str, path: Path) -> bool:
        """Upload a file unless the key is taken; False where it is."""
        facts = {"Metadata": {_HASH: file_hash(path)}, "IfNoneMatch": "*", "ContentType": _content_type(path)}
        with path.open("rb") as body:
            return self._try(lambda: self._client.put_object(**self._at(key), Body=body, **facts), _TAKEN) is not None

    def copy(self, source: str, key: str, sha256: str, size: int) -> bool:
        """Copy within the store; False where the source is not what it should be."""
        if not self.is_there(source, sha256, size):
            return False
        self._client.copy(self._at(source), self.bucket, self._prefix + key)
        return self.is_there(key, sha256, size)

    def swap(self, key: str, text: str, etag: str | None) -> bool:
        """Replace a small object if it is still the one of ``etag`` (None: if there is none); False where it is not."""
        condition = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
        body = text.encode()

        def write() -> Any:
            return self._client.put_object(**self._at(key), Body=body, ContentType="application/json", CacheControl="no-cache", **condition)

        if self._try(write, _TAKEN | _MISSING) is not None:
            return True
        # a first attempt may have come through although its answer was lost
        found = self.read(key)
        return found is not None and found[0] == body

    def keys(self, prefix: str) -> Iterator[tuple[str, Any]]:
        """Key and time of every object under ``prefix``."""
        for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self._prefix + prefix):
            for item in page.get("Contents", ()):
                yield item["Key"].removeprefix(self._prefix), item["LastModified"]

    def delete(self, keys: list[str]) -> None:
        for key in keys:
            self._client.delete_object(**self._at(key))


def _code(error: Any) -> str:
    return str(getattr(error, "response", {}).get("Error", {}).get("Code", type(error).__name__))


def _content_type(path: Path) -> str:
    known = {".json": "application/json", ".html": "text/html; charset=utf-8", ".parquet": "application/vnd.apache.parquet"}
    return known.get(path.suffix, "application/octet-stream")
