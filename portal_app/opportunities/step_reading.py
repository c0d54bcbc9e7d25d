"""Reading a step: what the present substage asks of the customer, what is known of it, and what is missing or wrong.

For one reader, or for many who have the pages of their steps open: by as many queries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlmodel import Session, and_, col, select

from ..access.actors import Actor
from ..company.service import company_snapshot
from ..core.errors import InvalidForm, Values
from ..core.localized import in_language
from ..flows.contents import Outline, StepCondition, StepContents, contents_of, fields_of, specs_by_id, wordings_of
from ..flows.fields import ADD_A_FILE, FieldSpec, Value, answer_text, entry_of, parse_answers, told_in
from ..flows.models import ConditionVersion, Stage, Substage
from ..flows.view_kinds import DOCUMENTATION, view_of
from .answers import answers_of, answers_of_several, drafts_of_several, readable
from .models import ConditionAcceptance, Opportunity, StepSubmission
from .service import Looking, get_visible, get_visible_together
from .step_schemas import OURS_TO_FILL, Choice, State, Step, StepField, StepTerms

Errors = dict[str, tuple[str, Values]]


@dataclass
class Asked:
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


def asked_of(session: Session, opportunity: Opportunity, step: Outline, *, own_only: bool = False) -> Asked:
    """The fields of the substage, after those of earlier steps that were asked again (unless `own_only`)."""
    own = fields_of(session, opportunity.substage_id) if step.has_fields else []
    again = set() if own_only else set(opportunity.asked_again or ()) - {spec.id for spec in own}
    answers = answers_of(session, opportunity.id) if opportunity.asked_again else {}
    return _asked(opportunity, step.view_kind, own, specs_by_id(session, again), answers)


def _asked(opportunity: Opportunity, view_kind: str | None, own: Sequence[FieldSpec], others: Mapping[str, FieldSpec],
           answers: Mapping[str, Value]) -> Asked:
    """Until the step is sent, all its fields are open; afterwards those that were asked again. What staff have made
    required meanwhile is open too, so that nobody stands before a field that they can't fill in.
    """
    view = view_of(view_kind)
    again = set(opportunity.asked_again or ())
    is_open = view is not None and view.needs_the_customer and opportunity.step_sent_at is None
    # What was asked again is the customer's to give, also where the present step only shows it.
    own = [spec.model_copy(update={"is_read_only": False}) if spec.id in again else spec for spec in own]
    open_ids = {spec.id for spec in own if spec.id in again or (not spec.is_read_only and (
        is_open or (bool(again) and spec.is_required and answers.get(spec.id) is None)))}
    own_ids = {spec.id for spec in own}
    extra = [spec.model_copy(update={"is_required": True}) for spec in others.values()
             if spec.id in again and spec.id not in own_ids]
    fields = [*extra, *own]
    return Asked(opportunity, view_kind, fields, open_ids | {spec.id for spec in extra},
                 again & {spec.id for spec in fields})


def acceptances_of(session: Session, opportunity_ids: Collection[str]) -> defaultdict[str, list[ConditionAcceptance]]:
    """What was accepted, by opportunity, the oldest first."""
    found = defaultdict[str, list[ConditionAcceptance]](list)
    for row in session.exec(select(ConditionAcceptance).where(col(ConditionAcceptance.opportunity_id).in_(opportunity_ids))
                            .order_by(col(ConditionAcceptance.at), col(ConditionAcceptance.version_number))):
        found[row.opportunity_id].append(row)
    return found


def accepted_of(condition: StepCondition, acceptances: Collection[ConditionAcceptance]) -> ConditionAcceptance | None:
    """The acceptance that counts: of this wording, or of an older one where staff do not ask again."""
    of_condition = [a for a in acceptances if a.condition_id == condition.condition_id]
    of_version = [a for a in of_condition if a.condition_version_id == condition.version_id]
    counts = of_version or ([] if condition.asks_again else of_condition)
    return counts[-1] if counts else None


def read_entries(asked: Asked, values: Mapping[str, Any], drafts: Mapping[str, Value], answers: Mapping[str, Value],
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
            value = drafts[spec.id] if spec.id in drafts else answers.get(spec.id)
            if value is not None:
                entries[spec.id] = value
    read: dict[str, Value] = {}
    errors: Errors = {}
    for specs, spoken in ((sent, language), (kept, "en")):  # what is kept has one spelling
        try:
            read |= parse_answers(specs, entries, language=spoken) if specs else {}
        except InvalidForm as invalid:
            errors |= invalid.errors if specs is sent else told_in(language, specs, entries, invalid.errors)
    sent_back = [spec.id for spec in asked.fields if spec.is_file and spec.id in asked.again_ids]
    errors |= {each: (ADD_A_FILE, {}) for each in sent_back if not _has_new_file(drafts.get(each), answers.get(each))}
    if asked.state in ("open", "asked_again"):
        errors |= {spec.id: (OURS_TO_FILL, {}) for spec in asked.fields
                   if spec.id not in asked.open_ids and spec.is_required and answers.get(spec.id) is None}
    return read, errors


def _has_new_file(draft: Value, answer: Value) -> bool:
    """The others that were given stay, yet they are no answer to what was sent back."""
    given = answer if isinstance(answer, list) else []
    return isinstance(draft, list) and any(each not in given for each in draft)


def get_step(session: Session, actor: Actor, opportunity_id: str, language: str) -> Step:
    """The present step in the reader's language, by a constant number of queries."""
    return _steps_of(session, [_Reading(actor, get_visible(session, actor, opportunity_id), language)])[0]


