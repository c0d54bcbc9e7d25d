"""A list of actions while somebody changes it: the same on the page of sources and in the panel of a substage."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import reflex as rx
from pydantic import BaseModel

from ....access.actors import Permission
from ....automations.forms import ActionTexts, Choice, FieldChoice
from ....automations.rules import MOST_ACTIONS, NOTE_LENGTH, ActionKind
from ....core.drafts import Draft, changed_fields, listed, recognised, written
from ....core.ids import new_id
from ....ui.handlers import handler
from ....ui.i18n import Said
from ...meanwhile import ConflictEntry, MeanwhileState

EDIT = Permission.EDIT_AUTOMATIONS
ACTIONS = "actions"
HOURS, DAYS = "hours", "days"
DAY_HOURS = 24
LONGEST_VALUE = 5000
# What the browser may write into an action, and how much of it.
_LENGTHS = {"template_key": 60, "substage_id": 32, "audience": 32, "note": NOTE_LENGTH, "endpoint_id": 32, "field_id": 32,
            "value": LONGEST_VALUE, "moment": 10, "count": 6, "unit": 5, "times": 4}
# What the service calls an entry, where that is another word.
_PARTS = {"count": "hours", "unit": "hours"}


class DraftAction(BaseModel):
    """One action as the fields on the page hold it: `count` and `unit` are the time of those that wait."""

    id: str = ""
    kind: str
    template_key: str = ""
    substage_id: str = ""
    audience: str = ""
    note: str = ""
    endpoint_id: str = ""
    field_id: str = ""
    value: str = ""
    control: str = "text"
    options: list[Choice] = []
    moment: str = ""
    count: str = ""
    unit: str = DAYS
    times: str = ""
    errors: dict[str, Said] = {}  # by the part of the action that is wrong


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def hours_of(action: DraftAction) -> int:
    return _number(action.count) * (DAY_HOURS if action.unit == DAYS else 1)


def entries_of(action: DraftAction) -> dict[str, Any]:
    """What `ActionForm` parses."""
    return {**action.model_dump(exclude={"errors", "control", "options", "count", "unit", "times"}),
            "hours": hours_of(action), "times": _number(action.times)}


def _text_of(action: DraftAction) -> str:
    return action.model_dump_json(exclude={"id", "errors", "control", "options"})


def _kind_of(text: str) -> str:
    return DraftAction.model_validate_json(text).kind


class ActionDrafting(MeanwhileState, rx.State, mixin=True):
    """Mixed into the states of both pages, which load and save the list."""

    is_editing: bool = False
    is_changed: bool = False
    draft: list[DraftAction] = []
    revision: int = 0
    templates: list[Choice] = []
    substages: list[Choice] = []
    audiences: list[Choice] = []
    endpoints: list[Choice] = []
    fields: list[FieldChoice] = []

    LISTS = (ACTIONS,)
    FIRST_MOMENT: ClassVar[str] = ""  # of a new action, in lists whose actions have one

    def _kinds(self) -> set[str]:
        """The kinds that can be added to the list that is changed."""
        return {kind.value for kind in ActionKind}

    def _begin(self, actions: list[ActionTexts]) -> None:
        self.is_editing = True
        self._show_saved(self._draft_of(self._drafted(action) for action in actions))

    async def _meet_actions(self, by: str, actions: list[ActionTexts]) -> None:
        theirs = self._draft_of(self._drafted(action) for action in actions)
        known = recognised(listed(theirs[ACTIONS]), listed(self._saved[ACTIONS]), _kind_of)
        await self._meet(by, {ACTIONS: written(known.items())})

    def _draft_of(self, actions: Iterable[DraftAction]) -> Draft:
        return {ACTIONS: written((action.id, _text_of(action)) for action in actions)}

    def _draft(self) -> Draft:
        return self._draft_of(self.draft)

    def _put(self, draft: Draft) -> None:
        self.draft = self._actions_of(draft[ACTIONS])
        self.revision += 1
        self._note_changes()

    def _actions_of(self, text: str) -> list[DraftAction]:
        return [self._with_control(DraftAction.model_validate_json(each).model_copy(update={"id": key}))
                for key, each in listed(text).items()]

    def _note_changes(self) -> None:
        self.is_changed = bool(changed_fields(self._saved, self._draft()))

    def _entries_in_words(self, field: str, text: str) -> list[ConflictEntry]:
        return [ConflictEntry(name=self._in_words(action), flags=action.kind, note=action.note, moment=action.moment,
                              hours=hours_of(action), times=_number(action.times))
                for action in self._actions_of(text)]

    def _in_words(self, action: DraftAction) -> str:
        """What the action names."""
        choices = {choice.value: choice.text for each in (self.templates, self.substages, self.audiences, self.endpoints,
                                                          self.fields, action.options) for choice in each}
        named = (action.template_key, action.substage_id, action.audience, action.endpoint_id, action.field_id, action.value)
        return ", ".join(choices.get(each, each) for each in named if each)

    def _drafted(self, action: ActionTexts) -> DraftAction:
        in_days = action.hours % DAY_HOURS == 0
        count = action.hours // DAY_HOURS if in_days else action.hours
        return self._with_control(DraftAction(
            **action.model_dump(include=set(DraftAction.model_fields) - {"times"}),
            count=str(count) if count else "", unit=DAYS if in_days else HOURS,
            times=str(action.times) if action.times else ""))

    def _with_control(self, action: DraftAction) -> DraftAction:
        """The field decides how its value is entered."""
        found = next((each for each in self.fields if each.value == action.field_id), None)
        return action.model_copy(update={"control": found.control if found else "text",
                                         "options": found.options if found else []})

    def _change(self, draft: list[DraftAction], *, shows_anew: bool = True) -> None:
        self.draft = draft
        self.field_errors = {}
        self._note_changes()
        if shows_anew:
            self.revision += 1

    def _stop(self) -> None:
        self.is_editing, self.is_changed, self.draft = False, False, []
        self._forget_conflicts()

    def _mark_errors(self) -> None:
        """Puts what the service said of each part of an action beside it."""
        self.draft = [action.model_copy(update={"errors": {
            field.removeprefix(f"actions.{place}."): said for field, said in self.field_errors.items()
            if field.startswith(f"actions.{place}.")}}) for place, action in enumerate(self.draft)]

    def _is_place(self, place: object) -> bool:
        return isinstance(place, int) and not isinstance(place, bool) and 0 <= place < len(self.draft)

    @handler(EDIT)
    def add(self, kind: str):
        if self.is_editing and kind in self._kinds() and len(self.draft) < MOST_ACTIONS:
            self._change([*self.draft, DraftAction(id=new_id(), kind=kind, moment=self.FIRST_MOMENT, count="3", times="3")])

    @handler(EDIT)
    def write(self, place: int, name: str, text: str):
        """One entry of one action."""
        if not self._is_place(place) or name not in _LENGTHS or not isinstance(text, str):
            return
        text = text[:_LENGTHS[name]]
        if getattr(self.draft[place], name) == text:
            return
        wrong = {part: said for part, said in self.draft[place].errors.items() if part != _PARTS.get(name, name)}
        changed = self.draft[place].model_copy(update={name: text, "errors": wrong})
        if name == "field_id":
            changed = self._with_control(changed.model_copy(update={"value": ""}))
        self._change([*self.draft[:place], changed, *self.draft[place + 1:]], shows_anew=name == "field_id")

    @handler(EDIT)
    def shift(self, place: int, by: int):
        """One step up or down."""
        if self._is_place(place) and by in (-1, 1) and self._is_place(place + by):
            draft = list(self.draft)
            draft[place], draft[place + by] = draft[place + by], draft[place]
            self._change(draft)

    @handler(EDIT)
    def choose_side(self, field: str, side: str):
        self._choose_side(field, side)

    @handler(EDIT)
    def remove(self, place: int):
        if self._is_place(place):
            self._change([*self.draft[:place], *self.draft[place + 1:]])
