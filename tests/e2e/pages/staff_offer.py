"""The offers of a project and the editor of one, for staff."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from .screen import Screen


class StaffOffer(Screen):
    path = "/staff/offers"

    def open_project(self, project: str) -> StaffOffer:
        self.open(f"project={project}")
        return self

    @property
    def rows(self) -> Locator:
        return self.id("offer-row")

    @property
    def total(self) -> Locator:
        return self.id("total")

    def create(self, title: str) -> None:
        self.act(self.id("new-offer"))
        expect(self.page.locator("#title")).to_be_visible()
        self.page.locator("#title").fill(title)
        self.page.locator("#title").blur()

    def write_line(self, number: int, description: str, *, quantity: str, price: str, vat: str = "21",
                   discount: str = "") -> None:
        """The cells of a line; a line that is not there yet is added."""
        lines = self.id("line")
        if lines.count() <= number:
            self.act(self.id("add-line"))
            expect(lines).to_have_count(number + 1)
        line = lines.nth(number)
        cells = {"description": description, "quantity": quantity, "price": price, "vat": vat, "discount": discount}
        for name, text in cells.items():
            line.get_by_test_id(f"line-{name}").fill(text)
            line.get_by_test_id(f"line-{name}").blur()

    def save(self) -> None:
        self.act(self.id("save"))
        expect(self.id("save")).to_have_count(0)

    def share(self) -> None:
        self.act(self.id("share"))
        self.act(self.id("confirm-share"))
        expect(self.id("share")).to_have_count(0)

    def _of_menu(self, item: str) -> None:
        self.act(self.page.locator(".title-row details summary"))
        self.act(self.id(item))

    def duplicate(self) -> None:
        """Ends in the draft."""
        self._of_menu("duplicate")
        expect(self.id("share")).to_be_visible()

    def withdraw(self) -> None:
        self._of_menu("withdraw")
        self.act(self.id("confirm-withdraw"))
        expect(self.id("confirm-withdraw")).to_have_count(0)
