"""Settings → E-mail templates."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from .screen import Screen


class StaffTemplates(Screen):
    path = "/staff/settings/templates"

    def begin(self) -> None:
        self.act(self.id("new-template"))
        expect(self.page.locator("#subject")).to_be_visible()

    def write(self, **texts: str) -> None:
        for field, text in texts.items():
            self.page.locator(f"#{field}").fill(text)

    def save(self) -> None:
        self.act(self.id("save-template"))

    def row(self, name: str) -> Locator:
        return self.page.get_by_role("row").filter(has_text=name)
