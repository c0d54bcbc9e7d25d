"""Two colleagues wrote at once: what the one who saves second is told, and the choice between both texts."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

import reflex as rx

from ...flows.draft import Draft, Merge
from ...ui import components as c
from ...ui.i18n import t, tn
from ...ui.shell_state import PortalState


class MeanwhileState(PortalState, rx.State, mixin=True):
    """Mixed into the state of an editor with a draft, which has `conflicts` of its own kind: rows with `field`, `theirs`,
    `mine` and `side`, which is the text that stands in the draft."""

    conflict_with: str = ""
    taken_count: int = 0

    conflicts: list[Any]

    @abstractmethod
    def _draft(self) -> Draft:
        """What stands in the editor."""

    @abstractmethod
    def _put(self, draft: Draft) -> None:
        """Replaces it."""

    @abstractmethod
    def _conflict(self, field: str, theirs: str, mine: str) -> Any:
        """A row of `conflicts`."""

    def _forget_conflicts(self) -> None:
        self.conflict_with, self.conflicts, self.taken_count, self.field_errors = "", [], 0, {}

    def _show_merged(self, by: str, merged: Merge, theirs: Draft, mine: Draft) -> None:
        """Both people's changes stand in the draft; what both wrote is for this one to choose."""
        self.conflict_with, self.taken_count = by, len(merged.taken)
        self.conflicts = [self._conflict(field, theirs[field], mine[field]) for field in merged.conflicts]
        self._put(merged.draft)

    def _choose_side(self, field: str, side: str) -> None:
        """Puts one of the two texts into the draft; the other stays beside it."""
        draft, rows = self._draft(), []
        for row in self.conflicts:
            if row.field == field and side in ("mine", "theirs") and side != row.side:
                mine = draft[field] if row.side == "mine" else row.mine
                row = self._conflict(field, row.theirs, mine).model_copy(update={"side": side})
                draft[field] = row.theirs if side == "theirs" else mine
            rows.append(row)
        self.conflicts = rows
        self._put(draft)


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
