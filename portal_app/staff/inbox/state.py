"""The inbox: what a staff member was told. What is looked at stands in the address."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

import reflex as rx
from pydantic import BaseModel

from ...access.actors import STAFF
from ...core import live
from ...core.database import run_read, run_write
from ...core.errors import InvalidForm
from ...core.forms import parse, parse_id
from ...core.texts import msg
from ...notifications import rules, service
from ...notifications.rules import Channel
from ...notifications.service import ChoiceRow, ChoicesForm, InboxFilter, InboxPage
from ...ui.bell import INBOX, BellState
from ...ui.handlers import handler
from ...ui.i18n import Said, say_values
from ...ui.shell_state import PortalState


class InboxLine(BaseModel):
    """One line as the page shows it."""

    id: str
    kind: str
    said: Said
    number: str
    about: str
    page: str
    times: int
    at: datetime
    is_new: bool


def address_of(only_new: bool, kind: str = "", after: str = "") -> str:
    words = {"new": "1" if only_new else "", "kind": kind, "after": after}
    given = {word: value for word, value in words.items() if value}
    return INBOX + (f"?{urlencode(given)}" if given else "")


class InboxState(PortalState, rx.State):
    lines: list[InboxLine] = []
    only_new: bool = False
    kind: str = ""
    has_new: bool = False
    has_next: bool = False
    is_first_page: bool = True
    all_address: str = INBOX
    new_address: str = address_of(True)
    _next: str = ""
    _read_until: datetime | None = None

    @handler(STAFF)
    async def load(self):
        await self._read()

    async def _read(self) -> None:
        actor = self._actor
        self._follow(live.staff_topic(actor.id))
        try:
            asked = parse(InboxFilter, {"only_new": self._query("new") == "1", "kind": self._query("kind") or None,
                                        "after": self._query("after")})
        except InvalidForm:
            asked = InboxFilter()
        with self._reading():
            page = await run_read(service.get_inbox, actor, asked)
            self._show(page, asked)

    def _show(self, page: InboxPage, asked: InboxFilter) -> None:
        self.lines = [InboxLine(said=say_values(row.text, row.values), **row.model_dump(exclude={"text", "values"}))
                      for row in page.rows]
        self.only_new, self.kind = asked.only_new, asked.kind or ""
        self.has_new = page.new_count > 0
        self._next, self.has_next, self.is_first_page = page.next, bool(page.next), not asked.after
        self.all_address, self.new_address = address_of(False, self.kind), address_of(True, self.kind)
        if page.rows and (self.is_first_page or self._read_until is None):
            self._read_until = page.rows[0].at

    async def _show_bell(self) -> None:
        """The page does not follow what it changes itself."""
        (await self.get_state(BellState))._show(await run_read(service.count_new, self._actor))

    @handler(STAFF)
    async def choose_kind(self, kind: str):
        return rx.redirect(address_of(self.only_new, kind if kind in tuple(rules.Kind) else ""), replace=True)

    @handler(STAFF)
    async def open(self, notification_id: str):
        """The reader follows a line's link: it is no longer new."""
        async with self._showing_errors():
            await run_write(service.mark_read, self._actor, parse_id(notification_id))
            await self._show_bell()

    @handler(STAFF)
    async def mark_read(self, notification_id: str):
        async with self._showing_errors():
            await run_write(service.mark_read, self._actor, parse_id(notification_id))
            await self._read()
            await self._show_bell()

    @handler(STAFF)
    async def mark_all_read(self):
        async with self._showing_errors():
            if self._read_until:
                kind = rules.Kind(self.kind) if self.kind else None
                await run_write(service.mark_all_read, self._actor, self._read_until, kind)
            await self._read()
            await self._show_bell()

    @handler(STAFF)
    async def go_next(self):
        return rx.redirect(address_of(self.only_new, self.kind, self._next))


class NoticeChoicesState(PortalState, rx.State):
    """How the reader wants to be told."""

    rows: list[ChoiceRow] = []
    kinds: list[str] = []
    channels: dict[str, str] = {kind.value: rules.DEFAULT_CHANNEL.value for kind in rules.Kind}
    follows_all: bool = False
    can_follow_all: bool = False
    opened: int = 0  # grows each time the page is opened: controls hold what they were made with

    @handler(STAFF)
    async def load(self):
        async with self._showing_errors():
            choices = await run_read(service.get_choices, self._actor)
            self.kinds = [row.kind for row in choices.rows]
            self.channels = {row.kind: row.channel for row in choices.rows}
            self.follows_all, self.can_follow_all = choices.follows_all, choices.can_follow_all
            self.is_loaded, self.opened = True, self.opened + 1

    @handler(STAFF)
    async def save(self, form: dict):
        async with self._showing_errors():
            given = {kind: form[kind] for kind in rules.Kind if isinstance(form.get(kind), str)}
            asked = parse(ChoicesForm, {"channels": given, "follows_all": bool(form.get("follows_all"))})
            await run_write(service.save_choices, self._actor, asked)
            self.channels = {**self.channels, **{kind.value: Channel(c).value for kind, c in asked.channels.items()}}
            self.follows_all = asked.follows_all and self.can_follow_all
            await self._notify(msg("Saved. From now on you are told like this."))
