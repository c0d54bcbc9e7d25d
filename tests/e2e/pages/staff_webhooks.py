"""Settings → Webhooks: who is told, and how that went."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from .screen import Screen


class StaffWebhooks(Screen):
    path = "/staff/settings/webhooks"

    @property
    def form(self) -> Locator:
        return self.id("webhook-form")

    def fill(self, name: str, url: str) -> None:
        self.form.get_by_label("Name", exact=True).fill(name)
        self.form.get_by_label("Address", exact=True).fill(url)
        self.act(self.id("save-webhook"))

    def create(self, name: str, url: str) -> str:
        """Adds a webhook; gives the secret, which is shown once."""
        self.act(self.id("new-webhook"))
        self.fill(name, url)
        secret = self.take_secret()
        expect(self.card(name)).to_be_visible()
        return secret

    def take_secret(self) -> str:
        shown = self.id("secret")
        expect(shown).to_be_visible()
        secret = shown.inner_text().strip()
        self.act(self.page.get_by_role("button", name="I have copied it"))
        expect(shown).to_have_count(0)
        return secret

    def card(self, name: str) -> Locator:
        return self.page.locator(f'[data-testid=webhook][data-name="{name}"]')

    @property
    def deliveries(self) -> Locator:
        return self.id("delivery")

    def expect_delivery(self, kind: str, status: str) -> Locator:
        """The newest delivery, as soon as it stands as it should: the open log follows it."""
        newest = self.deliveries.filter(has_text=kind).first
        expect(newest).to_have_attribute("data-status", status)
        return newest
