"""The engine of a step: what the present substage asks of the customer, and what happens when they send it.

A step is complete when every required field has an answer that is right and every condition is accepted in a wording
that counts. Whoever lets a customer go on (the documentation views here, drawing and offer in their rooms) asks
`demand_complete` first, in the same transaction and with the opportunity's row locked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from ..access.actors import SYSTEM, Actor
from ..company.service import company_snapshot
from ..core import audit
from ..core.clock import now
from ..core.errors import InvalidForm, NotAllowed, Values
from ..core.events import publish
from ..core.forms import FieldError
from ..core.localized import in_language
from ..core.texts import LANGUAGES
from ..flows.contents import Outline, StepCondition, conditions_of, fields_of, outline_of, specs_by_id, wordings_of
from ..flows.fields import FieldSpec, Value, answer_text, draft_value, entry_of, parse_answers, told_in
from ..flows.models import ConditionVersion, Stage, Substage
from ..flows.view_kinds import DOCUMENTATION, view_of
from .answers import answers_of, drafts_of, remove_drafts, write_answers, write_draft
from .events import ConditionsAccepted, DocumentationSubmitted, FieldsAskedAgain, FieldsGivenAgain
from .models import Answer, AnswerDraft, ConditionAcceptance, Opportunity, StepSubmission
from .service import get_locked, get_visible
from .step_schemas import (
    OURS_TO_FILL,
    PLEASE_ACCEPT,
    Choice,
    FieldClosed,
    NothingToSend,
    State,
    Step,
    StepAlreadySent,
    StepField,
    StepIncomplete,
    StepTerms,
)

Errors = dict[str, tuple[str, Values]]


@dataclass
class _Asked:
    """What the present substage asks of one opportunity, and of it what is open to the customer now."""

    opportunity: Opportunity
    view_kind: str | None
    fields: list[FieldSpec]
    open_ids: set[str]
    again_ids: set[str]
    conditions: list[StepCondition] = field(default_factory=list)

    @property
    def is_documentation(self) -> bool:
        return self.view_kind in DOCUMENTATION

    @property
    def state(self) -> State:
        if self.again_ids:
            return "asked_again"
        if self.opportunity.step_sent_at is not None:
            return "sent"
        view = view_of(self.view_kind)
        return "open" if view is not None and view.needs_the_customer else "information"

    @property
    def act(self) -> str:
        view = view_of(self.view_kind)
        return view.acts[0].value if view is not None and self.is_documentation else ""


def _asked_of(session: Session, opportunity: Opportunity, step: Outline, *, own_only: bool = False) -> _Asked:
    """The fields of the substage, after those of earlier steps that were asked again (unless `own_only`).

    Until the step is sent, all its fields are open; afterwards those that were asked again. What staff have made
    required meanwhile is open too, so that nobody stands before a field that they can't fill in.
    """
    own = fields_of(session, opportunity.substage_id) if step.has_fields else []
    view = view_of(step.view_kind)
    again = set(opportunity.asked_again or ())
    is_open = view is not None and view.needs_the_customer and opportunity.step_sent_at is None
    answers = answers_of(session, opportunity.id) if again and not is_open else {}
    # What was asked again is the customer's to give, also where the present step only shows it.
    own = [spec.model_copy(update={"is_read_only": False}) if spec.id in again else spec for spec in own]
    open_ids = {spec.id for spec in own if spec.id in again or (not spec.is_read_only and (
        is_open or (bool(again) and spec.is_required and answers.get(spec.id) is None)))}
    extra = [] if own_only else [spec.model_copy(update={"is_required": True})
                                 for spec in specs_by_id(session, again - {spec.id for spec in own}).values()]
    fields = [*extra, *own]
    return _Asked(opportunity, step.view_kind, fields, open_ids | {spec.id for spec in extra},
                  again & {spec.id for spec in fields})


def _acceptances(session: Session, opportunity_id: str) -> list[ConditionAcceptance]:
    return list(session.exec(select(ConditionAcceptance).where(ConditionAcceptance.opportunity_id == opportunity_id)
                             .order_by(col(ConditionAcceptance.at), col(ConditionAcceptance.version_number))))


def _accepted(condition: StepCondition, acceptances: Collection[ConditionAcceptance]) -> ConditionAcceptance | None:
    """The acceptance that counts: of this wording, or of an older one where staff do not ask again."""
    of_condition = [a for a in acceptances if a.condition_id == condition.condition_id]
    of_version = [a for a in of_condition if a.condition_version_id == condition.version_id]
    counts = of_version or ([] if condition.asks_again else of_condition)
    return counts[-1] if counts else None


def _read(asked: _Asked, values: Mapping[str, Any], drafts: Mapping[str, Value], answers: Mapping[str, Value],
          language: str) -> tuple[dict[str, Value], Errors]:
    """What each open field would be answered, and what is wrong or missing in any field.

    What is sent counts before the draft, the draft before the answer; files never come from the form.
    """
    sent, kept, entries = [], [], dict[str, Any]()
    for spec in asked.fields:
        if spec.id not in asked.open_ids:
            continue
        if spec.id in values and not spec.is_file:
            sent.append(spec)
            entries[spec.id] = values[spec.id]
        else:
            kept.append(spec)
            entries[spec.id] = drafts[spec.id] if spec.id in drafts else answers.get(spec.id)
    read: dict[str, Value] = {}
    errors: Errors = {}
    for specs, spoken in ((sent, language), (kept, "en")):  # what is kept has one spelling
        try:
            read |= parse_answers(specs, {spec.id: entries[spec.id] for spec in specs}, language=spoken)
        except InvalidForm as invalid:
            errors |= invalid.errors if specs is sent else told_in(language, specs, entries, invalid.errors)
    if asked.state in ("open", "asked_again"):
        errors |= {spec.id: (OURS_TO_FILL, {}) for spec in asked.fields
                   if spec.id not in asked.open_ids and spec.is_required and answers.get(spec.id) is None}
    return read, errors


# Reading


def get_step(session: Session, actor: Actor, opportunity_id: str, language: str) -> Step:
    """The present step in the reader's language, by a constant number of queries."""
    opportunity = get_visible(session, actor, opportunity_id)
    substage, stage = session.exec(select(Substage, Stage).join(Stage, col(Stage.id) == Substage.stage_id)
                                   .where(Substage.id == opportunity.substage_id)).one()
    asked = _asked_of(session, opportunity, Outline(substage.view_kind, has_fields=True, has_conditions=True))
    asked.conditions = conditions_of(session, substage.id)
    answers, drafts = answers_of(session, opportunity.id), drafts_of(session, opportunity.id)
    acceptances = _acceptances(session, opportunity.id)
    _, errors = _read(asked, {}, drafts, answers, language)
    company = company_snapshot()
    fallback = company.default_language
    known = {acceptance.condition_version_id for acceptance in acceptances} if asked.conditions else set[str]()
    older = wordings_of(session, known - {condition.version_id for condition in asked.conditions})
    terms = [_terms_of(condition, acceptances, older, language, fallback) for condition in asked.conditions]
    submission = session.exec(
        select(StepSubmission).where(StepSubmission.opportunity_id == opportunity.id,
                                     StepSubmission.substage_id == substage.id,
                                     col(StepSubmission.entered_at) == opportunity.entered_substage_at)
        .order_by(col(StepSubmission.at).desc(), col(StepSubmission.id).desc()).limit(1)).first()
    waits = asked.state in ("open", "asked_again")
    return Step(
        opportunity_id=opportunity.id, number=opportunity.number, flow_id=opportunity.flow_id, substage_id=substage.id,
        name=in_language(substage.public_name, language, fallback),
        description=in_language(substage.public_description, language, fallback),
        stage_name=in_language(stage.public_name, language, fallback), view_kind=substage.view_kind or "", act=asked.act,
        state=asked.state, entered_at=opportunity.entered_substage_at,
        fields=[_field_of(spec, asked, actor, answers, drafts, errors.get(spec.id), language) for spec in asked.fields],
        conditions=terms, missing_fields=[spec.id for spec in asked.fields if waits and spec.id in errors],
        missing_conditions=[term.condition_id for term in terms if waits and not term.is_accepted],
        sent_at=submission.at if submission and opportunity.step_sent_at else None,
        sent_by=submission.contact_name if submission and opportunity.step_sent_at else "")


