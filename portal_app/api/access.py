"""Links that open the portal, and signing out. What changes something is a POST, and only own pages may send it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from ..access import links, sessions
from ..core.database import session_scope
from ..core.http import client_address
from ..core.limits import is_allowed
from .cookies import actor_of, device_of, language_of, session_token, signed_in, signed_out
from .plain_page import ENDED, WELCOME, plain_page
from .viewing import come_back, is_view

router = APIRouter()

LINKS_PER_CLIENT = "60/15minutes"


@router.api_route("/access/{token:path}", methods=["GET", "HEAD"])
def show_access(request: Request, token: str) -> Response:
    """Changes nothing, and says the same for every token: mail programmes open links before people do."""
    title, text, button = WELCOME
    return plain_page(request, title=title, text=text, button=button)


@router.post("/access/{token:path}")
def redeem_access(request: Request, token: str) -> Response:
    """Uses the link up and opens the portal, on whatever device."""
    redeemed, language = None, ""
    if is_allowed(LINKS_PER_CLIENT, "login-link", client_address(request.scope)):
        with session_scope() as session:
            redeemed = links.redeem_login_link(session, token, device_of(request), replaces=session_token(request))
            language = language_of(session, redeemed[0]) if redeemed else ""
    if redeemed is None:
        title, text, button = ENDED
        return plain_page(request, title=title, text=text, button=button, action="/sign-in",
                          method="get", query={"why": "link"}, status=410)
    answer = RedirectResponse(redeemed[1], 303)
    return signed_in(request, answer, redeemed[0], language)


def _leave(request: Request) -> Response:
    actor = actor_of(request)
    page = "/staff/sign-in" if actor is not None and actor.is_staff else "/sign-in"
    return signed_out(RedirectResponse(page, 303))


@router.post("/sign-out")
def sign_out(request: Request) -> Response:
    """Ends the session of this browser; who only looked is staff again."""
    if is_view(request):
        return come_back(request)
    answer = _leave(request)
    with session_scope() as session:
        sessions.end_session(session, session_token(request))
    return answer


@router.post("/sign-out-everywhere")
def sign_out_everywhere(request: Request) -> Response:
    """Ends all sessions of who is signed in here; who only looks ends nobody else's."""
    if is_view(request):
        return come_back(request)
    answer, actor = _leave(request), actor_of(request)
    if actor is not None:
        with session_scope() as session:
            sessions.revoke_all_sessions(session, actor)
    return answer
