"""A store that machines share: the raw archive on its way to the workers, staged rows on their way back.

A local or mounted folder, or ``s3://bucket/prefix``. Layout: ``raw/…`` as in the data directory, ``staging/<run_id>/<table>/<part>.parquet``.
Archive files travel once and are then read by ranges; rows are brought home by the names that finished units of work gave, so that
what a lost worker left, or still writes, never counts. Credentials come from where AWS clients look (environment, profile, role).
"""

from __future__ import annotations

import functools
import io
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from flows.s3 import make_client, require, split_url
from presslake.errors import WarehouseError

_AHEAD = 4 << 20
"""Bytes read at once: some hundred pages, as units of work lie in the archive one after the other."""


@dataclass(frozen=True, slots=True)
class Store:
    """Where it is; small enough to travel with every unit of work."""

    url: str
    endpoint: str | None = None

    def upload(self, path: Path, name: str) -> bool:
        """Bring a file there unless one of its size is there; True if its bytes were sent."""
        with self._place() as place:
            if place.size(name) == path.stat().st_size:
                return False
            place.put(path, name)
        return True

    def open(self, name: str) -> IO[bytes]:
        """A stream that seeks; of an object some millions of bytes are fetched at a time."""
        with self._place() as place:
            return place.open(name)

    def write_table(self, batch: Any, name: str) -> None:
        """Write rows as Parquet, whole or not at all."""
        import pyarrow.parquet as pq

        aside = io.BytesIO()
        pq.write_table(batch, aside, compression="zstd", compression_level=1)
        with self._place() as place:
            place.write(aside.getvalue(), name)

    def bring(self, folder: str, names: Iterable[str], into: Path) -> None:
        """Copy files from below ``folder`` to ``into``."""
        for name in names:
            path = into / name
            path.parent.mkdir(parents=True, exist_ok=True)
            aside = path.with_name(path.name + ".tmp")
            with self._place() as place:
                place.get(f"{folder}/{name}", aside)
            aside.replace(path)

    def clear(self, folder: str) -> None:
        """Remove a folder with everything in it."""
        with self._place() as place:
            place.clear(folder)

    @contextmanager
    def _place(self) -> Iterator[_Place]:
        """The folder or bucket, with its complaints put into words."""
        faults: tuple[type[Exception], ...] = (OSError,)
        place: _Place = _Folder(Path(self.url))
        if self.url.startswith("s3://"):
            place, faults = _bucket(self.url, self.endpoint)
        try:
            yield place
        except faults as e:
            raise WarehouseError(
                f"{self.url}: the shared store does not answer as it should ({str(e).splitlines()[0][:200]}); "
                "see settings.store, settings.store_endpoint and the credentials, then run again: the raw archive has the pages"
            ) from e


class _Place(Protocol):
    def size(self, name: str) -> int | None: ...
    def put(self, path: Path, name: str) -> None: ...
    def write(self, content: bytes, name: str) -> None: ...
    def get(self, name: str, path: Path) -> None: ...
    def open(self, name: str) -> IO[bytes]: ...
    def clear(self, folder: str) -> None: ...


@dataclass(frozen=True, slots=True)
class _Folder:
    root: Path

    def size(self, name: str) -> int | None:
        path = self.root / name
        return path.stat().st_size if path.is_file() else None

    def put(self, path: Path, name: str) -> None:
        with self._aside(name) as aside:
            shutil.copyfile(path, aside)

    def write(self, content: bytes, name: str) -> None:
        with self._aside(name) as aside:
            aside.write_bytes(content)

    def get(self, name: str, path: Path) -> None:
        shutil.copyfile(self.root / name, path)

    def open(self, name: str) -> IO[bytes]:
        return (self.root / name).open("rb")

    def clear(self, folder: str) -> None:
        shutil.rmtree(self.root / folder, ignore_errors=True)

    @contextmanager
    def _aside(self, name: str) -> Iterator[Path]:
        """A name of its own until the file is whole: another worker may be writing the same one."""
        target = self.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(f"{target.name}.{uuid.uuid4().hex}")
        yield aside
        aside.replace(target)


@dataclass(frozen=True, slots=True)
class _Bucket:
    client: Any
    bucket: str
    prefix: str

    def size(self, name: str) -> int | None:
        found = self.client.list_objects_v2(Bucket=self.bucket, Prefix=self.prefix + name, MaxKeys=1).get("Contents", ())
        return next((int(o["Size"]) for o in found if o["Key"] == self.prefix + name), None)

    def put(self, path: Path, name: str) -> None:
        self.client.upload_file(str(path), self.bucket, self.prefix + name)

    def write(self, content: bytes, name: str) -> None:
        self.client.put_object(Bucket=self.bucket, Key=self.prefix + name, Body=content)

    def get(self, name: str, path: Path) -> None:
        self.client.download_file(self.bucket, self.prefix + name, str(path))

    def open(self, name: str) -> IO[bytes]:
        key = {"Bucket": self.bucket, "Key": self.prefix + name}
        return io.BufferedReader(_Ranges(self.client, key, int(self.client.head_object(**key)["ContentLength"])), _AHEAD)

    def clear(self, folder: str) -> None:
        for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=f"{self.prefix}{folder}/"):
            for item in page.get("Contents", ()):
                self.client.delete_object(Bucket=self.bucket, Key=item["Key"])


class _Ranges(io.RawIOBase):
    """An object as a file: every read is one request for a range."""

    def __init__(self, client: Any, key: dict[str, str], size: int) -> None:
        self._client, self._key, self._size, self._at = client, key, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + (0, self._at, self._size)[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:
        end = min(self._at + len(buffer), self._size)
        if end <= self._at:
            return 0
        answer = self._client.get_object(**self._key, Range=f"bytes={self._at}-{end - 1}")["Body"].read()
        buffer[: len(answer)] = answer
        self._at += len(answer)
        return len(answer)


@functools.lru_cache(4)
def _bucket(url: str, endpoint: str | None) -> tuple[_Bucket, tuple[type[Exception], ...]]:
    require("store")
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    return _Bucket(make_client(endpoint), *split_url(url)), (OSError, Boto3Error, BotoCoreError, ClientError)
