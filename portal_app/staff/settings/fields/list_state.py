"""The list of dynamic fields: in groups that are renamed, in an order, archived and deleted."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....access.actors import STAFF, Permission
from ....company.service import company_snapshot
from ....core.database import run_read, run_write
from ....core.errors import NotFound
from ....core.forms import parse, parse_id
from ....core.texts import LANGUAGES, msg
from ....flows import field_service as fields
from ....flows.configuring import GroupForm, rename_group
from ....ui.handlers import handler
from ....ui.shell_state import PortalState
from .drafting import GROUP
from .reading import read_list, rows_of
from .schemas import FieldRow, FieldRows

EDIT = Permission.EDIT_FIELDS
NO_ROW = FieldRow(id="", name="", kind="")


class FieldListState(PortalState, rx.State, mixin=True):
    """Mixed into the state of the page, which also has the draft of one field."""

    groups: list[FieldRows] = []
    has_rows: bool = False
    archived_count: int = 0
    shows_archived: bool = False
    archiving: FieldRow = NO_ROW
    deleting: FieldRow = NO_ROW
    renaming: str = ""  # the key of the group whose name is changed
    renamed: dict[str, str] = {}

    _order: list[str] = []  # of all fields

    async def _load_list(self) -> None:
        found = await run_read(read_list, self._actor)
        self.archived_count = sum(entry.spec.is_archived for entry in found)
        self.has_rows, self._order = bool(found), [entry.spec.id for entry in found]
        self.groups = rows_of(found, self._language, company_snapshot(), with_archived=self.shows_archived)

    def _row(self, field_id: str) -> FieldRow | None:
        return next((row for group in self.groups for row in group.rows if row.id == field_id), None)

    @handler(STAFF)
    async def show_archived(self, is_on: bool):
        self.shows_archived = is_on is True
        async with self._showing_errors():
            await self._load_list()

    @handler(EDIT)
    async def move_item(self, kind: str, field_id: str, parent: str, position: int):
        async with self._showing_errors():
            group = next((group for group in self.groups if group.key == parent), None)
            row = self._row(parse_id(field_id))
            if group is None or row is None or not isinstance(position, int):
                raise NotFound
            place = max(0, min(position, len(group.rows) - 1))
            target = group.rows[place].id if row in group.rows else row.id
            await run_write(fields.move_field, self._actor, row.id, self._order.index(target))
            await self._load_list()

    @handler(EDIT)
    def begin_renaming(self, key: str):
        group = next((group for group in self.groups if group.key == key and group.texts), None)
        self.renaming, self.field_errors = (group.key if group else ""), {}
        self.renamed = {language: group.texts.get(language, "") if group else "" for language in LANGUAGES}

    @handler(EDIT)
    def stop_renaming(self):
        self.renaming = ""

    @handler(EDIT)
    async def rename(self, entries: dict[str, Any]):
        """The name of a group, for all fields that have it."""
        async with self._showing_errors():
            group = next((group for group in self.groups if group.key == self.renaming), None)
            if group is None:
                raise NotFound
            texts = {language: entries.get(f"{GROUP}.{language}") or "" for language in LANGUAGES}
            await run_write(rename_group, self._actor, group.field_ids, parse(GroupForm, {GROUP: texts}))
            self.renaming = ""
            await self._load_list()

    @handler(EDIT)
    def ask_to_archive(self, field_id: str):
        self.archiving = self._row(field_id) or self.archiving

    @handler(EDIT)
    def ask_to_delete(self, field_id: str):
        self.deleting = self._row(field_id) or self.deleting

    @handler(EDIT)
    def stop(self):
        self.archiving = self.deleting = NO_ROW

    @handler(EDIT)
    async def archive(self):
        async with self._showing_errors():
            await run_write(fields.archive_field, self._actor, parse_id(self.archiving.id))
            await self._notify(msg("Archived. Nobody is asked for it any more."))
        self.archiving = NO_ROW
        await self._load_list()

    @handler(EDIT)
    async def bring_back(self, field_id: str):
        async with self._showing_errors():
            await run_write(fields.restore_field, self._actor, parse_id(field_id))
        await self._load_list()

    @handler(EDIT)
    async def delete(self):
        async with self._showing_errors():
            done = await run_write(fields.remove_field, self._actor, parse_id(self.deleting.id))
            await self._notify(msg("Deleted.") if done == "deleted" else msg("It is in use meanwhile, so it was archived."))
        self.deleting = NO_ROW
        await self._load_list()
