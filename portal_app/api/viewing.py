"""Looking at the portal as a customer, and coming back. The browser keeps who looks beside the session that only looks."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from ..access import sessions
from ..config import settings
from ..core.clock import now
from ..core.database import only_looking, read_scope, session_scope
from ..core.errors import NotAllowed, NotFound
from ..core.forms import parse_id
from ..customers.viewing import begin_view, end_view
from .cookies import actor_of, session_token

router = APIRouter()

BACK, ENDS = "back", "viewing"  # the staff member's own session; when the view ends, for the page that says so
STAFF_START = "/staff"


def _put(response: Response, name: str, value: str, ends_at: datetime, *, for_scripts: bool = False) -> None:
    response.set_cookie(name, value, max_age=int((ends_at - now()).total_seconds()), path="/", httponly=not for_scripts,
                        samesite="lax", secure=settings.is_https)


@router.post("/api/view-as/{contact_id}")
def view_as(request: Request, contact_id: str, project: str = "") -> Response:
    actor = actor_of(request)
    try:
        if actor is None:
            raise NotAllowed
        project_id = parse_id(project) if project else ""
        with session_scope() as session:
            token, ends_at = begin_view(session, actor, parse_id(contact_id))
    except (NotAllowed, NotFound):
        return Response(status_code=404, headers={"cache-control": "no-store"})
    response = RedirectResponse(f"/home?project={project_id}" if project_id else "/home", 303)
    _put(response, settings.session_cookie, token, ends_at)
    _put(response, BACK, f"{session_token(request)}.{project_id}", ends_at)
    _put(response, ENDS, str(int(ends_at.timestamp())), ends_at, for_scripts=True)
    response.headers["cache-control"] = "no-store"
    return response


def is_view(request: Request) -> bool:
    actor = actor_of(request)
    return actor is not None and actor.viewer_id != ""


@router.post("/api/end-view")
def come_back(request: Request) -> Response:
    """Ends the view and gives the staff member their own session again; without one, the sign-in page."""
    token, project_id = _own_session(request)
    response = RedirectResponse(_page(token, project_id), 303)
    if is_view(request):
        only_looking.set(False)
        with session_scope() as session:
            end_view(session, session_token(request))
        response.delete_cookie(settings.session_cookie, path="/")
        if token:
            response.set_cookie(settings.session_cookie, token, path="/", httponly=True, samesite="lax",
                                secure=settings.is_https)
    for name in (BACK, ENDS):
        response.delete_cookie(name, path="/")
    response.headers["cache-control"] = "no-store"
    return response


def _own_session(request: Request) -> tuple[str, str]:
    """The staff member's token and the project they came from, if both are what they were."""
    token, _, project = request.cookies.get(BACK, "").partition(".")
    with read_scope() as session:
        actor = sessions.get_actor(session, f"{settings.session_cookie}={token}") if token else None
    if actor is None or not actor.is_staff:
        return "", ""
    try:
        return token, parse_id(project)
    except NotFound:
        return token, ""


def _page(token: str, project_id: str) -> str:
    if not token:
        return "/staff/sign-in"
    return f"/staff/project?id={project_id}" if project_id else STAFF_START
