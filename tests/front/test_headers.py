"""What the front adds to every answer, and that it takes nothing away from it."""

from __future__ import annotations

import asyncio

from portal_app.config import settings
from portal_app.front.app import Front

COOKIES = [(b"set-cookie", b"session=1; HttpOnly"), (b"set-cookie", b"language=es")]


def answered() -> list[tuple[bytes, bytes]]:
    """The headers of an answer with two cookies, as they go out."""
    async def app(scope, receive, send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"x", b"1"), *COOKIES]})
        await send({"type": "http.response.body", "body": b"{}"})

    sent: list[dict] = []

    async def send(message: dict) -> None:
        sent.append(message)

    async def receive() -> dict:
        return {"type": "http.request", "body": b""}

    scope = {"type": "http", "method": "POST", "path": "/api/sign-in/code", "client": ("203.0.113.7", 1),
             "headers": [(b"origin", settings.url.encode())], "query_string": b""}
    asyncio.run(Front(app)(scope, receive, send))
    return sent[0]["headers"]


def test_every_cookie_of_an_answer_reaches_the_browser():
    assert [pair for pair in answered() if pair[0] == b"set-cookie"] == COOKIES


def test_every_answer_says_what_browsers_must_not_do():
    headers = {name.decode(): value.decode() for name, value in answered()}
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in policy["script-src"] + policy["style-src-elem"]
    assert "*" not in policy["script-src"] + policy["connect-src"]
    assert policy["frame-ancestors"] == "'self'"
    assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "SAMEORIGIN")
    assert (headers["referrer-policy"], headers["cross-origin-opener-policy"]) == ("same-origin", "same-origin")
