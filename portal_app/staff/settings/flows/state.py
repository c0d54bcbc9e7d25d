"""The flow editor: the tree, the draft of what is chosen in it, and what stands in the way of saving it.

The draft lives here until it is saved. An answer to a reload never touches it, so that neither somebody else's change
nor a lost connection takes away what was written.
"""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....access.actors import STAFF, Permission
from ....company.service import company_snapshot
from ....core import live
from ....core.database import run_read, run_write
from ....core.drafts import Draft, changed_fields, part_of
from ....core.errors import NotFound
from ....core.forms import parse, parse_id
from ....core.ids import new_id
from ....core.localized import in_language
from ....core.texts import LANGUAGES
from ....flows import draft as drafts
from ....flows import rules
from ....flows import service as flows
from ....flows.configuring import save_step
from ....flows.draft import ACCEPTED, ASKED, DESCRIPTION, LISTS, NAME, VIEW_KIND
from ....flows.rules import StageForm, SubstageForm
from ....flows.service import SavedMeanwhile
from ....flows.tree import StageNode, SubstageNode
from ....flows.view_kinds import ViewKind
from ....ui.handlers import handler
from ...meanwhile import MeanwhileState
from .asking import ATTACH_CONDITIONS, ATTACH_FIELDS, AskingDraft
from .reading import Reading, preview_of, read_editor, rows_of
from .schemas import Deletion, KeptDraft, Preview, StageRow
from .structure import StructureState

SEE, MODIFY = Permission.SEE_FLOWS, Permission.MODIFY_FLOWS
TABS = ("information", "view", ASKED, ACCEPTED, "actions")


