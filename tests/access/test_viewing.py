"""Staff look at the portal as a customer: they see what that customer sees, write nothing, and it ends by itself."""

import asyncio

import pytest
from sqlmodel import Session, select

from portal_app.access import sessions
from portal_app.access.actors import Actor, Role
from portal_app.access.rules import VIEW_LASTS
from portal_app.access.staff import deactivate_staff
from portal_app.core import clock
from portal_app.core.audit import AuditRow
from portal_app.core.database import only_looking, run_short_write, run_write, session_scope
from portal_app.core.errors import NotAllowed, NotFound, NothingChangesHere
from portal_app.customers.models import Contact
from portal_app.customers.viewing import begin_view, end_view
from tests.factories import actor_of, make_company, make_contact, make_staff


@pytest.fixture
def viewed(session: Session) -> tuple[Actor, Contact, str]:
    make_company(session)
    staff, contact = actor_of(make_staff(session, Role.SALES)), make_contact(session)
    token, _ = begin_view(session, staff, contact.id)
    return staff, contact, token


def cookie(token: str) -> str:
    return f"session={token}"


@pytest.fixture(autouse=True)
def _nobody_only_looks():
    yield
    only_looking.set(False)


def test_who_views_is_the_customer_and_can_be_told_from_them(session: Session, viewed):
    staff, contact, token = viewed
    actor = sessions.get_actor(session, cookie(token))
    assert actor is not None
    assert (actor.kind, actor.id, actor.account_id) == ("customer", contact.id, contact.account_id)
    assert actor.viewer_id == staff.id
    row = session.exec(select(AuditRow).where(AuditRow.verb == "view-as")).one()
    assert (row.actor_id, row.thing_id) == (staff.id, contact.id)


@pytest.mark.parametrize("run", [run_write, run_short_write])
def test_who_views_writes_nothing_whatever_they_ask_for(session: Session, viewed, run):
    sessions.get_actor(session, cookie(viewed[2]))
    with pytest.raises(NothingChangesHere):
        asyncio.run(run(lambda _session: None))
    with pytest.raises(NothingChangesHere), session_scope():
        pass
    sessions.get_actor(session, "")
    assert asyncio.run(run(lambda _session: "written")) == "written"


def test_nothing_is_written_where_it_comes_out_late_who_it_is(session: Session, viewed):
    def write_and_look() -> None:
        with session_scope() as writing:
            writing.add(AuditRow(actor_kind="customer", verb="late", thing="test"))
            sessions.get_actor(session, cookie(viewed[2]))

    with pytest.raises(NothingChangesHere):
        write_and_look()
    only_looking.set(False)
    with session_scope() as other:
        assert other.exec(select(AuditRow).where(AuditRow.verb == "late")).first() is None


def test_a_view_ends_after_its_time_however_much_it_is_used(session: Session, viewed):
    token, began = viewed[2], clock.now()
    with clock.fixed(began + VIEW_LASTS * 0.9):
        assert sessions.get_actor(session, cookie(token))
        sessions.save_seen(session)
    with clock.fixed(began + VIEW_LASTS * 1.01):
        assert sessions.get_actor(session, cookie(token)) is None


def test_a_view_ends_when_it_is_ended_and_with_who_views(session: Session, viewed):
    staff, contact, token = viewed
    end_view(session, token)
    assert sessions.get_actor(session, cookie(token)) is None
    another, _ = begin_view(session, staff, contact.id)
    deactivate_staff(session, actor_of(make_staff(session)), staff.id)
    assert sessions.get_actor(session, cookie(another)) is None


def test_customers_do_not_see_a_view_among_their_own_sessions(session: Session, viewed):
    assert sessions.list_own_sessions(session, actor_of(viewed[1])) == []


@pytest.mark.parametrize("role", [Role.INSTALLER, Role.VIEWER])
def test_not_everybody_may_view(session: Session, viewed, role):
    with pytest.raises(NotAllowed):
        begin_view(session, actor_of(make_staff(session, role)), viewed[1].id)


def test_customers_view_nobody_and_nobody_views_the_unknown(session: Session, viewed):
    with pytest.raises(NotAllowed):
        begin_view(session, actor_of(viewed[1]), viewed[1].id)
    with pytest.raises(NotFound):
        begin_view(session, viewed[0], "0" * 32)
    viewed[1].is_active = False
    session.add(viewed[1])
    session.flush()
    with pytest.raises(NotFound):
        begin_view(session, viewed[0], viewed[1].id)
