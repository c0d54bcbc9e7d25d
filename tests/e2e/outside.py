"""What somebody does who uses no browser: signs in by plain HTTP, sends whatever requests and events they like."""

from __future__ import annotations

import asyncio
import json
import re
import threading
import urllib.error
import urllib.request
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, contextmanager
from email.message import Message
from typing import Any, NamedTuple

from raw_client import PATIENCE_SECONDS, RawClient
from reflex.utils.format import format_event_handler

from portal_app.core.live import TOLD_AT_ONCE

from .support import Portal, wait_until


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


@contextmanager
def crowd(portal: Portal, cookie: str, event: str, heard: str) -> Iterator[None]:
    """More open tabs of one person than are told of a change in one go; each has sent an event and heard the answer."""
    is_here, leave = threading.Event(), threading.Event()

    async def stay() -> None:
        async with AsyncExitStack() as tabs:
            for _ in range(TOLD_AT_ONCE + 1):
                tab = await tabs.enter_async_context(RawClient(portal.url, cookie))
                await tab.send(event)
                await asyncio.wait_for(tab.hear(heard), PATIENCE_SECONDS)
            is_here.set()
            await asyncio.to_thread(leave.wait)

    with ThreadPoolExecutor(1) as pool:
        staying = pool.submit(asyncio.run, stay())
        assert wait_until(lambda: is_here.is_set() or staying.done(), 60)
        try:
            yield
        finally:
            leave.set()
            staying.result()


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """Runs a coroutine beside Playwright, whose own loop occupies this thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
