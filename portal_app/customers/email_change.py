"""A new e-mail address, confirmed at both addresses by links that only a person's click uses up."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel
from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from ..access import desk
from ..access.actors import Actor
from ..access.attributes import open_attributes
from ..company.service import get_company
from ..core import audit, limits, live
from ..core.clock import now
from ..core.crypto import hash_of, new_token
from ..core.errors import NotAllowed, NotFound
from ..core.events import publish
from .errors import CustomerKnown, SameAddress
from .events import AddressClaimed, ContactChanged, EmailChangeRequested, ProfileUpdated
from .history import keep_changes
from .models import Contact, EmailChange
from .rules import EMAIL_CHANGE_LASTS, EmailForm
from .service import end_ways_in, get_own_contact, save_contact

REQUESTS_PER_CUSTOMER = "5/hour"
KEPT = timedelta(days=30)


class PendingChange(BaseModel):
    """A change that waits for a click in one of the two mails."""

    new_email: str
    is_old_confirmed: bool
    is_new_confirmed: bool
    created_at: datetime
    expires_at: datetime


class Confirmed(StrEnum):
    """What a click did."""

    ONE = "one"  # the other address is still asked
    BOTH = "both"
    ENDED = "ended"


def _open(contact_id: str):
    return (col(EmailChange.contact_id) == contact_id, col(EmailChange.ended_at).is_(None),
            col(EmailChange.expires_at) > now())


def pending_change(session: Session, contact_id: str) -> PendingChange | None:
    row = session.scalars(select(EmailChange).where(*_open(contact_id))).first()
    return None if row is None else PendingChange(
        new_email=row.new_email, is_old_confirmed=row.old_confirmed_at is not None,
        is_new_confirmed=row.new_confirmed_at is not None, created_at=row.created_at, expires_at=row.expires_at)


def _end_open(session: Session, contact_id: str) -> bool:
    ended = session.execute(update(EmailChange).where(*_open(contact_id)).values(ended_at=now())
                            .returning(col(EmailChange.id)).execution_options(synchronize_session=False))
    return ended.first() is not None


def request_email_change(session: Session, actor: Actor, form: EmailForm) -> None:
    """Mails a link to both addresses; an earlier request ends.

    Whether the new address belongs to another customer does not show: then its owner is told instead, and the change can
    never be confirmed there.
    """
    contact = get_own_contact(session, actor)
    if "email" not in open_attributes(get_company(session).customer_edits, Contact):
        raise NotAllowed
    if form.email == contact.email:
        raise SameAddress
    limits.demand(REQUESTS_PER_CUSTOMER, "email-change", actor.id)
    session.scalars(select(col(Contact.id)).where(col(Contact.id) == contact.id).with_for_update()).one()  # one open change
    _end_open(session, contact.id)
    at, old_token, new = now(), new_token(), new_token()
    change = EmailChange(contact_id=contact.id, old_email=contact.email, new_email=form.email,
                         old_token_hash=hash_of(old_token), new_token_hash=hash_of(new), created_at=at,
                         expires_at=at + EMAIL_CHANGE_LASTS)
    session.add(change)
    session.flush()
    audit.record(session, actor.kind, actor.id, "request-email-change", "contact", contact.id)
    owner_id = session.scalars(select(col(Contact.id)).where(col(Contact.email) == form.email)).first()
    publish(session, EmailChangeRequested(change_id=change.id, contact_id=contact.id, old_token=old_token,
                                          new_token="" if owner_id else new))
    if owner_id:
        publish(session, AddressClaimed(contact_id=owner_id))


def cancel_email_change(session: Session, actor: Actor) -> None:
    """The customer thinks again; both links end."""
    contact = get_own_contact(session, actor)
    if not _end_open(session, contact.id):
        raise NotFound
    audit.record(session, actor.kind, actor.id, "cancel-email-change", "contact", contact.id)


def confirm_email(session: Session, token: str) -> Confirmed:
    """Uses one of the two links up; with the second one the new address counts.

    One statement decides for each link, so of many clicks at once one confirms, and the later of the two completes.
    """
    at, hashed = now(), hash_of(token)
    for mine, stamp, name in ((EmailChange.old_token_hash, EmailChange.old_confirmed_at, "old_confirmed_at"),
                              (EmailChange.new_token_hash, EmailChange.new_confirmed_at, "new_confirmed_at")):
        row = session.execute(
            update(EmailChange)
            .where(col(mine) == hashed, col(stamp).is_(None), col(EmailChange.ended_at).is_(None),
                   col(EmailChange.expires_at) > at)
            .values({name: at})
            .returning(col(EmailChange.id), col(EmailChange.old_confirmed_at), col(EmailChange.new_confirmed_at),
                       col(EmailChange.contact_id))
            .execution_options(synchronize_session=False)
        ).one_or_none()
        if row is not None:
            live.touch(session, live.contact_topic(row[3]))
            return _complete(session, row[0]) if row[1] and row[2] else Confirmed.ONE
    return Confirmed.ENDED


def _complete(session: Session, change_id: str) -> Confirmed:
    change = session.scalars(select(EmailChange).where(col(EmailChange.id) == change_id)
                             .execution_options(populate_existing=True)).one()
    change.ended_at = now()
    session.add(change)
    contact = session.scalars(select(Contact).where(col(Contact.id) == change.contact_id).with_for_update()
                              .execution_options(populate_existing=True)).one()
    if not contact.is_active or contact.email != change.old_email:  # staff were faster
        return Confirmed.ENDED
    try:
        save_contact(session, contact, {"email": change.new_email})
    except CustomerKnown:
        return Confirmed.ENDED
    customer = Actor(kind="customer", id=contact.id, name=contact.name, language=contact.language)
    end_ways_in(session, contact.id)
    keep_changes(session, customer, contact, {"email": change.old_email})
    audit.record(session, "customer", contact.id, "update", "contact", contact.id, changed=["email"])
    publish(session, ContactChanged(contact_id=contact.id))
    publish(session, ProfileUpdated(contact_id=contact.id, attributes=["email"]))
    return Confirmed.BOTH


def clear_email_changes(session: Session) -> None:
    """Addresses that somebody named and nobody confirmed are forgotten; those that count are in the history."""
    session.execute(delete(EmailChange).where(col(EmailChange.expires_at) < now() - KEPT))


desk.CLEARINGS.append(clear_email_changes)
