"""What happens in the other rooms, told to the staff whom it concerns, with the page that it leads to."""

from __future__ import annotations

import pytest

from portal_app.access.actors import Role
from portal_app.core.events import publish
from portal_app.customers.events import SignedUp
from portal_app.flows.events import ActHappened
from portal_app.flows.view_kinds import Act
from portal_app.notifications import listeners, service
from portal_app.notifications.service import InboxFilter
from portal_app.offers.deciding import WishForm, ask_for_change
from portal_app.support.events import (
    CaseAssigned,
    CaseClosedByCustomer,
    CaseCommented,
    CaseReopenedByCustomer,
    IncidentCreated,
)
from tests.factories import actor_of, make_company, make_contact, make_opportunity, make_staff

assert listeners


@pytest.fixture
def people(session):
    """An owner, a colleague who handles cases, a viewer, and the owner's customer with a project."""
    make_company(session)
    owner, colleague, viewer = (make_staff(session, role) for role in (Role.SALES, Role.BACK_OFFICE, Role.VIEWER))
    contact = make_contact(session, name="Lucía Fernández")
    opportunity = make_opportunity(session, contact=contact, owner_id=owner.id)
    return {"owner": owner, "colleague": colleague, "viewer": viewer}, contact, opportunity


def told(session, people) -> dict[str, list[tuple[str, str]]]:
    """Who was told what, and where it leads."""
    found = {}
    for name, member in people.items():
        rows = service.get_inbox(session, actor_of(member), InboxFilter()).rows
        if rows:
            found[name] = [(row.text, row.page) for row in rows]
    return found


def test_a_change_of_own_data_is_told_to_whoever_looks_after_the_customer(session, people):
    staff, contact, _ = people
    publish(session, ActHappened(act=Act.PROFILE_UPDATED, contact_id=contact.id, opportunity_id=None))
    assert told(session, staff) == {
        "owner": [("{name} changed their own data.", f"/staff/customer?id={contact.id}")]}


def test_a_wish_for_the_offer_is_told_once_while_it_is_new(session, people):
    staff, contact, opportunity = people
    for wish in ("A battery, please.", "And a smaller inverter."):
        ask_for_change(session, actor_of(contact), opportunity.id, WishForm(text=wish))
    assert told(session, staff) == {
        "owner": [("{name} asks for a change of the offer.", f"/staff/project?id={opportunity.id}")]}


def test_who_signs_up_is_told_to_those_who_edit_customers(session, people):
    staff, _, _ = people
    newcomer = make_contact(session)
    publish(session, SignedUp(contact_id=newcomer.id))
    assert set(told(session, staff)) == {"owner", "colleague"}
    assert told(session, staff)["owner"] == [("{name} signed up.", f"/staff/customer?id={newcomer.id}")]


def test_a_case_is_told_to_the_owner_until_somebody_has_taken_it(session, people):
    staff, contact, opportunity = people
    about = {"case_id": "c" * 32, "contact_id": contact.id, "opportunity_id": opportunity.id}
    publish(session, IncidentCreated(**about))
    assert told(session, staff) == {"owner": [("{name} reported a problem.", f"/staff/case?id={'c' * 32}")]}
    publish(session, CaseAssigned(**about, assignee_id=staff["colleague"].id, by_id=staff["owner"].id))
    for event in (CaseCommented, CaseClosedByCustomer, CaseReopenedByCustomer):
        publish(session, event(**about, assignee_id=staff["colleague"].id))
    found = told(session, staff)
    assert len(found["owner"]) == 1
    assert {text for text, _ in found["colleague"]} == {
        "A case is yours now.", "{name} answered in a case.", "{name} closed a case.", "{name} opened a case again."}
    assert "viewer" not in found


def test_who_takes_a_case_need_not_be_told(session, people):
    staff, contact, opportunity = people
    publish(session, CaseAssigned(case_id="c" * 32, contact_id=contact.id, opportunity_id=opportunity.id,
                                  assignee_id=staff["owner"].id, by_id=staff["owner"].id))
    assert told(session, staff) == {}


def test_answers_in_two_cases_are_two_lines(session, people):
    staff, contact, opportunity = people
    for case_id in ("a" * 32, "b" * 32, "b" * 32):
        publish(session, CaseCommented(case_id=case_id, contact_id=contact.id, opportunity_id=opportunity.id))
    assert len(told(session, staff)["owner"]) == 2


def test_what_concerns_no_project_is_not_told_to_those_who_see_only_their_own(session, people):
    installer = make_staff(session, Role.INSTALLER)
    stranger = make_contact(session)
    publish(session, IncidentCreated(case_id="c" * 32, contact_id=stranger.id, opportunity_id=None))
    assert told(session, {"installer": installer}) == {}
    assert set(told(session, people[0])) == {"owner", "colleague"}
