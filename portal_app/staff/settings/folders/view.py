"""/staff/settings/folders: where staff file what belongs to a project, in which order, and who sees it from the start."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....documents.rules import LONGEST_FOLDER_NAME
from ....ui import components as c
from ....ui.i18n import said, t, tn
from ..arranged import arranged_page, language_lines
from .state import FoldersState

S: Any = FoldersState

PARTS = {"name": t("Name")}


def folders_page() -> rx.Component:
    return arranged_page(
        S, "folder", t("Folders of attachments"),
        t("Every project has these folders, in this order. Staff see all of them, customers only the files."),
        t("New folder"), PARTS,
        language_lines("name", PARTS["name"], S.draft, S.languages, LONGEST_FOLDER_NAME, said(S.field_errors["name"])),
        rx.cond(~S.edited.is_of_customers, rx.el.div(
            c.checkbox(t("Customers see new files at once"), name="is_public", default_checked=S.draft["is_public"] != "",
                       key=S.draft["is_public"]),
            rx.el.p(t("Either way you decide anew for each file."), class_name="hint"), class_name="field")),
        archived=t("These take no more files. What is in them stays where it is."),
        about=_about,
        count=lambda row: tn("{n} file", "{n} files", row.count),
        may_archive=lambda row: ~row.is_of_customers,
    )


def _about(row: Any) -> Any:
    return rx.cond(
        row.is_of_customers, t("What customers send comes here"),
        rx.cond(row.is_public, t("New files are visible to the customer"), t("New files are for staff only")))
