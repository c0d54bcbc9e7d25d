"""Imported customers who shall get the mail of new customers: told one by one, each in a transaction of its own."""

from __future__ import annotations

import logging

from sqlalchemy import delete, select
from sqlmodel import Session, col

from ..access import desk
from ..core.events import publish
from .events import CustomerRegistered
from .models import Announcement, Contact

log = logging.getLogger(__name__)


def announce_one(session: Session) -> bool:
    """Tells of one imported customer, if one waits. The row that says so goes in the same transaction: after a restart it
    goes on where it stopped, and nobody gets two mails."""
    waiting = (select(col(Announcement.contact_id)).order_by(col(Announcement.contact_id)).limit(1)
               .with_for_update(skip_locked=True))
    contact_id = session.execute(
        delete(Announcement).where(col(Announcement.contact_id) == waiting.scalar_subquery())
        .returning(col(Announcement.contact_id)).execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if contact_id is None:
        return False
    if session.scalars(select(col(Contact.is_active)).where(col(Contact.id) == contact_id)).one_or_none():
        try:
            with session.begin_nested():
                publish(session, CustomerRegistered(contact_id=contact_id))
        except Exception:
            log.exception("an imported customer could not be told of")
    return True


desk.QUIET_ISSUES.append(announce_one)
