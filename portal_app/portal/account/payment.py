"""The reader's bank account: typed once, then shown by its last digits only, replaced or taken away."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ...ui import components as c
from ...ui.i18n import moment, said, t
from .state import AccountState

S: Any = AccountState
BANK: Any = AccountState.bank


def payment() -> rx.Component:
    """Nothing at all where the company does not ask for it and knows nothing."""
    return rx.cond(S.editable.contains("iban") | (BANK.holder != ""), _card())


def _card() -> rx.Component:
    may_change = S.editable.contains("iban")
    change = rx.cond(
        may_change & ~S.opened.contains("bank") & (BANK.holder != ""),
        c.button(t("Change"), variant="own", size="s", on_click=S.open_part("bank"), aria_label=t("Change the bank account"),
                 custom_attrs={"data-testid": "change-bank"}))
    return c.card(
        c.card_head(t("Payment data"), change, id="own-bank"),
        rx.cond(S.opened.contains("bank"), _form(), rx.cond(BANK.holder != "", _shown(may_change), _nothing())),
        _removal(),
        aria_labelledby="own-bank", custom_attrs={"data-testid": "own-bank"}, class_name="stack",
    )


def _nothing() -> rx.Component:
    return rx.fragment(
        rx.el.p(t("No bank account yet. We need one only if we pay you back or collect what you agreed to."),
                class_name="small muted"),
        rx.el.div(c.button(c.icon("plus", "s"), t("Add a bank account"), size="m", on_click=S.open_part("bank"),
                           custom_attrs={"data-testid": "change-bank"}), class_name="row"),
    )


def _shown(may_change: Any) -> rx.Component:
    return rx.fragment(
        c.read_only(t("Account holder"), BANK.holder, "user"),
        c.read_only(t("IBAN"), rx.el.span(BANK.iban_masked, class_name="num nowrap"), "lock"),
        rx.el.p(t("Saved on {moment}. For your safety only the last digits are shown.", moment=moment(BANK.changed_at)),
                class_name="small muted"),
        rx.cond(
            may_change,
            rx.el.div(c.text_button(c.icon("trash", "s"), t("Remove the bank account"), on_click=S.open_part("bank-removal"),
                                    custom_attrs={"data-testid": "remove-bank"})),
            rx.el.p(t("Something is wrong? Tell us and we correct it."), class_name="small muted")),
    )


def _form() -> rx.Component:
    def error(field: str) -> Any:
        return said(S.field_errors[field])

    return rx.el.form(
        c.field(t("Account holder"), c.text_input, id="holder", auto_complete="name", auto_focus=True, max_length=70,
                default_value=rx.cond(BANK.holder != "", BANK.holder, S.account.name), error=error("holder")),
        c.field(t("IBAN"), c.text_input, id="iban", auto_complete="off", auto_capitalize="characters", spell_check=False,
                max_length=80, error=error("iban"),
                hint=rx.cond(BANK.holder != "", t("Type the whole number. It replaces {iban}.", iban=BANK.iban_masked),
                             t("On your bank card or statement, for example ES91 2100 0418 4502 0005 1332."))),
        rx.el.div(
            c.submit_button(t("Save the bank account"), size="m", busy=S.busy,
                            variant=rx.cond(S.opened.contains("email"), "soft", "solid"),  # one solid button for each page
                            custom_attrs={"data-testid": "save-bank"}),
            c.button(t("Cancel"), variant="ghost", on_click=S.close_part("bank")), class_name="row wrap"),
        on_submit=S.save_bank, class_name="form", no_validate=True,
    )


def _removal() -> rx.Component:
    return c.dialog(
        S.opened.contains("bank-removal"), S.close_part("bank-removal"), t("Remove the bank account?"),
        c.dialog_actions(
            c.button(t("Remove the bank account"), variant="bad", on_click=S.remove_bank,
                     custom_attrs={"data-testid": "confirm-removal"}),
            c.button(t("Keep it"), variant="ghost", on_click=S.close_part("bank-removal"))),
        close_label=t("Close"), id="bank-removal",
        lead=t("We forget {iban}. You can add an account again at any time.", iban=BANK.iban_masked),
    )
