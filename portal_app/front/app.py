"""The outermost ASGI application."""

from __future__ import annotations

import asyncio

from ..access.languages import language_of_page
from ..config import settings
from ..core.http import client_address, headers_of
from ..core.limits import is_allowed
from .pages import ADDRESS_FILE, Page, PageCache, built_page, write_address
from .policy import STATIC_HEADERS, content_security_policy
from .sockets import SocketGuard

BY_KEY = "/api/v1/"  # no cookie counts there, so it matters to nobody from where somebody comes
CLOSED_PATHS = ("/_upload", "/ping", "/auth-codespace")
WRITING = {"POST", "PUT", "PATCH", "DELETE"}
NOT_PAGES = ("/api/", "/access/", "/confirm/", "/assets/", "/texts/", "/styles/", "/imagery/", "/mailbox/", "/company/")
KEPT_FOR_GOOD = ("/assets/", "/texts/", "/fonts/")


class Front:
    def __init__(self, app) -> None:
        self.app = app
        self.sockets = SocketGuard(app)
        self.pages = PageCache()

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        headers = headers_of(scope)
        if scope["type"] == "websocket":
            return await self.sockets(scope, receive, send, headers)
        refusal = self._refusal(scope, headers)
        if refusal:
            return await _answer(send, refusal)
        return await Exchange(self, scope, send, headers).run(receive)

    def _refusal(self, scope, headers: dict[str, str]) -> int:
        """The status of a request that goes no further, or 0."""
        if scope["path"].startswith(CLOSED_PATHS):
            return 404
        if scope["method"] in WRITING:
            if not (_is_own(headers) or scope["path"].startswith(BY_KEY)):
                return 403
            if not is_allowed(f"{settings.requests_per_minute}/minute", "http", client_address(scope)):
                return 429
        return 0


def _is_own(headers: dict[str, str]) -> bool:
    origin = headers.get("origin")
    return origin in settings.own_origins if origin else headers.get("sec-fetch-site") == "same-origin"


async def _answer(send, status: int) -> None:
    names = {**STATIC_HEADERS, "content-type": "text/plain", "content-security-policy": content_security_policy()}
    await send({"type": "http.response.start", "status": status,
                "headers": [(name.encode(), value.encode()) for name, value in names.items()]})
    await send({"type": "http.response.body", "body": b""})


class Exchange:
    """One request and its answer on the way out."""

    def __init__(self, front: Front, scope, send, headers: dict[str, str]) -> None:
        self.front, self.send, self.headers = front, send, headers
        self.path: str = scope["path"]
        last = self.path.rsplit("/", 1)[-1]
        self.is_page = (scope["method"] in {"GET", "HEAD"} and "." not in last
                        and not self.path.startswith(NOT_PAGES))
        self.is_address_file = ADDRESS_FILE.fullmatch(self.path) is not None
        self.scope = self._asked_plainly(scope) if self.is_page or self.is_address_file else scope
        self.start: dict | None = None
        self.body = bytearray()

    def _asked_plainly(self, scope):
        """What is rewritten has to come plain and whole; and a page by its own address instead of a redirect."""
        drop = {b"accept-encoding", b"if-none-match", b"if-modified-since", b"range"}
        extensions = {k: v for k, v in scope.get("extensions", {}).items() if k != "http.response.pathsend"}
        scope = {**scope, "headers": [h for h in scope["headers"] if h[0] not in drop], "extensions": extensions}
        if self.is_page and not self.path.endswith("/") and built_page(self.path):
            scope |= {"path": f"{self.path}/", "raw_path": f"{self.path}/".encode()}
        return scope

    async def run(self, receive) -> None:
        await self.front.app(self.scope, receive, self._pass_on)

    async def _pass_on(self, message) -> None:
        if message["type"] == "http.response.start":
            return await self._pass_start(message)
        if self.start is None:
            return await self.send(message)
        self.body.extend(message.get("body", b""))
        if not message.get("more_body"):
            await (self._send_page() if self.is_page else self._send_address())

    async def _pass_start(self, message) -> None:
        names = dict(message["headers"])
        for name, value in STATIC_HEADERS.items():
            names.setdefault(name.encode(), value.encode())
        if message["status"] == 200 and self.path.startswith(KEPT_FOR_GOOD) and self.path != "/texts/start.js":
            names[b"cache-control"] = b"public, max-age=31536000, immutable"
        is_html = names.get(b"content-type", b"").startswith(b"text/html")
        if self.is_address_file or (self.is_page and is_html and b"content-security-policy" not in names):
            self.start = {**message, "headers": list(names.items())}
            return
        names.setdefault(b"content-security-policy", content_security_policy().encode())
        cookies = [(name, value) for name, value in message["headers"] if name == b"set-cookie"]
        names.pop(b"set-cookie", None)  # the one header that an answer may have several of
        await self.send({**message, "headers": [*names.items(), *cookies]})

    async def _send_address(self) -> None:
        assert self.start is not None
        body = write_address(bytes(self.body))
        names = dict(self.start["headers"]) | {b"content-length": str(len(body)).encode(), b"cache-control": b"no-cache"}
        await self._send(names, body)

    async def _send_page(self) -> None:
        assert self.start is not None
        page = await asyncio.to_thread(self._written_page)
        is_packed = "gzip" in self.headers.get("accept-encoding", "")
        body = page.packed if is_packed else page.plain
        drop = {b"content-length", b"etag", b"last-modified"}
        names = {k: v for k, v in self.start["headers"] if k not in drop}
        names |= {
            b"content-length": str(len(body)).encode(),
            b"content-security-policy": page.policy.encode(),
            b"cache-control": names.get(b"cache-control", b"no-cache"),
            b"vary": b"Cookie, Accept-Language, Accept-Encoding",
        }
        if is_packed:
            names[b"content-encoding"] = b"gzip"
        await self._send(names, body)

    def _written_page(self) -> Page:
        language = language_of_page(self.headers.get("cookie", ""), self.headers.get("accept-language", ""))
        return self.front.pages.get(bytes(self.body), language, self.path)

    async def _send(self, names: dict[bytes, bytes], body: bytes) -> None:
        await self.send({**(self.start or {}), "headers": list(names.items())})
        await self.send({"type": "http.response.body", "body": body})
