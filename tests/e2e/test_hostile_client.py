"""Somebody with a socket and bad intentions: every handler, every route, whatever arguments."""

from __future__ import annotations

import asyncio
import inspect
import random
import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from socketio.exceptions import ConnectionError as Refused

from tests.architecture.routes import all_routes
from tests.raw_client import PATIENCE_SECONDS, RawClient

from .outside import ask, customer_cookie, run, staff_cookie
from .support import Portal

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("nobody", "customer B", "installer")
EVENTS_PER_SOCKET = 60  # under the burst that a socket may send at once
PAGES = ("/home", "/offers", "/drawing", "/account", "/sign-in", "/staff", "/staff/projects", "/staff/project",
         "/staff/customers", "/staff/customers/new", "/staff/offers", "/staff/settings", "/staff/settings/flows",
         "/staff/settings/actions", "/staff/settings/portal", "/staff/settings/templates", "/staff/settings/team",
         "/staff/sign-in", "/staff/password", "/nothing/here", "/cases", "/staff/cases", "/staff/case")
# The demonstration's mailbox shows every mail to everybody, and no production starts with it (config.py).
OPEN_TO_EVERYBODY = ("mailbox_state.", "/mailbox/")


class Household:
    """The first household of the scenario, whose canaries nobody else may hear, and who tries."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.made = portal.reset("canaries")
        self.canaries: list[str] = self.made["canaries"]
        self.ids = [self.made["opportunity"], self.made["case"], *self.made["offers"],
                    self.made["contact"], self.made["account"], self.made["roof"]]
        self.cookies = {"nobody": "", "customer A": customer_cookie(portal, self.made["email"]),
                        "customer B": customer_cookie(portal, self.made["neighbour"]["email"]),
                        "installer": staff_cookie(portal, self.made, "installer")}

    def heard(self, text: str) -> list[str]:
        return [canary for canary in self.canaries if canary in text]


@pytest.fixture(scope="module")
def household(portal: Portal) -> Household:
    return Household(portal)


@pytest.fixture(scope="module")
def gate():
    import portal_app.portal_app  # noqa: F401
    from portal_app.ui.gate import Gate

    return Gate()


def _arguments(name: str) -> list[str]:
    from reflex_base.registry import RegistrationContext

    function = RegistrationContext.get().event_handlers[name].handler.fn
    return [argument for argument in inspect.signature(function).parameters if argument != "self"]


def _kind_of(name: str) -> Callable[[str], str | None]:
    from reflex_base.registry import RegistrationContext

    function = RegistrationContext.get().event_handlers[name].handler.fn
    return {name: str(parameter.annotation) for name, parameter in inspect.signature(function).parameters.items()}.get


def _payloads(name: str, ids: list[str], chance: random.Random) -> Iterator[tuple[dict, str]]:
    """What is sent to a handler, and the query of the page that it claims to come from."""
    arguments, kind = _arguments(name), _kind_of(name)
    unknown = uuid.UUID(int=chance.getrandbits(128)).hex
    for given in (*ids[:3], unknown):
        query = f"project={given}&id={given}&offer={given}&flow={given}&to={given}&case={given}"
        form = dict.fromkeys(("id", "offer_id", "project", "opportunity_id", "contact_id", "target", "email"), given)
        yield {argument: form if "dict" in str(kind(argument)) else given for argument in arguments}, query
    wrong = (None, -1, 10**30, 1.5e308, True, "", "\x00' OR 1=1 --", [given], {"$ne": 1}, "9" * 5000, [[[[]]]])
    for _ in range(2 if arguments else 0):
        yield {argument: chance.choice(wrong) for argument in arguments}, "project=%00&id[]=1"


async def _shout(household: Household, kind: str, events: list[tuple[str, dict, str]]) -> str:
    """Sends the events, over as many sockets as the limits ask for, and gives all that comes back."""
    heard = []
    for start in range(0, len(events), EVENTS_PER_SOCKET):
        async with RawClient(household.portal.url, household.cookies[kind]) as client:
            for name, payload, query in events[start:start + EVENTS_PER_SOCKET]:
                await client.send(name, payload, "/staff/project" if ".staff" in name else "/offers", query)
            heard += [await client.settle(), await client.answers(0.1)]
            assert not client.closed.is_set(), "the socket was closed before everything was tried"
    return "\n".join(heard)


@pytest.mark.parametrize("kind", KINDS)
def test_no_handler_tells_a_stranger_anything_of_a_household(household, gate, kind):
    chance = random.Random(20)
    names = [name for name in gate.permissions if not any(part in name for part in OPEN_TO_EVERYBODY)]
    assert len(names) > 50
    events = [(name, payload, query) for name in names for payload, query in _payloads(name, household.ids, chance)]
    heard = run(_shout(household, kind, events))
    assert heard.count("'delta'") or heard.count("redirect"), "nothing was answered at all"
    assert household.heard(heard) == []
    assert "Traceback" not in heard
    assert "sqlalchemy" not in heard.lower()


def test_the_same_events_do_tell_the_household_itself(household, gate):
    """The control: with its own cookie the canaries come, so the test above can fail."""
    made = household.made
    loads = [name for name in gate.permissions if name.endswith((".load", ".hydrate_and_load")) and ".portal" in name]
    events = [(name, {}, f"project={made['opportunity']}") for name in loads]
    heard = run(_shout(household, "customer A", events))
    assert {made["canaries"][0], made["canaries"][4]} <= set(household.heard(heard))


def test_nothing_of_the_household_was_changed(household):
    """Runs after the strangers: two open offers, the same step, nothing ordered."""
    from reflex_base.registry import RegistrationContext

    name = next(n for n in RegistrationContext.get().event_handlers if n.endswith("offers_state.load"))
    heard = run(_shout(household, "customer A", [(name, {}, f"project={household.made['opportunity']}")]))
    assert all(offer in heard for offer in household.made["offers"])
    assert "'accepted'" not in heard
    assert "'declined'" not in heard


def test_without_a_session_every_handler_leads_to_signing_in(household, gate):
    from portal_app.access.actors import PUBLIC, SERVER

    names = [name for name, permission in gate.permissions.items() if permission not in (PUBLIC, SERVER)]
    heard = run(_shout(household, "nobody", [(name, {}, "") for name in names]))
    assert heard.count("sign-in?why=first") >= len(names)


def _setting_of_vars(gate, mark: str) -> list[tuple[str, dict, str]]:
    """What would plant a text into each var of each state that takes texts."""
    from reflex_base.registry import RegistrationContext

    handlers = RegistrationContext.get().event_handlers
    states = {name.rpartition(".")[0]: handlers[name].states[0] for name in gate.permissions}
    return [(f"{path}.setvar", {"var_name": var, "value": mark}, "") for path, state in states.items()
            for var, declared in state.base_vars.items() if declared._var_type is str]


@pytest.mark.parametrize("kind", [*KINDS, "customer A"])
def test_what_is_not_listed_is_refused_setvar_too(household, gate, kind):
    from reflex_base.registry import RegistrationContext

    mark, listed = "planted-by-a-stranger", {*gate.permissions, *gate.open_internals}
    unlisted = sorted(name for name in RegistrationContext.get().event_handlers if name not in listed)
    planting = _setting_of_vars(gate, mark)
    assert len(planting) > 50
    heard = run(_shout(household, kind, [*((name, {"value": mark}, "") for name in unlisted), *planting]))
    assert mark not in heard


def test_reflexs_own_hydration_tells_nobody_anything(household):
    async def listen(kind: str) -> str:
        async with RawClient(household.portal.url, household.cookies[kind]) as client:
            heard = await client.hydrate()
            for path in PAGES:
                query = f"project={household.made['opportunity']}&id={household.made['opportunity']}"
                heard += await client.hydrate(path, query)
            return heard

    for kind in KINDS:
        assert household.heard(run(listen(kind))) == [], kind


def test_a_stolen_state_token_does_not_open_somebody_elses_state(household, gate):
    """The name of a tab's state is bound to the session: with B's cookie A's token means another state."""
    async def steal() -> str:
        name = next(n for n in gate.permissions if n.endswith("home_state.load"))
        async with RawClient(household.portal.url, household.cookies["customer A"]) as owner:
            assert household.heard(await owner.call(name))
            async with RawClient(household.portal.url, household.cookies["customer B"], token=owner.token) as thief:
                return await thief.hydrate() + await thief.call(name)

    assert household.heard(run(steal())) == []


