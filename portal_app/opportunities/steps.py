"""The engine of a step: what happens when the customer writes into it (`step_reading` says what it asks) and sends it.

A step is complete when every required field has an answer that is right and every condition is accepted in a wording
that counts. Whoever lets a customer go on (the documentation views here, drawing and offer in their rooms) asks
`demand_complete` first, in the same transaction and with the opportunity's row locked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from ..access.actors import SYSTEM, Actor
from ..core import audit
from ..core.clock import now
from ..core.errors import InvalidForm, NotAllowed
from ..core.events import publish
from ..core.forms import FieldError
from ..core.texts import LANGUAGES
from ..flows.contents import Outline, StepCondition, conditions_of, outline_of
from ..flows.fields import FieldSpec, draft_value
from ..flows.view_kinds import view_of
from .answers import answers_of, drafts_of, remove_drafts, write_answers, write_draft
from .events import ConditionsAccepted, DocumentationSubmitted, FieldsAskedAgain, FieldsGivenAgain
from .models import Answer, AnswerDraft, ConditionAcceptance, Opportunity, StepSubmission
from .service import get_locked
from .step_reading import Asked, acceptances_of, accepted_of, asked_of, read_entries
from .step_schemas import PLEASE_ACCEPT, FieldClosed, NothingToSend, StepAlreadySent, StepIncomplete


def demand_open_field(session: Session, actor: Actor, opportunity_id: str, field_id: str) -> tuple[Opportunity, FieldSpec]:
    """Locks the opportunity and gives a field that the customer may change now; `FieldClosed` for any other.

    `NotFound` for an opportunity of somebody else's.
    """
    if not actor.is_customer:
        raise NotAllowed
    opportunity = get_locked(session, actor, opportunity_id)
    asked = asked_of(session, opportunity, outline_of(session, opportunity.substage_id))
    spec = next((spec for spec in asked.fields if spec.id == field_id and spec.id in asked.open_ids), None)
    if spec is None:
        raise FieldClosed
    return opportunity, spec


def save_draft(session: Session, actor: Actor, opportunity_id: str, field_id: str, value: object,
               language: str = "") -> datetime:
    """Keeps what the customer has typed so far, right or wrong; when it was kept. `language` is the page's."""
    opportunity, spec = demand_open_field(session, actor, opportunity_id, field_id)
    if spec.is_file:
        raise FieldClosed
    try:
        kept = draft_value(spec, value, language or actor.language)
    except FieldError as wrong:
        raise InvalidForm({field_id: (wrong.text, wrong.values)}) from None
    return write_draft(session, opportunity.id, field_id, kept)


def demand_complete(session: Session, actor: Actor, opportunity: Opportunity, values: Mapping[str, Any] | None = None,
                    accepted_version_ids: Collection[str] = (), client_address: str = "", language: str = "",
                    cause: str = "", step: Outline | None = None) -> None:
    """The customer goes on from the present substage: `StepIncomplete` with all that is missing, or everything is kept.

    `values` are entries as they stand in the form, by field; what they do not name comes from the drafts. Answers,
    acceptances and the removal of drafts are in the caller's transaction, whose row lock on the opportunity this takes.
    `step` is the present substage's outline, where the caller has it.
    """
    if not actor.is_customer:
        raise NotAllowed
    held = get_locked(session, actor, opportunity.id)
    step = step or outline_of(session, held.substage_id)
    asked = asked_of(session, held, step, own_only=True)
    asked.conditions = conditions_of(session, held.substage_id) if step.has_conditions else []
    _complete(session, actor, asked, values or {}, accepted_version_ids, client_address, language, cause)


def _complete(session: Session, actor: Actor, asked: Asked, values: Mapping[str, Any],
              accepted_version_ids: Collection[str], client_address: str, language: str, cause: str) -> None:
    held = asked.opportunity
    language = language if language in LANGUAGES else actor.language
    if not (asked.fields or asked.conditions):
        return
    acceptances = acceptances_of(session, [held.id])[held.id]
    read, errors = read_entries(asked, values, drafts_of(session, held.id), answers_of(session, held.id), language)
    refused = [condition for condition in asked.conditions if condition.version_id not in accepted_version_ids
               and accepted_of(condition, acceptances) is None]
    if errors or refused:
        raise StepIncomplete(errors | {condition.version_id: (PLEASE_ACCEPT, {}) for condition in refused},
                             [spec.id for spec in asked.fields if spec.id in errors],
                             [condition.condition_id for condition in refused])
    write_answers(session, actor, held, read, cause or asked.act or (asked.view_kind or ""))
    remove_drafts(session, held.id, list(read))
    known = {acceptance.condition_version_id for acceptance in acceptances}
    _accept(session, actor, held, [condition for condition in asked.conditions
                                   if condition.version_id in accepted_version_ids and condition.version_id not in known],
            client_address, language)
    held.no_longer_ask_for(read)
    session.add(held)
    session.flush()


