"""Which sockets are told of a change, and how a page stops following."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest

from portal_app.core import live
from portal_app.core.live import Follower, Hub
from portal_app.ui import live as ui_live
from portal_app.ui.live import follow_changes, read_together


class Sockets:
    """What Reflex knows of the sockets of a worker."""

    def __init__(self, *open_sockets: str) -> None:
        self._static_router_data: dict[str, Any] = dict.fromkeys(open_sockets)
        self.sent: asyncio.Queue = asyncio.Queue()
        self.said: asyncio.Queue = asyncio.Queue()

    async def emit(self, kind: str, update: Any, to: str) -> None:
        if update.delta:
            await self.said.put((to, update.delta["home"]))
        else:
            await self.sent.put((to, kind, [event.name for event in update.events]))


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


async def _while_it_runs(sockets: Sockets | None, hub: Hub, work: Any) -> None:
    app: Any = SimpleNamespace(event_namespace=sockets)
    task = asyncio.create_task(follow_changes(app, hub))
    await asyncio.sleep(0)
    try:
        await work
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def test_a_socket_is_sent_the_name_of_its_handler_and_one_that_is_gone_is_forgotten():
    hub, sockets = Hub(), Sockets("here")

    async def work() -> None:
        hub.follow(Follower("gone", "home.refresh"), ["staff"])
        hub.follow(Follower("here", "home.refresh"), ["staff"])
        hub.touched(["staff"])
        assert await asyncio.wait_for(sockets.sent.get(), 20) == ("here", "event", ["home.refresh"])
        assert hub.size == (1, 1)

    asyncio.run(_while_it_runs(sockets, hub, work()))


def test_pages_are_sent_what_they_show_now_and_read_the_rest(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live, "SETTLED_SECONDS", -1.0)
    hub, sockets = Hub(), Sockets("one", "two", "three", "four")
    one, two, three, four = (Follower(name, "home.refresh") for name in sockets._static_router_data)

    async def reading(read: Any, *given: Any) -> Any:
        return read(None, *given)

    def read_words(_session: Any, pages: Sequence[str]) -> list[Any]:
        assert sorted(pages) == ["A", "B", "C"]
        hub.follow(two, ["flow:a"], shows="D")  # has read itself meanwhile
        return [{"home": {"page": page}} if page != "C" else None for page in pages]

    monkeypatch.setattr(ui_live, "run_short_read", reading)
    monkeypatch.setattr(ui_live, "_readers", {})
    read_together(str)(read_words)
    read_together(int)(lambda _session, pages: [{"home": {"page": str(page)}} for page in pages])

    async def work() -> None:
        for follower, page in ((one, "A"), (two, "B"), (three, "C"), (four, 4)):
            hub.follow(follower, ["flow:a"], shows=page)
        hub.touched(["flow:a"])
        told = {(await asyncio.wait_for(sockets.sent.get(), 20))[0] for _ in range(2)}
        assert told == {"two", "three"}
        said = [sockets.said.get_nowait() for _ in range(2)]
        assert sorted(said) == [("four", {"page": "4"}), ("one", {"page": "A"})]
        assert sockets.said.empty()

    asyncio.run(_while_it_runs(sockets, hub, work()))


def test_before_anybody_can_connect_nothing_is_sent():
    hub = WatchedHub()

    async def work() -> None:
        hub.follow(Follower("here", "home.refresh"), ["staff"])
        hub.touched(["staff"])
        await hub.forgot.wait()
        assert hub.size == (0, 0)

    asyncio.run(asyncio.wait_for(_while_it_runs(None, hub, work()), 20))


def test_closed_sockets_are_forgotten_though_nothing_changes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ui_live, "TIDY_SECONDS", 0.0)
    hub, sockets = WatchedHub(), Sockets("here")

    async def work() -> None:
        for socket in ("here", "gone"):
            hub.follow(Follower(socket, "home.refresh"), [f"contact:{socket}"])
        await hub.forgot.wait()
        assert hub.followers_of("contact:here")
        assert hub.size == (1, 1)

    asyncio.run(asyncio.wait_for(_while_it_runs(sockets, hub, work()), 20))
