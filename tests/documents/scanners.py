"""A small server that speaks clamd's INSTREAM protocol over TCP, and can be slow, unsure or rude."""

from __future__ import annotations

import socketserver
import struct

from tests.documents.corpus import EICAR


class ClamdLike(socketserver.ThreadingTCPServer):
    """Finds EICAR. `answer` is said instead of a verdict; `limit` is the most bytes that it takes."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.answer: bytes | None = None
        self.limit = 100 * 1024 * 1024
        self.scanned: list[int] = []


class _Session(socketserver.StreamRequestHandler):
    server: ClamdLike

    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        assert command == b"zINSTREAM\0"
        content = b""
        while True:
            (length,) = struct.unpack("!I", self.rfile.read(4))
            if not length:
                break
            content += self.rfile.read(length)
            if len(content) > self.server.limit:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.server.scanned.append(len(content))
        if self.server.answer is not None:
            self.wfile.write(self.server.answer)
        else:
            self.wfile.write(b"stream: Eicar-Signature FOUND\0" if EICAR in content else b"stream: OK\0")
