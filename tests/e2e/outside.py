"""What somebody does who uses no browser: signs in by plain HTTP, sends whatever requests and events they like."""

from __future__ import annotations

import asyncio
import json
import re
import urllib.error
import urllib.request
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from email.message import Message
from typing import Any, NamedTuple

from reflex.utils.format import format_event_handler

from .support import Portal


class Answer(NamedTuple):
    status: int
    body: bytes
    headers: dict[str, str]


class _Stay(urllib.request.HTTPRedirectHandler):
    """Redirects are answers too."""

    def redirect_request(self, *_):
        return None


_opener = urllib.request.build_opener(_Stay)


def ask(portal: Portal, path: str, method: str = "GET", data: object = None, cookie: str = "", origin: str = "",
        key: str = "") -> Answer:
    headers = {"Origin": origin or portal.url, "Content-Type": "application/json", **({"Cookie": cookie} if cookie else {}),
               **({"Authorization": f"Bearer {key}"} if key else {})}
    body = None if data is None else json.dumps(data).encode()
    request = urllib.request.Request(f"{portal.url}{path}", body, headers, method=method)
    try:
        with _opener.open(request, timeout=20) as answer:
            return Answer(answer.status, answer.read(), _headers(answer.headers))
    except urllib.error.HTTPError as refused:
        with refused:
            return Answer(refused.code, refused.read(), _headers(refused.headers))


def _headers(given: Message) -> dict[str, str]:
    """Several of one name stand below each other."""
    names = {name.lower() for name in given}
    return {name: "\n".join(given.get_all(name, [])) for name in names}


def _cookie_of(answer: Answer) -> str:
    found = re.search(r"^(\S*session=[^;]+)", answer.headers.get("set-cookie", ""), re.MULTILINE)
    assert found, f"not signed in: {answer.status} {answer.body[:200]}"
    return found[1]


def customer_cookie(portal: Portal, email: str) -> str:
    link = portal.wait_for_mail(email).link
    return _cookie_of(ask(portal, link.removeprefix(portal.url), "POST", {}))


def staff_cookie(portal: Portal, made: dict, role: str) -> str:
    form = {"email": made["staff"][role], "password": made["password"]}
    return _cookie_of(ask(portal, "/api/staff/sign-in", "POST", form))


def name_of(state: type, handler: str) -> str:
    """As a browser calls it."""
    return format_event_handler(state.event_handlers[handler])  # pyright: ignore[reportAttributeAccessIssue]


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """Runs a coroutine beside Playwright, whose own loop occupies this thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
