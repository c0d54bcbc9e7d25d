"""The drawing that is under way, and the roofs that were sent."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from ..core.fields import NOT_PERSONAL, id_field, json_field, personal, ref_field, text_field, time_field


class RoofDraft(SQLModel, table=True):
    """What a customer has drawn so far. `revision` counts the saves, so that two tabs notice each other."""

    __tablename__ = "roof_draft"  # pyright: ignore[reportAssignmentType]

    opportunity_id: str = Field(sa_column=Column(
        String(32), ForeignKey("opportunity.id", ondelete="CASCADE"), primary_key=True))
    drawing: dict[str, Any] = json_field(personal("location", "contract"))
    revision: int = 1
    changed_at: Any = time_field()
    changed_by_id: str = ref_field("contact.id", index=False)


class Roof(SQLModel, table=True):
    """A measured roof as it was sent; each sending is a version of its own. Never changed."""

    __tablename__ = "roof"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    opportunity_id: str = ref_field("opportunity.id", on_delete="CASCADE")
    version: int
    planes: list[dict[str, Any]] = json_field(personal("location", "contract"), default_factory=list)
    planes_hash: str = text_field(64, NOT_PERSONAL)
    plan_area_m2: float
    true_area_m2: float | None = None
    submitted_at: Any = time_field()
    contact_id: str = ref_field("contact.id", index=False)
    contact_name: str = text_field(120, personal("name", "contract"), default="")

    __table_args__ = (UniqueConstraint("opportunity_id", "version"),)
