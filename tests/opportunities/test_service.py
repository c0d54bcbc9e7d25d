"""Who sees which opportunity, how one begins, and how one moves."""

from datetime import UTC, datetime

import pytest
from sqlmodel import Session, col, select

from portal_app.access.actors import SYSTEM, Actor, Role
from portal_app.company.schemas import CompanySnapshot
from portal_app.core import clock, events
from portal_app.core.audit import AuditRow
from portal_app.core.errors import ChangedMeanwhile, NotAllowed, NotFound
from portal_app.core.events import EventRow
from portal_app.core.ids import new_id
from portal_app.opportunities import service
from portal_app.opportunities.events import OpportunityMoved
from portal_app.opportunities.models import Opportunity, SubstageChange
from portal_app.opportunities.rules import LocationForm, WrongFlow
from tests.factories import actor_of, make_contact, make_flow, make_opportunity, make_staff
from tests.opportunities.made import NOON, WAY, count_queries, form_for


def seen(session: Session, actor: Actor) -> set[str]:
    return set(session.scalars(service.visible_opportunities(actor).with_only_columns(col(Opportunity.id))))


# Who sees which


def test_each_sees_what_is_theirs(session: Session):
    installer, sales = make_staff(session, Role.INSTALLER), make_staff(session, Role.SALES)
    a, b = make_contact(session), make_contact(session)
    of_a = make_opportunity(session, contact=a)
    of_b = make_opportunity(session, contact=b, owner_id=installer.id)
    mine = {of_a.id, of_b.id}
    assert seen(session, actor_of(a)) == {of_a.id}
    assert seen(session, actor_of(b)) == {of_b.id}
    assert seen(session, actor_of(installer)) & mine == {of_b.id}
    assert seen(session, actor_of(sales)) >= mine
    assert seen(session, SYSTEM) >= mine
    assert seen(session, Actor(kind="staff", id=new_id(), name="", language="en", role="unknown")) == set()


def test_people_of_one_household_share_unless_the_company_decides_otherwise(session: Session, monkeypatch):
    first = make_contact(session)
    second = make_contact(session, account_id=first.account_id)
    opportunity = make_opportunity(session, contact=first)
    assert seen(session, actor_of(second)) == {opportunity.id}
    own = CompanySnapshot(modules={"projects": {"scope": "contact"}})
    monkeypatch.setattr(service, "company_snapshot", lambda: own)
    assert seen(session, actor_of(second)) == set()
    assert seen(session, actor_of(first)) == {opportunity.id}


def test_unknown_and_forbidden_look_alike(session: Session):
    stranger, opportunity = actor_of(make_contact(session)), make_opportunity(session)
    for opportunity_id in (opportunity.id, new_id(), ""):
        for ask in (service.get_visible, service.get_locked):
            with pytest.raises(NotFound):
                ask(session, stranger, opportunity_id)
        with pytest.raises(NotFound):
            service.get_process(session, stranger, opportunity_id, "en")


# Beginning


def test_an_opportunity_begins_in_the_first_substage(session: Session):
    flow, substages = make_flow(session, *WAY)
    contact = make_contact(session, name="Lucía Gómez", address="Calle Mayor 3")
    member = make_staff(session, Role.SALES)
    with clock.fixed(NOON):
        opportunity = service.create_opportunity(session, actor_of(member), form_for(contact, flow, title="South roof"))
    assert opportunity.substage_id == substages[0].id
    assert (opportunity.account_id, opportunity.owner_id) == (contact.account_id, member.id)
    assert opportunity.address == "Calle Mayor 3"
    assert opportunity.created_at == opportunity.entered_substage_at == NOON
    assert "Lucía Gómez" in opportunity.search_text
    assert opportunity.number in opportunity.search_text
    change = session.exec(select(SubstageChange).where(SubstageChange.opportunity_id == opportunity.id)).one()
    assert (change.from_substage_id, change.to_substage_id, change.cause) == (None, substages[0].id, "created")
    assert (change.moved_by_kind, change.moved_by_name) == ("staff", member.name)
    audited = session.exec(select(AuditRow).where(AuditRow.thing_id == opportunity.id)).one()
    assert (audited.verb, audited.actor_id) == ("create", member.id)
    told = session.exec(select(EventRow).where(EventRow.opportunity_id == opportunity.id)).one()
    assert told.name == "OpportunityCreated"


def test_an_opportunity_may_begin_elsewhere_and_belong_to_somebody_else(session: Session):
    flow, substages = make_flow(session, *WAY)
    owner = make_staff(session, Role.INSTALLER)
    form = form_for(make_contact(session), flow, substage_id=substages[3].id, owner_id=owner.id, address=" Here  3 ",
                    lon_deg=-3.7, lat_deg=40.4)
    opportunity = service.create_opportunity(session, SYSTEM, form)
    assert (opportunity.substage_id, opportunity.owner_id) == (substages[3].id, owner.id)
    assert (opportunity.address, opportunity.lon_deg) == ("Here 3", -3.7)


