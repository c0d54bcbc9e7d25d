"""Keys of other systems in the browser: made, shown once, deleted."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....access import api_keys
from ....access.actors import STAFF, Permission
from ....access.api_keys import ApiKeyForm, ApiKeyView
from ....config import settings
from ....core.database import run_read, run_write
from ....core.forms import parse, parse_id
from ....core.texts import msg
from ....ui.handlers import handler
from ....ui.shell_state import PortalState

MANAGE = Permission.MANAGE_API_KEYS


class ApiKeysState(PortalState, rx.State):
    SHOWN_ONCE = ("key",)

    may_manage: bool = False
    keys: list[ApiKeyView] = []
    url: str = ""  # of the portal, for the example
    is_adding: bool = False
    key: str = ""  # shown in its dialog, then forgotten
    key_of: str = ""
    is_asking: bool = False
    asked: ApiKeyView = ApiKeyView(id="", name="", beginning="", created_at="")

    @handler(STAFF)
    async def load(self):
        self.may_manage, self.url = self._actor.can(MANAGE), settings.url
        self.key, self.is_asking = "", False
        if self.may_manage:
            await self._reload()
        self.is_loaded = True

    async def _reload(self) -> None:
        self.keys = await run_read(api_keys.list_keys, self._actor)

    @handler(MANAGE)
    def begin(self):
        self.is_adding, self.field_errors = True, {}

    @handler(MANAGE)
    def stop(self):
        self.is_adding, self.field_errors = False, {}

    @handler(MANAGE)
    async def create(self, entries: dict[str, Any]):
        self.busy = True
        yield
        async with self._showing_errors():
            form = parse(ApiKeyForm, {"name": entries.get("name", "")})
            self.key = await run_write(api_keys.create_key, self._actor, form)
            self.key_of, self.is_adding = form.name, False
            await self._reload()

    @handler(MANAGE)
    def forget_key(self):
        self.key = self.key_of = ""

    @handler(MANAGE)
    def ask(self, key_id: str):
        found = next((each for each in self.keys if each.id == key_id), None)
        if found is not None:
            self.is_asking, self.asked = True, found

    @handler(MANAGE)
    def stop_asking(self):
        self.is_asking = False

    @handler(MANAGE)
    async def delete(self):
        async with self._showing_errors():
            if self.is_asking:
                self.is_asking = False
                await run_write(api_keys.delete_key, self._actor, parse_id(self.asked.id))
                await self._reload()
                await self._notify(msg("Deleted."))
