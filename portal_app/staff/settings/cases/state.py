"""Types of cases: the list in its order, and the dialog that makes or changes one."""

from __future__ import annotations

from typing import Any

import reflex as rx
from pydantic import BaseModel

from ....access.actors import STAFF, Permission
from ....core.database import run_read, run_write
from ....core.errors import ChangedMeanwhile
from ....core.forms import Form, parse, parse_id
from ....core.texts import msg
from ....support import types
from ....support.rules import TypeForm
from ....support.schemas import TypeRow
from ....ui.handlers import handler
from ....ui.shell_state import PortalState
from ..language_lines import all_languages, read_lines

EDIT = Permission.EDIT_COMPANY
USUAL_HOURS = 24


class Place(Form):
    position: int


class Edited(BaseModel):
    """What the dialog began with; an empty id is a new type."""

    id: str = ""
    version: int = 0
    name: str = ""
    names: dict[str, str] = {}
    hints: dict[str, str] = {}
    due_hours: int = USUAL_HOURS


class CaseTypesState(PortalState, rx.State):
    rows: list[TypeRow] = []
    archived: list[TypeRow] = []
    languages: list[str] = []
    may_edit: bool = False
    is_editing: bool = False
    edited: Edited = Edited()

    @handler(STAFF)
    async def load(self):
        self.may_edit = self._actor.can(EDIT)
        if self.may_edit:
            await self._reload()
        self.is_loaded = True

    async def _reload(self) -> None:
        page = await run_read(types.list_types, self._actor)
        self.rows = [row for row in page.types if not row.is_archived]
        self.archived = [row for row in page.types if row.is_archived]
        self.languages = page.languages

    def _row(self, type_id: object) -> TypeRow | None:
        return next((row for row in [*self.rows, *self.archived] if row.id == type_id), None)

    @handler(EDIT)
    async def begin_new(self):
        self.field_errors, self.edited, self.is_editing = {}, self._blank(), True

    def _blank(self, row: TypeRow | None = None) -> Edited:
        if row is None:
            return Edited(names=all_languages(), hints=all_languages())
        return Edited(id=row.id, version=row.version, name=row.name, names=all_languages(row.names),
                      hints=all_languages(row.hints), due_hours=row.due_hours)

    @handler(EDIT)
    async def begin_change(self, type_id: str):
        row = self._row(type_id)
        if row is not None:
            self.field_errors, self.edited, self.is_editing = {}, self._blank(row), True

    @handler(EDIT)
    async def stop(self):
        self.is_editing, self.field_errors = False, {}

    @handler(EDIT)
    async def save(self, form_data: dict[str, Any]):
        self.busy = True
        yield
        async with self._showing_errors():
            form = parse(TypeForm, {
                "version": self.edited.version, "due_hours": form_data.get("due_hours", ""),
                **{part: read_lines(form_data, part, self.languages) for part in ("name", "hint")}})
            if self.edited.id:
                await run_write(types.save_type, self._actor, parse_id(self.edited.id), form)
            else:
                await run_write(types.create_type, self._actor, form)
            self.is_editing = False
            await self._reload()
            await self._notify(msg("Saved. It holds from now on."))

    async def _do(self, change: Any, *arguments: Any) -> None:
        """Does it; whoever saw an older list is shown how it stands."""
        async with self._showing_errors():
            try:
                await run_write(change, self._actor, *arguments)
            except ChangedMeanwhile:
                await self._notify(ChangedMeanwhile.text, "info")
        await self._reload()

    @handler(EDIT)
    async def archive(self, type_id: str):
        row = self._row(type_id)
        if row is not None:
            await self._do(types.archive_type, row.id, row.version, True)

    @handler(EDIT)
    async def restore(self, type_id: str):
        row = self._row(type_id)
        if row is not None:
            await self._do(types.archive_type, row.id, row.version, False)

    @handler(EDIT)
    async def move_item(self, kind: str, type_id: str, parent: str, position: int):
        async with self._showing_errors():
            place = parse(Place, {"position": position}).position
            await self._do(types.move_type, parse_id(type_id), place)
