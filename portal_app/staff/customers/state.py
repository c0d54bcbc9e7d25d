"""Customers: what is looked for and the page stand in the address."""

from __future__ import annotations

from urllib.parse import urlencode

import reflex as rx

from ...access.actors import STAFF, Permission
from ...core.database import run_read
from ...core.errors import NotAllowed
from ...customers.service import CustomerRow, list_customers
from ...ui.handlers import handler
from ...ui.shell_state import PortalState

CUSTOMERS = "/staff/customers"


def address_of(search: str, page: int = 1) -> str:
    words = {"search": search, "page": str(page) if page > 1 else ""}
    words = {word: value for word, value in words.items() if value}
    return CUSTOMERS + (f"?{urlencode(words)}" if words else "")


class CustomersState(PortalState, rx.State):
    search: str = ""
    search_key: str = ""
    rows: list[CustomerRow] = []
    page: int = 1
    has_next: bool = False
    has_previous: bool = False
    can_add: bool = False
    can_import: bool = False
    is_closed: bool = False
    _typed: str = ""

    @handler(STAFF)
    async def load(self):
        self.is_closed = False
        asked = self._query("page")
        page = int(asked) if asked.isdecimal() and len(asked) < 6 else 1
        search = self._query("search").strip()
        actor = self._actor
        with self._reading():
            try:
                found = await run_read(list_customers, actor, search, page)
            except NotAllowed:
                self.is_closed = True
                return
            if search != self._typed:  # not what was typed here: the field shows it anew
                self.search_key = search
            self.search = self._typed = search
            self.rows, self.page = found.rows, found.page
            self.has_next, self.has_previous = found.has_more, found.page > 1
            self.can_add = actor.can(Permission.EDIT_CUSTOMERS) and actor.can(Permission.EDIT_OPPORTUNITIES)
            self.can_import = actor.can(Permission.IMPORT_CUSTOMERS)

    @handler(STAFF)
    async def look_for(self, text: str):
        self._typed = str(text).strip()[:100]
        return rx.redirect(address_of(self._typed), replace=True)

    @handler(STAFF)
    async def submit_search(self, form: dict):
        self._typed = str(form.get("search", "")).strip()[:100]
        return rx.redirect(address_of(self._typed), replace=True)

    @handler(STAFF)
    async def go_next(self):
        return rx.redirect(address_of(self.search, self.page + 1))

    @handler(STAFF)
    async def go_previous(self):
        return rx.redirect(address_of(self.search, self.page - 1))
