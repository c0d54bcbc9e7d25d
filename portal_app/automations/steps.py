"""The actions of substages: at once on entering and leaving, and planned for later.

Moving is the only thing that may cause more of them. What goes wrong here never undoes what a person did: it is said on
the opportunity instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, delete, select

from ..core.clock import now
from ..core.database import table_of
from ..core.errors import NotFound, PortalError
from ..core.events import EventRow
from ..customers.models import Contact
from ..flows.view_kinds import VIEWS, Act
from ..opportunities.models import Opportunity
from .models import ActionList, ActionRow, PlannedAction
from .rules import STEP, TIMED, ActionKind, Moment
from .running import STEP_ENTERED, STEP_LASTED, STEP_LEFT, Happening, is_held_back, perform, say_failed

# With them the customer has done what a step asks for.
STEP_ACTS = frozenset(act for view in VIEWS.values() for act in view.acts)
_CAUSES = {Moment.ENTER: STEP_ENTERED, Moment.LEAVE: STEP_LEFT, Moment.AFTER: STEP_LASTED, Moment.EVERY: STEP_LASTED}
_SUBJECTS = {Moment.ENTER: "step.entered", Moment.LEAVE: "step.left", Moment.AFTER: "step.lasted",
             Moment.EVERY: "step.lasted"}


@cache
def _of_steps() -> Select:
    """Built once, as every move asks."""
    return (select_columns(ActionRow, col(ActionList.scope))
            .join(ActionList, col(ActionList.id) == col(ActionRow.list_id))
            .where(col(ActionList.trigger) == STEP.key,
                   col(ActionList.scope).in_(bindparam("substage_ids", expanding=True)))
            .order_by(col(ActionRow.list_id), col(ActionRow.position)))


def step_actions(session: Session, substage_ids: Sequence[str]) -> dict[str, list[ActionRow]]:
    """The actions of each substage, in order, by one query."""
    found: dict[str, list[ActionRow]] = {substage_id: [] for substage_id in substage_ids}
    for row, scope in session.execute(_of_steps(), {"substage_ids": list(found)}):
        found[scope].append(row)
    return found


def run_after_move(session: Session, opportunity_id: str, left_id: str, entered_id: str) -> None:
    """What follows from leaving one substage and coming to another; `left_id` is empty at the beginning."""
    actions = step_actions(session, [part for part in (left_id, entered_id) if part])
    if not any(actions.values()):
        return
    opportunity = session.get_one(Opportunity, opportunity_id)
    left, entered = actions.get(left_id, []), actions[entered_id]
    if any(action.moment in TIMED for action in left):
        session.execute(delete(PlannedAction).where(col(PlannedAction.opportunity_id) == opportunity_id))
    plan(session, entered, [opportunity_id], now())
    for action in (*(each for each in left if each.moment == Moment.LEAVE),
                   *(each for each in entered if each.moment == Moment.ENTER)):
        # An automatic move may have led on meanwhile: what belongs to this arrival is over then.
        if opportunity.substage_id == entered_id or action.moment == Moment.LEAVE:
            run_contained(session, action, opportunity)


def plan(session: Session, actions: Sequence[ActionRow], opportunity_ids: Sequence[str], since: datetime) -> None:
    """Puts the timed ones among `actions` on the list, counted from `since`."""
    session.add_all(
        PlannedAction(action_id=action.id, opportunity_id=opportunity_id, is_repeated=action.moment == Moment.EVERY,
                      due_at=since + timedelta(hours=hours_of(action)))
        for action in actions if action.moment in TIMED for opportunity_id in opportunity_ids)
    session.flush()


def hours_of(action: ActionRow) -> int:
    return max(1, int(action.detail.get("hours") or 1))


def times_of(action: ActionRow) -> int:
    return max(1, int(action.detail.get("times") or 1))


_planned = table_of(PlannedAction)
_END_REMINDERS = _planned.delete().where(_planned.c.opportunity_id == bindparam("opportunity_id"), _planned.c.is_repeated)


def end_reminders(session: Session, opportunity_id: str) -> None:
    """The customer has done what the step asks for."""
    session.execute(_END_REMINDERS, {"opportunity_id": opportunity_id})


def ids_of_done(session: Session, *which: ColumnElement[bool]) -> set[str]:
    """Of these projects those whose customer has done what the step asks for, and of whom nothing is asked again."""
    rows = session.execute(select_columns(col(Opportunity.id), col(EventRow.payload)).join(
        EventRow, col(EventRow.opportunity_id) == col(Opportunity.id)).where(
        col(EventRow.happened_at) > col(Opportunity.entered_substage_at), col(Opportunity.asked_again_at).is_(None), *which))
    return {opportunity_id for opportunity_id, payload in rows if payload.get("act") in STEP_ACTS - {Act.DECLINE_BUDGET}}


def resume_reminders(session: Session, opportunity_id: str) -> None:
    """What the customer sent is not enough: reminders that had ended begin anew."""
    opportunity = session.get_one(Opportunity, opportunity_id)
    if session.exec(select(PlannedAction.id).where(PlannedAction.opportunity_id == opportunity_id,
                                                   col(PlannedAction.is_repeated)).limit(1)).first():
        return
    repeated = [action for action in step_actions(session, [opportunity.substage_id])[opportunity.substage_id]
                if action.moment == Moment.EVERY]
    plan(session, repeated, [opportunity_id], now())


def run_contained(session: Session, action: ActionRow, opportunity: Opportunity) -> None:
    """Runs one action; what it did before it failed is taken back, and the reason stands on the opportunity."""
    try:
        with session.begin_nested():
            run_step_action(session, action, opportunity)
    except PortalError as error:
        say_failed(session, action, opportunity, error)


def run_step_action(session: Session, action: ActionRow, opportunity: Opportunity) -> None:
    if action.kind == ActionKind.MOVE:
        if not action.substage_id:
            raise NotFound
        if is_held_back(session, opportunity, action.substage_id):
            return
    moment = Moment(action.moment)
    perform(session, action, Happening(cause=_CAUSES[moment], subject=_SUBJECTS[moment],
                                       contact=session.get_one(Contact, opportunity.contact_id), opportunity=opportunity))


def drop_plans(session: Session, action_ids: Sequence[str]) -> None:
    session.execute(delete(PlannedAction).where(col(PlannedAction.action_id).in_(action_ids)))


