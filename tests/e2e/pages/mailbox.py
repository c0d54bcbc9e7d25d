"""The demonstration's mailbox, as a person reads it."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from .screen import Screen


class Mailbox(Screen):
    path = "/mailbox"

    def open_for(self, email: str) -> Mailbox:
        self.open(f"to={email}")
        return self

    @property
    def mails(self) -> Locator:
        return self.id("mail")

    def follow_link(self, email: str) -> Page:
        """Clicks the button of the newest mail to `email`; it opens a page of its own, as in a mail program."""
        newest = self.page.locator(f'[data-testid=mail][data-to="{email}"]').first
        expect(newest).to_be_visible()
        newest.click()
        link = self.page.frame_locator("[data-testid=mail-frame]").locator('a[href*="/access/"]').first
        expect(link).to_be_visible()
        with self.page.expect_popup() as opened:
            link.click()
        opened.value.wait_for_load_state()
        return opened.value
