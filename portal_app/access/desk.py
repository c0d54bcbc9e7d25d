"""What waits behind the door: makes codes and password links that were asked for, and clears what has ended.

Asking is answered first and seen to here, so that nobody learns from the time it takes whether an address is known.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection
from datetime import timedelta
from time import monotonic

from sqlalchemy import delete
from sqlmodel import Session, col

from ..core.clock import now
from ..core.database import run_write
from ..core.sealed import reseal_all
from .codes import issue_login_code
from .models import LoginCode, LoginLink, PortalSession, SignInDelay, StaffResetRequest, StaffToken
from .requests import NotIssued
from .sessions import save_seen
from .staff_sign_in import issue_staff_reset

log = logging.getLogger(__name__)

KEPT_REQUESTS = timedelta(days=1)
KEPT_SESSIONS = timedelta(days=30)
_running: set[asyncio.Task] = set()

Issue = Callable[[Session, Collection[str]], bool]

# Higher rooms put in what they have waiting: `issue(session, left_alone)` sees to one request and says whether there was
# one, `clear(session)` deletes what nobody can use any more.
ISSUES: list[Issue] = [issue_login_code, issue_staff_reset]
CLEARINGS: list[Callable[[Session], None]] = [reseal_all]
# What is in no hurry and may be a great deal: some of it in each round of `keep_desk`.
QUIET_ISSUES: list[Issue] = []
QUIET_PER_ROUND = 300
RETRY_SECONDS, QUIET_RETRY_SECONDS = 20.0, 3600.0
_left_until: dict[str, float] = {}  # keys of requests that failed in this process, by the clock that never goes back


def _left_alone() -> frozenset[str]:
    """The keys of what failed a moment ago: it must not keep what waits behind it from its turn."""
    at = monotonic()
    for key in [key for key, until in _left_until.items() if until <= at]:
        del _left_until[key]
    return frozenset(_left_until)


async def _see_to_one(issue: Issue, retry_seconds: float) -> bool:
    """Whether one waited. What fails is rolled back as a whole, reported, and tried again later."""
    try:
        return await run_write(issue, _left_alone())
    except NotIssued as failure:
        log.error("a mail could not be written; it is tried again", exc_info=failure.__cause__)
        _left_until[failure.key] = monotonic() + retry_seconds
        return True


async def see_to_requests() -> None:
    """Makes every code and link that waits. Any number of workers may do this at once."""
    for issue in list(ISSUES):
        while await _see_to_one(issue, RETRY_SECONDS):
            pass


async def see_to_requests_soon() -> None:
    """Starts `see_to_requests` and does not wait for it: called after an answer has gone out, so that the next one on
    the same connection does not wait either."""
    task = asyncio.create_task(_reporting(see_to_requests()))
    _running.add(task)
    task.add_done_callback(_running.discard)


async def _reporting(work) -> None:
    try:
        await work
    except Exception:
        log.exception("could not see to sign-in requests")


def clear_ended(session: Session) -> None:
    """Deletes what nobody can use any more."""
    at = now()
    session.execute(delete(LoginCode).where(col(LoginCode.requested_at) < at - KEPT_REQUESTS))
    session.execute(delete(StaffResetRequest).where(col(StaffResetRequest.requested_at) < at - KEPT_REQUESTS))
    session.execute(delete(SignInDelay).where(col(SignInDelay.next_at) < at - KEPT_REQUESTS))
    session.execute(delete(LoginLink).where(col(LoginLink.expires_at) < at - KEPT_SESSIONS))
    session.execute(delete(StaffToken).where(col(StaffToken.expires_at) < at - KEPT_SESSIONS))
    session.execute(delete(PortalSession).where(col(PortalSession.expires_at) < at - KEPT_SESSIONS))
    for clear in CLEARINGS:
        clear(session)


async def see_to_quiet() -> None:
    """Some of what is in no hurry, so that neither mail server nor database is flooded."""
    for issue in list(QUIET_ISSUES):
        for _ in range(QUIET_PER_ROUND):
            if not await _see_to_one(issue, QUIET_RETRY_SECONDS):
                break


async def keep_desk(seen_seconds: float = 60, clear_seconds: float = 3600) -> None:
    """The background task: requests that a stopped worker left, use of sessions, clearing up."""
    clear_in = 0.0
    while True:
        await _reporting(see_to_requests())
        await _reporting(run_write(save_seen))
        await _reporting(see_to_quiet())
        if clear_in <= 0:
            await _reporting(run_write(clear_ended))
            clear_in = clear_seconds
        clear_in -= seen_seconds
        await asyncio.sleep(seen_seconds)
