"""What happens to customers."""

from __future__ import annotations

from ..core.events import DomainEvent


class CustomerRegistered(DomainEvent):
    """A customer is new in the portal; `opportunity_id` when the registration began one."""

    contact_id: str
    opportunity_id: str | None = None


class ContactChanged(DomainEvent):
    """Name, address or other data of a contact are new; what was copied from them follows."""

    contact_id: str
