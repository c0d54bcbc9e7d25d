"""What staff were told: the bell, the inbox, and how each wants to be told."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from .screen import Screen


class StaffInbox(Screen):
    path = "/staff/inbox"

    @property
    def bell(self) -> Locator:
        """On every page of staff."""
        return self.id("bell")

    @property
    def lines(self) -> Locator:
        """Newest first."""
        return self.id("notification")

    @property
    def new_lines(self) -> Locator:
        return self.page.locator("[data-testid=notification].new")

    def follow(self, number: int = 0) -> None:
        self.act(self.lines.nth(number).locator("a"))

    def choose(self, kind: str, channel: str) -> None:
        """How the reader is told of a kind of change: application, email, both or none."""
        self.page.goto("/staff/inbox/choices")
        self.ready()
        self.id(f"channel-{kind}").select_option(channel)
        self.act(self.id("save"))
        expect(self.notices.locator("[data-kind=ok]")).to_be_visible()
