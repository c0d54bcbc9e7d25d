"""The customer's own data, consents, language and sessions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import reflex as rx
from pydantic import BaseModel
from sqlmodel import Session

from ...access import sessions
from ...access.actors import CUSTOMER, Actor
from ...core import live
from ...core.database import run_read, run_write
from ...core.forms import parse, parse_id
from ...core.texts import msg
from ...customers import bank_account, email_change
from ...customers.consents import Consents, get_own_consents, set_consent
from ...customers.errors import WordsChanged
from ...customers.profile import get_own_profile, update_own_profile
from ...customers.rules import BankAccountForm, EmailForm, ProfileForm
from ...ui.handlers import handler
from ...ui.i18n import Said
from ...ui.shell_state import PortalState

TABS = ("personal", "security", "privacy")
PARTS = ("email", "bank", "bank-removal")
OWN_FIELDS = ("name", "phone", "address")
ENTRIES = {"own": OWN_FIELDS, "email": tuple(EmailForm.model_fields), "bank": tuple(BankAccountForm.model_fields)}


class SessionRow(BaseModel):
    id: str
    device: str
    last_seen_at: str
    is_this: bool


class PendingEmail(BaseModel):
    """A change of the address that waits for a click in one of two mails."""

    new_email: str = ""
    is_old_confirmed: bool = False
    is_new_confirmed: bool = False
    expires_at: str = ""


class BankShown(BaseModel):
    """The bank account as it may be read again; without a holder there is none."""

    holder: str = ""
    iban_masked: str = ""
    changed_at: str = ""


class ChannelRow(BaseModel):
    channel: str
    title: str
    is_given: bool
    at: str


class DecisionRow(BaseModel):
    id: str
    channel: str
    title: str
    is_given: bool
    at: str
    words: str


class AccountData(BaseModel):
    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    sessions: list[SessionRow] = []


class AccountPage(BaseModel):
    account: AccountData
    editable: list[str]
    pending: PendingEmail
    bank: BankShown
    consents: Consents


def load_account(session: Session, actor: Actor) -> AccountPage:
    profile = get_own_profile(session, actor)
    waiting, account = profile.pending, profile.bank_account
    return AccountPage(
        account=AccountData(
            **profile.model_dump(include={"name", "email", "phone", "address"}),
            sessions=[SessionRow(id=row.id, device=row.device, last_seen_at=row.last_seen_at.isoformat(),
                                 is_this=row.is_this) for row in sessions.list_own_sessions(session, actor)]),
        editable=profile.editable,
        pending=PendingEmail() if waiting is None else PendingEmail(
            new_email=waiting.new_email, is_old_confirmed=waiting.is_old_confirmed,
            is_new_confirmed=waiting.is_new_confirmed, expires_at=waiting.expires_at.isoformat()),
        bank=BankShown() if account is None else BankShown(
            holder=account.holder, iban_masked=account.iban_masked, changed_at=account.changed_at.isoformat()),
        consents=get_own_consents(session, actor))


class AccountState(PortalState, rx.State):
    account: AccountData = AccountData()
    editable: list[str] = []
    pending: PendingEmail = PendingEmail()
    bank: BankShown = BankShown()
    words: str = ""
    channels: list[ChannelRow] = []
    decisions: list[DecisionRow] = []
    tab: str = TABS[0]
    opened: list[str] = []  # of `PARTS`
    revision: int = 0  # fields show what was loaded anew
    _words_hash: str = ""
    _shown: dict[str, str] = {}  # what the fields of the form began with

    @handler(CUSTOMER)
    async def load(self):
        asked = self._query("tab")
        self.tab = asked if asked in TABS else TABS[0]
        self.opened = []
        async with self._showing_errors():
            await self._read()
            self._show_anew()
            self.is_loaded = True
        self._follow(live.contact_topic(self._actor.id), by="read_again")

    @handler(CUSTOMER)
    async def read_again(self):
        """After a change elsewhere, or in another language: what the page says follows, what was typed stays."""
        async with self._answering():
            await self._read()

    def _show_anew(self) -> None:
        self._shown = {name: getattr(self.account, name) for name in OWN_FIELDS}
        self.revision += 1

    async def _read(self) -> None:
        page = await run_read(load_account, self._actor)
        self.account, self.editable, self.pending = page.account, page.editable, page.pending
        self.bank = page.bank
        self.words, self._words_hash = page.consents.words, page.consents.words_hash
        self.channels = [ChannelRow(channel=row.channel, title=row.title, is_given=row.is_given,
                                    at=row.at.isoformat() if row.at else "") for row in page.consents.channels]
        self.decisions = [DecisionRow(id=row.id, channel=row.channel, title=row.title, is_given=row.is_given,
                                      at=row.at.isoformat(), words=row.words) for row in page.consents.history]

    @handler(CUSTOMER)
    async def choose_tab(self, tab: str):
        if tab in TABS and tab != self.tab:
            self.tab, self.field_errors = tab, {}

    @handler(CUSTOMER)
    async def open_part(self, part: str):
        if part in PARTS:
            self.opened = [*self.opened, part]

    @handler(CUSTOMER)
    async def close_part(self, part: str):
        self._close(part)
        self.field_errors = self._errors_beside(part)

    def _close(self, part: str) -> None:
        self.opened = [each for each in self.opened if each != part]

    def _errors_beside(self, form: str) -> dict[str, Said]:
        """What the other forms of the page were told."""
        return {field: said for field, said in self.field_errors.items() if field not in ENTRIES.get(form, ())}

    @asynccontextmanager
    async def _answering(self, form: str = "") -> AsyncIterator[None]:
        """Shows the errors of one form; those of the others stay."""
        beside = self._errors_beside(form)
        async with self._showing_errors():
            yield
        self.field_errors = {**beside, **self.field_errors}

    # Personal data

    @handler(CUSTOMER)
    async def save(self, form: dict):
        """Sends what differs from what the fields began with: what staff corrected meanwhile is not taken back."""
        self.busy = True
        yield
        async with self._answering("own"):
            typed = {name: str(form.get(name, "")) for name in OWN_FIELDS if name in self.editable}
            changed = {name: text for name, text in typed.items() if text.strip() != self._shown.get(name, "")}
            if not changed:
                await self._notify(msg("Nothing was changed."), "info")
                return
            await run_write(update_own_profile, self._actor, parse(ProfileForm, changed))
            await self._read()
            self._show_anew()
            await self._notify(msg("Saved. We see your new data from now on."))

    @handler(CUSTOMER)
    async def send_email(self, form: dict):
        self.busy = True
        yield
        async with self._answering("email"):
            await run_write(email_change.request_email_change, self._actor,
                            parse(EmailForm, {"email": str(form.get("email", ""))}))
            self._close("email")
            await self._read()
            await self._notify(msg("Two mails are on their way: one to each address."))

    @handler(CUSTOMER)
    async def cancel_email(self):
        async with self._answering():
            await run_write(email_change.cancel_email_change, self._actor)
            await self._read()
            await self._notify(msg("Your address stays as it is."))

    # Payment data

    @handler(CUSTOMER)
    async def save_bank(self, form: dict):
        self.busy = True
        yield
        async with self._answering("bank"):
            typed = {name: str(form.get(name, "")) for name in BankAccountForm.model_fields}
            is_new = await run_write(bank_account.save_own_bank_account, self._actor, parse(BankAccountForm, typed))
            self._close("bank")
            await self._read()
            if is_new:
                await self._notify(msg("Saved. We also tell you by e-mail."))
            else:
                await self._notify(msg("Nothing was changed."), "info")

    @handler(CUSTOMER)
    async def remove_bank(self):
        self._close("bank-removal")
        async with self._answering():
            await run_write(bank_account.remove_own_bank_account, self._actor)
            await self._read()
            await self._notify(msg("Your bank account is removed. We also tell you by e-mail."))

    # Privacy

    @handler(CUSTOMER)
    async def decide(self, channel: str, is_given: bool):
        async with self._answering():
            try:
                await run_write(set_consent, self._actor, str(channel)[:20], is_given is True, self._words_hash,
                                self.router.session.client_ip)
                await self._notify(msg("Thank you, your consent is noted.") if is_given is True
                                   else msg("Your consent is withdrawn."))
            except WordsChanged as changed:
                await self._notify(changed.text, "info")
            await self._read()

    # Access

    @handler(CUSTOMER)
    async def end_session(self, session_id: str):
        """Signs another browser out."""
        async with self._answering():
            await run_write(sessions.revoke_session, self._actor, parse_id(session_id))
            await self._read()
            await self._notify(msg("Signed out there."))
