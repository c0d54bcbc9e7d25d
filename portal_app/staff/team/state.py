"""Settings → Team: who belongs to it, with which role."""

from __future__ import annotations

import reflex as rx
from pydantic import BaseModel

from ...access import staff
from ...access.actors import STAFF, Permission, Role
from ...access.staff import StaffForm, StaffRow
from ...core.database import run_read, run_write
from ...core.forms import Form, parse, parse_id
from ...core.texts import msg
from ...ui.handlers import handler
from ...ui.shell_state import PortalState


class Asked(BaseModel):
    """The member that a question on the page is about."""

    id: str = ""
    name: str = ""


class RoleForm(Form):
    role: Role


class TeamState(PortalState, rx.State):
    members: list[StaffRow] = []
    may_manage: bool = False
    is_inviting: bool = False
    asked: Asked = Asked()
    language: str = "en"

    async def _reload(self) -> None:
        self.members = await run_read(staff.list_staff, self._actor)

    @handler(STAFF)
    async def load(self):
        self.is_inviting, self.asked, self.field_errors = False, Asked(), {}
        self.may_manage = self._actor.can(Permission.MANAGE_STAFF)
        if self.may_manage:
            await self._reload()
        self.is_loaded = True

    @handler(Permission.MANAGE_STAFF)
    def open_invitation(self):
        self.field_errors, self.is_inviting, self.language = {}, True, self._language

    @handler(Permission.MANAGE_STAFF)
    def close_dialogs(self):
        self.is_inviting, self.asked = False, Asked()

    @handler(Permission.MANAGE_STAFF)
    async def invite(self, form: dict):
        async with self._showing_errors():
            member = await run_write(staff.invite_staff, self._actor, parse(StaffForm, form))
            await self._reload()
            self.is_inviting = False
            await self._notify(msg("{name} gets a mail with a link."), name=member.name)

    @handler(Permission.MANAGE_STAFF)
    async def invite_again(self, staff_id: str):
        async with self._showing_errors():
            await run_write(staff.invite_again, self._actor, parse_id(staff_id))
            await self._notify(msg("A new link is on its way. The old one no longer works."))

    @handler(Permission.MANAGE_STAFF)
    async def change_role(self, staff_id: str, role: str):
        try:
            async with self._showing_errors():
                wanted = parse(RoleForm, {"role": role}).role
                await run_write(staff.change_role, self._actor, parse_id(staff_id), wanted)
                await self._notify(msg("The role is changed."))
        finally:
            await self._reload()  # also when it was refused: the list shows what is

    @handler(Permission.MANAGE_STAFF)
    def ask_to_deactivate(self, staff_id: str):
        """Opens the question; the name comes from the list that the server sent."""
        found = next((row for row in self.members if row.id == staff_id), None)
        self.asked = Asked(id=found.id, name=found.name) if found else Asked()

    @handler(Permission.MANAGE_STAFF)
    async def deactivate(self):
        asked, self.asked = self.asked, Asked()
        async with self._showing_errors():
            await run_write(staff.deactivate_staff, self._actor, parse_id(asked.id))
            await self._reload()
            await self._notify(msg("{name} can no longer sign in."), name=asked.name)

    @handler(Permission.MANAGE_STAFF)
    async def reactivate(self, staff_id: str):
        async with self._showing_errors():
            await run_write(staff.reactivate_staff, self._actor, parse_id(staff_id))
            await self._reload()
            await self._notify(msg("May sign in again."))
