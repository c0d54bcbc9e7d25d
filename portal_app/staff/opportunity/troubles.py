"""What did not happen by itself, above everything else on the page of a project, and what is still to come."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ...automations.rules import STOPPED_CIRCLE, TROUBLES
from ...ui import components as c
from ...ui.i18n import moment, t, t_marked, tn
from ..settings.actions.pieces import what_of


def troubles(lines: Any, may_settle: Any, settle: Any) -> rx.Component:
    def reason(line: Any) -> Any:
        return rx.match(line.reason, (STOPPED_CIRCLE, t(STOPPED_CIRCLE, step=line.step)),
                        *((text, t_marked(text)) for text in TROUBLES), line.reason)

    def note(line: Any) -> rx.Component:
        return c.note(
            "sun", reason(line), rx.el.span(moment(line.at), class_name="muted"), " ",
            rx.cond(may_settle, c.text_button(t("I have seen to it"), on_click=settle(line.id))),
            icon_name="zap", custom_attrs={"data-testid": "trouble"},
        )

    return rx.cond(lines.length() > 0, rx.el.div(rx.foreach(lines, note), class_name="stack troubles"))


def planned_card(lines: Any) -> rx.Component:
    """Only while something waits."""

    def line(entry: Any) -> rx.Component:
        return rx.el.li(
            rx.el.span(c.icon("clock"), class_name="mark"),
            rx.el.div(
                rx.el.p(what_of(entry.action)),
                rx.el.span(moment(entry.due_at), rx.cond(entry.left > 1, rx.fragment(" · ", tn(
                    "at most {n} time", "at most {n} times", entry.left))), class_name="tiny muted"),
            ),
            custom_attrs={"data-testid": "planned"},
        )

    return rx.cond(lines.length() > 0, c.card(
        c.card_head(t("What comes by itself"), id="planned"),
        rx.el.ol(rx.foreach(lines, line), class_name="timeline"),
        rx.el.p(t("It ends when the project leaves this step."), class_name="tiny muted"),
        aria_labelledby="planned",
    ))