def _field_of(spec: FieldSpec, asked: _Asked, actor: Actor, answers: Mapping[str, Value], drafts: Mapping[str, Value],
              problem: tuple[str, Values] | None, language: str) -> StepField:
    company = company_snapshot()
    is_open = spec.id in asked.open_ids and actor.is_customer
    has_draft = is_open and spec.id in drafts
    value = answers.get(spec.id)
    return _in_words(
        spec, language, mode="edit" if is_open else "read", is_asked_again=spec.id in asked.again_ids,
        problem=problem, value=value, has_draft=has_draft,
        text=answer_text(spec, value, language, company.currency, company.default_language),
        entry=entry_of(spec, drafts[spec.id] if has_draft else value, language))


def _in_words(spec: FieldSpec, language: str, **known: Any) -> StepField:
    fallback = company_snapshot().default_language
    return StepField(
        id=spec.id, kind=spec.kind.value, label=in_language(spec.label, language, fallback),
        help=in_language(spec.help, language, fallback), group_name=in_language(spec.group_name, language, fallback),
        choices=[Choice(key=option.key, label=in_language(option.label, language, fallback))
                 for option in spec.options if not option.is_retired],
        limits=spec.limits, is_required=spec.is_required, **known)


def unanswered(specs: Sequence[FieldSpec], view_kind: str | None, language: str) -> list[StepField]:
    """A step's fields as everybody sees them who stands there and has sent nothing yet, without what is their own."""
    view = view_of(view_kind)
    is_open = view is not None and view.needs_the_customer
    return [_in_words(spec, language, mode="edit" if is_open and not spec.is_read_only else "read") for spec in specs]


