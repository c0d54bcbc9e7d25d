"""Staff sign in by password; guessing is slowed down without keeping the owner out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select, update
from sqlmodel import col

from portal_app.access import passwords, sessions, staff_sign_in
from portal_app.access.errors import (
    SignInTooSoon,
    SignInWrong,
)
from portal_app.access.models import SignInDelay, StaffMember
from portal_app.access.rules import FREE_ATTEMPTS
from portal_app.access.staff_sign_in import (
    finish_sign_in,
    sign_in_staff,
)
from portal_app.config import settings
from portal_app.core import limits
from portal_app.core.clock import fixed
from portal_app.core.crypto import hash_of
from portal_app.core.errors import TooManyRequests
from tests.access.conftest import at_once
from tests.access.signing_in import ELSEWHERE, GOOD, HERE, attempt, fail
from tests.factories import make_contact, make_staff

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


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
