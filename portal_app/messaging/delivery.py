"""Delivery: any number of workers take waiting mails out of the outbox, each mail by one of them.

A worker claims a mail by one UPDATE … RETURNING before it sends it. A worker that died leaves a claim behind, which
another one may take over after `CLAIM_SECONDS`; the mail keeps its id, so a service that got it already sends it once.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Integer, and_, bindparam, exists, or_, select, update
from sqlmodel import Session

from ..core.clock import now
from ..core.database import UtcDateTime, run_short_read, run_short_write, table_of
from ..core.ids import new_id
from ..customers.models import Contact
from .models import FAILED, SENDING, SENT, SKIPPED, WAITING, OutboxMail
from .rules import MOST_ATTEMPTS, wait_seconds
from .senders import BROKEN, LOCKED_OUT, TOO_LATE, Letter, Sender, SendFailed, make_sender, sender_address
from .wake import Bell, the_bell

log = logging.getLogger(__name__)

POLL_SECONDS = 2.0
PAUSE_SECONDS, MOST_PAUSES = 0.05, 20
CLAIM_SECONDS = 150  # longer than a sender can take, or a slow mail would be sent by two workers
AT_ONCE = 4


class Claimed(NamedTuple):
    """What a worker knows of a mail that it sends; but for the last, columns of the outbox."""

    id: str
    to_address: str
    from_name: str
    reply_to: str
    subject: str
    html: str
    text: str
    is_secret: bool
    created_at: datetime
    expires_at: datetime | None
    attempts: int
    claim: str
    is_locked_out: bool  # it is a way in for somebody who was blocked, before it was written or since


# Built once: building them takes longer than running them.
_mail = table_of(OutboxMail).c
_IS_DUE = or_(
    and_(_mail.status == WAITING, _mail.next_attempt_at <= bindparam("at", type_=UtcDateTime)),
    and_(_mail.status == SENDING, _mail.claimed_at <= bindparam("given_up_at", type_=UtcDateTime)),
)
_contact = table_of(Contact).c
_IS_LOCKED_OUT = and_(_mail.is_secret, exists().where(_contact.id == _mail.contact_id, ~_contact.is_active)
                      .correlate(table_of(OutboxMail)))
_DUE = select(_mail.id).where(_IS_DUE).limit(bindparam("most", type_=Integer))
_CLAIM = (
    update(table_of(OutboxMail))
    .where(_mail.id.in_(_DUE.order_by(_mail.next_attempt_at).with_for_update(skip_locked=True)),
           _IS_DUE)  # asked again: the row may have changed since it was found
    .values(status=SENDING, claim=bindparam("by"), claimed_at=bindparam("at"), attempts=_mail.attempts + 1)
    .returning(*(_mail[name] for name in Claimed._fields[:-1]), _IS_LOCKED_OUT)
)
_FINISH = update(table_of(OutboxMail)).where(_mail.id == bindparam("mail_id"), _mail.claim == bindparam("held"))


def _moments() -> dict[str, datetime]:
    at = now()
    return {"at": at, "given_up_at": at - timedelta(seconds=CLAIM_SECONDS)}


def has_due(session: Session) -> bool:
    """Looks without taking the write lock, as the delivery does every two seconds."""
    return session.connection().execute(_DUE, {"most": 1, **_moments()}).first() is not None


def claim_due(session: Session, most: int = AT_ONCE) -> list[Claimed]:
    """Up to `most` mails that are due, now claimed by the caller."""
    rows = session.connection().execute(_CLAIM, {"by": new_id(), "most": most, **_moments()})
    return [Claimed(*row) for row in rows]


def letter_of(mail: Claimed) -> Letter:
    return Letter(id=mail.id, to_address=mail.to_address, sender=sender_address(mail.from_name),
                  reply_to=mail.reply_to, subject=mail.subject, html=mail.html, text=mail.text,
                  written_at=mail.created_at)


def _finish(session: Session, mail: Claimed, **values: object) -> None:
    """Writes the outcome, unless another worker has taken the claim over meanwhile."""
    if mail.is_secret and values["status"] in (SENT, FAILED, SKIPPED):
        values |= {"html": "", "text": ""}
    session.connection().execute(
        _FINISH, {"mail_id": mail.id, "held": mail.claim, "claim": "", "claimed_at": None, **values})


def mark_sent(session: Session, mail: Claimed, provider_id: str) -> None:
    _finish(session, mail, status=SENT, sent_at=now(), provider_id=provider_id, last_error="")


def mark_failed(session: Session, mail: Claimed, failure: SendFailed) -> None:
    """Waits for the next attempt, or ends when there is no point in another."""
    if not failure.is_temporary or mail.attempts >= MOST_ATTEMPTS:
        _finish(session, mail, status=SKIPPED if mail.is_locked_out else FAILED, last_error=failure.text)
        return
    wait = wait_seconds(mail.attempts, random.random(), failure.wait_seconds)
    _finish(session, mail, status=WAITING, last_error=failure.text, next_attempt_at=now() + timedelta(seconds=wait))


Outcome = tuple[Claimed, str | SendFailed]


async def _send(mail: Claimed, sender: Sender) -> Outcome:
    if mail.is_locked_out:
        return mail, SendFailed(LOCKED_OUT, is_temporary=False)
    if mail.expires_at and mail.expires_at <= now():
        return mail, SendFailed(TOO_LATE, is_temporary=False)
    try:
        return mail, await sender.send(letter_of(mail))
    except SendFailed as failure:
        log.warning("mail %s, attempt %d: %s", mail.id, mail.attempts, failure.text)
        return mail, failure
    except Exception:
        log.exception("mail %s, attempt %d", mail.id, mail.attempts)
        return mail, SendFailed(BROKEN, is_temporary=True)


def note_outcomes(session: Session, outcomes: Iterable[Outcome]) -> None:
    for mail, outcome in outcomes:
        if isinstance(outcome, SendFailed):
            mark_failed(session, mail, outcome)
        else:
            mark_sent(session, mail, outcome)


async def deliver_due(sender: Sender) -> int:
    """Delivers what is due now and gives how many mails were tried."""
    tried = 0
    while await run_short_read(has_due) and (mails := await run_short_write(claim_due)):
        tried += len(mails)
        under_way = {asyncio.create_task(_send(mail, sender)) for mail in mails}
        while under_way:  # each is noted at once; those that end in the same moment together
            done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            await run_short_write(note_outcomes, [task.result() for task in done])
    return tried


async def _quiet_moment() -> None:
    """Whoever caused a mail gets their answer first, and who waits for one as well, for a second at most; what is written
    meanwhile goes along."""
    loop = asyncio.get_running_loop()
    for _ in range(MOST_PAUSES):
        ends_at = loop.time() + PAUSE_SECONDS
        await asyncio.sleep(PAUSE_SECONDS)
        if loop.time() < ends_at + PAUSE_SECONDS / 10:  # nobody kept the loop from waking in time
            return


async def deliver_forever(make: Callable[[], Sender] = make_sender, bell: Bell = the_bell) -> None:
    """The background task of each worker: wakes at once when this process wrote a mail, else looks by itself."""
    sender = make()
    bell.listen()
    while True:
        try:
            await deliver_due(sender)
        except Exception:
            log.exception("could not look for mail")
        with suppress(TimeoutError):
            await asyncio.wait_for(bell.wait(), POLL_SECONDS)
            await _quiet_moment()
