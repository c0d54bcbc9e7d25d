"""Who the customer is, and the form that corrects it."""

from __future__ import annotations

import reflex as rx

from ...core.texts import LANGUAGE_NAMES
from ...ui import components as c
from ...ui.i18n import said, t
from ...ui.shell import API, PlainForm
from ..customer.view import change_line
from .state import ProjectState


def contact_card() -> rx.Component:
    edit = rx.cond(
        ProjectState.can_edit_contact & ~rx.Var.create(ProjectState.is_editing_contact),
        c.button(t("Edit"), variant="own", size="s", on_click=ProjectState.edit_contact,
                 custom_attrs={"data-testid": "edit-contact"}))
    return c.card(
        c.card_head(t("Customer"), edit, id="contact"),
        rx.cond(ProjectState.is_editing_contact, _form(), _shown()),
        aria_labelledby="contact", custom_attrs={"data-testid": "contact"},
    )


def _shown() -> rx.Component:
    contact = ProjectState.contact
    return rx.fragment(c.key_values([
        (t("Name"), contact.name),
        (t("E-mail"), rx.el.a(contact.email, href=rx.Var.create(f"mailto:{contact.email}"))),
        (t("Phone"), rx.cond(contact.phone != "", rx.el.a(
            contact.phone, href=rx.Var.create(f"tel:{contact.phone}"), class_name="nowrap"), "–")),
        (t("Address"), rx.cond(contact.address != "", contact.address, "–")),
        (t("Language"), ProjectState.contact_language),
    ]), rx.cond(ProjectState.contact_changes, rx.el.div(
        rx.el.p(t("Last changes"), class_name="eyebrow"),
        rx.el.ol(rx.foreach(ProjectState.contact_changes, change_line), class_name="timeline"),
        class_name="stack", custom_attrs={"data-testid": "contact-changes"})),
        rx.cond(ProjectState.can_see_customer, c.text_link(
            t("Data, changes and consents"), href=rx.Var.create(f"/staff/customer?id={contact.id}"),
            custom_attrs={"data-testid": "to-customer"})),
        rx.cond(ProjectState.can_view_as, PlainForm.create(
            rx.el.button(c.icon("eye", "s"), t("See the portal as the customer"), type="submit", class_name="btn line sm",
                         custom_attrs={"data-testid": "view-as"}),
            method="post", action=rx.Var.create(f"{API}/api/view-as/{contact.id}?project={ProjectState.header.id}"))))


def _form() -> rx.Component:
    contact = ProjectState.contact

    def error(field: str) -> rx.Var[str]:
        return said(ProjectState.field_errors[field])

    return rx.el.form(
        c.field(t("Name"), c.text_input, id="name", default_value=contact.name, max_length=120, error=error("name")),
        c.field(t("E-mail"), c.text_input, id="email", type="email", default_value=contact.email, max_length=254,
                hint=t("With a new address, links that went to the old one end."), error=error("email")),
        c.field(t("Phone"), c.text_input, id="phone", type="tel", default_value=contact.phone, max_length=40,
                error=error("phone")),
        c.field(t("Address"), c.text_input, id="address", default_value=contact.address, max_length=300,
                error=error("address")),
        c.field(t("Language"), c.select, id="language", options=list(LANGUAGE_NAMES.items()),
                default_value=contact.language, error=error("language")),
        rx.el.div(
            c.submit_button(t("Save"), size="m", busy=ProjectState.busy, custom_attrs={"data-testid": "save-contact"}),
            c.button(t("Cancel"), variant="ghost", on_click=ProjectState.leave_contact), class_name="row"),
        on_submit=ProjectState.save_contact, class_name="form", no_validate=True,
    )
