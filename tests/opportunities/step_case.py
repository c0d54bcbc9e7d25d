"""A customer before a step."""


from sqlmodel import Session, select

from portal_app.access.actors import SYSTEM
from portal_app.core.events import EventRow
from portal_app.core.ids import new_id
from portal_app.flows.models import Substage
from portal_app.opportunities import answers, service, step_reading, steps
from tests.factories import (
    actor_of,
    make_condition,
    make_contact,
    make_field,
    make_flow,
    make_opportunity,
)

WAY = (("Request", [("Papers", "initial-documentation"), ("We check", None)]),
       ("Roof", [("Draw", "drawing")]), ("Contract", [("Papers", "contracts-documentation")]))


class Case:
    """A customer before a step that asks for a name (required), a note and a condition."""

    def __init__(self, session: Session) -> None:
        self.session = session
        _, self.substages = make_flow(session, *WAY)
        self.papers, self.check, self.draw, self.contract = self.substages
        self.name = make_field(session, substage=self.papers, is_required=True)
        self.note = make_field(session, "long-text", substage=self.papers)
        self.terms = make_condition(session, substage=self.papers)
        self.contact = make_contact(session)
        self.customer = actor_of(self.contact)
        self.opportunity = make_opportunity(session, contact=self.contact, substage=self.papers)

    def step(self, actor=None):
        return step_reading.get_step(self.session, actor or self.customer, self.opportunity.id, "en")

    def field(self, field):
        return next(f for f in self.step().fields if f.id == field.id)

    def send(self, values=None, accepted=None, **more):
        accepted = [self.terms.id] if accepted is None else accepted
        return steps.submit_step(self.session, self.customer, self.opportunity.id,
                                 {self.name.id: "Ada"} if values is None else values, accepted, "192.0.2.7", "en", **more)

    def move(self, substage: Substage) -> None:
        service.move(self.session, SYSTEM, self.opportunity, substage.id, "test")

    def told(self, kind):
        return list(self.session.exec(select(EventRow).where(
            EventRow.name == kind.__name__, EventRow.opportunity_id == self.opportunity.id)))


def with_file(case: Case, substage: Substage | None = None):
    paper = make_field(case.session, "file", substage=substage or case.papers, is_required=True)
    document_id = new_id()
    _, spec = steps.demand_open_field(case.session, case.customer, case.opportunity.id, paper.id)
    assert spec.is_file
    answers.put_file_draft(case.session, case.opportunity.id, paper.id, [document_id])
    return paper, document_id
