"""What happens to opportunities."""

from __future__ import annotations

from ..core.events import DomainEvent
from ..flows.events import ActHappened


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


class AnswersChanged(DomainEvent):
    """What is known for some fields has changed; the values stand in the answers, not here."""

    opportunity_id: str
    field_ids: list[str]
    cause: str


class DocumentationSubmitted(ActHappened):
    """The customer sent what a documentation view asks for; `act` says which view. `is_again`: what was asked again."""

    submission_id: str
    substage_id: str
    is_again: bool = False


class FieldsGivenAgain(DomainEvent):
    """The customer gave fields again that an earlier step had asked for; this is no act of the present step."""

    opportunity_id: str
    contact_id: str
    field_ids: list[str]


class FieldsAskedAgain(DomainEvent):
    """What the customer sent is not enough: they give these fields again, and only these."""

    opportunity_id: str
    field_ids: list[str]
    cause: str


class ConditionsAccepted(DomainEvent):
    opportunity_id: str
    contact_id: str
    condition_version_ids: list[str]