def test_what_the_system_begins_belongs_to_nobody(session: Session):
    flow, _ = make_flow(session)
    assert service.create_opportunity(session, SYSTEM, form_for(make_contact(session), flow)).owner_id is None


def test_numbers_count_up_within_a_year(session: Session):
    flow, _ = make_flow(session)
    contact = make_contact(session)

    def number_at(at: datetime) -> str:
        with clock.fixed(at):
            return service.create_opportunity(session, SYSTEM, form_for(contact, flow)).number

    assert number_at(datetime(2031, 6, 1, tzinfo=UTC)) == "2031-0001"
    assert number_at(datetime(2031, 12, 31, 22, 59, tzinfo=UTC)) == "2031-0002"
    assert number_at(datetime(2031, 12, 31, 23, 1, tzinfo=UTC)) == "2032-0001", "it is next year in Madrid"
    assert number_at(datetime(2032, 1, 2, tzinfo=UTC)) == "2032-0002"


def test_a_failed_beginning_leaves_no_gap(session: Session):
    flow, _ = make_flow(session)
    contact = make_contact(session)
    with clock.fixed(datetime(2033, 6, 1, tzinfo=UTC)):
        unfinished = session.begin_nested()
        assert service.create_opportunity(session, SYSTEM, form_for(contact, flow)).number == "2033-0001"
        unfinished.rollback()
        assert service.create_opportunity(session, SYSTEM, form_for(contact, flow)).number == "2033-0001"


def test_nobody_else_begins_one(session: Session):
    flow, _ = make_flow(session)
    contact = make_contact(session)
    for actor in (actor_of(contact), actor_of(make_staff(session, Role.INSTALLER)),
                  actor_of(make_staff(session, Role.VIEWER))):
        with pytest.raises(NotAllowed):
            service.create_opportunity(session, actor, form_for(contact, flow))


@pytest.mark.parametrize("field", ["contact_id", "flow_id", "substage_id", "owner_id"])
def test_what_does_not_exist_is_named(session: Session, field: str):
    flow, _ = make_flow(session)
    with pytest.raises(NotFound) as refused:
        service.create_opportunity(session, SYSTEM, form_for(make_contact(session), flow, **{field: new_id()}))
    assert refused.value.field == ("" if field == "flow_id" else field)


def test_an_opportunity_does_not_begin_in_another_flow(session: Session):
    flow, _ = make_flow(session)
    _, others = make_flow(session)
    with pytest.raises(WrongFlow):
        service.create_opportunity(session, SYSTEM, form_for(make_contact(session), flow, substage_id=others[0].id))


# Moving


def test_a_move_is_remembered_audited_and_told(session: Session):
    _, substages = make_flow(session, *WAY)
    opportunity = make_opportunity(session, substage=substages[0])
    member = make_staff(session, Role.SALES)
    told: list[OpportunityMoved] = []
    listener = events.on(OpportunityMoved)(lambda _, happened: told.append(happened))
    try:
        with clock.fixed(NOON):
            moved = service.move(session, actor_of(member), opportunity, substages[1].id, "by-hand", " They\x00 call ")
    finally:
        events._listeners[OpportunityMoved].remove(listener)
    assert moved is opportunity
    assert (moved.substage_id, moved.entered_substage_at, moved.changed_at) == (substages[1].id, NOON, NOON)
    assert moved.version == 2
    change = session.exec(select(SubstageChange).where(SubstageChange.cause == "by-hand")).one()
    assert (change.from_substage_id, change.to_substage_id) == (substages[0].id, substages[1].id)
    assert (change.to_stage_id, change.to_name) == (substages[1].stage_id, {"en": "Draw your roof"})
    assert (change.moved_by_name, change.cause, change.note, change.at) == (member.name, "by-hand", "They call", NOON)
    audited = session.exec(select(AuditRow).where(AuditRow.thing_id == opportunity.id, AuditRow.verb == "move")).one()
    assert audited.detail == {"before": substages[0].id, "after": substages[1].id, "cause": "by-hand"}
    assert told == [OpportunityMoved(opportunity_id=opportunity.id, from_substage_id=substages[0].id,
                                     to_substage_id=substages[1].id, cause="by-hand")]


def test_moving_to_where_it_stands_changes_nothing(session: Session):
    opportunity = make_opportunity(session)
    before = opportunity.entered_substage_at
    service.move(session, SYSTEM, opportunity, opportunity.substage_id, "accept-budget")
    assert (opportunity.version, opportunity.entered_substage_at) == (1, before)
    assert not session.exec(select(SubstageChange).where(SubstageChange.opportunity_id == opportunity.id)).all()


