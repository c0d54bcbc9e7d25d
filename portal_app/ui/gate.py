"""The one place that decides whether an event reaches its handler."""

from __future__ import annotations

import asyncio
import logging
import time

from reflex.app import App
from reflex.event import Event
from reflex.middleware.middleware import Middleware
from reflex.state import BaseState, FrontendEventExceptionState, OnLoadInternalState, State, StateUpdate
from reflex_base.event.context import EventContext
from reflex_base.registry import RegistrationContext

from ..access import sessions
from ..access.actors import CUSTOMER, PUBLIC, SERVER, Actor
from ..core import live
from ..core.crypto import hash_of
from ..core.database import read_connection, read_scope
from .handlers import current_actor
from .shell_state import ShellState, follow_company, forget_what_is_shown_once, refusal, to_page, to_sign_in

log = logging.getLogger(__name__)

# Reflex's own events that a browser must be able to send; with payload keys that reach the handler.
OPEN_INTERNALS: dict[tuple[type, str], frozenset[str]] = {
    (State, "hydrate_and_load"): frozenset({"hashes"}),
    (OnLoadInternalState, "on_load_internal"): frozenset(),
    (FrontendEventExceptionState, "handle_frontend_exception"): frozenset({"info", "component_stack"}),
}
# … and those that only a handler on the server may start.
CHAINED_INTERNALS = {(OnLoadInternalState, "set_is_hydrated")}
LONGEST_REPORT = 2000
REVOCATION_SECONDS = 1.5


def _is_reflex_own(state_class: type) -> bool:
    return state_class.__module__.split(".")[0].startswith("reflex")


def permissions_of_handlers() -> dict[str, str]:
    """Event name → permission. Raises when a handler of ours has none."""
    permissions, missing = {}, []
    for name, registered in RegistrationContext.get().event_handlers.items():
        state_class, function = registered.states[0], registered.handler.fn
        if _is_reflex_own(state_class) or function.__name__ == "setvar":
            continue
        permission = getattr(function, "__permission__", None)
        if permission is None:
            missing.append(f"{state_class.__module__}.{state_class.__name__}.{function.__name__}")
        else:
            permissions[name] = permission
    if missing:
        raise RuntimeError("handlers without @handler(permission): " + ", ".join(sorted(missing)))
    return permissions


def _own_door(actor: Actor, permission: str) -> str:
    """Where the actor is at home, when `permission` is one of those who come in by the other door."""
    if actor.is_customer:
        return "/home" if permission not in (CUSTOMER, SERVER) else ""
    return "/staff" if permission == CUSTOMER else ""


class Gate(Middleware):
    def __init__(self) -> None:
        self.permissions = permissions_of_handlers()
        self.open_internals: dict[str, frozenset[str]] = {}
        self.chained_internals: set[str] = set()
        for name, registered in RegistrationContext.get().event_handlers.items():
            key = (registered.states[0], registered.handler.fn.__name__)
            if key in OPEN_INTERNALS:
                self.open_internals[name] = OPEN_INTERNALS[key]
            elif key in CHAINED_INTERNALS:
                self.chained_internals.add(name)
        self.page_opens = {name for name in self.open_internals if not name.endswith(".handle_frontend_exception")}
        self.hydrate = next(name for name in self.open_internals if name.endswith(".hydrate_and_load"))

    async def preprocess(self, app: App, state: BaseState, event: Event) -> StateUpdate | None:
        with read_connection() as connection:  # a third of what a session would cost, on every event
            actor = sessions.get_actor(connection, state.router.headers.cookie or "")
        current_actor.set(actor)
        live.origin.set(state.router.session.session_id)
        live.began.set(time.monotonic())
        if event.name in self.open_internals:
            if event.name in self.page_opens:
                (await state.get_state(ShellState))._forget_notices()
            return self._pass_internal(state, event, actor)
        permission = self.permissions.get(event.name)
        is_chained = event.name in self.chained_internals or permission == SERVER
        if is_chained and EventContext.get().parent_txid:
            return None
        if permission and permission != SERVER and (permission == PUBLIC or (actor and actor.can(permission))):
            return None
        log.info("refused %s for %s", event.name, actor.kind if actor else "nobody")
        if permission and actor and EventContext.get().parent_txid and (door := _own_door(actor, permission)):
            return StateUpdate(events=to_page(door))  # a page of the other door was opened
        if permission and permission != SERVER and actor is None:
            was_here = sessions.session_token_in(state.router.headers.cookie or "")
            return StateUpdate(events=to_sign_in(state.router.url.path, "expired" if was_here else "first"))
        return await refusal(state)

    def _pass_internal(self, state: BaseState, event: Event, actor: Actor | None) -> None:
        if event.name in self.page_opens:
            live.the_hub.leave(state.router.session.session_id)
            if actor is not None and actor.is_customer:
                follow_company(state.router.session.session_id)
        keep = self.open_internals[event.name]
        for key in set(event.payload) - keep:
            del event.payload[key]
        if "info" in keep:
            event.payload.update({key: str(event.payload.get(key, ""))[:LONGEST_REPORT] for key in keep})
        if event.name == self.hydrate:
            root = state._get_root_state()
            forget_what_is_shown_once(root) if actor is not None else root.reset()


async def close_revoked_sockets(app: App, every_seconds: float = REVOCATION_SECONDS) -> None:
    """Each worker looks after its own sockets, so a revocation anywhere closes them everywhere."""
    while True:
        await asyncio.sleep(every_seconds)
        try:
            await close_sockets_without_session(app)
        except Exception:
            log.exception("could not look for revoked sessions")


async def close_sockets_without_session(app: App) -> int:
    """Sends the sockets whose session has ended to the sign-in page and closes them; gives their number."""
    namespace = app.event_namespace
    if namespace is None or app.sio is None:
        return 0
    sockets: dict[str, list[str]] = {}
    for sid, data in list(namespace._static_router_data.items()):
        token = sessions.session_token_in(data["headers"].get("cookie", ""))
        if token:
            sockets.setdefault(hash_of(token), []).append(sid)
    if not sockets:
        return 0
    ended = await asyncio.to_thread(_ended_sessions, set(sockets))
    for token_hash, path in ended.items():
        for sid in sockets[token_hash]:
            await namespace.emit("event", StateUpdate(events=to_sign_in(path)), to=sid)
            await app.sio.disconnect(sid, namespace=namespace.namespace)
    return len(ended)


def _ended_sessions(token_hashes: set[str]) -> dict[str, str]:
    """The sessions that have ended, with a page of the door that they came through."""
    with read_scope() as session:
        ended = token_hashes - sessions.list_valid_sessions(session, token_hashes)
        staff = sessions.staff_among(session, ended) if ended else set()
    return {token_hash: "/staff" if token_hash in staff else "/" for token_hash in ended}
