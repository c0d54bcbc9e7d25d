"""Tells the sockets of this worker that something changed which their page follows.

Each page then reads itself anew, which costs the server some milliseconds: where thousands follow one thing, they take
turns. What is the same for many of them is said at once, to all followers of a topic (`Sayings`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from reflex.app import App
from reflex.event import Event
from reflex.state import StateUpdate

from ..core.live import Follower, Hub, the_hub

log = logging.getLogger(__name__)

TIDY_SECONDS = 30.0
BREATH = 50  # so many are told before others are served

# The topic that a crowd follows → for the followers of other topics, what of their state is now different.
Sayings = Callable[[str], Awaitable[Iterable[tuple[str, dict[str, Any]]]]]


async def _nothing(topic: str) -> Iterable[tuple[str, dict[str, Any]]]:
    return ()


async def follow_changes(app: App, hub: Hub = the_hub, sayings: Sayings = _nothing) -> None:
    """Runs in each worker for as long as it serves."""

    async def tell(follower: Follower) -> bool:
        """The browser then sends the event itself, so that it passes the gate like any other."""
        namespace = app.event_namespace
        if namespace is None or follower.socket_id not in namespace._static_router_data:
            return False
        await namespace.emit("event", StateUpdate(events=[Event(name=follower.handler)]), to=follower.socket_id)
        return True

    crowds: asyncio.Queue[str] = asyncio.Queue()
    hub.on_crowd = crowds.put_nowait
    works = (_forget_closed_sockets(app, hub), _tell_crowds(app, hub, crowds, sayings))
    beside = [asyncio.create_task(work) for work in works]
    try:
        await hub.run(tell)
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)


async def _tell_crowds(app: App, hub: Hub, crowds: asyncio.Queue[str], sayings: Sayings) -> None:
    while True:
        topic = await crowds.get()
        try:
            for address, delta in await sayings(topic):
                await _say(app, hub.followers_of(address), StateUpdate(delta=delta))
        except Exception:
            log.exception("a crowd could not be told at once; each reads in turn")


async def _say(app: App, followers: Iterable[Follower], update: StateUpdate) -> None:
    for number, follower in enumerate(followers):
        if app.event_namespace is not None:
            await app.event_namespace.emit("event", update, to=follower.socket_id)
        if number % BREATH == 0:
            await asyncio.sleep(0)


async def _forget_closed_sockets(app: App, hub: Hub) -> None:
    while True:
        await asyncio.sleep(TIDY_SECONDS)
        if app.event_namespace is not None:
            hub.keep_only(app.event_namespace._static_router_data)