def test_a_move_to_another_flow_is_refused(session: Session):
    opportunity = make_opportunity(session)
    _, others = make_flow(session)
    with pytest.raises(WrongFlow):
        service.move(session, SYSTEM, opportunity, others[0].id, "by-hand")
    with pytest.raises(NotFound):
        service.move(session, SYSTEM, opportunity, new_id(), "by-hand")


def test_who_may_move_what(session: Session):
    _, substages = make_flow(session, *WAY)
    installer = make_staff(session, Role.INSTALLER)
    own = make_opportunity(session, substage=substages[0], owner_id=installer.id)
    foreign = make_opportunity(session, substage=substages[0])
    service.move(session, actor_of(installer), own, substages[1].id, "by-hand")
    with pytest.raises(NotFound):
        service.move(session, actor_of(installer), foreign, substages[1].id, "by-hand")
    customer = Actor(kind="customer", id=own.contact_id, name="", language="en", account_id=own.account_id)
    for actor in (customer, actor_of(make_staff(session, Role.VIEWER))):
        with pytest.raises(NotAllowed):
            service.move(session, actor, own, substages[2].id, "by-hand")


def test_who_saw_an_older_step_is_told(session: Session):
    _, substages = make_flow(session, *WAY)
    opportunity = make_opportunity(session, substage=substages[1])
    with pytest.raises(ChangedMeanwhile):
        service.move(session, SYSTEM, opportunity, substages[2].id, "by-hand", expected_substage_id=substages[0].id)
    service.move(session, SYSTEM, opportunity, substages[2].id, "by-hand", expected_substage_id=substages[1].id)
    assert opportunity.substage_id == substages[2].id


# For staff


def test_opportunities_are_counted_where_they_stand(session: Session):
    flow, substages = make_flow(session, *WAY)
    for substage in (substages[0], substages[2], substages[2]):
        make_opportunity(session, substage=substage)
    assert service.count_by_substage(session, flow.id) == {substages[0].id: 1, substages[2].id: 2}
    assert service.count_by_flow(session)[flow.id] == 3


# Where the house stands


def test_its_customer_and_staff_say_where_the_house_stands(session: Session):
    contact = make_contact(session)
    opportunity = make_opportunity(session, contact=contact, address="Old street 1")
    place = LocationForm(lon_deg=8.5, lat_deg=47.3, address="Sonnenweg 3,\nZürich")
    service.set_location(session, actor_of(contact), opportunity.id, place)
    assert (opportunity.lon_deg, opportunity.lat_deg, opportunity.address) == (8.5, 47.3, "Sonnenweg 3, Zürich")
    assert "Sonnenweg" in opportunity.search_text
    sales = actor_of(make_staff(session, Role.SALES))
    service.set_location(session, sales, opportunity.id, LocationForm(lon_deg=1, lat_deg=2))
    assert (opportunity.lon_deg, opportunity.address, opportunity.version) == (1, "Sonnenweg 3, Zürich", 3)
    assert len(session.exec(select(AuditRow).where(AuditRow.verb == "locate")).all()) == 2


def test_nobody_else_does(session: Session):
    opportunity, place = make_opportunity(session), LocationForm(lon_deg=8.5, lat_deg=47.3)
    with pytest.raises(NotFound):
        service.set_location(session, actor_of(make_contact(session)), opportunity.id, place)
    with pytest.raises(NotAllowed):
        service.set_location(session, actor_of(make_staff(session, Role.VIEWER)), opportunity.id, place)
    assert opportunity.lon_deg is None


# Locks


def test_what_a_transaction_has_locked_is_not_read_again_but_asked_whose_it_is(session: Session):
    contact, stranger = make_contact(session), actor_of(make_contact(session))
    opportunity_id = make_opportunity(session, contact=contact).id

    def lock(session: Session, *actors: Actor) -> None:
        for actor in actors:
            service.get_locked(session, actor, opportunity_id)

    assert count_queries(session, lock, SYSTEM, actor_of(contact), SYSTEM) == 1
    with pytest.raises(NotFound):
        lock(session, stranger)


def test_a_savepoint_that_is_taken_back_gives_up_its_locks(session: Session):
    opportunity_id = make_opportunity(session).id

    def lock(session: Session) -> Opportunity:
        return service.get_locked(session, SYSTEM, opportunity_id)

    def lock_within_and_after(session: Session) -> None:
        nested = session.begin_nested()
        lock(session).title = "Never"
        nested.rollback()
        assert lock(session).title != "Never"
        with session.begin_nested():
            lock(session)

    assert count_queries(session, lock_within_and_after) == 2
