"""What customers do is told to staff. Imported by `portal_app.rooms`; importing it is what makes it listen."""

from __future__ import annotations

from sqlmodel import Session

from ..core.events import on
from ..documents.events import DocumentStored
from ..flows.events import ActHappened
from .rules import KIND_BY_ACT, OWNER, Kind
from .service import notify


@on(ActHappened)
def tell_of_act(session: Session, event: ActHappened) -> None:
    kind = KIND_BY_ACT.get(event.act)
    if kind is not None:
        notify(session, kind, OWNER, event.act.value, opportunity_id=event.opportunity_id, contact_id=event.contact_id)


@on(DocumentStored)
def tell_of_document(session: Session, event: DocumentStored) -> None:
    """What a field or a case asked for is told when it is sent; here is what came unasked."""
    if event.by_customer and event.purpose == "project":
        notify(session, Kind.DOCUMENTATION, OWNER, "document-given", opportunity_id=event.opportunity_id)
