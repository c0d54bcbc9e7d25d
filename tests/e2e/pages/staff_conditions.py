"""Settings → Conditions management, as staff use it."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from .screen import Screen


class StaffConditions(Screen):
    path = "/staff/settings/conditions"

    @property
    def rows(self) -> Locator:
        return self.id("condition-row")

    @property
    def versions(self) -> Locator:
        """The newest first; `data-status` says which is in effect, coming or past."""
        return self.id("version")

    @property
    def preview(self) -> Locator:
        return self.id("condition-preview")

    @property
    def text(self) -> Locator:
        return self.page.locator("#condition-text")

    def title_field(self, language: str = "en") -> Locator:
        return self.page.locator(f"#title-{language}")

    def create(self, name: str, title: str, text: str, spanish: tuple[str, str] = ("", "")) -> None:
        """A condition whose first version is in effect as soon as it is saved; title and text also in Spanish."""
        self.open("condition=new")
        self.page.locator("#condition-name").fill(name)
        self.title_field().fill(title)
        self.text.fill(text)
        if any(spanish):
            self.title_field("es").fill(spanish[0])
            self.page.get_by_role("group", name="Language of the text").locator("label").filter(has_text="ES").click()
            expect(self.text).to_have_attribute("lang", "es")
            self.text.fill(spanish[1])
        self.save()

    def begin_version(self) -> None:
        self.id("new-version").click()
        expect(self.text).to_be_visible()

    def plan(self, day: str) -> None:
        """From this day (ISO) on."""
        self.page.get_by_text("From a day on").click()
        self.page.locator("#effective-day").fill(day)

    def save(self) -> None:
        self.id("save-version").click()
        expect(self.id("version-editor")).to_have_count(0)
        expect(self.versions.first).to_be_visible()
