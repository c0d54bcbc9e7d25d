"""What waits is seen to, what has ended is cleared."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session

from portal_app.access import codes, desk, links, sessions, staff_sign_in
from portal_app.access.models import LoginCode, LoginLink, PortalSession, SignInDelay, StaffResetRequest, StaffToken
from portal_app.access.requests import NotIssued
from portal_app.core.clock import fixed
from tests.factories import make_contact, make_staff

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TABLES = (LoginCode, LoginLink, PortalSession, SignInDelay, StaffResetRequest, StaffToken)


def count(session: Session) -> dict[str, int]:
    return {table.__name__: len(session.scalars(select(table)).all()) for table in TABLES}


def test_what_nobody_can_use_is_deleted_and_the_rest_kept(session: Session, company):
    company.session_days = 1
    with fixed(NOW):
        person, member = make_contact(session), make_staff(session)
        codes.request_login_code(session, person.email, "203.0.113.7")
        links.create_login_link(session, person.id)
        sessions.open_session(session, contact_id=person.id)
        staff_sign_in.count_attempt(session, member.email, "203.0.113.7")
        staff_sign_in.request_staff_reset(session, member.email, "203.0.113.7")
        staff_sign_in.create_staff_token(session, member.id, "reset")
        desk.clear_ended(session)
    assert set(count(session).values()) == {1}
    with fixed(NOW + timedelta(days=40)):
        desk.clear_ended(session)
    assert set(count(session).values()) == {0}


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The services that were called, without a database; two codes and no reset wait."""
    called: list[str] = []
    waiting = {"issue_login_code": 2, "issue_staff_reset": 0}

    async def run_write(service, *args):
        called.append(service.__name__)
        waiting[service.__name__] = waiting.get(service.__name__, 0) - 1
        return waiting[service.__name__] >= 0

    monkeypatch.setattr(desk, "run_write", run_write)
    monkeypatch.setattr(desk, "ISSUES", [codes.issue_login_code, staff_sign_in.issue_staff_reset])
    monkeypatch.setattr(desk, "QUIET_ISSUES", [])
    return called


def test_everything_that_waits_is_seen_to(writes):
    asyncio.run(desk.see_to_requests())
    assert writes == ["issue_login_code"] * 3 + ["issue_staff_reset"]


def test_what_is_in_no_hurry_is_seen_to_in_portions(writes, monkeypatch):
    def announce_one(session: Session) -> bool: ...

    monkeypatch.setattr(desk, "QUIET_ISSUES", [announce_one, codes.issue_login_code])
    monkeypatch.setattr(desk, "QUIET_PER_ROUND", 2)
    asyncio.run(desk.see_to_quiet())
    assert writes == ["announce_one"] + ["issue_login_code"] * 2


def test_what_fails_lets_the_others_pass_and_is_tried_again(monkeypatch, caplog):
    waiting, tries = ["one", "two"], []
    clock = {"at": 0.0}

    async def run_write(_issue, left_alone) -> bool:
        key = next((key for key in waiting if key not in left_alone), None)
        if key is None:
            return False
        tries.append(key)
        if tries == ["one"]:
            raise NotIssued(key) from OSError("no space left")
        waiting.remove(key)
        return True

    monkeypatch.setattr(desk, "run_write", run_write)
    monkeypatch.setattr(desk, "ISSUES", [codes.issue_login_code])
    monkeypatch.setattr(desk, "monotonic", lambda: clock["at"])
    monkeypatch.setattr(desk, "_left_until", {})
    asyncio.run(desk.see_to_requests())
    assert (tries, waiting) == (["one", "two"], ["one"])
    assert caplog.records[0].exc_info[0] is OSError
    asyncio.run(desk.see_to_requests())
    assert waiting == ["one"]
    clock["at"] = desk.RETRY_SECONDS
    asyncio.run(desk.see_to_requests())
    assert (tries, waiting) == (["one", "two", "one"], [])


def test_it_begins_after_the_answer(writes):
    async def answer() -> list[str]:
        await desk.see_to_requests_soon()
        before = list(writes)
        await asyncio.gather(*desk._running)
        return before

    assert asyncio.run(answer()) == []
    assert len(writes) == 4
    assert not desk._running


def test_the_background_task_goes_on_after_an_error(monkeypatch, writes, caplog):
    rounds = []

    async def failing():
        rounds.append(1)
        raise RuntimeError("database gone")

    async def sleep(seconds: float) -> None:
        if len(rounds) == 3:
            raise asyncio.CancelledError

    monkeypatch.setattr(desk, "see_to_requests", failing)
    monkeypatch.setattr(desk.asyncio, "sleep", sleep)
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(desk.keep_desk(seen_seconds=60, clear_seconds=120))
    assert len(rounds) == 3
    assert writes == ["save_seen", "clear_ended", "save_seen", "save_seen", "clear_ended"]
    assert "could not see to" in caplog.text