# Limits and origins


def test_a_flood_closes_the_socket(household):
    async def flood() -> bool:
        async with RawClient(household.portal.url, household.cookies["customer B"]) as client:
            for _ in range(400):
                if client.closed.is_set():
                    break
                await client.send("nothing.at_all")
                await asyncio.sleep(0)
            await asyncio.wait_for(client.closed.wait(), PATIENCE_SECONDS)
            return True

    assert run(flood())


def test_a_huge_message_closes_the_socket(household):
    async def shout() -> bool:
        async with RawClient(household.portal.url, household.cookies["customer B"]) as client:
            await client.send("nothing.at_all", {"text": "x" * 300_000})
            await asyncio.wait_for(client.closed.wait(), PATIENCE_SECONDS)
            return True

    assert run(shout())


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost", "http://localhost:1"])
def test_a_foreign_page_gets_no_socket(household, origin):
    async def knock() -> None:
        async with RawClient(household.portal.url, household.cookies["customer A"], origin=origin):
            pass

    with pytest.raises(Refused):
        run(knock())


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
@pytest.mark.parametrize("path", ["/api/sign-in/request", "/sign-out", "/sign-out-everywhere", "/api/staff/sign-in",
                                  "/demo/reset"])
def test_a_foreign_page_can_not_write(household, origin, path):
    answer = ask(household.portal, path, "POST", {}, household.cookies["customer A"], origin)
    assert answer.status == 403
    assert "set-cookie" not in answer.headers
    assert "access-control-allow-origin" not in answer.headers


