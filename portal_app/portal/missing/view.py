"""The page for addresses that lead nowhere."""

import reflex as rx

from ...ui import components as c
from ...ui.frames import bare_frame, company_logo
from ...ui.i18n import t


def missing() -> rx.Component:
    return bare_frame(
        c.sky(),
        rx.el.header(rx.el.div(company_logo("/home"), class_name="in"), class_name="top over"),
        rx.el.main(
            c.empty_state(
                "map-pin-off", t("This page does not exist"),
                t("The address may be old or mistyped. Your project is where you left it."),
                c.link_button(t("Back to the start"), href="/home", variant="solid"), heading="h1"),
            id="main", class_name="page narrow",
        ),
    )
