"""What an offer costs, how long it holds, what of it is frozen. Pure: the time and the company's zone are arguments.

**Rounding.** Amounts are whole cents. As in EN 16931 (the European invoice, so that the later invoice shows the same
figures): a line's net amount is rounded to the cent before anything is summed (BR-CO-10), VAT is computed once per rate
from the sum of that rate's lines and rounded to the cent (BR-CO-17: category taxable amount × rate / 100, two
decimals), and the total is the sum of the groups. Halves are rounded up (Saxon's and the validators' reading of
"rounded to two decimals" for amounts that are not negative). All of it is integer arithmetic.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from ..core.localized import Localized
from ..core.texts import msg

MOST_LINES = 200
MOST_QUANTITY_THOUSANDTHS = 1_000_000_000
MOST_PRICE_CENTS = 1_000_000_000
MOST_TOTAL_CENTS = 100_000_000_000
WITHDRAWAL_DAYS = 14


class OfferStatus(StrEnum):
    DRAFT = "draft"
    SHARED = "shared"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"  # another offer of the same opportunity was accepted


class Unit(StrEnum):
    PIECE = "piece"
    HOUR = "hour"
    METRE = "metre"
    SQUARE_METRE = "square_metre"
    KILOWATT_PEAK = "kilowatt_peak"
    FLAT = "flat"


UNIT_TEXTS: dict[Unit, str] = {
    Unit.PIECE: msg("pcs"),
    Unit.HOUR: msg("h"),
    Unit.METRE: msg("m"),
    Unit.SQUARE_METRE: msg("m²"),
    Unit.KILOWATT_PEAK: msg("kWp"),
    Unit.FLAT: msg("flat rate"),
}


class DeclineReason(StrEnum):
    TOO_EXPENSIVE = "too_expensive"
    OTHER_COMPANY = "other_company"
    NOT_NOW = "not_now"
    DOES_NOT_FIT = "does_not_fit"
    FINANCING = "financing"
    OTHER = "other"


REASON_TEXTS: dict[DeclineReason, str] = {
    DeclineReason.TOO_EXPENSIVE: msg("It costs more than I planned"),
    DeclineReason.OTHER_COMPANY: msg("I chose another company"),
    DeclineReason.NOT_NOW: msg("Not now, maybe later"),
    DeclineReason.DOES_NOT_FIT: msg("Size or equipment do not fit"),
    DeclineReason.FINANCING: msg("I cannot finance it at present"),
    DeclineReason.OTHER: msg("Another reason"),
}

# What stands alone on the button, as § 312j BGB and article 8(2) of directive 2011/83/EU demand, and the sentence above
# it. Both are kept with the decision in the words that were shown.
BUTTON_TEXT = msg("Order with obligation to pay")
BINDING_TEXT = msg("With this button you sign a contract with {company} that obliges you to pay {total}.")


class Line(BaseModel):
    """One line item. The discount is a part (basis points) or an amount of the whole line, not both."""

    model_config = ConfigDict(frozen=True)

    description: Localized
    quantity_thousandths: Annotated[int, Field(gt=0, le=MOST_QUANTITY_THOUSANDTHS)]
    unit: Unit = Unit.PIECE
    unit_price_cents: Annotated[int, Field(ge=0, le=MOST_PRICE_CENTS)]
    vat_rate_bp: Annotated[int, Field(ge=0, le=10_000)]
    discount_bp: Annotated[int, Field(ge=0, le=10_000)] = 0
    discount_cents: Annotated[int, Field(ge=0)] = 0


class VatGroup(BaseModel):
    model_config = ConfigDict(frozen=True)

    rate_bp: int
    net_cents: int
    vat_cents: int


class Totals(BaseModel):
    model_config = ConfigDict(frozen=True)

    groups: tuple[VatGroup, ...]
    net_cents: int
    vat_cents: int
    total_cents: int


def half_up(numerator: int, denominator: int) -> int:
    """The quotient of two numbers that are not negative, halves rounded up."""
    return (2 * numerator + denominator) // (2 * denominator)


def gross_of_line_cents(line: Line) -> int:
    """Quantity × net unit price, before the discount."""
    return half_up(line.quantity_thousandths * line.unit_price_cents, 1000)


def discount_of_line_cents(line: Line) -> int:
    """The discount as an amount, never more than the line itself."""
    gross = gross_of_line_cents(line)
    return min(gross, line.discount_cents + half_up(gross * line.discount_bp, 10_000))


def net_of_line_cents(line: Line) -> int:
    return gross_of_line_cents(line) - discount_of_line_cents(line)


def total_of(lines: Iterable[Line]) -> Totals:
    """Totals per VAT rate, highest rate first, and of everything."""
    nets: dict[int, int] = {}
    for line in lines:
        nets[line.vat_rate_bp] = nets.get(line.vat_rate_bp, 0) + net_of_line_cents(line)
    groups = tuple(VatGroup(rate_bp=rate, net_cents=net, vat_cents=half_up(net * rate, 10_000))
                   for rate, net in sorted(nets.items(), reverse=True))
    net = sum(group.net_cents for group in groups)
    vat = sum(group.vat_cents for group in groups)
    return Totals(groups=groups, net_cents=net, vat_cents=vat, total_cents=net + vat)


def cents_per_kwp(total_cents: int, peak_power_wp: int | None) -> int | None:
    """What offers of different size are compared by; unknown without a peak power."""
    return half_up(total_cents * 1000, peak_power_wp) if peak_power_wp else None


def payback_tenth_years(total_cents: int, yearly_saving_cents: int | None) -> int | None:
    """Simple payback in tenths of a year: price divided by the yearly saving, without interest."""
    return half_up(total_cents * 10, yearly_saving_cents) if yearly_saving_cents else None


def ends_at(valid_until: date, time_zone: str) -> datetime:
    """The first moment at which the offer holds no longer: midnight after its last day where the company is."""
    return datetime.combine(valid_until + timedelta(days=1), time(), ZoneInfo(time_zone)).astimezone(UTC)


def is_expired(valid_until: date, now: datetime, time_zone: str) -> bool:
    return now >= ends_at(valid_until, time_zone)


def is_open(status: str, valid_until: date, now: datetime, time_zone: str) -> bool:
    """Whether the customer may still answer."""
    return status == OfferStatus.SHARED and not is_expired(valid_until, now, time_zone)


def today_in(time_zone: str, now: datetime) -> date:
    return now.astimezone(ZoneInfo(time_zone)).date()


def withdrawal_last_day(ordered_on: date) -> date:
    """The earliest last day on which a consumer can withdraw: 14 days after the contract (directive 2011/83/EU, article
    9), moved to Monday where it falls on a weekend (regulation 1182/71, article 3(4)). For goods the period begins with
    their delivery, and public holidays lengthen it: so it is said as "at least until".
    """
    last = ordered_on + timedelta(days=WITHDRAWAL_DAYS)
    return last + timedelta(days=max(0, 7 - last.weekday()) if last.weekday() > 4 else 0)


class Party(BaseModel):
    model_config = ConfigDict(frozen=True)

    name: str
    address: str = ""
    email: str = ""
    phone: str = ""


class VersionContent(BaseModel):
    """Everything of an offer that the customer sees and may accept; frozen as canonical JSON with its hash."""

    model_config = ConfigDict(frozen=True)

    format: int = 1
    offer_id: str
    number: str
    version: int
    issued_on: date
    title: str
    summary: Localized
    currency: str
    valid_until: date
    lines: tuple[Line, ...]
    totals: Totals
    peak_power_wp: int | None = None
    module_count: int | None = None
    battery_wh: int | None = None
    yearly_yield_low_kwh: int | None = None
    yearly_yield_high_kwh: int | None = None
    yearly_saving_cents: int | None = None
    company: Party
    customer: Party
    project_number: str
    project_address: str = ""
    default_language: str = "en"


def canonical(content: VersionContent) -> str:
    """The one text of a version: keys sorted, no spaces, no floats, UTF-8 (as RFC 8785 would write it)."""
    return json.dumps(content.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def hash_of(text: str) -> str:
    """SHA-256 of the canonical text in UTF-8; anybody can compute it again from the frozen file."""
    return hashlib.sha256(text.encode()).hexdigest()


def only_least(values: Sequence[float | None]) -> int | None:
    """The place of the single least value, for "the shortest"; None when there is nothing to compare or a tie."""
    known = [value for value in values if value is not None]
    if len(known) < 2 or known.count(min(known)) > 1:
        return None
    return values.index(min(known))
