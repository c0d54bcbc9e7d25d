"""What happens to customers."""

from __future__ import annotations

from ..core.events import DomainEvent


class CustomerRegistered(DomainEvent):
    """A customer is new in the portal; `opportunity_id` when the registration began one."""

    contact_id: str
    opportunity_id: str | None = None
