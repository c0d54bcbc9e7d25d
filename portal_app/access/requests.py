"""Requests for mail that lets somebody in: one row per address, at most one a minute, claimed by one worker."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

from ..core.clock import now
from .rules import REQUEST_PAUSE


def insert_or_update(session: Session, table: type[SQLModel]) -> Any:
    """The insert statement of this database that knows `on_conflict_do_update`."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


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


def claim_request(session: Session, table: type[SQLModel], person: Any, *,
                  oldest: datetime) -> tuple[str, str | None] | None:
    """Address and person of the oldest request that nobody has seen to, now claimed; None when there is none."""
    columns = table.__table__.c  # pyright: ignore[reportAttributeAccessIssue]
    waiting = (
        select(columns.address_hmac)
        .where(columns.issued_at.is_(None), columns.requested_at > oldest)
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
