"""The tab *Automatic actions* of a substage: sentences, and the list while it is changed. Saved by its own button.

What somebody has begun in one substage is kept while they look at others.
"""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....access.actors import STAFF, Permission
from ....automations.forms import ActionTexts, StepActionsForm
from ....automations.rules import Moment
from ....automations.step_lists import get_step_actions, save_step_actions
from ....core.database import run_read, run_write
from ....core.errors import ChangedMeanwhile, NotFound
from ....core.forms import parse, parse_id
from ....core.texts import msg
from ....ui import components as c
from ....ui.drafting import ask_for, focus_kept
from ....ui.handlers import handler
from ....ui.i18n import t, tn
from ...meanwhile import meanwhile
from ..actions.drafting import EDIT, ActionDrafting, entries_of
from ..actions.pieces import PARTS, add_buttons, editor_rows, entry_in_words, sentences

KEPT = ("_version", "_saved", "draft", "conflict_with", "conflicts", "taken_count")


class StepActionsState(ActionDrafting, rx.State):
    FIRST_MOMENT = Moment.ENTER.value

    substage_id: str = ""
    saved: list[ActionTexts] = []
    may_edit: bool = False
    unsaved_elsewhere: int = 0

    _flow_id: str = ""
    _version: int = 0
    _kept: dict[str, dict[str, Any]] = {}

    @handler(STAFF)
    def load(self):
        """Who goes to another flow has been asked first: what was begun in the last one is given up."""
        flow_id = self._query("flow")
        if flow_id != self._flow_id:
            self._flow_id, self._kept, self.unsaved_elsewhere, self.substage_id = flow_id, {}, 0, ""
            self._stop()

    @handler(Permission.SEE_FLOWS)
    async def open(self, substage_id: str):
        """Shows the actions of a substage; what was begun there before is still there."""
        if self.is_changed:
            if substage_id == self.substage_id:
                return
            self._kept = {**self._kept, self.substage_id: {name: getattr(self, name) for name in KEPT}}
        self._stop()
        async with self._showing_errors():
            await self._load(parse_id(substage_id))
            if self.substage_id in self._kept:
                kept = dict(self._kept)
                for name, value in kept.pop(self.substage_id).items():
                    setattr(self, name, value)
                self._kept = kept
                self.is_editing = self.is_changed = True
                self.revision += 1
        self.unsaved_elsewhere = len(self._kept)

    async def _load(self, substage_id: str) -> None:
        self.is_loaded = False
        found = await run_read(get_step_actions, self._actor, substage_id)
        self.substage_id, self.saved, self._version = substage_id, found.actions, found.version
        self.templates, self.substages, self.audiences = found.templates, found.substages, found.audiences
        self.endpoints, self.fields = found.endpoints, found.fields
        self.may_edit, self.is_loaded = self._actor.can(EDIT), True

    @handler(EDIT)
    def edit(self):
        if self.is_loaded and not self.is_editing:
            self._begin(self.saved)

    @handler(EDIT)
    def discard(self):
        self._stop()

    @handler(EDIT)
    async def save(self):
        self.busy = True
        yield
        async with self._showing_errors():
            if not self.is_editing:
                return
            form = parse(StepActionsForm, {"substage_id": self.substage_id, "version": self._version,
                                           "actions": [entries_of(action) for action in self.draft]})
            try:
                await run_write(save_step_actions, self._actor, form)
            except NotFound:  # the substage was deleted meanwhile
                self._stop()
                raise
            except ChangedMeanwhile:
                await self._load(self.substage_id)
                await self._meet_actions(await self._last_editor("step-actions", self.substage_id), self.saved)
                return
            self._stop()
            await self._load(self.substage_id)
            await self._notify(msg("Saved. It holds from now on."))
        if self.field_errors:
            self._mark_errors()


S: Any = StepActionsState


def has_unsaved_actions() -> Any:
    return S.is_changed | (S.unsaved_elsewhere > 0)


def step_actions(substage_id: Any) -> rx.Component:
    """What happens by itself in the substage that is chosen in the tree."""
    content = rx.cond(
        S.is_loaded & (S.substage_id == substage_id),
        rx.cond(S.is_editing, _editor(), _shown()),
        c.loading(t("Loading"), c.skeleton("80%"), c.skeleton("60%", margin="10px 0 0")),
    )
    return rx.el.div(
        rx.el.p(t("What the portal does by itself when a project comes here, leaves, or stays."), class_name="hint"),
        rx.cond(S.unsaved_elsewhere > 0, c.note("sun", None, tn(
            "Actions of {n} other step are not saved yet. They wait there.",
            "Actions of {n} other steps are not saved yet. They wait there.", S.unsaved_elsewhere))),
        content, ask_for(substage_id, S.substage_id, S.open), class_name="stack",
    )


def _shown() -> rx.Component:
    return rx.el.div(
        sentences(S.saved, with_moment=True),
        rx.cond(S.may_edit, rx.el.div(c.button(
            c.icon("pencil", "s"), t("Change"), size="s", on_click=S.edit, id="edit-step-actions",
            custom_attrs={"data-testid": "edit-step-actions"}))),
        class_name="stack",
    )


def _editor() -> rx.Component:
    return rx.el.div(
        meanwhile(S, PARTS, entry=entry_in_words),
        editor_rows(S, with_moment=True),
        add_buttons(S, True, True),
        rx.el.div(
            c.button(t("Save"), variant="solid", on_click=S.save, busy=S.busy,
                     custom_attrs={"data-testid": "save-step-actions"}),
            c.button(t("Discard"), variant="ghost", on_click=S.discard),
            class_name="row",
        ),
        focus_kept("edit-step-actions"),
        class_name="stack", custom_attrs={"data-testid": "step-action-editor"},
    )
