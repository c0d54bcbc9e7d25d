"""The end of the way, in the company's words, or in ours when it has written none."""

from __future__ import annotations

import reflex as rx

from ....ui import components as c
from ....ui.i18n import t
from ....ui.words import Text


def success(text: Text) -> rx.Component:
    """The installation is done."""
    return c.card(
        c.sun_tick(96),
        c.pill(t("Done"), "ok", icon_name="check"),
        rx.el.h2(t("Your system is complete"), id="now-title"),
        rx.el.p(rx.cond(text != "", text, t("From now on the sun works for you. Thank you for your trust.")),
                class_name="prose"),
        class_name="now finish", aria_labelledby="now-title", custom_attrs={"data-testid": "ending-success"},
    )


def failed(text: Text, again: rx.Component) -> rx.Component:
    """The project came to nothing; calm, with the way to talk, and `again` as the way to start once more."""
    return c.card(
        rx.el.span(c.icon("flag"), class_name="ico"),
        c.pill(t("Closed")),
        rx.el.h2(t("This project ends here"), id="now-title"),
        rx.el.p(rx.cond(text != "", text, t("We could not go on with this project. Talk to us if something changes: "
                                            "nothing of what you told us is lost.")),
                class_name="prose"),
        again,
        class_name="now finish", aria_labelledby="now-title", custom_attrs={"data-testid": "ending-failed"},
    )
