"""The form for a new customer with a first project."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ...roofs.geocoding import AddressHit
from ...ui import components as c
from ...ui.drafting import form_guard
from ...ui.frames import staff_frame
from ...ui.i18n import said, t
from .state import NewCustomerState

SEARCH_WAITS_MS = 400


def new_customer() -> rx.Component:
    name, is_known = NewCustomerState.person.name, NewCustomerState.person.id != ""
    title = rx.cond(is_known, t("New project"), t("New customer"))
    return staff_frame(
        c.breadcrumb(t("Where you are"), [(t("Customers"), "/staff/customers"), (title, None)]),
        rx.el.div(
            rx.el.div(rx.el.h1(title), rx.el.p(rx.cond(
                is_known, t("{name} finds it in the portal at once.", name=name),
                t("They get a mail with a link into the portal at once.")))),
            class_name="title-row"),
        rx.cond(
            NewCustomerState.is_loaded,
            rx.cond(
                NewCustomerState.may_add,
                rx.cond(NewCustomerState.flows, _form(), _no_process()),
                c.empty_state("lock", t("You may not add customers"), t("Ask your administrator if you need it.")),
            ),
            c.loading(t("Loading"), c.skeleton_card("480px")),
        ),
        area="customers",
    )


def _error(field: str) -> Any:
    return said(NewCustomerState.field_errors[field])


def _form() -> rx.Component:
    optional = t("(optional)")
    return rx.el.form(
        c.card(
            c.card_head(t("Who")),
            rx.el.div(
                c.field(t("Name"), c.text_input, id="name", auto_complete="off", max_length=120,
                        default_value=NewCustomerState.person.name, error=_error("name")),
                rx.el.div(
                    c.field(t("E-mail"), c.text_input, id="email", type="email", auto_complete="off", max_length=254,
                            default_value=NewCustomerState.person.email, error=_error("email")),
                    c.field(t("Phone"), c.text_input, id="phone", type="tel", auto_complete="off", max_length=40,
                            default_value=NewCustomerState.person.phone, optional=optional, error=_error("phone")),
                    class_name="pair"),
                _known(),
                rx.cond(NewCustomerState.person.id != "", rx.el.p(
                    t("{name} is here already: a further project begins, their data stay as they are.",
                      name=NewCustomerState.person.name), class_name="hint")),
                c.field(t("Language"), c.select, id="language", options=NewCustomerState.languages,
                        default_value=NewCustomerState.language, hint=t("Mails and the portal speak it to them."),
                        error=_error("language")),
                class_name="form"),
        ),
        c.card(
            c.card_head(rx.cond(NewCustomerState.person.id != "", t("Further project"), t("First project"))),
            rx.el.div(
                c.field(t("Address of the house"), c.text_input, id="address", auto_complete="off", max_length=300,
                        optional=optional, error=_error("address"), default_value=NewCustomerState.address,
                        key=rx.Var.create(f"address-{NewCustomerState.address_key}"),
                        on_change=NewCustomerState.look_up.debounce(SEARCH_WAITS_MS)),
                _places(),
                rx.el.div(
                    c.field(t("Process"), c.select, id="flow_id", options=NewCustomerState.flows,
                            default_value=NewCustomerState.flow_id, error=_error("flow_id")),
                    c.field(t("Adviser"), c.select, id="owner_id", options=NewCustomerState.owners,
                            default_value=NewCustomerState.owner_id, error=_error("owner_id")),
                    class_name="pair"),
                class_name="form"),
        ),
        rx.el.div(
            c.submit_button(rx.cond(NewCustomerState.person.id != "", t("Add project"), t("Add customer")),
                            busy=NewCustomerState.busy, size="m", custom_attrs={"data-testid": "save-customer"}),
            c.link_button(t("Cancel"), href="/staff/customers", variant="ghost"),
            class_name="row",
        ),
        form_guard(),
        on_submit=NewCustomerState.save, class_name="stack l", no_validate=True, style={"max_width": "760px"},
    )


def _places() -> rx.Component:
    """What the typed address may mean; choosing one puts the house on the map."""

    def place(hit: AddressHit) -> rx.Component:
        return rx.el.li(rx.el.button(c.icon("map-pin"), rx.el.span(hit.label, class_name="grow"), type="button",
                                     class_name="menu-item", on_click=NewCustomerState.choose_place(hit.label),
                                     custom_attrs={"data-testid": "place"}))

    return rx.fragment(
        rx.cond(NewCustomerState.hits, rx.el.ul(
            rx.foreach(NewCustomerState.hits, place), class_name="card", style={"padding": "6px"},
            aria_label=t("Places found"), role="list")),
        rx.cond(NewCustomerState.search_failed, rx.el.p(
            t("The address search does not answer. You can type the address by hand."), class_name="hint")),
    )


def _known() -> rx.Component:
    """Somebody with this address is there already: most likely they want a further project."""
    name = NewCustomerState.known_name
    return rx.cond(name != "", c.note(
        "sun", t("{name} has this address.", name=name),
        rx.el.p(t("Is this a further project of the same customer? Their name and contact stay as they are.")),
        c.button(t("Add the project to {name}", name=name), variant="soft", size="s",
                 on_click=NewCustomerState.add_to_known, custom_attrs={"data-testid": "add-to-known"}),
        role="status",
    ))


def _no_process() -> rx.Component:
    return c.empty_state(
        "workflow", t("There is no process yet"), t("A project goes through a process. Set one up first."),
        c.link_button(t("To the settings"), href="/staff/settings", variant="solid"))
