"""What pages are told of offers: small, without rows, texts already in the reader's language."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel

from ..core.localized import in_language
from . import rules
from .rules import VersionContent

PageState = Literal["none", "open", "ended", "accepted", "declined"]


class LineView(BaseModel):
    title: str
    detail: str = ""
    quantity_thousandths: int = 1000
    unit: str = "piece"
    unit_price_cents: int = 0
    vat_rate_bp: int = 0
    discount_cents: int = 0
    net_cents: int = 0


class VatView(BaseModel):
    rate_bp: int
    net_cents: int
    vat_cents: int


class OfferView(BaseModel):
    """A version as the customer reads it."""

    id: str
    number: str
    version: int
    status: str
    title: str
    summary: str = ""
    currency: str = "EUR"
    valid_until: date
    issued_on: date
    lines: list[LineView] = []
    vat: list[VatView] = []
    net_cents: int = 0
    total_cents: int = 0
    cents_per_kwp: int | None = None
    peak_power_wp: int | None = None
    module_count: int | None = None
    battery_wh: int | None = None
    yearly_yield_low_kwh: int | None = None
    yearly_yield_high_kwh: int | None = None
    yearly_saving_cents: int | None = None
    payback_tenth_years: int | None = None
    has_shortest_payback: bool = False
    has_best_price_per_kwp: bool = False
    is_recommended: bool = False


class Outcome(BaseModel):
    """How it ended: what was ordered, or why nothing was."""

    decision: str
    offer_id: str
    offer_number: str
    title: str
    version: int
    version_hash: str
    total_cents: int
    currency: str
    at: datetime
    contact_name: str = ""
    reason: str = ""
    comment: str = ""
    withdrawal_last_day: date | None = None


class OffersPage(BaseModel):
    """Everything that the customer's page of offers shows."""

    opportunity_id: str
    project_number: str
    company_name: str
    state: PageState = "none"
    may_answer: bool = False
    offers: list[OfferView] = []
    outcome: Outcome | None = None
    last_valid_until: date | None = None


def split_description(text: str) -> tuple[str, str]:
    """The first line of a description names the thing, the rest is small print."""
    title, _, detail = text.partition("\n")
    return title.strip(), " ".join(detail.split())


def _line_view(line: rules.Line, language: str, fallback: str) -> LineView:
    title, detail = split_description(in_language(line.description, language, fallback))
    return LineView(title=title, detail=detail, unit=line.unit,
                    quantity_thousandths=line.quantity_thousandths, unit_price_cents=line.unit_price_cents,
                    vat_rate_bp=line.vat_rate_bp, discount_cents=rules.discount_of_line_cents(line),
                    net_cents=rules.net_of_line_cents(line))


def view_of(content: VersionContent, language: str, status: str, is_recommended: bool = False) -> OfferView:
    fallback = content.default_language
    totals = content.totals
    return OfferView(
        id=content.offer_id, number=content.number, version=content.version, status=status, title=content.title,
        summary=in_language(content.summary, language, fallback), currency=content.currency,
        valid_until=content.valid_until, issued_on=content.issued_on,
        lines=[_line_view(line, language, fallback) for line in content.lines],
        vat=[VatView(**group.model_dump()) for group in totals.groups], net_cents=totals.net_cents,
        total_cents=totals.total_cents, cents_per_kwp=rules.cents_per_kwp(totals.total_cents, content.peak_power_wp),
        peak_power_wp=content.peak_power_wp, module_count=content.module_count, battery_wh=content.battery_wh,
        yearly_yield_low_kwh=content.yearly_yield_low_kwh, yearly_yield_high_kwh=content.yearly_yield_high_kwh,
        yearly_saving_cents=content.yearly_saving_cents,
        payback_tenth_years=rules.payback_tenth_years(totals.total_cents, content.yearly_saving_cents),
        is_recommended=is_recommended)


def mark_best(offers: list[OfferView]) -> None:
    """Names the one offer with the shortest payback and the one with the lowest price per kWp."""
    shortest = rules.only_least([offer.payback_tenth_years for offer in offers])
    if shortest is not None:
        offers[shortest].has_shortest_payback = True
    cheapest = rules.only_least([offer.cents_per_kwp for offer in offers])
    if cheapest is not None:
        offers[cheapest].has_best_price_per_kwp = True
