"""The cases of a project, on its page."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ...support.schemas import CaseRow
from ...ui import components as c
from ...ui.cases import case_pill
from ...ui.i18n import moment, t


def cases_card(rows: Any) -> rx.Component:
    """`rows` are `CaseRow`s, the latest change first."""

    def line(row: CaseRow) -> rx.Component:
        return c.list_row(
            rx.el.div(
                rx.el.b(row.title),
                rx.el.span(row.number, " · ", row.type_name, " · ", moment(row.changed_at), class_name="tiny muted block"),
                class_name="grow"),
            rx.cond(row.is_overdue, c.pill(t("Overdue"), "overdue"), case_pill(row.state)),
            href=rx.Var.create(f"/staff/case?id={row.id}"), custom_attrs={"data-testid": "case-row"},
        )

    return c.card(
        c.card_head(t("Cases"), id="cases"),
        rx.cond(rows, rx.foreach(rows, line),
                rx.el.p(t("The customer has not written about this project."), class_name="small muted")),
        aria_labelledby="cases",
    )
