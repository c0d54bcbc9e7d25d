"""The virus scanner: clamd's INSTREAM protocol over TCP or a local socket.

Only a plain *OK* means clean and only a plain *FOUND* means infected. Everything else, also no answer, means that nobody
knows: such a file waits in quarantine, where nobody gets it, and is shown to the scanner again.
"""

from __future__ import annotations

import logging
import socket
import struct
from collections.abc import Iterable

from ..config import settings
from .rules import Scan

log = logging.getLogger(__name__)

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 60.0
LONGEST_ANSWER = 4096
PIECE_BYTES = 64 * 1024


def _connect(address: str) -> socket.socket:
    if address.startswith("unix:"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(CONNECT_SECONDS)
        connection.connect(address.removeprefix("unix:"))
        return connection
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]") or "127.0.0.1", int(port)), CONNECT_SECONDS)


def _answer(connection: socket.socket) -> bytes:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        part = connection.recv(1024)
        if not part:
            break
        answer += part
    return answer


def _meaning(answer: bytes) -> Scan:
    if answer == b"stream: OK\0":
        return Scan.CLEAN
    if answer.startswith(b"stream: ") and answer.endswith(b" FOUND\0") and answer.count(b"\0") == 1:
        return Scan.INFECTED
    log.warning("the virus scanner is unsure: %r", answer[:120])
    return Scan.WAITING


def scan(chunks: Iterable[bytes]) -> Scan:
    """What the scanner says of a content; `OFF` when there is none. Waits for the network: call it in a thread."""
    if not settings.virus_scanner:
        return Scan.OFF
    try:
        with _connect(settings.virus_scanner) as connection:
            connection.settimeout(ANSWER_SECONDS)
            connection.sendall(b"zINSTREAM\0")
            for chunk in chunks:
                for start in range(0, len(chunk), PIECE_BYTES):
                    piece = chunk[start:start + PIECE_BYTES]
                    connection.sendall(struct.pack("!I", len(piece)) + piece)
            connection.sendall(struct.pack("!I", 0))
            return _meaning(_answer(connection))
    except (OSError, ValueError) as error:
        log.warning("the virus scanner can't be reached: %s", type(error).__name__)
        return Scan.WAITING
