"""Settings → Opportunity types and processes: a flow is built from nothing. Staff's pages are read in English."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from .screen import SLOW_MS, Screen


class StaffFlows(Screen):
    path = "/staff/settings/flows"

    @property
    def stages(self) -> Locator:
        return self.id("stage")

    @property
    def substages(self) -> Locator:
        return self.id("substage")

    @property
    def preview(self) -> Locator:
        return self.id("preview").first

    @property
    def unsaved(self) -> Locator:
        return self.page.locator(".unsaved:not(.done)")

    def create(self, name: str) -> None:
        """A new flow; the editor opens with its first stage and substage."""
        self.act(self.page.get_by_role("button", name="New type").first)
        self.page.locator("#flow-name").fill(name)
        self.act(self.page.get_by_role("dialog").get_by_role("button", name="Create"))
        expect(self.page.get_by_role("heading", level=1, name=name)).to_be_visible(timeout=SLOW_MS)
        expect(self.substages).to_have_count(1)

    def _save(self) -> None:
        self.act(self.unsaved.get_by_role("button", name="Save"))
        expect(self.unsaved).to_have_count(0)

    def name_stage(self, number: int, name: str) -> None:
        self.act(self.stages.nth(number))
        expect(self.stages.nth(number)).to_have_attribute("aria-current", "true")
        self._write_name("en", name)
        self._save()
        expect(self.stages.nth(number)).to_contain_text(name)

    def add_stage(self, name: str, first_substage: str) -> None:
        """A stage at the end; the editor asks for its first substage at once."""
        before, substages = self.stages.count(), self.substages.count()
        self.act(self.id("add-stage"))
        self._add("new-stage", name)
        expect(self.stages).to_have_count(before + 1)
        self._add("new-substage", first_substage)
        expect(self.substages).to_have_count(substages + 1)

    def add_substage(self, stage: int, name: str) -> None:
        before = self.substages.count()
        self.act(self.id("add-substage").nth(stage))
        self._add("new-substage", name)
        expect(self.substages).to_have_count(before + 1)

    def _add(self, field: str, name: str) -> None:
        self.page.locator(f"#{field}").fill(name)
        self.page.locator(f"#{field}").press("Enter")

    def edit_substage(self, number: int, names: dict[str, str] | None = None, *, view: str | None = None,
                      description: str = "") -> None:
        """Names per language, description (in the language that is shown) and view kind of a substage; saves it."""
        row = self.substages.nth(number)
        self.act(row)
        expect(row).to_have_attribute("aria-current", "true")
        for language, name in (names or {}).items():
            self._write_name(language, name)
        if description:
            self.page.locator("#description").fill(description)
        if view is not None:
            self.act(self.page.locator("#part-view"))
            box = self.page.locator(f'input[name=view][value="{view}"]')
            self.act(self.page.locator("label", has=box))
            expect(box).to_be_checked()
        self._save()

    def _write_name(self, language: str, name: str) -> None:
        self.page.locator(f"#name-{language}").fill(name)
