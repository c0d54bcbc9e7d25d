"""Which settings are open to whoever looks."""

from __future__ import annotations

import reflex as rx

from ....access.actors import STAFF, Permission
from ....ui.handlers import handler
from ....ui.shell_state import PortalState


class SettingsState(PortalState, rx.State):
    allowed: list[str] = []

    @handler(STAFF)
    async def load(self):
        self.allowed = [permission.value for permission in Permission if self._actor.can(permission)]
        self.is_loaded = True
