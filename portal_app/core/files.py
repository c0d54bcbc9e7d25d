"""Private files: kept under random names in a folder that no web server shows."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from ..config import settings

_NAME_BYTES = 20


def _path(key: str) -> Path:
    if not key.isalnum() or len(key) != _NAME_BYTES * 2:
        raise ValueError("not a file key")
    return settings.files_folder / key[:2] / key


def store(content: bytes) -> str:
    """Writes `content` durably and gives the key it is read by."""
    key = secrets.token_hex(_NAME_BYTES)
    path = _path(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
    return key


def read(key: str) -> bytes:
    """The content, or FileNotFoundError."""
    return _path(key).read_bytes()


def delete(key: str) -> None:
    _path(key).unlink(missing_ok=True)
