"""What was changed of a contact: kept with who and when, and read by staff."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import select
from sqlmodel import Session, col

from ..access.actors import Actor
from .models import Contact, ContactChange

MOST_SHOWN = 50
OPEN, CLOSED = "open", "closed"  # of the attribute `access`: whether the contact gets in


class ChangeRow(BaseModel):
    """One attribute that somebody changed."""

    id: str
    at: datetime
    by_kind: str
    by_name: str
    attribute: str
    before: str
    after: str


def keep_changes(session: Session, actor: Actor, contact: Contact, before: Mapping[str, str]) -> None:
    """Writes down what these attributes were and what they are now."""
    add_changes(session, actor, contact.id, {name: (value, getattr(contact, name)) for name, value in before.items()})


def add_changes(session: Session, actor: Actor, contact_id: str, changes: Mapping[str, tuple[str, str]]) -> None:
    """Writes down what each attribute was and what it is now, in the words that may be read."""
    session.add_all(
        ContactChange(contact_id=contact_id, by_kind=actor.kind, by_id=actor.id, by_name=actor.name[:120],
                      attribute=name, before=before, after=after)
        for name, (before, after) in changes.items())
    session.flush()


def changes_of(session: Session, contact_id: str, most: int = MOST_SHOWN) -> list[ChangeRow]:
    """The latest changes first. Whoever calls has made sure that the reader may see the contact."""
    rows = session.scalars(
        select(ContactChange).where(col(ContactChange.contact_id) == contact_id)
        .order_by(col(ContactChange.at).desc(), col(ContactChange.id).desc()).limit(most))
    return [ChangeRow.model_validate(row, from_attributes=True) for row in rows]
