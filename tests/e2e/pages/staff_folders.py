"""Settings → Folders of attachments."""

from __future__ import annotations

from playwright.sync_api import Locator

from .screen import Screen


class StaffFolders(Screen):
    path = "/staff/settings/folders"

    @property
    def rows(self) -> Locator:
        return self.page.locator("[data-sort-kind=folder]")

    def add(self, names: dict[str, str], *, is_public: bool) -> None:
        self.act(self.id("new-folder"))
        for language, name in names.items():
            self.page.locator(f"#name-{language}").fill(name)
        self.page.locator("input[name=is_public]").set_checked(is_public)
        self.act(self.id("save-folder"))

    def menu(self, name: str, item: str) -> None:
        row = self.rows.filter(has_text=name)
        self.act(row.locator("summary"))
        self.act(row.get_by_test_id(item))
