"""Folders of attachments: the list in its order, and the dialog that makes or changes one."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....core.drafts import ON, Draft
from ....core.forms import Form, parse
from ....documents import folders
from ....documents.folders import FolderRow
from ....documents.rules import FolderForm
from ..arranging import ArrangedState, Edited, Services, lines_of, read_lines


class EditedFolder(Edited):
    is_of_customers: bool = False


class FoldersState(ArrangedState, rx.State):
    SERVICES = Services(folders.list_for_settings, folders.create_folder, folders.save_folder, folders.archive_folder,
                        folders.move_folder)
    THING = "document_folder"

    rows: list[FolderRow] = []
    archived: list[FolderRow] = []
    edited: EditedFolder = EditedFolder()

    def _begun(self, row: FolderRow | None = None) -> EditedFolder:
        return EditedFolder(is_of_customers=row is not None and row.is_of_customers, **super()._begun(row).model_dump())

    def _draft_of(self, row: FolderRow | None = None) -> Draft:
        return {**lines_of("name", row.names if row else {}), "is_public": ON if row and row.is_public else ""}

    def _form(self, entries: dict[str, Any]) -> Form:
        return parse(FolderForm, {"version": self.edited.version, "name": read_lines(entries, "name", self.languages),
                                  "is_public": bool(entries.get("is_public"))})
