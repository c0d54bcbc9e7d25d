"""The demonstration's mailbox: open to everybody, because it is only there where nothing is real."""

from __future__ import annotations

import reflex as rx
from pydantic import BaseModel

from ...access.actors import PUBLIC
from ...core.database import run_read
from ...core.errors import NotFound
from ...core.forms import parse_id
from ...messaging.mailbox import MessageRow, get_message, list_addresses, list_rows
from ...ui.handlers import handler
from ...ui.shell_state import PortalState


class AddressOption(BaseModel):
    value: str
    text: str


class MailboxState(PortalState, rx.State):
    rows: list[MessageRow] = []
    address_options: list[AddressOption] = []
    address: str = ""
    shown: MessageRow = MessageRow(id="", to_address="", sender="", subject="", arrived_at="")

    @handler(PUBLIC)
    async def load(self):
        self.address = self._query("to").strip().lower()
        await self._look()
        if self.rows and not self.shown.id:
            self.shown = self.rows[0]
        self.is_loaded = True

    @handler(PUBLIC)
    async def look(self):
        await self._look()

    async def _look(self) -> None:
        try:
            rows = await run_read(list_rows, self.address)
            addresses = await run_read(list_addresses)
        except NotFound:
            self.is_missing = True
            return
        if rows != self.rows:
            self.rows = rows
        options = [AddressOption(value=each, text=each) for each in addresses]
        if options != self.address_options:
            self.address_options = options

    @handler(PUBLIC)
    async def filter_by(self, address: str):
        self.address = str(address)[:254].strip().lower()
        await self._look()

    @handler(PUBLIC)
    async def open_mail(self, message_id: str):
        async with self._showing_errors():
            found = await run_read(get_message, parse_id(message_id))
            self.shown = MessageRow(id=found.id, to_address=found.to_address, sender=found.sender,
                                    subject=found.subject, arrived_at=found.arrived_at.isoformat())
