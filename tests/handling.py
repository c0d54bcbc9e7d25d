"""Handlers without a browser: somebody in front of a page, with its address."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import reflex as rx
from sqlalchemy import Engine, event
from sqlmodel import Session

from portal_app.access.actors import Actor
from portal_app.core import database
from portal_app.ui.handlers import current_actor
from portal_app.ui.shell_state import ShellState


class Reader:
    """One browser tab of `actor`. `query` is the address that the page is open at."""

    def __init__(self, actor: Actor, **query: str) -> None:
        self.actor, self.query = actor, query
        self.root = rx.State(_reflex_internal_init=True)

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
            return asyncio.run(call())
        finally:
            current_actor.reset(token)

    def state(self, state_class: type) -> Any:
        return asyncio.run(self.root.get_state(state_class))

    @property
    def notices(self) -> list[str]:
        return [notice.kind for notice in self.state(ShellState).notices]


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
    monkeypatch.setattr(database, "engine", lambda: empty_database)
    monkeypatch.setattr(database, "_read_engine", lambda: empty_database.execution_options(reads_only=True))
    with Session(empty_database, expire_on_commit=False) as session:
        yield session
