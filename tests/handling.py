"""Handlers without a browser: somebody in front of a page, with its address."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import cache
from typing import Any

import pytest
import reflex as rx
from reflex.istate.data import RouterData, SessionData
from reflex.utils.format import json_dumps
from sqlalchemy import Engine, event
from sqlmodel import Session

from portal_app.access.actors import Actor
from portal_app.core import clock, live
from portal_app.core.texts import text_id
from portal_app.ui.handlers import current_actor
from portal_app.ui.live import Delta, encoded, read_pages
from portal_app.ui.shell_state import CHANGED_ELSEWHERE, ShellState
from tests.serving import serve_from


@cache
def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.new_event_loop()


def renew_threads() -> None:
    """Coverage sees only threads that begin while it traces; after a pause also those are lost to it."""
    _loop().set_default_executor(ThreadPoolExecutor())


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    """`asyncio.run` in a loop that stays: making a loop and a thread for each of thousands of handlers takes longer than
    the handlers. What they leave running ends here too."""
    try:
        return _loop().run_until_complete(work)
    finally:
        left = asyncio.all_tasks(_loop())
        for task in left:
            task.cancel()
        if left:
            _loop().run_until_complete(asyncio.gather(*left, return_exceptions=True))


class Reader:
    """One browser tab of `actor`. `query` is the address that the page is open at."""

    def __init__(self, actor: Actor | None, **query: str) -> None:
        self.actor, self.query = actor, query
        self.root: Any = rx.State(_reflex_internal_init=True)  # pyright: ignore[reportCallIssue]
        self.root.router = RouterData(session=SessionData(client_ip="192.0.2.7"))

    def send(self, state_class: type, handler: str, *arguments: Any) -> list[Any]:
        """What the browser would send; gives the events that the handler answers with."""

        async def call() -> list[Any]:
            state = await self.root.get_state(state_class)
            object.__setattr__(state, "_query", lambda name: self.query.get(name, ""))
            found = getattr(state_class, handler).fn(state, *arguments)
            if hasattr(found, "__aiter__"):
                return [event async for event in found if event is not None]
            answer = await found if asyncio.iscoroutine(found) else found
            return [] if answer is None else [answer]

        token = current_actor.set(self.actor)
        try:
            return _run(call())
        finally:
            current_actor.reset(token)

    def state(self, state_class: type) -> Any:
        return _run(self.root.get_state(state_class))

    @property
    def notices(self) -> list[str]:
        shell = self.state(ShellState)
        return [*(notice.kind for notice in shell.notices), *(["info"] if shell.is_changed_elsewhere else [])]


def sent_now(shown: live.Shown) -> dict[live.Follower, Delta]:
    """What open pages that show this are sent. It is encoded as Reflex encodes what a page reads itself."""
    found = asyncio.run(read_pages(shown))
    for delta in found.values():
        assert json.loads(encoded(delta)) == json.loads(json_dumps({"delta": delta}))
    return found


class Tab:
    """A `Reader` in front of one page; with `at` time stands still while a handler runs."""

    def __init__(self, actor: Actor | None, state_class: Any, *, at: datetime | None = None, **query: str) -> None:
        self.reader, self.state_class, self.at = Reader(actor, **query), state_class, at

    def send(self, handler: str, *arguments: Any) -> Any:
        """What the browser would send; gives the page as it is afterwards."""
        with clock.fixed(self.at) if self.at else nullcontext():
            self.reader.send(self.state_class, handler, *arguments)
        return self.page

    @property
    def page(self) -> Any:
        return self.reader.state(self.state_class)

    def go(self, **query: str) -> None:
        """The same tab at another address."""
        self.reader.query = query

    @property
    def told(self) -> list[str]:
        """The ids of the notices' texts."""
        shell = self.reader.state(ShellState)
        changed = [text_id(CHANGED_ELSEWHERE)] if shell.is_changed_elsewhere else []
        return [*(notice.said.id for notice in shell.notices), *changed]

    def was_told(self, text: str) -> bool:
        return text_id(text) in self.told


def address_of(event: Any) -> str:
    """Where an answer leads to."""
    return next(str(value._var_value) for name, value in event.args if str(name) == "path")


@contextmanager
def queries(session: Session) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_):
        if not statement.startswith(("SAVEPOINT", "RELEASE")):
            seen.append(statement)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(connection, "before_cursor_execute", note)


@pytest.fixture
def served(empty_database: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """The process serves from this database; the session is for filling and looking at it."""
    serve_from(empty_database, monkeypatch)
    with Session(empty_database, expire_on_commit=False) as session:
        yield session
