"""The checker and the rehearsal of the flow editor."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from .flow_editor import FlowEditor
from .screen import Screen


class Rehearsal(Screen):
    """Of the flow that is open in the editor."""

    def __init__(self, page: Page, editor: FlowEditor) -> None:
        super().__init__(page)
        self.editor = editor

    def expect_nothing_found(self) -> None:
        self.act(self.id("check-flow"))
        expect(self.id("check-panel")).to_be_visible()
        expect(self.id("finding")).to_have_text([])
        self.act(self.page.get_by_role("button", name="Close the check"))

    def begin(self) -> None:
        self.act(self.id("walk-flow"))
        expect(self.passages).to_have_count(1)

    @property
    def panel(self) -> Locator:
        return self.id("walk-panel")

    @property
    def place(self) -> Locator:
        return self.id("walk-place")

    @property
    def passages(self) -> Locator:
        return self.id("walk-passage")

    def press(self, what: str) -> None:
        """`act` (the first that the customer can do), `time` (it passes) or `colleague` (moves it on)."""
        before = self.passages.count()
        self.act(self.id(f"walk-{what}").first)
        expect(self.passages).to_have_count(before + 1)
