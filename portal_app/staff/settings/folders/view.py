"""/staff/settings/folders: where staff file what belongs to a project, in which order, and who sees it from the start."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....documents.folders import FolderRow
from ....documents.rules import LONGEST_FOLDER_NAME
from ....ui import components as c
from ....ui.frames import staff_frame
from ....ui.i18n import said, t, tn
from ....ui.sortable import sort_handle, sort_item, sort_list, sort_menu_items, sortable
from ..language_lines import language_lines
from .state import FoldersState

S: Any = FoldersState


def folders_page() -> rx.Component:
    return staff_frame(
        c.breadcrumb(t("Where you are"), [(t("Settings"), "/staff/settings"), (t("Folders of attachments"), None)]),
        rx.el.div(
            rx.el.h1(t("Folders of attachments")), rx.el.span(class_name="grow"),
            rx.cond(S.may_edit, c.button(c.icon("plus", "s"), t("New folder"), variant="solid", on_click=S.begin_new,
                                         custom_attrs={"data-testid": "new-folder"})),
            rx.el.p(t("Every project has these folders, in this order. Staff see all of them, customers only the files.")),
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
            sort_list("folder", rx.foreach(S.rows, _row), class_name="rows flow-rows"), on_move=S.move_item,
            said=t("{name} is now number {place} of {count}", name="{name}", place="{place}", count="{count}"),
        ),
        rx.cond(S.archived.length() > 0, rx.el.section(
            rx.el.h2(t("Archived"), style={"margin": "28px 0 10px"}),
            rx.el.p(t("These take no more files. What is in them stays where it is."), class_name="small muted"),
            rx.el.ul(rx.foreach(S.archived, _archived), class_name="rows flow-rows"),
        )),
    )


def _words(row: Any) -> rx.Component:
    return rx.el.div(
        rx.el.b(row.name),
        rx.el.span(
            rx.cond(row.is_of_customers, t("What customers send comes here"),
                    rx.cond(row.is_public, t("New files are visible to the customer"), t("New files are for staff only"))),
            rx.cond(row.missing.length() > 0, rx.el.span(
                " · ", c.icon("languages", "s"), " ", t("not written in {languages}", languages=row.missing.join(", ")),
                class_name="warn")),
            class_name="tiny muted block"),
        class_name="grow",
    )


def _count(row: Any) -> rx.Component:
    return rx.cond(row.count > 0, c.pill(tn("{n} file", "{n} files", row.count)))


def _row(entry: rx.Var[FolderRow]) -> rx.Component:
    row: Any = entry
    return sort_item(
        "folder", row.id, row.name,
        sort_handle(t("Move {name}: arrow keys or drag", name=row.name)), _words(row), _count(row),
        c.menu(
            c.icon("ellipsis", "s"),
            c.menu_item(t("Change"), "pencil", on_click=S.begin_change(row.id),
                        custom_attrs={"data-testid": "change-folder"}),
            *sort_menu_items(t("Move up"), t("Move down")),
            rx.cond(~row.is_of_customers, c.menu_item(t("Archive"), "folder", on_click=S.archive(row.id, True),
                                                      custom_attrs={"data-testid": "archive-folder"})),
            label=t("More about {name}", name=row.name),
        ),
    )


def _archived(row: Any) -> rx.Component:
    return rx.el.li(
        _words(row), _count(row),
        c.button(t("Use again"), size="s", on_click=S.archive(row.id, False),
                 aria_label=t("Use {name} again", name=row.name), custom_attrs={"data-testid": "restore-folder"}),
        custom_attrs={"data-testid": "archived-folder"},
    )


def _dialog() -> rx.Component:
    edited = S.edited
    return c.dialog(
        S.is_editing, S.stop, rx.cond(edited.id == "", t("New folder"), t("Change “{name}”", name=edited.name)),
        rx.el.form(
            language_lines("name", t("Name"), edited.names, S.languages, LONGEST_FOLDER_NAME, said(S.field_errors["name"])),
            rx.cond(~edited.is_of_customers, rx.el.div(
                c.checkbox(t("Customers see new files at once"), name="is_public", default_checked=edited.is_public),
                rx.el.p(t("Either way you decide anew for each file."), class_name="hint"), class_name="field")),
            c.dialog_actions(
                c.submit_button(rx.cond(edited.id == "", t("Create"), t("Save")), size="m", busy=S.busy,
                                custom_attrs={"data-testid": "save-folder"}),
                c.button(t("Cancel"), variant="ghost", on_click=S.stop),
            ),
            on_submit=S.save, class_name="stack", no_validate=True,
        ),
        close_label=t("Cancel"), id="folder-dialog",
    )
