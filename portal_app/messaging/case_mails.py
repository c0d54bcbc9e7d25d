"""Mails about cases. Staff write their words in Settings, E-mail templates; that they go out is not theirs to choose:
a customer who waits for an answer must learn of it. Importing this is what makes it listen."""

from __future__ import annotations

from sqlmodel import Session

from ..core.events import on
from ..support.events import CaseAnswered, CaseHappened, CaseStateChanged
from .service import enqueue_template
from .variables import Use


@on(CaseAnswered)
def tell_of_answer(session: Session, event: CaseAnswered) -> None:
    _tell(session, event, "case-answered", Use.CASE_ANSWERED)


@on(CaseStateChanged)
def tell_of_state(session: Session, event: CaseStateChanged) -> None:
    _tell(session, event, "case-state-changed", Use.CASE_STATE_CHANGED)


def _tell(session: Session, event: CaseHappened, template_key: str, use: Use) -> None:
    enqueue_template(session, template_key, event.contact_id, event.variables, event.opportunity_id, use.value,
                     leads_to=f"/cases?case={event.case_id}")
