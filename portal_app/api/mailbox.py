"""The demonstration's mailbox over HTTP: each mail in a frame of its own, and all of them as JSON for testers."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from ..core.database import read_scope
from ..core.errors import NotFound
from ..core.forms import parse_id
from ..messaging import mailbox
from .frames import mail_frame

router = APIRouter(prefix="/mailbox")


@router.get("/messages.json")
def messages(to: str = "", limit: int = 50) -> Response:
    """Newest first; `to` leaves only the mails to one address."""
    try:
        with read_scope() as session:
            found = [{"id": each.id, "to": each.to_address, "from": each.sender, "subject": each.subject,
                      "html": each.html, "text": each.text, "arrived_at": each.arrived_at.isoformat()}
                     for each in mailbox.list_messages(session, to, limit)]
    except NotFound:
        return Response(status_code=404)
    return JSONResponse({"messages": found}, headers={"cache-control": "no-store"})


@router.get("/{message_id}/mail.html")
def message(message_id: str) -> Response:
    """One mail as its reader gets it."""
    try:
        with read_scope() as session:
            html = mailbox.get_message(session, parse_id(message_id)).html
    except NotFound:
        return Response(status_code=404)
    return mail_frame(html)
