"""The customer's own data, language and sessions."""

from __future__ import annotations

import reflex as rx
from pydantic import BaseModel
from sqlmodel import Session

from ...access import sessions
from ...access.actors import CUSTOMER, Actor
from ...core.database import run_read, run_write
from ...core.forms import parse_id
from ...core.texts import msg
from ...customers.service import get_own_contact
from ...ui.handlers import handler
from ...ui.shell_state import PortalState


class SessionRow(BaseModel):
    id: str
    device: str
    last_seen_at: str
    is_this: bool


class AccountData(BaseModel):
    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    sessions: list[SessionRow] = []


def _account(session: Session, actor: Actor) -> AccountData:
    contact = get_own_contact(session, actor)
    return AccountData(
        name=contact.name, email=contact.email, phone=contact.phone, address=contact.address,
        sessions=[SessionRow(id=row.id, device=row.device, last_seen_at=row.last_seen_at.isoformat(),
                             is_this=row.is_this) for row in sessions.list_own_sessions(session, actor)],
    )


class AccountState(PortalState, rx.State):
    account: AccountData = AccountData()

    @handler(CUSTOMER)
    async def load(self):
        async with self._showing_errors():
            self.account = await run_read(_account, self._actor)
            self.is_loaded = True

    @handler(CUSTOMER)
    async def end_session(self, session_id: str):
        """Signs another browser out."""
        async with self._showing_errors():
            await run_write(sessions.revoke_session, self._actor, parse_id(session_id))
            self.account = await run_read(_account, self._actor)
            await self._notify(msg("Signed out there."))
