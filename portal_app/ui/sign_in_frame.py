"""The page around every way of signing in: the form on one side, the house under the arc of a day on the other."""

from __future__ import annotations

import reflex as rx

from .company import company
from .frames import company_logo, skip_link
from .icons import icon
from .scene import sign_in_scene
from .shell import hydration_mark, language_menu, notices


def sign_in_frame(*content: rx.Component, home: str = "/sign-in") -> rx.Component:
    phone = company("phone")
    return rx.el.div(
        skip_link(),
        rx.el.div(
            rx.el.header(company_logo(home)),
            sign_in_scene(),
            rx.el.main(
                *content,
                rx.el.div(
                    language_menu(is_named=True),
                    rx.cond(phone != "", rx.el.a(icon("phone", "s"), phone, href=f"tel:{phone}")),
                    class_name="signin-foot",
                ),
                id="main", class_name="signin-pane",
            ),
            class_name="signin",
        ),
        notices(),  # outside: each child of `signin` takes a place of its grid
        hydration_mark(),
    )
