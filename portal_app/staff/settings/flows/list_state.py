"""The list of flows: creating, renaming, ordering and deleting them."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....access.actors import STAFF, Permission
from ....company.service import company_snapshot
from ....core.database import run_read, run_write
from ....core.errors import NotFound
from ....core.forms import parse, parse_id
from ....core.texts import LANGUAGES, msg
from ....flows import service as flows
from ....flows.draft import NAME
from ....flows.rules import FlowForm
from ....opportunities import relocation
from ....ui.handlers import handler
from ....ui.shell_state import PortalState
from .reading import read_flows
from .schemas import Deletion, FlowRow, MoveForm

MODIFY = Permission.MODIFY_FLOWS


class FlowListState(PortalState, rx.State):
    flows: list[FlowRow] = []
    can_modify: bool = False
    languages: list[str] = []

    is_naming: bool = False
    naming_id: str = ""
    name: str = ""
    public_names: dict[str, str] = {}
    deletion: Deletion = Deletion()

    @handler(STAFF)
    async def load(self):
        self.is_naming, self.deletion = False, Deletion()
        if self._query("flow"):
            return
        self.can_modify, self.languages = self._actor.can(MODIFY), list(company_snapshot().languages)
        try:
            self.flows = await run_read(read_flows, self._actor)
            self.is_missing = False
        except NotFound:
            self.is_missing = True
        self.is_loaded = True

    def _row(self, flow_id: str) -> FlowRow | None:
        return next((row for row in self.flows if row.id == flow_id), None)

    async def _reload(self) -> None:
        self.flows = await run_read(read_flows, self._actor)

    @handler(MODIFY)
    def begin_creating(self):
        self.naming_id, self.name, self.public_names, self.field_errors = "", "", {}, {}
        self.is_naming = True

    @handler(MODIFY)
    async def begin_renaming(self, flow_id: str):
        async with self._showing_errors():
            tree = await run_read(flows.get_visible_tree, self._actor, parse_id(flow_id))
            self.naming_id, self.name = tree.id, tree.name
            self.public_names = {language: tree.public_name.get(language, "") for language in LANGUAGES}
            self.is_naming = True

    @handler(MODIFY)
    def stop_naming(self):
        self.is_naming, self.field_errors = False, {}

    @handler(MODIFY)
    async def save_name(self, entries: dict[str, Any]):
        async with self._showing_errors():
            texts = {language: entries.get(f"{NAME}.{language}") or "" for language in LANGUAGES}
            form = parse(FlowForm, {"name": entries.get("name") or "", NAME: texts})
            if self.naming_id:
                await run_write(flows.rename_flow, self._actor, self.naming_id, form)
            else:
                made = await run_write(flows.create_flow, self._actor, form)
                self.is_naming = False
                return rx.redirect(f"/staff/settings/flows?flow={made.id}")
            self.is_naming = False
            await self._reload()

    @handler(MODIFY)
    async def move_item(self, kind: str, flow_id: str, parent: str, position: int):
        async with self._showing_errors():
            form = parse(MoveForm, {"kind": "stage", "id": flow_id, "position": position})
            await run_write(flows.move_flow, self._actor, parse_id(form.id), form.position)
        await self._reload()

    @handler(MODIFY)
    def ask_to_delete(self, flow_id: str):
        row = self._row(flow_id)
        if row is not None:
            self.deletion = Deletion(kind="flow", id=row.id, name=row.name, project_count=row.project_count)

    @handler(MODIFY)
    def stop_deleting(self):
        self.deletion = Deletion()

    @handler(MODIFY)
    async def delete(self):
        async with self._showing_errors():
            await run_write(relocation.delete_flow, self._actor, parse_id(self.deletion.id))
            await self._notify(msg("Deleted."))
        self.deletion = Deletion()
        await self._reload()
