"""Templates that staff write, mails on their way, and the demonstration's mailbox."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Text
from sqlmodel import Field, Index, SQLModel

from ..core.fields import NOT_PERSONAL, id_field, json_field, personal, ref_field, text_field, time_field

WAITING, SENDING, SENT, FAILED = "waiting", "sending", "sent", "failed"
SKIPPED = "skipped"  # never to be sent: the customer has not agreed to news, or is locked out of where it leads


def _body_field() -> Any:
    return Field(default="", sa_column=Column(Text, nullable=False, info=personal("text", "mail")))


class EmailTemplate(SQLModel, table=True):
    """Subject and body per language. `use` says when it is sent, and so which variables exist for it.

    With `needs_consent` it goes only to customers who have agreed to news by e-mail.
    """

    __tablename__ = "email_template"  # pyright: ignore[reportAssignmentType]

    key: str = Field(primary_key=True, max_length=60)
    use: str = text_field(40, NOT_PERSONAL)
    name: str = text_field(120, NOT_PERSONAL)
    subject: dict[str, str] = json_field(NOT_PERSONAL)
    body: dict[str, str] = json_field(NOT_PERSONAL)
    needs_consent: bool = False
    version: int = Field(default=1)
    changed_at: Any = time_field()


class OutboxMail(SQLModel, table=True):
    """A mail on its way. Its id is the idempotency key and the Message-ID, so that it goes out once.

    What it says is fixed when it is written; the text of a secret mail (code, sign-in link) is erased after delivery.
    """

    __tablename__ = "outbox_mail"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    to_address: str = text_field(254, personal("contact", "mail"))
    from_name: str = text_field(120, NOT_PERSONAL, default="")
    reply_to: str = text_field(254, NOT_PERSONAL, default="")
    subject: str = text_field(300, personal("text", "mail"))
    html: str = _body_field()
    text: str = _body_field()
    is_secret: bool = False
    status: str = text_field(10, NOT_PERSONAL, default=WAITING)
    attempts: int = 0
    next_attempt_at: Any = time_field()
    claim: str = text_field(32, NOT_PERSONAL, default="")
    claimed_at: Any = time_field(nullable=True)
    expires_at: Any = time_field(nullable=True)
    last_error: str = text_field(200, NOT_PERSONAL, default="")
    provider_id: str = text_field(120, NOT_PERSONAL, default="")
    contact_id: str | None = ref_field("contact.id", nullable=True, on_delete="SET NULL")
    opportunity_id: str | None = ref_field("opportunity.id", nullable=True, on_delete="SET NULL")
    template_key: str = text_field(60, NOT_PERSONAL, default="")
    cause: str = text_field(60, NOT_PERSONAL, default="")
    created_at: Any = time_field()
    sent_at: Any = time_field(nullable=True)

    __table_args__ = (Index("ix_outbox_mail_due", "status", "next_attempt_at"),)


class MailboxMessage(SQLModel, table=True):
    """A mail that arrived in the demonstration's mailbox, as a customer would get it."""

    __tablename__ = "mailbox_message"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    to_address: str = text_field(254, personal("contact", "mail"), index=True)
    sender: str = text_field(400, NOT_PERSONAL, default="")
    subject: str = text_field(300, personal("text", "mail"))
    html: str = _body_field()
    text: str = _body_field()
    arrived_at: Any = time_field(index=True)
