"""Icons: Lucide outlines in the current colour, hidden from screen readers (the text beside them says it).

    icon(name, size="m", class_name="")     20 px; "s" is 16 px, "l" is 24 px
    icon_for(value, names, default, size)   the icon that belongs to a value known only in the browser

`names` of `icon_for` maps values to icon names: `icon_for(row.view, {"offer": "sun", "drawing": "map"}, "info")`.
An unknown name fails when the page is built.
"""

from collections.abc import Mapping
from typing import Any, Literal

import reflex as rx

from .icon_paths import PATHS
from .words import classes

Size = Literal["s", "m", "l"]


def icon(name: str, size: Size = "m", class_name: str | rx.Var[str] = "", **props: Any) -> rx.Component:
    """The icon `name`; see `icon_paths.PATHS` for what there is."""
    return _svg(PATHS[name], size, class_name, **props)


def icon_for(
    value: rx.Var, names: Mapping[str, str], default: str, size: Size = "m", class_name: str | rx.Var[str] = ""
) -> rx.Component:
    """The icon for a Var's value, chosen in the browser."""
    path = rx.match(value, *((given, PATHS[name]) for given, name in names.items()), PATHS[default])
    return _svg(path, size, class_name)


def _svg(path: Any, size: Size, class_name: str | rx.Var[str], **props: Any) -> rx.Component:
    return rx.el.svg(
        rx.el.path(d=path),
        view_box="0 0 24 24",
        aria_hidden="true",
        class_name=classes("i", "" if size == "m" else size, class_name),
        **props,
    )
