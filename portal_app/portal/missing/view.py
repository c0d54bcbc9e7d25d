"""The page for addresses that lead nowhere."""

import reflex as rx

from ...ui.frames import bare_frame
from ...ui.i18n import t


def missing() -> rx.Component:
    return bare_frame(rx.el.main(
        rx.el.h1(t("This page does not exist")),
        rx.el.p(t("The address may be old or mistyped. Your project is where you left it.")),
        rx.el.a(t("Back to the start"), href="/home", class_name="btn primary"),
        id="main", class_name="page plain",
    ))
