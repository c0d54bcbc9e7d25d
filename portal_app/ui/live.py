"""Tells the sockets of this worker that something changed which their page follows."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from reflex.app import App
from reflex.event import Event
from reflex.state import StateUpdate

from ..core.live import Follower, Hub, the_hub

TIDY_SECONDS = 30.0


async def follow_changes(app: App, hub: Hub = the_hub) -> None:
    """Runs in each worker for as long as it serves."""

    async def tell(follower: Follower) -> bool:
        """The browser then sends the event itself, so that it passes the gate like any other."""
        namespace = app.event_namespace
        if namespace is None or follower.socket_id not in namespace._static_router_data:
            return False
        await namespace.emit("event", StateUpdate(events=[Event(name=follower.handler)]), to=follower.socket_id)
        return True

    tidying = asyncio.create_task(_forget_closed_sockets(app, hub))
    try:
        await hub.run(tell)
    finally:
        tidying.cancel()
        with suppress(asyncio.CancelledError):
            await tidying


async def _forget_closed_sockets(app: App, hub: Hub) -> None:
    while True:
        await asyncio.sleep(TIDY_SECONDS)
        if app.event_namespace is not None:
            hub.keep_only(app.event_namespace._static_router_data)
