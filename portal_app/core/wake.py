"""A bell between whoever commits work for the background, in any thread, and who does it in the same process."""

from __future__ import annotations

import asyncio

from sqlalchemy import event
from sqlmodel import Session

_BELLS = "bells"


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


def ring_once_after_commit(session: Session, bell: Bell) -> None:
    """Once for each session, however much it writes."""
    session.info.setdefault(_BELLS, set()).add(bell)


@event.listens_for(Session, "after_commit")
def _ring(session: Session) -> None:
    if not session.in_nested_transaction():
        for bell in session.info.pop(_BELLS, ()):
            bell.ring()
