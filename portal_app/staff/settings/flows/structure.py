"""The structure of a flow in its editor: parts are added, moved, and deleted after a question."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import reflex as rx

from ....access.actors import Permission
from ....core.database import run_write
from ....core.forms import parse, parse_id
from ....core.texts import msg
from ....flows import service as flows
from ....flows.draft import NAME
from ....flows.rules import StageForm, StillInUse, SubstageForm
from ....flows.tree import FlowTree, StageNode, SubstageNode
from ....opportunities import relocation
from ....ui.handlers import handler
from ....ui.shell_state import PortalState
from .reading import deletion_of
from .schemas import Deletion, MoveForm, NameForm

MODIFY = Permission.MODIFY_FLOWS
NEW_STAGE = "stage"


class StructureState(PortalState, rx.State, mixin=True):
    """Mixed into the editor's state, which has a draft of what is chosen in the tree."""

    flow_id: str = ""
    adding: str = ""
    deletion: Deletion = Deletion()

    default_language: str
    change_count: int

    _tree: FlowTree | None = None
    _counts: dict[str, int] = {}

    @abstractmethod
    async def _reload(self) -> None:
        """The tree as it is now; the draft stays."""

    @abstractmethod
    def _node(self, kind: str = "", node_id: str = "") -> StageNode | SubstageNode | None:
        """A part of the tree, or what is chosen in it."""

    @abstractmethod
    def _open(self, node: StageNode | SubstageNode) -> None:
        """Chooses it; the draft before is gone."""

    @handler(MODIFY)
    async def move_item(self, kind: str, node_id: str, parent: str, position: int):
        async with self._showing_errors():
            form = parse(MoveForm, {"kind": kind, "id": node_id, "parent": parent, "position": position})
            if form.kind == "stage":
                await run_write(flows.move_stage, self._actor, parse_id(form.id), form.position)
            else:
                await run_write(flows.move_substage, self._actor, parse_id(form.id), form.position,
                                parse_id(form.parent))
            await self._reload()

    @handler(MODIFY)
    def begin_adding(self, where: str):
        """`stage`, or the id of the stage that gets a substage."""
        self.adding = where if where == NEW_STAGE or self._node("stage", where) else ""
        self.field_errors = {}

    @handler(MODIFY)
    def stop_adding(self):
        self.adding, self.field_errors = "", {}

    @handler(MODIFY)
    async def add(self, entries: dict[str, Any]):
        async with self._showing_errors():
            name = {self.default_language: parse(NameForm, {"name": entries.get("name")}).name}
            if self.adding == NEW_STAGE:
                made = await run_write(flows.create_stage, self._actor, self.flow_id,
                                       parse(StageForm, {NAME: name}))
                kind, self.adding = "stage", made.id
            else:
                made = await run_write(flows.create_substage, self._actor, parse_id(self.adding),
                                       parse(SubstageForm, {NAME: name}))
                kind, self.adding = "substage", ""
            await self._reload()
            node = self._node(kind, made.id)
            if node is not None and not self.change_count:
                self._open(node)
        if wrong := self.field_errors.pop(NAME, None):  # the part beside, in the panel, has one too
            self.field_errors["name"] = wrong

    @handler(MODIFY)
    async def ask_to_delete(self, kind: str, node_id: str):
        async with self._showing_errors():
            await self._ask_to_delete(kind, node_id)

    async def _ask_to_delete(self, kind: str, node_id: str) -> None:
        await self._reload()
        node = self._node(kind, node_id)
        if node is not None and self._tree is not None:
            self.deletion = deletion_of(self._tree, self._counts, node, self._language, self.default_language)

    @handler(MODIFY)
    def stop_deleting(self):
        self.deletion = Deletion()

    @handler(MODIFY)
    async def delete(self, entries: dict[str, Any]):
        async with self._showing_errors():
            target = parse_id(entries["target"]) if entries.get("target") else ""
            node_id = parse_id(self.deletion.id)
            try:
                if self.deletion.kind == "stage":
                    count = await run_write(relocation.delete_stage, self._actor, node_id, target)
                else:
                    count = await run_write(relocation.delete_substage, self._actor, node_id, target)
            except StillInUse:
                await self._ask_to_delete(self.deletion.kind, node_id)  # projects may have come meanwhile
                raise
            self.deletion = Deletion()
            await self._reload()
            if count:
                await self._notify(msg("Deleted. Projects moved: {count}."), count=count)
            else:
                await self._notify(msg("Deleted."))
