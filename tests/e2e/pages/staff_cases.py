"""The staff's queue of cases, one case, and the types in Settings."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from .screen import Screen


class StaffCases(Screen):
    path = "/staff/cases"

    @property
    def rows(self) -> Locator:
        return self.id("case-row")

    def filter(self, word: str, label: str) -> None:
        self.id(f"filter-{word}").select_option(label=label)

    def open_case(self, title: str) -> StaffCase:
        self.act(self.rows.filter(has_text=title).locator("a").first)
        case = StaffCase(self.page)
        expect(case.heading).to_have_text(title)
        return case


class StaffCase(Screen):
    path = "/staff/case"

    @property
    def messages(self) -> Locator:
        return self.id("case-message")

    @property
    def state(self) -> Locator:
        return self.page.locator(".title-row .pill")

    @property
    def files(self) -> Locator:
        return self.id("case-file")

    def answer(self, text: str, then: str = "") -> None:
        expect(self.id("next-state")).to_be_visible()
        self.page.locator("#text").fill(text)
        if then:
            self.id("next-state").select_option(label=then)
        self.act(self.id("send-answer"))

    def note(self, text: str) -> None:
        self.act(self.page.locator("label:has(input[name=kind][value=note])"))
        expect(self.id("next-state")).to_have_count(0)
        self.page.locator("#text").fill(text)
        self.act(self.id("send-answer"))

    def set_state(self, state: str) -> None:
        self.act(self.id(f"state-{state}"))


class StaffCaseTypes(Screen):
    path = "/staff/settings/cases"

    @property
    def rows(self) -> Locator:
        return self.page.locator("[data-sort-kind=type]")

    @property
    def archived(self) -> Locator:
        return self.id("archived-type")

    def add(self, names: dict[str, str], hours: str) -> None:
        self.act(self.id("new-type"))
        for language, name in names.items():
            self.page.locator(f"#name-{language}").fill(name)
        self.page.locator("#due_hours").fill(hours)
        self.act(self.id("save-type"))

    def menu(self, name: str, item: str) -> None:
        row = self.rows.filter(has_text=name)
        self.act(row.locator("summary"))
        self.act(row.get_by_test_id(item))
