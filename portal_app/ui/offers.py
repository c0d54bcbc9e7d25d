"""An offer as pages show it, to customers and in the staff's preview: facts, line items, the way to its PDF."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ..offers import rules
from ..offers.schemas import LineView, VatView
from .i18n import date, money, number, t, t_marked, tn


def pdf_address(offer_id: Any) -> rx.Var[str]:
    return rx.Var.create(f"/api/offers/{offer_id}/pdf")


def price_per_kwp(offer: Any) -> rx.Component:
    amount = money(_whole_euros(offer.cents_per_kwp), offer.currency)
    return rx.el.p(rx.cond(offer.cents_per_kwp > 0, t("{amount} per kWp", amount=amount), ""), class_name="tiny muted")


def _whole_euros(cents: Any) -> Any:
    """Comparing needs no cents."""
    return rx.Var(f"(Math.round({cents} / 100) * 100)", _var_type=int, _var_data=cents._get_all_var_data()).to(int)


def offer_facts(offer: Any) -> rx.Component:
    """What offers are compared by; what is not known is left out."""

    def row(term: Any, value: Any, is_best: Any = False) -> rx.Component:
        return rx.el.div(rx.el.dt(term), rx.el.dd(value), class_name=rx.cond(is_best, "best", ""))

    power = number(offer.peak_power_kwp, 1)
    low, high = number(offer.yearly_yield_low_kwh), number(offer.yearly_yield_high_kwh)
    years = number(offer.payback_years, 1)
    return rx.el.dl(
        rx.cond(offer.peak_power_kwp > 0, row(t("Power"), rx.cond(
            offer.module_count > 0,
            tn("{power} kWp, {n} module", "{power} kWp, {n} modules", offer.module_count, power=power),
            t("{power} kWp", power=power)))),
        rx.cond(offer.yearly_yield_high_kwh > 0, row(t("Yield"), rx.cond(
            offer.yearly_yield_low_kwh > 0, t("{low}–{high} kWh/year", low=low, high=high),
            t("{high} kWh/year", high=high)))),
        rx.cond(offer.peak_power_kwp > 0, row(t("Battery"), rx.cond(
            offer.battery_kwh > 0, t("{energy} kWh", energy=number(offer.battery_kwh, offer.battery_digits)),
            t("None")))),
        rx.cond(offer.yearly_saving_cents > 0, row(t("You save"), t(
            "about {amount}/year", amount=money(offer.yearly_saving_cents, offer.currency)))),
        rx.cond(offer.payback_years > 0, row(t("Pays back in"), rx.cond(
            offer.has_shortest_payback, t("{years} years, the shortest", years=years), t("{years} years", years=years)),
            offer.has_shortest_payback)),
        row(t("Holds until"), date(offer.valid_until)),
        class_name="kv",
    )


def offer_lines(offer: Any) -> rx.Component:
    """Line items with net prices, VAT per rate, total."""
    currency = offer.currency
    return rx.el.table(
        rx.el.caption(t("Line items with net prices, VAT and total"), class_name="vh"),
        rx.el.tbody(
            rx.foreach(offer.lines, lambda line: _line(line, currency)),
            rx.el.tr(rx.el.th(t("Net total"), scope="row"), rx.el.td(money(offer.net_cents, currency)), class_name="sub"),
            rx.foreach(offer.vat, lambda group: _vat(group, currency)),
            rx.el.tr(rx.el.th(t("Total"), scope="row"), rx.el.td(money(offer.total_cents, currency)), class_name="tot"),
        ),
        class_name="lines",
    )


def _line(line: LineView, currency: Any) -> rx.Component:
    quantity = rx.fragment(number(line.quantity, line.quantity_digits), " ", unit_text(line.unit), " × ",
                           money(line.unit_price_cents, currency))
    return rx.el.tr(
        rx.el.th(
            line.title,
            rx.cond(line.detail != "", rx.el.span(line.detail, class_name="tiny")),
            rx.cond(line.is_single, rx.fragment(), rx.el.span(quantity, class_name="tiny")),
            rx.cond(line.discount_cents > 0, rx.el.span(
                t("Discount: −{amount}", amount=money(line.discount_cents, currency)), class_name="tiny")),
            scope="row",
        ),
        rx.el.td(money(line.net_cents, currency)),
    )


def unit_text(unit: Any) -> Any:
    return rx.match(unit, *((key.value, t_marked(text)) for key, text in rules.UNIT_TEXTS.items()), "")


def _vat(group: VatView, currency: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.th(t("VAT {rate} %", rate=number(group.rate, group.rate_digits)), scope="row"),
        rx.el.td(money(group.vat_cents, currency)), class_name="sub",
    )