# What anybody can fetch


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "OPTIONS"])
@pytest.mark.parametrize("path", ["/_upload", "/_upload/", "/_upload/x.txt"])
def test_reflexs_upload_does_not_exist(household, path, method):
    answer = ask(household.portal, path, method, cookie=household.cookies["customer A"])
    assert answer.status == 404
    assert answer.body == b""


def test_pages_tell_nobody_anything(household):
    made = household.made
    for path in PAGES:
        for query in ("", f"?project={made['opportunity']}&id={made['opportunity']}&offer={made['offers'][0]}"):
            answer = ask(household.portal, path + query)
            assert answer.status in (200, 404), path
            assert household.heard(answer.body.decode()) == []
            assert "'unsafe-eval'" not in answer.headers["content-security-policy"]


def test_the_bundle_holds_nothing_private(household):
    built = ROOT / ".web" / "build" / "client"
    if not built.exists():
        pytest.skip("the portal that is tested was built elsewhere")
    words = [*household.canaries, household.made["password"], "quillfeather", "only for trying it out"]
    for file in built.rglob("*"):
        if file.is_file() and file.suffix in {".js", ".html", ".json", ".css", ".map"}:
            text = file.read_text(encoding="utf-8", errors="replace")
            assert [word for word in words if word in text] == [], file
            assert file.suffix != ".map", "source maps show the server's words to everybody"


def _routes() -> list[tuple[str, str]]:
    """Those that name something by an id."""
    return [(method, path) for method, path in all_routes() if "{" in path and not path.startswith(OPEN_TO_EVERYBODY)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_route_answers_foreign_ids_like_unknown_ones(household, kind):
    routes = _routes()
    assert routes
    for method, route in routes:
        unknown = uuid.uuid4().hex
        expected = ask(household.portal, re.sub(r"\{[^}]+\}", unknown, route), method, {} if method != "GET" else None,
                       household.cookies[kind])
        assert expected.status < 500, route
        for foreign in household.ids:
            answer = ask(household.portal, re.sub(r"\{[^}]+\}", foreign, route), method, {} if method != "GET" else None,
                         household.cookies[kind])
            assert (answer.status, answer.body.replace(foreign.encode(), b"")) == (
                expected.status, expected.body.replace(unknown.encode(), b"")), f"{method} {route}"
            assert household.heard(answer.body.decode(errors="replace")) == []


def test_the_household_itself_gets_its_offer(household):
    """The control for the routes."""
    answer = ask(household.portal, f"/api/offers/{household.made['offers'][0]}/pdf", cookie=household.cookies["customer A"])
    assert answer.status == 200