def _accept(session: Session, actor: Actor, opportunity: Opportunity, conditions: Collection[StepCondition],
            client_address: str, language: str) -> None:
    if not conditions:
        return
    at = now()
    for condition in conditions:
        session.add(ConditionAcceptance(
            opportunity_id=opportunity.id, condition_id=condition.condition_id,
            condition_version_id=condition.version_id, version_number=condition.number, text_hash=condition.text_hash,
            language=language, substage_id=opportunity.substage_id, contact_id=actor.id, contact_name=actor.name,
            client_address=client_address[:64], at=at))
    session.flush()
    accepted = [condition.version_id for condition in conditions]
    audit.record(session, actor.kind, actor.id, "accept_conditions", "opportunity", opportunity.id, versions=accepted)
    publish(session, ConditionsAccepted(opportunity_id=opportunity.id, contact_id=actor.id,
                                        condition_version_ids=accepted))


def submit_step(session: Session, actor: Actor, opportunity_id: str, values: Mapping[str, Any] | None = None,
                accepted_version_ids: Collection[str] = (), client_address: str = "", language: str = "",
                substage_id: str = "") -> StepSubmission:
    """The customer sends a documentation step, or what was asked again. Exactly once, however often they press.

    `substage_id` is the substage that the page showed: what was meant for one step is never sent for another. Raises
    `StepIncomplete`, `StepAlreadySent`, `NothingToSend`.
    """
    if not actor.is_customer:
        raise NotAllowed
    held = get_locked(session, actor, opportunity_id)
    if substage_id and held.substage_id != substage_id:
        raise NothingToSend
    step = outline_of(session, held.substage_id)
    asked = asked_of(session, held, step)
    is_again = bool(asked.again_ids) and (held.step_sent_at is not None or not asked.is_documentation)
    if not is_again and not asked.is_documentation:
        raise NothingToSend
    if not is_again and held.step_sent_at is not None:
        raise StepAlreadySent
    if asked.is_documentation:
        asked.conditions = conditions_of(session, held.substage_id) if step.has_conditions else []
    else:  # drawing and offer ask for what is theirs themselves
        asked.fields = [spec for spec in asked.fields if spec.id in asked.again_ids]
        asked.open_ids = set(asked.again_ids)
    given = [spec.id for spec in asked.fields if spec.id in asked.open_ids]
    of_this_step = asked.is_documentation
    _complete(session, actor, asked, values or {}, accepted_version_ids, client_address, language, "")
    at = now()
    submission = StepSubmission(
        opportunity_id=held.id, substage_id=held.substage_id, entered_at=held.entered_substage_at, act=asked.act,
        contact_id=actor.id, contact_name=actor.name, is_again=is_again, at=at)
    session.add(submission)
    if of_this_step:
        held.step_sent_at = at
    held.changed_at = at
    session.add(held)
    session.flush()
    audit.record(session, actor.kind, actor.id, "submit", "step", submission.id, substage_id=held.substage_id,
                 is_again=is_again, fields=given)
    view = view_of(asked.view_kind)
    if of_this_step and view is not None:
        publish(session, DocumentationSubmitted(
            act=view.acts[0], contact_id=actor.id, opportunity_id=held.id, submission_id=submission.id,
            substage_id=submission.substage_id, is_again=is_again))
    else:
        publish(session, FieldsGivenAgain(opportunity_id=held.id, contact_id=actor.id, field_ids=given))
    return submission


def ask_again(session: Session, opportunity: Opportunity, field_ids: Collection[str], cause: str) -> None:
    """The customer gives these fields again, wherever the opportunity stands now. The opportunity is locked."""
    kept = list(opportunity.asked_again or [])
    fresh = [field_id for field_id in field_ids if field_id not in kept]
    if not fresh:
        return
    opportunity.asked_again = [*kept, *fresh]
    opportunity.asked_again_at = opportunity.changed_at = now()
    session.add(opportunity)
    session.flush()
    publish(session, FieldsAskedAgain(opportunity_id=opportunity.id, field_ids=fresh, cause=cause))


def drop_file(session: Session, opportunity_id: str, field_id: str, document_id: str, cause: str,
              actor: Actor = SYSTEM, *, asks_again: bool = True) -> bool:
    """A document is gone or was rejected: its id leaves answer and draft. When it had been sent, the customer is asked
    for the field again (unless it was never theirs to give). Whether it stood there.

    For the documents room, which has asked whether the actor may.
    """
    held = get_locked(session, SYSTEM, opportunity_id)
    draft = session.get(AnswerDraft, (opportunity_id, field_id), populate_existing=True)
    was_drafted = draft is not None and document_id in (draft.value or [])
    if draft is not None and was_drafted:
        write_draft(session, opportunity_id, field_id, [i for i in draft.value if i != document_id])
    answer = session.get(Answer, (opportunity_id, field_id), populate_existing=True)
    if answer is None or document_id not in (answer.value or []):
        return was_drafted
    left = [i for i in answer.value if i != document_id] or None
    write_answers(session, actor, held, {field_id: left}, cause)
    if asks_again:
        ask_again(session, held, [field_id], cause)
    return True
