"""What customers do with their own data, how somebody signs up, and what staff see and import of customers."""

from __future__ import annotations

import re
from html import unescape

from playwright.sync_api import Locator, expect

from ..support import Mail
from .screen import Screen


def confirm_link(mail: Mail) -> str:
    """The link of a mail that asks to confirm an address."""
    found = re.search(r"https?://[^\s\"'<>]+/confirm/[\w-]+/[\w-]+", unescape(mail.html))
    assert found, f"no link in {mail.subject!r}"
    return found[0]


class ConfirmPage(Screen):
    """The plain page behind such a link: works without any script."""

    @property
    def button(self) -> Locator:
        return self.page.locator("main button")

    def open_link(self, link: str) -> ConfirmPage:
        self.page.goto(link)
        return self

    def confirm(self) -> ConfirmPage:
        self.act(self.button)
        return self


class Profile(Screen):
    """Account → Personal data and Privacy."""

    path = "/account"

    def save(self, **values: str) -> None:
        for field, text in values.items():
            self.page.locator(f"#{field}").fill(text)
        self.act(self.id("save-profile"))

    def error(self, field: str) -> Locator:
        return self.page.locator(f"#{field}-error")

    def ask_for_address(self, email: str) -> None:
        self._open_with("change-email", "#email")
        self.page.locator("#email").fill(email)
        self.act(self.id("send-email"))

    def _open_with(self, button: str, field: str) -> None:
        """Where the field is not there yet."""
        expect(self.id(button).or_(self.page.locator(field))).to_be_visible()
        if self.id(button).is_visible():
            self.act(self.id(button))

    @property
    def bank(self) -> Locator:
        """Payment data: the account as it may be read, or the way to name one."""
        return self.id("own-bank")

    def name_bank_account(self, iban: str, holder: str = "Ana Torres") -> None:
        self._open_with("change-bank", "#iban")
        self.page.locator("#holder").fill(holder)
        self.page.locator("#iban").fill(iban)
        self.act(self.id("save-bank"))

    @property
    def address(self) -> Locator:
        return self.id("own-email").locator(".read-only b")

    def tab(self, name: str) -> None:
        self.act(self.page.locator(f"#account-{name}"))

    def channel(self, name: str) -> Locator:
        return self.id(f"channel-{name}").get_by_role("switch")

    @property
    def decisions(self) -> Locator:
        return self.id("decision")


class SignUp(Screen):
    path = "/sign-up"

    def send(self, **values: str) -> None:
        for field, text in values.items():
            self.page.locator(f"#{field}").fill(text)
        self.act(self.id("sign-up"))

    def error(self, field: str) -> Locator:
        return self.page.locator(f"#{field}-error .errtext")


class StaffCustomer(Screen):
    path = "/staff/customer"

    @property
    def changes(self) -> Locator:
        return self.id("change-row")

    @property
    def consents(self) -> Locator:
        return self.id("consent-row")


class StaffPortalSettings(Screen):
    path = "/staff/settings/portal"

    def let_sign_up(self, is_open: bool) -> None:
        switch = self.id("sign-up-switch")
        expect(switch).to_be_visible()
        if switch.is_checked() != is_open:
            self.act(switch)
            self.save()

    def open_place(self, module: str, is_open: bool) -> None:
        """Whether customers have this place in their portal."""
        box = self.page.locator(f"input[name=modules-{module}]")
        expect(box).to_be_visible()
        self.act(box)
        expect(box).to_be_checked(checked=is_open)
        self.save()

    def offer_languages(self, *languages: str) -> None:
        """To customers, of the four."""
        for language in ("en", "es", "it", "de"):
            box = self.page.locator(f"input[name=language-{language}]")
            expect(box).to_be_visible()
            if box.is_checked() != (language in languages):
                self.act(box)
            expect(box).to_be_checked(checked=language in languages)
        self.save()

    def save(self) -> None:
        self.act(self.id("save-company"))
        expect(self.id("save-company")).to_have_count(0)


class CustomerImport(Screen):
    path = "/staff/customers/import"

    def choose(self, content: bytes, name: str = "customers.csv") -> None:
        self.id("import-file").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})

    @property
    def errors(self) -> Locator:
        return self.id("import-error")
