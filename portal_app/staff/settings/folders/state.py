"""Folders of attachments: the list in its order, and the dialog that makes or changes one."""

from __future__ import annotations

from typing import Any

import reflex as rx
from pydantic import BaseModel

from ....access.actors import STAFF, Permission
from ....core.database import run_read, run_write
from ....core.forms import Form, parse
from ....core.texts import msg
from ....documents import folders
from ....documents.folders import FolderRow
from ....documents.rules import FolderForm
from ....ui.handlers import handler
from ....ui.shell_state import PortalState
from ..language_lines import all_languages, read_lines

EDIT = Permission.EDIT_COMPANY


class Place(Form):
    position: int


class Edited(BaseModel):
    """What the dialog began with; an empty id is a new folder."""

    id: str = ""
    version: int = 0
    name: str = ""
    names: dict[str, str] = all_languages()
    is_public: bool = False
    is_of_customers: bool = False


class FoldersState(PortalState, rx.State):
    rows: list[FolderRow] = []
    archived: list[FolderRow] = []
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
        page = await run_read(folders.list_for_settings, self._actor)
        self.rows = [row for row in page.folders if not row.is_archived]
        self.archived = [row for row in page.folders if row.is_archived]
        self.languages = page.languages

    def _row(self, folder_id: object) -> FolderRow | None:
        return next((row for row in [*self.rows, *self.archived] if row.id == folder_id), None)

    @handler(EDIT)
    async def begin_new(self):
        self.field_errors, self.edited, self.is_editing = {}, Edited(), True

    @handler(EDIT)
    async def begin_change(self, folder_id: str):
        row = self._row(folder_id)
        if row is not None:
            self.edited = Edited(names=all_languages(row.names), **row.model_dump(
                include={"id", "version", "name", "is_public", "is_of_customers"}))
            self.field_errors, self.is_editing = {}, True

    @handler(EDIT)
    async def stop(self):
        self.is_editing, self.field_errors = False, {}

    @handler(EDIT)
    async def save(self, form_data: dict[str, Any]):
        self.busy = True
        yield
        async with self._showing_errors():
            form = parse(FolderForm, {"version": self.edited.version, "name": read_lines(form_data, "name", self.languages),
                                      "is_public": bool(form_data.get("is_public"))})
            if self.edited.id:
                await run_write(folders.save_folder, self._actor, self.edited.id, form)
            else:
                await run_write(folders.create_folder, self._actor, form)
            self.is_editing = False
            await self._reload()
            await self._notify(msg("Saved. It holds from now on."))

    async def _do(self, change: Any, *arguments: Any) -> None:
        """Does it; whoever saw an older list is shown how it stands."""
        async with self._showing_errors():
            await run_write(change, self._actor, *arguments)
        await self._reload()

    @handler(EDIT)
    async def archive(self, folder_id: str, is_archived: bool):
        row = self._row(folder_id)
        if row is not None:
            await self._do(folders.archive_folder, row.id, row.version, is_archived is True)

    @handler(EDIT)
    async def move_item(self, kind: str, folder_id: str, parent: str, position: int):
        async with self._showing_errors():
            place = parse(Place, {"position": position}).position
            await self._do(folders.move_folder, str(folder_id), place)
