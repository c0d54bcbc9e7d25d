"""Doing one action. What it does is written in the transaction of what caused it: mails, webhooks and notices go out
after the commit, or not at all."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, select

from ..access.actors import SYSTEM, Actor
from ..company.service import company_snapshot
from ..core.clock import now
from ..core.errors import PortalError
from ..core.localized import Localized, in_language
from ..customers.models import Contact
from ..flows.models import Flow, Stage, Substage
from ..messaging.service import enqueue_template
from ..messaging.variables import Use
from ..notifications.rules import OWNER, Kind
from ..notifications.service import notify
from ..opportunities.answers import set_answers
from ..opportunities.models import Opportunity, SubstageChange
from ..opportunities.service import move
from ..webhooks.service import enqueue_message
from . import rules
from .models import ActionRow, ActionTrouble
from .rules import ActionKind

log = logging.getLogger(__name__)

# Why an opportunity moved, when it was not by a person or by what a customer did.
STEP_ENTERED, STEP_LEFT, STEP_LASTED = "step-entered", "step-left", "step-lasted"
STEP_CAUSES = (STEP_ENTERED, STEP_LEFT, STEP_LASTED)
MOST_PASSED = 200


@dataclass(frozen=True, slots=True)
class Happening:
    """What an action answers to. `subject` names it to other systems, such as `customer.accept-budget`."""

    cause: str
    subject: str
    contact: Contact
    opportunity: Opportunity | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    leads_to: str = "/home"


def note_trouble(session: Session, opportunity_id: str, reason: str, **detail: Localized) -> None:
    """Says on the opportunity why something did not happen, and tells whoever looks after it; once while it is open.

    `detail` fills the reason, as each reader's language has it.
    """
    known = session.exec(select(ActionTrouble).where(
        ActionTrouble.opportunity_id == opportunity_id, ActionTrouble.reason == reason,
        col(ActionTrouble.settled_at).is_(None))).all()
    for row in known:
        if row.detail == detail:
            row.at = now()
            session.add(row)
            session.flush()
            return
    session.add(ActionTrouble(opportunity_id=opportunity_id, reason=reason, detail=detail, at=now()))
    session.flush()
    notify(session, Kind.PROCESS, OWNER, "automation-stopped", {"reason": reason, **detail}, opportunity_id)


def perform(session: Session, action: ActionRow, happening: Happening) -> str:
    """Does what the action says; gives the id of the mail or message that it wrote, if any.

    What lost its target since (a deleted substage, webhook or field) raises `NotFound`, except a move, which does nothing.
    """
    opportunity = happening.opportunity
    if action.kind == ActionKind.SEND_TEMPLATE:
        return enqueue_template(
            session, action.template_key or "", happening.contact.id, happening.variables,
            opportunity.id if opportunity else None, happening.cause, leads_to=happening.leads_to)
    if action.kind == ActionKind.CALL_WEBHOOK:
        return _call_webhook(session, action, happening)
    if action.kind == ActionKind.NOTIFY_STAFF:
        _notify_staff(session, action, happening)
    elif opportunity is not None and action.kind == ActionKind.SET_FIELD:
        set_answers(session, mover_of(happening), opportunity,
                    {str(action.detail.get("field_id", "")): action.detail.get("value")}, happening.cause)
    elif opportunity is not None and action.kind == ActionKind.MOVE and action.substage_id:
        move(session, mover_of(happening), opportunity, action.substage_id, happening.cause)
    return ""


def perform_contained(session: Session, action: ActionRow, happening: Happening) -> None:
    """`perform` for what must not keep a customer from acting: when it fails, the reason stands on the opportunity."""
    try:
        with session.begin_nested():
            perform(session, action, happening)
    except PortalError as error:
        say_failed(session, action, happening.opportunity, error)


def say_failed(session: Session, action: ActionRow, opportunity: Opportunity | None, error: Exception) -> None:
    log.warning("action %s failed: %s", action.id, type(error).__name__)
    if opportunity is not None:
        note_trouble(session, opportunity.id, rules.FAILED_BY_KIND[ActionKind(action.kind)])


def mover_of(happening: Happening) -> Actor:
    """The system: in the customer's name after what they did, in its own after what a step does by itself and after what
    colleagues did."""
    if happening.cause in STEP_CAUSES or happening.cause == Use.OFFER_SHARED:
        return SYSTEM
    contact = happening.contact
    return Actor(kind="system", id=contact.id, name=contact.name, language=contact.language)


def _call_webhook(session: Session, action: ActionRow, happening: Happening) -> str:
    contact = happening.contact
    data: dict[str, Any] = {"cause": happening.cause, "customer_id": contact.id}
    opportunity = happening.opportunity
    if opportunity is not None:
        data["opportunity"] = _opportunity_told(session, opportunity)
    told = {"name": contact.name, "email": contact.email, "phone": contact.phone, "language": contact.language}
    return enqueue_message(session, str(action.detail.get("endpoint_id", "")), happening.subject, data, told,
                           opportunity.id if opportunity else None)


def _opportunity_told(session: Session, opportunity: Opportunity) -> dict[str, Any]:
    """Where a project stands, in the company's language; nothing of it is personal."""
    language = company_snapshot().default_language
    substage = session.get_one(Substage, opportunity.substage_id)
    stage = session.get_one(Stage, substage.stage_id)
    flow = session.get_one(Flow, opportunity.flow_id)

    def named(row: Stage | Substage) -> dict[str, str]:
        return {"id": row.id, "name": in_language(row.public_name, language)}

    return {"id": opportunity.id, "number": opportunity.number, "flow": {"id": flow.id, "name": flow.name},
            "stage": named(stage), "substage": named(substage),
            "since": opportunity.entered_substage_at.isoformat().replace("+00:00", "Z")}


def _notify_staff(session: Session, action: ActionRow, happening: Happening) -> None:
    opportunity = happening.opportunity
    notify(session, Kind.PROCESS, str(action.detail.get("audience", OWNER)), "automation-note",
           {"note": str(action.detail.get("note", ""))}, opportunity.id if opportunity else None,
           contact_id=happening.contact.id)


def substages_since_people(session: Session, opportunity: Opportunity) -> list[str]:
    """Where the opportunity has been since a person last moved it, or a customer's act did."""
    passed: list[str] = []
    changes = session.exec(
        select(SubstageChange.to_substage_id, SubstageChange.cause, SubstageChange.from_substage_id)
        .where(SubstageChange.opportunity_id == opportunity.id)
        .order_by(col(SubstageChange.at).desc(), col(SubstageChange.id).desc()).limit(MOST_PASSED))
    for to_substage_id, cause, _ in changes:
        passed.append(to_substage_id or "")
        if cause not in STEP_CAUSES:
            break
    return passed


def is_held_back(session: Session, opportunity: Opportunity, target_id: str) -> bool:
    """Whether a move would lead round in a circle; then it says so on the opportunity instead."""
    if opportunity.substage_id == target_id:
        return True
    if not rules.goes_in_circle(substages_since_people(session, opportunity), target_id):
        return False
    target = session.get_one(Substage, target_id)
    note_trouble(session, opportunity.id, rules.STOPPED_CIRCLE, step=target.public_name)
    return True
