"""Sessions: found by their cookie, limited in time, ended at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event
from sqlmodel import Session, SQLModel

from portal_app.access import sessions
from portal_app.access.contacts import contact as known_contact
from portal_app.access.models import PortalSession
from portal_app.config import settings
from portal_app.core.clock import fixed
from portal_app.core.crypto import hash_of
from portal_app.core.errors import NotFound
from portal_app.core.ids import new_id
from portal_app.customers.models import Contact
from tests.factories import actor_of, make_contact, make_staff

pytestmark = pytest.mark.usefixtures("company")
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def cookie(token: str) -> str:
    return f"language=es; {settings.session_cookie}={token}; other=1"


def find(session: Session, token: str):
    return sessions.get_actor(session, cookie(token))


def test_what_is_known_of_contacts_is_how_their_table_is():
    real = SQLModel.metadata.tables["contact"].c
    for column in known_contact.c:
        assert issubclass(type(real[column.name].type), type(column.type)), column.name
    assert known_contact.name == Contact.__tablename__


def test_the_cookie_tells_who_is_there(session: Session):
    person, member = make_contact(session), make_staff(session)
    token = sessions.open_session(session, contact_id=person.id)
    staff_token = sessions.open_session(session, staff_id=member.id)
    customer, staff = find(session, token), find(session, staff_token)
    assert customer is not None and staff is not None  # noqa: PT018
    assert (customer.kind, customer.id, customer.account_id) == ("customer", person.id, person.account_id)
    assert customer.session_hash == hash_of(token)
    assert (staff.kind, staff.id, staff.role, staff.account_id) == ("staff", member.id, "administrator", "")


def test_several_are_found_at_once_without_counting_as_use(session: Session):
    person, other, member = make_contact(session), make_contact(session), make_staff(session)
    tokens = [sessions.open_session(session, contact_id=person.id), sessions.open_session(session, staff_id=member.id)]
    ended = sessions.open_session(session, contact_id=other.id)
    sessions.end_session(session, ended)
    sessions.save_seen(session)
    found = sessions.get_actors(session, {hash_of(token) for token in (*tokens, ended, "unknown")})
    assert sessions.save_seen(session) == len(sessions._seen) == 0
    assert found == {hash_of(token): find(session, token) for token in tokens}


def test_only_the_hash_is_stored(session: Session):
    token = sessions.open_session(session, contact_id=make_contact(session).id)
    stored = session.get_one(PortalSession, hash_of(token)).model_dump()
    assert token not in str(stored)


@pytest.mark.parametrize("header", ["", "session=", "nonsense", "session=unknown", "other=1"])
def test_no_session_is_nobody(session: Session, header: str):
    assert sessions.get_actor(session, header) is None


def test_of_two_session_cookies_neither_counts(session: Session):
    token = sessions.open_session(session, contact_id=make_contact(session).id)
    assert sessions.get_actor(session, f"{cookie(token)}; {settings.session_cookie}=planted") is None


@given(st.text(max_size=200))
def test_any_cookie_header_gives_a_text(header: str):
    assert isinstance(sessions.session_token_in(header), str)


@pytest.mark.parametrize("make", [make_contact, make_staff])
def test_an_inactive_person_is_nobody(session: Session, make):
    person = make(session)
    owner = {"contact_id": person.id} if make is make_contact else {"staff_id": person.id}
    token = sessions.open_session(session, **owner)
    assert find(session, token) is not None
    person.is_active = False
    session.add(person)
    session.flush()
    assert find(session, token) is None
    assert sessions.list_valid_sessions(session, {hash_of(token)}) == set()


def test_an_unused_session_ends(session: Session, company):
    with fixed(NOW):
        token = sessions.open_session(session, contact_id=make_contact(session).id)
    idle = timedelta(hours=company.session_idle_hours)
    with fixed(NOW + idle - timedelta(seconds=1)):
        assert find(session, token) is not None
    with fixed(NOW + idle):
        assert find(session, token) is None


def test_a_used_session_lasts_until_its_absolute_end(session: Session, company):
    with fixed(NOW):
        token = sessions.open_session(session, contact_id=make_contact(session).id)
    for day in range(1, company.session_days):
        with fixed(NOW + timedelta(days=day)):
            assert find(session, token) is not None, day
            assert sessions.save_seen(session) == 1
    with fixed(NOW + timedelta(days=company.session_days)):
        assert find(session, token) is None
        assert sessions.list_valid_sessions(session, {hash_of(token)}) == set()


def test_use_is_written_down_at_most_every_few_minutes(session: Session):
    with fixed(NOW):
        token = sessions.open_session(session, contact_id=make_contact(session).id)
        find(session, token)
        assert sessions.save_seen(session) == 0
    with fixed(NOW + timedelta(minutes=6)):
        find(session, token)
        find(session, token)
        assert sessions.save_seen(session) == 1
        assert sessions.save_seen(session) == 0
    session.expire_all()
    assert session.get_one(PortalSession, hash_of(token)).last_seen_at == NOW + timedelta(minutes=6)


def test_use_does_not_bring_a_revoked_session_back(session: Session):
    with fixed(NOW):
        token = sessions.open_session(session, contact_id=make_contact(session).id)
        find(session, token)
        sessions.end_session(session, token)
    with fixed(NOW + timedelta(minutes=6)):
        assert sessions.save_seen(session) == 0
        assert find(session, token) is None


def test_finding_the_actor_is_one_statement(session: Session):
    token = sessions.open_session(session, contact_id=make_contact(session).id)
    session.flush()
    connection, statements = session.connection(), []

    def count(*args) -> None:
        statements.append(args[2])

    event.listen(connection, "before_cursor_execute", count)
    assert sessions.get_actor(connection, cookie(token)) is not None
    event.remove(connection, "before_cursor_execute", count)
    assert len(statements) == 1
    assert statements[0].startswith("SELECT")


def test_signing_in_again_ends_what_the_browser_had(session: Session):
    person = make_contact(session)
    old = sessions.open_session(session, contact_id=person.id)
    new = sessions.open_session(session, contact_id=person.id, replaces=old)
    assert old != new
    assert find(session, old) is None
    assert find(session, new) is not None


def test_the_own_sessions_are_listed_this_one_first(session: Session):
    person, other = make_contact(session), make_contact(session)
    with fixed(NOW):
        token = sessions.open_session(session, contact_id=person.id, device="Firefox · Linux")
    with fixed(NOW + timedelta(hours=1)):
        sessions.open_session(session, contact_id=person.id, device="Safari · iPhone")
        sessions.open_session(session, contact_id=other.id, device="not mine")
        ended = sessions.open_session(session, contact_id=person.id, device="ended")
        sessions.end_session(session, ended)
        actor = find(session, token)
        assert actor is not None
        listed = sessions.list_own_sessions(session, actor)
    assert [(row.device, row.is_this) for row in listed] == [("Firefox · Linux", True), ("Safari · iPhone", False)]


def test_one_own_session_is_ended(session: Session):
    person = make_contact(session)
    here, there = (sessions.open_session(session, contact_id=person.id) for _ in range(2))
    actor = find(session, here)
    assert actor is not None
    row = next(row for row in sessions.list_own_sessions(session, actor) if not row.is_this)
    sessions.revoke_session(session, actor, row.id)
    assert find(session, there) is None
    assert find(session, here) is not None


def test_foreign_and_unknown_sessions_are_not_there(session: Session):
    mine, foreign = make_contact(session), make_contact(session)
    token = sessions.open_session(session, contact_id=foreign.id)
    theirs = session.get_one(PortalSession, hash_of(token)).id
    staff = make_staff(session)
    for actor in (actor_of(mine), actor_of(staff)):
        for session_id in (theirs, new_id()):
            with pytest.raises(NotFound):
                sessions.revoke_session(session, actor, session_id)
    assert find(session, token) is not None


@pytest.mark.parametrize("make", [make_contact, make_staff])
def test_signing_out_everywhere_ends_all_own_sessions_only(session: Session, make):
    person, other = make(session), make_contact(session)
    name = "contact_id" if make is make_contact else "staff_id"
    own = [sessions.open_session(session, **{name: person.id}) for _ in range(3)]
    foreign = sessions.open_session(session, contact_id=other.id)
    sessions.revoke_all_sessions(session, actor_of(person))
    assert [find(session, token) for token in own] == [None] * 3
    assert sessions.list_valid_sessions(session, {hash_of(t) for t in (*own, foreign)}) == {hash_of(foreign)}


def test_nothing_used_is_nothing_saved(session: Session):
    assert sessions.save_seen(session) == 0


def test_staff_are_known_among_sessions_also_ended_ones(session: Session):
    staff = sessions.open_session(session, staff_id=make_staff(session).id)
    customer = sessions.open_session(session, contact_id=make_contact(session).id)
    sessions.end_session(session, staff)
    assert sessions.staff_among(session, {hash_of(staff), hash_of(customer), "unknown"}) == {hash_of(staff)}
