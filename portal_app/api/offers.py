"""Offers as PDF. Asked for again and again by whoever may read them; unknown and forbidden are both 404."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from sqlalchemy.exc import IntegrityError

from ..access.sessions import get_actor
from ..core import files
from ..core.database import only_looking, read_scope, session_scope
from ..core.errors import NotFound, TooManyRequests
from ..core.forms import parse_id
from ..core.limits import demand
from ..core.texts import LANGUAGES
from ..offers.papers import Paper, find_paper, keep_paper, read_paper, render_paper

router = APIRouter()
RENDERINGS = "30/minute"


def _authorised(request: Request, offer_id: str, language: str) -> tuple[Paper, str]:
    with read_scope() as session:
        actor = get_actor(session, request.headers.get("cookie", ""))
        if actor is None:
            raise NotFound
        return find_paper(session, actor, parse_id(offer_id), language or actor.language), actor.id


def _content(paper: Paper, reader_id: str) -> bytes:
    """Read or rendered between two sessions, so that nobody waits for typst with the database locked."""
    kept = read_paper(paper)
    if kept is not None:
        return kept
    demand(RENDERINGS, "offer-pdf", reader_id)
    content = render_paper(paper)
    if paper.version_id and not only_looking.get():
        _keep(paper, content)
    return content


def _keep(paper: Paper, content: bytes) -> None:
    key = files.store(content)
    try:
        with session_scope() as session:
            is_kept = keep_paper(session, paper, key, content)
    except IntegrityError:  # two first readers at the same moment
        is_kept = False
    if not is_kept:
        files.delete(key)


# A function without async: FastAPI runs it in a thread, and rendering keeps nobody else waiting.
@router.get("/api/offers/{offer_id}/pdf")
def offer_pdf(request: Request, offer_id: str, lang: str = "") -> Response:
    try:
        paper, reader_id = _authorised(request, offer_id, lang if lang in LANGUAGES else "")
        content = _content(paper, reader_id)
    except NotFound:
        return Response(status_code=404, headers={"cache-control": "no-store"})
    except TooManyRequests:
        return Response(status_code=429, headers={"cache-control": "no-store", "retry-after": "60"})
    return Response(content, media_type="application/pdf", headers={
        "content-disposition": f'inline; filename="{paper.file_name}"', "x-content-type-options": "nosniff",
        "cache-control": "no-store"})
