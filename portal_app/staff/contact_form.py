"""The form with a customer's data, wherever staff edit them."""

from __future__ import annotations

from typing import Any

import reflex as rx
from pydantic import BaseModel

from ..core.texts import LANGUAGE_NAMES
from ..ui import components as c
from ..ui.drafting import form_guard
from ..ui.i18n import said, t


def began(contact: BaseModel) -> dict[str, str]:
    """What the form is filled with."""
    return contact.model_dump(include={"name", "email", "phone", "address", "language"})


def contact_form(contact: Any, state: Any, *, on_save: Any, on_leave: Any, test_id: str) -> rx.Component:
    """`contact` has the values, `state` the errors and whether it is busy."""

    def error(field: str) -> Any:
        return said(state.field_errors[field])

    return rx.el.form(
        c.field(t("Name"), c.text_input, id="name", default_value=contact.name, max_length=120, error=error("name"),
                auto_focus=True),
        c.field(t("E-mail"), c.text_input, id="email", type="email", default_value=contact.email, max_length=254,
                hint=t("With a new address, links that went to the old one end."), error=error("email")),
        c.field(t("Phone"), c.text_input, id="phone", type="tel", default_value=contact.phone, max_length=40,
                error=error("phone")),
        c.field(t("Address"), c.text_input, id="address", default_value=contact.address, max_length=300,
                error=error("address")),
        c.field(t("Language"), c.select, id="language", options=list(LANGUAGE_NAMES.items()),
                default_value=contact.language, error=error("language")),
        rx.el.div(
            c.submit_button(t("Save"), size="m", busy=state.busy, custom_attrs={"data-testid": test_id}),
            c.button(t("Cancel"), variant="ghost", on_click=on_leave), class_name="row"),
        form_guard(),
        on_submit=on_save, class_name="form", no_validate=True,
    )
