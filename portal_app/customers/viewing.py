"""Staff look at the portal as a customer sees it: for a short time, on record, and without changing anything."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from ..access import sessions
from ..access.actors import Actor, Permission
from ..core import audit
from ..core.errors import NotAllowed, NotFound
from .service import get_visible_contact


def begin_view(session: Session, actor: Actor, contact_id: str) -> tuple[str, datetime]:
    """The token of a session that only looks, and when it ends. Who looked at whom is in the audit log."""
    if not actor.can(Permission.VIEW_AS_CUSTOMER):
        raise NotAllowed
    contact = get_visible_contact(session, actor, contact_id)
    if not contact.is_active:
        raise NotFound
    audit.record(session, actor.kind, actor.id, "view-as", "contact", contact.id)
    return sessions.open_view(session, actor, contact.id)


def end_view(session: Session, token: str) -> None:
    sessions.end_session(session, token)
