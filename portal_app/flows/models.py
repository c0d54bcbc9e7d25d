"""A flow has stages, a stage has substages; a substage asks for fields and conditions that are defined once.

Texts that customers read are kept per language.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, String
from sqlmodel import Field, SQLModel, UniqueConstraint

from ..core.fields import NOT_PERSONAL, id_field, json_field, key_ref_field, ref_field, text_field, time_field


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
    ball: str = Field(default="", sa_column=Column(
        String(20), nullable=False, server_default="", info=NOT_PERSONAL))  # who acts here; empty: as the view says
    version: int = Field(default=1)
    changed_at: Any = time_field()
    changed_by: str = text_field(120, NOT_PERSONAL, default="")


class DynamicField(SQLModel, table=True):
    """A question that substages may ask. Its answer is one per opportunity, however many substages show it.

    `options` are the choices: `[{"key": …, "label": {language: text}}]`; `limits` depend on the kind (`fields`).
    """

    __tablename__ = "dynamic_field"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    kind: str = text_field(20, NOT_PERSONAL)
    label: dict[str, str] = json_field(NOT_PERSONAL)
    help: dict[str, str] = json_field(NOT_PERSONAL)
    group_name: dict[str, str] = json_field(NOT_PERSONAL)
    options: list[dict[str, Any]] = json_field(NOT_PERSONAL, default_factory=list)
    limits: dict[str, Any] = json_field(NOT_PERSONAL)
    position: int = Field(default=0)
    archived_at: Any = time_field(nullable=True)
    version: int = Field(default=1)
    changed_at: Any = time_field()
    changed_by: str = text_field(120, NOT_PERSONAL, default="")


class SubstageField(SQLModel, table=True):
    """A field in a substage, with its mode there."""

    __tablename__ = "substage_field"  # pyright: ignore[reportAssignmentType]

    substage_id: str = key_ref_field("substage.id", on_delete="CASCADE")
    field_id: str = key_ref_field("dynamic_field.id")
    position: int
    is_required: bool = False
    is_read_only: bool = False


class Condition(SQLModel, table=True):
    """Terms that customers accept; what they say is in the versions."""

    __tablename__ = "condition"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    name: str = text_field(120, NOT_PERSONAL)
    archived_at: Any = time_field(nullable=True)
    created_at: Any = time_field()
    version: int = Field(default=1)


class ConditionVersion(SQLModel, table=True):
    """One wording; never changed once it is in effect. `text_hash` is over title and text in every language."""

    __tablename__ = "condition_version"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    condition_id: str = ref_field("condition.id", on_delete="CASCADE")
    number: int
    title: dict[str, str] = json_field(NOT_PERSONAL)
    text: dict[str, str] = json_field(NOT_PERSONAL)
    text_hash: str = text_field(64, NOT_PERSONAL)
    effective_at: Any = time_field()
    created_at: Any = time_field()
    created_by: str = text_field(120, NOT_PERSONAL, default="")

    __table_args__ = (UniqueConstraint("condition_id", "number"),)


class SubstageCondition(SQLModel, table=True):
    """A condition that the customer accepts before going on from a substage.

    With `asks_again` an older version that was accepted does not count once a newer one is in effect.
    """

    __tablename__ = "substage_condition"  # pyright: ignore[reportAssignmentType]

    substage_id: str = key_ref_field("substage.id", on_delete="CASCADE")
    condition_id: str = key_ref_field("condition.id")
    position: int
    asks_again: bool = False
