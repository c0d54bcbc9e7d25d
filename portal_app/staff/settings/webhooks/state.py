"""Webhooks in the browser: endpoints, the secret that is shown once, and the log of one of them."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....access.actors import STAFF, Permission
from ....core.database import run_read, run_write
from ....core.drafts import ON, Draft
from ....core.errors import ChangedMeanwhile, NotFound
from ....core.forms import parse, parse_id
from ....core.texts import msg
from ....ui.handlers import handler
from ....webhooks import service as webhooks
from ....webhooks.delivery import TOPIC
from ....webhooks.service import EndpointForm, EndpointView, MessageView
from ...meanwhile import MeanwhileState

MANAGE = Permission.MANAGE_WEBHOOKS
NEW = "new"


def draft_of(endpoint: EndpointView) -> Draft:
    return {"name": endpoint.name, "url": endpoint.url, "tells_contact": ON if endpoint.tells_contact else ""}


class WebhooksState(MeanwhileState, rx.State):
    SHOWN_ONCE = ("secret",)

    may_manage: bool = False
    endpoints: list[EndpointView] = []

    editing: str = ""  # id of the endpoint that is changed, or `new`
    entered: Draft = {}  # what the form shows; what is typed comes when it is sent
    secret: str = ""  # shown in its dialog, then forgotten
    secret_of: str = ""
    asking: str = ""  # renew | delete
    asked: EndpointView = EndpointView(id="", name="", url="", is_on=False, tells_contact=False, version=0)

    shown_id: str = ""
    messages: list[MessageView] = []
    page: int = 0
    has_more: bool = False

    _version: int = 0

    @handler(STAFF)
    async def load(self):
        self.may_manage = self._actor.can(MANAGE)
        self.secret = self.asking = ""
        if self.may_manage:
            self._follow(TOPIC, by="refresh")
            await self._read_all()
        self.is_loaded = True

    @handler(MANAGE)
    async def refresh(self):
        """Something was sent or delivered. What is being entered stays."""
        await self._read_all()

    async def _read_all(self) -> None:
        await self._reload()
        if self.shown_id:
            await self._read_log(self.shown_id, self.page)

    async def _reload(self) -> None:
        self.endpoints = await run_read(webhooks.list_endpoints, self._actor)

    def _endpoint(self, endpoint_id: object) -> EndpointView | None:
        return next((each for each in self.endpoints if each.id == endpoint_id), None)

    # Endpoints

    @handler(MANAGE)
    def begin(self, endpoint_id: str):
        found = self._endpoint(endpoint_id)
        if found is None and endpoint_id != NEW:
            return
        self.editing, self._version = endpoint_id, found.version if found else 0
        self._show_saved(draft_of(found) if found else {})

    def _draft(self) -> Draft:
        return dict(self.entered)

    def _put(self, draft: Draft) -> None:
        self.entered = draft

    @handler(MANAGE)
    def choose_side(self, field: str, side: str):
        self._choose_side(field, side)

    @handler(MANAGE)
    def stop(self):
        self.editing, self.field_errors = "", {}

    @handler(MANAGE)
    async def save(self, entries: dict[str, Any]):
        self.busy = True
        yield
        async with self._showing_errors():
            form = parse(EndpointForm, {
                "name": entries.get("name", ""), "url": entries.get("url", ""),
                "tells_contact": bool(entries.get("tells_contact")), "version": self._version})
            if self.editing == NEW:
                _, self.secret = await run_write(webhooks.create_endpoint, self._actor, form)
                self.secret_of = form.name
            else:
                try:
                    await run_write(webhooks.save_endpoint, self._actor, parse_id(self.editing), form)
                except ChangedMeanwhile:
                    await self._meet_theirs(entries)
                    return
            self.editing = ""
            await self._reload()
            await self._notify(msg("Saved."))

    async def _meet_theirs(self, entries: dict[str, Any]) -> None:
        self._put({field: str(entries.get(field) or "") for field in self._saved})
        await self._reload()
        found = self._endpoint(self.editing)
        if found is None:
            raise NotFound
        self._version = found.version
        await self._meet(await self._last_editor("webhook", found.id), draft_of(found))

    @handler(MANAGE)
    async def switch(self, endpoint_id: str, is_on: bool):
        async with self._showing_errors():
            await run_write(webhooks.switch_endpoint, self._actor, parse_id(endpoint_id), is_on is True)
            await self._reload()

    @handler(MANAGE)
    def ask(self, what: str, endpoint_id: str):
        found = self._endpoint(endpoint_id)
        if found is not None and what in ("renew", "delete"):
            self.asking, self.asked = what, found

    @handler(MANAGE)
    def stop_asking(self):
        self.asking = ""

    @handler(MANAGE)
    async def renew(self):
        async with self._showing_errors():
            if self.asking == "renew":
                self.secret = await run_write(webhooks.renew_secret, self._actor, parse_id(self.asked.id))
                self.secret_of, self.asking = self.asked.name, ""
                await self._reload()

    @handler(MANAGE)
    async def delete(self):
        async with self._showing_errors():
            if self.asking == "delete":
                await run_write(webhooks.delete_endpoint, self._actor, parse_id(self.asked.id))
                self.asking = ""
                self.shown_id = "" if self.shown_id == self.asked.id else self.shown_id
                await self._reload()
                await self._notify(msg("Deleted."))

    @handler(MANAGE)
    def forget_secret(self):
        self.secret = self.secret_of = ""

    # The log

    async def _read_log(self, endpoint_id: str, page: int) -> None:
        found = await run_read(webhooks.list_messages, self._actor, endpoint_id, page)
        self.shown_id, self.messages, self.page, self.has_more = endpoint_id, found.messages, found.page, found.has_more

    @handler(MANAGE)
    async def show_log(self, endpoint_id: str):
        async with self._showing_errors():
            if self._endpoint(endpoint_id) is not None:
                await self._read_log(endpoint_id, 0)

    @handler(MANAGE)
    def hide_log(self):
        self.shown_id, self.messages = "", []

    @handler(MANAGE)
    async def turn_page(self, by: int):
        async with self._showing_errors():
            if by in (-1, 1):
                await self._read_log(parse_id(self.shown_id), self.page + by)

    @handler(MANAGE)
    async def send_test(self, endpoint_id: str):
        async with self._showing_errors():
            await run_write(webhooks.send_test, self._actor, parse_id(endpoint_id))
            await self._reload()
            await self._read_log(parse_id(endpoint_id), 0)
            await self._notify(msg("A test message is on its way."))

    @handler(MANAGE)
    async def replay(self, message_id: str):
        async with self._showing_errors():
            await run_write(webhooks.replay_message, self._actor, parse_id(message_id))
            await self._reload()
            await self._read_log(parse_id(self.shown_id), self.page)
            await self._notify(msg("The message is sent again, under the same number."))
