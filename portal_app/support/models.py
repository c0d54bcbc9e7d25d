"""What customers tell us and what becomes of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, String
from sqlmodel import Field, Index, SQLModel

from ..core.fields import NOT_PERSONAL, id_field, json_field, personal, ref_field, text_field, time_field
from ..core.ids import ID_LENGTH


class CaseType(SQLModel, table=True):
    """What a case can be about, and how soon we answer."""

    __tablename__ = "case_type"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    name: dict[str, str] = json_field(NOT_PERSONAL)
    hint: dict[str, str] = json_field(NOT_PERSONAL)
    due_hours: int
    position: int
    is_archived: bool = False
    version: int = Field(default=1)
    changed_at: Any = time_field()


class Case(SQLModel, table=True):
    __tablename__ = "support_case"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    number: str = text_field(20, NOT_PERSONAL, unique=True)
    type_id: str = ref_field("case_type.id", index=False)
    account_id: str = ref_field("account.id", index=False)
    contact_id: str = ref_field("contact.id", index=False)
    opportunity_id: str | None = ref_field("opportunity.id", nullable=True, index=False, on_delete="SET NULL")
    title: str = text_field(140, personal("text", "contract"))
    state: str = text_field(20, NOT_PERSONAL)
    assignee_id: str | None = ref_field("staff_member.id", nullable=True, index=False)
    due_at: Any = time_field()
    opened_at: Any = time_field()
    changed_at: Any = time_field()
    version: int = Field(default=1)

    # One index per order behind each filter of the queue, as in `opportunities.models`: every page is read state by
    # state from an index, so that it costs the same with many cases.
    __table_args__ = (
        Index("ix_support_case_state_due", "state", "due_at", "id"),
        Index("ix_support_case_state_changed", "state", "changed_at", "id"),
        Index("ix_support_case_type_due", "type_id", "state", "due_at", "id"),
        Index("ix_support_case_type_changed", "type_id", "state", "changed_at", "id"),
        Index("ix_support_case_assignee_due", "assignee_id", "state", "due_at", "id"),
        Index("ix_support_case_assignee_changed", "assignee_id", "state", "changed_at", "id"),
        Index("ix_support_case_assignee_type_due", "assignee_id", "type_id", "state", "due_at", "id"),
        Index("ix_support_case_assignee_type_changed", "assignee_id", "type_id", "state", "changed_at", "id"),
        Index("ix_support_case_opportunity_changed", "opportunity_id", "changed_at", "id"),
        Index("ix_support_case_account_changed", "account_id", "changed_at", "id"),
        Index("ix_support_case_contact_changed", "contact_id", "changed_at", "id"),
    )


class CaseMessage(SQLModel, table=True):
    """What was written or done, in order. `kind`: public, note and assigned (customers never see them), state, file."""

    __tablename__ = "case_message"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    case_id: str = ref_field("support_case.id", index=False, on_delete="CASCADE")
    kind: str = text_field(10, NOT_PERSONAL)
    author_kind: str = text_field(20, NOT_PERSONAL)
    author_id: str = text_field(32, NOT_PERSONAL, default="")
    author_name: str = text_field(120, personal("name", "contract"), default="")
    text: str = text_field(5000, personal("text", "contract"), default="")
    state: str = text_field(20, NOT_PERSONAL, default="")
    document_id: str | None = ref_field("document.id", nullable=True, on_delete="CASCADE")
    at: Any = time_field()

    __table_args__ = (Index("ix_case_message_case", "case_id", "at", "id"),)


class CaseDraft(SQLModel, table=True):
    """What somebody is writing on a case, or on a new one (empty `case_id`); sending takes it away."""

    __tablename__ = "case_draft"  # pyright: ignore[reportAssignmentType]

    person_id: str = Field(sa_column=Column(String(ID_LENGTH), primary_key=True))
    case_id: str = Field(default="", sa_column=Column(String(ID_LENGTH), primary_key=True))
    future_id: str = text_field(32, NOT_PERSONAL, default="")  # of a new case: its files are stored under it already
    type_id: str = text_field(32, NOT_PERSONAL, default="")
    opportunity_id: str = text_field(32, NOT_PERSONAL, default="")
    title: str = text_field(140, personal("text"), default="")
    text: str = text_field(5000, personal("text"), default="")
    changed_at: Any = time_field()


class CaseNumberSeries(SQLModel, table=True):
    """The last number given in a year."""

    __tablename__ = "case_number_series"  # pyright: ignore[reportAssignmentType]

    year: int = Field(primary_key=True)
    last: int = 0
