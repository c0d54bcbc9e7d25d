"""Settings → Opportunity types and processes, as staff use it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from playwright.sync_api import Locator, Page, expect

from ..support import wait_until
from .screen import Screen


class FlowEditor:
    PATH = "/staff/settings/flows"

    def __init__(self, page: Page) -> None:
        self.page = page

    # The list

    def open_list(self) -> FlowEditor:
        self.page.goto(self.PATH)
        Screen(self.page).ready()
        return self

    def create(self, name: str) -> FlowEditor:
        """A new flow; ends in its editor."""
        self.page.get_by_role("button", name="New type").first.click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_label("Name", exact=True).fill(name)
        dialog.get_by_role("button", name="Create").click()
        expect(self.page.get_by_role("heading", level=1, name=name)).to_be_visible()
        return self

    def open(self, name: str) -> FlowEditor:
        self.open_list()
        self.page.get_by_role("link", name=name, exact=True).click()
        expect(self.stages.first).to_be_visible()
        return self

    # The tree

    @property
    def stages(self) -> Locator:
        return self.page.get_by_test_id("stage")

    @property
    def substages(self) -> Locator:
        return self.page.get_by_test_id("substage")

    def stage_names(self) -> list[str]:
        return self.stages.all_inner_texts()

    def substage_names(self) -> list[str]:
        return self.substages.locator("b").all_inner_texts()

    def expect_stages(self, *names: str) -> None:
        expect(self.stages).to_have_text(list(names))

    def expect_substages(self, *names: str) -> None:
        expect(self.substages.locator("b")).to_have_text(list(names))

    def add_stage(self, name: str, first_substage: str) -> None:
        self.page.get_by_test_id("add-stage").click()
        self.page.get_by_label("Name of the new stage").fill(name)
        self.page.keyboard.press("Enter")
        self.page.get_by_label("Name of the new substage").fill(first_substage)
        self.page.keyboard.press("Enter")
        expect(self.title).to_have_text(first_substage)

    def add_substage(self, stage: str, name: str) -> None:
        self._menu(stage, "Add substage")
        self.page.get_by_label("Name of the new substage").fill(name)
        self.page.keyboard.press("Enter")
        expect(self.title).to_have_text(name)

    def choose(self, name: str) -> None:
        """Opens a substage."""
        self.substages.filter(has_text=name).first.click()

    def choose_stage(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).and_(self.stages).click()

    def handle(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=f"Move {name}: arrow keys or drag", exact=True)

    def move_by_key(self, name: str, key: str) -> None:
        self.handle(name).press(key)

    def move_by_menu(self, name: str, item: str) -> None:
        self._menu(name, item)

    def drag(self, name: str, above: str) -> None:
        """Drags a part by its handle to the place above another one. The tree may just be drawn anew: who did not get hold
        of the part takes it once more."""
        mouse = self.page.mouse

        def is_held() -> bool:
            if held := self.handle(name).bounding_box():
                mouse.move(held["x"] + 10, held["y"] + 20)
                mouse.down()
                mouse.move(held["x"] + 10, held["y"] + 5, steps=3)
                if self.page.locator(".lift").count():
                    return True
                mouse.up()
            return False

        assert wait_until(is_held), f"{name} can't be held"
        target = self.handle(above).bounding_box()
        assert target is not None
        mouse.move(target["x"] + 10, target["y"] + 4, steps=8)
        mouse.up()

    def delete(self, name: str, move_projects_to: str = "") -> None:
        self._menu(name, "Delete")
        dialog = self.page.get_by_role("dialog")
        if move_projects_to:
            dialog.get_by_label("Where they go").select_option(label=move_projects_to)
            dialog.get_by_role("button", name="Move projects and delete").click()
        else:
            dialog.get_by_role("button", name="Delete", exact=True).click()
        expect(dialog).to_have_count(0)

    def _menu(self, name: str, item: str) -> None:
        self.page.get_by_label(f"More about {name}", exact=True).click()
        self.page.locator("details[open]").get_by_role("button", name=item).click()

    # The panel

    @property
    def title(self) -> Locator:
        return self.page.locator("#panel-title")

    def name(self, language: str = "en") -> Locator:
        return self.page.locator(f"#name-{language}")

    @property
    def description(self) -> Locator:
        return self.page.get_by_role("textbox", name="What")

    def write_names(self, english: str, spanish: str) -> None:
        for language, name in (("en", english), ("es", spanish)):
            self.name(language).fill(name)
            self.name(language).blur()

    def write_description(self, text: str, language: str = "en") -> None:
        group = self.page.get_by_role("group", name="Language of the description")
        group.locator("label").filter(has_text=language.upper()).click()
        expect(self.page.locator("#description")).to_have_attribute("lang", language)
        self.page.locator("#description").fill(text)

    def choose_view(self, title: str) -> None:
        """`None, information only`, `Drawing`, `Offer`, …; ends on the texts, as it began."""
        self.page.get_by_role("tab", name="View").click()
        self.page.get_by_role("group", name="View", exact=True).get_by_text(title, exact=True).click()
        expect(self.page.get_by_role("group", name="View", exact=True).locator("label:has(:checked)")).to_contain_text(title)
        self.page.get_by_role("tab", name="Information").click()

    def show_tab(self, name: str) -> None:
        """`Information`, `View`, `Fields`, `Conditions`."""
        self.page.get_by_role("tab", name=name).click()
        expect(self.page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")

    def choose_ball(self, who: str) -> None:
        self.page.locator("#ball").select_option(label=who)

    @property
    def asked(self) -> Locator:
        """The names of the fields or conditions on the tab that is shown."""
        return self.page.locator(".rows.asked li b")

    def add(self, *names: str) -> None:
        """Adds fields or conditions on their tab."""
        self.page.get_by_test_id("add-fields").or_(self.page.get_by_test_id("add-conditions")).click()
        dialog = self.page.get_by_role("dialog")
        for name in names:
            dialog.locator(f"b:text-is({json.dumps(name)})").click()
        dialog.get_by_role("button", name="Add", exact=True).click()
        expect(dialog).to_have_count(0)
        expect(self.asked.filter(has_text=names[-1])).to_be_visible()

    def ask(self, modes: Mapping[str, str]) -> None:
        """Adds fields, each as `Required`, `Optional` or `Read-only`, in the order in which they are given."""
        self.show_tab("Fields")
        self.add(*modes)
        for name, mode in modes.items():
            is_shown_only = mode == "Read-only"
            self.set_mode(name, "Optional" if is_shown_only else mode, mode if is_shown_only else "Editable")
        self.bring_in_order(*modes)

    def bring_in_order(self, *names: str) -> None:
        """Moves fields up until they stand as given: new ones stand in the order in which they were defined."""
        for place, name in enumerate(names):
            while (here := self.asked.all_inner_texts().index(name)) > place:
                self.move_by_key(name, "ArrowUp")
                expect(self.asked.nth(here - 1)).to_have_text(name)

    def set_mode(self, name: str, needed: str = "", who: str = "") -> None:
        """`Required` or `Optional`; `Editable` or `Read-only`."""
        for label, value in ((f"{name}: needed", needed), (f"{name}: who writes", who)):
            if value:
                self.page.get_by_label(label, exact=True).select_option(label=value)

    def ask_again(self, name: str) -> Locator:
        return self.page.get_by_role("switch", name=f"{name}: ask again when a new version is in effect")

    @property
    def unsaved(self) -> Locator:
        return self.page.locator(".unsaved").filter(has_text="unsaved")

    @property
    def saved(self) -> Locator:
        return self.page.locator(".unsaved.done")

    def save(self) -> None:
        self.page.get_by_role("button", name="Save", exact=True).click()
        expect(self.saved).to_be_visible()

    @property
    def preview(self) -> Locator:
        return self.page.locator("aside").get_by_test_id("preview")
