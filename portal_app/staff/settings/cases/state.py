"""Types of cases: the list in its order, and the dialog that makes or changes one."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....core.forms import Form, parse
from ....support import types
from ....support.rules import TypeForm
from ....support.schemas import TypeRow
from ..arranging import ArrangedState, Edited, Services, all_languages, read_lines

USUAL_HOURS = 24


class EditedType(Edited):
    hints: dict[str, str] = {}
    due_hours: int = USUAL_HOURS


class CaseTypesState(ArrangedState, rx.State):
    SERVICES = Services(types.list_types, types.create_type, types.save_type, types.archive_type, types.move_type)

    rows: list[TypeRow] = []
    archived: list[TypeRow] = []
    edited: EditedType = EditedType()

    def _begun(self, row: TypeRow | None = None) -> EditedType:
        if row is None:
            return EditedType(names=all_languages(), hints=all_languages())
        return EditedType(id=row.id, version=row.version, name=row.name, names=all_languages(row.names),
                          hints=all_languages(row.hints), due_hours=row.due_hours)

    def _form(self, entries: dict[str, Any]) -> Form:
        return parse(TypeForm, {
            "version": self.edited.version, "due_hours": entries.get("due_hours", ""),
            **{part: read_lines(entries, part, self.languages) for part in ("name", "hint")}})
