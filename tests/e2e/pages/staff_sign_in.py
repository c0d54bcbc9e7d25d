"""How staff get in."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from .screen import Screen


class StaffSignIn(Screen):
    path = "/staff/sign-in"

    @property
    def error(self) -> Locator:
        return self.page.locator(".http-form-error .errtext")

    def sign_in(self, email: str, password: str) -> None:
        """Opens the page, signs in, and stands on the staff's home."""
        self.open()
        self.send(email, password)
        expect(self.page).to_have_url(f"{self.page.url.split('/staff')[0]}/staff")
        Screen(self.page).ready()

    def send(self, email: str, password: str) -> None:
        self.page.locator("input#email").fill(email)
        self.page.locator("input#password").fill(password)
        self.act(self.id("sign-in"))
