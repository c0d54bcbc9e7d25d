"""Two workers with a real Redis between them: what one changes, the followers of the other are told."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack, suppress

import pytest

from portal_app.core import live
from portal_app.core.live import Follower, Hub
from tests.redis_server import RedisServer

ONE, TWO = Follower("socket-1", "home.load"), Follower("socket-2", "home.load")


class Worker:
    """A hub that runs as in a process of its own."""

    def __init__(self) -> None:
        self.hub, self.told = Hub(), asyncio.Queue()

    async def tell(self, follower: Follower) -> bool:
        await self.told.put(follower)
        return True

    async def __aenter__(self) -> Worker:
        self._task = asyncio.create_task(self.hub.run(self.tell))
        await asyncio.wait_for(self.hub.hears.wait(), 10)
        return self

    async def __aexit__(self, *_) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def next(self, seconds: float = 10) -> Follower:
        return await asyncio.wait_for(self.told.get(), seconds)


@pytest.fixture(autouse=True)
def _with_redis(redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live.settings, "redis_url", redis_server.url)
    monkeypatch.setattr(live, "RECONNECT_SECONDS", 0.05)
    monkeypatch.setattr(live, "SPREAD_SECONDS", 0.1)


async def _two(stack: AsyncExitStack) -> tuple[Worker, Worker]:
    return await stack.enter_async_context(Worker()), await stack.enter_async_context(Worker())


def test_a_change_reaches_the_other_worker_and_only_its_followers():
    async def go() -> None:
        async with AsyncExitStack() as stack:
            here, there = await _two(stack)
            there.hub.follow(ONE, ["opportunity:a"])
            there.hub.follow(TWO, ["opportunity:b"])
            here.hub.follow(TWO, ["opportunity:a"])
            began = time.monotonic()
            here.hub.tell_later(frozenset({"opportunity:a"}), "")
            assert await there.next() == ONE
            assert time.monotonic() - began < 2
            assert await here.next() == TWO
            there.hub.tell_later(frozenset({"opportunity:b"}), "")
            assert await there.next() == TWO
            assert (here.hub.told, there.hub.told) == (1, 2)  # its own message told nobody a second time

    asyncio.run(go())


def test_the_page_that_made_the_change_is_known_on_the_other_worker_too():
    async def go() -> None:
        async with AsyncExitStack() as stack:
            here, there = await _two(stack)
            for follower in (ONE, TWO):
                there.hub.follow(follower, ["staff"])
            here.hub.tell_later(frozenset({"staff"}), "socket-1")
            assert await there.next() == TWO
            assert there.told.empty()

    asyncio.run(go())


def test_after_redis_was_away_everybody_reads_anew_once_and_it_goes_on(redis_server: RedisServer):
    async def go() -> None:
        async with AsyncExitStack() as stack:
            here, there = await _two(stack)
            there.hub.follow(ONE, ["opportunity:a"])
            redis_server.stop()
            here.hub.tell_later(frozenset({"opportunity:a"}), "")  # cannot reach the other worker
            await asyncio.to_thread(redis_server.start)
            assert await there.next() == ONE
            await asyncio.wait_for(asyncio.gather(here.hub.hears.wait(), there.hub.hears.wait()), 10)
            here.hub.tell_later(frozenset({"opportunity:a"}), "")
            assert await there.next() == ONE

    asyncio.run(go())


def test_while_redis_is_away_a_worker_still_tells_its_own(redis_server: RedisServer):
    async def go() -> None:
        async with AsyncExitStack() as stack:
            here, _ = await _two(stack)
            here.hub.follow(ONE, ["opportunity:a"])
            redis_server.stop()
            here.hub.tell_later(frozenset({"opportunity:a"}), "")
            assert await here.next() == ONE
            await asyncio.to_thread(redis_server.start)

    asyncio.run(go())


def test_what_others_write_into_redis_does_no_harm(redis_server: RedisServer):
    from redis import Redis

    async def go() -> None:
        async with Worker() as worker:
            worker.hub.follow(ONE, ["opportunity:a"])
            with Redis.from_url(redis_server.url) as redis:
                for junk in (b"", b"[", b"{}", b"[1,2]", b'["x","",5]', b"\xff\xfe"):
                    redis.publish(live.channel(), junk)
                redis.publish(live.channel(), b'["another","",["opportunity:a"]]')
            assert await worker.next() == ONE
            assert worker.hub.hears.is_set()

    asyncio.run(go())


def test_two_portals_in_one_redis_do_not_hear_each_other(monkeypatch: pytest.MonkeyPatch):
    before = live.channel()
    monkeypatch.setattr(live.settings, "database_url", "postgresql+psycopg://elsewhere/portal")
    assert live.channel() != before
