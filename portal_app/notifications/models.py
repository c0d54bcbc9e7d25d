"""What staff were told, and how each of them wants to be told."""

from __future__ import annotations

from typing import Any

from sqlmodel import Field, Index, SQLModel

from ..core.fields import NOT_PERSONAL, id_field, json_field, personal, ref_field, text_field, time_field
from .rules import DEFAULT_CHANNEL


class Notification(SQLModel, table=True):
    """One thing that one staff member is told. The customer's name is looked up, not kept."""

    __tablename__ = "notification"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    staff_id: str = ref_field("staff_member.id", index=False, on_delete="CASCADE")
    kind: str = text_field(20, NOT_PERSONAL)
    text_key: str = text_field(60, NOT_PERSONAL)
    values: dict[str, Any] = json_field(personal("text"))
    opportunity_id: str | None = ref_field("opportunity.id", nullable=True, on_delete="CASCADE")
    contact_id: str | None = ref_field("contact.id", nullable=True, on_delete="CASCADE")
    page: str = text_field(200, NOT_PERSONAL, default="")
    times: int = 1
    is_shown: bool = True  # False: by mail only
    at: Any = time_field()
    read_at: Any = time_field(nullable=True)

    __table_args__ = (
        Index("ix_notification_inbox", "staff_id", "is_shown", "at", "id"),
        Index("ix_notification_unread", "staff_id", "is_shown", "read_at", "at"),
        Index("ix_notification_at", "at"),
    )


class NotificationChoice(SQLModel, table=True):
    """How a staff member is told of a kind of change; without a row as `DEFAULT_CHANNEL` says."""

    __tablename__ = "notification_choice"  # pyright: ignore[reportAssignmentType]

    staff_id: str = Field(primary_key=True, foreign_key="staff_member.id", max_length=32, ondelete="CASCADE")
    kind: str = Field(primary_key=True, max_length=20, sa_column_kwargs={"info": NOT_PERSONAL})
    channel: str = text_field(12, NOT_PERSONAL, default=DEFAULT_CHANNEL.value)


class NotificationReach(SQLModel, table=True):
    """Whether a staff member is also told of the projects of colleagues; without a row they are not."""

    __tablename__ = "notification_reach"  # pyright: ignore[reportAssignmentType]

    staff_id: str = Field(primary_key=True, foreign_key="staff_member.id", max_length=32, ondelete="CASCADE")
    follows_all: bool = False
