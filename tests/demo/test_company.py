"""The demonstration company does things by itself, and mails nobody just because it was set up."""

import pytest
from sqlmodel import Session, select

from portal_app.access.modules import is_on
from portal_app.automations.models import ActionRow, PlannedAction
from portal_app.automations.planned import has_due
from portal_app.company.service import company_snapshot, forget_snapshot, get_company
from portal_app.core import clock
from portal_app.core.database import session_scope
from portal_app.demo.company import build_everything
from portal_app.demo.scenarios import reset
from portal_app.messaging.models import OutboxMail
from portal_app.rehearsal.service import check_flow
from tests.serving import serve_from


@pytest.mark.one_database
def test_the_demonstration_reminds_its_customers_but_not_at_once(session: Session):
    demo = build_everything(session)
    kinds = {(row.kind, row.moment) for row in session.exec(select(ActionRow)) if row.moment}
    assert kinds == {("send_template", "every"), ("notify_staff", "after")}
    waiting = session.exec(select(PlannedAction.due_at)).all()
    assert waiting
    assert min(waiting) > clock.now()
    assert not has_due(session)
    assert "step-reminder" not in set(session.exec(select(OutboxMail.template_key)))
    assert check_flow(session, demo.administrator, demo.flow_id).stops == 0


@pytest.mark.one_database
def test_a_scenario_is_built_whatever_the_one_before_has_closed(empty_database, monkeypatch):
    serve_from(empty_database, monkeypatch)
    reset("cases")
    with session_scope() as session:
        get_company(session).modules = {"cases": {"on": False}}
    forget_snapshot()
    assert not is_on(company_snapshot().modules, "cases")
    assert reset("cases")["case"]
    assert is_on(company_snapshot().modules, "cases")
    forget_snapshot()
