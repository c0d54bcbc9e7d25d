"""A flow, and staff who have it open."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import Session

from portal_app.access.actors import Role
from portal_app.flows import trees
from portal_app.flows.models import Flow, Substage
from portal_app.staff.settings.flows.state import FlowEditorState
from tests.factories import actor_of, make_company, make_flow, make_staff
from tests.handling import Reader, served

assert served
WAY = (("Request", [("Asked", None)]), ("Roof", [("Draw", "drawing"), ("Check", None)]), ("Offer", [("Choose", "offer")]))


class Editing(Reader):
    """A staff member in front of the page."""

    def __call__(self, state_class: type, handler: str, *arguments) -> Any:
        """What the browser would send, and what it is answered with."""
        answers = self.send(state_class, handler, *arguments)
        return answers[0] if answers else None

    def state(self, state_class: type = FlowEditorState) -> Any:
        return super().state(state_class)


@pytest.fixture
def flow(served: Session) -> tuple[Flow, list[Substage]]:
    make_company(served)
    made = make_flow(served, *WAY)
    served.commit()
    return made


@pytest.fixture
def edit(served: Session, flow):
    """Makes somebody who has the flow open; administrators unless told otherwise."""

    def open_as(role: Role = Role.ADMINISTRATOR, name: str = "Ana", flow_id: str = "") -> Editing:
        member = make_staff(served, role, name=name)
        served.commit()
        editing = Editing(actor_of(member), flow=flow_id or flow[0].id)
        editing(FlowEditorState, "load")
        return editing

    return open_as


def stored(session: Session, substage: Substage) -> Substage:
    with Session(session.get_bind(), expire_on_commit=False) as looking:
        found = looking.get_one(Substage, substage.id)
        looking.expunge(found)
    return found


def tree(session: Session, flow: Flow) -> list[list[str]]:
    session.rollback()
    session.expunge_all()
    found = trees.get_flow_tree(session, flow.id)
    session.rollback()
    return [[s.public_name["en"] for s in stage.substages] for stage in found.stages]
