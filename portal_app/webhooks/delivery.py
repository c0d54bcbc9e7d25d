"""Delivery: any number of workers take waiting messages, each message by one of them, until it is taken or given up.

A worker claims a message by one UPDATE before it calls. A worker that died leaves a claim behind, which another one may
take over after `CLAIM_SECONDS`; the message keeps its id, so a receiver that got it already knows it.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlmodel import Session, col

from ..core import live
from ..core.clock import now
from ..core.database import run_read, run_write
from ..core.events import publish
from ..core.ids import new_id
from ..core.sealed import SealBroken, unseal
from ..core.wake import Bell
from . import calling, rules
from .calling import Answer
from .events import WebhookGivenUp
from .models import DELIVERED, FAILED, SENDING, WAITING, WebhookAttempt, WebhookEndpoint, WebhookMessage

log = logging.getLogger(__name__)

TOPIC = "webhooks"  # what was sent, and how that went
POLL_SECONDS = 2.0
CLAIM_SECONDS = 90  # longer than a call can take, or a slow receiver would be called by two workers
AT_ONCE = 4
KEPT_DAYS = 30
TIDY_SECONDS = 3600.0

the_bell = Bell()
Call = Callable[[rules.Target, dict[str, str], str], Answer]
# Their own threads: receivers that do not answer must not keep the database's threads waiting.
_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that is due, with what it takes to send it; nothing of it changes meanwhile."""

    id: str
    claim: str
    url: str
    body: str
    attempts: int
    secrets: tuple[str, ...]


def _is_due(at: datetime) -> ColumnElement[bool]:
    is_on = select(col(WebhookEndpoint.id)).where(col(WebhookEndpoint.is_on))
    return and_(
        or_(
            and_(col(WebhookMessage.status) == WAITING, col(WebhookMessage.next_attempt_at) <= at),
            and_(col(WebhookMessage.status) == SENDING,
                 col(WebhookMessage.claimed_at) <= at - timedelta(seconds=CLAIM_SECONDS)),
        ),
        col(WebhookMessage.endpoint_id).in_(is_on),
    )


def has_due(session: Session) -> bool:
    """Looks without taking the write lock, as the delivery does every two seconds."""
    return session.scalar(select(col(WebhookMessage.id)).where(_is_due(now())).limit(1)) is not None


def secrets_of(endpoint: WebhookEndpoint, at: datetime) -> tuple[str, ...]:
    """The secret, and for a day after it was renewed also the one before; those that can't be read are left out."""
    sealed = [endpoint.sealed_secret]
    if endpoint.old_sealed_secret and endpoint.old_secret_until and endpoint.old_secret_until > at:
        sealed.append(endpoint.old_sealed_secret)
    found = []
    for each in sealed:
        with suppress(SealBroken):
            found.append(unseal(each))
    return tuple(found)


def claim_due(session: Session, most: int = AT_ONCE) -> list[Claimed]:
    """Up to `most` messages that are due, now claimed by the caller."""
    claim, at = new_id(), now()
    is_due = _is_due(at)
    due = (select(col(WebhookMessage.id)).where(is_due).order_by(col(WebhookMessage.next_attempt_at)).limit(most)
           .with_for_update(skip_locked=True))
    session.execute(
        update(WebhookMessage)
        .where(col(WebhookMessage.id).in_(due), is_due)  # asked again: the row may have changed since it was found
        .values(status=SENDING, claim=claim, claimed_at=at, attempts=WebhookMessage.attempts + 1)
        .execution_options(synchronize_session=False))
    rows = session.execute(
        select(WebhookMessage, WebhookEndpoint)
        .join(WebhookEndpoint, col(WebhookEndpoint.id) == col(WebhookMessage.endpoint_id))
        .where(col(WebhookMessage.claim) == claim).execution_options(populate_existing=True)).all()
    return [Claimed(message.id, claim, endpoint.url, message.body, message.attempts, secrets_of(endpoint, at))
            for message, endpoint in rows]


