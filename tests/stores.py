"""The private store for tests, in a folder and in a bucket of what speaks like S3."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

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
        if "list-type=2" in self.path:
            return self._list()
        found = self.server.objects.get(self.path)
        self._answer(404) if found is None else self._answer(200, found)

    def _list(self) -> None:
        """Two to a page, so that whoever lists has to ask on."""
        path, _, query = self.path.partition("?")
        asked, bucket = parse_qs(query), path.rstrip("/")
        names = sorted(name.removeprefix(f"{bucket}/") for name in self.server.objects)
        names = [name for name in names if name.startswith(asked["prefix"][0]) and name > asked.get(
            "continuation-token", [""])[0]]
        page, more = names[:2], len(names) > 2
        contents = "".join(f"<Contents><Key>{name}</Key><LastModified>2026-11-21T10:00:00.000Z</LastModified>"
                           f"<ETag>1</ETag><Size>1</Size></Contents>" for name in page)
        token = f"<NextContinuationToken>{page[-1]}</NextContinuationToken>" if more else ""
        self._answer(200, f"<?xml version='1.0'?><ListBucketResult><IsTruncated>{str(more).lower()}</IsTruncated>"
                          f"{token}{contents}</ListBucketResult>".encode())

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
