"""A client of the portal's websocket without a browser: Socket.IO's frames by hand, so that the load generator is cheap."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
import uuid

import aiohttp

ROOT_STATE = "reflex___state____state"
HYDRATE = f"{ROOT_STATE}.hydrate_and_load"
TIMEOUT_SECONDS = 20.0
# What an answer holds when a handler failed or was refused: a notice of that kind.
FAILURE = '"kind":"error"'


class EventFailed(Exception):
    """The answer to an event was an error, or none."""


class Client:
    """One open tab. One event at a time, as a person clicks."""

    def __init__(self, http: aiohttp.ClientSession, url: str, cookie: str, path: str = "/home") -> None:
        self.http, self.url, self.path = http, url, path
        self.headers = {"Cookie": f"session={cookie}", "Origin": url}
        self.is_busy = False
        self.answer = ""
        self._wanted = ""
        self._answer: asyncio.Future[str] | None = None

    async def open(self) -> None:
        address = f"{self.url}/_event/?token={uuid.uuid4()}&EIO=4&transport=websocket".replace("http", "ws", 1)
        self.socket = await self.http.ws_connect(address, headers=self.headers, max_msg_size=0, autoping=True)
        await asyncio.wait_for(self.socket.receive_str(), TIMEOUT_SECONDS)
        await self.socket.send_str("40/_event,")
        welcome = await asyncio.wait_for(self.socket.receive_str(), TIMEOUT_SECONDS)
        if not welcome.startswith("40/_event"):
            raise EventFailed(welcome[:200])
        self._reader = asyncio.create_task(self._read())

    async def close(self) -> None:
        self._reader.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reader
        await self.socket.close()

    async def _read(self) -> None:
        async for message in self.socket:
            text = str(message.data)
            if text == "2":
                await self.socket.send_str("3")
            elif self._answer and not self._answer.done():
                if FAILURE in text:
                    self._answer.set_exception(EventFailed(text[:400]))
                elif self._wanted in text:
                    self._answer.set_result(text)
        if self._answer and not self._answer.done():
            self._answer.set_exception(EventFailed(f"the socket was closed ({self.socket.close_code})"))

    def waits_for(self, wanted: str) -> asyncio.Future[str]:
        """The next message that contains `wanted`."""
        self._wanted, self._answer = wanted, asyncio.get_running_loop().create_future()
        return self._answer

    async def call(self, name: str, payload: dict | None = None, wanted: str = "", path: str = "") -> float:
        """Sends an event and gives the seconds until the answer that contains `wanted` was there."""
        self.is_busy, answer = True, self.waits_for(wanted)
        began = time.perf_counter()
        path = path or self.path
        event = {"name": name, "payload": payload or {},
                 "router_data": {"pathname": path.partition("?")[0], "query": {}, "asPath": path}}
        try:
            if self.socket.closed:
                raise EventFailed(f"the socket was closed ({self.socket.close_code})")
            await self.socket.send_str(f'42/_event,["event",{json.dumps(event)}]')
            self.answer = await asyncio.wait_for(answer, TIMEOUT_SECONDS)
        except TimeoutError:
            raise EventFailed(f"no answer to {name}") from None
        finally:
            self.is_busy = False
        return time.perf_counter() - began

    async def enter(self, wanted: str) -> float:
        """Hydrates and loads the page, as a browser does when it has connected."""
        return await self.call(HYDRATE, {}, wanted)