def note_answer(session: Session, message: Claimed, answer: Answer, milliseconds: int) -> None:
    """Writes what came of a try, unless another worker has taken the claim over meanwhile."""
    at = now()
    is_over = not answer.error or answer.status_code == calling.GONE or message.attempts >= rules.MOST_ATTEMPTS
    wait = rules.wait_seconds(message.attempts, random.random(), answer.wait_seconds)
    outcome = {"status": (FAILED if answer.error else DELIVERED) if is_over else WAITING,
               "delivered_at": None if answer.error else at}
    changed = session.execute(
        update(WebhookMessage).where(col(WebhookMessage.id) == message.id, col(WebhookMessage.claim) == message.claim)
        .values(claim="", claimed_at=None, last_error=answer.error, next_attempt_at=at + timedelta(seconds=wait), **outcome)
        .returning(col(WebhookMessage.endpoint_id), col(WebhookMessage.opportunity_id))
        .execution_options(synchronize_session=False)).first()
    if changed is None:
        return
    endpoint_id, opportunity_id = changed
    live.touch(session, TOPIC)
    session.add(WebhookAttempt(message_id=message.id, at=at, status_code=answer.status_code, error=answer.error,
                               milliseconds=milliseconds))
    if answer.status_code == calling.GONE:
        session.execute(update(WebhookEndpoint).where(col(WebhookEndpoint.id) == endpoint_id)
                        .values(is_on=False, switched_off_because=calling.ENDED, changed_at=at,
                                version=WebhookEndpoint.version + 1))
    if outcome["status"] == FAILED:
        publish(session, WebhookGivenUp(endpoint_id=endpoint_id, message_id=message.id, opportunity_id=opportunity_id))


def _try(message: Claimed, call: Call) -> tuple[Answer, int]:
    if not message.secrets:  # never unsigned
        log.error("webhook message %s: the secret of its endpoint can't be read", message.id)
        return Answer(error=calling.UNREADABLE), 0
    began = time.monotonic()
    try:
        target = rules.parse_target(message.url, calling.opened_networks())
        answer = call(target, rules.headers_for(message.id, now(), message.body, message.secrets), message.body)
    except Exception:
        log.exception("webhook message %s, attempt %d", message.id, message.attempts)
        answer = Answer(error=calling.BROKEN)
    if answer.error:
        log.warning("webhook message %s, attempt %d: %s", message.id, message.attempts, answer.error)
    return answer, int((time.monotonic() - began) * 1000)


async def _deliver(message: Claimed, call: Call) -> None:
    answer, milliseconds = await asyncio.get_running_loop().run_in_executor(_threads, _try, message, call)
    await run_write(note_answer, message, answer, milliseconds)


async def deliver_due(call: Call = calling.call) -> int:
    """Delivers what is due now and gives how many messages were tried."""
    tried = 0
    while await run_read(has_due) and (messages := await run_write(claim_due)):
        await asyncio.gather(*(_deliver(message, call) for message in messages))
        tried += len(messages)
    return tried


def forget_old(session: Session) -> None:
    """Messages that are over are kept for a month, for replays and for the log."""
    session.execute(delete(WebhookMessage).where(
        col(WebhookMessage.status).in_((DELIVERED, FAILED)),
        col(WebhookMessage.created_at) < now() - timedelta(days=KEPT_DAYS)))


async def deliver_forever(call: Call = calling.call, bell: Bell = the_bell) -> None:
    """The background task of each worker: wakes at once when this process wrote a message, else looks by itself."""
    bell.listen()
    tidied_at = time.monotonic()
    while True:
        try:
            await deliver_due(call)
            if time.monotonic() - tidied_at > TIDY_SECONDS:
                tidied_at = time.monotonic()
                await run_write(forget_old)
        except Exception:
            log.exception("could not look for webhooks")
        with suppress(TimeoutError):
            await asyncio.wait_for(bell.wait(), POLL_SECONDS)
