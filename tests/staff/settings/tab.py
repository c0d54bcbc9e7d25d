"""A page of the settings without a browser: what a client would send goes to the handler."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

import reflex as rx
from reflex.istate.data import RouterData, SessionData

from portal_app.access.actors import Actor
from portal_app.core.texts import text_id
from portal_app.ui.handlers import current_actor
from portal_app.ui.shell_state import ShellState


class Tab:
    def __init__(self, actor: Actor | None, state_class: Any, **query: str) -> None:
        self.actor, self.state_class, self.query = actor, state_class, query
        self.root: Any = rx.State(_reflex_internal_init=True)
        self.root.router = RouterData(session=SessionData(client_ip="192.0.2.7"))

    def send(self, handler: str, *arguments: Any) -> Any:
        async def send() -> None:
            state = await self.root.get_state(self.state_class)
            object.__setattr__(state, "_query", lambda name: self.query.get(name, ""))
            answer = getattr(self.state_class, handler).fn(state, *arguments)
            if inspect.isasyncgen(answer):
                async for _ in answer:
                    pass
            elif inspect.isawaitable(answer):
                await answer

        token = current_actor.set(self.actor)
        try:
            asyncio.run(send())
        finally:
            current_actor.reset(token)
        return self.page

    @property
    def page(self) -> Any:
        return asyncio.run(self.root.get_state(self.state_class))

    def was_told(self, text: str) -> bool:
        notices = asyncio.run(self.root.get_state(ShellState)).notices
        return text_id(text) in [notice.said.id for notice in notices]
