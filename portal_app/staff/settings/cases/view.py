"""/staff/settings/cases: what customers can write about, in which order, and how soon an answer is due."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....support import rules
from ....support.schemas import TypeRow
from ....ui import components as c
from ....ui.frames import staff_frame
from ....ui.i18n import said, t, tn
from ....ui.sortable import sort_handle, sort_item, sort_list, sort_menu_items, sortable
from ..language_lines import language_lines
from .state import CaseTypesState

S: Any = CaseTypesState


def case_types() -> rx.Component:
    return staff_frame(
        c.breadcrumb(t("Where you are"), [(t("Settings"), "/staff/settings"), (t("Types of cases"), None)]),
        rx.el.div(
            rx.el.h1(t("Types of cases")), rx.el.span(class_name="grow"),
            rx.cond(S.may_edit, c.button(c.icon("plus", "s"), t("New type"), variant="solid", on_click=S.begin_new,
                                         custom_attrs={"data-testid": "new-type"})),
            rx.el.p(t("Customers choose one of these when they write to us, in this order.")),
            class_name="title-row",
        ),
        rx.cond(
            S.is_loaded,
            rx.cond(S.may_edit, _lists(), c.empty_state("lock", t("You may not change this"),
                                                        t("Ask your administrator if you need it."))),
            c.loading(t("Loading"), c.skeleton_card("180px")),
        ),
        _dialog(),
        area="settings", on_language=S.load,
    )


def _lists() -> rx.Component:
    return rx.fragment(
        sortable(
            sort_list("type", rx.foreach(S.rows, _row), class_name="rows flow-rows"), on_move=S.move_item,
            said=t("{name} is now number {place} of {count}", name="{name}", place="{place}", count="{count}"),
        ),
        rx.cond(S.archived.length() > 0, rx.el.section(
            rx.el.h2(t("Archived"), style={"margin": "28px 0 10px"}),
            rx.el.p(t("Customers can no longer choose these; their cases stay."), class_name="small muted"),
            rx.el.ul(rx.foreach(S.archived, _archived), class_name="rows flow-rows"),
        )),
    )


def _words(row: Any) -> rx.Component:
    return rx.el.div(
        rx.el.b(row.name),
        rx.el.span(
            tn("Answer within {n} hour", "Answer within {n} hours", row.due_hours),
            rx.cond(row.missing.length() > 0, rx.el.span(
                " · ", c.icon("languages", "s"), " ", t("not written in {languages}", languages=row.missing.join(", ")),
                class_name="warn"), rx.fragment()),
            class_name="tiny muted block"),
        class_name="grow",
    )


def _count(row: Any) -> Any:
    return rx.cond(row.count > 0, c.pill(tn("{n} case", "{n} cases", row.count)), rx.fragment())


def _row(entry: rx.Var[TypeRow]) -> rx.Component:
    row: Any = entry
    return sort_item(
        "type", row.id, row.name,
        sort_handle(t("Move {name}: arrow keys or drag", name=row.name)), _words(row), _count(row),
        c.menu(
            c.icon("ellipsis", "s"),
            c.menu_item(t("Change"), "pencil", on_click=S.begin_change(row.id), custom_attrs={"data-testid": "change-type"}),
            *sort_menu_items(t("Move up"), t("Move down")),
            c.menu_item(t("Archive"), "folder", on_click=S.archive(row.id), custom_attrs={"data-testid": "archive-type"}),
            label=t("More about {name}", name=row.name),
        ),
    )


def _archived(row: Any) -> rx.Component:
    return rx.el.li(
        _words(row), _count(row),
        c.button(t("Offer again"), size="s", on_click=S.restore(row.id),
                 aria_label=t("Offer {name} again", name=row.name), custom_attrs={"data-testid": "restore-type"}),
        custom_attrs={"data-testid": "archived-type"},
    )


def _dialog() -> rx.Component:
    edited = S.edited
    return c.dialog(
        S.is_editing, S.stop, rx.cond(edited.id == "", t("New type"), t("Change “{name}”", name=edited.name)),
        rx.el.form(
            language_lines("name", t("Name for customers"), edited.names, S.languages, rules.LONGEST_NAME,
                           said(S.field_errors["name"])),
            language_lines("hint", t("A sentence that explains it"), edited.hints, S.languages, rules.LONGEST_HINT,
                           said(S.field_errors["hint"]), t("(optional)")),
            c.field(t("Hours until our answer is due"), c.text_input, id="due_hours", type="number", min="1",
                    max=str(rules.MOST_HOURS), input_mode="numeric", default_value=edited.due_hours.to_string(),
                    error=said(S.field_errors["due_hours"]),
                    hint=t("Counted day and night, anew whenever the case comes to us. Open cases keep their time.")),
            c.dialog_actions(
                c.submit_button(rx.cond(edited.id == "", t("Create"), t("Save")), size="m", busy=S.busy,
                                custom_attrs={"data-testid": "save-type"}),
                c.button(t("Cancel"), variant="ghost", on_click=S.stop),
            ),
            on_submit=S.save, class_name="stack", no_validate=True,
        ),
        close_label=t("Cancel"), id="case-type",
    )
