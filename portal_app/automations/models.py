"""What happens when somebody does something: lists of actions, per trigger and, where staff want it, per flow."""

from __future__ import annotations

from typing import Any

from sqlmodel import Field, SQLModel, UniqueConstraint

from ..core.fields import NOT_PERSONAL, id_field, ref_field, text_field, time_field


class ActionList(SQLModel, table=True):
    """The actions of a trigger, for one flow or, with an empty `scope`, for all flows without a list of their own."""

    __tablename__ = "action_list"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    trigger: str = text_field(40, NOT_PERSONAL)
    scope: str = text_field(32, NOT_PERSONAL, default="")
    flow_id: str | None = ref_field("flow.id", nullable=True, on_delete="CASCADE")
    version: int = Field(default=1)
    changed_at: Any = time_field()

    __table_args__ = (UniqueConstraint("trigger", "scope"),)


class ActionRow(SQLModel, table=True):
    """One action. A move whose substage was deleted stays, without a target, until staff choose another."""

    __tablename__ = "action"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    list_id: str = ref_field("action_list.id", on_delete="CASCADE")
    position: int
    kind: str = text_field(20, NOT_PERSONAL)
    template_key: str | None = text_field(60, NOT_PERSONAL, nullable=True)
    substage_id: str | None = ref_field("substage.id", nullable=True, on_delete="SET NULL")
