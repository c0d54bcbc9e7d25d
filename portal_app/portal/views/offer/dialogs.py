"""The two answers that count: ordering, which binds, and declining."""

from __future__ import annotations

import reflex as rx

from ....offers import rules
from ....ui import components as c
from ....ui.i18n import date, money, said, t, t_marked
from .state import OffersState


def order_dialog() -> rx.Component:
    """Names what, for how much, with whom, and that it binds. Nothing but the legal words stands on the button."""
    offer = OffersState.chosen
    total = money(offer.total_cents, offer.currency)
    return c.dialog(
        OffersState.dialog == "order", OffersState.dismiss, t("Place your order"),
        c.dialog_sum(offer.title, t("Offer {number}, version {version}, holds until {date}", number=offer.number,
                                    version=offer.version, date=date(offer.valid_until)), total),
        rx.el.p(t("The price includes VAT. As a consumer you can withdraw within 14 days without giving a reason."),
                class_name="small muted"),
        c.dialog_actions(
            c.button(t_marked(rules.BUTTON_TEXT), variant="solid", size="big", busy=OffersState.busy,
                     on_click=OffersState.order(offer.id, offer.version, offer.total_cents),
                     custom_attrs={"data-testid": "order"}),
            c.button(t("Not yet"), variant="ghost", on_click=OffersState.dismiss),
        ),
        c.dialog_legal(t("We keep exactly this version, with date and time, for both of us. The other offers end with "
                         "your order.")),
        close_label=t("Close"), id="order",
        lead=t(rules.BINDING_TEXT, company=OffersState.company_name, total=total), tag=t("Last step"),
    )


def decline_dialog() -> rx.Component:
    reasons = [(reason.value, t_marked(text)) for reason, text in rules.REASON_TEXTS.items()]
    return c.dialog(
        OffersState.dialog == "decline", OffersState.dismiss, t("You do not want an offer?"),
        rx.el.form(
            c.choices(t("Why?"), "reason", reasons, said(OffersState.field_errors["reason"])),
            c.field(t("Would you like to tell us more?"), c.textarea, id="comment", rows=3, max_length=1000,
                    optional=t("(optional)"), error=said(OffersState.field_errors["comment"])),
            c.dialog_actions(
                c.submit_button(t("Decline"), variant="bad", busy=OffersState.busy,
                                custom_attrs={"data-testid": "decline-now"}),
                c.button(t("Keep the offers"), variant="ghost", on_click=OffersState.dismiss),
            ),
            on_submit=OffersState.decline, class_name="stack",
        ),
        close_label=t("Close"), id="decline",
        lead=t("Tell us in one click why, it helps us to do better. All open offers of this project end with it."),
    )
