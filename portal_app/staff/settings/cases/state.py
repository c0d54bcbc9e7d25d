"""Types of cases: the list in its order, and the dialog that makes or changes one."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....core.drafts import Draft
from ....core.forms import Form, parse
from ....support import types
from ....support.rules import TypeForm
from ....support.schemas import TypeRow
from ..arranging import ArrangedState, Edited, Services, lines_of, read_lines

USUAL_HOURS = 24


class CaseTypesState(ArrangedState, rx.State):
    SERVICES = Services(types.list_types, types.create_type, types.save_type, types.archive_type, types.move_type)
    THING = "case_type"

    rows: list[TypeRow] = []
    archived: list[TypeRow] = []
    edited: Edited = Edited()

    def _draft_of(self, row: TypeRow | None = None) -> Draft:
        return {**lines_of("name", row.names if row else {}), **lines_of("hint", row.hints if row else {}),
                "due_hours": str(row.due_hours if row else USUAL_HOURS)}

    def _form(self, entries: dict[str, Any]) -> Form:
        return parse(TypeForm, {
            "version": self.edited.version, "due_hours": entries.get("due_hours", ""),
            **{part: read_lines(entries, part, self.languages) for part in ("name", "hint")}})
