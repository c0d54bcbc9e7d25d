"""Starting again after a process that came to nothing."""

import pytest
from sqlmodel import Session, select

from portal_app.automations import listeners
from portal_app.automations.models import ActionList, ActionRow
from portal_app.company.schemas import CompanySnapshot
from portal_app.core.errors import NotAllowed, NotFound
from portal_app.messaging.defaults import ensure_templates
from portal_app.messaging.models import OutboxMail
from portal_app.opportunities.models import Opportunity, StepSubmission, SubstageChange
from portal_app.opportunities.reactivation import NotAtItsEnd, ask_to_start_again, get_reactivation
from portal_app.opportunities.rules import BY_HAND
from portal_app.opportunities.service import move
from tests.factories import actor_of, make_company, make_contact, make_flow, make_opportunity, make_staff

assert listeners


@pytest.fixture
def ended(session: Session, company_copy: CompanySnapshot) -> tuple[Opportunity, list]:
    make_company(session)
    ensure_templates(session)
    object.__setattr__(company_copy, "reactivation_is_open", True)
    _, substages = make_flow(session, ("Way", [("Draw", "drawing"), ("Over", "finalization-failed")]))
    return make_opportunity(session, contact=make_contact(session, name="Lucía"), substage=substages[1]), substages


def customer(session: Session, opportunity: Opportunity):
    from portal_app.customers.models import Contact
    return actor_of(session.get_one(Contact, opportunity.contact_id))


def test_asking_twice_is_asking_once(session: Session, ended):
    opportunity, _ = ended
    actor = customer(session, opportunity)
    assert get_reactivation(session, actor, opportunity.id).is_open
    ask_to_start_again(session, actor, opportunity.id)
    ask_to_start_again(session, actor, opportunity.id)
    assert len(session.exec(select(StepSubmission)).all()) == 1
    after = get_reactivation(session, actor, opportunity.id)
    assert (after.is_open, bool(after.asked_on)) == (False, True)


def test_it_leads_where_staff_set_it_and_can_be_asked_again_the_next_time(session: Session, ended):
    opportunity, (draw, over) = ended
    row = ActionList(trigger="flow-reactivation", scope=opportunity.flow_id, flow_id=opportunity.flow_id)
    session.add(row)
    session.flush()
    session.add_all([ActionRow(list_id=row.id, position=0, kind="move", substage_id=draw.id),
                     ActionRow(list_id=row.id, position=1, kind="send_template", template_key="flow-reactivation")])
    session.flush()
    actor = customer(session, opportunity)
    ask_to_start_again(session, actor, opportunity.id)
    assert opportunity.substage_id == draw.id
    change = session.exec(select(SubstageChange)).one()
    assert (change.cause, change.moved_by_name) == ("flow-reactivation", "Lucía")
    assert session.exec(select(OutboxMail)).one().template_key == "flow-reactivation"
    with pytest.raises(NotAtItsEnd):
        ask_to_start_again(session, actor, opportunity.id)
    move(session, actor_of(make_staff(session)), opportunity, over.id, BY_HAND)
    assert get_reactivation(session, actor, opportunity.id).is_open


def test_only_where_the_company_lets_them_and_only_their_own(session: Session, ended, company_copy: CompanySnapshot):
    opportunity, _ = ended
    with pytest.raises(NotFound):
        ask_to_start_again(session, actor_of(make_contact(session)), opportunity.id)
    with pytest.raises(NotAllowed):
        ask_to_start_again(session, actor_of(make_staff(session)), opportunity.id)
    object.__setattr__(company_copy, "reactivation_is_open", False)
    actor = customer(session, opportunity)
    assert not get_reactivation(session, actor, opportunity.id).is_open
    with pytest.raises(NotAllowed):
        ask_to_start_again(session, actor, opportunity.id)
