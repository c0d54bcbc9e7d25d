"""What a page says while the company has switched its place in the portal off."""

from __future__ import annotations

import reflex as rx

from ..access.modules import MODULES
from . import components as c
from .company import has_module
from .i18n import t


def while_open(module: str, *content: rx.Component) -> rx.Component:
    """The page's content; an open page follows when the place is closed, and comes back as it was."""
    if not MODULES[module].can_be_off:
        raise ValueError(f"{module!r} is always open")
    return rx.cond(has_module(module), rx.fragment(*content), c.empty_state(
        "moon", t("This place is closed at the moment"),
        t("Nothing that you sent is lost. Your project goes on as before."),
        c.link_button(t("To the start"), href="/home", variant="solid"), heading="h1",
        custom_attrs={"data-testid": "closed"}))
