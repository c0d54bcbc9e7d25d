"""Customers as a list with a search."""

from __future__ import annotations

import reflex as rx

from ...core.texts import LANGUAGE_NAMES
from ...customers.service import CustomerRow
from ...ui import components as c
from ...ui.frames import staff_frame
from ...ui.i18n import t
from ..pieces import PROJECTS
from .state import CUSTOMERS, CustomersState

SEARCH_WAITS_MS = 350


def customers() -> rx.Component:
    return staff_frame(
        rx.el.div(
            rx.el.h1(t("Customers")), rx.el.span(class_name="grow"),
            rx.cond(CustomersState.can_import, _import()),
            rx.cond(CustomersState.can_add, _new_customer()),
            class_name="title-row",
        ),
        rx.cond(
            CustomersState.is_loaded,
            rx.cond(CustomersState.is_closed, _closed(), rx.cond(CustomersState.has_failed, _failed(), _content())),
            c.loading(t("Loading"), c.skeleton("100%", "44px", "12px", margin="0 0 16px"), c.skeleton_card("420px")),
        ),
        area="customers",
    )


def _new_customer() -> rx.Component:
    return c.link_button(c.icon("plus"), t("New customer"), href="/staff/customers/new", variant="solid",
                         custom_attrs={"data-testid": "new-customer"})


def _import() -> rx.Component:
    return c.link_button(c.icon("file-up"), t("Import"), href="/staff/customers/import",
                         custom_attrs={"data-testid": "to-import"})


def _content() -> rx.Component:
    def row(person: CustomerRow) -> rx.Component:
        language = rx.match(person.language, *LANGUAGE_NAMES.items(), "")
        return c.table_row(
            c.cell(c.row_link(person.name, rx.Var.create(f"/staff/customer?id={person.id}"))),
            c.cell(person.email, label=t("E-mail"), class_name="mail"),
            c.cell(person.phone, label=t("Phone"), class_name="phone"),
            c.cell(person.address, label=t("Address")), c.cell(language, label=t("Language")),
            c.cell(rx.cond(person.is_active, rx.fragment(), c.pill(t("Locked out"), "bad")), label=t("Access")),
            custom_attrs={"data-testid": "customer-row"},
        )

    headers = [t("Name"), t("E-mail"), t("Phone"), t("Address"), t("Language"), t("Access")]
    return rx.fragment(
        rx.el.form(
            rx.el.div(c.search_input(
                t("Search name, e-mail, phone, address"), default_value=CustomersState.search,
                key=rx.Var.create(f"search-{CustomersState.search_key}"), auto_complete="off", max_length=100,
                on_change=CustomersState.look_for.debounce(SEARCH_WAITS_MS), custom_attrs={"data-testid": "search"}),
                class_name="toolbar"),
            on_submit=CustomersState.submit_search, role="search",
        ),
        rx.cond(
            CustomersState.rows,
            rx.fragment(
                c.card(c.table(t("Customers"), headers, rx.foreach(CustomersState.rows, row)), pad=False),
                c.pagination(t("Pages"), t("Page {page}", page=CustomersState.page), t("Previous page"), t("Next page"),
                             CustomersState.go_previous, CustomersState.go_next, CustomersState.has_previous,
                             CustomersState.has_next),
            ),
            rx.cond(
                CustomersState.search != "",
                c.empty_state("search-x", t("Nothing found"), t("No customer fits this search."),
                              c.link_button(t("Show all customers"), href=CUSTOMERS)),
                c.empty_state("users", t("No customers yet"),
                              t("Add your first customer: they get a mail with the way into the portal."),
                              rx.cond(CustomersState.can_add, _new_customer()),
                              rx.cond(CustomersState.can_import, _import()), picture=c.first_house()),
            ),
        ),
    )


def _closed() -> rx.Component:
    return c.empty_state("lock", t("The list of customers is not open to you"),
                         t("You find the customers of your projects in the projects."),
                         c.link_button(t("To the projects"), href=PROJECTS, variant="solid"))


def _failed() -> rx.Component:
    return c.note(
        "bad", t("The list can't be read just now."), t("Nothing is lost. Try again in a moment."), " ",
        c.text_button(t("Try again"), on_click=CustomersState.load), role="alert",
    )
