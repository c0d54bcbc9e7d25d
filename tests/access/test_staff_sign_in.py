"""Staff sign in by password; guessing is slowed down without keeping the owner out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from access.conftest import at_once
from factories import make_contact, make_staff
from sqlalchemy import event, select, update
from sqlmodel import Session, col

from portal_app.access import passwords, sessions, staff_sign_in
from portal_app.access.errors import (
    PasswordGuessable,
    PasswordTooLong,
    PasswordTooShort,
    SignInTooSoon,
    SignInWrong,
    TokenEnded,
)
from portal_app.access.events import StaffResetRequested
from portal_app.access.models import PortalSession, SignInDelay, StaffMember, StaffToken
from portal_app.access.requests import NotIssued
from portal_app.access.rules import FREE_ATTEMPTS, INVITATION_LASTS, RESET_LASTS
from portal_app.access.staff_sign_in import (
    add_first_administrator,
    create_staff_token,
    find_staff_token,
    finish_set_password,
    finish_sign_in,
    issue_staff_reset,
    request_staff_reset,
    set_staff_password,
    sign_in_staff,
)
from portal_app.config import settings
from portal_app.core import events, limits
from portal_app.core.clock import fixed, now
from portal_app.core.crypto import hash_of
from portal_app.core.errors import TooManyRequests

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
GOOD = "four horses on a hill"
NEW = "seven boats in the fog"
HERE, ELSEWHERE = "203.0.113.7", "198.51.100.9"


@pytest.fixture
def good_hash() -> str:
    return passwords.hash_password(GOOD)


@pytest.fixture
def member(scope, good_hash: str) -> StaffMember:
    with scope() as session:
        return make_staff(session, password_hash=good_hash)


def attempt(scope, member: StaffMember, password: str = GOOD, client: str = HERE, **options) -> str:
    return sign_in_staff(member.email, password, client, scope=scope, **options)


def fail(scope, member: StaffMember, times: int, client: str = HERE) -> None:
    for _ in range(times):
        with pytest.raises(SignInWrong):
            attempt(scope, member, "not the password", client)


def test_hashes_are_argon2id_and_salted(good_hash: str):
    assert good_hash.startswith("$argon2id$")
    assert passwords.hash_password(GOOD) != good_hash
    assert passwords.is_password(good_hash, GOOD)
    assert not passwords.is_password(good_hash, GOOD + " ")
    assert not passwords.is_password("not a hash", GOOD)


def test_the_right_password_signs_in(scope, member):
    token = attempt(scope, member, device="Firefox · Linux")
    with scope() as session:
        actor = sessions.get_actor(session, f"{settings.session_cookie}={token}")
    assert actor is not None
    assert (actor.kind, actor.id) == ("staff", member.id)


def test_the_address_is_found_however_it_is_spelt(scope, member):
    assert sign_in_staff(f" {member.email.upper()} ", GOOD, HERE, scope=scope)


def test_the_session_that_the_browser_had_ends(scope, member):
    first = attempt(scope, member)
    attempt(scope, member, replaces=first)
    with scope() as session:
        assert sessions.list_valid_sessions(session, {hash_of(first)}) == set()


def test_wrong_unknown_invited_and_inactive_get_the_same_answer(scope, member, good_hash):
    with scope() as session:
        invited, closed = make_staff(session), make_staff(session, password_hash=good_hash, is_active=False)
        customer = make_contact(session)
    for email, password in [(member.email, "wrong"), ("nobody@example.com", GOOD), (invited.email, ""),
                            (invited.email, "nobody has this password"), (closed.email, GOOD), (customer.email, GOOD)]:
        with pytest.raises(SignInWrong) as told:
            sign_in_staff(email, password, HERE, scope=scope)
        assert (told.value.field, told.value.values) == ("password", {})


def test_wrong_and_unknown_cost_the_same_work(scope, member, empty_database, monkeypatch):
    work: dict[str, list] = {}
    verify = passwords._hasher.verify
    for email in (member.email, "nobody@example.com"):
        seen: list[str] = []
        work[email] = seen

        def note(*args, seen=seen) -> None:
            seen.append(args[2])

        class Counting:
            def verify(self, stored: str, password: str, seen=seen) -> bool:
                seen.append("argon2 " + stored.split("$")[3])
                return verify(stored, password)

        monkeypatch.setattr(passwords, "_hasher", Counting())
        event.listen(empty_database, "before_cursor_execute", note)
        with pytest.raises(SignInWrong):
            sign_in_staff(email, "not the password", HERE, scope=scope)
        event.remove(empty_database, "before_cursor_execute", note)
    assert work[member.email] == work["nobody@example.com"]
    assert sum(step.startswith("argon2") for step in work[member.email]) == 1


def test_hashing_happens_outside_of_every_session(scope, member, monkeypatch):
    from contextlib import contextmanager

    open_sessions: list[int] = []

    @contextmanager
    def watched():
        open_sessions.append(1)
        try:
            with scope() as session:
                yield session
        finally:
            open_sessions.pop()

    def check(stored: str, password: str) -> bool:
        assert open_sessions == []
        return True

    monkeypatch.setattr(staff_sign_in, "is_password", check)
    assert sign_in_staff(member.email, "anything", HERE, scope=watched)


def test_failures_slow_this_client_down(scope, member):
    with fixed(NOW):
        fail(scope, member, FREE_ATTEMPTS)
        with pytest.raises(SignInTooSoon) as told:
            attempt(scope, member)
        assert told.value.values == {"seconds": 5}
    with fixed(NOW + timedelta(seconds=5)):
        fail(scope, member, 1)
        with pytest.raises(SignInTooSoon) as told:
            attempt(scope, member)
        assert told.value.values == {"seconds": 10}
    with fixed(NOW + timedelta(seconds=15)):
        assert attempt(scope, member)


def test_the_owner_gets_in_from_elsewhere_meanwhile(scope, member):
    with fixed(NOW):
        fail(scope, member, FREE_ATTEMPTS)
        assert attempt(scope, member, client=ELSEWHERE)


def test_other_accounts_are_not_slowed_down(scope, member, good_hash):
    with scope() as session:
        other = make_staff(session, password_hash=good_hash)
    with fixed(NOW):
        fail(scope, member, FREE_ATTEMPTS)
        assert attempt(scope, other)


def test_unknown_accounts_are_slowed_down_alike(scope):
    with fixed(NOW):
        for _ in range(FREE_ATTEMPTS):
            with pytest.raises(SignInWrong):
                sign_in_staff("nobody@example.com", "x", HERE, scope=scope)
        with pytest.raises(SignInTooSoon) as told:
            sign_in_staff("nobody@example.com", "x", HERE, scope=scope)
        assert told.value.values == {"seconds": 5}


def test_success_forgives(scope, member):
    with fixed(NOW):
        fail(scope, member, FREE_ATTEMPTS - 1)
        attempt(scope, member)
        fail(scope, member, FREE_ATTEMPTS - 1)
        attempt(scope, member)


def test_the_delay_stops_growing(scope, member):
    at = NOW
    with scope() as session:
        pass
    for _ in range(20):
        with fixed(at), scope() as session:
            staff_sign_in.count_attempt(session, member.email, HERE)
        with scope() as session:
            at = session.scalars(select(col(SignInDelay.next_at))).one()
    with fixed(at - timedelta(seconds=1)), scope() as session, pytest.raises(SignInTooSoon):
        staff_sign_in.count_attempt(session, member.email, HERE)
    assert (at - NOW).total_seconds() < 20 * 300


def test_of_twenty_guesses_at_once_only_the_free_ones_are_compared(scope, member, monkeypatch):
    compared: list[str] = []
    monkeypatch.setattr(staff_sign_in, "is_password", lambda stored, password: compared.append(password) or False)

    def guess(number: int) -> str:
        try:
            return sign_in_staff(member.email, f"guess {number}", HERE, scope=scope)
        except (SignInWrong, SignInTooSoon) as told:
            return type(told).__name__

    answers = at_once(20, guess)
    assert answers.count("SignInWrong") == FREE_ATTEMPTS == len(compared)


def test_counting_after_the_comparison_would_let_all_guesses_through(scope, member, monkeypatch):
    """The control of the test above."""
    compared: list[str] = []
    monkeypatch.setattr(staff_sign_in, "is_password", lambda stored, password: compared.append(password) or False)
    monkeypatch.setattr(staff_sign_in, "count_attempt", lambda *_: None)

    def guess(number: int) -> None:
        with pytest.raises(SignInWrong):
            sign_in_staff(member.email, f"guess {number}", HERE, scope=scope)

    at_once(20, guess)
    assert len(compared) == 20


def test_one_client_can_not_try_all_accounts(scope, monkeypatch):
    monkeypatch.setattr(staff_sign_in, "TRIES_PER_CLIENT", "2/minute")
    limits.forget_all()
    for n in range(2):
        with pytest.raises(SignInWrong):
            sign_in_staff(f"{n}@example.com", "x", HERE, scope=scope)
    with pytest.raises(TooManyRequests):
        sign_in_staff("3@example.com", "x", HERE, scope=scope)


def test_what_changed_during_hashing_counts(scope, member, good_hash):
    with scope() as session:
        session.execute(update(StaffMember).where(col(StaffMember.id) == member.id).values(is_active=False))
    with scope() as session, pytest.raises(SignInWrong):
        finish_sign_in(session, member.id, good_hash, member.email, HERE, "")
    with scope() as session:
        session.execute(update(StaffMember).where(col(StaffMember.id) == member.id)
                        .values(is_active=True, password_hash="another"))
    with scope() as session, pytest.raises(SignInWrong):
        finish_sign_in(session, member.id, good_hash, member.email, HERE, "")


# -- choosing a password ---------------------------------------------------------------------------------------------


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
