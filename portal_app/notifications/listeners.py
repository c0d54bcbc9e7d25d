"""What customers do is told to staff. Imported by `portal_app.rooms`; importing it is what makes it listen."""

from __future__ import annotations

from sqlmodel import Session

from ..core.events import on
from ..customers.events import SignedUp
from ..documents.events import DocumentStored
from ..flows.events import ActHappened
from ..flows.view_kinds import Act
from ..offers.events import OfferChangeWished
from ..support.events import (
    CaseAssigned,
    CaseClosedByCustomer,
    CaseCommented,
    CaseHappened,
    CaseReopenedByCustomer,
    IncidentCreated,
)
from .rules import KIND_BY_ACT, OWNER, Kind
from .service import notify


@on(ActHappened)
def tell_of_act(session: Session, event: ActHappened) -> None:
    kind = KIND_BY_ACT.get(event.act)
    if kind is not None:
        page = ""
        if isinstance(event, IncidentCreated):
            page = case_page(event.case_id)
        elif event.act == Act.PROFILE_UPDATED:
            page = customer_page(event.contact_id)
        notify(session, kind, OWNER, event.act.value, opportunity_id=event.opportunity_id, contact_id=event.contact_id,
               page=page)


@on(SignedUp)
def tell_of_new_customer(session: Session, event: SignedUp) -> None:
    notify(session, Kind.CUSTOMER, OWNER, "customer-registered", contact_id=event.contact_id,
           page=customer_page(event.contact_id))


def customer_page(contact_id: str) -> str:
    return f"/staff/customer?id={contact_id}"


def case_page(case_id: str) -> str:
    return f"/staff/case?id={case_id}"


@on(CaseCommented)
def tell_of_answer(session: Session, event: CaseCommented) -> None:
    _tell_of_case(session, event, "case-answered")


@on(CaseClosedByCustomer)
def tell_of_closing(session: Session, event: CaseClosedByCustomer) -> None:
    _tell_of_case(session, event, "case-closed")


@on(CaseReopenedByCustomer)
def tell_of_reopening(session: Session, event: CaseReopenedByCustomer) -> None:
    _tell_of_case(session, event, "case-reopened")


def _tell_of_case(session: Session, event: CaseHappened, text_key: str) -> None:
    """Whoever has taken the case over, of whichever project it is; while nobody has, who looks after the project."""
    opportunity_id = None if event.assignee_id else event.opportunity_id
    notify(session, Kind.CASE, event.assignee_id or OWNER, text_key, opportunity_id=opportunity_id,
           contact_id=event.contact_id, page=case_page(event.case_id))


@on(CaseAssigned)
def tell_the_assignee(session: Session, event: CaseAssigned) -> None:
    if event.assignee_id:
        notify(session, Kind.CASE, event.assignee_id, "case-assigned", contact_id=event.contact_id,
               page=case_page(event.case_id), except_staff_id=event.by_id)


@on(OfferChangeWished)
def tell_of_wish(session: Session, event: OfferChangeWished) -> None:
    notify(session, Kind.OFFER, OWNER, "offer-wish", opportunity_id=event.opportunity_id, contact_id=event.contact_id)


@on(DocumentStored)
def tell_of_document(session: Session, event: DocumentStored) -> None:
    """What a field or a case asked for is told when it is sent; here is what came unasked."""
    if event.by_customer and event.purpose == "project":
        notify(session, Kind.DOCUMENTATION, OWNER, "document-given", opportunity_id=event.opportunity_id)
