"""The private store, in a folder and in a bucket of what speaks like S3."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from portal_app.config import settings
from portal_app.core import files
from tests.messaging.servers import running


class S3Like(ThreadingHTTPServer):
    """PUT, GET, HEAD and DELETE of objects, with the headers that a client looks at."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, bytes] = {}
        self.signed: list[str] = []
        self.lock = threading.Lock()


class _Handler(BaseHTTPRequestHandler):
    server: S3Like
    protocol_version = "HTTP/1.1"

    def _answer(self, status: int, body: bytes = b"", length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body) if length is None else length))
        self.send_header("etag", '"1"')
        self.send_header("last-modified", "Sat, 21 Nov 2026 10:00:00 GMT")
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self) -> None:
        self.server.signed.append(self.headers.get("authorization", ""))
        self.server.objects[self.path] = self.rfile.read(int(self.headers["content-length"]))
        self._answer(200)

    def do_GET(self) -> None:
        found = self.server.objects.get(self.path)
        self._answer(404) if found is None else self._answer(200, found)

    def do_HEAD(self) -> None:
        found = self.server.objects.get(self.path)
        self._answer(404 if found is None else 200, length=len(found or b""))

    def do_DELETE(self) -> None:
        self._answer(204 if self.server.objects.pop(self.path, None) is not None else 404)

    def do_POST(self) -> None:
        """Several at once, which is how the client deletes."""
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        bucket = self.path.partition("?")[0].rstrip("/")
        keys = re.findall(r"<Key>([^<]+)</Key>", body)
        for key in keys:
            self.server.objects.pop(f"{bucket}/{key}", None)
        deleted = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
        self._answer(200, f"<?xml version='1.0'?><DeleteResult>{deleted}</DeleteResult>".encode())

    def log_message(self, *_args) -> None: ...


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[S3Like | None]:
    monkeypatch.setattr(settings, "data_folder", tmp_path)
    if request.param == "folder":
        yield None
        return
    server = S3Like()
    with running(server) as port:
        for name, value in {"file_store": "s3", "s3_bucket": "private", "s3_endpoint": f"http://127.0.0.1:{port}",
                            "s3_access_key": "key", "s3_secret_key": "secret", "s3_prefix": "portal"}.items():
            monkeypatch.setattr(settings, name, value)
        files._bucket.cache_clear()
        yield server
        files._bucket.cache_clear()


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


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "a" * 39, "a/" * 20, "a" * 41, "." * 40])
def test_what_is_no_key_never_reaches_the_store(store: S3Like | None, key: str):
    for reading in (files.read, files.stream, files.delete):
        with pytest.raises(ValueError, match="not a file key"):
            reading(key)
