"""External source actions: what happens when a customer does something. One list is changed at a time."""

from __future__ import annotations

import reflex as rx
from pydantic import BaseModel

from ....access.actors import STAFF, Permission
from ....automations.rules import MOST_ACTIONS, ActionKind
from ....automations.service import (
    ActionListForm,
    ActionTexts,
    Choice,
    FlowActions,
    TriggerActions,
    drop_own_actions,
    list_actions,
    save_actions,
)
from ....core.database import run_read, run_write
from ....core.errors import PortalError
from ....core.forms import parse
from ....core.texts import msg
from ....ui.handlers import handler
from ....ui.i18n import Said
from ....ui.shell_state import PortalState

EDIT = Permission.EDIT_AUTOMATIONS


class FinishFirst(PortalError):
    text = msg("Please save or discard the list that you are changing first.")


class DraftAction(BaseModel):
    kind: str
    template_key: str = ""
    substage_id: str = ""
    error: Said = Said()


class ActionsState(PortalState, rx.State):
    triggers: list[TriggerActions] = []
    may_edit: bool = False

    trigger: str = ""
    flow_id: str = ""
    is_editing: bool = False
    is_changed: bool = False
    draft: list[DraftAction] = []
    templates: list[Choice] = []
    substages: list[Choice] = []

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

    def _list(self, trigger: str, flow_id: str) -> FlowActions | None:
        return next((each for entry in self.triggers if entry.trigger == trigger for each in entry.lists
                     if each.flow_id == flow_id), None)

    def _close(self) -> None:
        self.is_editing, self.is_changed, self.draft, self.trigger, self.flow_id = False, False, [], "", ""

    # Changing a list

    @handler(EDIT)
    async def edit(self, trigger: str, flow_id: str):
        async with self._showing_errors():
            if self.is_changed:
                raise FinishFirst
            found = self._list(trigger, flow_id)
            if found is None:
                return
            self.trigger, self.flow_id, self.is_editing = trigger, flow_id, True
            self.templates = next(entry.templates for entry in self.triggers if entry.trigger == trigger)
            self.substages = self._substages_by_flow.get(flow_id, [])
            self._put(found.actions)

    def _put(self, actions: list[ActionTexts]) -> None:
        self.draft = [DraftAction(kind=a.kind, template_key=a.template_key, substage_id=a.substage_id) for a in actions]
        self.is_changed = False

    def _change(self, draft: list[DraftAction]) -> None:
        self.draft = [action.model_copy(update={"error": Said()}) for action in draft]
        self.is_changed = True

    @handler(EDIT)
    def add_mail(self):
        self._add(DraftAction(kind=ActionKind.SEND_TEMPLATE.value))

    @handler(EDIT)
    def add_move(self):
        if self.flow_id:
            self._add(DraftAction(kind=ActionKind.MOVE.value))

    def _add(self, action: DraftAction) -> None:
        if self.is_editing and len(self.draft) < MOST_ACTIONS:
            self._change([*self.draft, action])

    @handler(EDIT)
    def choose(self, place: int, value: str):
        """The template or the substage of one action."""
        if self._is_place(place):
            field = "template_key" if self.draft[place].kind == ActionKind.SEND_TEMPLATE else "substage_id"
            changed = self.draft[place].model_copy(update={field: str(value)[:60]})
            self._change([*self.draft[:place], changed, *self.draft[place + 1:]])

    @handler(EDIT)
    def shift(self, place: int, by: int):
        """One step up or down."""
        if self._is_place(place) and by in (-1, 1) and self._is_place(place + by):
            draft = list(self.draft)
            draft[place], draft[place + by] = draft[place + by], draft[place]
            self._change(draft)

    @handler(EDIT)
    def remove(self, place: int):
        if self._is_place(place):
            self._change([*self.draft[:place], *self.draft[place + 1:]])

    def _is_place(self, place: object) -> bool:
        return isinstance(place, int) and not isinstance(place, bool) and 0 <= place < len(self.draft)

    @handler(EDIT)
    def discard(self):
        self._close()
        self.field_errors = {}

    @handler(EDIT)
    async def save(self):
        self.busy = True
        yield
        async with self._showing_errors():
            found = self._list(self.trigger, self.flow_id)
            if found is None or not self.is_editing:
                return
            actions = [action.model_dump(exclude={"error"}) for action in self.draft]
            form = parse(ActionListForm, {"trigger": self.trigger, "flow_id": self.flow_id, "version": found.version,
                                          "actions": actions})
            await run_write(save_actions, self._actor, form)
            self._close()
            await self._reload()
            await self._notify(msg("Saved. It holds from now on."))
        if self.field_errors:
            self.draft = [action.model_copy(update={"error": self.field_errors.get(f"actions.{place}", Said())})
                          for place, action in enumerate(self.draft)]

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
