"""The tab *Automatic actions* of the flow editor."""

from __future__ import annotations

from collections.abc import Mapping

from playwright.sync_api import Locator, expect

from .screen import Screen


class StepActions(Screen):
    """Of the substage that is chosen in the tree."""

    def show(self) -> StepActions:
        self.act(self.page.locator("#part-actions"))
        expect(self.id("edit-step-actions").or_(self.id("step-action-editor"))).to_be_visible()
        return self

    def change(self) -> StepActions:
        self.act(self.id("edit-step-actions"))
        expect(self.editor).to_be_visible()
        return self

    @property
    def editor(self) -> Locator:
        return self.id("step-action-editor")

    @property
    def rows(self) -> Locator:
        return self.editor.get_by_test_id("action-row")

    @property
    def sentences(self) -> Locator:
        return self.page.get_by_test_id("sentence")

    def add(self, kind: str) -> Locator:
        """A new action at the end; gives its row."""
        before = self.rows.count()
        self.act(self.id(f"add-{kind}"))
        expect(self.rows).to_have_count(before + 1)
        return self.rows.nth(before)

    def choose(self, row: Locator, label: str, choice: str) -> None:
        """By the label of the choice and words of the option; or writes the words there."""
        self.put(row.get_by_label(label, exact=True), choice)

    def wait_days(self, row: Locator, count: str) -> None:
        self.choose(row, "When", "Once, after a time here")
        self.choose(row, "After", count)

    def compose(self, *actions: tuple[str, Mapping[str, str]]) -> None:
        """The list anew, each action with what is chosen or written at its labels, and saves it."""
        self.change()
        for kind, words in actions:
            row = self.add(kind)
            for label, text in words.items():
                self.choose(row, label, text)
        self.saved()

    def save(self) -> None:
        self.act(self.id("save-step-actions"))

    def saved(self) -> None:
        self.save()
        expect(self.editor).to_have_count(0)
