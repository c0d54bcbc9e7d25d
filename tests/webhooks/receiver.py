"""A receiver of Standard Webhooks: it checks each signature by itself and takes each message once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def running(server: ThreadingHTTPServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Receiver(ThreadingHTTPServer):
    """`answers` are given first, one per request; `hold` keeps requests waiting until it is set.

    With a `secret` it refuses what is signed wrongly. `taken` are the messages by id, `requests` every request.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.secret = ""
        self.requests: list[tuple[str, dict[str, str], str]] = []
        self.taken: dict[str, str] = {}
        self.arrived = threading.Event()
        self.hold: threading.Event | None = None
        self.raw: bytes | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/in?from=portal"

    def is_right(self, headers: dict[str, str], body: bytes) -> bool:
        """As standardwebhooks.com says, with nothing of the product's own code."""
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return any(part == f"v1,{wanted}" for part in headers["webhook-signature"].split())


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.requests.append((self.path, headers, body.decode()))
        self.server.arrived.set()
        if self.server.raw is not None:
            self.wfile.write(self.server.raw)
            return None
        if self.server.hold:
            self.server.hold.wait(20)
        if self.server.answers:
            return self._answer(*self.server.answers.pop(0))
        if self.server.secret and not self.server.is_right(headers, body):
            return self._answer(401, {})
        self.server.taken[headers["webhook-id"]] = body.decode()
        return self._answer(204, {})

    def _answer(self, status: int, headers: dict[str, str]) -> None:
        try:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
        except OSError:
            pass  # who asked is gone

    def log_message(self, *_) -> None:
        pass
