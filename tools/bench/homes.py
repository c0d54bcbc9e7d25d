"""Open homes of many customers, whose pages nobody touches."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import aiohttp
from serving import Made, Server, prepare
from sockets import Client

CONNECTING_AT_ONCE = 8
FOLLOWED_SECONDS = 2.0  # within which an open page shows what others have changed
Home = TypeVar("Home", bound=Client)


@contextmanager
def served_customers(*what: str) -> Iterator[tuple[Server, Made]]:
    """A server for many customers at one address, and who they are: `what` `prepare.py` makes."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        made = prepare(what[0], Path(name), *what[1:])
        with Server(Path(name), PORTAL_SOCKETS_PER_ADDRESS="10000", PORTAL_REQUESTS_PER_MINUTE="100000",
                    PORTAL_EVENTS_PER_SECOND="1000", PORTAL_EVENT_BURST="1000") as server:
            yield server, made


async def open_homes(kind: Callable[..., Home], http: aiohttp.ClientSession, server: Server, people: Iterable[Made],
                     page: str = "/home", state: str = "home_state") -> list[Home]:
    """Opens the home of each (or another page, of their project), a few at a time."""
    gate = asyncio.Semaphore(CONNECTING_AT_ONCE)

    async def opened(person: Made) -> Home:
        client = kind(http, server.url, person["cookie"], page.format(**person))
        async with gate:
            await client.open()
            await client.enter(state)
        return client

    return await asyncio.gather(*(opened(person) for person in people))
