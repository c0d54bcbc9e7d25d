"""A flow has stages, a stage has substages. Texts that customers read are kept per language."""

from __future__ import annotations

from typing import Any

from sqlmodel import Field, SQLModel

from ..core.fields import NOT_PERSONAL, id_field, json_field, ref_field, text_field, time_field


class Flow(SQLModel, table=True):
    __tablename__ = "flow"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    name: str = text_field(120, NOT_PERSONAL)
    public_name: dict[str, str] = json_field(NOT_PERSONAL)
    position: int = Field(default=0)
    version: int = Field(default=1)
    created_at: Any = time_field()


class Stage(SQLModel, table=True):
    __tablename__ = "stage"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    flow_id: str = ref_field("flow.id", on_delete="CASCADE")
    position: int
    public_name: dict[str, str] = json_field(NOT_PERSONAL)
    public_description: dict[str, str] = json_field(NOT_PERSONAL)
    version: int = Field(default=1)
    changed_at: Any = time_field()
    changed_by: str = text_field(120, NOT_PERSONAL, default="")


class Substage(SQLModel, table=True):
    __tablename__ = "substage"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    stage_id: str = ref_field("stage.id", on_delete="CASCADE")
    position: int
    public_name: dict[str, str] = json_field(NOT_PERSONAL)
    public_description: dict[str, str] = json_field(NOT_PERSONAL)
    view_kind: str | None = text_field(40, NOT_PERSONAL, nullable=True)
    version: int = Field(default=1)
    changed_at: Any = time_field()
    changed_by: str = text_field(120, NOT_PERSONAL, default="")
