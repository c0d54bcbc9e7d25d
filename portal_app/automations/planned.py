"""Actions whose time has come. Each runs in the one transaction that takes it off the list or puts it off, and all that
it does is rows (mails, messages, moves): whoever dies in between, it has happened once or not yet.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta

from sqlmodel import Session, col, select

from ..core import live
from ..core.clock import now
from ..core.database import run_read, run_write
from ..core.errors import PortalError
from ..core.wake import Bell, ring_once_after_commit
from ..opportunities.models import Opportunity
from .models import ActionRow, PlannedAction
from .running import say_failed
from .steps import hours_of, run_step_action, times_of

log = logging.getLogger(__name__)

POLL_SECONDS = 5.0
the_bell = Bell()
RETRY_MINUTES = (1, 5, 30, 120)


def has_due(session: Session) -> bool:
    """Looks without taking the write lock."""
    return session.exec(select(PlannedAction.id).where(col(PlannedAction.due_at) <= now()).limit(1)).first() is not None


def run_next(session: Session) -> bool:
    """Runs one action that is due; False when there is none that nobody else is at.

    The opportunity is locked before the planned action, in the order in which a move does it.
    """
    opportunity = session.exec(
        select(Opportunity).join(PlannedAction, col(PlannedAction.opportunity_id) == col(Opportunity.id))
        .where(col(PlannedAction.due_at) <= now()).order_by(col(PlannedAction.due_at), col(PlannedAction.id)).limit(1)
        .with_for_update(of=Opportunity, skip_locked=True)  # pyright: ignore[reportArgumentType]
        .execution_options(populate_existing=True)).first()
    if opportunity is None:
        return False
    planned = session.exec(
        select(PlannedAction)
        .where(PlannedAction.opportunity_id == opportunity.id, col(PlannedAction.due_at) <= now())
        .order_by(col(PlannedAction.due_at), col(PlannedAction.id)).limit(1).with_for_update()
        .execution_options(populate_existing=True)).first()
    if planned is not None:  # else somebody ran it while this waited for the lock
        run_planned(session, opportunity, planned)
    return True


def next_planned(session: Session, opportunity_id: str) -> PlannedAction | None:
    """What comes next by itself on an opportunity, due or not."""
    return session.exec(select(PlannedAction).where(PlannedAction.opportunity_id == opportunity_id)
                        .order_by(col(PlannedAction.due_at), col(PlannedAction.id)).limit(1)).first()


def run_planned(session: Session, opportunity: Opportunity, planned: PlannedAction) -> None:
    """Runs a planned action of an opportunity that this session holds, whatever becomes of it."""
    action = session.get_one(ActionRow, planned.action_id)
    try:
        with session.begin_nested():
            _put_off(session, planned, action)
            run_step_action(session, action, opportunity)
    except Exception as error:
        # What is wrong with the action stays wrong; anything else may be over in a while.
        if isinstance(error, PortalError) or planned.attempts >= len(RETRY_MINUTES):
            _put_off(session, planned, action)
            say_failed(session, action, opportunity, error)
        else:
            log.exception("planned action %s", planned.id)
            planned.due_at = now() + timedelta(minutes=RETRY_MINUTES[planned.attempts])
            planned.attempts += 1
            session.add(planned)
            session.flush()
    live.touch(session, live.opportunity_topic(opportunity.id))  # an open page says what comes next


def _put_off(session: Session, planned: PlannedAction, action: ActionRow) -> None:
    """To its next time, or off the list."""
    if planned.is_repeated and planned.runs + 1 < times_of(action):
        planned.due_at, planned.runs, planned.attempts = now() + timedelta(hours=hours_of(action)), planned.runs + 1, 0
        session.add(planned)
    else:
        session.delete(planned)
    session.flush()


def bring_forward(session: Session, hours: int) -> int:
    """For testers: all that waits comes so many hours earlier; gives how much waits."""
    waiting = session.exec(select(PlannedAction)).all()
    for planned in waiting:
        planned.due_at -= timedelta(hours=hours)
        session.add(planned)
    session.flush()
    ring_once_after_commit(session, the_bell)
    return len(waiting)


async def run_due() -> int:
    """Runs all that is due now and gives how many were run."""
    count = 0
    while await run_read(has_due) and await run_write(run_next):
        count += 1
    return count


async def run_forever(bell: Bell = the_bell) -> None:
    """The background task of each worker."""
    bell.listen()
    while True:
        try:
            await run_due()
        except Exception:
            log.exception("could not run what was planned")
        with suppress(TimeoutError):
            await asyncio.wait_for(bell.wait(), POLL_SECONDS)
