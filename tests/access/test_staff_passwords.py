"""Staff choose their password: after an invitation, and after a reset that tells strangers nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select
from sqlmodel import Session, col

from portal_app.access import sessions
from portal_app.access.errors import (
    PasswordGuessable,
    PasswordTooLong,
    PasswordTooShort,
    TokenEnded,
)
from portal_app.access.events import StaffResetRequested
from portal_app.access.models import PortalSession, StaffToken
from portal_app.access.requests import NotIssued
from portal_app.access.rules import INVITATION_LASTS, RESET_LASTS
from portal_app.access.staff_sign_in import (
    add_first_administrator,
    create_staff_token,
    find_staff_token,
    finish_set_password,
    issue_staff_reset,
    request_staff_reset,
    set_staff_password,
)
from portal_app.core import events
from portal_app.core.clock import fixed, now
from portal_app.core.crypto import hash_of
from tests.access.conftest import at_once
from tests.access.signing_in import HERE, attempt, fail
from tests.factories import make_staff

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
NEW = "seven boats in the fog"


def test_the_token_sets_the_password_once_and_signs_in(scope, member):
    with scope() as session:
        old_session = sessions.open_session(session, staff_id=member.id)
        token = create_staff_token(session, member.id, "reset")
    session_token = set_staff_password(token, NEW, "Firefox", scope=scope)
    with scope() as session:
        assert sessions.list_valid_sessions(session, {hash_of(session_token), hash_of(old_session)}) == {
            hash_of(session_token)}
    assert attempt(scope, member, NEW)
    fail(scope, member, 1)
    with pytest.raises(TokenEnded):
        set_staff_password(token, NEW, scope=scope)


@pytest.mark.parametrize(("password", "error"), [
    ("short", PasswordTooShort), ("x" * 201, PasswordTooLong), ("aaaaaaaaaaaaaaa", PasswordGuessable),
])
def test_a_bad_password_leaves_the_token_usable(scope, member, password: str, error):
    with scope() as session:
        token = create_staff_token(session, member.id, "invitation")
    with pytest.raises(error) as told:
        set_staff_password(token, password, scope=scope)
    assert told.value.field == "password"
    assert set_staff_password(token, NEW, scope=scope)


def test_the_own_address_is_no_password(scope, member):
    with scope() as session:
        token = create_staff_token(session, member.id, "invitation")
    with pytest.raises(PasswordGuessable):
        set_staff_password(token, member.email, scope=scope)


@pytest.mark.parametrize(("purpose", "lasts"), [("invitation", INVITATION_LASTS), ("reset", RESET_LASTS)])
def test_tokens_last_their_time(session: Session, company, purpose: str, lasts: timedelta):
    person = make_staff(session)
    with fixed(NOW):
        token = create_staff_token(session, person.id, purpose)
    with fixed(NOW + lasts - timedelta(seconds=1)):
        found = find_staff_token(session, token)
        assert found is not None
        assert found.id == person.id
    with fixed(NOW + lasts):
        assert find_staff_token(session, token) is None
        with pytest.raises(TokenEnded):
            finish_set_password(session, token, "hash")


def test_a_new_token_ends_the_old_one_and_only_hashes_are_stored(session: Session, company):
    person = make_staff(session)
    old, new = (create_staff_token(session, person.id, "reset") for _ in range(2))
    assert find_staff_token(session, old) is None
    assert find_staff_token(session, new) is not None
    assert new not in str([row.model_dump() for row in session.scalars(select(StaffToken))])


def test_the_token_of_an_inactive_member_is_no_use(session: Session, company):
    person = make_staff(session)
    token = create_staff_token(session, person.id, "reset")
    person.is_active = False
    session.add(person)
    session.flush()
    assert find_staff_token(session, token) is None
    with pytest.raises(TokenEnded):
        finish_set_password(session, token, "hash")


def test_of_twenty_at_once_one_sets_the_password(scope, member):
    with scope() as session:
        token = create_staff_token(session, member.id, "reset")

    def finish(number: int) -> bool:
        try:
            with scope() as session:
                finish_set_password(session, token, f"hash {number}")
        except TokenEnded:
            return False
        return True

    assert sorted(at_once(20, finish)) == [False] * 19 + [True]
    with scope() as session:
        assert len(session.execute(select(col(PortalSession.id))).all()) == 1


def test_reset_is_mailed_to_members_only_and_asked_for_alike(session: Session, company, monkeypatch):
    mailed: list[StaffResetRequested] = []
    monkeypatch.setattr(events, "_listeners", {StaffResetRequested: [lambda _s, told: mailed.append(told)]})
    member, closed = make_staff(session), make_staff(session, is_active=False)
    session.flush()
    connection, work = session.connection(), {}
    for email in (member.email, closed.email, "nobody@example.com"):
        seen: list[str] = []

        def note(*args, seen=seen) -> None:
            seen.append(args[2])

        event.listen(connection, "before_cursor_execute", note)
        request_staff_reset(session, email, HERE)
        event.remove(connection, "before_cursor_execute", note)
        work[email] = seen
    assert work[member.email] == work[closed.email] == work["nobody@example.com"]
    assert [issue_staff_reset(session) for _ in range(4)] == [True, True, True, False]
    assert [told.staff_id for told in mailed] == [member.id]
    found = find_staff_token(session, mailed[0].token)
    assert found is not None


def test_reset_mails_at_most_one_a_minute(session: Session, company, monkeypatch):
    mailed: list[StaffResetRequested] = []
    monkeypatch.setattr(events, "_listeners", {StaffResetRequested: [lambda _s, told: mailed.append(told)]})
    member = make_staff(session)
    for seconds in (0, 30, 60):
        with fixed(NOW + timedelta(seconds=seconds)):
            request_staff_reset(session, member.email, HERE)
            while issue_staff_reset(session):
                pass
    assert len(mailed) == 2


def test_a_reset_mail_that_can_not_be_written_leaves_no_token_and_the_request_waits(scope, monkeypatch):
    def failing(*_):
        raise RuntimeError("no template")

    with scope() as session:
        member = make_staff(session)
        invited = create_staff_token(session, member.id, "invitation")
        request_staff_reset(session, member.email, HERE)
    monkeypatch.setattr(events, "_listeners", {StaffResetRequested: [failing]})
    with pytest.raises(NotIssued) as failure, scope() as session:
        issue_staff_reset(session)
    with scope() as session:
        assert len(session.scalars(select(StaffToken)).all()) == 1
        assert find_staff_token(session, invited) is not None
        assert not issue_staff_reset(session, [failure.value.key])
        monkeypatch.setattr(events, "_listeners", {})
        assert issue_staff_reset(session)
        assert find_staff_token(session, invited) is None


def test_the_first_administrator_comes_from_set_up(session: Session, company):
    member = add_first_administrator(session, " Boss@Example.com ", "Boss")
    assert (member.email, member.role, member.password_hash) == ("boss@example.com", "administrator", "")
    assert now().tzinfo is UTC
