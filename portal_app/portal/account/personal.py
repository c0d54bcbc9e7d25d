"""What the company knows of the reader, and how to correct it. The e-mail address changes by two mails."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ...ui import components as c
from ...ui.i18n import moment, said, t
from .payment import payment
from .state import AccountState

S: Any = AccountState
DATA = AccountState.account


def personal() -> rx.Component:
    beside = rx.el.div(_email(), payment(), class_name="papers-col")
    return c.tab_panel("personal", rx.el.div(_own_data(), beside, class_name="papers"), id="account")


def _error(field: str) -> Any:
    return said(S.field_errors[field])


def _entry(field: str, label: Any, icon_name: str, value: Any, **props: Any) -> rx.Component:
    """A field where the customer may change it, else what it says."""
    return rx.cond(
        S.editable.contains(field),
        c.field(label, c.text_input, id=field, default_value=value, error=_error(field),
                key=rx.Var.create(f"{field}-{S.revision}"), **props),
        rx.cond(value != "", c.read_only(label, value, icon_name)),
    )


def _own_data() -> rx.Component:
    may_save = S.editable.contains("name") | S.editable.contains("phone") | S.editable.contains("address")
    is_second = S.opened.contains("email") | S.opened.contains("bank")  # one solid button for each page
    return c.card(
        c.card_head(t("Your data"), id="own-data"),
        rx.el.form(
            _entry("name", t("Name"), "user", DATA.name, auto_complete="name", max_length=120),
            _entry("phone", t("Phone"), "phone", DATA.phone, type="tel", auto_complete="tel", max_length=40,
                   optional=t("(optional)")),
            _entry("address", t("Postal address"), "map-pin", DATA.address, auto_complete="street-address",
                   max_length=300, optional=t("(optional)")),
            rx.cond(
                may_save,
                rx.el.div(c.submit_button(t("Save"), size="m", variant=rx.cond(is_second, "soft", "solid"), busy=S.busy,
                                          custom_attrs={"data-testid": "save-profile"}), class_name="row"),
                rx.el.p(t("Something is wrong? Tell us and we correct it."), class_name="small muted"),
            ),
            on_submit=S.save, class_name="form", no_validate=True,
        ),
        aria_labelledby="own-data", custom_attrs={"data-testid": "own-data"}, class_name="stack",
    )


def _email() -> rx.Component:
    change = rx.cond(
        S.editable.contains("email") & ~S.opened.contains("email") & (S.pending.new_email == ""),
        c.button(t("Change"), variant="own", size="s", on_click=S.open_part("email"),
                 aria_label=t("Change the e-mail address"), custom_attrs={"data-testid": "change-email"}))
    return c.card(
        c.card_head(t("E-mail address"), change, id="own-email"),
        c.read_only(t("We write to, and you sign in with"), DATA.email, "mail"),
        rx.cond(S.pending.new_email != "", _pending()),
        rx.cond(S.opened.contains("email"), _email_form()),
        aria_labelledby="own-email", custom_attrs={"data-testid": "own-email"}, class_name="stack",
    )


def _email_form() -> rx.Component:
    return rx.el.form(
        c.field(t("New e-mail address"), c.text_input, id="email", type="email", auto_complete="email", auto_focus=True,
                input_mode="email", auto_capitalize="off", spell_check=False, max_length=254, error=_error("email"),
                hint=t("We send a link to both addresses, the old and the new one. Once you have confirmed both, the "
                       "change counts. You cannot read the old one any more? Tell us and we change it.")),
        rx.el.div(
            c.submit_button(t("Send the two mails"), size="m", busy=S.busy, custom_attrs={"data-testid": "send-email"}),
            c.button(t("Cancel"), variant="ghost", on_click=S.close_part("email")), class_name="row wrap"),
        on_submit=S.send_email, class_name="form", no_validate=True,
    )


def _waits(address: Any, is_confirmed: Any, test_id: str) -> rx.Component:
    return rx.el.li(
        rx.cond(is_confirmed, c.icon("circle-check"), c.icon("hourglass")),
        rx.el.div(
            rx.el.b(address, class_name="block"),
            rx.el.span(rx.cond(is_confirmed, t("Confirmed"), t("Waits for your click in the mail")),
                       class_name="tiny muted"),
            class_name="grow"),
        class_name="list-row", custom_attrs={"data-testid": test_id},
    )


def _pending() -> rx.Component:
    return rx.el.div(
        c.note("sun", t("Your new address waits to be confirmed."),
               t("Open both mails and confirm, until {moment}.", moment=moment(S.pending.expires_at)), role="status"),
        rx.el.ul(_waits(DATA.email, S.pending.is_old_confirmed, "old-address"),
                 _waits(S.pending.new_email, S.pending.is_new_confirmed, "new-address")),
        rx.el.div(c.button(t("Keep the old address"), variant="ghost", size="s", on_click=S.cancel_email,
                           custom_attrs={"data-testid": "cancel-email"})),
        class_name="stack", custom_attrs={"data-testid": "pending-email"},
    )
