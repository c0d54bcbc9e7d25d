"""What happens to cases, told to whoever listens (messaging, notifications, automations)."""

from __future__ import annotations

from typing import ClassVar

from ..core.events import DomainEvent
from ..flows.events import ActHappened
from ..flows.view_kinds import Act


class IncidentCreated(ActHappened):
    """A customer reported a problem; without a project `opportunity_id` is None."""

    act: Act = Act.INCIDENT_CREATED
    case_id: str


class CaseHappened(DomainEvent):
    """Base of what happens to a case later. `contact_id` is the one who opened it; `variables` are for templates."""

    secret_fields: ClassVar[frozenset[str]] = frozenset({"variables"})

    case_id: str
    contact_id: str
    opportunity_id: str | None
    assignee_id: str | None = None
    variables: dict[str, str] = {}


class CaseAnswered(CaseHappened):
    """We wrote to the customer."""


class CaseStateChanged(CaseHappened):
    """We changed the state without writing."""

    state: str


class CaseCommented(CaseHappened):
    """The customer wrote on a case that there was."""


class CaseClosedByCustomer(CaseHappened):
    """The customer says that it is solved."""


class CaseReopenedByCustomer(CaseHappened):
    """The customer opened a solved or closed case again."""


class CaseAssigned(CaseHappened):
    """A colleague is to see to it; `by_id` is who said so."""

    by_id: str
