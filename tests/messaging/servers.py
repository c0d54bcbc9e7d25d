"""Small servers that speak what the real mail services speak, and count what reaches them."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@contextmanager
def running(server: socketserver.BaseServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1]  # pyright: ignore
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class ResendLike(ThreadingHTTPServer):
    """POST /emails: remembers each idempotency key and answers it again without sending again.

    `answers` are given first, one per request; `hold` keeps requests waiting until it is set.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _ResendHandler)
        self.answers: list[tuple[int, dict[str, Any], dict[str, str]]] = []
        self.sent: dict[str, dict[str, Any]] = {}
        self.requests: list[tuple[str, dict[str, Any], dict[str, str]]] = []
        self.arrived = threading.Event()
        self.hold: threading.Event | None = None
        self.raw: bytes | None = None


class _ResendHandler(BaseHTTPRequestHandler):
    server: ResendLike

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        key = self.headers["idempotency-key"]
        self.server.requests.append((key, body, dict(self.headers)))
        if self.server.answers:
            return self._answer(*self.server.answers.pop(0))
        if key in self.server.sent and self.server.sent[key] != body:
            return self._answer(409, {"name": "invalid_idempotent_request", "message": "another body"}, {})
        self.server.sent[key] = body
        self.server.arrived.set()
        if self.server.hold:
            self.server.hold.wait(20)
        self._answer(200, {"id": f"re-{key[:8]}"}, {})

    def _answer(self, status: int, body: dict[str, Any], headers: dict[str, str]) -> None:
        content = self.server.raw or json.dumps(body).encode()
        try:
            self.send_response(status)
            plain = {"content-type": "application/json", "content-length": str(len(content))}
            for name, value in (plain | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)
        except OSError:
            pass  # who asked is gone

    def log_message(self, *_: Any) -> None:
        pass


class SmtpLike(socketserver.ThreadingTCPServer):
    """As much SMTP as smtplib speaks. `replies` overrides the answer to a command, such as {"RCPT": "550 no"}."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _SmtpHandler)
        self.replies: dict[str, str] = {}
        self.extensions = ["8BITMIME", "AUTH PLAIN"]
        self.messages: list[bytes] = []
        self.commands: list[str] = []
        self.hangs_up_after = ""


class _SmtpHandler(socketserver.StreamRequestHandler):
    server: SmtpLike

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        self._say(self.server.replies.get("CONNECT", "220 ready"))
        while line := self.rfile.readline().decode().strip():
            verb = line.split()[0].upper()
            self.server.commands.append(line)
            if verb == self.server.hangs_up_after:
                return
            if verb in self.server.replies:
                self._say(self.server.replies[verb])
            elif verb == "EHLO":
                lines = ["localhost", *self.server.extensions]
                for name in lines[:-1]:
                    self._say(f"250-{name}")
                self._say(f"250 {lines[-1]}")
            elif verb == "AUTH":
                self._say("235 welcome")
            elif verb == "DATA":
                self._say("354 go on")
                self._read_message()
                self._say(self.server.replies.get("MESSAGE", "250 taken"))
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 fine")

    def _read_message(self) -> None:
        content = b""
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            content += line[1:] if line.startswith(b"..") else line
        self.server.messages.append(content)
