"""What happens to offers, told to whoever listens (automations)."""

from __future__ import annotations

from typing import ClassVar

from ..core.events import DomainEvent
from ..flows.events import ActHappened
from ..flows.view_kinds import Act


class OfferShared(DomainEvent):
    """Staff showed an offer to the customer, or showed a newer version of it (`is_update`).

    `variables` are values for templates (offer_title, offer_total, offer_valid_until), never stored with the event.
    """

    secret_fields: ClassVar[frozenset[str]] = frozenset({"variables"})

    opportunity_id: str
    offer_id: str
    contact_id: str
    version: int = 1
    is_update: bool = False
    variables: dict[str, str] = {}


class OfferAccepted(ActHappened):
    """The customer ordered: this version, with this hash, for this amount."""

    act: Act = Act.ACCEPT_BUDGET
    offer_id: str
    version: int
    version_hash: str
    total_cents: int


class OfferDeclined(ActHappened):
    """The customer does not want the offer; `reason` is one of `rules.DeclineReason`."""

    act: Act = Act.DECLINE_BUDGET
    offer_id: str
    version: int
    reason: str


class OfferChangeWished(DomainEvent):
    """The customer wrote what they would like to have changed in the offers."""

    opportunity_id: str
    contact_id: str