def _terms_of(condition: StepCondition, acceptances: Collection[ConditionAcceptance],
              older: Mapping[str, ConditionVersion], language: str, fallback: str) -> StepTerms:
    """What is to be accepted, or what was: the wording that the customer read then."""
    accepted = _accepted(condition, acceptances)
    wording = older.get(accepted.condition_version_id, condition) if accepted else condition
    before = max((a.version_number for a in acceptances if a.condition_id == condition.condition_id), default=0)
    return StepTerms(
        condition_id=condition.condition_id, version_id=condition.version_id, number=wording.number,
        title=in_language(wording.title, language, fallback), text=in_language(wording.text, language, fallback),
        is_accepted=accepted is not None, accepted_at=accepted.at if accepted else None,
        accepted_by=accepted.contact_name if accepted else "", accepted_before=before)


# Writing


def demand_open_field(session: Session, actor: Actor, opportunity_id: str, field_id: str) -> tuple[Opportunity, FieldSpec]:
    """Locks the opportunity and gives a field that the customer may change now; `FieldClosed` for any other.

    `NotFound` for an opportunity of somebody else's.
    """
    if not actor.is_customer:
        raise NotAllowed
    opportunity = get_locked(session, actor, opportunity_id)
    asked = _asked_of(session, opportunity, outline_of(session, opportunity.substage_id))
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
    asked = _asked_of(session, held, step, own_only=True)
    asked.conditions = conditions_of(session, held.substage_id) if step.has_conditions else []
    _complete(session, actor, asked, values or {}, accepted_version_ids, client_address, language, cause)


def _complete(session: Session, actor: Actor, asked: _Asked, values: Mapping[str, Any],
              accepted_version_ids: Collection[str], client_address: str, language: str, cause: str) -> None:
    held = asked.opportunity
    language = language if language in LANGUAGES else actor.language
    if not (asked.fields or asked.conditions):
        return
    acceptances = _acceptances(session, held.id)
    read, errors = _read(asked, values, drafts_of(session, held.id), answers_of(session, held.id), language)
    refused = [condition for condition in asked.conditions if condition.version_id not in accepted_version_ids
               and _accepted(condition, acceptances) is None]
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
    asked = _asked_of(session, held, step)
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
