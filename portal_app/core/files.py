"""Private files: kept under random names where no web server shows them, in a folder or in a bucket of S3.

A key is 40 hexadecimal digits and says nothing. Whoever hands a file out asks first who may have it. The functions wait
for the disk or the network: call them in a thread.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from ..config import settings

_NAME_BYTES = 20
PARTS = tuple(f"{number:02x}" for number in range(256))  # what keys begin with: each part of the store can be listed alone
CHUNK_BYTES = 256 * 1024


def _demand_key(key: str) -> str:
    if not key.isalnum() or len(key) != _NAME_BYTES * 2:
        raise ValueError("not a file key")
    return key


class Stored(NamedTuple):
    """Something in the store: its name, which is a key or what is left of one that was never written whole."""

    name: str
    at: datetime


class Store(Protocol):
    """Where content lies. What is not there raises FileNotFoundError, except when it is deleted."""

    def put(self, key: str, source: Path) -> None: ...

    def put_bytes(self, key: str, content: bytes) -> None: ...

    def get(self, key: str) -> bytes: ...

    def stream(self, key: str) -> Iterator[bytes]: ...

    def delete(self, key: str) -> None: ...

    def list(self, part: str) -> Iterator[Stored]: ...


class FolderStore:
    """A folder on this machine; a file is there whole or not at all, also after a power cut."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key

    def _part(self, key: str) -> Path:
        path = self._path(key).with_suffix(".part")
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def put_bytes(self, key: str, content: bytes) -> None:
        part = self._part(key)
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.rename(self._path(key))

    def put(self, key: str, source: Path) -> None:
        part = self._part(key)
        with source.open("rb") as read, part.open("wb") as written:
            shutil.copyfileobj(read, written, CHUNK_BYTES)
            written.flush()
            os.fsync(written.fileno())
        part.rename(self._path(key))

    def get(self, key: str) -> bytes:
        return self._path(key).read_bytes()

    def stream(self, key: str) -> Iterator[bytes]:
        file = self._path(key).open("rb")  # opened before the first chunk is asked for: what is missing shows at once

        def chunks() -> Iterator[bytes]:
            with file:
                while chunk := file.read(CHUNK_BYTES):
                    yield chunk

        return chunks()

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def list(self, part: str) -> Iterator[Stored]:
        folder = self.folder / part
        for path in folder.iterdir() if folder.is_dir() else ():
            with suppress(FileNotFoundError):  # a `.part` may just have got its name
                yield Stored(path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC))


class S3Store:
    """A bucket of S3 or of what speaks like it. The bucket must be private; nobody but the portal reads it."""

    def __init__(self) -> None:
        from obstore.store import S3Store as Bucket

        options: dict[str, Any] = {}
        if settings.s3_endpoint:
            options |= {"endpoint": settings.s3_endpoint,
                        "client_options": {"allow_http": settings.s3_endpoint.startswith("http://")}}
        if settings.s3_access_key:
            options |= {"access_key_id": settings.s3_access_key, "secret_access_key": settings.s3_secret_key}
        self.bucket = Bucket(settings.s3_bucket, prefix=settings.s3_prefix or None, region=settings.s3_region or "us-east-1",
                             **options)

    def _path(self, key: str) -> str:
        return f"{key[:2]}/{key}"

    def put_bytes(self, key: str, content: bytes) -> None:
        import obstore

        obstore.put(self.bucket, self._path(key), content)

    def put(self, key: str, source: Path) -> None:
        import obstore

        obstore.put(self.bucket, self._path(key), source)

    def get(self, key: str) -> bytes:
        import obstore

        return bytes(obstore.get(self.bucket, self._path(key)).bytes())

    def stream(self, key: str) -> Iterator[bytes]:
        import obstore

        found = obstore.get(self.bucket, self._path(key))
        return (bytes(chunk) for chunk in found.stream(min_chunk_size=CHUNK_BYTES))

    def delete(self, key: str) -> None:
        import obstore

        try:
            obstore.delete(self.bucket, self._path(key))
        except FileNotFoundError:
            return

    def list(self, part: str) -> Iterator[Stored]:
        import obstore

        for batch in obstore.list(self.bucket, prefix=f"{part}/"):
            for found in batch:
                yield Stored(found["path"].rpartition("/")[2], found["last_modified"])


@cache
def _bucket() -> Store:
    return S3Store()


def _store() -> Store:
    return _bucket() if settings.file_store == "s3" else FolderStore(settings.files_folder)


def new_key() -> str:
    return secrets.token_hex(_NAME_BYTES)


def store(content: bytes) -> str:
    """Writes `content` durably and gives the key it is read by."""
    key = new_key()
    _store().put_bytes(key, content)
    return key


def store_file(source: Path) -> str:
    """`store` for what lies in a file; it never stands in memory whole."""
    key = new_key()
    _store().put(key, source)
    return key


def read(key: str) -> bytes:
    """The content, or FileNotFoundError."""
    return _store().get(_demand_key(key))


def stream(key: str) -> Iterator[bytes]:
    """The content piece by piece; FileNotFoundError comes before the first piece."""
    return _store().stream(_demand_key(key))


def delete(key: str) -> None:
    _store().delete(_demand_key(key))


def list_part(part: str) -> list[Stored]:
    """Everything in one of the `PARTS`."""
    if part not in PARTS:
        raise ValueError("not a part of the store")
    return list(_store().list(part))


def delete_stored(stored: Stored) -> None:
    """Deletes what `list_part` gave."""
    _store().delete(stored.name)
