"""What staff see of a project's files, and what they decide about them."""

from __future__ import annotations

import logging

import reflex as rx
from pydantic import BaseModel
from sqlmodel import Session

from ...access.actors import STAFF, Actor, Permission
from ...company.service import company_snapshot
from ...core import live
from ...core.database import run_read, run_write
from ...core.errors import NotFound
from ...core.forms import parse, parse_id
from ...core.localized import in_language
from ...core.texts import msg
from ...documents.folders import list_folders, name_of
from ...documents.intake import delete_content
from ...documents.rules import CLIENT, INTERNAL, FilingForm, PublicForm, RejectForm
from ...documents.service import (
    FileView,
    accept_document,
    list_attachments,
    move_to_folder,
    reject_document,
    remove_document,
    set_public,
)
from ...flows.contents import specs_by_id
from ...opportunities.service import get_visible
from ...ui.handlers import handler
from ...ui.shell_state import PortalState

log = logging.getLogger(__name__)

TABS = ("overview", "attachments")


class Attachment(BaseModel):
    file: FileView = FileView()
    about: str = ""  # the field that asked for it
    is_to_review: bool = False


class Choice(BaseModel):
    """A folder that takes files."""

    value: str
    text: str
    is_public: bool = False


class FolderView(BaseModel):
    key: str
    name: str
    files: list[Attachment] = []
    count: int = 0


class Attachments(BaseModel):
    folders: list[FolderView]
    choices: list[Choice]


def read_folders(session: Session, actor: Actor, project_id: str, language: str) -> Attachments:
    """Every folder that holds something, and *Client documents* always; by four queries."""
    get_visible(session, actor, project_id)
    views = list_attachments(session, actor, project_id)
    specs = specs_by_id(session, {view.ref_id for view in views if view.purpose == "field"})
    fallback = company_snapshot().default_language
    known = list_folders(session)
    folders = {each.id: FolderView(key=each.id, name=name_of(each, language)) for each in known}
    for view in views:
        spec = specs.get(view.ref_id)
        folders[view.folder].files.append(Attachment(
            file=view, about=in_language(spec.label, language, fallback) if spec else "",
            is_to_review=view.by_customer and view.review == "open" and not view.is_checking))
    for folder in folders.values():
        folder.count = len(folder.files)
    return Attachments(
        folders=[folder for folder in folders.values() if folder.files or folder.key == CLIENT],
        choices=[Choice(value=each.id, text=folders[each.id].name, is_public=each.is_public)
                 for each in known if not each.is_archived])


class AttachmentsState(PortalState, rx.State):
    project_id: str = ""
    tab: str = TABS[0]
    folders: list[FolderView] = []
    choices: list[Choice] = []
    count: int = 0
    to_review: int = 0
    can_review: bool = False
    upload_folder: str = INTERNAL
    is_upload_public: bool = False
    # The dialog that asks why a file goes back.
    is_rejecting: bool = False
    rejected: FileView = FileView()

    @handler(STAFF)
    async def load(self):
        self.is_missing = False
        self.tab = "attachments" if self._query("tab") == "attachments" else TABS[0]
        self.is_rejecting = False
        await self._read()

    @handler(STAFF)
    async def refresh(self, file_id: str = ""):
        """After an upload here or a change elsewhere; an open dialog stays."""
        await self._read()

    async def _read(self) -> None:
        actor = self._actor
        try:
            project_id = parse_id(self._query("id"))
            found = await run_read(read_folders, actor, project_id, self._language)
        except NotFound:
            self.project_id, self.folders, self.count, self.to_review = "", [], 0, 0
            self.is_missing = self.is_loaded = True
            return
        self.project_id, self.folders, self.choices = project_id, found.folders, found.choices
        self._choose(self.upload_folder)
        self.count = sum(folder.count for folder in found.folders)
        self.to_review = sum(each.is_to_review for folder in found.folders for each in folder.files)
        self.can_review = actor.can(Permission.REVIEW_DOCUMENTS)
        self._follow(live.opportunity_topic(project_id), by="refresh")
        self.is_loaded = True

    def _file(self, file_id: str) -> FileView | None:
        return next((each.file for folder in self.folders for each in folder.files if each.file.id == file_id), None)

    @handler(STAFF)
    async def open_tab(self, key: str):
        self.tab = key if key in TABS else TABS[0]

    @handler(STAFF)
    async def choose_folder(self, folder: str):
        self._choose(folder)

    def _choose(self, folder: object) -> None:
        """The folder that new files go to; one that takes none any more gives way to the last of the list."""
        chosen = next((each for each in self.choices if each.value == folder), self.choices[-1])
        self.upload_folder, self.is_upload_public = chosen.value, chosen.is_public

    @handler(Permission.REVIEW_DOCUMENTS)
    async def show_to_customer(self, file_id: str, is_public: bool):
        async with self._showing_errors():
            form = parse(PublicForm, {"is_public": is_public})
            await run_write(set_public, self._actor, parse_id(file_id), form.is_public)
        await self._read()

    @handler(Permission.REVIEW_DOCUMENTS)
    async def move_file(self, file_id: str, folder: str):
        async with self._showing_errors():
            form = parse(FilingForm, {"folder": folder})
            await run_write(move_to_folder, self._actor, parse_id(file_id), form.folder)
        await self._read()

    @handler(Permission.REVIEW_DOCUMENTS)
    async def accept(self, file_id: str):
        async with self._showing_errors():
            await run_write(accept_document, self._actor, parse_id(file_id))
        await self._read()

    @handler(Permission.REVIEW_DOCUMENTS)
    async def ask_reason(self, file_id: str):
        wanted = self._file(file_id)
        if wanted is not None and wanted.by_customer:
            self.rejected, self.is_rejecting, self.field_errors = wanted, True, {}

    @handler(STAFF)
    async def stop_rejecting(self):
        self.is_rejecting = False

    @handler(Permission.REVIEW_DOCUMENTS)
    async def reject(self, form: dict):
        async with self._showing_errors():
            reason = parse(RejectForm, {"reason": form.get("reason", "")})
            await run_write(reject_document, self._actor, parse_id(self.rejected.id), reason)
            self.is_rejecting = False
            await self._notify(SENT_BACK, name=self.rejected.name)
        await self._read()

    @handler(Permission.REVIEW_DOCUMENTS)
    async def remove(self, file_id: str):
        async with self._showing_errors():
            await delete_content(await run_write(remove_document, self._actor, parse_id(file_id)))
        await self._read()


SENT_BACK = msg("“{name}” went back, and the customer has a mail with the reason.")
