"""The left column of the editor: stages and their substages, in the order that customers go through them."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....ui import components as c
from ....ui.drafting import focus_kept
from ....ui.i18n import said, t, tn
from ....ui.sortable import sort_handle, sort_item, sort_list, sort_menu_items, sortable
from .asking_view import asking_summary
from .schemas import StageRow, SubstageRow
from .state import FlowEditorState
from .structure import NEW_STAGE
from .words import view_icon, view_title

S: Any = FlowEditorState


def _current(kind: str, node_id: Any) -> Any:
    return rx.cond((S.kind == kind) & (S.selected_id == node_id), "true", rx.Var("undefined"))


def _missing_sign(row: StageRow | SubstageRow) -> rx.Component:
    told = t("Not written in {languages}", languages=row.missing)
    return rx.cond(
        row.is_missing,
        rx.el.span(c.icon("languages", "s"), rx.el.span(told, class_name="vh"), class_name="warn", title=told),
    )


def _menu(kind: str, row: StageRow | SubstageRow, *more: rx.Component) -> rx.Component:
    return rx.cond(S.can_modify, c.menu(
        c.icon("ellipsis", "s"),
        *more,
        *sort_menu_items(t("Move up"), t("Move down")),
        c.menu_item(t("Delete"), "trash", on_click=S.ask_to_delete(kind, row.id), bad=True),
        label=t("More about {name}", name=row.name),
    ))


def _handle(row: StageRow | SubstageRow) -> rx.Component:
    return rx.cond(S.can_modify, sort_handle(t("Move {name}: arrow keys or drag", name=row.name)),
                   rx.el.span(class_name="drag-space"))


def _adding(label: rx.Var[str], where: Any, id: str) -> rx.Component:
    """The name of a new part, in the company's language."""
    return rx.el.form(
        focus_kept(_button_id(where)),
        c.field(label, c.text_input, id=id, name="name", auto_focus=True, auto_complete="off",
                error=said(S.field_errors["name"]), lang=S.default_language),
        rx.el.div(
            c.submit_button(t("Add"), variant="soft", size="s"),
            c.button(t("Cancel"), variant="ghost", size="s", on_click=S.stop_adding),
            class_name="row",
        ),
        on_submit=S.add, reset_on_submit=True, class_name="tree-add",
    )


def _button_id(where: Any) -> rx.Var[str]:
    return rx.Var.create(f"add-to-{where}")


def _add_button(text: rx.Var[str], where: Any, test_id: str) -> rx.Component:
    return c.button(c.icon("plus", "s"), text, variant="own", size="s", class_name="tree-plus", id=_button_id(where),
                    on_click=S.begin_adding(where), custom_attrs={"data-testid": test_id})


def _substage(substage: rx.Var[SubstageRow]) -> rx.Component:
    row: Any = substage
    projects = rx.cond(row.project_count > 0, rx.el.span(" · ", tn("{n} project", "{n} projects", row.project_count)))
    return sort_item(
        "substage", row.id, row.name,
        _handle(row),
        rx.el.button(
            rx.el.span(rx.el.b(row.name),
                       rx.el.span(view_title(row.view_kind), asking_summary(row), projects, class_name="view"),
                       class_name="grow"),
            _missing_sign(row),
            view_icon(row.view_kind),
            type="button", class_name="tree-sub", aria_current=_current("substage", row.id),
            on_click=S.select("substage", row.id), custom_attrs={"data-testid": "substage"},
        ),
        _menu("substage", row),
    )


def _stage(stage: rx.Var[StageRow]) -> rx.Component:
    row: Any = stage
    return sort_item(
        "stage", row.id, row.name,
        rx.el.div(
            _handle(row),
            rx.el.span(row.number, class_name="no"),
            rx.el.button(row.name, type="button", class_name="name", aria_current=_current("stage", row.id),
                         on_click=S.select("stage", row.id), custom_attrs={"data-testid": "stage"}),
            _missing_sign(row),
            _menu("stage", row,
                  c.menu_item(t("Add substage"), "plus", on_click=S.begin_adding(row.id))),
            class_name="tree-stage",
        ),
        sort_list("substage", rx.foreach(row.substages, _substage), parent=row.id, class_name="tree-subs"),
        rx.cond(
            row.substages.length() == 0,
            rx.el.p(t("No substage yet: customers do not see this stage."), class_name="tree-empty tiny muted"),
        ),
        rx.cond(
            S.can_modify & ((S.stage_id == row.id) | (S.adding == row.id) | (row.substages.length() == 0)),
            rx.el.div(
                rx.cond(S.adding == row.id, _adding(t("Name of the new substage"), row.id, "new-substage"),
                        _add_button(t("Add substage"), row.id, "add-substage")),
                class_name="tree-more",
            ),
        ),
    )


def tree() -> rx.Component:
    return rx.el.nav(
        c.plain_link(t("Skip to what is chosen"), href="#panel-title", class_name="skip"),
        sortable(
            sort_list("stage", rx.foreach(S.stages, _stage)),
            on_move=S.move_item,
            said=t("{name} is now number {place} of {count}", name="{name}", place="{place}", count="{count}"),
        ),
        rx.cond(
            S.can_modify,
            rx.cond(S.adding == NEW_STAGE, _adding(t("Name of the new stage"), NEW_STAGE, "new-stage"),
                    _add_button(t("Add stage"), NEW_STAGE, "add-stage")),
        ),
        aria_label=t("Stages and substages"), class_name="card tree",
    )
