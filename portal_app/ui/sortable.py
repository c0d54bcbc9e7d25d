"""Lists that people put in order: by pointer and touch on the handle, by arrow keys on it, by the row's menu.

    sortable(*children, on_move, said)     on_move(kind, id, parent, position); the server answers with the new order
    sort_list(kind, *children, parent="")  a list of things of one kind; things move between lists of their kind
    sort_item(kind, id, name, *children)   one thing in a list; `name` is read aloud when it has moved
    sort_handle(label)                     the grip of the item it stands in
    sort_menu_items(up, down)              "Move up" and "Move down" for the item's menu
"""

from __future__ import annotations

from typing import Any

import reflex as rx

from .beside import beside
from .dialogs import menu_item
from .icons import icon
from .words import Content, Text


def _move(
    kind: rx.Var[str], id: rx.Var[str], parent: rx.Var[str], position: rx.Var[int]
) -> tuple[rx.Var[str], rx.Var[str], rx.Var[str], rx.Var[int]]:
    return kind, id, parent, position


class _Sortable(rx.Component):
    library = beside(__name__, __file__, "sortable.jsx").importable_path
    tag = "Sortable"

    said: rx.Var[str]

    on_move: rx.EventHandler[_move]


def sortable(*children: Content, on_move: Any, said: Text, **props: Any) -> rx.Component:
    """`said` holds {name}, {place} and {count}: "{name} is now number {place} of {count}"."""
    return _Sortable.create(*children, on_move=on_move, said=said, **props)


def sort_list(kind: str, *children: Content, parent: Text = "", class_name: str = "") -> rx.Component:
    return rx.el.ul(*children, class_name=class_name,
                    custom_attrs={"data-sort-list": kind, "data-sort-parent": parent})


def sort_item(kind: str, id: Text, name: Text, *children: Content, class_name: str = "") -> rx.Component:
    return rx.el.li(*children, class_name=class_name, key=id,
                    custom_attrs={"data-sort-id": id, "data-sort-kind": kind, "data-sort-name": name})


def sort_handle(label: Text) -> rx.Component:
    return rx.el.button(icon("grip-vertical"), type="button", class_name="drag", aria_label=label, title=label,
                        custom_attrs={"data-sort-handle": ""})


def sort_menu_items(up: Text, down: Text) -> tuple[rx.Component, rx.Component]:
    return (menu_item(up, "arrow-up", custom_attrs={"data-sort-step": "-1"}),
            menu_item(down, "arrow-down", custom_attrs={"data-sort-step": "1"}))
