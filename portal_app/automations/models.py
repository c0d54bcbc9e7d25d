"""What happens when somebody does something: lists of actions, per trigger and, where staff want it, per flow."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Column, String
from sqlmodel import Field, SQLModel, UniqueConstraint

from ..core.fields import NOT_PERSONAL, id_field, json_field, ref_field, text_field, time_field


class ActionList(SQLModel, table=True):
    """The actions of a trigger, for one flow or, with an empty `scope`, for all flows without a list of their own.

    The list of a substage has the trigger `step`, and the substage's id as `scope`.
    """

    __tablename__ = "action_list"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    trigger: str = text_field(40, NOT_PERSONAL)
    scope: str = text_field(32, NOT_PERSONAL, default="")
    flow_id: str | None = ref_field("flow.id", nullable=True, on_delete="CASCADE")
    version: int = Field(default=1)
    changed_at: Any = time_field()

    __table_args__ = (UniqueConstraint("trigger", "scope"),)


class ActionRow(SQLModel, table=True):
    """One action. A move whose substage was deleted stays, without a target, until staff choose another.

    `moment`, and how long and how often in `detail`, are for the actions of substages. `detail` also holds what the
    younger kinds need: audience and note, endpoint, field and value.
    """

    __tablename__ = "action"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    list_id: str = ref_field("action_list.id", on_delete="CASCADE")
    position: int
    kind: str = text_field(20, NOT_PERSONAL)
    template_key: str | None = text_field(60, NOT_PERSONAL, nullable=True)
    substage_id: str | None = ref_field("substage.id", nullable=True, on_delete="SET NULL")
    moment: str = Field(default="", sa_column=Column(String(10), nullable=False, server_default="", info=NOT_PERSONAL))
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=Column(
        JSON, nullable=False, server_default="{}", info=NOT_PERSONAL))


class PlannedAction(SQLModel, table=True):
    """An action of a substage that waits for its time, for one stay of one opportunity there.

    It runs in the transaction that takes it away or puts it off, so that it runs once whoever dies in between.
    """

    __tablename__ = "planned_action"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    action_id: str = ref_field("action.id", on_delete="CASCADE")
    opportunity_id: str = ref_field("opportunity.id", on_delete="CASCADE")
    is_repeated: bool = False
    due_at: Any = time_field(index=True)
    runs: int = 0
    attempts: int = 0


class ActionTrouble(SQLModel, table=True):
    """Why an automatic action did not happen; stands on the opportunity until staff have seen to it."""

    __tablename__ = "action_trouble"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    opportunity_id: str = ref_field("opportunity.id", on_delete="CASCADE")
    reason: str = text_field(200, NOT_PERSONAL)
    detail: dict[str, Any] = json_field(NOT_PERSONAL)
    at: Any = time_field()
    settled_at: Any = time_field(nullable=True)
    settled_by: str = text_field(120, NOT_PERSONAL, default="")
