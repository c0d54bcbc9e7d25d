"""The customer's home: where the project stands, and its one button."""

from __future__ import annotations

from playwright.sync_api import Locator

from .screen import Screen


class Home(Screen):
    path = "/home"

    @property
    def greeting(self) -> Locator:
        return self.id("greeting")

    @property
    def current_step(self) -> Locator:
        """The name of the step where the project stands."""
        return self.id("current-step").locator("h2")

    @property
    def way(self) -> Locator:
        """The stages of the whole way."""
        return self.id("way").locator("li")

    @property
    def do_it(self) -> Locator:
        """The one button; it is only there when it is the customer's turn."""
        return self.id("do-it")

    @property
    def ending(self) -> Locator:
        return self.id("ending-success")

    def go_on(self) -> None:
        self.act(self.do_it)
