"""Two colleagues wrote at once: what the one who saves second is told, and the choice between both texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import reflex as rx

from ...ui import components as c
from ...ui.i18n import t, tn


def meanwhile(state: Any, conflict: Callable[[Any], rx.Component], class_name: str) -> rx.Component:
    """Somebody else saved first: what both wrote stands side by side until one is chosen and saved.

    `state` has `conflict_with`, `conflicts` and `taken_count`; `conflict` draws one of the conflicts.
    """
    return rx.cond(state.conflict_with != "", rx.el.div(
        c.note(
            "sun", t("{name} saved this meanwhile.", name=state.conflict_with),
            rx.cond(state.conflicts.length() > 0,
                    t("You both wrote here. Choose which text stays, then save; until then nothing is lost."),
                    t("Your changes are still here, together with theirs. Save again to keep both.")),
            rx.cond(state.taken_count > 0, rx.el.span(" ", tn(
                "{n} change of theirs was taken over.", "{n} changes of theirs were taken over.", state.taken_count))),
            icon_name="users", role="status",
        ),
        rx.el.ul(rx.foreach(state.conflicts, conflict), class_name="conflicts"),
        custom_attrs={"data-testid": "meanwhile"}, class_name=class_name,
    ))
