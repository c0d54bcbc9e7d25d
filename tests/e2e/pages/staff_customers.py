"""Customers → New customer: somebody with a first project."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from .screen import Screen


class NewCustomer(Screen):
    path = "/staff/customers/new"

    def add(self, name: str, email: str, *, address: str, language: str = "en", flow: str = "") -> str:
        """Fills the form, takes the first place found for the address, saves; gives the new project's id."""
        self.page.locator("#name").fill(name)
        self.page.locator("#email").fill(email)
        self.page.locator("#language").select_option(language)
        if flow:
            self.page.locator("#flow_id").select_option(label=flow)
        self.page.locator("#address").fill(address)
        self.act(self.id("place").filter(has_text=address).first)
        expect(self.id("place")).to_have_count(0)
        self.act(self.id("save-customer"))
        self.page.wait_for_url(re.compile(r"/staff/project\?id="))
        return self.page.url.rpartition("id=")[2]
