"""What the front adds to an answer takes nothing away from it."""

from __future__ import annotations

import asyncio

from portal_app.config import settings
from portal_app.front.app import Front


def test_every_cookie_of_an_answer_reaches_the_browser():
    cookies = [(b"set-cookie", b"session=1; HttpOnly"), (b"set-cookie", b"language=es")]

    async def app(scope, receive, send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"x", b"1"), *cookies]})
        await send({"type": "http.response.body", "body": b"{}"})

    sent: list[dict] = []

    async def send(message: dict) -> None:
        sent.append(message)

    async def receive() -> dict:
        return {"type": "http.request", "body": b""}

    scope = {"type": "http", "method": "POST", "path": "/api/sign-in/code", "client": ("203.0.113.7", 1),
             "headers": [(b"origin", settings.url.encode())], "query_string": b""}
    asyncio.run(Front(app)(scope, receive, send))
    headers = sent[0]["headers"]
    assert [pair for pair in headers if pair[0] == b"set-cookie"] == cookies
    assert b"content-security-policy" in dict(headers)
