"""Where a customer stands, and how they came there."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, String
from sqlmodel import Field, Index, SQLModel

from ..core.fields import NOT_PERSONAL, id_field, json_field, personal, ref_field, text_field, time_field
from ..core.words import WordType


class Opportunity(SQLModel, table=True):
    __tablename__ = "opportunity"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    number: str = text_field(20, NOT_PERSONAL, unique=True)
    flow_id: str = ref_field("flow.id")
    account_id: str = ref_field("account.id")
    contact_id: str = ref_field("contact.id")
    owner_id: str | None = ref_field("staff_member.id", nullable=True, index=False)
    substage_id: str = ref_field("substage.id", index=False)
    title: str = text_field(160, personal("text"), default="")
    address: str = text_field(300, personal("address", "contract"), default="")
    lon_deg: float | None = Field(default=None, sa_column_kwargs={"info": personal("location", "contract")})
    lat_deg: float | None = Field(default=None, sa_column_kwargs={"info": personal("location", "contract")})
    search_text: str = text_field(700, personal("text"), default="")
    entered_substage_at: Any = time_field()
    created_at: Any = time_field()
    changed_at: Any = time_field()
    version: int = Field(default=1)

    # One index per order in which staff read lists, alone and behind each filter: pages are read from the index, so
    # that they cost the same with many rows (see `listing`).
    __table_args__ = (
        Index("ix_opportunity_list_created", "created_at", "id"),
        Index("ix_opportunity_list_changed", "changed_at", "id"),
        Index("ix_opportunity_list_entered", "entered_substage_at", "id"),
        Index("ix_opportunity_substage_created", "substage_id", "created_at", "id"),
        Index("ix_opportunity_substage_changed", "substage_id", "changed_at", "id"),
        Index("ix_opportunity_substage_entered", "substage_id", "entered_substage_at", "id"),
        Index("ix_opportunity_owner_created", "owner_id", "created_at", "id"),
        Index("ix_opportunity_owner_changed", "owner_id", "changed_at", "id"),
        Index("ix_opportunity_owner_entered", "owner_id", "entered_substage_at", "id"),
        Index("ix_opportunity_owner_substage", "owner_id", "substage_id", "entered_substage_at", "id"),
    )


class OpportunityWord(SQLModel, table=True):
    """A word that finds an opportunity, in small letters without accents; kept by `search` from `search_text`."""

    __tablename__ = "opportunity_word"  # pyright: ignore[reportAssignmentType]

    opportunity_id: str = Field(sa_column=Column(
        String(32), ForeignKey("opportunity.id", ondelete="CASCADE"), primary_key=True))
    word: str = Field(sa_column=Column(WordType, primary_key=True, info=personal("text")))

    __table_args__ = (Index("ix_opportunity_word", "word", "opportunity_id"),)


class SubstageChange(SQLModel, table=True):
    """One step of the way; the first has no `from_substage_id`."""

    __tablename__ = "substage_change"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    opportunity_id: str = ref_field("opportunity.id", on_delete="CASCADE")
    from_substage_id: str | None = ref_field("substage.id", nullable=True, index=False, on_delete="SET NULL")
    to_substage_id: str | None = ref_field("substage.id", nullable=True, index=False, on_delete="SET NULL")
    to_stage_id: str | None = ref_field("stage.id", nullable=True, index=False, on_delete="SET NULL")
    to_name: dict[str, str] = json_field(NOT_PERSONAL)
    moved_by_kind: str = text_field(20, NOT_PERSONAL)
    moved_by_id: str = text_field(32, NOT_PERSONAL, default="")
    moved_by_name: str = text_field(120, personal("name", "contract"), default="")
    cause: str = text_field(60, NOT_PERSONAL)
    note: str = text_field(500, personal("text", "contract"), default="")
    at: Any = time_field(index=True)


class NumberSeries(SQLModel, table=True):
    """The last number given in a year, such as 2026-0418."""

    __tablename__ = "number_series"  # pyright: ignore[reportAssignmentType]

    year: int = Field(primary_key=True)
    last: int = 0
