"""Open homes of many customers, whose pages nobody touches."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterable, Iterator
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
def served_customers(count: int) -> Iterator[tuple[Server, Made]]:
    """A server for so many customers at one address, and who they are."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        made = prepare("customers", Path(name), str(count), "0", "0")
        with Server(Path(name), PORTAL_SOCKETS_PER_ADDRESS="10000", PORTAL_REQUESTS_PER_MINUTE="100000",
                    PORTAL_EVENTS_PER_SECOND="1000", PORTAL_EVENT_BURST="1000") as server:
            yield server, made


async def open_homes(kind: type[Home], http: aiohttp.ClientSession, server: Server, people: Iterable[Made]) -> list[Home]:
    """Opens the home of each, a few at a time."""
    gate = asyncio.Semaphore(CONNECTING_AT_ONCE)

    async def opened(person: Made) -> Home:
        page = kind(http, server.url, person["cookie"])
        async with gate:
            await page.open()
            await page.enter("home_state")
        return page

    return await asyncio.gather(*(opened(person) for person in people))
