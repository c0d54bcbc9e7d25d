"""Where a customer stands, and how they came there."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, String, text
from sqlmodel import Field, Index, SQLModel

from ..core.fields import NOT_PERSONAL, id_field, json_field, key_ref_field, personal, ref_field, text_field, time_field
from ..core.words import WordType


def _value_field() -> Any:
    """An answer as JSON: text, number, list of option keys or of document ids; null is no answer."""
    return Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=True,
                                                info=personal("text", "contract")))


# Where it is another's turn than the substage says; few, so that a list by turn finds them without reading the others.
_EXCEPTION = "step_sent_at IS NOT NULL OR asked_again_at IS NOT NULL"


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
    step_sent_at: Any = time_field(nullable=True)  # the customer has sent what the present substage asks for
    asked_again: list[str] | None = Field(  # fields that the customer gives again, of whichever substage
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True, info=NOT_PERSONAL))
    asked_again_at: Any = time_field(nullable=True)  # exactly where something is asked again
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
        Index("ix_opportunity_substage_turn", "substage_id", "asked_again_at", "step_sent_at"),
        *(Index(f"ix_opportunity_exception_{name}", column, "id",
                sqlite_where=text(_EXCEPTION), postgresql_where=text(_EXCEPTION))
          for name, column in (("created", "created_at"), ("changed", "changed_at"), ("entered", "entered_substage_at"))),
        Index("ix_opportunity_owner_created", "owner_id", "created_at", "id"),
        Index("ix_opportunity_owner_changed", "owner_id", "changed_at", "id"),
        Index("ix_opportunity_owner_entered", "owner_id", "entered_substage_at", "id"),
        Index("ix_opportunity_owner_substage", "owner_id", "substage_id", "entered_substage_at", "id"),
        Index("ix_opportunity_owner_turn", "owner_id", "substage_id", "asked_again_at", "step_sent_at"),
    )


    def no_longer_ask_for(self, given: Collection[str]) -> None:
        """These fields are given, if they were asked for again."""
        self.asked_again = [field_id for field_id in self.asked_again or [] if field_id not in given] or None
        if self.asked_again is None:
            self.asked_again_at = None


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


class Answer(SQLModel, table=True):
    """What is known for a field: one value per opportunity, whichever substage asked."""

    __tablename__ = "answer"  # pyright: ignore[reportAssignmentType]

    opportunity_id: str = key_ref_field("opportunity.id", on_delete="CASCADE")
    field_id: str = key_ref_field("dynamic_field.id")
    value: Any = _value_field()
    version: int = Field(default=1)
    changed_at: Any = time_field()


class AnswerDraft(SQLModel, table=True):
    """What a customer has written and not yet sent; it may be wrong or half. Sending takes it away."""

    __tablename__ = "answer_draft"  # pyright: ignore[reportAssignmentType]

    opportunity_id: str = key_ref_field("opportunity.id", on_delete="CASCADE")
    field_id: str = key_ref_field("dynamic_field.id")
    value: Any = _value_field()
    changed_at: Any = time_field()


class AnswerChange(SQLModel, table=True):
    """The history of an answer: rows are only added."""

    __tablename__ = "answer_change"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    opportunity_id: str = ref_field("opportunity.id", on_delete="CASCADE")
    field_id: str = ref_field("dynamic_field.id", index=False)
    before: Any = _value_field()
    after: Any = _value_field()
    changed_by_kind: str = text_field(20, NOT_PERSONAL)
    changed_by_id: str = text_field(32, NOT_PERSONAL, default="")
    changed_by_name: str = text_field(120, personal("name", "contract"), default="")
    cause: str = text_field(60, NOT_PERSONAL, default="")
    at: Any = time_field()


class ConditionAcceptance(SQLModel, table=True):
    """Who accepted which wording, when and from where; kept for good."""

    __tablename__ = "condition_acceptance"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    opportunity_id: str = ref_field("opportunity.id", on_delete="CASCADE")
    condition_id: str = ref_field("condition.id", index=False)
    condition_version_id: str = ref_field("condition_version.id", index=False)
    version_number: int
    text_hash: str = text_field(64, NOT_PERSONAL)
    language: str = text_field(2, NOT_PERSONAL)
    substage_id: str = text_field(32, NOT_PERSONAL, default="")
    contact_id: str = ref_field("contact.id", index=False)
    contact_name: str = text_field(120, personal("name", "contract"))
    client_address: str = text_field(64, personal("access", "contract"), default="")
    at: Any = time_field()


class StepSubmission(SQLModel, table=True):
    """A customer has sent what a substage asks for. `entered_at` is the stay in the substage that it belongs to.

    What was asked again (a file was rejected) and then sent is a row of its own, `is_again`.
    """

    __tablename__ = "step_submission"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    opportunity_id: str = ref_field("opportunity.id", on_delete="CASCADE")
    substage_id: str = text_field(32, NOT_PERSONAL)
    entered_at: Any = time_field()
    act: str = text_field(40, NOT_PERSONAL)
    contact_id: str = ref_field("contact.id", index=False)
    contact_name: str = text_field(120, personal("name", "contract"))
    is_again: bool = False
    at: Any = time_field()
