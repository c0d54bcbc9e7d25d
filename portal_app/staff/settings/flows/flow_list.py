"""Opportunity types and processes: the list of flows."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....core.texts import LANGUAGES
from ....flows.rules import NAME_LENGTH
from ....ui import components as c
from ....ui.i18n import said, t, tn
from ....ui.sortable import sort_handle, sort_item, sort_list, sort_menu_items, sortable
from .list_state import FlowListState
from .schemas import FlowRow

S: Any = FlowListState


def _flow(flow: rx.Var[FlowRow]) -> rx.Component:
    row: Any = flow
    return sort_item(
        "flow", row.id, row.name,
        rx.cond(S.can_modify, sort_handle(t("Move {name}: arrow keys or drag", name=row.name))),
        rx.el.div(
            rx.el.a(rx.el.b(row.name), href=f"/staff/settings/flows?flow={row.id}", class_name="link-plain"),
            rx.el.span(tn("{n} stage", "{n} stages", row.stage_count), " · ",
                       tn("{n} substage", "{n} substages", row.substage_count), class_name="tiny muted"),
            class_name="grow",
        ),
        rx.cond(row.project_count > 0, c.pill(tn("{n} project", "{n} projects", row.project_count), "ok"),
                c.pill(t("No projects yet"))),
        rx.cond(S.can_modify, c.menu(
            c.icon("ellipsis", "s"),
            c.menu_item(t("Rename"), "pencil", on_click=S.begin_renaming(row.id)),
            *sort_menu_items(t("Move up"), t("Move down")),
            c.menu_item(t("Delete"), "trash", on_click=S.ask_to_delete(row.id), bad=True),
            label=t("More about {name}", name=row.name),
        )),
    )


def _public_name(language: str) -> rx.Component:
    return rx.cond(S.languages.contains(language), rx.el.div(
        rx.el.label(language, html_for=f"flow-name-{language}"),
        rx.el.input(id=f"flow-name-{language}", name=f"public_name.{language}", lang=language, max_length=NAME_LENGTH,
                    default_value=S.public_names[language], placeholder=t("Not written yet"), auto_complete="off",
                    **c.told_at("flow-public-name-error", said(S.field_errors["public_name"]))),
    ))


def _name_dialog() -> rx.Component:
    return c.dialog(
        S.is_naming, S.stop_naming, rx.cond(S.naming_id == "", t("New type"), t("Rename type")),
        rx.el.form(
            c.field(t("Name"), c.text_input, id="flow-name", name="name", default_value=S.name,
                    max_length=NAME_LENGTH, auto_complete="off", error=said(S.field_errors["name"]),
                    hint=t("For your team, for example Home solar.")),
            rx.cond(S.naming_id != "", rx.el.fieldset(
                rx.el.legend(t("Name for customers"), class_name="label"),
                rx.el.div(*(_public_name(language) for language in LANGUAGES), class_name="langs"),
                c.error_text(said(S.field_errors["public_name"]), "flow-public-name-error"),
                class_name="field",
            )),
            c.dialog_actions(
                c.submit_button(rx.cond(S.naming_id == "", t("Create"), t("Save")), size="m"),
                c.button(t("Cancel"), variant="ghost", on_click=S.stop_naming),
            ),
            on_submit=S.save_name, class_name="stack",
        ),
        close_label=t("Cancel"), id="flow-name-dialog",
    )


def _delete_dialog() -> rx.Component:
    d = S.deletion
    return c.dialog(
        d.id != "", S.stop_deleting, t("Delete “{name}”?", name=d.name),
        rx.cond(
            d.project_count > 0,
            rx.fragment(
                rx.el.p(tn("It can't be deleted: {n} project follows it.",
                           "It can't be deleted: {n} projects follow it.", d.project_count)),
                c.dialog_actions(c.button(t("Close"), on_click=S.stop_deleting)),
            ),
            rx.fragment(
                rx.el.p(t("No project follows it. Deleting can't be undone.")),
                c.dialog_actions(c.button(t("Delete"), variant="bad", on_click=S.delete),
                                 c.button(t("Cancel"), variant="ghost", on_click=S.stop_deleting)),
            ),
        ),
        close_label=t("Cancel"), id="flow-delete",
    )


def flow_list() -> rx.Component:
    new = c.button(c.icon("plus", "s"), t("New type"), variant="solid", on_click=S.begin_creating)
    return rx.fragment(
        c.breadcrumb(t("Where you are"), [(t("Settings"), "/staff/settings"),
                                          (t("Opportunity types and processes"), None)]),
        rx.el.div(rx.el.h1(t("Opportunity types and processes")), rx.el.span(class_name="grow"),
                  rx.cond(S.can_modify, new),
                  rx.el.p(t("Each type is one way from the request to the end, with the steps your customers see.")),
                  class_name="title-row"),
        rx.cond(
            S.flows.length() > 0,
            sortable(
                sort_list("flow", rx.foreach(S.flows, _flow), class_name="rows flow-rows"), on_move=S.move_item,
                said=t("{name} is now number {place} of {count}", name="{name}", place="{place}", count="{count}"),
            ),
            rx.cond(S.is_loaded, c.empty_state(
                "workflow", t("No types yet"), t("Create the first one; it begins with one step that you can change."),
                rx.cond(S.can_modify, new))),
        ),
        _name_dialog(),
        _delete_dialog(),
    )
