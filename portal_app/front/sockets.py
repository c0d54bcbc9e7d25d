"""Limits of the websocket, which HTTP limits never see, and the name of a tab's state."""

from __future__ import annotations

import hmac
import time
import uuid
from collections import Counter
from urllib.parse import parse_qsl, urlencode

from ..access.sessions import session_token_in
from ..config import settings
from ..core.http import client_address

SOCKET_PATH = "/_event"
POLICY_VIOLATION, TOO_BIG = 1008, 1009


class Bucket:
    """A token bucket: `rate` a second, `burst` at once."""

    def __init__(self, rate: float, burst: int) -> None:
        self.rate, self.burst, self.left, self.at = rate, burst, float(burst), time.monotonic()

    def take(self) -> bool:
        now = time.monotonic()
        self.left = min(self.burst, self.left + (now - self.at) * self.rate)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


def token_of_session(client_token: str, session_token: str) -> str:
    """The name of a tab's state, bound to who is signed in: another session never gets it."""
    digest = hmac.digest(settings.secret.encode(), f"{session_token}\0{client_token}".encode(), "sha256")
    return str(uuid.UUID(bytes=digest[:16], version=4))


class SocketGuard:
    """Lets a socket in when it comes from our own pages, and closes it when it sends too much."""

    def __init__(self, app) -> None:
        self.app = app
        self.open_sockets: Counter[str] = Counter()

    async def __call__(self, scope, receive, send, headers: dict[str, str]) -> None:
        address = client_address(scope)
        is_ours = scope["path"].startswith(SOCKET_PATH) and headers.get("origin") in settings.own_origins
        if not is_ours or self.open_sockets[address] >= settings.sockets_per_address:
            await receive()
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            return
        query = dict(parse_qsl(scope.get("query_string", b"").decode()))
        if "token" in query:
            query["token"] = token_of_session(query["token"], session_token_in(headers.get("cookie", "")))
            scope = {**scope, "query_string": urlencode(query).encode()}
        self.open_sockets[address] += 1
        try:
            await self.app(scope, _limited(receive, send), send)
        finally:
            self.open_sockets[address] -= 1
            if not self.open_sockets[address]:
                del self.open_sockets[address]


def _limited(receive, send):
    bucket = Bucket(settings.events_per_second, settings.event_burst)

    async def limited_receive():
        message = await receive()
        if message["type"] == "websocket.receive":
            data = message.get("text") or message.get("bytes") or b""
            code = TOO_BIG if len(data) > settings.event_max_bytes else 0 if bucket.take() else POLICY_VIOLATION
            if code:
                await send({"type": "websocket.close", "code": code})
                return {"type": "websocket.disconnect", "code": code}
        return message

    return limited_receive
