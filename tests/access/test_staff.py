"""The team."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from portal_app.access import sessions, staff
from portal_app.access.actors import Role
from portal_app.access.errors import EmailTaken, LastAdministrator
from portal_app.access.events import StaffInvited
from portal_app.access.models import StaffMember
from portal_app.access.staff import StaffForm
from portal_app.access.staff_sign_in import create_staff_token, find_staff_token
from portal_app.config import settings
from portal_app.core import events
from portal_app.core.errors import InvalidForm, NotAllowed, NotFound
from portal_app.core.forms import parse
from portal_app.core.ids import new_id
from tests.access.conftest import at_once
from tests.factories import actor_of, make_staff


@pytest.fixture
def mailed(monkeypatch: pytest.MonkeyPatch) -> list[StaffInvited]:
    found: list[StaffInvited] = []
    monkeypatch.setattr(events, "_listeners", {StaffInvited: [lambda _s, told: found.append(told)]})
    return found


@pytest.fixture
def boss(session: Session, company) -> StaffMember:
    return make_staff(session, password_hash="hash")


def form(**values) -> StaffForm:
    return parse(StaffForm, {"name": "Nora Weiss", "email": "Nora@Example.com", "role": "sales", **values})


def test_only_who_manages_the_team_sees_and_changes_it(session: Session, boss):
    other = make_staff(session)
    for role in set(Role) - {Role.ADMINISTRATOR}:
        actor = actor_of(make_staff(session, role))
        for attempt in (
            lambda actor=actor: staff.list_staff(session, actor),
            lambda actor=actor: staff.invite_staff(session, actor, form()),
            lambda actor=actor: staff.invite_again(session, actor, other.id),
            lambda actor=actor: staff.change_role(session, actor, other.id, Role.VIEWER),
            lambda actor=actor: staff.deactivate_staff(session, actor, other.id),
            lambda actor=actor: staff.reactivate_staff(session, actor, other.id),
        ):
            with pytest.raises(NotAllowed):
                attempt()


def test_an_invited_member_gets_a_link_and_waits_for_a_password(session: Session, boss, mailed):
    member = staff.invite_staff(session, actor_of(boss), form())
    assert (member.email, member.role) == ("nora@example.com", "sales")
    assert form(language="de").language == "de"
    assert [told.staff_id for told in mailed] == [member.id]
    found = find_staff_token(session, mailed[0].token)
    assert found is not None
    assert found.id == member.id
    rows = {row.id: row for row in staff.list_staff(session, actor_of(boss))}
    assert rows[member.id].status == "invited"
    assert rows[boss.id].status == "active"
    assert [row.is_self for row in rows.values()].count(True) == 1


def test_the_token_is_not_stored_with_the_event(session: Session, boss, mailed):
    staff.invite_staff(session, actor_of(boss), form())
    assert mailed[0].token not in str([row.payload for row in session.scalars(select(events.EventRow))])


def test_an_address_belongs_to_one_member(session: Session, boss, mailed):
    with pytest.raises(EmailTaken) as told:
        staff.invite_staff(session, actor_of(boss), form(email=boss.email.upper()))
    assert told.value.field == "email"
    assert mailed == []
    assert len(staff.list_staff(session, actor_of(boss))) == 1


def test_a_second_invitation_ends_the_first(session: Session, boss, mailed):
    member = staff.invite_staff(session, actor_of(boss), form())
    staff.invite_again(session, actor_of(boss), member.id)
    first, second = (told.token for told in mailed)
    assert find_staff_token(session, first) is None
    assert find_staff_token(session, second) is not None


def test_who_is_in_or_unknown_is_not_invited_again(session: Session, boss, mailed):
    closed = make_staff(session, is_active=False)
    for staff_id in (boss.id, closed.id, new_id()):
        with pytest.raises(NotFound):
            staff.invite_again(session, actor_of(boss), staff_id)


@pytest.mark.parametrize("values", [
    {"email": "no address"}, {"name": ""}, {"name": "x" * 121}, {"role": "owner"}, {"language": "fr"},
    {"is_active": True}, {"password_hash": "x"},
])
def test_bad_invitations_are_refused_at_their_field(values: dict):
    with pytest.raises(InvalidForm) as told:
        form(**values)
    assert set(told.value.errors) == set(values)


def test_a_new_role_counts_at_once(session: Session, boss):
    member = make_staff(session, Role.VIEWER)
    token = sessions.open_session(session, staff_id=member.id)
    staff.change_role(session, actor_of(boss), member.id, Role.SALES)
    actor = sessions.get_actor(session, f"{settings.session_cookie}={token}")
    assert actor is not None
    assert actor.role == "sales"
    staff.change_role(session, actor_of(boss), member.id, Role.SALES)


def test_a_deactivated_member_is_out_until_reactivated(session: Session, boss):
    member = make_staff(session, Role.SALES, password_hash="hash")
    token = sessions.open_session(session, staff_id=member.id)
    reset = create_staff_token(session, member.id, "reset")
    staff.deactivate_staff(session, actor_of(boss), member.id)
    assert sessions.get_actor(session, f"{settings.session_cookie}={token}") is None
    assert find_staff_token(session, reset) is None
    assert {row.id: row.status for row in staff.list_staff(session, actor_of(boss))}[member.id] == "inactive"
    staff.reactivate_staff(session, actor_of(boss), member.id)
    assert {row.id: row.status for row in staff.list_staff(session, actor_of(boss))}[member.id] == "active"
    assert sessions.get_actor(session, f"{settings.session_cookie}={token}") is None


def test_the_last_administrator_stays(session: Session, boss):
    make_staff(session, password_hash="hash", is_active=False)
    make_staff(session)  # invited: can't sign in yet
    for attempt in (
        lambda: staff.change_role(session, actor_of(boss), boss.id, Role.SALES),
        lambda: staff.deactivate_staff(session, actor_of(boss), boss.id),
    ):
        with pytest.raises(LastAdministrator):
            attempt()
    make_staff(session, password_hash="hash")
    staff.deactivate_staff(session, actor_of(boss), boss.id)


def test_unknown_members_are_not_there(session: Session, boss):
    for change in (staff.deactivate_staff, staff.reactivate_staff):
        with pytest.raises(NotFound):
            change(session, actor_of(boss), new_id())
    with pytest.raises(NotFound):
        staff.change_role(session, actor_of(boss), new_id(), Role.SALES)


def test_two_administrators_that_remove_each_other_at_once_leave_one(scope):
    with scope() as session:
        pair = [make_staff(session, password_hash="hash") for _ in range(2)]

    def remove(number: int) -> bool:
        try:
            with scope() as session:
                staff.deactivate_staff(session, actor_of(pair[number]), pair[1 - number].id)
        except LastAdministrator:
            return False
        return True

    assert sorted(at_once(2, remove)) == [False, True]
    with scope() as session:
        assert len(session.scalars(select(col(StaffMember.id)).where(col(StaffMember.is_active))).all()) == 1
