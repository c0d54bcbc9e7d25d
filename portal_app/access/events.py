"""What happens while people get in. Codes and tokens travel with the event but are never stored with it."""

from __future__ import annotations

from typing import ClassVar

from ..core.events import DomainEvent


class LoginCodeRequested(DomainEvent):
    """A customer asked for a code. The listener mails it in the same transaction."""

    secret_fields: ClassVar[frozenset[str]] = frozenset({"code"})

    contact_id: str
    code: str


class StaffInvited(DomainEvent):
    """Somebody may join the team. `token` leads to `/staff/password?token=…`."""

    secret_fields: ClassVar[frozenset[str]] = frozenset({"token"})

    staff_id: str
    token: str


class StaffResetRequested(DomainEvent):
    """A staff member forgot their password. `token` leads to `/staff/password?token=…`."""

    secret_fields: ClassVar[frozenset[str]] = frozenset({"token"})

    staff_id: str
    token: str
