"""/staff/customer: data with an edit form, the history of changes, consents."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ...customers.history import OPEN
from ...customers.rules import CHANNEL_TITLES
from ...ui import components as c
from ...ui.frames import staff_frame
from ...ui.i18n import moment, t, t_marked
from ..contact_form import contact_form
from ..pieces import PROJECTS
from .state import CustomerState

S: Any = CustomerState
CUSTOMERS = "/staff/customers"


def customer() -> rx.Component:
    return staff_frame(
        rx.cond(
            S.is_loaded,
            rx.cond(S.is_missing, _missing(), rx.cond(S.has_failed, _failed(), _content())),
            c.loading(t("Loading"), c.skeleton("140px", "20px", margin="12px 0"), c.skeleton_card("320px")),
        ),
        area="customers",
    )


def _content() -> rx.Component:
    return rx.fragment(
        c.breadcrumb(t("Where you are"), [(t("Customers"), CUSTOMERS), (S.person.name, None)]),
        rx.el.div(
            rx.el.h1(S.person.name),
            rx.cond(~S.person.is_active, c.pill(t("Locked out"), "bad")),
            rx.el.span(class_name="grow"),
            rx.cond(S.can_add_project, c.link_button(
                c.icon("plus", "s"), t("New project"), href=rx.Var.create(f"/staff/customers/new?contact={S.person.id}"),
                custom_attrs={"data-testid": "new-project"})),
            c.link_button(c.icon("sun", "s"), t("Projects"), href=rx.Var.create(f"{PROJECTS}?search={S.person.email}"),
                          custom_attrs={"data-testid": "projects-of-customer"}),
            class_name="title-row",
        ),
        rx.el.div(
            rx.el.div(_data(), changes_card(S.changes), class_name="stack l"),
            rx.el.div(_consents(), rx.cond(S.can_edit, _access()), class_name="stack l"),
            class_name="columns",
        ),
        _block_dialog(),
    )


def _data() -> rx.Component:
    edit = rx.cond(S.can_edit & ~S.is_editing, c.button(t("Edit"), variant="own", size="s", on_click=S.edit,
                                                        custom_attrs={"data-testid": "edit-customer"}))
    return c.card(
        c.card_head(t("Data"), edit, id="data"),
        rx.cond(S.is_editing, contact_form(S.person, S, on_save=S.save, on_leave=S.leave, test_id="save-customer"),
                _shown()),
        aria_labelledby="data", custom_attrs={"data-testid": "customer-data"})


def _shown() -> rx.Component:
    person = S.person
    return rx.el.div(
        c.key_values([
            (t("Name"), person.name),
            (t("E-mail"), rx.el.a(person.email, href=rx.Var.create(f"mailto:{person.email}"))),
            (t("Phone"), rx.cond(person.phone != "", rx.el.a(
                person.phone, href=rx.Var.create(f"tel:{person.phone}")), "–")),
            (t("Address"), rx.cond(person.address != "", person.address, "–")),
            (t("Language"), person.language_name),
            (t("Bank account"), rx.cond(person.bank_holder != "", _bank_account(), "–")),
        ]),
        rx.cond(person.new_email != "", c.note(
            "info", t("Wants to change the address to {email}.", email=person.new_email),
            t("It counts once both addresses are confirmed."))),
        class_name="stack",
    )


def _bank_account() -> rx.Component:
    is_whole = S.iban != ""
    press = rx.cond(
        is_whole, c.text_button(t("Hide IBAN"), on_click=S.hide_iban, custom_attrs={"data-testid": "hide-iban"}),
        c.text_button(t("Show IBAN"), on_click=S.show_iban, custom_attrs={"data-testid": "show-iban"}))
    return rx.fragment(
        rx.el.span(rx.cond(is_whole, S.iban, S.person.iban_masked), class_name="num", role="status",
                   custom_attrs={"data-testid": "iban"}),
        rx.el.br(), S.person.bank_holder,
        rx.cond(S.can_see_iban, rx.fragment(rx.el.br(), press)),
    )


# -- access ----------------------------------------------------------------------------------------------------------


def _access() -> rx.Component:
    is_open, name = S.person.is_active, S.person.name
    return c.card(
        c.card_head(t("Access"), id="access"),
        rx.el.p(rx.cond(is_open, t("{name} gets into the portal with a link or a code.", name=name),
                        t("Neither a link nor a code lets {name} in. Mails with a link to the portal are not sent.",
                          name=name)), class_name="small muted"),
        rx.el.div(rx.cond(
            is_open,
            c.button(c.icon("lock", "s"), t("Block access"), variant="ghost", size="s", on_click=S.ask_to_block,
                     custom_attrs={"data-testid": "block-access"}),
            c.button(t("Allow access again"), size="s", on_click=S.let_in, custom_attrs={"data-testid": "allow-access"})),
            class_name="row"),
        aria_labelledby="access", custom_attrs={"data-testid": "access"}, class_name="stack")


def _block_dialog() -> rx.Component:
    return c.dialog(
        S.is_blocking, S.stop_blocking, t("Block the access of {name}?", name=S.person.name),
        rx.el.p(t("They are signed out everywhere at once, and the sign-in page answers as if it did not know them. Their "
                  "projects and data stay, and you can allow access again at any time.")),
        c.dialog_actions(
            c.button(t("Block access"), variant="solid", on_click=S.block, custom_attrs={"data-testid": "confirm-block"}),
            c.button(t("Cancel"), variant="ghost", on_click=S.stop_blocking)),
        close_label=t("Cancel"), id="block",
    )


# -- history ---------------------------------------------------------------------------------------------------------


def _attribute(name: Any) -> Any:
    return rx.match(name, ("name", t("Name")), ("email", t("E-mail")), ("phone", t("Phone")), ("address", t("Address")),
                    ("language", t("Language")), ("access", t("Access")), ("holder", t("Account holder")),
                    ("iban", t("Bank account")), name)


def _value(row: Any, text: Any) -> Any:
    said = rx.cond(row.attribute == "access", rx.match(text, (OPEN, t("Allowed")), t("Locked out")), text)
    return rx.cond(text != "", said, "–")


def change_line(row: Any) -> rx.Component:
    by = rx.cond(row.by_name != "", row.by_name, t("The portal"))
    who = rx.match(row.by_kind, ("customer", t("{name} (customer)", name=row.by_name)), by)
    return rx.el.li(
        rx.el.span(c.icon("pencil"), class_name=rx.cond(row.by_kind == "customer", "mark you", "mark us")),
        rx.el.div(
            rx.el.p(rx.el.b(_attribute(row.attribute)), ": ",
                    rx.cond(row.before != "", rx.el.s(_value(row, row.before)), "–"),
                    " → ", _value(row, row.after)),
            rx.el.time(moment(row.at), ", ", who, date_time=row.at),
        ),
        custom_attrs={"data-testid": "change-row"},
    )


def changes_card(rows: Any) -> rx.Component:
    """Who changed what of a contact, the latest first."""
    return c.card(
        c.card_head(t("Changes of the data"), id="changes"),
        rx.cond(rows, rx.el.ol(rx.foreach(rows, change_line), class_name="timeline"),
                rx.el.p(t("Nothing has been changed yet."), class_name="small muted")),
        aria_labelledby="changes", custom_attrs={"data-testid": "changes"},
    )


# -- consents --------------------------------------------------------------------------------------------------------


def _consent(row: Any) -> rx.Component:
    title = rx.match(row.channel, *((key, t_marked(text)) for key, text in CHANNEL_TITLES.items()), row.channel)
    return rx.el.li(
        rx.el.div(
            rx.el.b(title),
            rx.el.span(rx.cond(row.is_given, t("Given on {moment}", moment=moment(row.at)),
                               t("Withdrawn on {moment}", moment=moment(row.at))), ", ", row.by_name,
                       class_name="tiny muted block"),
            rx.cond(row.is_given, rx.el.details(rx.el.summary(t("What they read"), class_name="link small"),
                                                rx.el.p(row.words, class_name="small muted pre"))),
            class_name="grow"),
        rx.cond(row.is_latest, rx.cond(row.is_given, c.pill(t("Given"), "ok"), c.pill(t("Revoked"), "neutral"))),
        class_name="list-row", custom_attrs={"data-testid": "consent-row"},
    )


def _consents() -> rx.Component:
    return c.card(
        c.card_head(t("Consents"), id="consents"),
        rx.cond(S.consents, rx.el.ul(rx.foreach(S.consents, _consent)),
                rx.el.p(t("Nothing has been consented to: write about the project only."), class_name="small muted")),
        aria_labelledby="consents", custom_attrs={"data-testid": "consents"},
    )


def _missing() -> rx.Component:
    return c.empty_state(
        "search-x", t("There is no such customer here"), t("They may have been removed, or they are not open to you."),
        c.link_button(t("To the customers"), href=CUSTOMERS, variant="solid"), heading="h1")


def _failed() -> rx.Component:
    return c.note("bad", t("The customer can't be read just now."), t("Nothing is lost. Try again in a moment."), " ",
                  c.text_button(t("Try again"), on_click=S.load), role="alert")
