"""One call to another system: to the very address that was checked, without redirects, and over in seconds."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException
from threading import Timer

from ..config import settings
from ..core.texts import msg
from .rules import INSIDE, Network, Target, choose_address

STEP_SECONDS = 10
WHOLE_SECONDS = 20
GONE = 410
ASKS_TO_WAIT = (429, 503)

UNKNOWN_NAME = msg("The name of the address could not be found.")
UNREACHABLE = msg("The address could not be reached.")
NO_ANSWER = msg("No answer came in time.")
NO_TRUST = msg("The certificate of the address could not be trusted.")
NOT_HTTP = msg("What answered does not speak HTTP.")
REFUSED = msg("The address did not take the message.")
MOVED = msg("The address sent us on to another one. Webhooks do not follow.")
ENDED = msg("The address says that it is gone for good. It has been switched off.")
BROKEN = msg("The call failed for a reason of our own.")
UNREADABLE = msg("The secret of this webhook can no longer be read. Please renew it.")

# Everything that may stand in `last_error`: pages translate it.
REASONS = (INSIDE, UNKNOWN_NAME, UNREACHABLE, NO_ANSWER, NO_TRUST, NOT_HTTP, REFUSED, MOVED, ENDED, BROKEN,
           UNREADABLE)

Resolve = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """`error` is empty when the message was taken; `status_code` is 0 when nothing answered."""

    status_code: int = 0
    error: str = ""
    wait_seconds: float = 0.0


def resolve(host: str, port: int) -> list[str]:
    """Every address of a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def opened_networks() -> tuple[Network, ...]:
    """Private networks that a test or demonstration opens; production refuses to start with any."""
    return tuple(ipaddress.ip_network(part.strip()) for part in settings.webhook_test_networks.split(",") if part.strip())


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def _error_of(status_code: int) -> str:
    if 200 <= status_code < 300:
        return ""
    if 300 <= status_code < 400:
        return MOVED
    return ENDED if status_code == GONE else REFUSED


def call(target: Target, headers: dict[str, str], body: str, *, resolve: Resolve = resolve,
         trust: ssl.SSLContext | None = None) -> Answer:
    """POSTs `body` and gives what came of it.

    The name is resolved once, every address of it is checked, and the connection goes to the one that was checked: a
    name that leads elsewhere a moment later (DNS rebinding) changes nothing.
    """
    try:
        resolved = resolve(target.host, target.port)
    except (OSError, UnicodeError):
        return Answer(error=UNKNOWN_NAME)
    address = choose_address(resolved, opened_networks())
    if not address:
        return Answer(error=INSIDE if resolved else UNKNOWN_NAME)
    try:
        plain = socket.create_connection((address, target.port), timeout=STEP_SECONDS)
    except TimeoutError:
        return Answer(error=NO_ANSWER)
    except OSError:
        return Answer(error=UNREACHABLE)
    line = _Line(plain)
    alarm = Timer(WHOLE_SECONDS, line.end)
    alarm.daemon = True
    alarm.start()
    try:
        return _post(line, target, headers, body, trust)
    except ssl.SSLCertVerificationError:
        return Answer(error=NO_TRUST)
    except TimeoutError:
        return Answer(error=NO_ANSWER)
    except (OSError, HTTPException, ValueError, AttributeError) as error:
        if line.is_over:
            return Answer(error=NO_ANSWER)
        return Answer(error=NOT_HTTP if isinstance(error, HTTPException | ssl.SSLError) else UNREACHABLE)
    finally:
        alarm.cancel()
        line.socket.close()


class _Line:
    """A connection that ends when its time is over: a receiver that sends a byte now and then would never run into the
    timeout of one step."""

    def __init__(self, plain: socket.socket) -> None:
        self.socket, self.is_over = plain, False

    def end(self) -> None:
        self.is_over = True
        with suppress(OSError):
            socket.socket.shutdown(self.socket, socket.SHUT_RDWR)  # not TLS's own, which another thread is using


def _post(line: _Line, target: Target, headers: dict[str, str], body: str, trust: ssl.SSLContext | None) -> Answer:
    if target.is_tls:
        wrapped = (trust or _trust()).wrap_socket(line.socket, server_hostname=target.host, do_handshake_on_connect=False)
        line.socket = wrapped
        wrapped.do_handshake()
    connection = HTTPConnection(target.host, target.port, timeout=STEP_SECONDS)
    connection.sock = line.socket
    try:
        connection.request("POST", target.path, body.encode(), {
            "host": target.host_header, "user-agent": "portal-webhooks/1", "accept": "*/*", "connection": "close",
            **headers})
        answer = connection.getresponse()
        status_code, asked = answer.status, answer.headers.get("retry-after", "")
    finally:
        connection.close()
    return Answer(status_code, _error_of(status_code),
                  float(asked) if status_code in ASKS_TO_WAIT and asked.isascii() and asked.isdigit() else 0.0)
