"""The customer hears by mail that a file came back. Imported by `portal_app.rooms`, which makes it listen."""

from __future__ import annotations

from sqlmodel import Session

from ..core.events import on
from ..documents.events import DocumentRejected
from .service import enqueue_template
from .variables import Use


@on(DocumentRejected)
def mail_rejection(session: Session, event: DocumentRejected) -> None:
    """In the transaction of the rejection: neither is there without the other."""
    enqueue_template(
        session, "document-rejected", event.contact_id,
        {"document_name": event.name, "rejection_reason": event.reason}, event.opportunity_id, Use.DOCUMENT_REJECTED,
        leads_to=_page_of(event))


def _page_of(event: DocumentRejected) -> str:
    """Where the customer gives the file again."""
    if event.purpose == "case":
        return f"/cases?case={event.ref_id}"
    page = "/documentation" if event.purpose == "field" else "/documents"
    return f"{page}?project={event.opportunity_id}" if event.opportunity_id else "/home"
