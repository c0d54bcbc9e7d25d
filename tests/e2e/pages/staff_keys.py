"""Settings → API keys: other systems that may enter customers."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from .screen import Screen


class StaffKeys(Screen):
    path = "/staff/settings/keys"

    def create(self, name: str) -> str:
        """Makes a key; gives it, since it is shown once."""
        self.act(self.id("new-key"))
        self.make(name)
        shown = self.id("key-once")
        key = shown.inner_text().strip()
        self.act(self.page.get_by_role("button", name="I have copied it"))
        expect(shown).to_have_count(0)
        return key

    def make(self, name: str) -> None:
        """What is asked for a new one."""
        self.id("key-form").get_by_label("Name of the system").fill(name)
        self.act(self.id("make-key"))
        expect(self.id("key-once")).to_contain_text("pk_")

    def row(self, name: str) -> Locator:
        return self.page.locator(f'[data-testid=api-key][data-name="{name}"]')

    def delete(self, name: str) -> None:
        self.act(self.row(name).get_by_role("button", name=f"Delete {name}"))
        self.act(self.page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True))
        expect(self.row(name)).to_have_count(0)
