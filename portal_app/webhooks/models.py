"""Who is told, what they are told, and how each try went."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Text
from sqlmodel import Field, Index, SQLModel

from ..core.fields import NOT_PERSONAL, id_field, personal, ref_field, text_field, time_field
from ..core.sealed import sealed_field

WAITING, SENDING, DELIVERED, FAILED = "waiting", "sending", "delivered", "failed"


class WebhookEndpoint(SQLModel, table=True):
    """An address of another system. Its secret is stored sealed: the database alone gives it to nobody."""

    __tablename__ = "webhook_endpoint"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    name: str = text_field(120, NOT_PERSONAL)
    url: str = text_field(500, NOT_PERSONAL)
    is_on: bool = True
    tells_contact: bool = False
    sealed_secret: str = sealed_field()
    old_sealed_secret: str = sealed_field(default="")
    old_secret_until: Any = time_field(nullable=True)
    switched_off_because: str = text_field(200, NOT_PERSONAL, default="")
    version: int = Field(default=1)
    created_at: Any = time_field()
    changed_at: Any = time_field()


class WebhookMessage(SQLModel, table=True):
    """What an endpoint is told. The id is stable over every try and replay, so that a receiver can tell repetitions."""

    __tablename__ = "webhook_message"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    endpoint_id: str = ref_field("webhook_endpoint.id", on_delete="CASCADE", index=False)
    kind: str = text_field(60, NOT_PERSONAL)
    body: str = Field(sa_column=Column(Text, nullable=False, info=personal("text", "mail")))
    opportunity_id: str | None = ref_field("opportunity.id", nullable=True, on_delete="SET NULL")
    status: str = text_field(10, NOT_PERSONAL, default=WAITING)
    attempts: int = 0
    next_attempt_at: Any = time_field()
    claim: str = text_field(32, NOT_PERSONAL, default="")
    claimed_at: Any = time_field(nullable=True)
    last_error: str = text_field(200, NOT_PERSONAL, default="")
    created_at: Any = time_field()
    delivered_at: Any = time_field(nullable=True)

    __table_args__ = (Index("ix_webhook_message_due", "status", "next_attempt_at"),
                      Index("ix_webhook_message_latest", "endpoint_id", "created_at", "id"))


class WebhookAttempt(SQLModel, table=True):
    """One try: what came back, or what went wrong before anything could."""

    __tablename__ = "webhook_attempt"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    message_id: str = ref_field("webhook_message.id", on_delete="CASCADE")
    at: Any = time_field()
    status_code: int = 0
    error: str = text_field(200, NOT_PERSONAL, default="")
    milliseconds: int = 0
