"""What happens to opportunities."""

from __future__ import annotations

from ..core.events import DomainEvent


class OpportunityCreated(DomainEvent):
    opportunity_id: str
    contact_id: str
    flow_id: str


class OpportunityMoved(DomainEvent):
    """An opportunity stands in another substage. `cause` is why: an act's name, `by-hand`, `substage-deleted`, …"""

    opportunity_id: str
    from_substage_id: str
    to_substage_id: str
    cause: str
