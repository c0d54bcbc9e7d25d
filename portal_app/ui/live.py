"""Tells the sockets of this worker that something changed which their page follows.

Each page then reads itself anew, which costs the server some milliseconds. Where thousands show one flow, what each shows
now is read for many at once and sent to them without being asked for (`News`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, NamedTuple

from reflex.app import App
from reflex.constants.state import FIELD_MARKER
from reflex.event import Event
from reflex.state import BaseState, StateUpdate

from ..core.live import Follower, Hub, Shown, the_hub

log = logging.getLogger(__name__)

TIDY_SECONDS = 30.0

Delta = dict[str, dict[str, Any]]  # of states, by their vars


class Update(NamedTuple):
    """What some followers are sent. It is `whole` when they need not read anything besides."""

    followers: list[Follower]
    delta: Delta
    is_whole: bool


News = Callable[[Shown], Awaitable[Iterable[Update]]]  # what these pages show now; who is in no update has to read it


def delta_of(state: type[BaseState], **values: Any) -> Delta:
    return {state.get_full_name(): {f"{name}{FIELD_MARKER}": value for name, value in values.items()}}


async def _nothing(shown: Shown) -> Iterable[Update]:
    return ()


async def follow_changes(app: App, hub: Hub = the_hub, news: News = _nothing) -> None:
    """Runs in each worker for as long as it serves."""

    async def tell(follower: Follower) -> bool:
        """The browser then sends the event itself, so that it passes the gate like any other."""
        namespace = app.event_namespace
        if namespace is None or follower.socket_id not in namespace._static_router_data:
            return False
        await namespace.emit("event", StateUpdate(events=[Event(name=follower.handler)]), to=follower.socket_id)
        return True

    async def send(shown: Shown) -> Iterable[Follower]:
        async def send_one(update: Update) -> None:
            """A page that has read itself meanwhile knows more: it is sent nothing older."""
            sockets = [follower.socket_id for follower in update.followers if hub.shows(follower) is shown[follower]]
            if sockets and app.event_namespace is not None:
                await app.event_namespace.emit("event", StateUpdate(delta=update.delta), to=sockets)  # pyright: ignore[reportArgumentType]

        updates = await news(shown)
        await asyncio.gather(*map(send_one, updates))
        return set(shown).difference(*(update.followers for update in updates if update.is_whole))

    tidying = asyncio.create_task(_forget_closed_sockets(app, hub))
    try:
        await hub.run(tell, send)
    finally:
        tidying.cancel()
        await asyncio.gather(tidying, return_exceptions=True)


async def _forget_closed_sockets(app: App, hub: Hub) -> None:
    while True:
        await asyncio.sleep(TIDY_SECONDS)
        if app.event_namespace is not None:
            hub.keep_only(app.event_namespace._static_router_data)
