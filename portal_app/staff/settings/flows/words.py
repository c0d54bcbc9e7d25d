"""Words and pictures of view kinds, chosen in the browser."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....flows.view_kinds import VIEWS
from ....ui import components as c
from ....ui.i18n import t, t_marked
from ....ui.icons import Size


def view_title(kind: Any) -> rx.Var:
    return rx.match(kind, *((view.kind.value, t_marked(view.title)) for view in VIEWS.values()),
                    t("Information only")).to(str)  # pyright: ignore[reportAttributeAccessIssue]


def view_icon(kind: Any, size: Size = "m") -> rx.Component:
    return c.icon_for(kind, {view.kind.value: view.icon for view in VIEWS.values()}, "info", size)


def ball_title(ball: Any) -> rx.Var[str]:
    """Who acts, said to staff."""
    return rx.match(
        ball, ("customer", t("The customer")), ("company", t("Your company")), ("grid_operator", t("The grid operator")),
        ("authority", t("An authority")), t("As the view says")).to(str)  # pyright: ignore[reportAttributeAccessIssue]
