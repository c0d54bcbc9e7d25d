"""The flow editor: tree, panel, preview, and the bar that saves."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....ui import components as c
from ....ui.drafting import draft_keeper, leave_guard
from ....ui.i18n import said, t, tn
from ...meanwhile import named
from .checking import check_button, check_panel
from .panel import PARTS, panel
from .preview import preview, preview_dialog
from .state import FlowEditorState
from .step_actions import has_unsaved_actions
from .tree import tree
from .walking import walk_button, walk_panel

S: Any = FlowEditorState

LIST = "/staff/settings/flows"


def _bar() -> rx.Component:
    return rx.fragment(
        c.unsaved_bar(
            S.change_count > 0,
            tn("{n} unsaved change", "{n} unsaved changes", S.change_count),
            named(S.changed_parts, PARTS),  # pyright: ignore[reportArgumentType]
            c.button(t("Discard"), variant="ghost", on_click=S.discard),
            c.button(t("Save"), variant="sun", on_click=S.save, busy=S.busy),
        ),
        rx.cond((S.saved_customers >= 0) & (S.change_count == 0), c.saved_bar(
            rx.cond(S.saved_customers == 0, t("Saved."),
                    tn("Saved. {n} customer here sees it now.", "Saved. {n} customers here see it now.",
                       S.saved_customers)))),
        draft_keeper(S.kept, S.mark, S.flow_id, S.restore),
        rx.cond(has_unsaved_actions() & (S.change_count == 0), leave_guard(True),  # the browser's own question
                leave_guard(S.change_count > 0, S.is_asking, S.ask_before_leaving)),
    )


def _ask_dialog() -> rx.Component:
    return c.dialog(
        S.is_asking, S.keep_writing, t("Save your changes first?"),
        c.dialog_actions(
            c.button(t("Save and go on"), variant="solid", on_click=S.save_and_go),
            c.button(t("Discard them"), variant="bad", on_click=S.discard_and_go),
            c.button(t("Keep writing"), variant="ghost", on_click=S.keep_writing),
        ),
        lead=t("“{name}” has changes that are not saved.", name=S.title), close_label=t("Keep writing"), id="ask",
    )


def _delete_dialog() -> rx.Component:
    d = S.deletion
    last = rx.fragment(
        rx.el.p(t("It can't be deleted: a process needs at least one stage with one substage.")),
        c.dialog_actions(c.button(t("Close"), on_click=S.stop_deleting)),
    )
    choose = c.field(t("Where they go"), c.select, id="target", options=d.targets,  # pyright: ignore[reportArgumentType]
                     placeholder=t("Choose a substage"), error=said(S.field_errors["target"]))
    standing = rx.cond(
        d.project_count > 0,
        rx.fragment(
            rx.el.p(tn("{n} project stands here, so it can't just go. Choose where it continues.",
                       "{n} projects stand here, so it can't just go. Choose where they continue.", d.project_count)),
            choose,
        ),
        rx.el.p(t("No project stands here. Deleting can't be undone.")),
    )
    return c.dialog(
        d.id != "", S.stop_deleting, t("Delete “{name}”?", name=d.name),
        rx.cond(d.is_last, last, rx.el.form(
            standing,
            c.dialog_actions(
                c.submit_button(rx.cond(d.project_count > 0, t("Move projects and delete"), t("Delete")),
                                variant="bad", size="m"),
                c.button(t("Cancel"), variant="ghost", on_click=S.stop_deleting),
            ),
            on_submit=S.delete, class_name="stack", no_validate=True,
        )),
        close_label=t("Cancel"), id="delete",
    )


def editor() -> rx.Component:
    return rx.fragment(
        c.breadcrumb(t("Where you are"), [(t("Settings"), "/staff/settings"),
                                          (t("Opportunity types and processes"), LIST), (S.flow_name, None)]),
        rx.el.div(
            rx.el.h1(S.flow_name),
            rx.cond(S.project_count > 0,
                    c.pill(tn("Live, {n} project", "Live, {n} projects", S.project_count), "ok"),
                    c.pill(t("No projects yet"))),
            rx.cond(S.can_modify, rx.fragment(), c.pill(t("Read only"), "neutral", "lock")),
            rx.el.span(
                check_button(),
                walk_button(),
                c.button(c.icon("eye", "s"), t("Preview"), size="s", on_click=S.open_preview, class_name="preview-open"),
                class_name="row wrap title-actions",
            ),
            class_name="title-row",
        ),
        check_panel(),
        walk_panel(),
        rx.el.div(
            tree(),
            panel(),
            rx.el.aside(preview("preview-language"), aria_label=t("Preview of the customer's step"),
                        class_name="preview"),
            class_name="editor",
        ),
        _bar(),
        _ask_dialog(),
        _delete_dialog(),
        preview_dialog(),
    )
