"""A client that sends what it likes: socket.io without a browser."""

from __future__ import annotations

import asyncio
import uuid

import socketio

ROOT_STATE = "reflex___state____state"
PATIENCE_SECONDS = 20  # until the first answer; a machine may have a lot to do


class RawClient:
    def __init__(self, url: str, cookie: str = "", origin: str | None = None, token: str | None = None) -> None:
        self.url, self.token = url, token or str(uuid.uuid4())
        self.headers = {"Cookie": cookie, "Origin": url if origin is None else origin}
        self.sio = socketio.AsyncClient(reconnection=False)
        self.updates: asyncio.Queue = asyncio.Queue()
        self.closed = asyncio.Event()
        self.sio.on("event", self.updates.put, namespace="/_event")
        self.sio.on("disconnect", lambda *_: self.closed.set(), namespace="/_event")

    async def __aenter__(self) -> RawClient:
        await self.sio.connect(f"{self.url}/?token={self.token}", socketio_path="/_event", namespaces=["/_event"],
                               transports=["websocket"], headers=self.headers, wait_timeout=PATIENCE_SECONDS)
        return self

    async def __aexit__(self, *_) -> None:
        await self.sio.disconnect()

    async def send(self, name: str, payload: dict | None = None, path: str = "/home", query: str = "") -> None:
        url = f"{self.url}{path}?{query}" if query else f"{self.url}{path}"
        router_data = {"pathname": path, "query": {}, "asPath": f"{path}?{query}" if query else path, "href": url}
        await self.sio.emit("event", {"name": name, "payload": payload or {}, "router_data": router_data},
                            namespace="/_event")

    async def answers(self, seconds: float = 0.4) -> str:
        """Everything that comes back until it has been quiet for so long."""
        found = []
        while True:
            try:
                found.append(await asyncio.wait_for(self.updates.get(), seconds))
            except TimeoutError:
                return repr(found)

    async def call(self, name: str, payload: dict | None = None, path: str = "/home", query: str = "") -> str:
        await self.send(name, payload, path, query)
        first = repr(await asyncio.wait_for(self.updates.get(), PATIENCE_SECONDS))
        return first + await self.answers()

    async def hydrate(self, path: str = "/home", query: str = "") -> str:
        """Opens a page and gives what it is told."""
        await self.send(f"{ROOT_STATE}.hydrate_and_load", {}, path, query)
        return await self._until_ready()

    async def settle(self) -> str:
        """Once for each socket: all that comes for what was sent so far, however long it takes. What a page without any
        data does on opening is sent last, and its end is known."""
        await self.send(f"{ROOT_STATE}.reflex___state____on_load_internal_state.on_load_internal", {}, "/sign-in")
        return await self._until_ready()

    async def hear(self, words: str) -> None:
        """Until something comes that has these words."""
        while words not in repr(await self.updates.get()):
            pass

    async def _until_ready(self) -> str:
        found = [""]
        while "'is_hydrated_rx_state_': True" not in found[-1]:
            found.append(repr(await asyncio.wait_for(self.updates.get(), PATIENCE_SECONDS)))
        return "\n".join(found)
