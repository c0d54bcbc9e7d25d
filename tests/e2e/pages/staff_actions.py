"""Settings → External source actions: what follows from what a customer does."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from .screen import Screen


class StaffActions(Screen):
    path = "/staff/settings/actions"

    def of(self, act: str, flow: str) -> Locator:
        """The list of one act (`accept-budget`) for one flow, by its name."""
        return self.page.locator(f'[data-testid=actions-{act}][data-flow="{flow}"]')

    def sentences(self, act: str, flow: str) -> Locator:
        return self.of(act, flow).locator("ol.sentences li")

    def set(self, act: str, flow: str, *, move_to: str, mail: str = "") -> None:
        """Begins the list anew: move to a substage (by its name), and send a template (by its name)."""
        place = self.of(act, flow)
        self.act(place.get_by_test_id("edit-actions"))
        editor = self.id("action-editor")
        expect(editor).to_be_visible()
        while rows := editor.locator("ol.action-rows > li").count():
            self.act(editor.get_by_role("button", name="Remove").first)
            expect(editor.locator("ol.action-rows > li")).to_have_count(rows - 1)
        self._add(editor, "move", move_to)
        if mail:
            self._add(editor, "send_template", mail)
        self.act(self.id("save-actions"))
        expect(editor).to_have_count(0)
        expect(self.sentences(act, flow).filter(has_text=move_to)).to_have_count(1)

    def _add(self, editor: Locator, kind: str, choice: str) -> None:
        rows = editor.locator("ol.action-rows > li")
        before = rows.count()
        self.act(self.id(f"add-{kind}"))
        expect(rows).to_have_count(before + 1)
        option = rows.last.locator("option", has_text=choice).first
        rows.last.locator("select").select_option(value=option.get_attribute("value"))
