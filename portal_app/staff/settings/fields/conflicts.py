"""Somebody else saved the same field first: what both wrote stands side by side until one is chosen and saved."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....ui.i18n import t
from ..meanwhile import meanwhile as told_meanwhile
from .state import FieldsState

S: Any = FieldsState


def _conflict(row: Any) -> rx.Component:
    part = rx.match(row.part, ("label", t("Question")), ("help", t("Help")), ("group_name", t("Group")),
                    ("options", t("Answers")), t("Limits"))

    def side(name: str, whose: Any, text: Any) -> rx.Component:
        return rx.el.button(
            rx.el.span(whose, class_name="tiny muted block"),
            rx.el.span(rx.cond(text == "", t("(empty)"), text), class_name="pre"),
            type="button", class_name="side", aria_pressed=rx.cond(row.side == name, "true", "false"),
            on_click=S.choose_side(row.field, name),
        )

    return rx.el.li(
        rx.el.b(part, rx.cond(row.detail != "", rx.el.span(" ", row.detail.upper()))),
        rx.el.div(side("theirs", S.conflict_with, row.their_text), side("mine", t("You"), row.my_text),
                  class_name="sides"),
    )


def meanwhile() -> rx.Component:
    return told_meanwhile(S, _conflict, "stack")
