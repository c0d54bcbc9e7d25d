"""A way into the portal, sent by hand: when a customer has lost the mail."""

from __future__ import annotations

from sqlmodel import Session

from ..access.actors import Actor, Permission
from ..core import audit, limits
from ..core.errors import NotAllowed, PortalError
from ..core.texts import msg
from ..customers.models import Contact
from ..opportunities.service import get_visible
from .service import enqueue_template

TEMPLATE = "welcome"
CAUSE = "by-hand"
RULE = "3/minute"


class AccessBlocked(PortalError):
    text = msg("The access of this customer is blocked. Allow it again first.")


def send_access_link(session: Session, actor: Actor, opportunity_id: str) -> None:
    """Mails the project's contact a fresh link that leads to this project."""
    if not actor.can(Permission.EDIT_CUSTOMERS):
        raise NotAllowed
    opportunity = get_visible(session, actor, opportunity_id)
    if not session.get_one(Contact, opportunity.contact_id).is_active:
        raise AccessBlocked
    limits.demand(RULE, "access-link", opportunity.contact_id)
    enqueue_template(session, TEMPLATE, opportunity.contact_id, {}, opportunity.id, CAUSE,
                     leads_to=f"/home?project={opportunity.id}")
    audit.record(session, actor.kind, actor.id, "send-link", "contact", opportunity.contact_id)
