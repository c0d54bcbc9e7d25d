"""A flow is walked as a made-up customer: everything happens, and nothing of it stays."""

from __future__ import annotations

import pytest
from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import Session, SQLModel

from portal_app.access.actors import Role
from portal_app.automations.models import ActionList, ActionRow
from portal_app.automations.rules import STEP
from portal_app.automations.service import ensure_default_actions
from portal_app.core.errors import NotFound
from portal_app.flows.models import DynamicField, SubstageField
from portal_app.messaging.defaults import ensure_templates
from portal_app.rehearsal.walk import COLLEAGUE_MOVES, TIME_PASSES, Choices, Walk, walk_flow
from tests.factories import actor_of, make_company, make_contact, make_flow, make_staff

WAY = (("Request", [("We have it", None), ("Draw", "drawing")]), ("Offer", [("Choose", "offer")]),
       ("End", [("Done", "finalization-success"), ("Over", "finalization-failed")]))


@pytest.fixture
def case(session: Session):
    """A flow whose drawing leads to the offer and whose offer leads to either end."""
    make_company(session)
    ensure_templates(session)
    ensure_default_actions(session)
    flow, steps = make_flow(session, *WAY)
    for trigger, scope, target, detail in (
        ("drawing-submitted", flow.id, steps[2], {}), ("accept-budget", flow.id, steps[3], {}),
        ("decline-budget", flow.id, steps[4], {}),
        (STEP.key, steps[0].id, steps[1], {"moment": "after", "hours": 48}),
    ):
        actions = ActionList(trigger=trigger, scope=scope, flow_id=flow.id)
        session.add(actions)
        session.flush()
        session.add(ActionRow(list_id=actions.id, position=0, kind="move", substage_id=target.id, **_moment(detail)))
    session.flush()
    return flow, steps, actor_of(make_staff(session))


def _moment(detail: dict) -> dict:
    return {"moment": detail["moment"], "detail": {"hours": detail["hours"]}} if detail else {}


def walk(session: Session, case, *done: str) -> Walk:
    return walk_flow(session, case[2], case[0].id, Choices(done=list(done)))


def rows(session: Session) -> dict[str, int]:
    return {table.name: session.execute(select_columns(func.count()).select_from(table)).scalar_one()
            for table in SQLModel.metadata.sorted_tables}


def test_a_walk_goes_where_the_flow_leads(session, case):
    assert walk(session, case).place.name == "We have it"
    drawn = walk(session, case, TIME_PASSES, "drawing-submitted")
    assert (drawn.place.name, drawn.place.ball) == ("Choose", "customer")
    assert drawn.place.acts == ["accept-budget", "decline-budget"]
    assert [p.choice for p in drawn.passages] == ["", TIME_PASSES, "drawing-submitted"]
    assert {h.name for h in drawn.passages[2].happened if h.kind == "move"} == {"Choose"}
    done = walk(session, case, TIME_PASSES, "drawing-submitted", "accept-budget").place
    assert (done.name, done.has_ended, done.acts) == ("Done", True, [])
    over = walk(session, case, TIME_PASSES, "drawing-submitted", "decline-budget").place
    assert (over.name, over.acts) == ("Over", ["flow-reactivation"])


def test_a_colleague_moves_on_in_order_and_never_to_a_failed_end(session, case):
    names = [walk(session, case, *[COLLEAGUE_MOVES] * steps).place.next_name for steps in range(4)]
    assert names == ["Draw", "Choose", "Done", ""]
    with pytest.raises(NotFound):
        walk(session, case, *[COLLEAGUE_MOVES] * 4)


def test_what_waits_is_told_with_its_time(session, case):
    begun = walk(session, case)
    assert begun.place.hours_to_wait == 48
    assert [h.hours for h in begun.passages[0].happened if h.kind == "planned"] == [48]
    assert walk(session, case, TIME_PASSES).place.hours_to_wait == -1


def test_nothing_of_a_walk_stays(session, case):
    before = rows(session)
    walk(session, case, TIME_PASSES, "drawing-submitted", "accept-budget")
    assert rows(session) == before


def test_a_walk_that_fails_leaves_nothing_either(session, case):
    before = rows(session)
    with pytest.raises(NotFound):
        walk(session, case, TIME_PASSES, "accept-budget")
    assert rows(session) == before


@pytest.mark.parametrize("choice", ["accept-budget", "login-code", "x", ""])
def test_only_what_is_there_can_be_chosen(session, case, choice):
    with pytest.raises(NotFound):
        walk(session, case, choice)


def test_what_a_step_asks_for_is_shown(session, case):
    field = DynamicField(kind="short-text", label={"en": "Roof tiles"})
    session.add(field)
    session.flush()
    session.add(SubstageField(substage_id=case[1][1].id, field_id=field.id, position=0, is_required=True))
    session.flush()
    asked = walk(session, case, TIME_PASSES).place.asked
    assert [(a.name, a.is_required, a.is_read_only) for a in asked] == [("Roof tiles", True, False)]


def test_flows_are_walked_by_whoever_may_read_them(session, case):
    walk_flow(session, actor_of(make_staff(session, Role.VIEWER)), case[0].id, Choices())
    for actor in (actor_of(make_staff(session, Role.INSTALLER)), actor_of(make_contact(session))):
        with pytest.raises(Exception, match=r"."):
            walk_flow(session, actor, case[0].id, Choices())
    with pytest.raises(NotFound):
        walk_flow(session, case[2], "0" * 32, Choices())
