"""One customer as staff see them: the data, who changed what and when, and what they consented to."""

from __future__ import annotations

from typing import Any

import reflex as rx
from pydantic import BaseModel

from ...access.actors import STAFF, Permission
from ...core import live
from ...core.database import run_read, run_write
from ...core.forms import parse, parse_id
from ...core.texts import LANGUAGE_NAMES, msg
from ...customers.bank_account import show_iban
from ...customers.history import ChangeRow
from ...customers.profile import CustomerDetail, get_customer_detail
from ...customers.rules import CustomerForm
from ...customers.service import set_active, update_contact
from ...ui.handlers import handler
from ...ui.shell_state import PortalState
from ..contact_form import began


class Person(BaseModel):
    id: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    language: str = ""
    language_name: str = ""
    new_email: str = ""
    bank_holder: str = ""
    iban_masked: str = ""
    is_active: bool = True


class Change(BaseModel):
    """One attribute that somebody changed, as a line of the history."""

    id: str
    at: str
    by_kind: str
    by_name: str
    attribute: str
    before: str
    after: str


class Consent(BaseModel):
    id: str
    channel: str
    is_given: bool
    is_latest: bool
    at: str
    by_name: str
    words: str


def change_lines(rows: list[ChangeRow]) -> list[Change]:
    return [Change(at=row.at.isoformat(), **row.model_dump(exclude={"at"})) for row in rows]


def consent_lines(detail: CustomerDetail) -> list[Consent]:
    """The latest decision of each channel is the one that counts."""
    seen: set[str] = set()
    lines = []
    for row in detail.consents:
        lines.append(Consent(id=row.id, channel=row.channel, is_given=row.is_given, is_latest=row.channel not in seen,
                             at=row.at.isoformat(), by_name=row.by_name, words=row.words))
        seen.add(row.channel)
    return lines


class CustomerState(PortalState, rx.State):
    SHOWN_ONCE = ("iban",)

    person: Person = Person()
    iban: str = ""  # whole, once somebody has asked for it, until the page reads anew
    can_see_iban: bool = False
    is_blocking: bool = False
    changes: list[Change] = []
    consents: list[Consent] = []
    can_edit: bool = False
    can_add_project: bool = False
    is_editing: bool = False
    _began: dict[str, str] = {}

    @handler(STAFF)
    async def load(self):
        self.is_editing = self.is_editing and self.person.id == self._query("id")  # after a lost connection
        self.is_blocking, self.field_errors = False, {}
        with self._reading():
            await self._read(parse_id(self._query("id")))
            self._follow(live.contact_topic(self.person.id), by="refresh")

    @handler(STAFF)
    async def refresh(self):
        """After a change elsewhere; whoever is typing is left alone."""
        if self.person.id and not self.is_editing:
            async with self._showing_errors():
                await self._read(self.person.id)

    async def _read(self, contact_id: str) -> None:
        detail = await run_read(get_customer_detail, self._actor, contact_id)
        values: dict[str, Any] = detail.model_dump(include=set(Person.model_fields))
        account, self.iban = detail.bank_account, ""
        self.person = Person(**values, language_name=LANGUAGE_NAMES.get(detail.language, ""),
                             new_email=detail.pending.new_email if detail.pending else "",
                             bank_holder=account.holder if account else "",
                             iban_masked=account.iban_masked if account else "")
        self.changes, self.consents = change_lines(detail.changes), consent_lines(detail)
        self.can_edit = self._actor.can(Permission.EDIT_CUSTOMERS)
        self.can_see_iban = account is not None and self._actor.can(Permission.SEE_PAYMENT_DATA)
        self.can_add_project = self.can_edit and self._actor.can(Permission.EDIT_OPPORTUNITIES)

    @handler(Permission.SEE_PAYMENT_DATA)
    async def show_iban(self):
        async with self._showing_errors():
            self.iban = await run_write(show_iban, self._actor, self.person.id)

    @handler(STAFF)
    async def hide_iban(self):
        self.iban = ""

    @handler(Permission.EDIT_CUSTOMERS)
    async def ask_to_block(self):
        self.is_blocking = self.person.is_active

    @handler(STAFF)
    async def stop_blocking(self):
        self.is_blocking = False

    @handler(Permission.EDIT_CUSTOMERS)
    async def block(self):
        self.is_blocking = False
        await self._set_active(False, msg("{name} is signed out everywhere and does not get in any more."))

    @handler(Permission.EDIT_CUSTOMERS)
    async def let_in(self):
        await self._set_active(True, msg("{name} gets in again, with a new link or a code."))

    async def _set_active(self, is_active: bool, told: str) -> None:
        async with self._showing_errors():
            await run_write(set_active, self._actor, self.person.id, is_active)
            await self._read(self.person.id)
            await self._notify(told, name=self.person.name)

    @handler(Permission.EDIT_CUSTOMERS)
    async def edit(self):
        self.is_editing, self.field_errors, self._began = True, {}, began(self.person)

    @handler(STAFF)
    async def leave(self):
        self.is_editing, self.field_errors = False, {}
        await self.refresh()  # what changed elsewhere waited

    @handler(Permission.EDIT_CUSTOMERS)
    async def save(self, form: dict):
        self.busy = True
        yield
        async with self._showing_errors():
            await run_write(update_contact, self._actor, self.person.id, parse(CustomerForm, form), self._began)
            await self._read(self.person.id)
            self.is_editing = False
            await self._notify(msg("Saved."))
