"""Which sockets are told of a change, and how a page stops following."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest
from engineio.async_socket import AsyncSocket
from reflex.state import StateUpdate
from socketio.packet import Packet

from portal_app.core import live
from portal_app.core.live import Follower, Hub
from portal_app.ui import live as ui_live
from portal_app.ui.i18n import Said
from portal_app.ui.live import follow_changes, read_together, send_delta


class Sockets:
    """Sockets as Reflex holds them, with nobody at the other end: what is sent to them stays in their queues."""

    def __init__(self) -> None:
        from portal_app.portal_app import app

        assert app.event_namespace is not None
        assert app.sio is not None
        self.namespace: Any = app.event_namespace
        self.server = app.sio
        self.connections: dict[str, str] = {}

    async def open(self) -> str:
        connection = f"connection-{uuid.uuid4()}"
        self.server.eio.sockets[connection] = AsyncSocket(self.server.eio, connection)
        manager: Any = self.server.manager
        socket_id = await manager.connect(connection, self.namespace.namespace)
        self.connections[socket_id], self.namespace._static_router_data[socket_id] = connection, {}
        return socket_id

    def queue(self, socket_id: str) -> asyncio.Queue:
        return self.server.eio.sockets[self.connections[socket_id]].queue

    async def sent(self, socket_id: str) -> Any:
        """The next event that is on its way to this socket."""
        frame = await asyncio.wait_for(self.queue(socket_id).get(), 20)
        packet = Packet(encoded_packet=frame.data)
        assert packet.namespace == self.namespace.namespace
        kind, update = packet.data or ("", None)
        assert kind == "event"
        return update

    def close(self) -> None:
        for socket_id, connection in self.connections.items():
            del self.server.eio.sockets[connection], self.namespace._static_router_data[socket_id]
            self.server.manager.basic_disconnect(socket_id, self.namespace.namespace)


@pytest.fixture
def sockets() -> Iterator[Sockets]:
    found = Sockets()
    yield found
    found.close()


class WatchedHub(Hub):
    """Says when it has forgotten somebody."""

    def __init__(self) -> None:
        super().__init__()
        self.forgot = asyncio.Event()

    def _drop(self, follower: Follower) -> None:
        was_there = follower in self._standing
        super()._drop(follower)
        if was_there:
            self.forgot.set()


async def _while_it_runs(namespace: Any, hub: Hub, work: Any) -> None:
    app: Any = SimpleNamespace(event_namespace=namespace)
    task = asyncio.create_task(follow_changes(app, hub))
    await asyncio.sleep(0)
    try:
        await work
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def test_a_socket_is_sent_the_name_of_its_handler_and_one_that_is_gone_is_forgotten(sockets: Sockets):
    hub = Hub()

    async def work() -> None:
        here = await sockets.open()
        hub.follow(Follower("gone", "home.refresh"), ["staff"])
        hub.follow(Follower(here, "home.refresh"), ["staff"])
        hub.touched(["staff"])
        assert [event["name"] for event in (await sockets.sent(here))["events"]] == ["home.refresh"]
        assert hub.size == (1, 1)

    asyncio.run(_while_it_runs(sockets.namespace, hub, work()))


def test_pages_are_sent_what_they_show_now_and_read_the_rest(sockets: Sockets, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live, "SETTLED_SECONDS", -1.0)
    hub = Hub()

    async def reading(read: Any, *given: Any) -> Any:
        return read(None, *given)

    monkeypatch.setattr(ui_live, "run_short_read", reading)
    monkeypatch.setattr(ui_live, "_readers", {})

    async def work() -> None:
        one, two, three, four = [Follower(await sockets.open(), "home.refresh") for _ in range(4)]

        def read_words(_session: Any, pages: Sequence[str]) -> list[Any]:
            assert sorted(pages) == ["A", "B", "C"]
            hub.follow(two, ["flow:a"], shows="D")  # has read itself meanwhile
            return [{"home": {"page": page}} if page != "C" else None for page in pages]

        read_together(str)(read_words)
        read_together(int)(lambda _session, pages: [{"home": {"page": str(page)}} for page in pages])
        for follower, page in ((one, "A"), (two, "B"), (three, "C"), (four, 4)):
            hub.follow(follower, ["flow:a"], shows=page)
        hub.touched(["flow:a"])
        for follower in (two, three):
            assert [event["name"] for event in (await sockets.sent(follower.socket_id))["events"]] == ["home.refresh"]
        assert [await sockets.sent(follower.socket_id) for follower in (one, four)] == [
            {"delta": {"home": {"page": page}}} for page in ("A", "4")]
        assert all(sockets.queue(follower.socket_id).empty() for follower in (one, two, three, four))

    asyncio.run(_while_it_runs(sockets.namespace, hub, work()))


def test_what_pages_are_sent_is_what_reflex_would_send(sockets: Sockets):
    delta: Any = {"home": {"a_rx_state_": [Said(id="ñ \"é\"\n", values={"n": 1.5})], "b_rx_state_": ({"ü": None}, True)}}

    async def work() -> None:
        here = await sockets.open()
        await send_delta(sockets.namespace, here, delta)
        await sockets.namespace.emit("event", StateUpdate(delta=delta), to=here)
        assert await sockets.sent(here) == await sockets.sent(here)
        await send_delta(sockets.namespace, "gone", delta)
        assert sockets.queue(here).empty()

    asyncio.run(work())


def test_others_are_served_while_a_crowd_is_sent_something(sockets: Sockets):
    turns = 0

    async def serve_others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def work() -> None:
        here = await sockets.open()
        others = asyncio.create_task(serve_others())
        for _ in range(10):
            await send_delta(sockets.namespace, here, {"home": {"page": "A"}})
        others.cancel()
        assert turns >= 10

    asyncio.run(work())


def test_before_anybody_can_connect_nothing_is_sent():
    hub = WatchedHub()

    async def work() -> None:
        hub.follow(Follower("here", "home.refresh"), ["staff"])
        hub.touched(["staff"])
        await hub.forgot.wait()
        assert hub.size == (0, 0)

    asyncio.run(asyncio.wait_for(_while_it_runs(None, hub, work()), 20))


def test_closed_sockets_are_forgotten_though_nothing_changes(sockets: Sockets, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ui_live, "TIDY_SECONDS", 0.0)
    hub = WatchedHub()

    async def work() -> None:
        here = await sockets.open()
        for socket in (here, "gone"):
            hub.follow(Follower(socket, "home.refresh"), [f"contact:{socket}"])
        await hub.forgot.wait()
        assert hub.followers_of(f"contact:{here}")
        assert hub.size == (1, 1)

    asyncio.run(asyncio.wait_for(_while_it_runs(sockets.namespace, hub, work()), 20))
