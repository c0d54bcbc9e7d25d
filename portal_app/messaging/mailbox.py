"""The demonstration's mailbox: every mail as its reader gets it, for everybody who tries the portal out."""

from __future__ import annotations

from pydantic import BaseModel
from sqlmodel import Session, col, select

from ..config import settings
from ..core.errors import NotFound
from .models import MailboxMessage

MOST_MESSAGES = 200


class MessageRow(BaseModel):
    id: str
    to_address: str
    sender: str
    subject: str
    arrived_at: str


def demand_mailbox() -> None:
    """Where mail really goes out there is no mailbox, and no sign that there could be one."""
    if not settings.has_mailbox:
        raise NotFound


def _newest(address: str, most: int):
    statement = select(MailboxMessage).order_by(col(MailboxMessage.arrived_at).desc(), col(MailboxMessage.id).desc())
    if address:
        statement = statement.where(MailboxMessage.to_address == address.strip().lower())
    return statement.limit(most)


def list_messages(session: Session, address: str = "", most: int = 50) -> list[MailboxMessage]:
    """The newest mails, to one address or to all."""
    demand_mailbox()
    return list(session.exec(_newest(address, min(max(most, 1), MOST_MESSAGES))))


def list_rows(session: Session, address: str = "", most: int = 50) -> list[MessageRow]:
    return [MessageRow(id=each.id, to_address=each.to_address, sender=each.sender, subject=each.subject,
                       arrived_at=each.arrived_at.isoformat()) for each in list_messages(session, address, most)]


def list_addresses(session: Session) -> list[str]:
    """To whom mail came, in alphabetical order."""
    demand_mailbox()
    return sorted(session.exec(select(MailboxMessage.to_address).distinct().limit(MOST_MESSAGES)))


def get_message(session: Session, message_id: str) -> MailboxMessage:
    demand_mailbox()
    found = session.get(MailboxMessage, message_id)
    if found is None:
        raise NotFound
    return found
