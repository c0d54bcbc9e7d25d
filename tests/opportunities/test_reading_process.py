"""What a customer reads of the way: done, now and next, and nothing that is only for staff."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

from portal_app.access.actors import SYSTEM, Role
from portal_app.core import clock
from portal_app.core.errors import NotAllowed
from portal_app.opportunities import service
from tests.factories import actor_of, make_company, make_contact, make_flow, make_opportunity, make_staff
from tests.opportunities.made import NOON, WAY, count_queries, form_for


@pytest.fixture
def on_the_way(session: Session):
    """An opportunity that was created on 1 May and came step by step to the offer."""
    flow, substages = make_flow(session, *WAY)
    flow.public_name = {"en": "Home solar", "es": "Solar en casa"}
    substages[4].public_name = {"en": "Choose your offer", "es": "Elige tu oferta"}
    substages[4].public_description = {"en": "Nothing is binding."}
    session.add_all([flow, substages[4]])
    contact = make_contact(session, name="Lucía Gómez")
    member = make_staff(session, Role.SALES, phone="+34 600 000 000")
    with clock.fixed(datetime(2026, 5, 1, 22, 30, tzinfo=UTC)):
        opportunity = service.create_opportunity(session, actor_of(member), form_for(contact, flow, title="South"))
    for day, substage in enumerate(substages[1:5]):
        with clock.fixed(NOON + timedelta(days=day)):
            service.move(session, SYSTEM, opportunity, substage.id, "by-hand")
    return opportunity, contact, substages, member


def test_the_process_says_done_now_and_next(session: Session, on_the_way):
    opportunity, contact, substages, member = on_the_way
    process = service.get_process(session, actor_of(contact), opportunity.id, "es")
    assert [(stage.name, stage.status, stage.entered_on, stage.left_on) for stage in process.stages] == [
        ("Request", "done", "2026-05-02", "2026-05-04"),
        ("Your roof", "done", "2026-05-04", "2026-05-06"),
        ("Your offer", "current", "2026-05-06", ""),
        ("Switch-on", "next", "", ""),
    ]
    assert [(step.name, step.status) for step in process.substages] == [
        ("We plan your system", "done"), ("Elige tu oferta", "current")]
    assert process.current.model_dump() == {
        "id": substages[4].id, "name": "Elige tu oferta", "description": "Nothing is binding.", "view_kind": "offer",
        "needs_customer": True, "ball": "customer", "is_sent": False, "is_asked_again": False,
        "since": "2026-05-07"}
    assert (process.step_number, process.step_count, process.outcome) == (3, 4, "")
    assert (process.first_name, process.flow_name, process.title) == ("Lucía", "Solar en casa", "South")
    assert process.adviser is not None
    assert process.adviser.model_dump() == {"name": member.name, "email": member.email, "phone": "+34 600 000 000"}


def test_going_back_undoes_what_comes_after(session: Session, on_the_way):
    opportunity, contact, substages, _ = on_the_way
    with clock.fixed(NOON + timedelta(days=9)):
        service.move(session, SYSTEM, opportunity, substages[1].id, "by-hand")
    process = service.get_process(session, actor_of(contact), opportunity.id, "en")
    assert [(stage.status, stage.entered_on, stage.left_on) for stage in process.stages] == [
        ("done", "2026-05-02", "2026-05-04"), ("current", "2026-05-04", ""), ("next", "", ""), ("next", "", "")]


def test_an_end_without_success_shows_the_way_that_was_gone(session: Session, on_the_way):
    opportunity, contact, substages, _ = on_the_way
    service.move(session, SYSTEM, opportunity, substages[6].id, "decline-budget")
    process = service.get_process(session, actor_of(contact), opportunity.id, "en")
    assert [stage.name for stage in process.stages] == ["Request", "Your roof", "Your offer", "Ended"]
    assert process.outcome == "failed"
    assert not process.current.needs_customer


def test_a_process_without_owner_and_title(session: Session):
    opportunity = make_opportunity(session)
    process = service.get_process(session, SYSTEM, opportunity.id, "it")
    assert process.adviser is None
    assert process.flow_name == "Home solar"


def test_the_number_of_queries_does_not_grow(session: Session):
    """One with 2 steps, one with 60 steps and a long history: the same queries."""
    contact = make_contact(session)
    actor = actor_of(contact)
    _, few = make_flow(session, ("One", [("a", None), ("b", None)]))
    _, many = make_flow(session, *((f"Stage {n}", [(f"{n} {m}", "offer") for m in range(5)]) for n in range(12)))
    small = make_opportunity(session, contact=contact, substage=few[0])
    short = count_queries(session, service.get_process, actor, small.id, "en")
    one = count_queries(session, service.list_own_projects, actor, "en")
    large = make_opportunity(session, contact=contact, substage=many[0])
    for substage in many[1:40]:
        service.move(session, SYSTEM, large, substage.id, "by-hand")
    for _ in range(5):
        make_opportunity(session, contact=contact, substage=many[7])
    assert count_queries(session, service.get_process, actor, large.id, "en") == short == 3
    assert count_queries(session, service.list_own_projects, actor, "en") == one == 2


def test_own_projects_show_what_goes_on_first(session: Session):
    contact = make_contact(session)
    flow, substages = make_flow(session, *WAY)
    old = make_opportunity(session, contact=contact, substage=substages[4], created_at=NOON)
    new = make_opportunity(session, contact=contact, substage=substages[2], created_at=NOON + timedelta(days=1))
    ended = make_opportunity(session, contact=contact, substage=substages[5], created_at=NOON + timedelta(days=2))
    make_opportunity(session, substage=substages[4])
    lines = service.list_own_projects(session, actor_of(contact), "en")
    assert [line.id for line in lines] == [new.id, old.id, ended.id]
    assert [(line.step_name, line.needs_customer, line.outcome) for line in lines] == [
        ("We check your roof", False, ""), ("Choose your offer", True, ""), ("Enjoy the sun", False, "success")]
    assert [(line.step_number, line.step_count) for line in lines] == [(2, 4), (3, 4), (4, 4)]
    assert lines[0].flow_name == flow.name
    with pytest.raises(NotAllowed):
        service.list_own_projects(session, actor_of(make_staff(session)), "en")


def test_the_customers_page_holds_no_internal_name(session: Session):
    """The name that staff gave the flow, and who moved it, stay inside."""
    make_company(session)
    flow, substages = make_flow(session, *WAY)
    flow.name = "CANARY internal"
    session.add(flow)
    opportunity = make_opportunity(session, substage=substages[0])
    mover = make_staff(session, Role.SALES, name="CANARY mover")
    service.move(session, actor_of(mover), opportunity, substages[1].id, "by-hand", "CANARY note")
    process = service.get_process(session, SYSTEM, opportunity.id, "en")
    assert "CANARY" not in process.model_dump_json()
