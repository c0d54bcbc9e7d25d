"""How customers get in: the page that a link opens, and the page that asks for an address and a code."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from .screen import Screen


class AccessPage(Screen):
    """The plain page behind a link in a mail; it has no script. Its button uses the link up."""

    def __init__(self, page: Page, link: str = "") -> None:
        super().__init__(page)
        self.link = link

    def open(self, query: str = ""):
        self.page.goto(self.link)
        return self

    @property
    def button(self) -> Locator:
        return self.page.locator("main form button")

    def enter(self) -> None:
        """Presses the button; the portal opens."""
        self.act(self.button)
        Screen(self.page).ready()


class SignIn(Screen):
    path = "/sign-in"

    @property
    def code_field(self) -> Locator:
        return self.page.locator("input#code")

    @property
    def error(self) -> Locator:
        return self.page.locator(".http-form-error .errtext")

    @property
    def send_again(self) -> Locator:
        return self.id("send-again")

    def ask_for_code(self, email: str) -> SignIn:
        self.page.locator("input#email").fill(email)
        self.act(self.id("send-code"))
        expect(self.code_field).to_be_visible()
        return self

    def type_code(self, code: str) -> None:
        self.code_field.fill(code)
        self.act(self.id("sign-in"))
