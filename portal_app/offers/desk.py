"""What the staff's page of offers reads in one go."""

from __future__ import annotations

from pydantic import BaseModel
from sqlmodel import Session

from ..access.actors import Actor
from ..core.forms import parse_id
from ..customers.models import Contact
from ..opportunities.service import get_visible
from .authoring import (
    OfferBrief,
    StaffOffer,
    WishView,
    get_offer_for_staff,
    list_offers_for_staff,
    list_wishes,
)


class Project(BaseModel):
    id: str = ""
    number: str = ""
    customer_name: str = ""


class Desk(BaseModel):
    project: Project
    briefs: list[OfferBrief]
    wishes: list[WishView]
    offer: StaffOffer | None = None


def read_desk(session: Session, actor: Actor, offer_id: str, project_id: str) -> Desk:
    """The asked offer with the others of its project, or the project's offers alone."""
    offer = get_offer_for_staff(session, actor, parse_id(offer_id)) if offer_id else None
    opportunity = get_visible(session, actor, offer.opportunity_id if offer else parse_id(project_id))
    briefs = list_offers_for_staff(session, actor, opportunity.id)
    contact = session.get_one(Contact, opportunity.contact_id)
    project = Project(id=opportunity.id, number=opportunity.number, customer_name=contact.name)
    return Desk(project=project, briefs=briefs, wishes=list_wishes(session, actor, opportunity.id), offer=offer)
