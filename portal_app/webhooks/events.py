"""What happens to messages on their way."""

from __future__ import annotations

from ..core.events import DomainEvent


class WebhookGivenUp(DomainEvent):
    """An endpoint did not take a message for days, or said that it is gone for good."""

    endpoint_id: str
    message_id: str
    opportunity_id: str | None
