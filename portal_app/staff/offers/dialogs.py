"""What staff are asked before something binds the company or is gone."""

from __future__ import annotations

import reflex as rx

from ...ui import components as c
from ...ui.i18n import date, money, t
from .state import OfferEditorState

S = OfferEditorState


def share_dialog() -> rx.Component:
    title, until = S.fields["title"], t("until {date}", date=date(S.fields["valid_until"]))
    return c.dialog(
        S.dialog == "share", S.dismiss, t("Share this offer?"),
        c.dialog_sum(title, until, money(S.sums.total_cents, S.head.currency)),
        c.dialog_actions(
            c.button(t("Share with the customer"), variant="solid", size="big", busy=S.busy, on_click=S.share,
                     custom_attrs={"data-testid": "confirm-share"}),
            c.button(t("Not yet"), variant="ghost", on_click=S.dismiss)),
        close_label=t("Close"), id="share",
        lead=t("{name} is told by e-mail and can order it. The offer binds the company until its last day.",
               name=S.project.customer_name),
    )


def withdraw_dialog() -> rx.Component:
    return c.dialog(
        S.dialog == "withdraw", S.dismiss, t("Withdraw this offer?"),
        c.dialog_actions(
            c.button(t("Withdraw"), variant="bad", busy=S.busy, on_click=S.withdraw,
                     custom_attrs={"data-testid": "confirm-withdraw"}),
            c.button(t("Leave it"), variant="ghost", on_click=S.dismiss)),
        close_label=t("Close"), id="withdraw",
        lead=t("The customer no longer sees it and can no longer order it. It can not be shared again, only duplicated."),
    )


def delete_dialog() -> rx.Component:
    return c.dialog(
        S.dialog == "delete", S.dismiss, t("Delete this draft?"),
        c.dialog_actions(
            c.button(t("Delete the draft"), variant="bad", busy=S.busy, on_click=S.delete),
            c.button(t("Leave it"), variant="ghost", on_click=S.dismiss)),
        close_label=t("Close"), id="delete", lead=t("No customer has seen it. It can not be brought back."),
    )
