"""A bell between whoever commits a mail, in any thread, and the delivery of the same process."""

from __future__ import annotations

import asyncio

from sqlalchemy import event
from sqlmodel import Session


class Bell:
    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._rung: asyncio.Event | None = None

    def listen(self) -> None:
        """Binds the bell to the running loop."""
        self._loop, self._rung = asyncio.get_running_loop(), asyncio.Event()

    def ring(self) -> None:
        if self._loop and self._rung and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._rung.set)

    async def wait(self) -> None:
        assert self._rung, "listen first"
        await self._rung.wait()
        self._rung.clear()


the_bell = Bell()


def ring_after_commit(session: Session, bell: Bell = the_bell) -> None:
    """Once for each session, however many mails it writes."""
    if "rings" not in session.info:
        session.info["rings"] = True
        event.listen(session, "after_commit", lambda _session: bell.ring())
