"""Who the customer is, and the form that corrects it."""

from __future__ import annotations

import reflex as rx

from ...ui import components as c
from ...ui.i18n import t
from ...ui.shell import PlainForm
from ..contact_form import contact_form
from ..customer.view import change_line
from .state import ProjectState


def contact_card() -> rx.Component:
    edit = rx.cond(
        ProjectState.can_edit_contact & ~rx.Var.create(ProjectState.is_editing_contact),
        c.button(t("Edit"), variant="own", size="s", on_click=ProjectState.edit_contact,
                 custom_attrs={"data-testid": "edit-contact"}))
    return c.card(
        c.card_head(t("Customer"), edit, id="contact"),
        rx.cond(ProjectState.is_editing_contact, contact_form(
            ProjectState.contact, ProjectState, on_save=ProjectState.save_contact, on_leave=ProjectState.leave_contact,
            test_id="save-contact"), _shown()),
        aria_labelledby="contact", custom_attrs={"data-testid": "contact"},
    )


def _shown() -> rx.Component:
    contact = ProjectState.contact
    return rx.fragment(c.key_values([
        (t("Name"), contact.name),
        (t("E-mail"), rx.el.a(contact.email, href=rx.Var.create(f"mailto:{contact.email}"))),
        (t("Phone"), rx.cond(contact.phone != "", rx.el.a(
            contact.phone, href=rx.Var.create(f"tel:{contact.phone}")), "–")),
        (t("Address"), rx.cond(contact.address != "", contact.address, "–")),
        (t("Language"), ProjectState.contact_language),
    ]), rx.cond(ProjectState.contact_changes, rx.el.div(
        rx.el.p(t("Last changes"), class_name="eyebrow"),
        rx.el.ol(rx.foreach(ProjectState.contact_changes, change_line), class_name="timeline"),
        class_name="stack gap-top", custom_attrs={"data-testid": "contact-changes"})),
        rx.cond(ProjectState.can_see_customer, c.text_link(
            t("Data, changes and consents"), href=rx.Var.create(f"/staff/customer?id={contact.id}"),
            custom_attrs={"data-testid": "to-customer"})),
        rx.cond(ProjectState.can_view_as, PlainForm.create(
            rx.el.button(c.icon("eye", "s"), t("See the portal as the customer"), type="submit", class_name="btn line sm",
                         custom_attrs={"data-testid": "view-as"}),
            method="post", action=rx.Var.create(f"/api/view-as/{contact.id}?project={ProjectState.header.id}"))))
