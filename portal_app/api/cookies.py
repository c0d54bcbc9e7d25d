"""The session cookie: set and taken away by plain HTTP only, out of reach of any script."""

from __future__ import annotations

from fastapi import Request, Response
from sqlmodel import Session

from ..access import sessions
from ..access.actors import Actor, Permission
from ..access.rules import device_name
from ..company.service import company_snapshot
from ..config import settings
from ..core.database import read_scope
from ..core.errors import NotAllowed
from ..core.texts import LANGUAGES, language_cookie


def session_token(request: Request) -> str:
    return sessions.session_token_in(request.headers.get("cookie", ""))


def device_of(request: Request) -> str:
    return device_name(request.headers.get("user-agent", ""))


def actor_of(request: Request) -> Actor | None:
    with read_scope() as session:
        return sessions.get_actor(session, request.headers.get("cookie", ""))


def demand_actor(request: Request, permission: Permission) -> Actor:
    """Who asks, or `NotAllowed` when they may not."""
    actor = actor_of(request)
    if actor is None or not actor.can(permission):
        raise NotAllowed
    return actor


def language_of(session: Session, token: str) -> str:
    """The language that the owner of a new session reads."""
    actor = sessions.get_actor(session, f"{settings.session_cookie}={token}")
    return actor.language if actor else ""


def signed_in(request: Request, response: Response, token: str, language: str) -> Response:
    """Puts the session into the browser, and the reader's language where the browser has none yet."""
    response.set_cookie(settings.session_cookie, token, max_age=company_snapshot().session_days * 86400, path="/",
                        httponly=True, samesite="lax", secure=settings.is_https)
    if language in LANGUAGES and not language_cookie(request.headers.get("cookie", "")):
        response.set_cookie("language", language, max_age=365 * 86400, path="/", samesite="lax",
                            secure=settings.is_https)
    response.headers["cache-control"] = "no-store"
    return response


def signed_out(response: Response) -> Response:
    """Takes the session out of the browser, with what pages may have kept there."""
    response.delete_cookie(settings.session_cookie, path="/", httponly=True, samesite="lax", secure=settings.is_https)
    response.headers["clear-site-data"] = '"storage"'
    response.headers["cache-control"] = "no-store"
    return response
