"""The demonstration company does things by itself, and mails nobody just because it was set up."""

import pytest
from sqlmodel import Session, select

from portal_app.automations.models import ActionRow, PlannedAction
from portal_app.automations.planned import has_due
from portal_app.core import clock
from portal_app.demo.company import build_everything
from portal_app.messaging.models import OutboxMail
from portal_app.rehearsal.service import check_flow


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
