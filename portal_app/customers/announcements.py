"""Imported customers who shall get the mail of new customers: told one by one, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlmodel import Session, col

from ..access import desk
from ..access.requests import whole_or_not
from ..core.events import publish
from .events import CustomerRegistered
from .models import Announcement, Contact


def announce_one(session: Session, left_alone: Collection[str] = ()) -> bool:
    """Tells of one imported customer, if one waits. The row that says so goes in the same transaction: after a restart it
    goes on where it stopped, and nobody gets two mails. Raises `NotIssued` when it fails: the customer waits on."""
    waiting = (select(col(Announcement.contact_id)).where(col(Announcement.contact_id).not_in(left_alone))
               .order_by(col(Announcement.contact_id)).limit(1)
               .with_for_update(skip_locked=True))
    contact_id = session.execute(
        delete(Announcement).where(col(Announcement.contact_id) == waiting.scalar_subquery())
        .returning(col(Announcement.contact_id)).execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if contact_id is None:
        return False
    if session.scalars(select(col(Contact.is_active)).where(col(Contact.id) == contact_id)).one_or_none():
        with whole_or_not(contact_id):
            publish(session, CustomerRegistered(contact_id=contact_id))
    return True


desk.QUIET_ISSUES.append(announce_one)
