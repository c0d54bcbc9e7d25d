"""Login codes: short, few tries, and nobody learns whether an address is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, select, update
from sqlmodel import Session, col

from portal_app.access import codes, sessions
from portal_app.access.codes import issue_login_code, redeem_login_code, request_login_code
from portal_app.access.errors import CodeEnded, CodeWrong
from portal_app.access.events import LoginCodeRequested
from portal_app.access.models import LoginCode, PortalSession
from portal_app.access.requests import NotIssued
from portal_app.config import settings
from portal_app.core import events, limits
from portal_app.core.clock import fixed, now
from portal_app.core.crypto import hash_of
from portal_app.core.errors import TooManyRequests
from portal_app.core.events import EventRow
from tests.access.conftest import at_once
from tests.factories import make_contact

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CLIENT = "203.0.113.7"


@pytest.fixture
def mailed(monkeypatch: pytest.MonkeyPatch) -> list[LoginCodeRequested]:
    """What the listener would mail."""
    found: list[LoginCodeRequested] = []
    monkeypatch.setattr(events, "_listeners", {LoginCodeRequested: [lambda _session, told: found.append(told)]})
    return found


def ask(session: Session, email: str) -> int:
    seconds = request_login_code(session, email, CLIENT)
    while issue_login_code(session):
        pass
    return seconds


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_code_signs_in(session: Session, company, mailed):
    person = make_contact(session)
    ask(session, f" {person.email.upper()} ")
    assert [told.contact_id for told in mailed] == [person.id]
    code = mailed[0].code
    assert len(code) == 6
    token = redeem_login_code(session, person.email, f"{code[:3]} {code[3:]}", "Firefox · Linux")
    assert isinstance(token, str)
    actor = sessions.get_actor(session, f"{settings.session_cookie}={token}")
    assert actor is not None
    assert actor.id == person.id


def test_neither_code_nor_address_is_stored(session: Session, company, mailed):
    person = make_contact(session)
    ask(session, person.email)
    stored = str([row.model_dump() for table in (LoginCode, EventRow) for row in session.scalars(select(table))])
    assert mailed[0].code not in stored.replace(person.id, "")
    assert person.email not in stored


def test_a_code_works_once(session: Session, company, mailed):
    person = make_contact(session)
    ask(session, person.email)
    assert isinstance(redeem_login_code(session, person.email, mailed[0].code), str)
    assert isinstance(redeem_login_code(session, person.email, mailed[0].code), CodeEnded)


def test_five_tries_are_counted_down_and_then_the_right_code_is_no_use(session: Session, company, mailed):
    person = make_contact(session)
    ask(session, person.email)
    code = mailed[0].code
    answers = [redeem_login_code(session, person.email, other_than(code)) for _ in range(4)]
    assert [answer.tries_left for answer in answers if isinstance(answer, CodeWrong)] == [4, 3, 2, 1]
    assert isinstance(redeem_login_code(session, person.email, other_than(code)), CodeEnded)
    assert isinstance(redeem_login_code(session, person.email, code), CodeEnded)


def test_the_fifth_try_may_be_right(session: Session, company, mailed):
    person = make_contact(session)
    ask(session, person.email)
    for _ in range(4):
        redeem_login_code(session, person.email, other_than(mailed[0].code))
    assert isinstance(redeem_login_code(session, person.email, mailed[0].code), str)


def test_a_code_lasts_as_long_as_the_company_says(session: Session, company, mailed):
    company.code_minutes = 3
    person = make_contact(session)
    with fixed(NOW):
        ask(session, person.email)
    with fixed(NOW + timedelta(minutes=3)):
        assert isinstance(redeem_login_code(session, person.email, mailed[0].code), CodeEnded)
    with fixed(NOW + timedelta(minutes=2, seconds=59)):
        assert isinstance(redeem_login_code(session, person.email, mailed[0].code), str)


def test_a_new_code_ends_the_old_one(session: Session, company, mailed):
    person = make_contact(session)
    with fixed(NOW):
        ask(session, person.email)
    with fixed(NOW + timedelta(seconds=60)):
        ask(session, person.email)
        old, new = (told.code for told in mailed)
        assert old == new or isinstance(redeem_login_code(session, person.email, old), CodeWrong)
        assert isinstance(redeem_login_code(session, person.email, new), str)


@pytest.mark.parametrize("is_known", [True, False])
def test_at_most_one_a_minute_and_the_wait_is_told_to_everybody(session: Session, company, mailed, is_known: bool):
    email = make_contact(session).email if is_known else "nobody@example.com"
    answers = []
    for seconds in (0, 1, 59.5, 60, 61):
        with fixed(NOW + timedelta(seconds=seconds)):
            answers.append(ask(session, email))
    assert answers == [60, 59, 1, 60, 59]
    assert len(mailed) == (2 if is_known else 0)


def test_an_inactive_contact_is_as_unknown(session: Session, company, mailed):
    person = make_contact(session, is_active=False)
    assert ask(session, person.email) == 60
    assert mailed == []


def test_a_contact_that_was_closed_after_asking_does_not_get_in(session: Session, company, mailed):
    person = make_contact(session)
    ask(session, person.email)
    person.is_active = False
    session.add(person)
    session.flush()
    assert isinstance(redeem_login_code(session, person.email, mailed[0].code), CodeEnded)


def test_codes_that_were_ended_are_no_use(session: Session, company, mailed):
    person = make_contact(session)
    ask(session, person.email)
    codes.end_codes_of(session, person.id)
    assert isinstance(redeem_login_code(session, person.email, mailed[0].code), CodeEnded)


def test_a_code_belongs_to_its_address(session: Session, company, mailed):
    one, other = make_contact(session), make_contact(session)
    ask(session, one.email)
    ask(session, other.email)
    code = next(told.code for told in mailed if told.contact_id == one.id)
    answer = redeem_login_code(session, other.email, code)
    assert isinstance(answer, CodeWrong) or mailed[0].code == mailed[1].code


def test_the_session_that_the_browser_had_ends(session: Session, company, mailed):
    person = make_contact(session)
    planted = sessions.open_session(session, contact_id=make_contact(session).id)
    ask(session, person.email)
    assert isinstance(redeem_login_code(session, person.email, mailed[0].code, replaces=planted), str)
    assert sessions.list_valid_sessions(session, {hash_of(planted)}) == set()


# -- nobody learns whether an address is known -------------------------------------------------------------------------


def statements_of(session: Session, work) -> list[str]:
    connection, seen = session.connection(), []

    def note(*args) -> None:
        seen.append(args[2])

    event.listen(connection, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(connection, "before_cursor_execute", note)
    return seen


def test_known_and_unknown_addresses_cost_the_same_work(session: Session, company, mailed):
    person = make_contact(session)
    session.flush()
    work = {
        email: [
            *statements_of(session, lambda email=email: request_login_code(session, email, CLIENT)),
            *statements_of(session, lambda email=email: request_login_code(session, email, CLIENT)),
        ]
        for email in (person.email, "nobody@example.com")
    }
    assert work[person.email] == work["nobody@example.com"]
    assert len(work[person.email]) == 3
    while issue_login_code(session):
        pass
    wrong = other_than(mailed[0].code)
    tries = {
        email: [statements_of(session, lambda email=email: redeem_login_code(session, email, wrong)) for _ in range(6)]
        for email in (person.email, "nobody@example.com")
    }
    assert tries[person.email] == tries["nobody@example.com"]
    assert all(len(statements) == 1 for statements in tries[person.email])


def test_known_and_unknown_addresses_get_the_same_answers(session: Session, company, mailed):
    person = make_contact(session)

    def answers(email: str) -> list[tuple[str, dict]]:
        found = [redeem_login_code(session, email, "000000")]
        ask(session, email)
        wrong = other_than(mailed[0].code)
        found += [redeem_login_code(session, email, code) for code in (wrong, "", "abc", *[wrong] * 4)]
        return [(type(answer).__name__, dict(answer.values)) for answer in found if not isinstance(answer, str)]

    known = answers(person.email)
    assert len(known) == 8
    assert answers("nobody@example.com") == known


def test_guessing_the_code_of_an_unknown_address_is_no_use(session: Session, company, mailed, monkeypatch):
    monkeypatch.setattr(codes, "new_code", lambda: "424242")
    ask(session, "nobody@example.com")
    answer = redeem_login_code(session, "nobody@example.com", "424242")
    assert isinstance(answer, CodeWrong)
    assert answer.tries_left == 4


def test_asking_publishes_nothing_so_that_its_time_tells_nothing(session: Session, company, mailed):
    request_login_code(session, make_contact(session).email, CLIENT)
    assert mailed == []
    assert issue_login_code(session)
    assert len(mailed) == 1
    assert not issue_login_code(session)


# -- what goes wrong ---------------------------------------------------------------------------------------------------


def rows_of(session: Session) -> list[tuple]:
    columns = (col(LoginCode.address_hmac), col(LoginCode.code_hmac), col(LoginCode.issued_at), col(LoginCode.expires_at))
    return [tuple(row) for row in session.execute(select(*columns).order_by(col(LoginCode.requested_at)))]


def test_without_its_mail_there_is_no_code_and_the_request_waits_on(scope, mailed, monkeypatch):
    """One transaction: the claim and the code go with the mail that could not be written."""

    def failing(_session: Session, _told: LoginCodeRequested) -> None:
        raise RuntimeError("the outbox is full")

    with scope() as session:
        person = make_contact(session)
        assert request_login_code(session, person.email, CLIENT) == 60
        (before,) = rows_of(session)
    with monkeypatch.context() as broken:
        broken.setattr(events, "_listeners", {LoginCodeRequested: [failing]})
        with pytest.raises(NotIssued) as failure, scope() as session:
            issue_login_code(session)
    assert failure.value.key == before[0]
    with scope() as session:
        assert rows_of(session) == [before] == [(before[0], "", None, None)]
        assert session.scalars(select(EventRow)).all() == []
        assert issue_login_code(session)
    with scope() as session:
        assert isinstance(redeem_login_code(session, person.email, mailed[0].code), str)


def test_whoever_failed_a_moment_ago_lets_the_next_one_pass(session: Session, company, mailed):
    first, second = make_contact(session), make_contact(session)
    for seconds, person in enumerate((first, second)):
        with fixed(NOW + timedelta(seconds=seconds)):
            request_login_code(session, person.email, CLIENT)
    with fixed(NOW + timedelta(seconds=2)):
        failed = rows_of(session)[0][0]
        assert [issue_login_code(session, [failed]) for _ in range(2)] == [True, False]
        assert [told.contact_id for told in mailed] == [second.id]
        assert issue_login_code(session)
    assert mailed[1].contact_id == first.id


def test_a_request_that_waited_too_long_is_left(session: Session, company, mailed):
    person = make_contact(session)
    with fixed(NOW):
        request_login_code(session, person.email, CLIENT)
    with fixed(NOW + timedelta(minutes=company.code_minutes)):
        assert not issue_login_code(session)


def test_one_client_can_not_ask_and_try_without_end(session: Session, company, monkeypatch):
    monkeypatch.setattr(codes, "REQUESTS_PER_CLIENT", "2/minute")
    monkeypatch.setattr(codes, "TRIES_PER_CLIENT", "2/minute")
    limits.forget_all()
    for n in range(2):
        request_login_code(session, f"{n}@example.com", CLIENT)
        redeem_login_code(session, f"{n}@example.com", "1", client_address=CLIENT)
    with pytest.raises(TooManyRequests):
        request_login_code(session, "3@example.com", CLIENT)
    with pytest.raises(TooManyRequests):
        redeem_login_code(session, "3@example.com", "1", client_address=CLIENT)
    request_login_code(session, "3@example.com", "203.0.113.8")


@hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(email=st.text(max_size=300), code=st.text(max_size=50))
def test_whatever_is_sent_is_wrong_or_ended(session: Session, company, email: str, code: str):
    assert isinstance(redeem_login_code(session, email, code), CodeWrong | CodeEnded)


# -- many at once ------------------------------------------------------------------------------------------------------


def test_of_twenty_at_once_one_gets_in(scope, empty_database: Engine, mailed):
    with scope() as session:
        email = make_contact(session).email
        ask(session, email)

    def redeem(_: int) -> bool:
        with scope() as session:
            return isinstance(redeem_login_code(session, email, mailed[0].code), str)

    assert sorted(at_once(20, redeem)) == [False] * 19 + [True]
    with scope() as session:
        assert len(session.execute(select(col(PortalSession.id))).all()) == 1


def _naive_redeem(session: Session, code_hmac: str, pause) -> bool:
    """The control: looks first, then writes."""
    found = session.execute(select(col(LoginCode.contact_id)).where(
        col(LoginCode.code_hmac) == code_hmac, col(LoginCode.ended_at).is_(None))).scalar_one_or_none()
    session.rollback()
    pause()
    if found is None:
        return False
    session.execute(update(LoginCode).where(col(LoginCode.code_hmac) == code_hmac).values(ended_at=now()))
    sessions.open_session(session, contact_id=found)
    return True


def test_without_the_single_statement_more_than_one_gets_in(scope, mailed):
    """Shows that the test above would see it."""
    with scope() as session:
        ask(session, make_contact(session).email)
        code_hmac = session.scalars(select(col(LoginCode.code_hmac))).one()
    all_have_looked = Barrier(8)

    def redeem(_: int) -> bool:
        with scope() as session:
            return _naive_redeem(session, code_hmac, all_have_looked.wait)

    assert sum(at_once(8, redeem)) > 1


def test_twenty_wrong_tries_at_once_are_five(scope, mailed):
    with scope() as session:
        email = make_contact(session).email
        ask(session, email)
    wrong = other_than(mailed[0].code)

    def redeem(_: int):
        with scope() as session:
            return redeem_login_code(session, email, wrong)

    answers = at_once(20, redeem)
    assert sorted(answer.tries_left for answer in answers if isinstance(answer, CodeWrong)) == [1, 2, 3, 4]
    with scope() as session:
        assert session.scalars(select(col(LoginCode.tries))).one() == 5


def test_twenty_requests_at_once_are_one_mail(scope, mailed):
    with scope() as session:
        email = make_contact(session).email

    def request(_: int) -> None:
        with scope() as session:
            request_login_code(session, email, CLIENT)

    def issue(_: int) -> bool:
        with scope() as session:
            return issue_login_code(session)

    at_once(20, request)
    assert sorted(at_once(10, issue)) == [False] * 9 + [True]
    assert len(mailed) == 1
