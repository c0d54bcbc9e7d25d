"""Tells the sockets of this worker that something changed which their page follows.

Each page then reads itself anew, which costs the server some milliseconds: where thousands follow one thing, they take
turns. What is the same for many of them is said at once, to all followers of a topic (`Sayings`).
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from reflex.app import App
from reflex.event import Event
from reflex.state import StateUpdate

from ..core.live import Follower, Hub, the_hub

log = logging.getLogger(__name__)

TIDY_SECONDS = 30.0
BREATH = 100  # so many are told before others are served

Delta = dict[str, dict[str, Any]]  # of states, by their vars
# The topic that a crowd follows, and its hub → for the followers of other topics, what of their state is now different.
Sayings = Callable[[str, Hub], Awaitable[Mapping[str, Delta]]]


async def _nothing(topic: str, hub: Hub) -> Mapping[str, Delta]:
    return {}


async def follow_changes(app: App, hub: Hub = the_hub, sayings: Sayings = _nothing) -> None:
    """Runs in each worker for as long as it serves."""

    async def tell(follower: Follower) -> bool:
        """The browser then sends the event itself, so that it passes the gate like any other."""
        namespace = app.event_namespace
        if namespace is None or follower.socket_id not in namespace._static_router_data:
            return False
        await namespace.emit("event", StateUpdate(events=[Event(name=follower.handler)]), to=follower.socket_id)
        return True

    async def say(topic: str) -> None:
        try:
            await _say(app, hub, await sayings(topic, hub))
        except Exception:
            log.exception("a crowd could not be told at once; each reads in turn")

    tidying = asyncio.create_task(_forget_closed_sockets(app, hub))
    try:
        await hub.run(tell, say)
    finally:
        tidying.cancel()
        await asyncio.gather(tidying, return_exceptions=True)


async def _say(app: App, hub: Hub, said: Mapping[str, Delta]) -> None:
    """To each follower all that concerns what it shows; what is the same for many is put into a message once."""
    alike: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for follower, topics in hub.followed_among(said).items():
        alike[tuple(topics)].append(follower.socket_id)
    for topics, sockets in alike.items():
        update = StateUpdate(delta=merged([said[topic] for topic in topics]))
        for start in range(0, len(sockets), BREATH):
            if app.event_namespace is not None:
                await app.event_namespace.emit("event", update, to=sockets[start:start + BREATH])  # pyright: ignore[reportArgumentType]


def merged(deltas: Sequence[Delta]) -> Delta:
    """One after the other would replace a var by what concerns another part of it."""
    found: Delta = {}
    for delta in deltas:
        for state, values in delta.items():
            here = found.setdefault(state, {})
            for name, value in values.items():
                here[name] = here.get(name, {}) | value if isinstance(value, dict) else value
    return found


async def _forget_closed_sockets(app: App, hub: Hub) -> None:
    while True:
        await asyncio.sleep(TIDY_SECONDS)
        if app.event_namespace is not None:
            hub.keep_only(app.event_namespace._static_router_data)
