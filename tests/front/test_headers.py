"""What the front adds to every answer, and that it takes nothing away from it."""

from __future__ import annotations

import asyncio

import pytest

from portal_app.config import settings
from portal_app.front.app import Front

COOKIES = [(b"set-cookie", b"session=1; HttpOnly"), (b"set-cookie", b"language=es")]


def answered(path: str = "/api/sign-in/code", origin: str = settings.url) -> list[dict]:
    """An answer with two cookies to somebody who sends from a page of `origin`, as it goes out."""
    async def app(scope, receive, send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"x", b"1"), *COOKIES]})
        await send({"type": "http.response.body", "body": b"{}"})

    sent: list[dict] = []

    async def send(message: dict) -> None:
        sent.append(message)

    async def receive() -> dict:
        return {"type": "http.request", "body": b""}

    scope = {"type": "http", "method": "POST", "path": path, "client": ("203.0.113.7", 1),
             "headers": [(b"origin", origin.encode())] if origin else [], "query_string": b""}
    asyncio.run(Front(app)(scope, receive, send))
    return sent


def test_every_cookie_of_an_answer_reaches_the_browser():
    assert [pair for pair in answered()[0]["headers"] if pair[0] == b"set-cookie"] == COOKIES


def test_every_answer_says_what_browsers_must_not_do():
    headers = {name.decode(): value.decode() for name, value in answered()[0]["headers"]}
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in policy["script-src"] + policy["style-src-elem"]
    assert "*" not in policy["script-src"] + policy["connect-src"]
    assert policy["frame-ancestors"] == "'self'"
    assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "SAMEORIGIN")
    assert (headers["referrer-policy"], headers["cross-origin-opener-policy"]) == ("same-origin", "same-origin")


@pytest.mark.parametrize(("path", "origin", "status"), [
    ("/api/sign-in/code", settings.url, 200), ("/api/sign-in/code", "https://elsewhere.example", 403),
    ("/api/sign-in/code", "", 403), ("/api/v1/customers", "https://elsewhere.example", 200), ("/api/v1/customers", "", 200),
    ("/api/v1", "", 403), ("/api/v12/customers", "", 403)])
def test_only_who_comes_with_a_key_may_write_from_elsewhere(path: str, origin: str, status: int):
    assert answered(path, origin)[0]["status"] == status
