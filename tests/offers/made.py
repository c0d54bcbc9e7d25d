"""Offers for tests: a customer who stands at the offer step, staff, and offers that are written and shared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlmodel import Session

from portal_app.access.actors import Actor, Role
from portal_app.customers.models import Contact
from portal_app.flows.models import Substage
from portal_app.offers import authoring
from portal_app.offers.forms import OfferForm
from portal_app.offers.rules import Line
from portal_app.opportunities.models import Opportunity
from tests.factories import actor_of, make_contact, make_flow, make_opportunity, make_staff

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
LAST_DAY = date(2026, 12, 12)


@dataclass
class Case:
    opportunity: Opportunity
    contact: Contact
    customer: Actor
    sales: Actor
    substages: list[Substage]


def make_case(session: Session, **contact_values) -> Case:
    """A project at the step that shows offers; the step after it is an ordinary one."""
    _, substages = make_flow(session, ("Offer", [("Choose", "offer"), ("Ordered", None)]))
    contact = make_contact(session, **contact_values)
    opportunity = make_opportunity(session, contact=contact, substage=substages[0])
    return Case(opportunity, contact, actor_of(contact), actor_of(make_staff(session, Role.SALES)), substages)


def line(price_cents: int = 100_000, **values) -> Line:
    return Line(**{"description": {"en": "Module 450 W\nBlack frame", "de": "Modul 450 W"},
                   "quantity_thousandths": 1000, "unit_price_cents": price_cents, "vat_rate_bp": 2100, **values})


def form(title: str = "Balance", price_cents: int = 100_000, **values) -> OfferForm:
    return OfferForm(**{"title": title, "valid_until": LAST_DAY, "lines": (line(price_cents),), **values})


def make_offer(session: Session, case: Case, title: str = "Balance", price_cents: int = 100_000, *, shared: bool = True,
               **values) -> str:
    written = form(title, price_cents, **values)
    offer_id = authoring.create_offer(session, case.sales, case.opportunity.id, title, written)
    if shared:
        authoring.share_offer(session, case.sales, offer_id)
    return offer_id
