"""Domain events: what happened, told in the past tense, in the same transaction as what they tell.

`publish` writes the event and calls the listeners at once with the same session, so either everything they do is
committed with the event or nothing is. Listeners belong to higher rooms; a lower room never calls up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict
from sqlmodel import Field, Index, Session, SQLModel

from . import live
from .database import insert_row
from .fields import NOT_PERSONAL, id_field, json_field, text_field, time_field


class DomainEvent(BaseModel):
    """Base of all events. Fields hold ids and numbers, never personal data; `secrets` is never stored."""

    model_config = ConfigDict(frozen=True)

    secret_fields: ClassVar[frozenset[str]] = frozenset()


class EventRow(SQLModel, table=True):
    __tablename__ = "domain_event"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    name: str = text_field(80, NOT_PERSONAL)
    payload: dict[str, Any] = json_field(NOT_PERSONAL)
    opportunity_id: str | None = Field(default=None, index=True, max_length=32)
    happened_at: Any = time_field()

    __table_args__ = (Index("ix_domain_event_latest", "name", "happened_at", "id"),)


Listener = Callable[[Session, Any], None]
_listeners: dict[type[DomainEvent], list[Listener]] = defaultdict(list)


def on(event_type: type[DomainEvent]) -> Callable[[Listener], Listener]:
    """Registers a listener; it is called for this type and the types derived from it."""

    def register(listener: Listener) -> Listener:
        _listeners[event_type].append(listener)
        return listener

    return register


def publish(session: Session, event: DomainEvent) -> None:
    """Writes the event, calls its listeners, and lets open pages follow what it changes (`topics_of`)."""
    stored = event.model_dump(mode="json", exclude=set(type(event).secret_fields))
    session.flush()  # listeners see what was done before
    insert_row(session, EventRow, name=type(event).__name__, payload=stored, opportunity_id=stored.get("opportunity_id"))
    live.touch(session, *topics_of(stored))
    for event_type in type(event).__mro__:
        for listener in list(_listeners.get(event_type, ())):  # pyright: ignore[reportArgumentType]
            listener(session, event)


def topics_of(stored: dict[str, Any]) -> list[str]:
    """Who is concerned by an event: a project's pages, a customer's pages, the lists of staff."""
    opportunity_id, contact_id = stored.get("opportunity_id"), stored.get("contact_id")
    topics = [live.STAFF_TOPIC] if opportunity_id or contact_id else []
    if opportunity_id:
        topics.append(live.opportunity_topic(opportunity_id))
    if contact_id:
        topics.append(live.contact_topic(contact_id))
    return topics
