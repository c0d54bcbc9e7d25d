"""The automatic actions of a substage, as staff edit them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from pydantic import BaseModel
from sqlmodel import Session, col, delete, select

from ..access.actors import Actor, Permission
from ..company.service import company_snapshot
from ..core import audit
from ..core.clock import now
from ..core.errors import ChangedMeanwhile, InvalidForm, NotAllowed, NotFound, Values
from ..core.localized import in_language
from ..flows.models import Flow
from ..flows.tree import FlowTree
from ..flows.trees import flow_of_substage, get_flow_tree
from ..opportunities.models import Opportunity
from .forms import ActionForm, ActionTexts, Choice, FieldChoice, Places, StepActionsForm
from .models import ActionList, ActionRow, PlannedAction
from .rules import LOOP, OWN_STEP, STEP, TIMED, ActionKind, Moment, loop_through, problems_of
from .steps import drop_plans, hours_of, ids_of_done, plan


class StepActions(BaseModel):
    """What the panel of a substage shows, and what there is to choose from."""

    substage_id: str
    version: int = 0
    actions: list[ActionTexts] = []
    templates: list[Choice] = []
    substages: list[Choice] = []
    audiences: list[Choice] = []
    endpoints: list[Choice] = []
    fields: list[FieldChoice] = []


def _demand(actor: Actor, permission: Permission = Permission.EDIT_AUTOMATIONS) -> None:
    if not actor.can(permission):
        raise NotAllowed


def substage_names(tree: FlowTree, language: str, fallback: str) -> dict[str, str]:
    """`Stage · Substage` by id, in order."""
    return {substage.id: " · ".join((in_language(stage.public_name, language, fallback),
                                     in_language(substage.public_name, language, fallback)))
            for stage in tree.stages for substage in stage.substages}


def _list_of(session: Session, substage_id: str) -> ActionList | None:
    return session.exec(select(ActionList).where(ActionList.trigger == STEP.key, ActionList.scope == substage_id)
                        .with_for_update().execution_options(populate_existing=True)).one_or_none()


def _rows_of(session: Session, row: ActionList | None) -> list[ActionRow]:
    return list(session.exec(select(ActionRow).where(ActionRow.list_id == row.id).order_by(col(ActionRow.position)))
                ) if row else []


def get_step_actions(session: Session, actor: Actor, substage_id: str) -> StepActions:
    """The automatic actions of a substage, for staff who may see flows; who may change them is asked when saving."""
    _demand(actor, Permission.SEE_FLOWS)
    tree = get_flow_tree(session, flow_of_substage(session, substage_id))
    names = substage_names(tree, actor.language, company_snapshot().default_language)
    places = Places(session, actor.language, names)
    row = session.exec(select(ActionList).where(ActionList.trigger == STEP.key,
                                                ActionList.scope == substage_id)).one_or_none()
    return StepActions(
        substage_id=substage_id, version=row.version if row else 0,
        actions=[places.shown(action) for action in _rows_of(session, row)], templates=places.templates_for(STEP),
        substages=[Choice(value=key, text=name) for key, name in names.items() if key != substage_id],
        audiences=places.audience_choices(), endpoints=places.endpoint_choices(), fields=places.field_choices())


def save_step_actions(session: Session, actor: Actor, form: StepActionsForm) -> None:
    """Replaces the actions of a substage. Actions that stay keep what is planned for them; a new one that waits counts
    from now for the projects that stand there already, so that saving never sends a hundred mails at once. Nobody is
    reminded of what is done.
    """
    _demand(actor)
    flow_id = flow_of_substage(session, form.substage_id)
    # Two who save in the same flow at once could close a circle together.
    session.exec(select(Flow.id).where(Flow.id == flow_id).with_for_update()).one()
    tree = get_flow_tree(session, flow_id)
    names = substage_names(tree, actor.language, company_snapshot().default_language)
    if form.substage_id not in names:
        raise NotFound
    places = Places(session, actor.language, names)
    problems = problems_of(STEP, [action.action() for action in form.actions], places.known(names))
    problems = problems or _circles(session, form, names)
    if problems:
        raise InvalidForm({f"actions.{part}": problem for part, problem in problems.items()})
    row = _list_of(session, form.substage_id)
    if (row.version if row else 0) != form.version:
        raise ChangedMeanwhile
    row = row or ActionList(trigger=STEP.key, scope=form.substage_id, flow_id=flow_id, version=0)
    row.version += 1
    row.changed_at = now()
    session.add(row)
    session.flush()
    _replace(session, row, form.actions, places, form.substage_id)
    audit.record(session, actor.kind, actor.id, "update", "step-actions", form.substage_id,
                 kinds=[f"{action.moment}:{action.kind}" for action in form.actions])
    session.flush()


def _circles(session: Session, form: StepActionsForm, names: Mapping[str, str]) -> dict[str, tuple[str, Values]]:
    """Moves of this substage that would close a circle with those of the others."""
    moves: dict[str, list[str]] = {}
    others = session.exec(
        select(ActionList.scope, ActionRow.substage_id).join(ActionRow, col(ActionRow.list_id) == col(ActionList.id))
        .where(ActionList.trigger == STEP.key, col(ActionList.scope).in_(list(names)),
               ActionList.scope != form.substage_id, ActionRow.kind == ActionKind.MOVE.value))
    for scope, target in others:
        if target:
            moves.setdefault(scope, []).append(target)
    found: dict[str, tuple[str, Values]] = {}
    for place, action in enumerate(form.actions):
        if action.kind != ActionKind.MOVE:
            continue
        way = loop_through({**moves, form.substage_id: [action.substage_id]}, form.substage_id)
        if len(way) == 2:
            found[f"{place}.substage_id"] = OWN_STEP, {}
        elif way:
            found[f"{place}.substage_id"] = LOOP, {"steps": " → ".join(names[part] for part in way)}
    return found


def _replace(session: Session, row: ActionList, forms: Sequence[ActionForm], places: Places, substage_id: str) -> None:
    before = {action.id: action for action in _rows_of(session, row)}
    kept: list[str] = []
    fresh: list[ActionRow] = []
    for position, form in enumerate(forms):
        action = before.get(form.id) if form.id not in kept else None
        if action is not None:
            kept.append(action.id)
            moment, hours = action.moment, hours_of(action)
            places.fill(action, position, form)
            if action.moment != moment:  # another time altogether
                drop_plans(session, [action.id])
                fresh.append(action)
            elif moment in TIMED and hours_of(action) != hours:
                _shift(session, action, timedelta(hours=hours_of(action) - hours))
        else:
            action = places.fill(ActionRow(list_id=row.id, position=position, kind=form.kind), position, form)
            fresh.append(action)
        session.add(action)
    session.flush()
    gone = [action_id for action_id in before if action_id not in kept]
    drop_plans(session, gone)
    session.execute(delete(ActionRow).where(col(ActionRow.id).in_(gone)))
    if any(action.moment in TIMED for action in fresh):
        standing = session.exec(select(Opportunity.id).where(Opportunity.substage_id == substage_id)).all()
        done = ids_of_done(session, col(Opportunity.substage_id) == substage_id)
        plan(session, [action for action in fresh if action.moment != Moment.EVERY], standing, now())
        plan(session, [action for action in fresh if action.moment == Moment.EVERY],
             [each for each in standing if each not in done], now())


def _shift(session: Session, action: ActionRow, by: timedelta) -> None:
    """Who waits keeps the moment that their time is counted from."""
    for planned in session.exec(select(PlannedAction).where(PlannedAction.action_id == action.id)):
        planned.due_at = max(planned.due_at + by, now())
        session.add(planned)
