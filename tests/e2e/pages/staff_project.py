"""One project as staff see it."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from .screen import Screen


class StaffProject(Screen):
    path = "/staff/project"

    def open_project(self, project: str) -> StaffProject:
        self.open(f"id={project}")
        expect(self.substage).to_be_visible()
        return self

    @property
    def substage(self) -> Locator:
        return self.id("substage")

    @property
    def history(self) -> Locator:
        """Newest first."""
        return self.id("history-row")

    @property
    def roof_area(self) -> Locator:
        return self.id("roof-area")

    @property
    def roof_planes(self) -> Locator:
        return self.id("roof-plane")

    @property
    def offers(self) -> Locator:
        return self.id("offer-row")

    @property
    def mails(self) -> Locator:
        return self.id("mail-row")

    @property
    def planned(self) -> Locator:
        """What comes by itself, the next first."""
        return self.id("planned")

    @property
    def troubles(self) -> Locator:
        """What did not happen by itself, until somebody has seen to it."""
        return self.id("trouble")

    def settle(self) -> None:
        before = self.troubles.count()
        self.act(self.troubles.first.get_by_role("button", name="I have seen to it"))
        expect(self.troubles).to_have_count(before - 1)

    def move_to(self, substage: str, note: str = "") -> None:
        self.act(self.page.locator(".move-menu summary"))
        self.act(self.id("move-to").filter(has_text=substage))
        self.page.locator("#note").fill(note)
        self.act(self.id("confirm-move"))
        expect(self.substage).to_have_text(substage)