class FlowEditorState(StructureState, AskingDraft, MeanwhileState, rx.State):
    LISTS = LISTS

    mode: str = ""  # list | editor | missing
    flow_name: str = ""
    project_count: int = 0
    languages: list[str] = []
    stages: list[StageRow] = []
    mark: str = ""  # of this state: another one means that the server has forgotten the draft
    kept: dict[str, Any] = {}

    selected_id: str = ""
    title: str = ""
    stage_id: str = ""  # the chosen stage, or that of the chosen substage
    stage_title: str = ""
    tab: str = "information"
    sought: int = 0
    names: dict[str, str] = {}
    descriptions: dict[str, str] = {}
    view_kind: str = ""
    revision: int = 0
    description_language: str = "en"
    change_count: int = 0
    changed_parts: list[str] = []
    missing_descriptions: list[str] = []
    saved_customers: int = -1

    is_asking: bool = False
    preview: Preview = Preview()
    preview_language: str = "en"
    is_previewing: bool = False

    _version: int = 0
    _wanted: tuple[str, str] = ("", "")

    # Loading

    @handler(STAFF)
    async def load(self):
        asked = self._query("flow")
        was_asking, self.is_asking = self.is_asking, False
        self.is_previewing, self.deletion = False, Deletion()
        self.adding, self.choosing = "", ""
        if not asked:
            self.mode = "list"
            return
        try:
            flow_id = parse_id(asked)
            reading = await run_read(read_editor, self._actor, flow_id)
        except NotFound:
            self.mode = "missing"
            return
        is_writing = flow_id == self.flow_id and self.change_count > 0
        self.is_asking = was_asking and is_writing  # a click that restores the connection may be answered before this
        company = company_snapshot()
        self.flow_id, self.languages, self.default_language = flow_id, list(company.languages), company.default_language
        self.can_modify, self.mark = self._actor.can(MODIFY), self.mark or new_id()
        self.can_attach_fields = self.can_modify and self._actor.can(ATTACH_FIELDS)
        self.can_attach_conditions = self.can_modify and self._actor.can(ATTACH_CONDITIONS)
        self._follow(live.flow_topic(flow_id), by="refresh")
        self._show(reading)
        if not is_writing:
            self.description_language = self.preview_language = company.default_language
            self._open_first()
        self.mode = "editor"

    @handler(STAFF)
    async def refresh(self):
        """Somebody else changed the process: the tree follows. The panel stays, and saving merges or asks."""
        try:
            self._show(await run_read(read_editor, self._actor, self.flow_id))
        except NotFound:
            return await self._say_changed()
        node = self._node()
        if node is None or node.version != self._version:
            await self._say_changed()

    @handler(STAFF)
    async def speak(self):
        """The reader's language is another one: the names follow, the draft stays."""
        if self.mode == "editor":
            await self._reload()

    def _show(self, reading: Reading) -> None:
        """The tree as it is now; the draft stays."""
        self._tree, self._counts = reading.tree, reading.counts
        self._palette, self._contents = reading.palette, reading.contents
        self.flow_name, self.project_count = reading.tree.name, sum(reading.counts.values())
        self.stages = rows_of(reading, self._language, company_snapshot())

    async def _reload(self) -> None:
        self._show(await run_read(read_editor, self._actor, self.flow_id))
        node = self._node()
        if node is None:
            self._open_first()
        else:
            self._name_panel(node)
            self._put_asking(self._asking())
            self._note_changes()

    # What is chosen

    def _node(self, kind: str = "", node_id: str = "") -> StageNode | SubstageNode | None:
        if self._tree is None:
            return None
        kind, node_id = kind or self.kind, node_id or self.selected_id
        return self._tree.stage(node_id) if kind == "stage" else self._tree.substage(node_id)

    def _open_first(self) -> None:
        first = next(self._tree.substages(), None) if self._tree else None
        if first is not None:
            self._open(first)

    def _open(self, node: StageNode | SubstageNode) -> None:
        """Shows a stage or substage as it is saved; the draft before is gone."""
        self.kind, self.selected_id = ("stage" if isinstance(node, StageNode) else "substage"), node.id
        if self.kind == "stage":
            self.tab = "information"
        self.choosing = ""
        self._name_panel(node)
        self._version = node.version
        self._show_saved(self._saved_now(node))

    def _saved_now(self, node: StageNode | SubstageNode) -> Draft:
        return drafts.draft_of(node, *self._contents.get(node.id, ("", "")))

    def _name_panel(self, node: StageNode | SubstageNode) -> None:
        stage = self._tree.stage(node.stage_id) if self._tree and isinstance(node, SubstageNode) else None
        self.title = in_language(node.public_name, self._language, self.default_language)
        self.stage_id = stage.id if stage else node.id
        self.stage_title = in_language(stage.public_name, self._language, self.default_language) if stage else ""

    def _draft(self) -> Draft:
        return {**{f"{NAME}.{language}": self.names.get(language, "") for language in LANGUAGES},
                **{f"{DESCRIPTION}.{language}": self.descriptions.get(language, "") for language in LANGUAGES},
                VIEW_KIND: self.view_kind, **self._asking()}

    def _put(self, draft: Draft) -> None:
        """Replaces the draft, also in the fields on the page."""
        self.names = {language: draft[f"{NAME}.{language}"] for language in LANGUAGES}
        self.descriptions = {language: draft[f"{DESCRIPTION}.{language}"] for language in LANGUAGES}
        self.view_kind = draft[VIEW_KIND]
        self._put_asking(draft)
        self.revision += 1
        self._note_changes()

    def _note_changes(self) -> None:
        draft = self._draft()
        changed = changed_fields(self._saved, draft)
        self.change_count = len(changed)
        self.changed_parts = sorted({part_of(field) for field in changed})
        written = [language for language in LANGUAGES if self.descriptions.get(language, "").strip()]
        self.missing_descriptions = [language for language in self.languages if written and language not in written]
        self.saved_customers = -1
        self.kept = {"mark": self.mark, "flow_id": self.flow_id, "kind": self.kind, "id": self.selected_id,
                     "version": self._version, "saved": self._saved, "draft": draft} if changed else {}
        if self._tree is not None:
            self.preview = preview_of(self._tree, self.selected_id, draft, self.preview_language, self.default_language)

    @handler(SEE)
    async def select(self, kind: str, node_id: str):
        """Opens a part of the tree; asks first when the draft would be lost."""
        if self._node(kind, node_id) is None or (kind, node_id) == (self.kind, self.selected_id):
            return
        if self.change_count:
            self._wanted, self.is_asking = (kind, node_id), True
            return
        await self._go(kind, node_id)

    @handler(SEE)
    def ask_before_leaving(self):
        """For another page; the guard on this page opens it once nothing would be lost."""
        self._wanted, self.is_asking = ("", ""), self.change_count > 0

    async def _go(self, kind: str, node_id: str) -> None:
        if not kind:
            return
        async with self._showing_errors():
            await self._reload()
            node = self._node(kind, node_id)
            if node is not None:
                self._open(node)

    @handler(SEE)
    def keep_writing(self):
        self.is_asking = False

    @handler(SEE)
    async def discard_and_go(self):
        self.is_asking = False
        self._put(self._saved)
        await self._go(*self._wanted)

    @handler(MODIFY)
    async def save_and_go(self):
        self.is_asking = False
        if await self._save():
            await self._go(*self._wanted)

    @handler(SEE)
    def show_tab(self, tab: str):
        self.tab = tab if tab in TABS and self.kind == "substage" else "information"

    @handler(SEE)
    def bring_into_sight(self):
        """Also where the part was open before: it lies below the list that led here."""
        self.sought += not self.is_asking

    @handler(SEE)
    def show_description(self, language: str):
        if language in LANGUAGES:
            self.description_language = language
            self.revision += 1

    @handler(SEE)
    def show_preview_in(self, language: str):
        if language in LANGUAGES:
            self.preview_language = language
            saved = self.saved_customers
            self._note_changes()
            self.saved_customers = saved

    @handler(SEE)
    def open_preview(self):
        self.is_previewing = True

    @handler(SEE)
    def close_preview(self):
        self.is_previewing = False

    # Writing and saving

    @handler(MODIFY)
    def write_name(self, language: str, text: str):
        if language in LANGUAGES:
            self.names = {**self.names, language: str(text)[:rules.NAME_LENGTH]}
            self._note_changes()

    @handler(MODIFY)
    def write_description(self, language: str, text: str):
        if language in LANGUAGES:
            self.descriptions = {**self.descriptions, language: str(text)[:rules.DESCRIPTION_LENGTH]}
            self._note_changes()

    @handler(MODIFY)
    async def restore(self, entry: dict[str, Any]):
        """Takes over a draft that the browser kept; what others saved meanwhile is met when it is saved."""
        async with self._showing_errors():
            kept = parse(KeptDraft, entry)
            if kept.flow_id != self.flow_id or self.change_count:
                return
            node = self._node(kept.kind, kept.id)
            if node is None:
                raise NotFound
            self._open(node)
            self._saved, self._version = kept.saved, kept.version
            self._put(kept.draft)

    @handler(MODIFY)
    def choose_view(self, view_kind: str):
        if self.kind == "substage" and view_kind in ("", *ViewKind):
            self.view_kind = view_kind
            self._note_changes()

    @handler(MODIFY)
    def discard(self):
        node = self._node()
        if node is not None:
            self._name_panel(node)
        self._show_saved()

    @handler(MODIFY)
    async def save(self):
        await self._save()

    async def _save(self) -> bool:
        """Whether the draft is saved now; else errors stand at the fields, or somebody else's texts beside them."""
        async with self._showing_errors():
            entries = drafts.entries_of(self._draft(), with_view=self.kind == "substage")
            node_id, version = self.selected_id, self._version
            try:
                if self.kind == "stage":
                    await run_write(flows.save_stage, self._actor, node_id, parse(StageForm, entries), version)
                else:
                    draft = self._draft()
                    is_asking_new = any(draft[field] != self._saved[field] for field in LISTS)
                    lists = {field: draft[field] for field in LISTS} if is_asking_new else None
                    await run_write(save_step, self._actor, node_id, parse(SubstageForm, entries), lists, version)
            except SavedMeanwhile:
                await self._meet_theirs()
                return False
            except NotFound:
                await self._reload()  # what went meanwhile leaves the draft, the rest stays
                raise
            await self._reload()
            node = self._node()
            if node is not None:
                self._open(node)
            self.saved_customers = self._customers_here()
            return True
        return False

    def _customers_here(self) -> int:
        node = self._node()
        substages = node.substages if isinstance(node, StageNode) else [node] if node else []
        return sum(self._counts.get(substage.id, 0) for substage in substages)

    async def _meet_theirs(self) -> None:
        node_id = self.selected_id
        await self._reload()
        theirs = self._node()
        if theirs is None or theirs.id != node_id:
            raise NotFound
        self._version = theirs.version
        await self._meet(theirs.changed_by, self._saved_now(theirs))

    @handler(MODIFY)
    def choose_side(self, field: str, side: str):
        self._choose_side(field, side)
