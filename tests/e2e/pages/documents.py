"""The customer's documents, and the attachments of a project as staff see them."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, expect

from .screen import Screen
from .staff_project import StaffProject


class Uploading(Screen):
    """What both doors share: giving files and looking at them."""

    def give(self, *files: Any) -> None:
        self.id("choose-files").set_input_files(list(files))

    @property
    def arriving(self) -> Locator:
        return self.id("arriving")

    def refused(self, name: str) -> Locator:
        return self.arriving.filter(has_text=name)

    def look(self, name: str) -> Locator:
        """Opens a file in the page and gives its dialog."""
        self.act(self.page.get_by_role("button", name=f"Look at {name}"))
        viewer = self.page.locator("dialog.viewer[open]")
        expect(viewer).to_be_visible()
        return viewer


class Documents(Uploading):
    path = "/documents"

    @property
    def files(self) -> Locator:
        """What the customer gave unasked, each with its state."""
        return self.id("file")

    def file(self, name: str) -> Locator:
        return self.files.filter(has_text=name)

    def remove(self, name: str) -> None:
        self.act(self.page.get_by_role("button", name=f"Remove {name}"))
        expect(self.file(name)).to_have_count(0)

    @property
    def ours(self) -> Locator:
        return self.id("papers-ours").get_by_test_id("paper")


class Attachments(Uploading):
    path = "/staff/project"

    def open_project(self, project: str) -> Attachments:
        StaffProject(self.page).open_project(project)
        self.act(self.page.locator("#part-attachments"))
        expect(self.id("attachments")).to_be_visible()
        return self

    @property
    def rows(self) -> Locator:
        return self.id("attachment")

    def row(self, name: str) -> Locator:
        return self.rows.filter(has_text=name)

    def folder(self, key: str) -> Locator:
        return self.page.locator(f"[data-testid=folder][data-folder={key}]")

    def show(self, name: str) -> None:
        """By the keyboard: a notice at the foot may lie over the row."""
        self.row(name).get_by_test_id("public").press("Space")

    def accept(self, name: str) -> None:
        self.act(self.row(name).get_by_test_id("accept"))
        expect(self.row(name)).to_contain_text("Accepted")

    def send_back(self, name: str, reason: str) -> None:
        self.act(self.row(name).get_by_test_id("send-back"))
        self.page.locator("#reason").fill(reason)
        self.act(self.id("confirm-send-back"))
        expect(self.row(name)).to_contain_text(reason)
