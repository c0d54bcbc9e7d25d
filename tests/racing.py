"""Whoever comes at the same moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import datetime
from threading import Barrier

from sqlalchemy import Engine
from sqlmodel import Session

from portal_app.core import clock
from portal_app.core.errors import PortalError


def at_once(engine: Engine, acts: list[Callable[[Session], object]], at: datetime | None = None) -> Counter[str]:
    """Runs all acts at the same moment, each in a session of its own; how they ended, by name."""
    start = Barrier(len(acts))

    def run(act: Callable[[Session], object]) -> str:
        start.wait(20)
        try:
            with clock.fixed(at) if at else nullcontext(), Session(engine, expire_on_commit=False) as session:
                act(session)
                session.commit()
        except PortalError as refused:
            return type(refused).__name__
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return Counter(pool.map(run, acts))
