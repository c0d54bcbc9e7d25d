"""What pages are told of offers: small, without rows, texts already in the reader's language.

Days and moments are ISO texts, and what is not known is 0 or empty: pages compare them without asking for None.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from ..core.localized import in_language
from . import rules
from .rules import VersionContent

PageState = Literal["none", "open", "ended", "withdrawn", "accepted", "declined"]


class LineView(BaseModel):
    title: str
    detail: str = ""
    quantity: float = 1
    quantity_digits: int = 0
    unit: str = "piece"
    is_single: bool = False
    unit_price_cents: int = 0
    discount_cents: int = 0
    net_cents: int = 0


class VatView(BaseModel):
    rate: float
    rate_digits: int
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
    valid_until: str
    issued_on: str
    lines: list[LineView] = []
    vat: list[VatView] = []
    net_cents: int = 0
    total_cents: int = 0
    cents_per_kwp: int = 0
    peak_power_kwp: float = 0
    module_count: int = 0
    battery_kwh: float = 0
    battery_digits: int = 0
    yearly_yield_low_kwh: int = 0
    yearly_yield_high_kwh: int = 0
    yearly_saving_cents: int = 0
    payback_years: float = 0
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
    at: str
    contact_name: str = ""
    reason: str = ""
    comment: str = ""
    withdrawal_last_day: str = ""


# What pages hold before there is one.
NO_OFFER = OfferView(id="", number="", version=0, status="", title="", valid_until="", issued_on="")
NO_OUTCOME = Outcome(decision="", offer_id="", offer_number="", title="", version=0, version_hash="", total_cents=0,
                     currency="EUR", at="")


class OffersPage(BaseModel):
    """Everything that the customer's page of offers shows."""

    opportunity_id: str
    project_number: str
    company_name: str
    state: PageState = "none"
    may_answer: bool = False
    offers: list[OfferView] = []
    outcome: Outcome | None = None
    last_valid_until: str = ""


def split_description(text: str) -> tuple[str, str]:
    """The first line of a description names the thing, the rest is small print."""
    title, _, detail = text.partition("\n")
    return title.strip(), " ".join(detail.split())


def digits_of(value: int, scale: int) -> int:
    """How many decimals `value` / `scale` needs: 1500 / 1000 needs one."""
    digits = 0
    while value * 10**digits % scale:
        digits += 1
    return digits


def _line_view(line: rules.Line, language: str, fallback: str) -> LineView:
    title, detail = split_description(in_language(line.description, language, fallback))
    is_single = line.quantity_thousandths == 1000
    return LineView(title=title, detail=detail, unit=line.unit, quantity=line.quantity_thousandths / 1000,
                    quantity_digits=digits_of(line.quantity_thousandths, 1000), is_single=is_single,
                    unit_price_cents=line.unit_price_cents, discount_cents=rules.discount_of_line_cents(line),
                    net_cents=rules.net_of_line_cents(line))


def _vat_view(group: rules.VatGroup) -> VatView:
    return VatView(rate=group.rate_bp / 100, rate_digits=digits_of(group.rate_bp, 100), net_cents=group.net_cents,
                   vat_cents=group.vat_cents)


def view_of(content: VersionContent, language: str, status: str, is_recommended: bool = False) -> OfferView:
    fallback, totals = content.default_language, content.totals
    payback = rules.payback_tenth_years(totals.total_cents, content.yearly_saving_cents)
    battery_wh = content.battery_wh or 0
    return OfferView(
        id=content.offer_id, number=content.number, version=content.version, status=status, title=content.title,
        summary=in_language(content.summary, language, fallback), currency=content.currency,
        valid_until=content.valid_until.isoformat(), issued_on=content.issued_on.isoformat(),
        lines=[_line_view(line, language, fallback) for line in content.lines],
        vat=[_vat_view(group) for group in totals.groups], net_cents=totals.net_cents, total_cents=totals.total_cents,
        cents_per_kwp=rules.cents_per_kwp(totals.total_cents, content.peak_power_wp) or 0,
        peak_power_kwp=(content.peak_power_wp or 0) / 1000, module_count=content.module_count or 0,
        battery_kwh=battery_wh / 1000, battery_digits=min(1, digits_of(battery_wh, 1000)),
        yearly_yield_low_kwh=content.yearly_yield_low_kwh or 0,
        yearly_yield_high_kwh=content.yearly_yield_high_kwh or 0,
        yearly_saving_cents=content.yearly_saving_cents or 0, payback_years=(payback or 0) / 10,
        is_recommended=is_recommended)


def mark_best(offers: list[OfferView]) -> None:
    """Names the one offer with the shortest payback and the one with the lowest price per kWp."""
    shortest = rules.only_least([offer.payback_years or None for offer in offers])
    if shortest is not None:
        offers[shortest].has_shortest_payback = True
    cheapest = rules.only_least([offer.cents_per_kwp or None for offer in offers])
    if cheapest is not None:
        offers[cheapest].has_best_price_per_kwp = True
