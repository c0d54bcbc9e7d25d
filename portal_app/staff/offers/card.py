"""The offers of a project in short, for the page of the project and above the editor."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ...offers import rules
from ...offers.authoring import OfferBrief, WishView
from ...ui import components as c
from ...ui.i18n import date, moment, money, t, t_marked


def status_pill(status: Any) -> Any:
    """How an offer stands, said to staff."""
    return rx.match(
        status, ("draft", c.pill(t("Draft"))), ("shared", c.pill(t("With the customer"), "you")),
        ("accepted", c.pill(t("Ordered"), "ok")), ("declined", c.pill(t("Declined"), "bad")),
        ("withdrawn", c.pill(t("Withdrawn"))), ("closed", c.pill(t("Closed, another was ordered"))),
        ("expired", c.pill(t("Ended"), "overdue")), c.pill(status))


def reason_text(reason: Any) -> Any:
    return rx.match(reason, *((key.value, t_marked(text)) for key, text in rules.REASON_TEXTS.items()), "")


def offers_card(offers: Any, wishes: Any, project_id: Any, may_edit: Any) -> rx.Component:
    """`offers` and `wishes` are vars of `list[OfferBrief]` and `list[WishView]` (`offers.authoring`)."""
    address = rx.Var.create(f"/staff/offers?project={project_id}")
    text = rx.cond(may_edit, t("Write or change offers"), t("See the offers"))
    return c.card(
        c.card_head(t("Offers"), c.link_button(text, href=address, size="s", custom_attrs={"data-testid": "open-offers"})),
        offer_rows(offers), wish_rows(wishes),
        custom_attrs={"data-testid": "offers-card"},
    )


def offer_rows(offers: Any) -> rx.Component:
    has_any = rx.Var.create(offers).to(list).length() > 0
    return rx.cond(has_any, rx.el.ul(rx.foreach(offers, _row), class_name="rows"),
                   rx.el.p(t("There is no offer yet."), class_name="muted"))


def _row(offer: OfferBrief) -> rx.Component:
    return rx.el.li(
        rx.el.a(
            rx.el.span(
                rx.el.b(offer.title),
                rx.el.span(offer.number, " · ", money(offer.total_cents, offer.currency), class_name="tiny muted block"),
                rx.cond((offer.status == "shared") | (offer.status == "expired"), rx.el.span(
                    t("until {date}", date=date(offer.valid_until)), class_name="tiny muted block")),
                rx.cond(offer.decline_reason != "", rx.el.span(
                    reason_text(offer.decline_reason), rx.cond(offer.decline_comment != "", ": ", ""),
                    offer.decline_comment, class_name="tiny block")),
                class_name="grow",
            ),
            status_pill(offer.status), c.icon("chevron-right", "s"),
            href=rx.Var.create(f"/staff/offers?offer={offer.id}"), class_name="row wrap link-plain grow",
        ),
        custom_attrs={"data-testid": "offer-row", "data-status": offer.status},
    )


def wish_rows(wishes: Any) -> rx.Component:
    """What the customer asked for, in their words."""

    def row(wish: WishView) -> rx.Component:
        return rx.el.li(rx.el.p(wish.text, class_name="pre"), rx.el.p(moment(wish.at), class_name="tiny muted"))

    has_any = rx.Var.create(wishes).to(list).length() > 0
    return rx.cond(has_any, c.note(
        "sun", t("The customer asks for a change"), rx.el.ul(rx.foreach(wishes, row), class_name="stack"),
        icon_name="message-circle"))
