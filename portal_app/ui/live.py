"""Tells the sockets of this worker that something changed which their page follows.

Each page then reads itself anew, which costs the server some milliseconds. Where thousands show one flow, what each shows
now is read for many at once and sent to them without being asked for (`read_together`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pydantic_core import to_json
from reflex.app import App, EventNamespace
from reflex.constants.state import FIELD_MARKER
from reflex.event import Event
from reflex.state import BaseState, StateUpdate
from socketio.packet import EVENT
from sqlmodel import Session

from ..core.database import run_short_read
from ..core.live import Follower, Hub, Shown, the_hub

log = logging.getLogger(__name__)

TIDY_SECONDS = 30.0

Delta = dict[str, dict[str, Any]]  # of states, by their vars


Read = Callable[[Session, Sequence[Any]], Sequence[Delta | None]]
_readers: dict[type, Read] = {}


def read_together(kind: type) -> Callable[[Read], Read]:
    """How pages that say that they show something of this `kind` are read, many in one go: what each is sent, or None for
    one that has to read itself."""

    def register(read: Read) -> Read:
        _readers[kind] = read
        return read

    return register


def delta_of(state: type[BaseState], /, **values: Any) -> Delta:
    return {state.get_full_name(): {f"{name}{FIELD_MARKER}": value for name, value in values.items()}}


async def read_pages(shown: Shown) -> dict[Follower, Delta]:
    """What these pages show now, without those that have to read it themselves."""
    found: dict[Follower, Delta] = {}
    for kind in {type(page) for page in shown.values()}:
        pages = {follower: page for follower, page in shown.items() if type(page) is kind}
        deltas = await run_short_read(_readers[kind], list(pages.values()))
        found |= {follower: delta for follower, delta in zip(pages, deltas, strict=True) if delta is not None}
    return found


def encoded(delta: Delta) -> str:
    """As Reflex encodes it, in a third of the time."""
    return to_json({"delta": delta}).decode()


async def send_delta(namespace: EventNamespace, socket_id: str, delta: Delta) -> None:
    """What `namespace.emit` would send, without a task for each."""
    server, name = namespace.server, namespace.namespace
    if server and (connection := server.manager.eio_sid_from_sid(socket_id, name)):
        await server.eio.send(connection, f'{EVENT}{name},["event",{encoded(delta)}]')
    await asyncio.sleep(0)  # sending waits for nothing: without this, others wait for the whole crowd


async def follow_changes(app: App, hub: Hub = the_hub) -> None:
    """Runs in each worker for as long as it serves."""

    async def tell(follower: Follower) -> bool:
        """The browser then sends the event itself, so that it passes the gate like any other."""
        namespace = app.event_namespace
        if namespace is None or follower.socket_id not in namespace._static_router_data:
            return False
        await namespace.emit("event", StateUpdate(events=[Event(name=follower.handler)]), to=follower.socket_id)
        return True

    async def send(shown: Shown) -> Iterable[Follower]:
        left = set(shown)
        for follower, delta in (await read_pages(shown)).items():
            # A page that has read itself or was written into meanwhile knows more: it is sent nothing older.
            if app.event_namespace is not None and hub.shows(follower) is shown[follower]:
                await send_delta(app.event_namespace, follower.socket_id, delta)
                left.remove(follower)
        return left

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
