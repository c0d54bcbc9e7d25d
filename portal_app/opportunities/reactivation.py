"""Starting again after a process that came to nothing, where the company lets customers ask for it.

Where it leads is set by staff as actions of the act `flow-reactivation`; without a move there the wish stands, and staff
are told of it.
"""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel
from sqlmodel import Session, select

from ..access.actors import Actor
from ..company.service import company_snapshot
from ..core import audit
from ..core.clock import now
from ..core.errors import NotAllowed, PortalError
from ..core.events import publish
from ..core.texts import msg
from ..flows.events import ActHappened
from ..flows.models import Substage
from ..flows.rules import is_way_out
from ..flows.view_kinds import Act
from .models import Opportunity, StepSubmission
from .process import day_text
from .service import get_locked, get_visible


class NotAtItsEnd(PortalError):
    text = msg("This project has moved on meanwhile. Here is where it stands now.")


class Reactivation(BaseModel):
    """Whether the customer can ask to start again, and on which day they have (an ISO text)."""

    is_open: bool = False
    asked_on: str = ""


def _asked_at(session: Session, opportunity: Opportunity) -> datetime | None:
    return session.exec(select(StepSubmission.at).where(
        StepSubmission.opportunity_id == opportunity.id, StepSubmission.act == Act.FLOW_REACTIVATION.value,
        StepSubmission.entered_at == opportunity.entered_substage_at)).first()


def get_reactivation(session: Session, actor: Actor, opportunity_id: str) -> Reactivation:
    """For the page of a project that came to nothing."""
    company = company_snapshot()
    if not company.reactivation_is_open:
        return Reactivation()
    asked_at = _asked_at(session, get_visible(session, actor, opportunity_id))
    return Reactivation(is_open=asked_at is None, asked_on=day_text(asked_at, company.time_zone))


def ask_to_start_again(session: Session, actor: Actor, opportunity_id: str) -> None:
    """The customer wants to start again: told once for each time that the process has ended."""
    if not actor.is_customer or not company_snapshot().reactivation_is_open:
        raise NotAllowed
    opportunity = get_locked(session, actor, opportunity_id)
    if not is_way_out(session.get_one(Substage, opportunity.substage_id).view_kind):
        raise NotAtItsEnd
    if _asked_at(session, opportunity) is not None:
        return
    session.add(StepSubmission(
        opportunity_id=opportunity.id, substage_id=opportunity.substage_id, entered_at=opportunity.entered_substage_at,
        act=Act.FLOW_REACTIVATION.value, contact_id=actor.id, contact_name=actor.name, at=now()))
    session.flush()
    audit.record(session, actor.kind, actor.id, "ask-to-start-again", "opportunity", opportunity.id)
    publish(session, ActHappened(act=Act.FLOW_REACTIVATION, contact_id=actor.id, opportunity_id=opportunity.id))
