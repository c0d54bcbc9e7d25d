"""Who did what, when. Rows are only ever added."""

from __future__ import annotations

from typing import Any

from sqlmodel import Field, Session, SQLModel

from .database import insert_row
from .fields import NOT_PERSONAL, id_field, json_field, text_field, time_field


class AuditRow(SQLModel, table=True):
    __tablename__ = "audit"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    at: Any = time_field(index=True)
    actor_kind: str = text_field(20, NOT_PERSONAL)
    actor_id: str = text_field(32, NOT_PERSONAL, default="", index=True)
    verb: str = text_field(60, NOT_PERSONAL)
    thing: str = text_field(40, NOT_PERSONAL)
    thing_id: str = Field(default="", max_length=32, index=True)
    detail: dict[str, Any] = json_field(NOT_PERSONAL)


def record(session: Session, actor_kind: str, actor_id: str, verb: str, thing: str, thing_id: str = "",
           **detail: Any) -> None:
    """Adds a row to the audit log. `detail` names what changed, without personal data."""
    insert_row(session, AuditRow, actor_kind=actor_kind, actor_id=actor_id, verb=verb, thing=thing, thing_id=thing_id,
               detail=detail)
