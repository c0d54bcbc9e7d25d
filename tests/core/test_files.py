"""The private store, in a folder and in a bucket of what speaks like S3."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal_app.config import settings
from portal_app.core import files
from tests.stores import S3Like, store

assert store


def test_what_is_stored_is_read_streamed_and_deleted(store: S3Like | None, tmp_path: Path):
    content = bytes(range(256)) * 4000
    source = tmp_path / "source"
    source.write_bytes(content)
    for key in (files.store(content), files.store_file(source)):
        assert files.read(key) == content
        pieces = list(files.stream(key))
        assert b"".join(pieces) == content
        assert max(map(len, pieces)) < len(content)
        files.delete(key)
        for reading in (files.read, files.stream):
            with pytest.raises(FileNotFoundError):
                reading(key)
        files.delete(key)  # what is gone is gone


def test_names_say_nothing_and_requests_are_signed(store: S3Like | None):
    first, second = files.store(b"one"), files.store(b"two")
    assert first != second
    assert re.fullmatch(r"[0-9a-f]{40}", first)
    if store is not None:
        assert sorted(store.objects) == sorted(f"/private/portal/{key[:2]}/{key}" for key in (first, second))
        assert all(each.startswith("AWS4-HMAC-SHA256 Credential=key/") for each in store.signed)


def test_a_part_is_listed_with_the_time_of_each(store: S3Like | None, monkeypatch: pytest.MonkeyPatch):
    keys = [f"ab{number:038x}" for number in range(5)]
    for key in (*keys, "ac" + "0" * 38):
        monkeypatch.setattr(files, "new_key", lambda key=key: key)
        files.store(b"one")
    found = files.list_part("ab")
    assert sorted(each.name for each in found) == keys
    assert all(each.at.tzinfo is not None for each in found)
    assert files.list_part("00") == []
    files.delete_stored(found[0])
    assert len(files.list_part("ab")) == 4


def test_what_was_never_written_whole_is_listed_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(settings, "data_folder", tmp_path)
    part = tmp_path / "files" / "ab" / ("ab" + "0" * 38 + ".part")
    part.parent.mkdir(parents=True)
    part.write_bytes(b"half")
    (found,) = files.list_part("ab")
    files.delete_stored(found)
    assert not part.exists()


@pytest.mark.parametrize("part", ["", "..", "a", "abc", "ab/", "AB"])
def test_only_parts_of_the_store_are_listed(store: S3Like | None, part: str):
    with pytest.raises(ValueError, match="not a part"):
        files.list_part(part)


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "a" * 39, "a/" * 20, "a" * 41, "." * 40])
def test_what_is_no_key_never_reaches_the_store(store: S3Like | None, key: str):
    for reading in (files.read, files.stream, files.delete):
        with pytest.raises(ValueError, match="not a file key"):
            reading(key)
