"""Settings → Dynamic fields: the list, and one field in the editor (`?field=<id>`, `?field=new`)."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....core.texts import LANGUAGES
from ....flows.field_forms import GROUP_LENGTH
from ....ui import components as c
from ....ui.frames import staff_frame
from ....ui.i18n import said, t, tn
from ....ui.sortable import sort_handle, sort_item, sort_list, sort_menu_items, sortable
from .editor import editor
from .state import FieldsState
from .words import kind_and_unit, kind_icon

S: Any = FieldsState

LIST = "/staff/settings/fields"


def fields_page() -> rx.Component:
    return staff_frame(
        rx.fragment(rx.match(
            S.mode,
            ("list", _list()),
            ("editor", editor()),
            ("missing", c.empty_state(
                "search-x", t("This page does not exist"), t("It may have been deleted, or it is not open to you."),
                c.link_button(t("All fields"), href=LIST), heading="h1")),
            c.loading(t("Loading"), c.skeleton("280px", "30px", margin="10px 0 20px"), c.skeleton_card("420px")),
        )),
        area="settings", on_language=S.load,
    )


def _row(row: Any, group: Any) -> rx.Component:
    places = rx.cond(row.place_count > 0, tn("{n} substage", "{n} substages", row.place_count), t("asked nowhere"))
    return sort_item(
        group.key, row.id, row.name,
        rx.cond(S.may_edit & ~row.is_archived, sort_handle(t("Move {name}: arrow keys or drag", name=row.name)),
                rx.el.span(class_name="drag-space")),
        kind_icon(row.kind),
        rx.el.div(
            rx.el.a(rx.el.b(row.name), href=f"{LIST}?field={row.id}", class_name="link-plain"),
            rx.el.span(kind_and_unit(row), " · ", places, class_name="tiny muted"),
            class_name="grow",
        ),
        rx.cond(row.missing != "", rx.el.span(
            c.icon("languages", "s"), rx.el.span(t("Not written in {languages}", languages=row.missing), class_name="vh"),
            class_name="warn", title=t("Not written in {languages}", languages=row.missing))),
        rx.cond(row.is_archived, c.pill(t("archived"))),
        rx.cond(S.may_edit, _menu(row)),
    )


def _menu(row: Any) -> rx.Component:
    up, down = sort_menu_items(t("Move up"), t("Move down"))
    return c.menu(
        c.icon("ellipsis", "s"),
        rx.cond(row.is_archived, rx.fragment(), up),
        rx.cond(row.is_archived, rx.fragment(), down),
        rx.cond(row.is_archived, c.menu_item(t("Bring back"), "undo", on_click=S.bring_back(row.id)),
                c.menu_item(t("Archive"), "eye-off", on_click=S.ask_to_archive(row.id))),
        rx.cond(row.is_used, rx.fragment(),
                c.menu_item(t("Delete"), "trash", on_click=S.ask_to_delete(row.id), bad=True)),
        label=t("More about {name}", name=row.name),
    )


def _group(group: Any) -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h2(rx.cond(group.name != "", group.name, t("Without a group")), class_name="group-title"),
            rx.cond(S.may_edit & (group.name != ""), c.icon_button(
                "pencil", t("Rename the group {name}", name=group.name), size="s", on_click=S.begin_renaming(group.key))),
            class_name="group-head",
        ),
        sort_list(group.key, rx.foreach(group.rows, lambda row: _row(row, group)), parent=group.key,
                  class_name="rows flow-rows"),
        custom_attrs={"data-testid": "field-group"},
    )


def _list() -> rx.Component:
    new = c.link_button(c.icon("plus", "s"), t("New field"), href=f"{LIST}?field=new", variant="solid")
    return rx.fragment(
        c.breadcrumb(t("Where you are"), [(t("Settings"), "/staff/settings"), (t("Dynamic fields"), None)]),
        rx.el.div(
            rx.el.h1(t("Dynamic fields")), rx.el.span(class_name="grow"), rx.cond(S.may_edit & S.has_rows, new),
            rx.el.p(t("Define a question once, then ask it in any substage. A project has one answer to it.")),
            class_name="title-row",
        ),
        rx.cond(S.archived_count > 0, rx.el.div(
            c.switch_row(t("Show archived fields"), checked=S.shows_archived, on_change=S.show_archived),
            class_name="toolbar")),
        rx.cond(
            S.has_rows,
            sortable(
                rx.foreach(S.groups, _group), on_move=S.move_item, class_name="stack l",
                said=t("{name} is now number {place} of {count}", name="{name}", place="{place}", count="{count}"),
            ),
            c.empty_state("list-checks", t("No fields yet"),
                          t("For example the yearly consumption, a photo of the meter, or the bank account."),
                          rx.cond(S.may_edit, new)),
        ),
        _group_dialog(),
        _archive_dialog(),
        _delete_dialog(),
    )


def _group_dialog() -> rx.Component:
    rows = [
        rx.cond(S.languages.contains(language), rx.el.div(
            rx.el.label(language, html_for=f"renamed-{language}"),
            rx.el.input(id=f"renamed-{language}", name=f"group_name.{language}", lang=language, max_length=GROUP_LENGTH,
                        default_value=S.renamed[language], placeholder=t("Not written yet"), auto_complete="off",
                        **c.told_at("renamed-error", said(S.field_errors["group_name"]))),
        )) for language in LANGUAGES
    ]
    return c.dialog(
        S.renaming != "", S.stop_renaming, t("Rename the group"),
        rx.el.form(
            rx.el.fieldset(rx.el.legend(t("Name of the group"), class_name="label"), rx.el.div(*rows, class_name="langs"),
                           c.error_text(said(S.field_errors["group_name"]), "renamed-error"), class_name="field"),
            c.dialog_actions(c.submit_button(t("Save"), size="m"),
                             c.button(t("Cancel"), variant="ghost", on_click=S.stop_renaming)),
            on_submit=S.rename, class_name="stack",
        ),
        lead=t("All fields of the group get the new name."), close_label=t("Cancel"), id="rename-group",
    )


def _archive_dialog() -> rx.Component:
    d = S.archiving
    return c.dialog(
        d.id != "", S.stop, t("Archive “{name}”?", name=d.name),
        rx.cond(
            d.place_count > 0,
            rx.el.p(tn("{n} substage asks for it and stops asking.", "{n} substages ask for it and stop asking.",
                       d.place_count)),
        ),
        rx.el.p(t("Answers that were given stay. You can bring the field back at any time.")),
        c.dialog_actions(c.button(t("Archive"), variant="solid", on_click=S.archive),
                         c.button(t("Cancel"), variant="ghost", on_click=S.stop)),
        close_label=t("Cancel"), id="archive-field",
    )


def _delete_dialog() -> rx.Component:
    d = S.deleting
    return c.dialog(
        d.id != "", S.stop, t("Delete “{name}”?", name=d.name),
        rx.el.p(t("No substage asks for it and no project has an answer. Deleting can't be undone.")),
        c.dialog_actions(c.button(t("Delete"), variant="bad", on_click=S.delete),
                         c.button(t("Cancel"), variant="ghost", on_click=S.stop)),
        close_label=t("Cancel"), id="delete-field",
    )
