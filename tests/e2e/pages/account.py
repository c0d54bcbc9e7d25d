"""The customer's own data, language and sessions."""

from __future__ import annotations

from playwright.sync_api import Locator

from .screen import Screen


class Account(Screen):
    path = "/account"

    def open(self, query: str = "tab=security"):
        """Three tabs: `tab=personal`, `tab=security`, `tab=privacy`."""
        return super().open(query)

    @property
    def sessions(self) -> Locator:
        return self.id("session")

    def sign_out_everywhere(self) -> None:
        self.act(self.id("sign-out-everywhere"))

    def choose_language(self, language: str) -> None:
        self.act(self.id(f"language-{language}"))
