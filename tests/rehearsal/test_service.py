"""The checker over what stands in the database: fields, conditions and actions as staff saved them."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from portal_app.access.actors import Role
from portal_app.automations.models import ActionList, ActionRow
from portal_app.automations.rules import STEP
from portal_app.core.errors import NotFound
from portal_app.core.ids import new_id
from portal_app.flows.models import DynamicField, SubstageField
from portal_app.rehearsal.service import check_flow
from tests.factories import actor_of, make_contact, make_flow, make_staff
from tests.handling import queries

WAY = (("Request", [("We have it", None), ("Draw", "drawing")]), ("Papers", [("Contract", "contracts-documentation")]),
       ("End", [("Done", "finalization-success")]))


@pytest.fixture
def staff(session):
    return actor_of(make_staff(session))


def act(session: Session, trigger: str, flow_id: str, target_id: str | None) -> None:
    actions = ActionList(trigger=trigger, scope=flow_id, flow_id=flow_id or None)
    session.add(actions)
    session.flush()
    session.add(ActionRow(list_id=actions.id, position=0, kind="move", substage_id=target_id))
    session.flush()


def kinds(report) -> set[tuple[str, str]]:
    """What was found and where, apart from texts: the flows of these tests are written in one language."""
    return {(row.kind, place.name) for place in report.places for row in place.rows if not row.kind.endswith("missing")}


def test_what_is_saved_is_what_is_checked(session, staff):
    flow, (_, _, contract, done) = make_flow(session, *WAY)
    assert kinds(check_flow(session, staff, flow.id)) == {
        ("waits-for-staff", "Draw"), ("waits-for-staff", "Contract"), ("nothing-asked", "Contract")}
    field = DynamicField(kind="file", label={"en": "Bill"})
    session.add(field)
    session.flush()
    session.add(SubstageField(substage_id=contract.id, field_id=field.id, position=0, is_required=True))
    act(session, "drawing-submitted", flow.id, contract.id)
    act(session, "contracts-documentation-submitted", "", done.id)
    assert kinds(check_flow(session, staff, flow.id)) == {("files-without-limit", "Contract")}
    report = check_flow(session, staff, flow.id)
    assert report.stops == 0
    missing = [row.values["languages"] for place in report.places for row in place.rows if row.kind == "field-missing"]
    assert missing == ["ES, IT, DE"]


def test_the_list_of_the_flow_counts_before_the_general_one(session, staff):
    flow, (_, _, contract, _) = make_flow(session, *WAY)
    act(session, "drawing-submitted", "", contract.id)
    session.add(ActionList(trigger="drawing-submitted", scope=flow.id, flow_id=flow.id))  # empty: nothing happens here
    session.flush()
    assert ("waits-for-staff", "Draw") in kinds(check_flow(session, staff, flow.id))


def test_moves_of_a_step_and_those_without_a_target_are_seen(session, staff):
    flow, (first, _, _, done) = make_flow(session, *WAY)
    actions = ActionList(trigger=STEP.key, scope=first.id, flow_id=flow.id)
    session.add(actions)
    session.flush()
    for position, target in enumerate((done.id, None)):
        session.add(ActionRow(list_id=actions.id, position=position, kind="move", substage_id=target, moment="enter"))
    session.flush()
    found = kinds(check_flow(session, staff, flow.id))
    assert ("action-without-target", "We have it") in found
    assert {("unreachable", "Draw"), ("unreachable", "Contract")} <= found


def test_the_number_of_queries_does_not_grow_with_the_flow(session, staff):
    seen = []
    for count in (2, 12):
        stages = ((f"Stage {n}", [(f"Step {n}", "drawing"), (f"Then {n}", None)]) for n in range(count))
        flow, _ = make_flow(session, *stages)
        with queries(session) as asked:
            check_flow(session, staff, flow.id)
        seen.append(len(asked))
    assert seen[0] == seen[1]


def test_who_may_not_read_flows_checks_none(session):
    flow, _ = make_flow(session, *WAY)
    for actor in (actor_of(make_contact(session)), actor_of(make_staff(session, Role.INSTALLER))):
        with pytest.raises(NotFound):
            check_flow(session, actor, flow.id)
    with pytest.raises(NotFound):
        check_flow(session, actor_of(make_staff(session)), new_id())
