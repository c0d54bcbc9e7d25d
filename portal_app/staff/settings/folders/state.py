"""Folders of attachments: the list in its order, and the dialog that makes or changes one."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....core.forms import Form, parse
from ....documents import folders
from ....documents.folders import FolderRow
from ....documents.rules import FolderForm
from ..arranging import ArrangedState, Edited, Services, all_languages, read_lines


class EditedFolder(Edited):
    is_public: bool = False
    is_of_customers: bool = False


class FoldersState(ArrangedState, rx.State):
    SERVICES = Services(folders.list_for_settings, folders.create_folder, folders.save_folder, folders.archive_folder,
                        folders.move_folder)

    rows: list[FolderRow] = []
    archived: list[FolderRow] = []
    edited: EditedFolder = EditedFolder()

    def _begun(self, row: FolderRow | None = None) -> EditedFolder:
        if row is None:
            return EditedFolder(names=all_languages())
        return EditedFolder(id=row.id, version=row.version, name=row.name, names=all_languages(row.names),
                            is_public=row.is_public, is_of_customers=row.is_of_customers)

    def _form(self, entries: dict[str, Any]) -> Form:
        return parse(FolderForm, {"version": self.edited.version, "name": read_lines(entries, "name", self.languages),
                                  "is_public": bool(entries.get("is_public"))})
