"""Worker processes that tests kill. Each is forked from a process that has loaded the rooms, since that takes a second."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from sqlalchemy import Engine

from portal_app.config import settings

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["portal_app.models", "portal_app.automations.planned", "portal_app.messaging.senders",
                                 "portal_app.webhooks.delivery", "tests.workers"])


def _work(told: Connection, chosen: dict[str, Any], work: Callable[..., None], *arguments: str) -> None:
    for name, value in chosen.items():
        setattr(settings, name, value)
    work(told, *arguments)


class Worker:
    """A process that does `work(connection, *arguments)` on a database of the test, with settings that the test chose."""

    def __init__(self, engine: Engine, work: Callable[..., None], *arguments: str, **chosen: Any) -> None:
        self.told, theirs = _context.Pipe()
        chosen["database_url"] = engine.url.render_as_string(hide_password=False)
        self.process = _context.Process(target=_work, args=(theirs, chosen, work, *arguments), daemon=True)
        self.process.start()
        theirs.close()

    def answer(self) -> Any:
        assert self.told.poll(60)
        return self.told.recv()

    def kill(self) -> None:
        self.process.kill()
        self.process.join(60)
