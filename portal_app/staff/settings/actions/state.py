"""External source actions: what happens when a customer does something. One list is changed at a time."""

from __future__ import annotations

import reflex as rx

from ....access.actors import STAFF
from ....automations.forms import Choice
from ....automations.rules import ActionKind
from ....automations.service import ActionListForm, FlowActions, TriggerActions, drop_own_actions, list_actions, save_actions
from ....core.database import run_read, run_write
from ....core.errors import ChangedMeanwhile, PortalError
from ....core.forms import parse
from ....core.texts import msg
from ....ui.handlers import handler
from .drafting import EDIT, ActionDrafting, entries_of


class FinishFirst(PortalError):
    text = msg("Please save or discard the list that you are changing first.")


class ActionsState(ActionDrafting, rx.State):
    triggers: list[TriggerActions] = []
    may_edit: bool = False

    trigger: str = ""
    flow_id: str = ""
    has_project: bool = False

    _version: int = 0
    _substages_by_flow: dict[str, list[Choice]] = {}

    @handler(STAFF)
    async def load(self):
        self.may_edit = self._actor.can(EDIT)
        if self.may_edit:
            if not self.is_changed:  # also called after a lost connection: what was begun stays
                self._close()
            await self._reload()
        self.is_loaded = True

    async def _reload(self) -> None:
        page = await run_read(list_actions, self._actor)
        self.triggers, self._substages_by_flow = page.triggers, page.substages
        self.audiences, self.endpoints, self.fields = page.audiences, page.endpoints, page.fields

    def _list(self, trigger: str, flow_id: str) -> FlowActions | None:
        return next((each for entry in self.triggers if entry.trigger == trigger for each in entry.lists
                     if each.flow_id == flow_id), None)

    def _close(self) -> None:
        self._stop()
        self.trigger, self.flow_id = "", ""

    def _kinds(self) -> set[str]:
        missing = {ActionKind.MOVE.value} if not self.flow_id else set()
        return super()._kinds() - missing - (set() if self.has_project else {ActionKind.SET_FIELD.value})

    # Changing a list

    @handler(EDIT)
    async def edit(self, trigger: str, flow_id: str):
        async with self._showing_errors():
            if self.is_changed:
                raise FinishFirst
            found = self._list(trigger, flow_id)
            if found is None:
                return
            entry = next(entry for entry in self.triggers if entry.trigger == trigger)
            self.trigger, self.flow_id, self.has_project = trigger, flow_id, entry.has_flow
            self.templates, self.substages = entry.templates, self._substages_by_flow.get(flow_id, [])
            self._version = found.version
            self._begin(found.actions)

    @handler(EDIT)
    def discard(self):
        self._close()

    @handler(EDIT)
    async def save(self):
        self.busy = True
        yield
        async with self._showing_errors():
            found = self._list(self.trigger, self.flow_id)
            if found is None or not self.is_editing:
                return
            actions = [entries_of(action) for action in self.draft]
            form = parse(ActionListForm, {"trigger": self.trigger, "flow_id": self.flow_id, "version": self._version,
                                          "actions": actions})
            try:
                await run_write(save_actions, self._actor, form)
            except ChangedMeanwhile:
                await self._reload()
                found = self._list(self.trigger, self.flow_id) or found
                self._version = found.version
                await self._meet_actions(await self._last_editor("actions", found.list_id), found.actions)
                return
            self._close()
            await self._reload()
            await self._notify(msg("Saved. It holds from now on."))
        if self.field_errors:
            self._mark_errors()

    @handler(EDIT)
    async def take_general(self, trigger: str, flow_id: str):
        """The flow gives up its own list."""
        async with self._showing_errors():
            if self.is_changed:
                raise FinishFirst
            found = self._list(trigger, flow_id)
            if found is None or not found.is_own:
                return
            await run_write(drop_own_actions, self._actor, trigger, flow_id, found.version)
            self._close()
            await self._reload()
            await self._notify(msg("This opportunity type now follows the general list."))
