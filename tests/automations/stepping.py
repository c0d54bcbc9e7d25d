"""A flow whose substages act, and what its tests do with it."""

import pytest
from sqlmodel import Session, select

from portal_app.automations.forms import StepActionsForm
from portal_app.automations.models import ActionTrouble
from portal_app.automations.step_lists import save_step_actions
from portal_app.core.forms import parse
from portal_app.messaging.defaults import ensure_templates
from portal_app.messaging.models import EmailTemplate
from portal_app.opportunities.models import Opportunity
from portal_app.opportunities.rules import BY_HAND
from portal_app.opportunities.service import move
from tests.factories import actor_of, make_company, make_flow, make_staff

HELLO = {"kind": "send_template", "template_key": "hello"}


@pytest.fixture
def admin(session: Session):
    make_company(session)
    ensure_templates(session)
    session.add(EmailTemplate(key="hello", use="step", name="Hello", subject={"en": "You are at |substage_name|"},
                              body={"en": "Hello |client_name|"}))
    session.flush()
    return actor_of(make_staff(session))


@pytest.fixture
def flow(session: Session, admin):
    """Substages a, b, c, d of one flow."""
    return make_flow(session, ("Way", [("a", None), ("b", "drawing"), ("c", None), ("d", None)]))


def save(session: Session, actor, substage, *actions: dict, version: int = 0) -> None:
    save_step_actions(session, actor, parse(StepActionsForm, {
        "substage_id": substage.id, "version": version, "actions": [{"moment": "enter", **action} for action in actions]}))


def to(substage, **values) -> dict:
    return {"kind": "move", "substage_id": substage.id, **values}


def go(session: Session, admin, opportunity: Opportunity, substage) -> None:
    move(session, admin, opportunity, substage.id, BY_HAND)


def troubles(session: Session) -> list[str]:
    return list(session.exec(select(ActionTrouble.reason)))
