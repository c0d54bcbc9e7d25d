"""Settings → Conditions management: the list, and one condition with its versions (`?condition=<id>`)."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....flows.field_forms import NAME_LENGTH
from ....ui import components as c
from ....ui.frames import staff_frame
from ....ui.i18n import date, said, t, tn
from .one import one
from .state import ConditionsState

S: Any = ConditionsState

LIST = "/staff/settings/conditions"


def conditions_page() -> rx.Component:
    return staff_frame(
        rx.fragment(rx.match(
            S.mode,
            ("list", _list()),
            ("one", one()),
            ("missing", c.empty_state(
                "search-x", t("This page does not exist"), t("It may have been deleted, or it is not open to you."),
                c.link_button(t("All conditions"), href=LIST), heading="h1")),
            c.loading(t("Loading"), c.skeleton("280px", "30px", margin="10px 0 20px"), c.skeleton_card("420px")),
        )),
        _name_dialog(),
        area="settings", on_language=S.load,
    )


def _row(row: Any) -> rx.Component:
    in_effect = rx.cond(
        row.number > 0,
        t("Version {number}, since {day}", number=row.number, day=date(row.since)),
        rx.cond(row.planned_number > 0, c.pill(t("None yet"), "you"), c.pill(t("No version written"), "you")),
    )
    planned = rx.cond(row.planned_number > 0,
                      t("Version {number}, from {day}", number=row.planned_number, day=date(row.planned_at)), "–")
    return c.table_row(
        c.cell(c.row_link(row.name, f"{LIST}?condition={row.id}"), rx.cond(row.is_archived, c.pill(t("archived")))),
        c.cell(in_effect, label=t("In effect")),
        c.cell(planned, label=t("Next")),
        c.cell(tn("{n} substage", "{n} substages", row.place_count), label=t("Asked in")),
        c.cell(row.acceptance_count, label=t("Accepted"), right=True),
        custom_attrs={"data-testid": "condition-row"},
    )


def _list() -> rx.Component:
    new = c.link_button(c.icon("plus", "s"), t("New condition"), href=f"{LIST}?condition=new", variant="solid")
    return rx.fragment(
        c.breadcrumb(t("Where you are"), [(t("Settings"), "/staff/settings"), (t("Conditions management"), None)]),
        rx.el.div(
            rx.el.h1(t("Conditions management")), rx.el.span(class_name="grow"), rx.cond(S.may_edit & S.has_rows, new),
            rx.el.p(t("Terms that customers accept before they go on. Which version somebody accepted is kept for good.")),
            class_name="title-row",
        ),
        rx.cond(S.archived_count > 0, rx.el.div(
            c.switch_row(t("Show archived conditions"), checked=S.shows_archived, on_change=S.show_archived),
            class_name="toolbar")),
        rx.cond(
            S.has_rows,
            c.card(c.table(
                t("Conditions"), [t("Condition"), t("In effect"), t("Next"), t("Asked in"), (t("Accepted"), "r")],
                rx.foreach(S.rows, _row)), pad=False),
            c.empty_state("scroll-text", t("No conditions yet"),
                          t("For example your privacy policy, or the terms of contract."), rx.cond(S.may_edit, new)),
        ),
    )


def _name_dialog() -> rx.Component:
    return c.dialog(
        S.is_naming, S.stop_naming, t("Rename condition"),
        rx.el.form(
            c.field(t("Name"), c.text_input, id="condition-name", name="name", default_value=S.name, max_length=NAME_LENGTH,
                    auto_complete="off", error=said(S.field_errors["name"]),
                    hint=t("For your team. Customers read the title of the version.")),
            c.dialog_actions(
                c.submit_button(t("Save"), size="m"),
                c.button(t("Cancel"), variant="ghost", on_click=S.stop_naming),
            ),
            on_submit=S.save_name, class_name="stack",
        ),
        close_label=t("Cancel"), id="condition-name-dialog",
    )
