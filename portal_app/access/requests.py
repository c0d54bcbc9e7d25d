"""Requests for mail that lets somebody in: one row per address, at most one a minute, claimed by one worker.

A request is seen to in one transaction: the claim, what it makes (a code, a link) and the mail in the outbox stand
together or not at all. What fails is left waiting, counts as not issued, and is tried again while it is still of use.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, SQLModel

from ..core.clock import now
from ..core.database import insert_or_update
from .rules import REQUEST_PAUSE


class NotIssued(Exception):
    """A request could not be seen to. Whoever calls rolls back, leaves this one alone for a while and takes the next."""

    def __init__(self, key: str) -> None:
        super().__init__("a request could not be seen to")
        self.key = key


@contextmanager
def whole_or_not(key: str) -> Iterator[None]:
    """What is done within belongs to the claim of the request `key`: when it fails, all of it is to be rolled back."""
    try:
        yield
    except Exception as error:
        raise NotIssued(key) from error


def put_request(session: Session, table: type[SQLModel], address_hmac: str, values: dict[str, Any]) -> bool:
    """Writes the request unless the last one for this address is less than a minute old. One statement decides."""
    columns = table.__table__.c  # pyright: ignore[reportAttributeAccessIssue]
    statement = insert_or_update(session, table).values(address_hmac=address_hmac, **values)
    done = session.execute(
        statement.on_conflict_do_update(
            index_elements=[columns.address_hmac],
            set_={name: statement.excluded[name] for name in values},
            where=columns.requested_at <= now() - REQUEST_PAUSE,
        )
        .returning(columns.address_hmac)
        .execution_options(synchronize_session=False)
    )
    return done.scalar_one_or_none() is not None


def claim_request(session: Session, table: type[SQLModel], person: Any, *, oldest: datetime,
                  left_alone: Collection[str] = ()) -> tuple[str, str | None] | None:
    """Address and person of the oldest request that nobody has seen to, now claimed; None when there is none.

    `left_alone` are the keys of those that failed a moment ago.
    """
    columns = table.__table__.c  # pyright: ignore[reportAttributeAccessIssue]
    waiting = (
        select(columns.address_hmac)
        .where(columns.issued_at.is_(None), columns.requested_at > oldest, columns.address_hmac.not_in(left_alone))
        .order_by(columns.requested_at).limit(1)
        .with_for_update(skip_locked=True)
    )
    row = session.execute(
        update(table)
        .where(columns.address_hmac == waiting.scalar_subquery(), columns.issued_at.is_(None))
        .values(issued_at=now())
        .returning(columns.address_hmac, person)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return (row[0], row[1]) if row else None