def get_steps(session: Session, customers: Sequence[Looking]) -> list[Step | None]:
    """`get_step` for several customers, by no more queries for each of them; None for what is not theirs."""
    found = get_visible_together(session, customers)
    readings = [_Reading(customer.actor, opportunity, customer.language)
                for customer, opportunity in zip(customers, found, strict=True) if opportunity is not None]
    steps = iter(_steps_of(session, readings))
    return [next(steps) if opportunity is not None else None for opportunity in found]


class _Reading(NamedTuple):
    actor: Actor
    opportunity: Opportunity
    language: str


def _steps_of(session: Session, readings: Sequence[_Reading]) -> list[Step]:
    opportunities = {reading.opportunity.id: reading.opportunity for reading in readings}
    ids, substage_ids = sorted(opportunities), {each.substage_id for each in opportunities.values()}
    if not ids:
        return []
    places = {substage.id: (substage, stage) for substage, stage in session.exec(
        select(Substage, Stage).join(Stage, col(Stage.id) == Substage.stage_id).where(col(Substage.id).in_(substage_ids)))}
    contents = {substage_id: contents_of(session, substage_id) for substage_id in substage_ids}
    others = specs_by_id(session, {each for opportunity in opportunities.values() for each in opportunity.asked_again or ()})
    answers, drafts = answers_of_several(session, ids), drafts_of_several(session, ids)
    acceptances = acceptances_of(session, ids)
    older = wordings_of(session, _no_longer_in_effect(contents, acceptances, opportunities))
    sent = _sent(session, [each.id for each in opportunities.values() if each.step_sent_at])
    unanswered: dict[tuple[Any, ...], StepField] = {}

    def step_of(reading: _Reading) -> Step:
        held = reading.opportunity
        known = contents[held.substage_id]
        substage, stage = places[held.substage_id]
        asked = _asked(held, substage.view_kind, known.fields, others, answers[held.id])
        terms = [_terms_of(condition, acceptances[held.id], older, reading.language) for condition in known.conditions]
        return _step_of(reading, asked, substage, stage, terms, answers[held.id], drafts[held.id], sent.get(held.id),
                        unanswered)

    return [step_of(reading) for reading in readings]


def _no_longer_in_effect(contents: Mapping[str, StepContents], acceptances: Mapping[str, Collection[ConditionAcceptance]],
                         opportunities: Mapping[str, Opportunity]) -> set[str]:
    """The wordings that were accepted where the step has conditions, but for those in effect."""
    in_effect = {condition.version_id for step in contents.values() for condition in step.conditions}
    return {acceptance.condition_version_id for opportunity_id, accepted in acceptances.items() for acceptance in accepted
            if contents[opportunities[opportunity_id].substage_id].conditions} - in_effect


