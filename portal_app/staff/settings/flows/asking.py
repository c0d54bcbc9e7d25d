"""The part of the editor's draft that says what a substage asks for: its fields and conditions, and who acts there."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import reflex as rx

from ....access.actors import Permission
from ....core.drafts import MOST_ENTRIES, Draft, listed, written
from ....core.localized import in_language
from ....flows.configuring import ConditionHint, FieldHint, Palette
from ....flows.draft import ACCEPTED, AGAIN_FLAG, ASKED, BALL, LISTS, READ_ONLY_FLAG, REQUIRED_FLAG
from ....flows.rules import Ball, moved
from ....ui.handlers import handler
from ....ui.shell_state import PortalState
from ...meanwhile import ConflictEntry
from .schemas import AcceptedRow, AskedRow, FieldChoice, FieldGroup

ATTACH_FIELDS, ATTACH_CONDITIONS = Permission.EDIT_FIELDS, Permission.EDIT_CONDITIONS


class AskingDraft(PortalState, rx.State, mixin=True):
    """Mixed into the editor's state, which calls `_note_changes`, `_put` and keeps what is saved."""

    kind: str = ""
    can_modify: bool = False
    default_language: str = ""
    can_attach_fields: bool = False
    can_attach_conditions: bool = False
    ball: str = ""
    asked: list[AskedRow] = []
    accepted: list[AcceptedRow] = []
    field_groups: list[FieldGroup] = []
    condition_choices: list[AcceptedRow] = []
    has_fields: bool = False
    has_conditions: bool = False
    choosing: str = ""  # fields | conditions: the dialog that is open

    _palette: Palette = Palette()
    _contents: dict[str, tuple[str, str]] = {}

    @abstractmethod
    def _note_changes(self) -> None:
        """Compares the draft with what is saved, and shows whether anything is to be saved."""

    def _asking(self) -> Draft:
        return {
            BALL: self.ball,
            ASKED: written((row.id, REQUIRED_FLAG * row.is_required + READ_ONLY_FLAG * row.is_read_only)
                           for row in self.asked),
            ACCEPTED: written((row.id, AGAIN_FLAG * row.asks_again) for row in self.accepted),
        }

    def _put_asking(self, draft: Draft) -> None:
        """Shows fields and conditions of a draft; what no longer exists is left out."""
        fields = {hint.id: hint for hint in self._palette.fields}
        conditions = {hint.id: hint for hint in self._palette.conditions}
        self.ball = draft.get(BALL, "")
        self.asked = [self._asked_row(fields[key], flags) for key, flags in listed(draft.get(ASKED, "")).items()
                      if key in fields]
        self.accepted = [self._accepted_row(conditions[key], flags)
                         for key, flags in listed(draft.get(ACCEPTED, "")).items() if key in conditions]
        self._offer_choices()

    def _asked_row(self, hint: FieldHint, flags: str = "") -> AskedRow:
        return AskedRow(id=hint.id, name=self._in_words(hint.label), kind=hint.kind, unit=hint.unit,
                        is_required=REQUIRED_FLAG in flags, is_read_only=READ_ONLY_FLAG in flags,
                        is_archived=hint.is_archived)

    def _accepted_row(self, hint: ConditionHint, flags: str = "") -> AcceptedRow:
        return AcceptedRow(id=hint.id, name=hint.name, number=hint.number, is_archived=hint.is_archived,
                           since=hint.since.isoformat() if hint.since else "", asks_again=AGAIN_FLAG in flags)

    def _in_words(self, texts: dict[str, str]) -> str:
        return in_language(texts, self._language, self.default_language)

    def _offer_choices(self) -> None:
        chosen = {row.id for row in self.asked} | {row.id for row in self.accepted}
        open_fields = [hint for hint in self._palette.fields if not hint.is_archived]
        groups: dict[str, FieldGroup] = {}
        for hint in open_fields:
            if hint.id not in chosen:
                name = self._in_words(hint.group_name)
                groups.setdefault(name, FieldGroup(name=name)).choices.append(FieldChoice(
                    id=hint.id, name=self._in_words(hint.label), kind=hint.kind, unit=hint.unit))
        self.field_groups = list(groups.values())
        open_conditions = [hint for hint in self._palette.conditions if not hint.is_archived]
        self.condition_choices = [self._accepted_row(hint) for hint in open_conditions if hint.id not in chosen]
        self.has_fields, self.has_conditions = bool(open_fields), bool(open_conditions)

    def _entries_in_words(self, field: str, text: str) -> list[ConflictEntry]:
        """One of two people's lists; the names come from what is defined."""
        if field not in LISTS:
            return []
        names = {hint.id: self._in_words(hint.label) for hint in self._palette.fields}
        names |= {hint.id: hint.name for hint in self._palette.conditions}
        return [ConflictEntry(name=names[key], flags=flags) for key, flags in listed(text).items() if key in names]

    # Writing

    @handler(Permission.MODIFY_FLOWS)
    def choose_ball(self, ball: str):
        if self.kind == "substage" and ball in ("", *Ball):
            self.ball = ball
            self._note_changes()

    @handler(Permission.SEE_FLOWS)
    def open_choosing(self, what: str):
        self.choosing = what if what in (ASKED, ACCEPTED) else ""

    @handler(Permission.SEE_FLOWS)
    def stop_choosing(self):
        self.choosing = ""

    @handler(ATTACH_FIELDS)
    def add_fields(self, entries: dict[str, Any]):
        """The fields whose boxes were ticked, in the order of the list."""
        self.choosing = ""
        if self.kind == "substage":
            room = MOST_ENTRIES - len(self.asked)
            offered = {choice.id for group in self.field_groups for choice in group.choices}
            new = [hint for hint in self._palette.fields if hint.id in offered and entries.get(hint.id)]
            self._change_asked([*self.asked, *(self._asked_row(hint) for hint in new[:room])])

    @handler(ATTACH_CONDITIONS)
    def add_conditions(self, entries: dict[str, Any]):
        self.choosing = ""
        if self.kind == "substage":
            new = [row for row in self.condition_choices if entries.get(row.id)]
            self._change_accepted([*self.accepted, *new])

    @handler(ATTACH_FIELDS)
    def set_required(self, field_id: str, choice: str):
        self._change_asked([row.model_copy(update={"is_required": choice == "required"}) if row.id == field_id else row
                            for row in self.asked])

    @handler(ATTACH_FIELDS)
    def set_read_only(self, field_id: str, choice: str):
        self._change_asked([row.model_copy(update={"is_read_only": choice == "read-only"}) if row.id == field_id else row
                            for row in self.asked])

    @handler(ATTACH_CONDITIONS)
    def set_asks_again(self, condition_id: str, choice: bool):
        self._change_accepted([row.model_copy(update={"asks_again": choice is True}) if row.id == condition_id else row
                               for row in self.accepted])

    @handler(ATTACH_FIELDS)
    def remove_field(self, field_id: str):
        self._change_asked([row for row in self.asked if row.id != field_id])

    @handler(ATTACH_CONDITIONS)
    def remove_condition(self, condition_id: str):
        self._change_accepted([row for row in self.accepted if row.id != condition_id])

    @handler(ATTACH_FIELDS)
    def move_field(self, kind: str, field_id: str, parent: str, position: int):
        self._change_asked(_moved(self.asked, field_id, position))

    @handler(ATTACH_CONDITIONS)
    def move_condition(self, kind: str, condition_id: str, parent: str, position: int):
        self._change_accepted(_moved(self.accepted, condition_id, position))

    def _change_asked(self, rows: list[AskedRow]) -> None:
        if self.kind == "substage" and self.can_attach_fields:
            self.asked = rows
            self._offer_choices()
            self._note_changes()

    def _change_accepted(self, rows: list[AcceptedRow]) -> None:
        if self.kind == "substage" and self.can_attach_conditions:
            self.accepted = rows
            self._offer_choices()
            self._note_changes()


def _moved(rows: list[Any], row_id: str, position: object) -> list[Any]:
    found = next((row for row in rows if row.id == row_id), None)
    if found is None or isinstance(position, bool) or not isinstance(position, int):
        return rows
    return moved(rows, found, position)
