"""Every handler and route is in the table, and the gate does what the table says."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest
from reflex.event import Event
from reflex.istate.data import RouterData
from reflex.state import State
from reflex_base.event.context import EventContext
from sqlmodel import SQLModel

from portal_app.core import live
from portal_app.core.database import engine, session_scope

from .people import KINDS, sign_in_everybody
from .table import FILE, is_open, written


def _state(cookie: str) -> State:
    """The root state of a tab whose browser sends this cookie."""
    state = State(_reflex_internal_init=True)  # pyright: ignore[reportCallIssue]
    state.router = RouterData.from_router_data({  # pyright: ignore
        "pathname": "/home", "asPath": "/home", "headers": {"cookie": cookie, "origin": "http://localhost"},
        "sid": "socket", "token": "tab", "ip": ""})
    return state


def test_the_table_is_what_the_code_says():
    assert FILE.read_text(encoding="utf-8") == written(), "run tests/architecture/table.py and review the difference"


@pytest.fixture(scope="module")
def cookies() -> dict[str, str]:
    SQLModel.metadata.create_all(engine())
    with session_scope() as session:
        return sign_in_everybody(session)


@pytest.fixture(scope="module")
def gate():
    import portal_app.portal_app  # noqa: F401
    from portal_app.ui.gate import Gate

    return Gate()


def _passing(gate, names: Iterable[str], cookie: str, payload: dict | None = None) -> set[str]:
    """Those events that the gate lets through to their handlers."""
    async def ask() -> set[str]:
        return {name for name in names
                if await gate.preprocess(None, _state(cookie), Event(name=name, payload=payload or {})) is None}

    with EventContext(token="tab", state_manager=None, enqueue_impl=None):  # pyright: ignore
        return asyncio.run(ask())


@pytest.mark.parametrize("kind", KINDS)
def test_the_gate_lets_each_kind_of_user_call_just_what_it_may(gate, cookies, kind):
    open_to_kind = {name for name, permission in gate.permissions.items() if is_open(permission, kind)}
    assert _passing(gate, gate.permissions, cookies[kind]) == open_to_kind


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_reaches_what_is_not_listed(gate, cookies, kind):
    from reflex_base.registry import RegistrationContext

    listed = set(gate.permissions) | set(gate.open_internals)
    others = {*RegistrationContext.get().event_handlers, "nonsense", "a.b.setvar"} - listed
    assert _passing(gate, others, cookies[kind], {"var_name": "x", "value": "y"}) == set()


def test_payloads_of_reflexs_own_events_are_cut(gate, cookies):
    name = gate.hydrate
    event = Event(name=name, payload={"hashes": {}, "vars": {"secret": 1}})
    with EventContext(token="tab", state_manager=None, enqueue_impl=None):  # pyright: ignore
        asyncio.run(gate.preprocess(None, _state(""), event))
    assert event.payload == {"hashes": {}}


def test_what_is_shown_once_is_not_in_the_first_frame_of_a_page_that_is_loaded_anew(gate, cookies):
    from portal_app.staff.customer.state import CustomerState

    state = _state(cookies["administrator"])
    shown = asyncio.run(state.get_state(CustomerState))
    shown.iban, shown.can_see_iban = "ES91 2100 0418 4502 0005 1332", True
    with EventContext(token="tab", state_manager=None, enqueue_impl=None):  # pyright: ignore
        asyncio.run(gate.preprocess(None, state, Event(name=gate.hydrate, payload={})))
    assert (shown.iban, shown.can_see_iban) == ("", True)


@pytest.mark.parametrize(("kind", "follows"), [("nobody", False), ("customer A", True), ("administrator", False)])
def test_a_page_of_a_customer_follows_what_the_company_switches_off(gate, cookies, kind, follows):
    state = _state(cookies[kind])
    socket = state.router.session.session_id
    with EventContext(token="tab", state_manager=None, enqueue_impl=None):  # pyright: ignore
        for name in sorted(gate.page_opens):
            asyncio.run(gate.preprocess(None, state, Event(name=name, payload={})))
    followers = live.the_hub.followers_of(live.COMPANY_TOPIC)
    live.the_hub.leave(socket)
    assert {follower.socket_id for follower in followers} == ({socket} if follows else set())
    handlers = {follower.handler for follower in followers}
    assert _passing(gate, handlers, cookies[kind]) == handlers


@pytest.mark.parametrize(("kind", "page", "home"), [
    ("installer", "__home_state.load", "/staff"), ("customer A", "staff_home_state.load", "/home"),
    ("installer", "staff_home_state.load", None)])
def test_who_opens_a_page_of_the_other_door_is_led_to_their_own(gate, cookies, kind, page, home):
    name = next(name for name in gate.permissions if name.endswith(page))
    with EventContext(token="tab", state_manager=None, enqueue_impl=None, parent_txid="on_load"):  # pyright: ignore
        answer = asyncio.run(gate.preprocess(None, _state(cookies[kind]), Event(name=name, payload={})))
    assert (answer and answer.events[0].payload["path"]) == home


def test_a_handler_without_a_permission_stops_the_start():
    import subprocess
    import sys

    program = ("import reflex as rx\nimport portal_app.ui.gate as gate\n"
               "class Careless(rx.State):\n    def delete_all(self): ...\n"
               "gate.permissions_of_handlers()")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode
    assert "Careless.delete_all" in done.stderr


def test_workers_look_for_ended_sessions_more_often_than_every_two_seconds():
    from portal_app.ui.gate import REVOCATION_SECONDS

    assert REVOCATION_SECONDS < 2