def _sent(session: Session, opportunity_ids: Collection[str]) -> dict[str, StepSubmission]:
    """Who sent the present steps last."""
    if not opportunity_ids:
        return {}
    present = and_(col(StepSubmission.opportunity_id) == Opportunity.id,
                   col(StepSubmission.substage_id) == Opportunity.substage_id,
                   col(StepSubmission.entered_at) == Opportunity.entered_substage_at)
    rows = session.exec(select(StepSubmission).join(Opportunity, present).where(col(Opportunity.id).in_(opportunity_ids))
                        .order_by(col(StepSubmission.at), col(StepSubmission.id)))
    return {row.opportunity_id: row for row in rows}


def _step_of(reading: _Reading, asked: Asked, substage: Substage, stage: Stage, terms: list[StepTerms],
             answers: Mapping[str, Value], drafts: Mapping[str, Value], sent: StepSubmission | None,
             unanswered: dict[tuple[Any, ...], StepField]) -> Step:
    (actor, held, language), fallback = reading, company_snapshot().default_language
    _, errors = read_entries(asked, {}, drafts, answers, language)
    waits = asked.state in ("open", "asked_again")

    def field_of(spec: FieldSpec) -> StepField:
        problem = errors.get(spec.id)
        if answers.get(spec.id) is not None or spec.id in drafts or (problem and problem[1]):
            return _field_of(spec, asked, actor, answers, drafts, problem, language)
        key = (spec.id, language, actor.kind, spec.id in asked.open_ids, spec.id in asked.again_ids, problem and problem[0])
        if key not in unanswered:
            unanswered[key] = _field_of(spec, asked, actor, answers, drafts, problem, language)
        return unanswered[key]

    return Step(
        opportunity_id=held.id, number=held.number, flow_id=held.flow_id, substage_id=substage.id,
        name=in_language(substage.public_name, language, fallback),
        description=in_language(substage.public_description, language, fallback),
        stage_name=in_language(stage.public_name, language, fallback), view_kind=substage.view_kind or "", act=asked.act,
        state=asked.state, entered_at=held.entered_substage_at,
        fields=[field_of(spec) for spec in asked.fields],
        conditions=terms, missing_fields=[spec.id for spec in asked.fields if waits and spec.id in errors],
        missing_conditions=[term.condition_id for term in terms if waits and not term.is_accepted],
        sent_at=sent.at if sent else None, sent_by=sent.contact_name if sent else "")


def _field_of(spec: FieldSpec, asked: Asked, actor: Actor, answers: Mapping[str, Value], drafts: Mapping[str, Value],
              problem: tuple[str, Values] | None, language: str) -> StepField:
    company = company_snapshot()
    is_open = spec.id in asked.open_ids and actor.is_customer
    has_draft = is_open and spec.id in drafts
    value = readable(actor, spec, answers.get(spec.id))
    draft = readable(actor, spec, drafts.get(spec.id))
    fallback = company.default_language
    return StepField(
        id=spec.id, kind=spec.kind.value, label=in_language(spec.label, language, fallback),
        help=in_language(spec.help, language, fallback), group_name=in_language(spec.group_name, language, fallback),
        choices=[Choice(key=option.key, label=in_language(option.label, language, fallback))
                 for option in spec.options if not option.is_retired],
        limits=spec.limits, is_required=spec.is_required, mode="edit" if is_open else "read",
        is_asked_again=spec.id in asked.again_ids, problem=problem, value=value, has_draft=has_draft,
        text=answer_text(spec, value, language, company.currency, fallback),
        entry=entry_of(spec, draft if has_draft else value, language))


def _terms_of(condition: StepCondition, acceptances: Collection[ConditionAcceptance],
              older: Mapping[str, ConditionVersion], language: str) -> StepTerms:
    """What is to be accepted, or what was: the wording that the customer read then."""
    accepted, fallback = accepted_of(condition, acceptances), company_snapshot().default_language
    wording = older.get(accepted.condition_version_id, condition) if accepted else condition
    before = max((a.version_number for a in acceptances if a.condition_id == condition.condition_id), default=0)
    return StepTerms(
        condition_id=condition.condition_id, version_id=condition.version_id, number=wording.number,
        title=in_language(wording.title, language, fallback), text=in_language(wording.text, language, fallback),
        is_accepted=accepted is not None, accepted_at=accepted.at if accepted else None,
        accepted_by=accepted.contact_name if accepted else "", accepted_before=before)
