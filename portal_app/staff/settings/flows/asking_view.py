"""The tabs Fields and Conditions of a substage: what it asks for, in which mode and order."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....flows.draft import ACCEPTED, ASKED
from ....ui import components as c
from ....ui.i18n import date, t, tn
from ....ui.sortable import sort_handle, sort_item, sort_list, sort_menu_items, sortable
from ..fields.words import kind_and_unit, kind_icon
from .state import FlowEditorState

S: Any = FlowEditorState

FIELDS_PAGE, CONDITIONS_PAGE = "/staff/settings/fields", "/staff/settings/conditions"


def _said() -> Any:
    return t("{name} is now number {place} of {count}", name="{name}", place="{place}", count="{count}")


def _mode_select(id: Any, label: Any, options: list[tuple[str, Any]], value: Any, on_change: Any) -> rx.Component:
    return c.select_input(
        *(rx.el.option(text, value=key) for key, text in options), id=id, value=value, on_change=on_change,
        aria_label=label, disabled=~S.can_attach_fields,
    )


def _field(row: Any) -> rx.Component:
    modes = rx.el.div(
        _mode_select(f"required-{row.id}", t("{name}: needed", name=row.name),
                     [("required", t("Required")), ("optional", t("Optional"))],
                     rx.cond(row.is_required, "required", "optional"), lambda value: S.set_required(row.id, value)),
        _mode_select(f"mode-{row.id}", t("{name}: who writes", name=row.name),
                     [("editable", t("Editable")), ("read-only", t("Read-only"))],
                     rx.cond(row.is_read_only, "read-only", "editable"), lambda value: S.set_read_only(row.id, value)),
        class_name="modes",
    )
    return sort_item(
        "asked-field", row.id, row.name,
        rx.cond(S.can_attach_fields, sort_handle(t("Move {name}: arrow keys or drag", name=row.name))),
        rx.el.div(
            rx.el.b(row.name),
            rx.el.span(kind_and_unit(row), rx.cond(row.is_archived, rx.el.span(" · ", t("archived"))),
                       class_name="tiny muted"),
            class_name="grow",
        ),
        modes,
        rx.cond(S.can_attach_fields, c.menu(
            c.icon("ellipsis", "s"), *sort_menu_items(t("Move up"), t("Move down")),
            c.menu_item(t("Remove from this substage"), "trash", on_click=S.remove_field(row.id), bad=True),
            label=t("More about {name}", name=row.name),
        )),
        rx.cond(row.is_required & row.is_read_only, rx.el.p(
            c.icon("alert-triangle", "s"),
            t("Required, but customers can't write it here: they get no further unless it was answered before."),
            class_name="row-warning tiny", custom_attrs={"data-testid": "field-warning"},
        )),
    )


def fields_panel() -> rx.Component:
    none = rx.cond(
        S.has_fields,
        rx.el.p(t("This substage asks for nothing. Add the fields that customers fill in or see here."),
                class_name="muted"),
        rx.el.p(t("No field is defined yet."), " ", c.text_link(t("Define fields"), href=FIELDS_PAGE), class_name="muted"),
    )
    return rx.fragment(
        rx.cond(
            S.asked.length() > 0,
            sortable(sort_list("asked-field", rx.foreach(S.asked, _field), class_name="rows asked"),
                     on_move=S.move_field, said=_said()),
            none,
        ),
        rx.el.div(
            rx.cond(S.can_attach_fields & S.has_fields, c.button(
                c.icon("plus", "s"), t("Add fields"), variant="soft", size="s", on_click=S.open_choosing(ASKED),
                custom_attrs={"data-testid": "add-fields"})),
            rx.cond(S.can_attach_fields, c.text_link(t("Dynamic fields"), href=FIELDS_PAGE, class_name="small")),
            class_name="row wrap",
        ),
    )


def _since(row: Any) -> rx.Component:
    return rx.cond(
        row.number > 0,
        rx.el.span(t("Version {number}, in effect since {day}", number=row.number, day=date(row.since)),
                   class_name="tiny muted"),
        rx.el.span(c.icon("alert-triangle", "s"), t("No version is in effect: customers are not asked yet."),
                   class_name="warn tiny"),
    )


def _condition(row: Any) -> rx.Component:
    return sort_item(
        "asked-condition", row.id, row.name,
        rx.cond(S.can_attach_conditions, sort_handle(t("Move {name}: arrow keys or drag", name=row.name))),
        rx.el.div(rx.el.b(row.name), _since(row),
                  rx.cond(row.is_archived, rx.el.span(" · ", t("archived"), class_name="tiny muted")),
                  class_name="grow"),
        rx.cond(S.can_attach_conditions, c.menu(
            c.icon("ellipsis", "s"), *sort_menu_items(t("Move up"), t("Move down")),
            c.menu_item(t("Remove from this substage"), "trash", on_click=S.remove_condition(row.id), bad=True),
            label=t("More about {name}", name=row.name),
        )),
        rx.el.label(
            c.switch(t("{name}: ask again when a new version is in effect", name=row.name), checked=row.asks_again,
                     on_change=lambda checked: S.set_asks_again(row.id, checked), disabled=~S.can_attach_conditions,
                     id=f"again-{row.id}"),
            rx.el.span(t("Ask again when a new version is in effect"), class_name="small"),
            class_name="again",
        ),
    )


def conditions_panel() -> rx.Component:
    none = rx.cond(
        S.has_conditions,
        rx.el.p(t("Customers accept nothing here. Attach what they must accept to go on."), class_name="muted"),
        rx.el.p(t("No condition is written yet."), " ",
                c.text_link(t("Conditions management"), href=CONDITIONS_PAGE), class_name="muted"),
    )
    return rx.fragment(
        rx.cond(
            S.accepted.length() > 0,
            sortable(sort_list("asked-condition", rx.foreach(S.accepted, _condition), class_name="rows asked"),
                     on_move=S.move_condition, said=_said()),
            none,
        ),
        rx.el.div(
            rx.cond(S.can_attach_conditions & S.has_conditions, c.button(
                c.icon("plus", "s"), t("Attach conditions"), variant="soft", size="s", on_click=S.open_choosing(ACCEPTED),
                custom_attrs={"data-testid": "add-conditions"})),
            rx.cond(S.can_attach_conditions & S.has_conditions,
                    c.text_link(t("Conditions management"), href=CONDITIONS_PAGE, class_name="small")),
            class_name="row wrap",
        ),
    )


# Choosing


def _choice(row: Any) -> rx.Component:
    return rx.el.label(
        rx.el.input(type="checkbox", name=row.id),
        kind_icon(row.kind),
        rx.el.span(rx.el.b(row.name, class_name="block"), rx.el.span(kind_and_unit(row), class_name="tiny muted")),
        class_name="check",
    )


def _group(group: Any) -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(rx.cond(group.name != "", group.name, t("Without a group")), class_name="label"),
        rx.foreach(group.choices, _choice),
        class_name="choose-group",
    )


def _condition_choice(row: Any) -> rx.Component:
    return rx.el.label(
        rx.el.input(type="checkbox", name=row.id),
        rx.el.span(rx.el.b(row.name, class_name="block"), _since(row)),
        class_name="check",
    )


def _choosing(title: Any, body: rx.Component, is_left: Any, on_submit: Any, what: str) -> rx.Component:
    form = rx.el.form(
        body,
        c.dialog_actions(c.submit_button(t("Add"), size="m"),
                         c.button(t("Cancel"), variant="ghost", on_click=S.stop_choosing)),
        on_submit=on_submit, class_name="stack",
    )
    all_there = rx.fragment(rx.el.p(t("Everything that is defined stands here already.")),
                            c.dialog_actions(c.button(t("Close"), on_click=S.stop_choosing)))
    return c.dialog(S.choosing == what, S.stop_choosing, title, rx.cond(is_left, form, all_there),
                    close_label=t("Cancel"), id=f"choose-{what}")


def choosing_dialogs() -> rx.Component:
    return rx.fragment(
        _choosing(t("Add fields"), rx.el.div(rx.foreach(S.field_groups, _group), class_name="stack"),
                  S.field_groups.length() > 0, S.add_fields, ASKED),
        _choosing(t("Attach conditions"), rx.el.div(rx.foreach(S.condition_choices, _condition_choice)),
                  S.condition_choices.length() > 0, S.add_conditions, ACCEPTED),
    )


# Two people


def entry_in_words(entry: Any) -> rx.Component:
    return rx.el.span(
        entry.name,
        rx.cond(entry.flags.contains("r"), rx.el.span(" · ", t("Required"))),
        rx.cond(entry.flags.contains("o"), rx.el.span(" · ", t("Read-only"))),
        rx.cond(entry.flags.contains("a"), rx.el.span(" · ", t("asked again"))),
        class_name="block",
    )


def asking_summary(row: Any) -> rx.Component:
    """For the tree: 3 fields, 1 condition."""
    return rx.fragment(
        rx.cond(row.field_count > 0, rx.el.span(" · ", tn("{n} field", "{n} fields", row.field_count))),
        rx.cond(row.condition_count > 0, rx.el.span(" · ", tn("{n} condition", "{n} conditions", row.condition_count))),
    )
