"""Offers of an opportunity, their frozen versions and the customer's answer."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from ..core.fields import NOT_PERSONAL, file_key_field, id_field, json_field, personal, ref_field, text_field, time_field
from .rules import OfferStatus


def _amount(*, nullable: bool = False, default: int | None = 0) -> Any:
    return Field(default=default, sa_column=Column(BigInteger, nullable=nullable))


class Offer(SQLModel, table=True):
    """`version` counts what the customer was shown (0: nothing yet); `revision` every save, so that two staff who edit
    at the same time notice. At most one offer of an opportunity is ever accepted: the database sees to it.
    """

    __tablename__ = "offer"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    opportunity_id: str = ref_field("opportunity.id", on_delete="CASCADE")
    sequence: int
    position: int = 0
    status: str = text_field(20, NOT_PERSONAL, default=OfferStatus.DRAFT.value)
    title: str = text_field(80, NOT_PERSONAL)
    summary: dict[str, str] = json_field(NOT_PERSONAL)
    currency: str = text_field(3, NOT_PERSONAL, default="EUR")
    valid_until: date
    peak_power_wp: int | None = None
    module_count: int | None = None
    battery_wh: int | None = None
    yearly_yield_low_kwh: int | None = None
    yearly_yield_high_kwh: int | None = None
    yearly_saving_cents: int | None = _amount(nullable=True, default=None)
    is_recommended: bool = False
    total_cents: int = _amount()
    version: int = 0
    revision: int = 1
    created_at: Any = time_field()
    changed_at: Any = time_field()
    changed_by: str = text_field(120, personal("name"), default="")
    shared_at: Any = time_field(nullable=True)
    decided_at: Any = time_field(nullable=True)

    __table_args__ = (
        UniqueConstraint("opportunity_id", "sequence"),
        Index("uq_offer_one_accepted", "opportunity_id", unique=True,
              sqlite_where=text("status = 'accepted'"), postgresql_where=text("status = 'accepted'")),
    )


class OfferLine(SQLModel, table=True):
    __tablename__ = "offer_line"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    offer_id: str = ref_field("offer.id", on_delete="CASCADE")
    position: int
    description: dict[str, str] = json_field(NOT_PERSONAL)
    quantity_thousandths: int = _amount()
    unit: str = text_field(20, NOT_PERSONAL)
    unit_price_cents: int = _amount()
    vat_rate_bp: int = 0
    discount_bp: int = 0
    discount_cents: int = _amount()


class OfferVersion(SQLModel, table=True):
    """What the customer was shown, word for word. Never changed."""

    __tablename__ = "offer_version"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    offer_id: str = ref_field("offer.id", on_delete="CASCADE", index=False)
    version: int
    content: str = Field(sa_column=Column(Text, nullable=False, info=personal("text", "contract")))
    content_hash: str = text_field(64, NOT_PERSONAL)
    made_at: Any = time_field()
    made_by: str = text_field(120, personal("name", "contract"), default="")

    __table_args__ = (UniqueConstraint("offer_id", "version"),)


class OfferFile(SQLModel, table=True):
    """The PDF of a version in one language, rendered once at first use and then kept."""

    __tablename__ = "offer_file"  # pyright: ignore[reportAssignmentType]

    version_id: str = Field(foreign_key="offer_version.id", primary_key=True, max_length=32, ondelete="CASCADE")
    language: str = Field(primary_key=True, max_length=2)
    file_key: str = file_key_field()
    content_hash: str = text_field(64, NOT_PERSONAL)
    made_at: Any = time_field()


class OfferDecision(SQLModel, table=True):
    """What the customer decided, and everything that shows later what it was about."""

    __tablename__ = "offer_decision"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    offer_id: str = Field(foreign_key="offer.id", unique=True, max_length=32, ondelete="CASCADE")
    opportunity_id: str = ref_field("opportunity.id", on_delete="CASCADE")
    decision: str = text_field(20, NOT_PERSONAL)
    version: int
    version_hash: str = text_field(64, NOT_PERSONAL)
    contact_id: str = ref_field("contact.id", index=False)
    contact_name: str = text_field(120, personal("name", "contract"), default="")
    at: Any = time_field()
    client_address: str = text_field(64, personal("location", "contract"), default="")
    language: str = text_field(2, NOT_PERSONAL, default="en")
    binding_text: str = text_field(1000, NOT_PERSONAL, default="")
    total_cents: int = _amount()
    currency: str = text_field(3, NOT_PERSONAL, default="EUR")
    reason: str = text_field(40, NOT_PERSONAL, default="")
    comment: str = text_field(1000, personal("text", "contract"), default="")


class OfferWish(SQLModel, table=True):
    """What the customer would like to have changed, in their words."""

    __tablename__ = "offer_wish"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    opportunity_id: str = ref_field("opportunity.id", on_delete="CASCADE")
    contact_id: str = ref_field("contact.id", index=False)
    text: str = text_field(1000, personal("text", "contract"))
    at: Any = time_field()
