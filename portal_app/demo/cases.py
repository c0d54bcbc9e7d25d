"""What the customers of the demonstration have written about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from ..access.actors import Actor
from ..core import clock
from ..customers.models import Contact
from ..opportunities.models import Opportunity
from ..support import service
from ..support.models import Case, CaseType
from ..support.rules import AnswerForm, CaseForm, CaseState, CommentForm
from .build import Demo, read


def build_cases(demo: Demo) -> None:
    """One that nobody has answered, one that waits for the customer, one that came back late, one that is solved."""
    for story in read("cases"):
        build_case(demo, story)


def build_case(demo: Demo, story: dict[str, Any]) -> str:
    """A case from its first message to its last; its id."""
    types = list(demo.session.exec(select(CaseType).order_by(col(CaseType.position))))
    contact = demo.session.exec(select(Contact).where(Contact.email == story["email"])).one()
    with clock.fixed(clock.now() - timedelta(hours=story["hours"])):
        case_id = _open(demo, contact, types[story["type"]], story)
    for hours, by, text, state in story["talk"]:
        with clock.fixed(clock.now() - timedelta(hours=hours)):
            _say(demo, contact, case_id, by, text, state)
    return case_id


def _customer(contact: Contact) -> Actor:
    return Actor(kind="customer", id=contact.id, name=contact.name, language=contact.language,
                 account_id=contact.account_id)


def _open(demo: Demo, contact: Contact, kind: CaseType, story: dict[str, Any]) -> str:
    project = demo.session.exec(select(Opportunity.id).where(Opportunity.contact_id == contact.id)).first()
    form = CaseForm(type_id=kind.id, opportunity_id=project or "", title=story["title"], text=story["text"])
    return service.open_case(demo.session, _customer(contact), form)


def _say(demo: Demo, contact: Contact, case_id: str, by: str, text: str, state: str) -> None:
    if by == "customer":
        service.comment(demo.session, _customer(contact), case_id, CommentForm(text=text))
        return
    version = demo.session.get_one(Case, case_id).version
    form = AnswerForm(version=version, text=text, is_note=state == "note",
                      state=CaseState(state) if state != "note" else CaseState.OPEN)
    service.answer(demo.session, demo.staff["back_office"], case_id, form)
