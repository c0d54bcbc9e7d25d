"""What stands above each page of the settings: the way there, its title, and what it is for."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ...ui import components as c
from ...ui.i18n import t


def settings_head(title: Any, lead: Any, *beside: rx.Component) -> rx.Component:
    """`beside` are buttons at the end of the line of the title."""
    return rx.fragment(
        c.breadcrumb(t("Where you are"), [(t("Settings"), "/staff/settings"), (title, None)]),
        rx.el.div(rx.el.div(rx.el.h1(title), rx.el.p(lead)), *([rx.el.span(class_name="grow"), *beside] if beside else []),
                  class_name="title-row"),
    )
