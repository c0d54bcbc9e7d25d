"""The door for other systems. Each comes with a key of its own (`Authorization: Bearer …`); no cookie counts here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from sqlmodel import Session

from ..access.actors import Actor
from ..access.api_keys import actor_of_key
from ..core.database import run_write
from ..core.errors import InvalidForm, PortalError, Values
from ..core.forms import parse
from ..core.http import client_address
from ..core.limits import demand
from ..core.texts import LANGUAGES, asked_language, msg, translate
from ..customers.errors import CustomerKnown
from ..flows.service import list_flows
from ..opportunities.registration import SystemRegistrationForm, register_once
from ..opportunities.service import get_visible
from .json_forms import read_json, status_of

router = APIRouter(prefix="/api/v1")

REQUESTS_PER_KEY = "300/minute"
WRONG_KEYS_PER_CLIENT = "30/minute"
NO_STORE = {"cache-control": "no-store"}

T = TypeVar("T")


class UnknownKey(PortalError):
    text = msg("This key is not known here.")


def _demand_actor(session: Session, request: Request) -> Actor:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    actor = actor_of_key(session, key.strip()) if scheme.lower() == "bearer" else None
    if actor is None:
        demand(WRONG_KEYS_PER_CLIENT, "wrong-key", client_address(request.scope))
        raise UnknownKey
    demand(REQUESTS_PER_KEY, "api-key", actor.id)
    return actor


async def _with_key(request: Request, work: Callable[[Session, Actor], T]) -> T:
    def work_as_actor(session: Session) -> T:
        return work(session, _demand_actor(session, request))

    return await run_write(work_as_actor)


def _told(request: Request, error: PortalError) -> Response:
    """Every error of a request with the field that it belongs to, in words, for whoever reads the other system's log."""
    language = asked_language(request.headers.get("accept-language", ""), LANGUAGES) or "en"
    found: dict[str, tuple[str, Values]] = (
        dict(error.errors) if isinstance(error, InvalidForm) and error.errors else {error.field: (error.text, error.values)})
    errors = [{"field": field, "message": translate(language, text, **values)} for field, (text, values) in found.items()]
    is_unknown = isinstance(error, UnknownKey)
    return JSONResponse({"errors": errors}, 401 if is_unknown else status_of(error),
                        NO_STORE | ({"www-authenticate": "Bearer"} if is_unknown else {}))


async def _answered(request: Request, work: Callable[[], Awaitable[tuple[int, Any]]]) -> Response:
    try:
        status, body = await work()
    except PortalError as error:
        return _told(request, error)
    return JSONResponse(body, status, NO_STORE)


@router.get("/flows")
async def get_flows(request: Request) -> Response:
    """The processes that a project may begin in: id and name, in the order of the settings."""

    async def work() -> tuple[int, Any]:
        return 200, await _with_key(request, lambda session, actor: [
            {"id": flow.id, "name": flow.name} for flow in list_flows(session, actor)])

    return await _answered(request, work)


@router.post("/customers")
async def post_customer(request: Request) -> Response:
    """A customer with a first project: 201, and 200 where somebody has the address already."""

    async def work() -> tuple[int, Any]:
        sent = await read_json(request)

        def enter(session: Session, actor: Actor) -> tuple[int, Any]:
            made = register_once(session, actor, parse(SystemRegistrationForm, sent))
            if not made.opportunity_id:
                return 200, {"customer_id": made.contact_id, "is_new": False}
            project = get_visible(session, actor, made.opportunity_id)
            return 201, {"customer_id": made.contact_id, "is_new": True, "project_id": project.id,
                         "project_number": project.number}

        try:
            return await _with_key(request, enter)
        except CustomerKnown:  # entered by somebody else at the same moment
            return await _with_key(request, enter)

    return await _answered(request, work)
