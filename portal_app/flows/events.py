"""What customers do in a flow, and what staff take out of one, told to whoever listens (automations, opportunities)."""

from __future__ import annotations

from typing import ClassVar

from ..core.events import DomainEvent
from .view_kinds import Act


class ActHappened(DomainEvent):
    """A customer did something that staff may have attached actions to.

    `variables` are values for templates (names of the closed list in `messaging`); they may be personal or secret and
    are therefore never stored with the event.
    """

    secret_fields: ClassVar[frozenset[str]] = frozenset({"variables"})

    act: Act
    contact_id: str
    opportunity_id: str | None
    variables: dict[str, str] = {}


class FlowCreated(DomainEvent):
    flow_id: str


class SubstagesDeleted(DomainEvent):
    """Substages are about to go, in this transaction; their rows are still there. A listener that raises keeps them."""

    flow_id: str
    substage_ids: list[str]


class FlowDeleted(DomainEvent):
    """A flow is about to go, in this transaction; `SubstagesDeleted` has been told before."""

    flow_id: str
