"""The customer's offers: choose one, order it, decline."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from .screen import Screen


class Offers(Screen):
    path = "/offers"

    @property
    def cards(self) -> Locator:
        return self.id("offer")

    @property
    def ordered(self) -> Locator:
        """What stands there once something was ordered."""
        return self.id("ordered")

    @property
    def declined(self) -> Locator:
        return self.id("declined")

    @property
    def missing(self) -> Locator:
        return self.id("missing")

    @property
    def dialog(self) -> Locator:
        return self.page.locator("dialog[open]")

    @property
    def order_button(self) -> Locator:
        return self.id("order")

    def choose(self, number: int) -> None:
        card = self.cards.nth(number)
        expect(card).to_be_attached()
        if card.is_visible():
            self.act(card.get_by_test_id("choose"))
        else:  # on a phone one is shown at a time
            self.act(self.page.locator(".offer-switch label").nth(number))
        expect(card.get_by_test_id("choose")).to_have_attribute("aria-pressed", "true")

    def go_on(self) -> None:
        """Opens the last step, which names amount and obligation."""
        self.act(self.id("continue"))
        expect(self.dialog).to_be_visible()

    def order(self) -> None:
        self.go_on()
        self.act(self.order_button)
        expect(self.ordered).to_be_visible()

    def decline(self, reason: str, comment: str = "") -> None:
        self.act(self.id("decline"))
        self.act(self.dialog.locator("label", has=self.page.locator(f'input[name=reason][value="{reason}"]')))
        self.dialog.locator("#comment").fill(comment)
        self.act(self.id("decline-now"))
        expect(self.declined).to_be_visible()
